//! Clients of sites, with the credentials that were sealed when the site was added.

use std::fmt::Debug;
use std::sync::Arc;

use jira::{App, Credentials, Jira};
use secrecy::SecretString;
use store::Site;

use crate::consents::{Stored, Tokens};
use crate::{Error, Result, Surroundings};

/// How a site is talked to.
pub trait Connect: Debug + Send + Sync {
    /// A client of an address with these credentials.
    fn connect(&self, url: &str, credentials: Credentials) -> Result<Jira>;

    /// The app that people may consent to, instead of giving an API token.
    fn app(&self) -> Option<Arc<App>> {
        None
    }

    /// A client of an address that signs in as `account`.
    fn client(&self, url: &str, account: &str, token: SecretString) -> Result<Jira> {
        self.connect(url, Credentials::Basic { email: account.to_owned(), token })
    }
}

/// What a site's sealed token is bound to: it opens for no other site.
pub fn credentials_context(site: &Site) -> String {
    format!("lifeboat/site-credentials/{}/{}", site.tenant, site.id)
}

impl Surroundings {
    /// A client of a site.
    pub async fn jira(&self, site: &Site) -> Result<Jira> {
        let Some(sealed) = &site.credentials else {
            return Err(Error::NoCredentials { site: site.name.clone() });
        };
        let what = "what is stored of a site's credentials";
        let strange = || Error::Unreadable { what, reason: "it is in no known form".to_owned() };
        let sealed = match Stored::read(sealed).ok_or_else(strange)? {
            Stored::ApiToken(sealed) => sealed,
            Stored::Consent(_) | Stored::Ended => return self.by_consent(site),
        };
        let opened = self.keys.open(&sealed, &credentials_context(site)).await;
        let token = opened.map_err(|_| Error::WrongKey { key: self.key_name.clone(), site: site.name.clone() })?;
        let unreadable = |reason: std::str::Utf8Error| Error::Unreadable { what, reason: reason.to_string() };
        let token = std::str::from_utf8(token.expose()).map_err(unreadable)?.to_owned();
        self.sites.client(&site.url, &site.account, SecretString::from(token))
    }

    fn by_consent(&self, site: &Site) -> Result<Jira> {
        let app = self.sites.app().ok_or_else(|| Error::NoApp { site: site.name.clone() })?;
        let gateway = app.gateway(&site.cloud_id);
        let credentials = Credentials::Consent {
            account: site.account.clone(),
            cloud_id: site.cloud_id.clone(),
            tokens: Arc::new(Tokens::new(self, app, site)),
        };
        self.sites.connect(gateway.as_str(), credentials)
    }
}
