//! The dashboard: the sources in `web/`, built by this crate's build script and embedded.
//!
//! `LIFEBOAT_UI` says how: `auto` (the default) builds it when npm is there and embeds a page that says what to install when
//! it is not; `require` fails instead; `skip` builds nothing.

/// A file of the dashboard.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its path below the dashboard's address: `assets/index-3f2a.js`.
    pub path: &'static str,
    /// Its content.
    pub content: &'static [u8],
    /// The same, compressed by gzip, where that is smaller.
    pub gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The page that every address of the dashboard begins with.
pub const INDEX: &str = "index.html";

/// The file at a path.
pub fn asset(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

impl Asset {
    /// Whether its name has a hash of its content: another content has another name.
    pub fn is_named_by_content(&self) -> bool {
        self.path.starts_with("assets/")
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self.path.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("woff2") => "font/woff2",
            _ => "application/octet-stream",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_a_page_and_everything_that_it_names() {
        let index = asset(INDEX).expect("a page");
        let page = std::str::from_utf8(index.content).unwrap();
        assert!(page.contains("<head>"), "the server puts the base address there");
        let named = page.split('"').filter_map(|part| part.strip_prefix("./"));
        for path in named {
            assert!(asset(path).is_some(), "{path}");
        }
    }
}
