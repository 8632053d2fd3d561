//! Recovery points: what a vault holds, and what changed from one to another.

use std::collections::BTreeMap;

use axum::extract::State;
use control::id::SiteId;
use futures::TryStreamExt as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vault::{Difference, RecoveryPoint, Vault};

use super::sites::find;
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::page::{Page, PageQuery};
use crate::http::path::{Asked, Named};
use crate::http::problem::{Answer, Kind, Problem};

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(changes))
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

fn describe(point: &RecoveryPoint, kinds: bool) -> PointView {
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
        kinds: point.counts.iter().filter(|_| kinds).map(|(kind, counts)| (kind.clone(), of_kind(counts))).collect(),
    }
}

/// The vault of a site; none before the first backup.
async fn vault(components: &Components, caller: &Caller, id: SiteId) -> Result<Option<Vault>, Problem> {
    let mut repository = components.around.store.read().await?;
    let site = find(repository.as_mut(), caller, id).await?;
    drop(repository);
    match components.around.vault(&site).await {
        Ok(vault) => Ok(Some(vault)),
        Err(worker::Error::Vault(vault::Error::NoVault { .. })) => Ok(None),
        Err(error) => Err(error.into()),
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
    let points = vault(&components, &caller, id).await?.map_or_else(Vec::new, |vault| vault.points());
    let older = points.iter().rev().filter(|point| before.is_none_or(|before| point.number < before)).take(fetch);
    Ok(Json(query.page(older.collect(), |point| point.number.to_string(), |point| describe(point, false))?))
}

/// One recovery point, by kind.
#[utoipa::path(get, path = "/sites/{site}/points/{point}", tag = "Recovery points",
    params(("site" = Uuid, Path), ("point" = u64, Path)), responses((status = OK, body = PointView)))]
async fn get(
    State(components): State<Components>,
    caller: Caller,
    Named((id, number)): Named<(SiteId, u64)>,
) -> Answer<Json<PointView>> {
    let vault = vault(&components, &caller, id).await?.ok_or_else(Problem::not_found)?;
    let point = vault.points().into_iter().find(|point| point.number == number).ok_or_else(Problem::not_found)?;
    Ok(Json(describe(&point, true)))
}

/// From where to compare, and how much of it to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct From {
    /// The earlier recovery point.
    from: u64,
    /// How many objects to name: 0 to 1,000, 100 unless said.
    #[param(minimum = 0, maximum = 1000)]
    limit: Option<usize>,
}

/// What is otherwise.
#[derive(Serialize, ToSchema)]
struct ChangesView {
    /// How many objects differ.
    total: u64,
    /// How many of each kind: `added`, `changed`, `deleted`.
    kinds: BTreeMap<String, BTreeMap<&'static str, u64>>,
    /// The first of them.
    objects: Vec<ChangedObject>,
}

/// An object that is otherwise.
#[derive(Serialize, ToSchema)]
struct ChangedObject {
    kind: String,
    key: String,
    /// `added`, `changed` or `deleted`.
    change: &'static str,
}

/// What changed from an earlier recovery point to this one.
#[utoipa::path(get, path = "/sites/{site}/points/{point}/changes", tag = "Recovery points",
    params(("site" = Uuid, Path), ("point" = u64, Path), From), responses((status = OK, body = ChangesView)))]
async fn changes(
    State(components): State<Components>,
    caller: Caller,
    Named((id, to)): Named<(SiteId, u64)>,
    Asked(asked): Asked<From>,
) -> Answer<Json<ChangesView>> {
    let limit = asked.limit.unwrap_or(100);
    if limit > 1_000 {
        return Err(Problem::new(Kind::BadRequest, "`limit` is 0 to 1,000"));
    }
    let vault = vault(&components, &caller, id).await?.ok_or_else(Problem::not_found)?;
    let mut view = ChangesView { total: 0, kinds: BTreeMap::new(), objects: vec![] };
    let mut entries = vault.diff(asked.from, to);
    while let Some(entry) = entries.try_next().await? {
        let change = word(entry.change);
        view.total += 1;
        *view.kinds.entry(entry.kind.clone()).or_default().entry(change).or_default() += 1;
        if view.objects.len() < limit {
            view.objects.push(ChangedObject { kind: entry.kind, key: entry.key, change });
        }
    }
    Ok(Json(view))
}

fn word(change: Difference) -> &'static str {
    match change {
        Difference::Added => "added",
        Difference::Changed => "changed",
        Difference::Deleted => "deleted",
    }
}
