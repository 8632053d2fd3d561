//! Requests that come by a Forge app: Atlassian signs an invocation token for each (`auth.md` §6).
//!
//! A token alone proves that some user of some site called. To be let in it must be for our own app, of a site that is registered
//! here, and its user must administer that site: the site itself is asked, now and then again. Whose account that is here, the
//! e-mail address decides that the site has of them; nobody gets one by it. Why somebody is not let in goes to the log alone.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use control::id::PersonId;
use jiff::{SignedDuration, Timestamp};
use jira::{Call, Jira};
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeySetUrl};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::Person;

use crate::Components;
use crate::oidc::{Fetch, chain, may_ask};

/// Who signs (`auth.md` §6).
const ISSUER: &str = "forge/invocation-token";

/// How long Atlassian's keys are believed to be all. One that is not among them makes them be asked for again, at most so often.
const KNOWN_FOR: Duration = Duration::from_hours(1);
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// How long somebody is believed to administer a site after it said so.
const ADMINISTERS_FOR: Duration = Duration::from_mins(1);

/// So much may Atlassian's clock differ.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// The app whose requests are taken.
#[derive(Clone, Debug)]
pub struct ForgeSettings {
    /// Its id: `ari:cloud:ecosystem::app/…`.
    pub app_id: String,
    /// Where Atlassian's keys are.
    pub keys: String,
}

/// What takes requests of the app.
pub(crate) struct Forge {
    app_id: String,
    place: JsonWebKeySetUrl,
    fetch: Fetch,
    keys: tokio::sync::Mutex<Option<(Duration, CoreJsonWebKeySet)>>,
    /// Who administers which site, and who they are here: cloudId and account id.
    known: Mutex<HashMap<(String, String), (Duration, PersonId)>>,
}

/// Why somebody is not let in, for the log alone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unbelieved {
    #[error("it is no token: {0}")]
    Form(&'static str),
    #[error("Atlassian's keys cannot be asked for: {0}")]
    Keys(String),
    #[error("it is not signed by Atlassian")]
    Signature,
    #[error("it is not for us, or not now: {0}")]
    Claims(&'static str),
    #[error("its site is not registered here")]
    Site,
    #[error("the site could not be asked: {0}")]
    Unanswered(String),
    #[error("its user does not administer the site")]
    Administers,
    #[error("nobody here has the e-mail address that the site has of its user")]
    Nobody,
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    context: Context,
    principal: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    cloud_id: String,
}

/// Whose request it is.
struct User {
    cloud_id: String,
    account: String,
}

impl Forge {
    pub(crate) fn new(settings: ForgeSettings) -> Result<Self, String> {
        let place = JsonWebKeySetUrl::new(settings.keys).map_err(|error| error.to_string())?;
        may_ask(place.url())?;
        let fetch = Fetch::new(place.url())?;
        Ok(Self { app_id: settings.app_id, place, fetch, keys: tokio::sync::Mutex::default(), known: Mutex::default() })
    }

    /// Whether what was sent has the form of such a token, and not that of an API key.
    pub(crate) fn is_token(sent: &str) -> bool {
        sent.split('.').count() == 3
    }

    /// Who sent a request with this token.
    pub(crate) async fn person(&self, components: &Components, token: &str) -> Result<Person, Unbelieved> {
        let user = self.user(components, token).await?;
        let key = (user.cloud_id.clone(), user.account.clone());
        let now = components.around.ambient.clock.elapsed();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        let id = match known {
            Some((at, id)) if now.saturating_sub(at) < ADMINISTERS_FOR => id,
            _ => {
                let id = administrator(components, &user).await?;
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                known.retain(|_, (at, _)| now.saturating_sub(*at) < ADMINISTERS_FOR);
                known.insert(key, (now, id));
                id
            }
        };
        let mut repository = components.around.store.read().await?;
        let person = repository.people().get(components.tenant, id).await?;
        person.filter(|person| person.removed.is_none()).ok_or(Unbelieved::Nobody)
    }

    /// Whose request a token says that it is.
    async fn user(&self, components: &Components, token: &str) -> Result<User, Unbelieved> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Unbelieved::Form("parts are missing"))?;
        let (header, claims) = signed.split_once('.').ok_or(Unbelieved::Form("parts are missing"))?;
        let header: Header = part(header)?;
        if header.alg != "RS256" {
            return Err(Unbelieved::Form("another algorithm than RS256"));
        }
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature);
        let signature = signature.map_err(|_| Unbelieved::Form("the signature is no base64url"))?;
        let mut keys = self.keys(components, false).await?;
        if !has(&keys, &header.kid) {
            keys = self.keys(components, true).await?;
        }
        let mut named = keys.keys().iter().filter(|key| key.key_id().is_some_and(|id| id.as_str() == header.kid));
        let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        let is_signed = |key: &openidconnect::core::CoreJsonWebKey| {
            key.verify_signature(&algorithm, signed.as_bytes(), &signature).is_ok()
        };
        if !named.any(is_signed) {
            return Err(Unbelieved::Signature);
        }
        self.claimed(part(claims)?, components.around.ambient.now())
    }

    fn claimed(&self, claims: Claims, now: Timestamp) -> Result<User, Unbelieved> {
        let after = |second: i64| Timestamp::from_second(second).is_ok_and(|time| time > now + SKEW);
        let is_for_us = match &claims.aud {
            Audience::One(one) => *one == self.app_id,
            Audience::Many(many) => many.len() == 1 && many[0] == self.app_id,
        };
        let ends = Timestamp::from_second(claims.exp).map_err(|_| Unbelieved::Claims("it has no end"))?;
        let wrong = [
            (claims.iss != ISSUER, "another issuer"),
            (!is_for_us, "another app"),
            (now >= ends, "it has ended"),
            (claims.nbf.is_some_and(after) || claims.iat.is_some_and(after), "it has not begun"),
        ];
        if let Some((_, what)) = wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            return Err(Unbelieved::Claims(what));
        }
        let account = claims.principal.ok_or(Unbelieved::Claims("nobody sent it: the app did by itself"))?;
        Ok(User { cloud_id: claims.context.cloud_id, account })
    }

    async fn keys(&self, components: &Components, anew: bool) -> Result<CoreJsonWebKeySet, Unbelieved> {
        let now = components.around.ambient.clock.elapsed();
        let mut known = self.keys.lock().await;
        if let Some((at, keys)) = &*known {
            let age = now.saturating_sub(*at);
            if age < ASKED_AGAIN_AFTER || (!anew && age < KNOWN_FOR) {
                return Ok(keys.clone());
            }
        }
        let keys = CoreJsonWebKeySet::fetch_async(&self.place, &self.fetch).await;
        let keys = keys.map_err(|error| Unbelieved::Keys(chain(&error)))?;
        *known = Some((now, keys.clone()));
        Ok(keys)
    }
}

fn has(keys: &CoreJsonWebKeySet, id: &str) -> bool {
    keys.keys().iter().any(|key| key.key_id().is_some_and(|known| known.as_str() == id))
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, Unbelieved> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Unbelieved::Form("a part is no base64url"))?;
    serde_json::from_slice(&bytes).map_err(|_| Unbelieved::Form("a part does not say what it must"))
}

/// Who the user is here, if they administer the site now.
async fn administrator(components: &Components, user: &User) -> Result<PersonId, Unbelieved> {
    let mut repository = components.around.store.read().await?;
    let site = repository.sites().by_cloud_id(components.tenant, &user.cloud_id).await?.ok_or(Unbelieved::Site)?;
    drop(repository);
    let unanswered = |error: &dyn fmt::Display| Unbelieved::Unanswered(error.to_string());
    let jira = components.around.jira(&site).await.map_err(|error| unanswered(&error))?;
    let asked = tokio::select! {
        asked = ask(&jira, &user.account) => asked.map_err(|error| unanswered(&error))?,
        () = components.around.ambient.clock.sleep(Duration::from_secs(10)) => {
            return Err(Unbelieved::Unanswered("it does not answer in time".to_owned()));
        }
    };
    let (administers, email) = asked;
    if !administers {
        return Err(Unbelieved::Administers);
    }
    let email = email.ok_or(Unbelieved::Nobody)?.trim().to_lowercase();
    let mut repository = components.around.store.read().await?;
    let person = repository.people().by_email(components.tenant, &email).await?;
    person.map(|person| person.id).ok_or(Unbelieved::Nobody)
}

/// Whether an account administers a site, and its e-mail address as far as the site tells it.
async fn ask(jira: &Jira, account: &str) -> jira::Result<(bool, Option<String>)> {
    let body = json!({ "accountId": account, "globalPermissions": ["ADMINISTER"] });
    let granted: Value = jira.json(Call::post_read("/rest/api/3/permissions/check").json(&body)).await?;
    let granted = granted["globalPermissions"].as_array().is_some_and(|all| all.contains(&json!("ADMINISTER")));
    let user: Value = jira.json(Call::get("/rest/api/3/user").query("accountId", account)).await?;
    let is_active = user["active"].as_bool().unwrap_or(false) && user["accountId"] == json!(account);
    Ok((granted && is_active, user["emailAddress"].as_str().map(str::to_owned)))
}

impl fmt::Debug for Forge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Forge({})", self.app_id)
    }
}
