//! Connecting a site by consent (Atlassian's OAuth 2.0, 3LO) instead of an API token: the browser goes to Atlassian and comes back
//! with a code.

use async_trait::async_trait;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse as _;
use control::audit::{Actor, Happening};
use control::authority::{Action, may};
use control::id::{PersonId, SessionId};
use jiff::Timestamp;
use jira::{AccessTokens, Credentials, Grant, Reachable};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::site::removal;
use store::{Person, Repository, Site};
use utoipa::{IntoParams, ToSchema};

use super::check::{Check, check};
use super::{address, name};
use crate::Components;
use crate::errand::{self, Luggage, Purpose};
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::path::Asked;
use crate::http::problem::{Answer, Problem};

/// Where Atlassian sends browsers back to, below the server's address.
const CALLBACK: &str = "api/v1/consents/callback";

/// Where a browser goes that brought no consent. The reason is in the audit log.
const REFUSED: &str = "sites#consent-failed";

/// What somebody was sent to Atlassian for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Wanted {
    person: PersonId,
    session: SessionId,
    name: String,
    url: String,
}

/// A site to be connected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConsent {
    /// What to call it, if it is not known yet.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Its address: `https://example.atlassian.net`.
    #[schema(max_length = 300)]
    url: String,
}

/// Where the browser goes next.
#[derive(Serialize, ToSchema)]
pub(super) struct Onward {
    /// Atlassian's page for the consent.
    location: String,
}

/// Begins to connect a site by consent: the browser that is answered goes to the location. A site that is known is connected
/// anew, any other one is added.
#[utoipa::path(post, path = "/consents", tag = "Sites", request_body = NewConsent,
    responses((status = OK, body = Onward)))]
pub(super) async fn begin(
    State(components): State<Components>,
    caller: Caller,
    headers: HeaderMap,
    Json(new): Json<NewConsent>,
) -> Answer {
    let none =
        "The settings have no [atlassian] app: whoever runs this server makes one in Atlassian's developer console.";
    let app = components.around.sites.app().ok_or_else(|| Problem::refused(none))?;
    let (name, url) = (name(&new.name)?, address(&new.url)?);
    let wanted = Wanted { person: caller.person.id, session: caller.session()?.id, name, url };
    let luggage = Luggage::pack(&components, &headers);
    errand::send(&components, &luggage, &Purpose::Consent(wanted)).await?;
    let location = app.consent_address(&components.link(CALLBACK), &luggage.state).to_string();
    let mut response = Json(Onward { location }).into_response();
    response.headers_mut().insert(header::SET_COOKIE, luggage.cookie(&components)?);
    Ok(response)
}

/// What a browser comes back with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CameBack {
    /// What Atlassian gives tokens for.
    #[param(value_type = Option<String>)]
    code: Option<SecretString>,
    /// What the browser was sent with.
    state: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

/// Where Atlassian sends the browser back to. The site is connected once the consent has proven good at that very site.
#[utoipa::path(get, path = "/consents/callback", tag = "Sites", params(CameBack),
    responses((status = SEE_OTHER, description = "To the dashboard: connected, or not.", headers(("Location" = String)))))]
pub(super) async fn came_back(
    State(components): State<Components>,
    headers: HeaderMap,
    Asked(given): Asked<CameBack>,
) -> Answer {
    components.tries.link.take("consent", &components.around.ambient)?;
    let purpose = match &given.state {
        Some(state) => errand::back(&components, &headers, state).await?,
        None => None,
    };
    let Some(Purpose::Consent(wanted)) = purpose else {
        tracing::warn!("a browser came back from Atlassian that was not sent, or is back already");
        return see_other(&components.link(REFUSED));
    };
    match connected(&components, &wanted, given).await {
        Ok(site) => see_other(&components.link(&format!("sites/{}", site.id))),
        Err(problem) => {
            let (now, actor) = (components.around.ambient.now(), Actor::Person(wanted.person));
            let happening = Happening::refused(now, actor, "credential.set", "site", problem.words());
            let mut repository = components.around.store.write().await?;
            repository.audit().append(components.tenant, happening).await?;
            repository.save().await?;
            see_other(&components.link(REFUSED))
        }
    }
}

/// The site that somebody connected.
async fn connected(components: &Components, wanted: &Wanted, given: CameBack) -> Answer<Site> {
    let app = components.around.sites.app().ok_or_else(Problem::not_found)?;
    let why = || Problem::refused(format!("Atlassian gave no code: {:?}", given.error.unwrap_or_default()));
    let code = given.code.ok_or_else(why)?;
    let none = |error: jira::NoAnswer| Problem::refused(error.to_string());
    let grant = app.redeem(&code, &components.link(CALLBACK)).await.map_err(none)?;
    let reachable = app.reachable(&grant.access).await.map_err(none)?;
    let same = |site: &Reachable| site.url.trim_end_matches('/').eq_ignore_ascii_case(&wanted.url);
    let lacking = || Problem::refused(format!("Whoever consented cannot reach {}, or did not choose it.", wanted.url));
    let reached = reachable.into_iter().find(same).ok_or_else(lacking)?;
    let credentials = Credentials::Consent {
        account: "whoever consented".to_owned(),
        cloud_id: reached.id.clone(),
        tokens: std::sync::Arc::new(Fresh(grant.access.clone())),
    };
    let client = components.around.sites.connect(app.gateway(&reached.id).as_str(), credentials)?;
    let check = check(components, &client).await?;
    check.require_usable()?;
    save(components, wanted, &grant, &check).await
}

async fn save(components: &Components, wanted: &Wanted, grant: &Grant, check: &Check) -> Answer<Site> {
    let now = components.around.ambient.now();
    let mut repository = components.around.store.write().await?;
    let person = still_may(components, repository.as_mut(), wanted, now).await?;
    let known = repository.sites().by_cloud_id(person.tenant, &check.cloud_id).await?;
    let is_known = known.is_some();
    let new = Site {
        id: store::new_id(&components.around.ambient),
        tenant: person.tenant,
        name: wanted.name.clone(),
        url: wanted.url.clone(),
        cloud_id: check.cloud_id.clone(),
        account: String::new(),
        credentials: None,
        rpo_target: None,
        removed: None,
        added: now,
    };
    let mut site = match known {
        Some(known) => known,
        None => removal::returning(repository.as_mut(), new).await?,
    };
    site.account.clone_from(&check.account_name);
    site.credentials = Some(components.around.consented(&site, grant).await?);
    let subject = format!("site/{}", site.id);
    let action = if is_known {
        repository.sites().update(&site).await?;
        Action::CredentialSet
    } else {
        removal::enter(repository.as_mut(), &site, now).await?;
        Action::SiteAdd
    };
    let happening = Happening::done(now, Actor::Person(person.id), action.permission().name, subject);
    repository.audit().append(person.tenant, happening.with("by", "consent")).await?;
    repository.save().await?;
    Ok(site)
}

/// Whoever was sent, if they are still signed in and may still do this.
async fn still_may(
    components: &Components,
    repository: &mut dyn Repository,
    wanted: &Wanted,
    now: Timestamp,
) -> Answer<Person> {
    let gone = || Problem::refused("Whoever asked for it is no longer signed in, or may not do this any more.");
    let person = repository.people().get(components.tenant, wanted.person).await?;
    let still = |person: &Person| person.removed.is_none() && may(person.role, Action::CredentialSet);
    let person = person.filter(still).ok_or_else(gone)?;
    let sessions = repository.sessions().of_person(person.tenant, person.id).await?;
    let lives = sessions.iter().any(|session| session.id == wanted.session && session.lives(now));
    if lives { Ok(person) } else { Err(gone()) }
}

/// The token of a consent that was given just now.
#[derive(Debug)]
struct Fresh(SecretString);

#[async_trait]
impl AccessTokens for Fresh {
    async fn token(&self) -> jira::Result<SecretString> {
        Ok(self.0.clone())
    }
}

fn see_other(place: &str) -> Answer {
    let place = HeaderValue::from_str(place).map_err(Problem::internal)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
}
