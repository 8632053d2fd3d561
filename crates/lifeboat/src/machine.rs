//! Who is at this machine, as the operating system knows them.

/// The account of this process and the machine: `linus (uid 1000) at db1`.
#[cfg(unix)]
pub(crate) fn user() -> String {
    use nix::unistd::{Uid, User, gethostname};
    let uid = Uid::current();
    let name = User::from_uid(uid).ok().flatten().map(|user| user.name);
    let host = gethostname().ok().and_then(|host| host.into_string().ok());
    told(name.as_deref(), Some(uid.as_raw()), host.as_deref())
}

/// The account of this process and the machine, as its environment names them.
#[cfg(not(unix))]
pub(crate) fn user() -> String {
    let (name, host) = (std::env::var("USERNAME").ok(), std::env::var("COMPUTERNAME").ok());
    told(name.as_deref(), None, host.as_deref())
}

fn told(name: Option<&str>, uid: Option<u32>, host: Option<&str>) -> String {
    let name = name.unwrap_or("somebody");
    let number = uid.map(|uid| format!(" (uid {uid})")).unwrap_or_default();
    let place = host.filter(|host| !host.is_empty()).map(|host| format!(" at {host}")).unwrap_or_default();
    format!("{name}{number}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        assert_eq!(told(Some("linus"), Some(1000), Some("db1")), "linus (uid 1000) at db1");
        assert_eq!(told(None, Some(1000), Some("")), "somebody (uid 1000)");
        assert!(!user().is_empty());
    }
}
