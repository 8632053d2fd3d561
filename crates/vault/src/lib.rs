//! Recovery points on object storage.
