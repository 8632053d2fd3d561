//! Making a connection on the machine itself, with the contacts that are named with it; and activating it there.

use anyhow::{Context as _, Result};
use control::audit::Actor;
use control::connection::{
    Activation, ActivationRefused, AppliesTo, Connection, Event, FreshToken, Kind, NewConnection,
};
use control::id::ConnectionId;
use control::name::ConnectionName;
use control::safeguards::SafeguardEvent;
use control::source_url::SourceUrl;
use control::token::{Token, Verifier, VerifierContext};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use store::{Role, Site};

use super::text;
use crate::app::App;
use crate::commands::person;
use crate::exit::Fault;
use crate::plane;

/// Makes a connection and prints its token, once. The token is returned too, for the demo's password manager.
pub(crate) async fn add(app: &App, name: &str, source: &str, contacts: &[String]) -> Result<SecretString> {
    let name = ConnectionName::parse(name).map_err(|error| Fault::usage(error.to_string()))?;
    let actor = plane::actor(app, &[Role::Administrator]).await?;
    let source = app.site(source).await?;
    let id: ConnectionId = store::new_id(&app.ambient);
    let token = Token::generate(app.ambient.entropy.bytes(), app.ambient.entropy.bytes());
    let context = VerifierContext { tenant: app.tenant, connection: id, generation: 0, source_cloud: &source.cloud_id };
    let verifier = Verifier::new(app.pepper()?, context, &token);
    let new = NewConnection {
        id,
        tenant: app.tenant,
        kind: Kind::DisasterRecovery,
        name: name.clone(),
        applies_to: AppliesTo::EVERYTHING,
        source: source.id,
        source_cloud: source.cloud_id.clone(),
        by: actor.id,
        fresh: FreshToken { id: token.id().clone(), verifier, expires: None },
    };
    make(app, &source, contacts, new).await?;
    let revealed = token.reveal();
    let shown = revealed.expose_secret();
    let value = json!({ "name": name.as_str(), "source": source.name, "sourceUrl": source.url, "token": shown, "status": "Activation pending" });
    app.output.result(&value, || {
        let shown = text::shown(shown, &source.url);
        format!("Connection \"{}\" is made. Status: Activation pending.\n{shown}", name.as_str())
    })?;
    Ok(revealed)
}

/// Makes the connection with the contacts that are named with it, all or nothing. A refusal leaves its audit event alone.
async fn make(app: &App, source: &Site, contacts: &[String], new: NewConnection) -> Result<()> {
    let (id, by) = (new.id, new.by);
    let event = Event::Create(Box::new(new));
    let mut repository = app.store.write().await?;
    for email in contacts {
        let person = person::ensure(app, repository.as_mut(), Actor::Person(by), (email, None, Role::Contact)).await?;
        let named = repository.people().contacts(app.tenant, source.id).await?;
        if named.iter().any(|contact| contact.person == person.id) {
            continue;
        }
        let naming = SafeguardEvent::AddContact { by, person: person.id };
        if let Err(kept) = app.around()?.guard(repository.as_mut(), app.tenant, source.id, &naming).await? {
            repository.cancel().await?;
            plane::note_refusal(app, source, &naming, kept).await?;
            return Err(Fault::refused(format!("refused: {email} cannot be named: {kept}")).into());
        }
    }
    if let Err(refused) = plane::happen_within(app, repository.as_mut(), id, event.clone()).await? {
        repository.cancel().await?;
        // The same again, without the contacts, so that it is in the audit log.
        plane::happen(app, id, event).await?;
        return Err(refused);
    }
    Ok(repository.save().await?)
}

pub(super) async fn activate(app: &App, standby: &str, source_url: &str, token: &SecretString) -> Result<()> {
    let actor = plane::actor(app, &[Role::Administrator]).await?;
    let standby = app.site(standby).await?;
    let token = Token::parse(token.expose_secret()).map_err(|error| Fault::usage(error.to_string()))?;
    let typed = SourceUrl::parse(source_url).map_err(|error| Fault::usage(error.to_string()))?;
    if typed.is_one_of([standby.url.as_str()]) {
        let message = format!("{source_url} is the standby `{}` itself: type the source site's URL", standby.name);
        return Err(Fault::usage(message).into());
    }
    let proven = administers(app, &standby).await?;
    let mut repository = app.store.read().await?;
    let connection = repository.connections().by_token(token.id()).await?;
    let known = match &connection {
        Some(connection) => repository.sites().known_names(connection.tenant, connection.source).await?,
        None => Vec::new(),
    };
    drop(repository);
    let token_fits = match &connection {
        Some(connection) => connection.verifier.accepts(app.pepper()?, context(connection), &token),
        None => false,
    };
    let activation = Activation {
        by: actor.id,
        site: standby.id,
        cloud: standby.cloud_id.clone(),
        token_fits,
        url_fits: typed.is_one_of(known.iter().map(|known| known.name.as_str())),
        administrator_proven: proven,
    };
    let id = connection.as_ref().map_or_else(|| store::new_id(&app.ambient), |connection| connection.id);
    let state = plane::happen(app, id, Event::Activate(activation)).await?;
    let connection = state.connection.context("an activated connection is there")?;
    if connection.bound.as_ref().is_none_or(|bound| bound.site != standby.id) {
        // The token was used from a second site: the connection is suspended, and whoever tried learns nothing of it.
        return Err(Fault::refused(ActivationRefused.to_string()).into());
    }
    let value = json!({ "name": connection.name.as_str(), "status": connection.shown_status(), "locked": true, "standby": standby.name });
    app.output.result(&value, || text::activated(connection.name.as_str(), &standby.name))
}

fn context(connection: &Connection) -> VerifierContext<'_> {
    VerifierContext {
        tenant: connection.tenant,
        connection: connection.id,
        generation: connection.generation,
        source_cloud: &connection.source_cloud,
    }
}

/// Whether the site's own credentials administer that very site: asked of the site itself, now.
async fn administers(app: &App, site: &Site) -> Result<bool> {
    let client = app.jira(site).await?;
    let cloud = client.tenant().await?;
    let have = client.my_permissions(&["ADMINISTER"]).await?;
    Ok(cloud == site.cloud_id && have.get("ADMINISTER").copied().unwrap_or(false))
}
