//! What changed from one recovery point to another: which objects, and how one of them.

use std::collections::BTreeMap;

use axum::extract::State;
use control::id::SiteId;
use futures::TryStreamExt as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use vault::{Difference, Vault, VersionInfo};

use super::{opened, site};
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::path::{Asked, Named};
use crate::http::problem::{Answer, Kind, Problem};

/// From where to compare, and how much of it to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The earlier recovery point.
    from: u64,
    /// How many objects to name: 0 to 1,000, 100 unless said.
    #[param(minimum = 0, maximum = 1000)]
    limit: Option<usize>,
}

/// What is otherwise.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangesView {
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
pub(super) async fn changes(
    State(components): State<Components>,
    caller: Caller,
    Named((id, to)): Named<(SiteId, u64)>,
    Asked(asked): Asked<From>,
) -> Answer<Json<ChangesView>> {
    let limit = asked.limit.unwrap_or(100);
    if limit > 1_000 {
        return Err(Problem::new(Kind::BadRequest, "`limit` is 0 to 1,000"));
    }
    let site = site(&components, &caller, id).await?;
    let vault = opened(&components, &site).await?;
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

/// Which object, and against which point.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Its kind.
    #[param(max_length = 100)]
    kind: String,
    /// Its key in the vault.
    #[param(max_length = 1000)]
    key: String,
    /// An earlier recovery point.
    from: Option<u64>,
}

/// An object at a recovery point, and before.
#[derive(Serialize, ToSchema)]
pub(super) struct ObjectView {
    kind: String,
    key: String,
    /// As it was at the earlier point; nothing if it was not there, or none was asked for.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// As it is at this point; nothing if it is not there.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// All that the vault has of it, the oldest first.
    versions: Vec<VersionView>,
}

/// A version of an object.
#[derive(Serialize, ToSchema)]
struct VersionView {
    /// The commit that brought it: the first recovery point with this number or a greater one shows it.
    version: u64,
    taken: Timestamp,
    /// Whether it says that the object is gone.
    deleted: bool,
}

/// One object of a recovery point as it was captured, and as it was at an earlier point.
#[utoipa::path(get, path = "/sites/{site}/points/{point}/object", tag = "Recovery points",
    params(("site" = Uuid, Path), ("point" = u64, Path), Which), responses((status = OK, body = ObjectView)))]
pub(super) async fn object(
    State(components): State<Components>,
    caller: Caller,
    Named((id, point)): Named<(SiteId, u64)>,
    Asked(Which { kind, key, from }): Asked<Which>,
) -> Answer<Json<ObjectView>> {
    let site = site(&components, &caller, id).await?;
    let vault = opened(&components, &site).await?;
    let after = body(&vault, point, &kind, &key).await?;
    let before = match from {
        Some(from) => body(&vault, from, &kind, &key).await?,
        None => None,
    };
    if after.is_none() && before.is_none() {
        return Err(Problem::not_found());
    }
    let versions = vault.history(&kind, &key).await?.into_iter();
    let versions = versions.map(|VersionInfo { version, taken, deleted, .. }| VersionView { version, taken, deleted });
    Ok(Json(ObjectView { kind, key, before, after, versions: versions.collect() }))
}

async fn body(vault: &Vault, point: u64, kind: &str, key: &str) -> Result<Option<Value>, Problem> {
    let record = vault.at(point)?.get(kind, key).await?;
    record.map(|record| serde_json::from_slice(&record.body)).transpose().map_err(Problem::internal)
}
