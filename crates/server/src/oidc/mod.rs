//! Sign-in by a provider (OpenID Connect Core 1.0: code flow, with PKCE): who somebody is, said by whom the settings trust.
//!
//! The provider says an e-mail address and that it is verified; whose account that is, is decided here. What is wrong with an
//! answer goes to the log alone: whoever is refused learns nothing by it.

mod fetch;

use std::fmt;
use std::time::Duration;

use ambient::Ambient;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenClaims,
    CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    SignatureVerificationError, TokenResponse as _,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use crate::view::hex;
pub(crate) use fetch::Fetch;

/// How long what the provider says of itself is believed. A key that is not in it makes it be asked again.
const KNOWN_FOR: Duration = Duration::from_mins(10);

/// So much may the provider's clock differ where it says when somebody signed in.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

/// The algorithms of signatures that are taken: none that knows a shared secret, and not `none`.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 6] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The provider that people may sign in by.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// What people call it: the button says "Sign in with …".
    pub name: String,
    /// Its address, as its tokens name it.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// What this server shows it.
    pub client_secret: SecretString,
}

/// A client of the provider whose endpoints are known.
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The provider.
pub(crate) struct Oidc {
    settings: OidcSettings,
    issuer: IssuerUrl,
    fetch: Fetch,
    known: Mutex<Option<(Duration, CoreProviderMetadata)>>,
}

/// What a browser was sent to the provider with. Its secrets are not for anybody to see.
#[derive(Serialize, Deserialize)]
pub(crate) struct Question {
    nonce: String,
    verifier: String,
    /// From when on the person must have signed in there; nothing if any time will do.
    since: Option<Timestamp>,
}

impl fmt::Debug for Question {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Question([hidden])")
    }
}

/// Why somebody is not believed, for the log alone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unbelieved {
    #[error("what the provider says of itself cannot be used: {0}")]
    Provider(String),
    #[error("the provider gave no token for the code: {0}")]
    Code(String),
    #[error("the provider gave no ID token")]
    NoToken,
    #[error("the ID token is not taken: {0}")]
    Token(ClaimsVerificationError),
    #[error("the provider does not say that it verified an e-mail address")]
    Unverified,
}

impl Oidc {
    /// A provider, which is not asked yet.
    pub(crate) fn new(settings: OidcSettings) -> Result<Self, String> {
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| error.to_string())?;
        may_ask(issuer.url())?;
        let fetch = Fetch::new(issuer.url())?;
        Ok(Self { settings, issuer, fetch, known: Mutex::default() })
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// How its tokens name it.
    pub(crate) fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Where a browser goes to sign in, and what must be known when it comes back to `callback`. Who must sign in `again` is asked
    /// by the provider even if it knows them.
    pub(crate) async fn ask(
        &self,
        ambient: &Ambient,
        callback: &str,
        state: &str,
        again: bool,
    ) -> Result<(Url, Question), Unbelieved> {
        let client = self.client(self.metadata(ambient, false).await?, callback)?;
        let secret = || hex(&ambient.entropy.bytes::<32>());
        let question = Question { nonce: secret(), verifier: secret(), since: again.then(|| ambient.now() - SKEW) };
        let verifier = PkceCodeVerifier::new(question.verifier.clone());
        let (state, nonce) = (CsrfToken::new(state.to_owned()), Nonce::new(question.nonce.clone()));
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if again {
            request = request.set_max_age(Duration::ZERO).add_prompt(CoreAuthPrompt::Login);
        }
        let (url, _, _) = request.url();
        Ok((url, question))
    }

    /// The verified e-mail address of whoever came back with a code, in lower case.
    pub(crate) async fn answered(
        &self,
        ambient: &Ambient,
        callback: &str,
        code: String,
        question: &Question,
    ) -> Result<String, Unbelieved> {
        let client = self.client(self.metadata(ambient, false).await?, callback)?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| told(&error))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(question.verifier.clone()));
        let tokens = request.request_async(&self.fetch).await.map_err(|error| Unbelieved::Code(chain(&error)))?;
        let token = tokens.id_token().ok_or(Unbelieved::NoToken)?;
        let claims = match verify(&client, token, question, ambient.now()) {
            // The provider has another key since it was asked.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let client = self.client(self.metadata(ambient, true).await?, callback)?;
                verify(&client, token, question, ambient.now()).cloned()
            }
            verified => verified.cloned(),
        };
        let claims = claims.map_err(Unbelieved::Token)?;
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        let email = email.map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty());
        email.ok_or(Unbelieved::Unverified)
    }

    async fn metadata(&self, ambient: &Ambient, anew: bool) -> Result<CoreProviderMetadata, Unbelieved> {
        let now = ambient.clock.elapsed();
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = &*known
            && !anew
            && now.saturating_sub(*at) < KNOWN_FOR
        {
            return Ok(metadata.clone());
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.fetch).await;
        let metadata = found.map_err(|error| told(&error))?;
        *known = Some((now, metadata.clone()));
        Ok(metadata)
    }

    fn client(&self, metadata: CoreProviderMetadata, callback: &str) -> Result<Client, Unbelieved> {
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = ClientSecret::new(self.settings.client_secret.expose_secret().to_owned());
        // A provider that does not say takes the secret in the header (OpenID Connect Discovery 1.0, section 3).
        let takes_header = metadata
            .token_endpoint_auth_methods_supported()
            .is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let how = if takes_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        let callback = RedirectUrl::new(callback.to_owned()).map_err(|error| told(&error))?;
        let client = CoreClient::from_provider_metadata(metadata, id, Some(secret));
        Ok(client.set_auth_type(how).set_redirect_uri(callback))
    }
}

fn verify<'t>(
    client: &Client,
    token: &'t CoreIdToken,
    question: &Question,
    now: Timestamp,
) -> Result<&'t CoreIdTokenClaims, ClaimsVerificationError> {
    let now = chrono::DateTime::from_timestamp(now.as_second(), 0).unwrap_or_default();
    let since = question.since.and_then(|since| chrono::DateTime::from_timestamp(since.as_second(), 0));
    let verifier =
        client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || now).set_auth_time_verifier_fn(
            move |signed_in| match since {
                Some(since) if signed_in.is_none_or(|signed_in| signed_in < since) => {
                    Err("the person did not sign in anew".to_owned())
                }
                _ => Ok(()),
            },
        );
    token.claims(&verifier, &Nonce::new(question.nonce.clone()))
}

/// Whether something may be asked there: over TLS, or on this machine.
pub(crate) fn may_ask(address: &Url) -> Result<(), String> {
    match address.scheme() {
        "https" => Ok(()),
        "http" if jira::network::is_loopback(address) => Ok(()),
        _ => Err(format!("{address} must begin with https://, because what comes from there is believed")),
    }
}

fn told(error: &dyn std::error::Error) -> Unbelieved {
    Unbelieved::Provider(chain(error))
}

/// The words of an error and of what lies behind it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}

impl fmt::Debug for Oidc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Oidc({})", self.issuer.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(issuer: &str) -> OidcSettings {
        OidcSettings {
            name: "Company".to_owned(),
            issuer: issuer.to_owned(),
            client_id: "lifeboat".to_owned(),
            client_secret: SecretString::from("canary"),
        }
    }

    #[test]
    fn secrets_go_over_tls_or_stay_on_this_machine() {
        for issuer in ["https://id.example.com/realms/a", "http://127.0.0.1:8080", "http://localhost/x", "http://[::1]"]
        {
            Oidc::new(settings(issuer)).unwrap();
        }
        for issuer in ["http://id.example.com", "http://localhost.example.com", "id.example.com", "ftp://127.0.0.1"] {
            assert!(Oidc::new(settings(issuer)).is_err(), "{issuer}");
        }
    }

    #[test]
    fn the_secret_is_not_shown() {
        let settings = settings("https://id.example.com");
        let shown = format!("{settings:?} {:?}", Oidc::new(settings.clone()).unwrap());
        assert!(!shown.contains("canary"), "{shown}");
    }
}
