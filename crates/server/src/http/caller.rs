//! Who asks.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use control::api_key::ApiKey;
use control::audit::Actor;
use control::authority::{Action, may};
use control::id::TenantId;
use control::policy::Policy;
use control::session::{NotEnough, Session, SessionSecret};
use jiff::{SignedDuration, Timestamp};
use store::{Person, Role};

use super::problem::{Kind, Problem};
use crate::Components;
use crate::forge::{Forge, Unbelieved};

/// The cookie of a session where people use TLS.
pub(crate) const SECURE_COOKIE: &str = "__Host-lifeboat";
/// The cookie of a session on loopback, where there is no TLS.
pub(crate) const PLAIN_COOKIE: &str = "lifeboat";

/// So long may what a session remembers of its last use be old.
const SEEN_WITHIN: SignedDuration = SignedDuration::from_mins(1);

/// Whoever asks, by what they showed.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) tenant: TenantId,
    pub(crate) person: Person,
    pub(crate) means: Means,
}

/// What they showed.
#[derive(Clone, Debug)]
pub(crate) enum Means {
    /// The cookie of a session.
    Session(Box<Session>),
    /// An API key.
    Key,
    /// An invocation token of a Forge app, from a page within Jira.
    Forge,
    /// They hold the files of this installation: the command line in its own process.
    Console,
    /// The same, without saying who they are: for reading alone.
    Reader,
}

/// Somebody who works in this very process, with the files of the installation. In a request's extensions it stands for a
/// sign-in; only [`Console`](crate::Console) can put it there.
#[derive(Clone, Debug)]
pub(crate) enum Trusted {
    /// This person.
    Person(Person),
    /// Whoever it is; they read what is this tenant's.
    Reader(TenantId),
}

/// The role that whoever reads on the machine itself reads with: they have the database anyway.
const READS_AS: Role = Role::Owner;

impl Caller {
    pub(crate) fn actor(&self) -> Actor {
        match self.means {
            Means::Reader => Actor::Unknown,
            _ => Actor::Person(self.person.id),
        }
    }

    /// Refuses whoever did not say who they are: what changes anything must name who changed it.
    pub(crate) fn must_be_somebody(&self) -> Result<(), Problem> {
        match self.means {
            Means::Reader => {
                Err(Problem::new(Kind::Forbidden, "Say who is acting: this is written into the audit log."))
            }
            _ => Ok(()),
        }
    }

    /// Whether they may do this, under a policy: their role allows it, and it is sure enough that it is them.
    pub(crate) fn may(&self, action: Action, policy: &Policy, now: Timestamp) -> Result<(), Problem> {
        if !may(self.person.role, action) {
            let permission = action.permission();
            let roles: Vec<&str> = permission.roles.iter().map(|role| role.title()).collect();
            let detail = format!("{} needs the role {}.", permission.what, roles.join(", "));
            return Err(Problem::new(Kind::Forbidden, detail));
        }
        let needed = action.needs(policy);
        match &self.means {
            Means::Session(session) => Ok(session.satisfies(needed, now)?),
            Means::Key if needed.signed_in_within.is_some() => {
                Err(Problem::new(Kind::SignInAgain, "An API key cannot do this: a person must sign in."))
            }
            Means::Forge if needed.signed_in_within.is_some() => {
                let detail = "This cannot be done within Jira: sign in to Lifeboat itself.";
                Err(Problem::new(Kind::SignInAgain, detail))
            }
            Means::Key | Means::Forge | Means::Console | Means::Reader => Ok(()),
        }
    }

    /// Whether they proved a moment ago who they are.
    pub(crate) fn signed_in_again(&self, now: Timestamp) -> bool {
        match &self.means {
            Means::Console => true,
            Means::Session(session) => now < session.proven + control::authority::SIGNED_IN_AGAIN_WITHIN,
            Means::Key | Means::Forge | Means::Reader => false,
        }
    }

    /// Their session, which is what is wanted to be ended or renewed.
    pub(crate) fn session(&self) -> Result<&Session, Problem> {
        match &self.means {
            Means::Session(session) => Ok(session),
            _ => Err(Problem::refused("there is no session: this request was signed in by other means")),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| NotEnough::Over.into())
    }
}

/// Finds out who sent a request, by what it shows.
pub(crate) async fn identify(components: &Components, parts: &Parts) -> Result<Caller, Problem> {
    match parts.extensions.get::<Trusted>() {
        Some(Trusted::Person(person)) => {
            return Ok(Caller { tenant: person.tenant, person: person.clone(), means: Means::Console });
        }
        Some(Trusted::Reader(tenant)) => return Ok(reader(components, *tenant)),
        None => {}
    }
    match (bearer(&parts.headers), cookie(components, &parts.headers)) {
        (Some(token), _) if Forge::is_token(token) => by_forge(components, token).await,
        (Some(key), _) => by_key(components, key).await,
        (None, Some(secret)) => by_session(components, &secret).await,
        (None, None) => Err(NotEnough::Over.into()),
    }
}

fn reader(components: &Components, tenant: TenantId) -> Caller {
    let nobody = Person {
        id: uuid::Uuid::nil().into(),
        tenant,
        email: String::new(),
        name: "whoever holds the files of this installation".to_owned(),
        role: READS_AS,
        added: components.around.ambient.now(),
        removed: None,
    };
    Caller { tenant, person: nobody, means: Means::Reader }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(key)
}

/// The secret of the session whose cookie was sent.
pub(crate) fn cookie(components: &Components, headers: &HeaderMap) -> Option<SessionSecret> {
    cookie_value(headers, cookie_name(components)).and_then(SessionSecret::parse)
}

/// The value of a cookie that was sent.
pub(crate) fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// What the cookie of a session is called.
pub(crate) fn cookie_name(components: &Components) -> &'static str {
    if components.is_secure() { SECURE_COOKIE } else { PLAIN_COOKIE }
}

async fn by_forge(components: &Components, token: &str) -> Result<Caller, Problem> {
    let over = || Problem::from(NotEnough::Over);
    let forge = components.forge.as_ref().ok_or_else(over)?;
    match forge.person(components, token).await {
        Ok(person) => Ok(Caller { tenant: person.tenant, person, means: Means::Forge }),
        Err(Unbelieved::Store(error)) => Err(error.into()),
        Err(reason) => {
            tracing::warn!(%reason, "a request of the Forge app was refused");
            Err(over())
        }
    }
}

async fn by_key(components: &Components, sent: &str) -> Result<Caller, Problem> {
    let over = || Problem::from(NotEnough::Over);
    let key = ApiKey::parse(sent).map_err(|_| over())?;
    let mut repository = components.around.store.read().await?;
    let record = repository.api_keys().by_id(key.id()).await?.ok_or_else(over)?;
    if !record.accepts(&components.around.pepper, &key, components.around.ambient.now()) {
        return Err(over());
    }
    let person = repository.people().get(record.tenant, record.person).await?;
    let person = person.filter(|person| person.removed.is_none()).ok_or_else(over)?;
    Ok(Caller { tenant: record.tenant, person, means: Means::Key })
}

async fn by_session(components: &Components, secret: &SessionSecret) -> Result<Caller, Problem> {
    let over = || Problem::from(NotEnough::Over);
    let now = components.around.ambient.now();
    let mut repository = components.around.store.read().await?;
    let session = repository.sessions().by_hash(&secret.hash()).await?.ok_or_else(over)?;
    let touched = session.touched(secret, now)?;
    let person = repository.people().get(session.tenant, session.person).await?;
    let person = person.filter(|person| person.removed.is_none()).ok_or_else(over)?;
    drop(repository);
    if now > session.seen + SEEN_WITHIN {
        let mut repository = components.around.store.write().await?;
        repository.sessions().seen(&touched).await?;
        repository.save().await?;
    }
    Ok(Caller { tenant: session.tenant, person, means: Means::Session(Box::new(touched)) })
}
