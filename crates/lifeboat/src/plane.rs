//! The control plane, as the command line drives it: every change is one event through `control`'s transition function,
//! saved together with its audit event; then whatever follows of itself (cool-down, unlock, time-outs).

use std::path::{Path, PathBuf};

use ambient::Ambient;
use anyhow::{Context as _, Result};
use control::audit::Happening;
use control::connection::{Cause, Connection, Event, Refused, State};
use control::id::{ConnectionId, PersonId};
use control::policy::Policy;
use control::safeguards::{Kept, SafeguardEvent};
use control::token::Pepper;
use store::{Person, Repository, Role, Site};
use vault::KeyService;

use crate::app::App;
use crate::exit::Fault;

/// The connection with this name.
pub(crate) async fn connection(app: &App, name: &str) -> Result<Connection> {
    let mut repository = app.store.read().await?;
    let mut connections = repository.connections();
    if let Some(connection) = connections.by_name(app.tenant, name).await? {
        return Ok(connection);
    }
    let known = connections.list(app.tenant).await?;
    let names: Vec<&str> = known.iter().map(|connection| connection.name.as_str()).collect();
    let known = if names.is_empty() { "there is none yet".to_owned() } else { format!("known: {}", names.join(", ")) };
    Err(Fault::usage(format!("there is no connection `{name}`; {known}")).into())
}

/// A connection's state now, after everything that is due.
pub(crate) async fn state(app: &App, id: ConnectionId) -> Result<State> {
    Ok(app.around()?.connection(app.tenant, id).await?)
}

/// Lets `event` happen to a connection (or make it), and then whatever follows of itself. A refusal is audited and changes
/// nothing.
pub(crate) async fn happen(app: &App, id: ConnectionId, event: Event) -> Result<State> {
    let mut repository = app.store.write().await?;
    let decided = happen_within(app, repository.as_mut(), id, event).await?;
    repository.save().await?;
    decided
}

/// [`happen`] in a transaction that changes something else too: whoever began it saves it, after a refusal as well, because
/// of its audit event. The outer result is the store's.
pub(crate) async fn happen_within(
    app: &App,
    repository: &mut dyn Repository,
    id: ConnectionId,
    event: Event,
) -> Result<Result<State>> {
    let happened = app.around()?.happen(repository, app.tenant, id, &event).await?;
    Ok(happened.map_err(|refused| refusal(&refused).into()))
}

/// Writes down that something about what guards a source was refused, where the transaction that tried it is not saved.
pub(crate) async fn note_refusal(app: &App, source: &Site, event: &SafeguardEvent, kept: Kept) -> Result<()> {
    let subject = format!("site/{}", source.id);
    let refused = Happening::refused(app.ambient.now(), event.actor(), event.action(), subject, kept);
    let mut repository = app.store.write().await?;
    repository.audit().append(app.tenant, refused).await?;
    Ok(repository.save().await?)
}

/// The policy of a connection: its source's own, or that of the settings.
pub(crate) async fn policy_of(app: &App, connection: &Connection) -> Result<Policy> {
    let mut repository = app.store.read().await?;
    Ok(app.around()?.policy(repository.as_mut(), app.tenant, connection.source).await?)
}

/// The policy that the settings choose.
pub(crate) fn policy(app: &App) -> Result<Policy> {
    let name = &app.settings.verification.policy;
    Policy::preset(name).ok_or_else(|| {
        Fault::usage(format!("there is no verification policy `{name}`: choose standard, strict or solo")).into()
    })
}

/// What a person is told. Whoever activates is told the same whatever the cause; the others work on their own connection
/// and may know.
pub(crate) fn refusal(refused: &Refused) -> Fault {
    if refused.cause.is_of_an_activation() {
        return Fault::refused(refused.to_string());
    }
    let hint = match refused.cause {
        Cause::NoContacts => "; name at least one with --contact",
        Cause::Requester => "; somebody else must do it",
        Cause::ContactTooNew => "; another contact must confirm, or wait",
        _ => "",
    };
    Fault::refused(format!("refused: {}{hint}", refused.cause))
}

/// The acting person, who must have one of the roles, or one that stands in for it.
pub(crate) async fn actor(app: &App, roles: &[Role]) -> Result<Person> {
    let actor = app.actor().await?;
    if roles.iter().any(|&role| actor.role.acts_as(role)) {
        return Ok(actor);
    }
    let wanted: Vec<&str> = roles.iter().map(|role| role.title()).collect();
    let message = format!("{} acts here as {}; this needs {}", actor.email, actor.role.title(), wanted.join(" or "));
    Err(Fault::refused(message).into())
}

/// What people call somebody.
pub(crate) async fn name_of(app: &App, id: PersonId) -> Result<String> {
    let mut repository = app.store.read().await?;
    let person = repository.people().get(app.tenant, id).await?;
    Ok(person.map_or_else(|| id.to_string(), |person| person.email))
}

/// Where the key lies under which verifiers and codes are kept, sealed.
pub(crate) fn pepper_path(home: &Path) -> PathBuf {
    home.join("keys/pepper.sealed")
}

/// That key as it lies there.
pub(crate) fn sealed_pepper(home: &Path) -> Result<String> {
    let path = pepper_path(home);
    let sealed = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(sealed.trim().to_owned())
}

/// The key under which verifiers and codes are kept, made the first time and sealed with the key service: it lies outside
/// the database.
pub(crate) async fn pepper(home: &Path, keys: &dyn KeyService, ambient: &Ambient) -> Result<Pepper> {
    const CONTEXT: &str = "lifeboat/pepper";
    let path = pepper_path(home);
    let bytes: [u8; 32] = if path.try_exists()? {
        let opened = keys.open(&sealed_pepper(home)?, CONTEXT).await?;
        opened.expose().try_into().with_context(|| format!("{} is damaged", path.display()))?
    } else {
        let fresh = ambient.entropy.bytes::<32>();
        crate::files::write_private(&path, keys.seal(&fresh, CONTEXT).await?.as_bytes())?;
        fresh
    };
    Ok(Pepper::new(bytes))
}
