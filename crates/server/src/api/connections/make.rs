//! Making a connection on the source, and activating it on the standby.

use axum::extract::State;
use control::connection::{
    Activation, ActivationRefused, AppliesTo, Connection, Event, FreshToken, Kind, NewConnection,
};
use control::id::{ConnectionId, SiteId};
use control::name::ConnectionName;
use control::source_url::SourceUrl;
use control::token::{Token, Verifier, VerifierContext};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use store::Site;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::ConnectionView;
use super::{answer, happen, settled, view};
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Change, Once, Reply};
use crate::http::problem::{Answer, Problem};
use crate::view::Names;
use crate::{Components, PREFIX};

/// A connection to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewConnectionBody {
    /// 3 to 65 letters, digits, spaces, `_` or `-`.
    #[schema(min_length = 3, max_length = 65)]
    name: String,
    /// The site that it is made on.
    source: Uuid,
    #[serde(default)]
    kind: KindWord,
    /// Which data it is for; everything unless said.
    applies_to: Option<AppliesToBody>,
    /// From when on its token shall activate nothing; never unless said.
    expires: Option<Timestamp>,
}

/// Which way data goes.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum KindWord {
    #[default]
    DisasterRecovery,
    CrossSite,
}

/// Which data a connection is for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AppliesToBody {
    issue_data: bool,
    configuration: bool,
    assets: bool,
}

/// A token, once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenShown {
    connection: ConnectionView,
    /// The token. It will not be accessible again: it belongs in a password manager, with the source site's URL.
    token: String,
    /// The address to keep with it.
    source_url: String,
}

/// Makes a connection. The answer shows its recovery token, once.
#[utoipa::path(post, path = "/connections", tag = "Connections", request_body = NewConnectionBody,
    responses((status = CREATED, body = TokenShown)))]
pub(super) async fn create(
    State(components): State<Components>,
    once: Once,
    Json(new): Json<NewConnectionBody>,
) -> Answer {
    let name = ConnectionName::parse(&new.name).map_err(|error| Problem::field("name", error.to_string()))?;
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let source = change.repository().sites().get(caller.tenant, new.source.into()).await?;
    let source = source.ok_or_else(|| Problem::field("source", "there is no such site"))?;
    if new.expires.is_some_and(|expires| expires <= now) {
        return Err(Problem::field("expires", "this time is over"));
    }
    if change.repository().connections().by_name(caller.tenant, name.as_str()).await?.is_some() {
        return Err(Problem::field("name", "another connection has this name"));
    }
    let id: ConnectionId = store::new_id(&components.around.ambient);
    let context =
        VerifierContext { tenant: caller.tenant, connection: id, generation: 0, source_cloud: &source.cloud_id };
    let (token, fresh) = fresh_token(&components, context, new.expires);
    let everything = AppliesToBody { issue_data: true, configuration: true, assets: true };
    let applies = new.applies_to.unwrap_or(everything);
    let event = Event::Create(Box::new(NewConnection {
        id,
        tenant: caller.tenant,
        kind: match new.kind {
            KindWord::DisasterRecovery => Kind::DisasterRecovery,
            KindWord::CrossSite => Kind::CrossSite,
        },
        name,
        applies_to: AppliesTo {
            issue_data: applies.issue_data,
            configuration: applies.configuration,
            assets: applies.assets,
        },
        source: source.id,
        source_cloud: source.cloud_id.clone(),
        by: caller.person.id,
        fresh,
    }));
    match happen(&components, &mut change, id, &event).await? {
        Ok(_) => show(&components, change, id, &token, &source, true).await,
        Err(problem) => change.refuse(problem).await,
    }
}

/// A token from fresh random bytes, and what is kept of it.
pub(super) fn fresh_token(
    components: &Components,
    context: VerifierContext<'_>,
    expires: Option<Timestamp>,
) -> (Token, FreshToken) {
    let entropy = &components.around.ambient.entropy;
    let token = Token::generate(entropy.bytes(), entropy.bytes());
    let verifier = Verifier::new(&components.around.pepper, context, &token);
    let fresh = FreshToken { id: token.id().clone(), verifier, expires };
    (token, fresh)
}

/// Saves the change and shows the token that it made.
pub(super) async fn show(
    components: &Components,
    mut change: Change,
    id: ConnectionId,
    token: &Token,
    source: &Site,
    is_new: bool,
) -> Answer {
    let caller = change.caller().clone();
    let (state, policy) = settled(components, change.repository(), &caller, id).await?;
    let names = Names::of(change.repository(), caller.tenant).await?;
    let connection = view::describe(&state, &policy, &names).ok_or_else(Problem::not_found)?;
    let token = token.reveal().expose_secret().to_owned();
    let shown = TokenShown { connection, token, source_url: source.url.clone() };
    let reply = if is_new { Reply::created(format!("{PREFIX}/connections/{id}"), &shown)? } else { Reply::ok(&shown)? };
    change.save(reply.secret()).await
}

/// What the token is bound to.
pub(super) fn context(connection: &Connection) -> VerifierContext<'_> {
    VerifierContext {
        tenant: connection.tenant,
        connection: connection.id,
        generation: connection.generation,
        source_cloud: &connection.source_cloud,
    }
}

/// URL and token, on the standby.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ActivationBody {
    /// The site that becomes the standby.
    standby: Uuid,
    /// *Source Site URL*. It is compared with the names that the source had, and never fetched.
    #[schema(max_length = 300)]
    source_url: String,
    /// *Recovery Token*.
    #[schema(value_type = String, format = Password)]
    token: SecretString,
}

/// Activates a connection on a standby. Every activation that fails has the same answer, whatever the cause.
#[utoipa::path(post, path = "/activations", tag = "Connections", request_body = ActivationBody,
    responses((status = OK, body = ConnectionView)))]
pub(super) async fn activate(
    State(components): State<Components>,
    once: Once,
    caller: Caller,
    Json(given): Json<ActivationBody>,
) -> Answer {
    components.tries.activation.take(&caller.person.id.to_string(), &components.around.ambient)?;
    let token =
        Token::parse(given.token.expose_secret()).map_err(|error| Problem::field("token", error.to_string()))?;
    let typed = SourceUrl::parse(&given.source_url).map_err(|error| Problem::field("sourceUrl", error.to_string()))?;
    let standby = SiteId::from(given.standby);
    let mut repository = components.around.store.read().await?;
    let standby = repository.sites().get(caller.tenant, standby).await?;
    let gone = || Problem::field("standby", "there is no such site");
    let standby = standby.ok_or_else(gone)?;
    drop(repository);
    // Asked before the transaction: nobody waits for a site while others wait for the database.
    let administrator_proven = administers(&components, &standby).await;
    let mut change = once.begin().await?;
    // Meanwhile somebody may have removed it.
    change.repository().sites().get(caller.tenant, standby.id).await?.ok_or_else(gone)?;
    let connection = change.repository().connections().by_token(token.id()).await?;
    let connection = connection.filter(|connection| connection.tenant == caller.tenant);
    let known = match &connection {
        Some(connection) => change.repository().sites().known_names(connection.tenant, connection.source).await?,
        None => vec![],
    };
    let accepts =
        |connection: &Connection| connection.verifier.accepts(&components.around.pepper, context(connection), &token);
    let activation = Activation {
        by: caller.person.id,
        site: standby.id,
        cloud: standby.cloud_id.clone(),
        token_fits: connection.as_ref().is_some_and(accepts),
        url_fits: typed.is_one_of(known.iter().map(|known| known.name.as_str())),
        administrator_proven,
    };
    let id = connection.as_ref().map_or_else(|| store::new_id(&components.around.ambient), |connection| connection.id);
    let refused = || Problem::refused(ActivationRefused.to_string());
    match happen(&components, &mut change, id, &Event::Activate(activation)).await? {
        Ok(state) => {
            // A token that was used from a second site suspends the connection, and looks like any other failure.
            let bound = state.connection.and_then(|connection| connection.bound);
            if bound.is_some_and(|bound| bound.site == standby.id) {
                return answer(&components, change, id).await;
            }
            change.refuse(refused()).await
        }
        Err(_) => change.refuse(refused()).await,
    }
}

/// Whether the site's own credentials administer that very site: asked of the site itself, now.
pub(super) async fn administers(components: &Components, site: &Site) -> bool {
    let ask = async {
        let client = components.around.jira(site).await?;
        let cloud = client.tenant().await?;
        let have = client.my_permissions(&["ADMINISTER"]).await?;
        let administers = have.get("ADMINISTER").copied().unwrap_or(false);
        Ok::<_, worker::Error>(cloud == site.cloud_id && administers)
    };
    match ask.await {
        Ok(proven) => proven,
        Err(error) => {
            tracing::info!(site = site.name, %error, "a standby's administrator could not be proven");
            false
        }
    }
}
