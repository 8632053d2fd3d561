//! Browsers that are sent to another server (to sign in there, or for a consent) and come back with an answer.
//!
//! Whoever comes back shows two secrets: `state`, which went through the address, and a cookie, which never left the browser. What
//! was to be known then is kept under the hash of both, sealed, and taken out once: an answer that somebody else was given opens
//! nothing in this browser, and nothing is answered twice.

use axum::http::{HeaderMap, HeaderValue};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{Errand, Sealed};

use crate::Components;
use crate::api::account::Asked;
use crate::api::sites::Wanted;
use crate::http::caller::cookie_value;
use crate::http::problem::Problem;
use crate::view::hex;

/// How long it may take over there.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

const SECURE_COOKIE: &str = "__Host-lifeboat-errand";
const PLAIN_COOKIE: &str = "lifeboat-errand";

/// In hexadecimal digits.
const COOKIE_LENGTH: usize = 64;

/// Why a browser was sent, and what must be known when it comes back.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// To sign in at the provider.
    Identity(Asked),
    /// For the consent to work on a site.
    Consent(Wanted),
}

/// What goes with a browser that is sent.
pub(crate) struct Luggage {
    /// What it comes back with in the address.
    pub(crate) state: String,
    /// What it keeps in its cookie.
    kept: String,
}

impl Luggage {
    /// Packs it. A browser that is already on its way for another tab keeps its cookie.
    pub(crate) fn pack(components: &Components, headers: &HeaderMap) -> Self {
        let entropy = &components.around.ambient.entropy;
        let known = cookie_value(headers, cookie_name(components)).filter(|value| is_ours(value));
        let kept = known.map_or_else(|| hex(&entropy.bytes::<32>()), str::to_owned);
        Self { state: hex(&entropy.bytes::<32>()), kept }
    }

    /// What sets the cookie. Not `Strict`: a page of another server sends the browser back.
    pub(crate) fn cookie(&self, components: &Components) -> Result<HeaderValue, Problem> {
        let (name, value, age) = (cookie_name(components), &self.kept, PATIENCE.as_secs());
        let secure = if components.is_secure() { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
        let mut cookie = HeaderValue::from_str(&cookie).map_err(Problem::internal)?;
        cookie.set_sensitive(true);
        Ok(cookie)
    }
}

fn cookie_name(components: &Components) -> &'static str {
    if components.is_secure() { SECURE_COOKIE } else { PLAIN_COOKIE }
}

fn is_ours(value: &str) -> bool {
    value.len() == COOKIE_LENGTH && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hash(state: &str, cookie: &str) -> [u8; 32] {
    Sha256::digest(format!("lifeboat/errand\n{state}\n{cookie}").as_bytes()).into()
}

fn context(components: &Components, hash: &[u8; 32]) -> String {
    format!("lifeboat/errand/{}/{}", components.tenant, hex(hash))
}

/// Keeps what must be known when the browser comes back with this.
pub(crate) async fn send(components: &Components, luggage: &Luggage, purpose: &Purpose) -> Result<(), Problem> {
    let hash = hash(&luggage.state, &luggage.kept);
    let purpose = serde_json::to_vec(purpose).map_err(Problem::internal)?;
    let sealed = components.around.keys.seal(&purpose, &context(components, &hash)).await.map_err(Problem::internal)?;
    let expires = components.around.ambient.now() + PATIENCE;
    let errand = Errand { hash, tenant: components.tenant, state: Sealed(sealed.into_bytes()), expires };
    let mut repository = components.around.store.write().await?;
    repository.errands().send(&errand).await?;
    Ok(repository.save().await?)
}

/// Why the browser that sends this was away; nothing if it was not sent, not this one, too long ago, or is back already.
pub(crate) async fn back(
    components: &Components,
    headers: &HeaderMap,
    state: &str,
) -> Result<Option<Purpose>, Problem> {
    let Some(cookie) = cookie_value(headers, cookie_name(components)) else { return Ok(None) };
    let mut repository = components.around.store.write().await?;
    let errand = repository.errands().take(components.tenant, &hash(state, cookie)).await?;
    repository.save().await?;
    let Some(errand) = errand.filter(|errand| components.around.ambient.now() < errand.expires) else {
        return Ok(None);
    };
    let sealed = std::str::from_utf8(&errand.state.0).map_err(Problem::internal)?;
    let opened = components.around.keys.open(sealed, &context(components, &errand.hash)).await;
    let opened = opened.map_err(Problem::internal)?;
    serde_json::from_slice(opened.expose()).map(Some).map_err(Problem::internal)
}
