//! What is captured of a site, and what cannot be restored of it.

use axum::extract::State;
use control::id::SiteId;
use recovery::Kinds;
use serde::Serialize;
use utoipa::ToSchema;

use super::find;
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::path::Named;
use crate::http::problem::Answer;

/// A kind of object, and how far it is covered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct KindCoverage {
    /// Its name: `issue-type`, `comment`.
    kind: &'static str,
    /// The plural that people read.
    title: &'static str,
    /// `whole` if nothing of it is lost, else `partly`.
    captured: &'static str,
    /// How many the newest recovery point has; nothing before the first.
    objects: Option<u64>,
    /// What cannot be restored.
    losses: Vec<KindLoss>,
}

/// Something that cannot be restored.
#[derive(Serialize, ToSchema)]
struct KindLoss {
    id: &'static str,
    what: &'static str,
    /// What is done instead.
    instead: &'static str,
}

/// The coverage of a site by kind: captured as a whole or partly, why, and how many there are.
#[utoipa::path(get, path = "/sites/{site}/coverage", tag = "Sites", params(("site" = Uuid, Path)),
    responses((status = OK, body = Vec<KindCoverage>)))]
pub(super) async fn coverage(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<SiteId>,
) -> Answer<Json<Vec<KindCoverage>>> {
    let mut repository = components.around.store.read().await?;
    let site = find(repository.as_mut(), &caller, id).await?;
    drop(repository);
    let known = components.points.get(&components.around, &site).await?;
    let newest = known.as_ref().and_then(|known| known.all.values().next_back());
    let kinds = Kinds::registry();
    let names = kinds.configuration().map(site::Kind::name).chain(["issue"]).chain(kinds.hanging_names());
    let coverage = names.filter_map(|name| kinds.named(name)).map(|kind| {
        let counts = |point: &vault::RecoveryPoint| point.counts.get(kind.name()).map_or(0, |counts| counts.live);
        KindCoverage {
            kind: kind.name(),
            title: kind.title(),
            captured: if kind.losses().is_empty() { "whole" } else { "partly" },
            objects: newest.map(counts),
            losses: kind
                .losses()
                .iter()
                .map(|loss| KindLoss { id: loss.id, what: loss.what, instead: loss.instead })
                .collect(),
        }
    });
    Ok(Json(coverage.collect()))
}
