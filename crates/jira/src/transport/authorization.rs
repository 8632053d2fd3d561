//! What a request signs in with.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret as _;

use crate::answer::Setback;
use crate::{AccessTokens, Credentials, Error};

/// What a request signs in with.
#[derive(Debug)]
pub(super) enum Authorization {
    /// Always the same.
    Fixed(HeaderValue),
    /// A token that is replaced every hour.
    Tokens(Arc<dyn AccessTokens>),
}

impl Authorization {
    pub(super) fn new(credentials: &Credentials) -> Result<Self, String> {
        let (email, token) = match credentials {
            Credentials::Basic { email, token } => (email, token.expose_secret()),
            Credentials::Consent { tokens, .. } => return Ok(Self::Tokens(tokens.clone())),
        };
        if email.trim().is_empty() || token.trim().is_empty() {
            return Err("the e-mail address or the API token is empty".into());
        }
        let pair = BASE64_STANDARD.encode(format!("{email}:{token}"));
        let value = HeaderValue::try_from(format!("Basic {pair}")).expect("Base64 is plain ASCII");
        Ok(Self::Fixed(concealed(value)))
    }

    /// The header of this moment.
    pub(super) async fn header(&self) -> Result<HeaderValue, Setback> {
        match self {
            Self::Fixed(header) => Ok(header.clone()),
            Self::Tokens(tokens) => {
                let token = tokens.token().await.map_err(|error| match error {
                    // Nothing was sent yet.
                    Error::Unreachable { reason, .. } => Setback::Unreached(reason),
                    error => Setback::Refused(error),
                })?;
                let value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()));
                let strange = |_| Setback::Unreached("the access token is no text for a header".to_owned());
                value.map(concealed).map_err(strange)
            }
        }
    }
}

fn concealed(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}
