//! Which process holds a lease, and whether it is known to be dead.
//!
//! A process is told from every other one by the boot of its machine, its namespace of process numbers, its number, and the
//! moment at which it began (Linux). Whatever cannot be found out counts as alive: then the lease must run out.

use std::fs;

/// What tells this process from every other one: `{boot}/{namespace}/{number}/{began}`. `None` where that is not known.
pub(super) fn this() -> Option<String> {
    let (number, place) = (std::process::id(), place()?);
    match began(number)? {
        Life::Began(began) => Some(format!("{place}/{number}/{began}")),
        Life::Over => None,
    }
}

/// Whether a holder ran on this machine and runs no more.
pub(super) fn is_dead(holder: &str) -> bool {
    let Some(identity) = holder.rsplit(' ').next() else { return false };
    let Some(rest) = place().and_then(|place| identity.strip_prefix(&format!("{place}/")).map(str::to_owned)) else {
        return false;
    };
    let Some((number, began_then)) = rest.split_once('/') else { return false };
    let (Ok(number), Ok(began_then)) = (number.parse(), began_then.parse::<u64>()) else { return false };
    match began(number) {
        Some(Life::Began(now)) => now != began_then,
        Some(Life::Over) => true,
        None => false,
    }
}

/// The boot of this machine and the namespace of process numbers.
fn place() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    let namespace = namespace.to_str()?.trim_start_matches("pid:[").trim_end_matches(']').to_owned();
    Some(format!("{}/{namespace}", boot.trim()))
}

enum Life {
    /// It began so many ticks after the boot.
    Began(u64),
    /// It is gone, or only waits for its parent to take note of its end.
    Over,
}

/// What is known of the process with this number.
fn began(number: u32) -> Option<Life> {
    match fs::read_to_string(format!("/proc/{number}/stat")) {
        Ok(stat) => read(&stat),
        // Where others' processes are hidden, not to be seen does not mean to be gone.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => fs::metadata("/proc/1").ok().map(|_| Life::Over),
        Err(_) => None,
    }
}

/// Reads `/proc/{number}/stat`: the name in parentheses may hold anything, what follows is parted by spaces.
fn read(stat: &str) -> Option<Life> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return Some(Life::Over);
    }
    // The 22nd field of the line; the state is the third.
    fields.nth(18)?.parse().ok().map(Life::Began)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn this_process_lives_and_one_that_ended_does_not() {
        let Some(this) = this() else { return };
        assert!(!is_dead(&format!("host 7 {this}")));
        let (place, _) = this.rsplit_once('/').unwrap().0.rsplit_once('/').unwrap();
        let mut child = Command::new("true").spawn().unwrap();
        let number = child.id();
        child.wait().unwrap();
        assert!(is_dead(&format!("host {number} {place}/{number}/1")));
        let own = std::process::id();
        assert!(is_dead(&format!("host {own} {place}/{own}/1")), "another one had this number");
    }

    #[test]
    fn a_holder_elsewhere_or_of_an_older_version_counts_as_alive() {
        for holder in ["host 7", "", "host 4194304 some-other-boot/4026531836/4194304/55", "host 7 a/b/c/d"] {
            assert!(!is_dead(holder), "{holder}");
        }
    }

    #[test]
    fn a_name_with_parentheses_and_spaces_does_not_confuse() {
        let line = format!("7 (a ) b) S {} 4711 0", (4..22).map(|n| n.to_string()).collect::<Vec<_>>().join(" "));
        assert!(matches!(read(&line), Some(Life::Began(4711))));
        assert!(matches!(read("7 (x) Z 1"), Some(Life::Over)));
    }
}
