//! OAuth 2.0 (3LO): an app that works on sites for somebody who consented to it (`auth.md` §5).
//!
//! Whoever consents comes back with a code; the code gives two tokens: one to work with, for an hour, and one to get the next two
//! with, which then dies. Nothing here keeps them: whoever refreshes must have saved the new one before it is used.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::Result;
use crate::beside::{NoAnswer, asked, client};

/// What the app asks for: everything that captures and recoveries call (`auth.md` §2; Jira Software has granular scopes only).
const SCOPES: &str = "offline_access read:jira-user read:jira-work write:jira-work manage:jira-project \
manage:jira-configuration read:project:jira read:board-scope:jira-software read:board-scope.admin:jira-software \
write:board-scope:jira-software read:sprint:jira-software write:sprint:jira-software";

/// What is known of the app, as Atlassian's developer console has it.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// The app's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// Where people consent and tokens come from: `https://auth.atlassian.com`.
    pub authorization: Url,
    /// The gateway: `https://api.atlassian.com`.
    pub gateway: Url,
}

/// The app.
#[derive(Clone, Debug)]
pub struct App {
    settings: AppSettings,
    client: Client,
}

/// Two tokens.
pub struct Grant {
    /// To work with.
    pub access: SecretString,
    /// To get the next two with, once.
    pub refresh: SecretString,
    /// How long the first one lasts.
    pub lasts: Duration,
}

impl fmt::Debug for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Grant(for {} s)", self.lasts.as_secs())
    }
}

/// A site that whoever consented can reach by the app.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reachable {
    /// Its cloudId.
    pub id: String,
    /// Its address.
    pub url: String,
    /// What its people call it.
    #[serde(default)]
    pub name: String,
}

/// Gives the tokens that a client of a site works with, each good for some minutes at least.
#[async_trait]
pub trait AccessTokens: fmt::Debug + Send + Sync {
    /// The token of this moment.
    ///
    /// # Errors
    /// [`crate::Error::Credentials`] when somebody must consent again; [`crate::Error::Unreachable`] when there is none for the moment.
    async fn token(&self) -> Result<SecretString>;
}

/// What the token endpoint answers.
#[derive(Deserialize)]
struct Tokens {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    expires_in: u64,
}

impl App {
    /// An app. Nothing is asked yet.
    ///
    /// # Errors
    /// Why the addresses cannot be used.
    pub fn new(settings: AppSettings) -> Result<Self, String> {
        Ok(Self { client: client(&[&settings.authorization, &settings.gateway])?, settings })
    }

    /// Where somebody consents; they come back to `callback` with a code and this state.
    pub fn consent_address(&self, callback: &str, state: &str) -> Url {
        let mut address = self.settings.authorization.clone();
        address.set_path("/authorize");
        address.query_pairs_mut().extend_pairs([
            ("audience", "api.atlassian.com"),
            ("client_id", &self.settings.client_id),
            ("scope", SCOPES),
            ("redirect_uri", callback),
            ("state", state),
            ("response_type", "code"),
            ("prompt", "consent"),
        ]);
        address
    }

    /// The tokens for a code that somebody came back with to `callback`.
    pub async fn redeem(&self, code: &SecretString, callback: &str) -> Result<Grant, NoAnswer> {
        let Tokens { access_token, refresh_token, expires_in } = self
            .tokens(&[("grant_type", "authorization_code"), ("code", code.expose_secret()), ("redirect_uri", callback)])
            .await?;
        let none = || NoAnswer::Refused("there is no refresh token: the app lacks `offline_access`".to_owned());
        let refresh = refresh_token.ok_or_else(none)?;
        Ok(Grant { access: access_token, refresh, lasts: Duration::from_secs(expires_in) })
    }

    /// The next two tokens. The one that was shown dies, but for some minutes in which it may be shown again.
    pub async fn refresh(&self, refresh: &SecretString) -> Result<Grant, NoAnswer> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose_secret())];
        let Tokens { access_token, refresh_token, expires_in } = self.tokens(&form).await?;
        let refresh = refresh_token.unwrap_or_else(|| refresh.clone());
        Ok(Grant { access: access_token, refresh, lasts: Duration::from_secs(expires_in) })
    }

    /// The sites that whoever consented can reach.
    pub async fn reachable(&self, access: &SecretString) -> Result<Vec<Reachable>, NoAnswer> {
        let mut address = self.settings.gateway.clone();
        address.set_path("/oauth/token/accessible-resources");
        asked(self.client.get(address).bearer_auth(access.expose_secret())).await
    }

    /// The address of a site at the gateway: the tokens are taken nowhere else.
    pub fn gateway(&self, cloud_id: &str) -> Url {
        let mut address = self.settings.gateway.clone();
        address.set_path(&format!("/ex/jira/{cloud_id}"));
        address
    }

    async fn tokens(&self, members: &[(&str, &str)]) -> Result<Tokens, NoAnswer> {
        let mut body = json!({
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret.expose_secret(),
        });
        for (name, value) in members {
            body[*name] = json!(value);
        }
        let mut address = self.settings.authorization.clone();
        address.set_path("/oauth/token");
        asked(self.client.post(address).json(&body)).await
    }
}
