//! The SQLite adapter of store.
