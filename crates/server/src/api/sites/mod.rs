//! The Jira sites that Lifeboat knows. Credentials go in and never come out.

mod check;
mod consent;
mod coverage;
mod remove;

use axum::extract::State;
use control::authority::Action;
use control::id::SiteId;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use store::site::removal;
use store::{KnownName, NameKind, Repository, Sealed, Site};
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use worker::consents::{Means, means};
use worker::credentials_context;

use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::etag::IfMatch;
use crate::http::once::{Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::view::SiteRef;
use crate::{Components, PREFIX};

use check::Check;

pub(crate) use consent::Wanted;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, change, remove::remove))
        .routes(routes!(set_credentials, forget_credentials))
        .routes(routes!(check_now))
        .routes(routes!(consent::begin))
        .routes(routes!(consent::came_back))
        .routes(routes!(coverage::coverage))
}

/// A site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SiteView {
    #[serde(flatten)]
    site: SiteRef,
    cloud_id: String,
    /// The account that Lifeboat works with there.
    account: String,
    /// Whether credentials are stored. Nobody can read them.
    has_credentials: bool,
    /// `api-token`; `consent`, which somebody gave at Atlassian's; `ended-consent`, which must be given anew; nothing without
    /// credentials.
    connected_by: Option<&'static str>,
    added: Timestamp,
    /// How old its newest recovery point may be, in seconds; nothing if nobody said it.
    rpo_target_seconds: Option<u32>,
    /// What it may be called during an outage: addresses, domains, its cloudId.
    known_as: Vec<String>,
}

async fn describe(repository: &mut dyn Repository, site: &Site) -> Result<SiteView, Problem> {
    let names = repository.sites().known_names(site.tenant, site.id).await?;
    Ok(SiteView {
        site: crate::view::site_ref(site),
        cloud_id: site.cloud_id.clone(),
        account: site.account.clone(),
        has_credentials: site.credentials.is_some(),
        connected_by: means(site).map(|means| match means {
            Means::ApiToken => "api-token",
            Means::Consent => "consent",
            Means::EndedConsent => "ended-consent",
        }),
        added: site.added,
        rpo_target_seconds: site.rpo_target,
        known_as: names.into_iter().map(|known| known.name).collect(),
    })
}

/// The site of an id, or the answer that there is none.
pub(super) async fn find(repository: &mut dyn Repository, caller: &Caller, id: SiteId) -> Result<Site, Problem> {
    repository.sites().get(caller.tenant, id).await?.ok_or_else(Problem::not_found)
}

/// All sites, by name.
#[utoipa::path(get, path = "/sites", tag = "Sites", responses((status = OK, body = Vec<SiteView>)))]
async fn list(State(components): State<Components>, caller: Caller) -> Answer<Json<Vec<SiteView>>> {
    let mut repository = components.around.store.read().await?;
    let mut views = vec![];
    let sites = repository.sites().list(caller.tenant).await?;
    for site in sites {
        views.push(describe(repository.as_mut(), &site).await?);
    }
    Ok(Json(views))
}

/// One site.
#[utoipa::path(get, path = "/sites/{site}", tag = "Sites", params(("site" = Uuid, Path)),
    responses((status = OK, body = SiteView)))]
async fn get(State(components): State<Components>, caller: Caller, Named(id): Named<SiteId>) -> Answer<Json<SiteView>> {
    let mut repository = components.around.store.read().await?;
    let site = find(repository.as_mut(), &caller, id).await?;
    Ok(Json(describe(repository.as_mut(), &site).await?))
}

/// A site to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSite {
    /// What to call it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Its address: `https://example.atlassian.net`.
    #[schema(max_length = 300)]
    url: String,
    #[serde(flatten)]
    credentials: NewCredentials,
}

/// Credentials of a site.
#[derive(Deserialize, ToSchema)]
struct NewCredentials {
    /// The e-mail address of the account that Lifeboat works with.
    #[schema(max_length = 320)]
    account: String,
    /// Its API token.
    #[schema(value_type = String, format = Password)]
    token: SecretString,
}

/// A site, and what it answered.
#[derive(Serialize, ToSchema)]
struct Checked {
    #[serde(flatten)]
    site: SiteView,
    check: Check,
}

/// Adds a site once its credentials have proven good there. One that was removed before is itself again, with what is kept of it.
#[utoipa::path(post, path = "/sites", tag = "Sites", request_body = NewSite, responses((status = CREATED, body = Checked),
    (status = BAD_GATEWAY, body = crate::http::problem::ProblemDetails, content_type = "application/problem+json",
        description = "The site does not answer as needed.")))]
async fn add(State(components): State<Components>, once: Once, Json(new): Json<NewSite>) -> Answer {
    let name = name(&new.name)?;
    let url = address(&new.url)?;
    let NewCredentials { account, token } = new.credentials;
    let account = super::members::email(&account).map_err(|_| Problem::field("account", "an e-mail address"))?;
    let client = components.around.sites.client(&url, &account, token.clone())?;
    let check = check::check(&components, &client).await?;
    check.require_usable()?;
    let mut change = once.begin().await?;
    let now = change.now();
    let new = Site {
        id: store::new_id(&components.around.ambient),
        tenant: change.caller().tenant,
        name,
        url,
        cloud_id: check.cloud_id.clone(),
        account,
        credentials: None,
        added: now,
        rpo_target: None,
        removed: None,
    };
    let mut site = removal::returning(change.repository(), new).await?;
    site.credentials = Some(seal(&components, &site, &token).await?);
    let is_back = removal::enter(change.repository(), &site, now).await?;
    change.audit(Action::SiteAdd, format!("site/{}", site.id), &[("url", &site.url), ("again", &is_back)]).await?;
    let view = describe(change.repository(), &site).await?;
    change.save(Reply::created(format!("{PREFIX}/sites/{}", site.id), &Checked { site: view, check })?).await
}

/// What shall be otherwise.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SiteChange {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// A domain of the owner's, under which the site may be named during an outage and prove who it belongs to.
    #[schema(max_length = 253)]
    custom_domain: Option<String>,
    /// How old its newest recovery point may be, in seconds: a minute to a year. 0 takes the target away.
    #[schema(maximum = 31_536_000)]
    rpo_target_seconds: Option<u32>,
}

/// The shortest and the longest target.
const TARGETS: std::ops::RangeInclusive<u32> = 60..=31_536_000;

/// Calls a site something else, or registers a domain of its owner's.
#[utoipa::path(patch, path = "/sites/{site}", tag = "Sites", params(("site" = Uuid, Path)), request_body = SiteChange,
    responses((status = OK, body = SiteView)))]
async fn change(once: Once, Named(id): Named<SiteId>, if_match: IfMatch, Json(wanted): Json<SiteChange>) -> Answer {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let mut site = find(change.repository(), &caller, id).await?;
    if_match.admits(&describe(change.repository(), &site).await?)?;
    if let Some(wanted) = &wanted.name {
        site.name = name(wanted)?;
        change.repository().sites().update(&site).await?;
    }
    if let Some(seconds) = wanted.rpo_target_seconds {
        if seconds != 0 && !TARGETS.contains(&seconds) {
            return Err(Problem::field("rpoTargetSeconds", "a minute to a year, or 0 for none"));
        }
        site.rpo_target = (seconds != 0).then_some(seconds);
        change.repository().sites().update(&site).await?;
    }
    if let Some(domain) = &wanted.custom_domain {
        let url = control::source_url::SourceUrl::parse(domain);
        let url = url.map_err(|error| Problem::field("customDomain", error.to_string()))?;
        let known = KnownName { kind: NameKind::CustomDomain, name: url.to_string(), since: now };
        change.repository().sites().add_known_name(site.tenant, site.id, &known).await?;
    }
    change.audit(Action::SiteChange, format!("site/{id}"), &[("name", &site.name)]).await?;
    let view = describe(change.repository(), &site).await?;
    change.save(Reply::ok(&view)?).await
}

/// Sets or rotates a site's credentials, once they have proven good at that very site.
#[utoipa::path(put, path = "/sites/{site}/credentials", tag = "Sites", params(("site" = Uuid, Path)),
    request_body = NewCredentials, responses((status = OK, body = Checked),
    (status = BAD_GATEWAY, body = crate::http::problem::ProblemDetails, content_type = "application/problem+json",
        description = "The site does not answer as needed.")))]
async fn set_credentials(
    State(components): State<Components>,
    once: Once,
    caller: Caller,
    Named(id): Named<SiteId>,
    Json(new): Json<NewCredentials>,
) -> Answer {
    let mut repository = components.around.store.read().await?;
    let site = find(repository.as_mut(), &caller, id).await?;
    drop(repository);
    let account = super::members::email(&new.account).map_err(|_| Problem::field("account", "an e-mail address"))?;
    let client = components.around.sites.client(&site.url, &account, new.token.clone())?;
    let check = check::check(&components, &client).await?;
    check.require_usable()?;
    check.require_site(&site)?;
    let sealed = seal(&components, &site, &new.token).await?;
    let mut change = once.begin().await?;
    // While the site was asked, somebody may have changed or removed it.
    let known = find(change.repository(), &caller, id).await?;
    let site = Site { account, credentials: Some(sealed), ..known };
    change.repository().sites().update(&site).await?;
    change.audit(Action::CredentialSet, format!("site/{id}"), &[("account", &site.account)]).await?;
    let view = describe(change.repository(), &site).await?;
    change.save(Reply::ok(&Checked { site: view, check })?).await
}

/// Forgets a site's credentials: nothing is captured or recovered there until others are set.
#[utoipa::path(delete, path = "/sites/{site}/credentials", tag = "Sites", params(("site" = Uuid, Path)),
    responses((status = NO_CONTENT)))]
async fn forget_credentials(once: Once, Named(id): Named<SiteId>) -> Answer {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    let site = find(change.repository(), &caller, id).await?;
    change.repository().sites().update(&Site { credentials: None, ..site }).await?;
    change.audit(Action::CredentialSet, format!("site/{id}"), &[("change", &"forgotten")]).await?;
    change.done().await
}

/// Asks the site now: whether the credentials work, which permission is missing, and what follows from that.
#[utoipa::path(post, path = "/sites/{site}/check", tag = "Sites", params(("site" = Uuid, Path)),
    responses((status = OK, body = Check), (status = BAD_GATEWAY, body = crate::http::problem::ProblemDetails,
        content_type = "application/problem+json", description = "The site does not answer as needed.")))]
async fn check_now(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<SiteId>,
) -> Answer<Json<Check>> {
    let mut repository = components.around.store.read().await?;
    let site = find(repository.as_mut(), &caller, id).await?;
    drop(repository);
    let client = components.around.jira(&site).await?;
    let check = check::check(&components, &client).await?;
    check.require_site(&site)?;
    Ok(Json(check))
}

async fn seal(components: &Components, site: &Site, token: &SecretString) -> Result<Sealed, Problem> {
    let sealed = components.around.keys.seal(token.expose_secret().as_bytes(), &credentials_context(site)).await;
    Ok(Sealed(sealed.map_err(Problem::internal)?.into_bytes()))
}

fn name(typed: &str) -> Result<String, Problem> {
    let name = typed.trim();
    let clean = !name.contains(char::is_control) && (1..=100).contains(&name.chars().count());
    if clean { Ok(name.to_owned()) } else { Err(Problem::field("name", "a name has 1 to 100 characters on one line")) }
}

fn address(typed: &str) -> Result<String, Problem> {
    let url: Url = typed.trim().parse().map_err(|error: url::ParseError| Problem::field("url", error.to_string()))?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if !plain || url.host_str().is_none() {
        return Err(Problem::field("url", "an address like https://example.atlassian.net, and nothing behind it"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}
