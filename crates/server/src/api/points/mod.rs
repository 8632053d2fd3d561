//! Recovery points: what a vault holds, whether it is sound, what was restored from it, and which stay. [`changes`]: what is
//! otherwise from one to another. [`upkeep`]: pins, verification and pruning.

mod changes;
mod standing;
mod upkeep;

pub(super) use self::upkeep::Retention;

use std::collections::BTreeMap;

use axum::extract::State;
use control::id::SiteId;
use jiff::Timestamp;
use serde::Serialize;
use store::Site;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vault::{RecoveryPoint, Vault};

use self::standing::{Integrity, Restored, Standing};
use super::sites::find;
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::page::{Page, PageQuery};
use crate::http::path::{Asked, Named};
use crate::http::problem::{Answer, Problem};

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(changes::changes))
        .routes(routes!(changes::object))
        .routes(routes!(upkeep::pin, upkeep::unpin))
        .routes(routes!(upkeep::verify))
        .routes(routes!(upkeep::preview))
        .routes(routes!(upkeep::prune))
}

/// A recovery point.
#[derive(Serialize, ToSchema)]
struct PointView {
    /// Its number in the vault.
    number: u64,
    taken: Timestamp,
    /// What was noted about it: a full capture, an increment.
    note: String,
    /// Objects that it holds.
    objects: u64,
    added: u64,
    changed: u64,
    deleted: u64,
    /// Bytes of the whole vault when it was made; not known of points from before that was counted.
    bytes: Option<u64>,
    /// Whether it stays whatever the retention says.
    pinned: bool,
    /// What the last verification that saw it found; nothing if none has.
    integrity: Option<Integrity>,
    /// The last recovery from it; nothing if there is none.
    restored: Option<Restored>,
    /// The same for each kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    kinds: BTreeMap<String, Counts>,
}

/// Counts of a kind.
#[derive(Serialize, ToSchema)]
struct Counts {
    live: u64,
    added: u64,
    changed: u64,
    deleted: u64,
}

fn describe(point: &RecoveryPoint, standing: &Standing, kinds: bool) -> PointView {
    let sum = |pick: fn(&vault::Counts) -> u64| point.counts.values().map(pick).sum();
    let of_kind = |counts: &vault::Counts| Counts {
        live: counts.live,
        added: counts.added,
        changed: counts.changed,
        deleted: counts.deleted,
    };
    PointView {
        number: point.number,
        taken: point.taken,
        note: point.note.clone(),
        objects: sum(|counts| counts.live),
        added: sum(|counts| counts.added),
        changed: sum(|counts| counts.changed),
        deleted: sum(|counts| counts.deleted),
        bytes: point.size,
        pinned: standing.is_pinned(point.number),
        integrity: standing.integrity(point.taken),
        restored: standing.restored(point.number),
        kinds: point.counts.iter().filter(|_| kinds).map(|(kind, counts)| (kind.clone(), of_kind(counts))).collect(),
    }
}

async fn site(components: &Components, caller: &Caller, id: SiteId) -> Result<Site, Problem> {
    let mut repository = components.around.store.read().await?;
    find(repository.as_mut(), caller, id).await
}

/// The vault of a site. Before its first backup there is none, and nothing in it.
async fn opened(components: &Components, site: &Site) -> Result<Vault, Problem> {
    match components.around.vault(site).await {
        Err(worker::Error::Vault(vault::Error::NoVault { .. })) => Err(Problem::not_found()),
        opened => Ok(opened?),
    }
}

/// The recovery points of a site, the newest first.
#[utoipa::path(get, path = "/sites/{site}/points", tag = "Recovery points", params(("site" = Uuid, Path), PageQuery),
    responses((status = OK, body = Page<PointView>)))]
async fn list(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<SiteId>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<PointView>>> {
    let (before, fetch) = (query.after::<u64>()?, query.fetch()? as usize);
    let site = site(&components, &caller, id).await?;
    let known = components.points.get(&components.around, &site).await?;
    let standing = Standing::of(&components, &site, known.as_deref()).await?;
    let older = known.iter().flat_map(|known| known.all.range(..before.unwrap_or(u64::MAX)).rev());
    let older = older.take(fetch).map(|(_, point)| point).collect();
    Ok(Json(query.page(older, |point| point.number.to_string(), |point| describe(point, &standing, false))?))
}

/// One recovery point, by kind.
#[utoipa::path(get, path = "/sites/{site}/points/{point}", tag = "Recovery points",
    params(("site" = Uuid, Path), ("point" = u64, Path)), responses((status = OK, body = PointView)))]
async fn get(
    State(components): State<Components>,
    caller: Caller,
    Named((id, number)): Named<(SiteId, u64)>,
) -> Answer<Json<PointView>> {
    let site = site(&components, &caller, id).await?;
    let known = components.points.get(&components.around, &site).await?.ok_or_else(Problem::not_found)?;
    let point = known.all.get(&number).ok_or_else(Problem::not_found)?;
    let standing = Standing::of(&components, &site, Some(&*known)).await?;
    Ok(Json(describe(point, &standing, true)))
}
