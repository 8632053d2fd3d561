//! The audit log.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::Params;
use crate::http::time::{parse_time, platform_time};
use crate::site::SharedSite;
use crate::state::{AuditRecord, RawJson};

pub(crate) const OPERATIONS: &[Operation] = &[("GET", "/rest/api/3/auditing/record")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new().route("/rest/api/3/auditing/record", get(records))
}

/// Most records in one answer.
const MOST: usize = 1_000;

#[derive(Deserialize)]
struct Query {
    offset: Option<usize>,
    limit: Option<usize>,
    filter: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// The records, latest first.
async fn records(
    State(site): State<SharedSite>,
    _: Administrator,
    Params(query): Params<Query>,
) -> JiraResult<Json<Value>> {
    let (from, to) = (instant(query.from.as_deref())?, instant(query.to.as_deref())?);
    let words: Vec<String> = query.filter.unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    let state = site.read();
    let mut found: Vec<&AuditRecord> = state.audit.iter().rev().collect();
    found.retain(|record| from.is_none_or(|from| record.created >= from) && to.is_none_or(|to| record.created <= to));
    found.retain(|record| mentions(record, &words));
    let (offset, limit) = (query.offset.unwrap_or(0), query.limit.unwrap_or(MOST).min(MOST));
    let records: Vec<Value> = found.iter().skip(offset).take(limit).map(|record| shown(record)).collect();
    Ok(Json(json!({ "offset": offset, "limit": limit, "total": found.len(), "records": records })))
}

fn instant(text: Option<&str>) -> JiraResult<Option<Timestamp>> {
    let Some(text) = text else { return Ok(None) };
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
    match parse_time(text).or_else(day) {
        Some(at) => Ok(Some(at)),
        None => Err(JiraError::bad_request(format!("'{text}' is not a date."))),
    }
}

/// Whether every word is found somewhere in the record.
fn mentions(record: &AuditRecord, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let object = record.object_item.as_ref().map_or("", RawJson::text);
    let text = format!("{} {} {object}", record.summary, record.category).to_lowercase();
    words.iter().all(|word| text.contains(word))
}

fn shown(record: &AuditRecord) -> Value {
    let mut shown = json!({
        "id": record.id,
        "summary": record.summary,
        "created": platform_time(record.created, &TimeZone::UTC),
        "category": record.category,
        "eventSource": "",
    });
    if let Some(author) = &record.author {
        // Recorded answers of real sites have both members; the document knows the first only.
        shown["authorKey"] = json!(author);
        shown["authorAccountId"] = json!(author);
    }
    if let Some(object) = &record.object_item {
        shown["objectItem"] = object.value();
    }
    for (member, values) in [("changedValues", &record.changed_values), ("associatedItems", &record.associated_items)] {
        if !values.is_empty() {
            shown[member] = values.iter().map(RawJson::value).collect();
        }
    }
    shown
}
