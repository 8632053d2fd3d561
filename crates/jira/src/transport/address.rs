//! Which addresses requests may go to.

use std::net::IpAddr;

use url::{Host, Url};

/// The address of a site, checked.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// Without the slash at the end.
    base: String,
    url: Url,
    loopback: bool,
}

impl Site {
    /// Checks the address: HTTPS, or HTTP to this machine.
    pub(super) fn new(url: &Url) -> Result<Self, String> {
        let loopback = is_loopback(url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err("the address must begin with https:// (http:// is for this machine only)".into()),
            other => return Err(format!("the address must begin with https://, not {other}://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the address must not hold a user name or password; give them as credentials".into());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("the address must end with the host name, without ? or #".into());
        }
        Ok(Self { base: url.as_str().trim_end_matches('/').to_owned(), url: url.clone(), loopback })
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether it is reached without TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// The address of a path on the site.
    pub(super) fn url(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.base)
    }

    /// The address of a file that the site redirects to, if it may be followed: HTTPS to a host with a name, so that no
    /// answer can send the client to a machine of the network that it runs in; this machine only for a site that is there too.
    pub(super) fn redirect(&self, location: &str) -> Result<Url, String> {
        let url = self.url.join(location).map_err(|error| format!("a redirect to nowhere: {error}"))?;
        let may = match url.scheme() {
            "https" if matches!(url.host(), Some(Host::Domain(_))) && !is_loopback(&url) => true,
            "https" | "http" => self.loopback && is_loopback(&url),
            _ => false,
        };
        // A name and a password would be sent as credentials, which are never an answer's to choose.
        let names_nobody = url.username().is_empty() && url.password().is_none();
        if may && names_nobody { Ok(url) } else { Err(format!("a redirect to {}, which is not followed", shown(&url))) }
    }
}

/// Whether what is sent to an address stays on this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

/// An address as messages show it: scheme, host and port. The rest may hold secrets.
pub fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

/// The id of a file in the media store: the UUID in the path of a redirect to it (`quirks.md` §6).
pub(super) fn media_id(url: &Url) -> Option<String> {
    url.path_segments()?.find(|segment| is_uuid(segment)).map(str::to_ascii_lowercase)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(url: &str) -> Result<Site, String> {
        Site::new(&url.parse().unwrap())
    }

    #[test]
    fn a_site_is_reached_by_https_or_on_this_machine() {
        assert_eq!(site("https://example.atlassian.net/").unwrap().url("/x"), "https://example.atlassian.net/x");
        assert_eq!(
            site("https://api.atlassian.com/ex/jira/1").unwrap().url("/x"),
            "https://api.atlassian.com/ex/jira/1/x"
        );
        for here in ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:8080", "http://source.localhost:1"]
        {
            assert!(site(here).unwrap().is_loopback(), "{here}");
        }
        insta::assert_snapshot!(site("http://example.atlassian.net").unwrap_err(),
            @"the address must begin with https:// (http:// is for this machine only)");
        assert!(site("http://127.0.0.1.example.com").is_err());
        assert!(site("ftp://example.atlassian.net").is_err());
        assert!(site("https://me:secret@example.atlassian.net").is_err());
        assert!(site("https://example.atlassian.net/?x=1").is_err());
    }

    #[test]
    fn redirects_go_to_named_hosts_by_https() {
        let site = site("https://example.atlassian.net").unwrap();
        assert!(site.redirect("https://api.media.atlassian.com/file/1/binary?token=t").is_ok());
        assert!(site.redirect("/secure/attachment/1/x.png").is_ok());
        for elsewhere in [
            "https://somebody@api.media.atlassian.com/file/1/binary",
            "https://:secret@api.media.atlassian.com/file/1/binary",
            "http://api.media.atlassian.com/file",
            "https://169.254.169.254/latest",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://[::1]/",
            "file:///etc/passwd",
        ] {
            assert!(site.redirect(elsewhere).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn a_site_on_this_machine_may_redirect_to_this_machine() {
        let site = site("http://127.0.0.1:8080").unwrap();
        assert!(site.redirect("http://127.0.0.1:9090/file/1").is_ok());
        assert!(site.redirect("http://10.0.0.1/file/1").is_err());
    }

    #[test]
    fn what_is_refused_is_named_without_its_secrets() {
        let site = site("https://example.atlassian.net").unwrap();
        insta::assert_snapshot!(site.redirect("http://media.example.com:81/file?token=secret").unwrap_err(),
            @"a redirect to http://media.example.com:81, which is not followed");
    }

    #[test]
    fn the_media_id_is_the_uuid_of_the_path() {
        let id = |url: &str| media_id(&url.parse().unwrap());
        assert_eq!(
            id("https://api.media.atlassian.com/file/0A1b2c3d-0000-4000-8000-00000000000f/binary?token=x").as_deref(),
            Some("0a1b2c3d-0000-4000-8000-00000000000f")
        );
        assert_eq!(id("https://api.media.atlassian.com/file/10001/binary"), None);
    }
}
