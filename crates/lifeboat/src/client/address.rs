//! Where a server may be: credentials go over TLS, or stay on this machine.

use jira::network::{is_loopback, shown};
use url::Url;

use crate::exit::Fault;

/// The address of a server, checked.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) base: Url,
    pub(super) is_loopback: bool,
}

impl Address {
    /// Checks it: HTTPS, or HTTP to this machine, and nothing in it that belongs elsewhere.
    pub(super) fn new(url: &Url) -> Result<Self, Fault> {
        let unusable =
            |why: &str| Fault::usage(format!("{} cannot be the address of a Lifeboat server: {why}", shown(url)));
        let is_loopback = is_loopback(url);
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            "http" => return Err(unusable("it must begin with https://, because credentials go there")),
            _ => return Err(unusable("it must begin with https://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(unusable("it must not hold a user name or password: see `lifeboat --help` for signing in"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(unusable("it must end without ? or #"));
        }
        Ok(Self { base: url.clone(), is_loopback })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_over_tls_or_stay_on_this_machine() {
        let check = |url: &str| Address::new(&url.parse().unwrap()).map(|address| address.is_loopback);
        for good in ["https://lifeboat.example.com", "https://lifeboat.example.com/behind/a/proxy/"] {
            assert!(!check(good).unwrap(), "{good}");
        }
        for good in ["http://127.0.0.1:8787", "http://localhost:1/", "http://[::1]:8787", "https://127.0.0.1"] {
            assert!(check(good).unwrap(), "{good}");
        }
        for bad in [
            "http://lifeboat.example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
            "https://ann:secret@lifeboat.example.com",
            "https://lifeboat.example.com/?key=secret",
            "https://lifeboat.example.com/#secret",
        ] {
            let fault = check(bad).unwrap_err().message;
            assert!(!fault.contains("secret"), "{fault}");
        }
    }
}
