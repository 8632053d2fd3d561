//! Everything that is tested through the vault's public interface.

mod basics;
mod foreign;
mod places;
mod support;
mod verify;
