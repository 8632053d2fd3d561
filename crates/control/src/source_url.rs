//! The source's address as somebody types it during an outage: brought into one form, and compared with the names that the
//! source had while it was up. It is never fetched.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// An address of a site in normal form: `https://host`, with the port if it is not 443. No path, no trailing slash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceUrl(String);

/// Why an address was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceUrlError {
    /// It cannot be an address.
    #[error("{typed:?} is not a site's address; type it as in the browser, such as https://example.atlassian.net")]
    Malformed {
        /// What was typed, without user name and password.
        typed: String,
    },
    /// It is not an address of the web, or not a secure one.
    #[error("the site's address must begin with https://, not {scheme}://")]
    Scheme {
        /// What it begins with.
        scheme: String,
    },
    /// It has a user name or password in it.
    #[error("the site's address must not contain a user name or password: leave out everything up to the '@'")]
    UserInfo,
    /// A part of the name only looks like what it seems to say.
    #[error(
        "{label:?} in the site's address mixes alphabets or uses letters that only look like others; type it by hand"
    )]
    LookAlike {
        /// The part.
        label: String,
    },
}

impl SourceUrl {
    /// Takes what was typed or pasted: with or without `https://`, in any case, with any path. Plain `http` is taken for an
    /// address of this very machine alone.
    pub fn parse(typed: &str) -> Result<Self, SourceUrlError> {
        let typed = typed.trim();
        let malformed = || SourceUrlError::Malformed { typed: without_user_info(typed) };
        let with_scheme = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
        let url = Url::parse(&with_scheme).map_err(|_| malformed())?;
        if !url.username().is_empty() || url.password().is_some() || authority(&with_scheme).contains('@') {
            return Err(SourceUrlError::UserInfo);
        }
        let host = url.host().ok_or_else(malformed)?;
        require_scheme(&url, &host)?;
        let name = match &host {
            Host::Domain(domain) => {
                refuse_look_alikes(host_as_typed(&with_scheme), domain)?;
                domain.strip_suffix('.').unwrap_or(domain).to_owned()
            }
            address => address.to_string(),
        };
        if name.split('.').any(str::is_empty) {
            return Err(malformed());
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self(format!("{}://{name}{port}", url.scheme())))
    }

    /// Whether this is one of a site's known names: addresses in any form, or bare domains.
    pub fn is_one_of<'a>(&self, known: impl IntoIterator<Item = &'a str>) -> bool {
        known.into_iter().filter_map(|name| Self::parse(name).ok()).any(|name| name == *self)
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

fn require_scheme(url: &Url, host: &Host<&str>) -> Result<(), SourceUrlError> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_this_machine(host) => Ok(()),
        scheme => Err(SourceUrlError::Scheme { scheme: scheme.to_owned() }),
    }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(domain) => *domain == "localhost",
        Host::Ipv4(address) => IpAddr::from(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).is_loopback(),
    }
}

/// What stands between `://` and the path.
fn authority(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    after.split(['/', '?', '#', '\\']).next().unwrap_or(after)
}

fn host_as_typed(url: &str) -> &str {
    authority(url).split(':').next().unwrap_or_default()
}

fn without_user_info(typed: &str) -> String {
    typed.rsplit('@').next().unwrap_or_default().to_owned()
}

/// Refuses labels that a person takes for something else: letters of another alphabet among Latin ones, names written
/// wholly in letters that look Latin, and characters that become plain letters only when they are normalised.
fn refuse_look_alikes(typed: &str, domain: &str) -> Result<(), SourceUrlError> {
    let (shown, _) = idna::domain_to_unicode(domain);
    for label in shown.split('.').filter(|label| !label.is_ascii()) {
        let letters: Vec<char> = label.chars().filter(|character| character.is_alphabetic()).collect();
        let foreign = letters.iter().filter(|&&letter| !is_latin(letter)).count();
        let mixed = foreign != 0 && foreign != letters.len();
        let disguised = foreign != 0 && letters.iter().all(|&letter| looks_latin(letter));
        if mixed || disguised {
            return Err(SourceUrlError::LookAlike { label: label.to_owned() });
        }
    }
    let normalised =
        |label: &&str| !label.is_ascii() && idna::domain_to_ascii(label).is_ok_and(|it| !it.starts_with("xn--"));
    match typed.split(['.', '。', '．', '｡']).find(normalised) {
        Some(label) => Err(SourceUrlError::LookAlike { label: label.to_owned() }),
        None => Ok(()),
    }
}

/// The Latin blocks of Unicode with the letters of living languages.
fn is_latin(letter: char) -> bool {
    matches!(letter, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Cyrillic, Greek and Armenian letters that most typefaces draw like Latin ones (Unicode's confusables, lower case).
fn looks_latin(letter: char) -> bool {
    "аеорсухіјѕһԁԛԝүӏѵӓёїӧαικνορτυχγօոսհյցզքթ".contains(letter)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://example.atlassian.net")]
    #[case("https://EXAMPLE.Atlassian.NET/")]
    #[case("  example.atlassian.net  ")]
    #[case("example.atlassian.net:443")]
    #[case("https://example.atlassian.net:443/jira/software/projects/ABC?x=1#frag")]
    #[case("https://example.atlassian.net./browse/ABC-1")]
    #[case("HTTPS://example.atlassian.net//")]
    fn one_site_has_one_form(#[case] typed: &str) {
        assert_eq!(SourceUrl::parse(typed).unwrap().as_str(), "https://example.atlassian.net");
    }

    #[rstest]
    #[case("https://example.atlassian.net:8443", "https://example.atlassian.net:8443")]
    #[case("http://127.0.0.1:4000/", "http://127.0.0.1:4000")]
    #[case("http://localhost:80", "http://localhost")]
    #[case("http://[::1]:4000", "http://[::1]:4000")]
    #[case("https://KÖLN.example", "https://xn--kln-sna.example")]
    #[case("https://xn--kln-sna.example", "https://xn--kln-sna.example")]
    #[case("https://例え.example", "https://xn--r8jz45g.example")]
    #[case("https://пример.example", "https://xn--e1afmkfd.example")]
    fn others_keep_what_tells_them_apart(#[case] typed: &str, #[case] normal: &str) {
        assert_eq!(SourceUrl::parse(typed).unwrap().as_str(), normal);
    }

    #[rstest]
    #[case::cyrillic_a_among_latin("https://ex\u{430}mple.atlassian.net")]
    #[case::the_same_in_punycode("https://xn--exmple-4nf.atlassian.net")]
    #[case::wholly_cyrillic("https://\u{430}\u{440}\u{440}\u{4cf}\u{435}.net")]
    #[case::greek_omicron("https://g\u{3bf}ogle.com")]
    #[case::full_width("https://ｅxample.atlassian.net")]
    #[case::ligature("https://ﬁle.atlassian.net")]
    #[case::soft_hyphen("https://exam\u{ad}ple.atlassian.net")]
    fn look_alikes_are_refused(#[case] typed: &str) {
        let refused = SourceUrl::parse(typed).unwrap_err();
        assert!(matches!(refused, SourceUrlError::LookAlike { .. }), "{refused:?}");
    }

    #[rstest]
    #[case("https://admin:secret@example.atlassian.net")]
    #[case("https://example.atlassian.net@evil.example")]
    #[case("https://@evil.example")]
    #[case("admin@example.com")]
    fn user_info_is_refused(#[case] typed: &str) {
        let refused = SourceUrl::parse(typed).unwrap_err();
        assert_eq!(refused, SourceUrlError::UserInfo);
        assert!(!refused.to_string().contains("secret"));
    }

    #[rstest]
    #[case("http://example.atlassian.net")]
    #[case("http://10.0.0.1")]
    #[case("ftp://example.atlassian.net")]
    #[case("file:///etc/passwd")]
    fn other_schemes_are_refused(#[case] typed: &str) {
        assert!(SourceUrl::parse(typed).is_err());
    }

    #[rstest]
    #[case("")]
    #[case("https://")]
    #[case("not a host")]
    #[case::an_address_once_its_dots_are_gone("0..")]
    #[case::an_empty_label("https://example..atlassian.net")]
    #[case("https://exa mple.net")]
    fn nonsense_is_refused(#[case] typed: &str) {
        assert!(matches!(SourceUrl::parse(typed), Err(SourceUrlError::Malformed { .. })));
    }

    #[test]
    fn it_is_compared_with_names_in_any_form() {
        let typed = SourceUrl::parse("Jira.Example.com/secure").unwrap();
        assert!(typed.is_one_of(["https://example.atlassian.net", "jira.example.com"]));
        assert!(!typed.is_one_of([
            "https://example.atlassian.net",
            "https://jira.example.com:8443",
            "jira.example.co"
        ]));
    }

    /// What looks like the source's address to somebody in a hurry, and is another site.
    #[rstest]
    #[case::suffix("https://example.atlassian.net.evil.test")]
    #[case::prefix("https://evil-example.atlassian.net")]
    #[case::missing_dot("https://exampleatlassian.net")]
    #[case::subdomain("https://evil.example.atlassian.net")]
    #[case::parent("https://atlassian.net")]
    #[case::in_the_path("https://evil.test/example.atlassian.net")]
    #[case::in_the_query("https://evil.test/?https://example.atlassian.net")]
    #[case::in_the_fragment("https://evil.test#example.atlassian.net")]
    #[case::other_top_level("https://example.atlassian.network")]
    #[case::other_port("https://example.atlassian.net:444")]
    #[case::plain_port("https://example.atlassian.net:80")]
    #[case::digit_for_letter("https://examp1e.atlassian.net")]
    #[case::hyphens("https://example-atlassian.net")]
    #[case::address("https://192.0.2.1")]
    #[case::back_slash("https://evil.test\\@example.atlassian.net")]
    #[case::user_info("https://example.atlassian.net@evil.test")]
    #[case::user_info_and_port("https://example.atlassian.net:443@evil.test")]
    #[case::encoded_dot("https://example.atlassian.net%2eevil.test")]
    #[case::ideographic_stop("https://example.atlassian.net。evil.test")]
    #[case::zero_width("https://exam\u{200b}ple.atlassian.net")]
    #[case::long_s("https://example.atlaſſian.net")]
    #[case::dotless_i("https://example.atlass\u{131}an.net")]
    #[case::kelvin("https://example.atlassian.net\u{212a}")]
    fn no_trick_makes_another_site_the_source(#[case] typed: &str) {
        let known = ["https://example.atlassian.net", "d3adbeef-0000-4000-8000-000000000000"];
        assert!(!SourceUrl::parse(typed).is_ok_and(|url| url.is_one_of(known)));
    }

    /// However it is written, it is the one site.
    #[rstest]
    #[case("HTTPS://EXAMPLE.ATLASSIAN.NET")]
    #[case("example.atlassian.net///")]
    #[case("https://example.atlassian.net:0443/")]
    #[case("https://example.atlassian.net/../..")]
    #[case("\t https://example.atlassian.net\n")]
    fn no_spelling_hides_the_source(#[case] typed: &str) {
        assert!(SourceUrl::parse(typed).unwrap().is_one_of(["example.atlassian.net"]), "{typed}");
    }

    proptest::proptest! {
        #[test]
        fn only_the_same_host_and_port_are_the_source(label in "[a-z0-9]{1,12}", port in 1u16..) {
            let typed = format!("https://{label}.atlassian.net:{port}/x");
            let same = label == "example" && port == 443;
            let url = SourceUrl::parse(&typed).unwrap();
            proptest::prop_assert_eq!(url.is_one_of(["https://example.atlassian.net"]), same);
        }


        #[test]
        fn no_text_makes_it_panic_and_the_form_is_stable(typed: String) {
            if let Ok(url) = SourceUrl::parse(&typed) {
                proptest::prop_assert_eq!(SourceUrl::parse(url.as_str()), Ok(url.clone()));
            }
        }
    }
}
