//! Who sends a request.

use std::collections::HashMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::JiraError;
use crate::site::SharedSite;
use crate::state::AccountId;

/// What the credentials of a request turned out to be. The pipeline puts it into the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// An account.
    Account(AccountId),
    /// No credentials.
    Anonymous,
    /// Credentials that do not, or no longer, hold.
    Rejected,
}

/// The API tokens and access tokens that a site accepts.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    basic: HashMap<(String, String), AccountId>,
    bearer: HashMap<String, AccountId>,
}

impl Credentials {
    pub(crate) fn add_basic(&mut self, email: &str, token: &str, account: AccountId) {
        self.basic.insert((email.to_lowercase(), token.into()), account);
    }

    pub(crate) fn add_bearer(&mut self, token: &str, account: AccountId) {
        self.bearer.insert(token.into(), account);
    }

    /// Ends a token of either sort.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.basic.retain(|(_, held), _| held != token);
        self.bearer.remove(token);
    }

    pub(crate) fn identify(&self, headers: &HeaderMap) -> Identity {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Identity::Anonymous };
        let account = value.to_str().ok().and_then(|value| self.account(value));
        account.map_or(Identity::Rejected, Identity::Account)
    }

    fn account(&self, authorization: &str) -> Option<AccountId> {
        let (scheme, secret) = authorization.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") {
            return self.bearer.get(secret.trim()).cloned();
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(STANDARD.decode(secret.trim()).ok()?).ok()?;
        let (email, token) = decoded.split_once(':')?;
        self.basic.get(&(email.to_lowercase(), token.into())).cloned()
    }
}

/// The account of a request; 401 without one.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) AccountId);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = JiraError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, JiraError> {
        match parts.extensions.get() {
            Some(Identity::Account(account)) => Ok(Self(account.clone())),
            _ => Err(JiraError::unauthorized()),
        }
    }
}

/// The account of a request to an operation that only administrators may use; 401 without an account, 403 for others.
#[derive(Debug, Clone)]
pub(crate) struct Administrator(pub(crate) AccountId);

impl FromRequestParts<SharedSite> for Administrator {
    type Rejection = JiraError;

    async fn from_request_parts(parts: &mut Parts, site: &SharedSite) -> Result<Self, JiraError> {
        let Caller(account) = Caller::from_request_parts(parts, site).await?;
        if site.read().administers(&account) {
            Ok(Self(account))
        } else {
            Err(JiraError::forbidden("You do not have permission to perform this operation."))
        }
    }
}

/// The account of a request to an operation that also answers the anonymous: a dead token is nobody, not an error.
#[derive(Debug, Clone)]
pub(crate) struct MaybeCaller(pub(crate) Option<AccountId>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeCaller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(match parts.extensions.get() {
            Some(Identity::Account(account)) => Some(account.clone()),
            _ => None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(authorization: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, authorization.parse().unwrap())])
    }

    #[test]
    fn tokens_identify_until_they_are_revoked() {
        let mut credentials = Credentials::default();
        credentials.add_basic("Ada@example.com", "secret", "ada".into());
        credentials.add_bearer("bearer-secret", "ada".into());
        let basic = headers(&format!("Basic {}", STANDARD.encode("ada@example.com:secret")));
        let bearer = headers("Bearer bearer-secret");
        let wrong = headers(&format!("Basic {}", STANDARD.encode("ada@example.com:other")));
        assert_eq!(credentials.identify(&basic), Identity::Account("ada".into()));
        assert_eq!(credentials.identify(&bearer), Identity::Account("ada".into()));
        assert_eq!(credentials.identify(&wrong), Identity::Rejected);
        assert_eq!(credentials.identify(&headers("nonsense")), Identity::Rejected);
        assert_eq!(credentials.identify(&HeaderMap::new()), Identity::Anonymous);
        credentials.revoke("secret");
        assert_eq!(credentials.identify(&basic), Identity::Rejected);
        assert_eq!(credentials.identify(&bearer), Identity::Account("ada".into()));
    }
}
