//! Which process holds a lease.

mod process;

/// Which process this is: host and number for people to read, and what tells it from every other one.
pub fn this() -> String {
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let named = format!("{} {}", host.trim(), std::process::id()).trim().to_owned();
    match process::this() {
        Some(identity) => format!("{named} {identity}"),
        None => named,
    }
}

/// Whether a holder ran on this machine and runs no more. What cannot be found out counts as alive.
pub fn is_dead(holder: &str) -> bool {
    process::is_dead(holder)
}
