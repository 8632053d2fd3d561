//! Clients of sites, with the credentials that were sealed when the site was added.

use std::fmt::Debug;

use jira::Jira;
use secrecy::SecretString;
use store::{Sealed, Site};

use crate::{Error, Result, Surroundings};

/// How a site is talked to.
pub trait Connect: Debug + Send + Sync {
    /// A client of an address that signs in as `account`.
    fn client(&self, url: &str, account: &str, token: SecretString) -> Result<Jira>;
}

/// What a site's sealed token is bound to: it opens for no other site.
pub fn credentials_context(site: &Site) -> String {
    format!("lifeboat/site-credentials/{}/{}", site.tenant, site.id)
}

impl Surroundings {
    /// A client of a site.
    pub async fn jira(&self, site: &Site) -> Result<Jira> {
        let Some(Sealed(sealed)) = &site.credentials else {
            return Err(Error::NoCredentials { site: site.name.clone() });
        };
        let unreadable = |reason: std::str::Utf8Error| Error::Unreadable {
            what: "what is stored of a site's credentials",
            reason: reason.to_string(),
        };
        let sealed = std::str::from_utf8(sealed).map_err(unreadable)?;
        let opened = self.keys.open(sealed, &credentials_context(site)).await;
        let token = opened.map_err(|_| Error::WrongKey { key: self.key_name.clone(), site: site.name.clone() })?;
        let token = std::str::from_utf8(token.expose()).map_err(unreadable)?.to_owned();
        self.sites.client(&site.url, &site.account, SecretString::from(token))
    }
}
