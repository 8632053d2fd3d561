//! What every request works with.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::HeaderMap;
use control::id::TenantId;
use jira::Organisation;
use tracing::Span;
use url::Url;
use worker::Surroundings;

use crate::forge::{Forge, ForgeSettings};
use crate::http::limit::Buckets;
use crate::http::measure::Meters;
use crate::known_points::KnownPoints;
use crate::oidc::{Oidc, OidcSettings};
use crate::passkeys::Passkeys;

/// The DNS.
#[async_trait]
pub trait DomainNames: fmt::Debug + Send + Sync {
    /// The texts of a name's TXT records; none if it has none.
    ///
    /// # Errors
    /// Why nobody could be asked, for people.
    async fn text(&self, name: &str) -> Result<Vec<String>, String>;
}

/// Ties the span of a request to the trace that the caller named in its headers.
pub type CallersTrace = fn(&Span, &HeaderMap);

/// What every request works with. Cheap to clone.
#[derive(Clone)]
pub struct Components {
    /// The control plane and the vaults: the same as jobs work with.
    pub around: Surroundings,
    /// Where people sign in.
    pub tenant: TenantId,
    /// Where people reach this server, for links: `https://lifeboat.example.com/`.
    pub address: Url,
    /// The DNS, for proofs of ownership.
    pub names: Arc<dyn DomainNames>,
    /// How recoveries work, where a start does not say otherwise.
    pub recovery: recovery::Settings,
    /// How a request becomes a part of its caller's trace; none of them does unless this is set.
    pub callers_trace: CallersTrace,
    pub(crate) passkeys: Arc<Passkeys>,
    pub(crate) points: Arc<KnownPoints>,
    pub(crate) oidc: Option<Arc<Oidc>>,
    pub(crate) forge: Option<Arc<Forge>>,
    pub(crate) organisation: Option<Arc<Organisation>>,
    pub(crate) tries: Arc<Tries>,
    pub(crate) meters: Arc<Meters>,
}

/// How often strangers may try.
#[derive(Debug)]
pub(crate) struct Tries {
    /// Sign-ins, for each e-mail address. The correct password works again after minutes: nobody can lock somebody out.
    pub(crate) sign_in: Buckets,
    /// Activations, for each person.
    pub(crate) activation: Buckets,
    /// Stop links and invitations, for all of the server.
    pub(crate) link: Buckets,
    /// Requests of one person or key.
    pub(crate) caller: Buckets,
}

impl Components {
    /// Puts them together.
    pub fn new(around: Surroundings, tenant: TenantId, address: Url, names: Arc<dyn DomainNames>) -> Self {
        let minute = Duration::from_mins(1);
        let tries = Tries {
            sign_in: Buckets::new(10, Duration::from_mins(5)),
            activation: Buckets::new(20, minute),
            link: Buckets::new(600, minute),
            caller: Buckets::new(6_000, minute),
        };
        let meters = Arc::new(Meters::new());
        let around = Surroundings { address: Some(address.to_string()), ..around };
        let (passkeys, tries) = (Arc::new(Passkeys::new(&address)), Arc::new(tries));
        let recovery = recovery::Settings::default();
        let points = Arc::default();
        Self {
            around,
            tenant,
            address,
            names,
            recovery,
            callers_trace: |_, _| {},
            passkeys,
            points,
            oidc: None,
            forge: None,
            organisation: None,
            tries,
            meters,
        }
    }

    /// With a provider that people may sign in by. It is not asked yet.
    ///
    /// # Errors
    /// Why it cannot be used, for people.
    pub fn with_provider(self, settings: OidcSettings) -> Result<Self, String> {
        Ok(Self { oidc: Some(Arc::new(Oidc::new(settings)?)), ..self })
    }

    /// With a Forge app whose requests are taken.
    ///
    /// # Errors
    /// Why it cannot be used, for people.
    pub fn with_forge(self, settings: ForgeSettings) -> Result<Self, String> {
        Ok(Self { forge: Some(Arc::new(Forge::new(settings)?)), ..self })
    }

    /// With an organisation at Atlassian, whose list of sites proves to whom a source belongs.
    #[must_use]
    pub fn with_organisation(self, organisation: Organisation) -> Self {
        Self { organisation: Some(Arc::new(organisation)), ..self }
    }

    /// Whether people reach the server over TLS: their cookies are for TLS only then.
    pub(crate) fn is_secure(&self) -> bool {
        self.address.scheme() == "https"
    }

    /// A link to a page of this server.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}/{}", self.address.as_str().trim_end_matches('/'), path.trim_start_matches('/'))
    }
}

impl fmt::Debug for Components {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Components({})", self.address)
    }
}
