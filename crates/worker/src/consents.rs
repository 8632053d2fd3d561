//! Sites that are worked on by somebody's consent (OAuth 2.0, `jira::App`): what is stored of it, and how its tokens are renewed.
//!
//! Each renewal gives a new token for the next one, and the old one dies. So only one process renews at a time (whoever wrote down
//! that it asks), and what it got is saved before it is used. An answer that was lost may cost the consent: Atlassian takes the
//! old token for ten more minutes, in which it is tried again; after that the site says that somebody must consent anew
//! (`auth.md` §5).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use control::audit::{Actor, Happening};
use control::id::{SiteId, TenantId};
use jiff::{SignedDuration, Timestamp};
use jira::{AccessTokens, App, Grant, NoAnswer};
use secrecy::{ExposeSecret as _, SecretString};
use store::{Sealed, Site};
use tokio::sync::Mutex;

use crate::{Error, Result, Surroundings};

/// A token that ends within this is renewed first: it must last for the requests that are sent with it.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// Whoever asks for new tokens has so long to come back with them; then another one asks.
const ASKING: SignedDuration = SignedDuration::from_secs(30);

/// How often one looks whether another one has come back.
const LOOK: Duration = Duration::from_millis(250);

const CONSENT: &str = "consent";
const ENDED: &str = "consent-ended";

/// By what a site is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// An API token.
    ApiToken,
    /// Somebody's consent.
    Consent,
    /// A consent that ended: somebody must give it anew.
    EndedConsent,
}

/// What is stored as a site's credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    /// A sealed API token.
    ApiToken(String),
    /// A consent.
    Consent(Consent),
    /// One that ended.
    Ended,
}

/// What is stored of a consent: words with a space between them, tokens sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Consent {
    /// To get the next tokens with.
    refresh: String,
    /// To work with, and until when.
    access: String,
    until: Timestamp,
    /// Since when somebody is asking for the next ones.
    asking: Option<Timestamp>,
}

impl Stored {
    /// Reads it; nothing if it is none of these.
    pub(crate) fn read(sealed: &Sealed) -> Option<Self> {
        let text = std::str::from_utf8(&sealed.0).ok()?;
        let words: Vec<&str> = text.split(' ').collect();
        match *words.as_slice() {
            [ENDED] => Some(Self::Ended),
            [CONSENT, refresh, access, until, asking] => {
                let time = |word: &str| Timestamp::from_microsecond(word.parse().ok()?).ok();
                let asking = if asking == "-" { None } else { Some(time(asking)?) };
                let (refresh, access) = (refresh.to_owned(), access.to_owned());
                Some(Self::Consent(Consent { refresh, access, until: time(until)?, asking }))
            }
            [token] => Some(Self::ApiToken(token.to_owned())),
            _ => None,
        }
    }

    fn write(&self) -> Sealed {
        let text = match self {
            Self::ApiToken(token) => token.clone(),
            Self::Ended => ENDED.to_owned(),
            Self::Consent(Consent { refresh, access, until, asking }) => {
                let asking = asking.map_or_else(|| "-".to_owned(), |at| at.as_microsecond().to_string());
                format!("{CONSENT} {refresh} {access} {} {asking}", until.as_microsecond())
            }
        };
        Sealed(text.into_bytes())
    }
}

/// By what a site is worked on; nothing if by nothing.
pub fn means(site: &Site) -> Option<Means> {
    Some(match Stored::read(site.credentials.as_ref()?)? {
        Stored::ApiToken(_) => Means::ApiToken,
        Stored::Consent(_) => Means::Consent,
        Stored::Ended => Means::EndedConsent,
    })
}

fn context(site: &Site, what: &str) -> String {
    format!("lifeboat/site-consent/{}/{}/{what}", site.tenant, site.id)
}

impl Surroundings {
    /// What is stored of a consent to work on a site.
    pub async fn consented(&self, site: &Site, grant: &Grant) -> Result<Sealed> {
        let lasts = SignedDuration::try_from(grant.lasts).unwrap_or_default();
        let consent = Consent {
            refresh: self.sealed(site, &grant.refresh, "refresh").await?,
            access: self.sealed(site, &grant.access, "access").await?,
            until: self.ambient.now() + lasts,
            asking: None,
        };
        Ok(Stored::Consent(consent).write())
    }

    async fn sealed(&self, site: &Site, secret: &SecretString, what: &str) -> Result<String> {
        Ok(self.keys.seal(secret.expose_secret().as_bytes(), &context(site, what)).await?)
    }

    async fn opened(&self, site: &Site, sealed: &str, what: &str) -> Result<SecretString> {
        let opened = self.keys.open(sealed, &context(site, what)).await;
        let opened = opened.map_err(|_| Error::WrongKey { key: self.key_name.clone(), site: site.name.clone() })?;
        let text = std::str::from_utf8(opened.expose()).map_err(|reason| Error::Unreadable {
            what: "what is stored of a site's consent",
            reason: reason.to_string(),
        })?;
        Ok(SecretString::from(text.to_owned()))
    }
}

/// The tokens of one site's consent, for one client.
#[derive(Debug)]
pub(crate) struct Tokens {
    around: Surroundings,
    app: Arc<App>,
    tenant: TenantId,
    site: SiteId,
    held: Mutex<Option<(SecretString, Timestamp)>>,
}

/// What became of a try.
enum Tried {
    Got(SecretString, Timestamp),
    /// Somebody else is asking, or has just been faster.
    Wait,
    Failed(jira::Error),
}

#[async_trait]
impl AccessTokens for Tokens {
    async fn token(&self) -> jira::Result<SecretString> {
        let mut held = self.held.lock().await;
        if let Some((token, until)) = &*held
            && self.around.ambient.now() + MARGIN < *until
        {
            return Ok(token.clone());
        }
        let clock = &self.around.ambient.clock;
        let begun = clock.elapsed();
        while clock.elapsed().saturating_sub(begun) < ASKING.unsigned_abs() * 2 {
            let away =
                |error: Error| jira::Error::Unreachable { site: "the site".to_owned(), reason: error.to_string() };
            match self.attempt().await.map_err(away)? {
                Tried::Got(token, until) => {
                    *held = Some((token.clone(), until));
                    return Ok(token);
                }
                Tried::Wait => clock.sleep(LOOK).await,
                Tried::Failed(error) => return Err(error),
            }
        }
        let reason = "another process is renewing its tokens for too long".to_owned();
        Err(jira::Error::Unreachable { site: "the site".to_owned(), reason })
    }
}

impl Tokens {
    pub(crate) fn new(around: &Surroundings, app: Arc<App>, site: &Site) -> Self {
        Self { around: around.clone(), app, tenant: site.tenant, site: site.id, held: Mutex::default() }
    }

    async fn attempt(&self) -> Result<Tried> {
        let site = self.around.site(self.tenant, self.site).await?;
        let consent = match site.credentials.as_ref().and_then(Stored::read) {
            Some(Stored::Consent(consent)) => consent,
            Some(Stored::Ended) => return Ok(Tried::Failed(ended(&site, "somebody must give it anew"))),
            _ => return Ok(Tried::Failed(ended(&site, "it is connected in another way now"))),
        };
        let now = self.around.ambient.now();
        if now + MARGIN < consent.until {
            let token = self.around.opened(&site, &consent.access, "access").await?;
            return Ok(Tried::Got(token, consent.until));
        }
        if consent.asking.is_some_and(|since| now < since + ASKING) {
            return Ok(Tried::Wait);
        }
        let mine = Stored::Consent(Consent { asking: Some(now), ..consent.clone() }).write();
        if !self.replace(site.credentials.as_ref(), &mine, None).await? {
            return Ok(Tried::Wait);
        }
        let refresh = self.around.opened(&site, &consent.refresh, "refresh").await?;
        match self.app.refresh(&refresh).await {
            Ok(grant) => {
                let fresh = self.around.consented(&site, &grant).await?;
                // Saved before it is used, and before the old one is forgotten.
                if !self.replace(Some(&mine), &fresh, None).await? {
                    return Ok(Tried::Wait);
                }
                let until = self.around.ambient.now() + SignedDuration::try_from(grant.lasts).unwrap_or_default();
                Ok(Tried::Got(grant.access, until))
            }
            Err(NoAnswer::Refused(reason)) => {
                tracing::warn!(site = %site.name, %reason, "the consent to work on a site has ended");
                self.replace(Some(&mine), &Stored::Ended.write(), Some(&reason)).await?;
                Ok(Tried::Failed(ended(&site, &reason)))
            }
            Err(NoAnswer::Unclear(reason)) => {
                // The old token is still there, for as long as Atlassian takes it.
                let again = Stored::Consent(Consent { asking: None, ..consent }).write();
                self.replace(Some(&mine), &again, None).await?;
                Ok(Tried::Failed(jira::Error::Unreachable { site: site.url, reason }))
            }
        }
    }

    /// Writes what is stored, unless it is something else by now than what was expected. The end of a consent is an event.
    async fn replace(&self, expected: Option<&Sealed>, fresh: &Sealed, ended: Option<&str>) -> Result<bool> {
        let mut repository = self.around.store.write().await?;
        let site = repository.sites().get(self.tenant, self.site).await?;
        let Some(site) = site.filter(|site| site.credentials.as_ref() == expected) else { return Ok(false) };
        repository.sites().update(&Site { credentials: Some(fresh.clone()), ..site }).await?;
        if let Some(reason) = ended {
            let (now, subject) = (self.around.ambient.now(), format!("site/{}", self.site));
            let happening = Happening::done(now, Actor::Lifeboat, "credential.end", subject).with("reason", reason);
            repository.audit().append(self.tenant, happening).await?;
        }
        repository.save().await?;
        Ok(true)
    }
}

fn ended(site: &Site, reason: &str) -> jira::Error {
    let reason = format!("the consent has ended ({reason})");
    jira::Error::Credentials { site: site.url.clone(), account: site.account.clone(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_reads_back() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let consent = |asking| {
            let (refresh, access) = ("v1.cmVm".to_owned(), "v1.YWNj".to_owned());
            Stored::Consent(Consent { refresh, access, until: at(7), asking })
        };
        for stored in [consent(None), consent(Some(at(9))), Stored::Ended, Stored::ApiToken("v1.dG9rZW4=".to_owned())] {
            assert_eq!(Stored::read(&stored.write()), Some(stored));
        }
        for strange in ["consent a b", "consent a b x -", "a b"] {
            assert_eq!(Stored::read(&Sealed(strange.as_bytes().to_vec())), None, "{strange}");
        }
    }
}
