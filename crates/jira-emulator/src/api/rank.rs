//! The order of issues on boards.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::put;
use serde::Deserialize;

use super::Operation;
use super::sprint_issues::find_issues;
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::JsonBody;
use crate::issues::access;
use crate::issues::view::rank;
use crate::site::SharedSite;
use crate::state::{Field, FieldValue, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[("PUT", "/rest/agile/1.0/issue/rank")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new().route("/rest/agile/1.0/issue/rank", put(set))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    issues: Vec<String>,
    rank_before_issue: Option<String>,
    rank_after_issue: Option<String>,
}

/// Where ranked issues go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Before(u64),
    After(u64),
}

impl Place {
    /// Reads `rankBeforeIssue` and `rankAfterIssue`, of which at most one may be given.
    pub(crate) fn read(
        state: &SiteState,
        caller: &str,
        before: Option<String>,
        after: Option<String>,
    ) -> JiraResult<Option<Self>> {
        Ok(match (before, after) {
            (None, None) => None,
            (Some(issue), None) => Some(Self::Before(access::find_id(state, caller, &issue)?)),
            (None, Some(issue)) => Some(Self::After(access::find_id(state, caller, &issue)?)),
            (Some(_), Some(_)) => {
                return Err(JiraError::bad_request("Only one of 'rankBeforeIssue' and 'rankAfterIssue' may be given."));
            }
        })
    }
}

async fn set(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    let issues = find_issues(&state, &caller, &body.issues)?;
    let place = Place::read(&state, &caller, body.rank_before_issue, body.rank_after_issue)?;
    let place = place.ok_or_else(|| JiraError::bad_request("The issue to rank before or after must be given."))?;
    insert(&mut state, &issues, place);
    Ok(StatusCode::NO_CONTENT)
}

/// Gives the issues ranks in the order given, all of them before or after another issue.
pub(crate) fn insert(state: &mut SiteState, issues: &[u64], place: Place) {
    let Some(field) = state.field_of_type("com.pyxis.greenhopper.jira:gh-lexo-rank").cloned() else { return };
    let Some(number) = field.schema.custom_id else { return };
    let (mut low, high) = gap(state, &field, issues, place);
    for id in issues {
        low = between(&low, high.as_deref());
        if let Some(issue) = state.issues.get_mut(id) {
            issue.custom.insert(number, FieldValue::Text(low.as_str().into()));
        }
    }
}

/// The ranks between which the issues go; those of the issues themselves do not count.
fn gap(state: &SiteState, field: &Field, moved: &[u64], place: Place) -> (String, Option<String>) {
    let anchor = match place {
        Place::Before(issue) | Place::After(issue) => issue,
    };
    let anchor = state.issues.get(&anchor).map(|issue| rank(issue, field)).unwrap_or_default();
    let others = state.issues.values().filter(|issue| !moved.contains(&issue.id)).map(|issue| rank(issue, field));
    match place {
        Place::Before(_) => {
            let low = others.filter(|other| *other < anchor).max();
            (low.unwrap_or_else(|| LOWEST.into()), Some(anchor))
        }
        Place::After(_) => {
            let high = others.filter(|other| *other > anchor).min();
            (anchor, high)
        }
    }
}

/// Every rank begins with the bucket.
const LOWEST: &str = "0|";

/// A rank above `low` and below `high`.
fn between(low: &str, high: Option<&str>) -> String {
    match high.and_then(|high| high.strip_prefix(low)) {
        // At some place `high` has a greater character than `low`: anything may follow `low`.
        None => format!("{low}i"),
        Some(rest) => format!("{low}{}", half(rest)),
    }
}

/// A text below `text`, not empty and not ending in `0`, so that there is always room below it again.
fn half(text: &str) -> String {
    let first = text.chars().next().unwrap_or('z');
    match first.to_digit(36).unwrap_or(10) {
        0 => format!("0{}", half(&text[1..])),
        1 => "0i".into(),
        digit => char::from_digit(digit / 2, 36).unwrap_or('1').to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn there_is_always_room_between_two_ranks(steps in prop::collection::vec(any::<bool>(), 1..60)) {
            let (mut low, mut high) = ("0|z000010000:".to_owned(), "0|z000010001:".to_owned());
            for up in steps {
                let middle = between(&low, Some(&high));
                prop_assert!(low < middle && middle < high, "{low} {middle} {high}");
                if up { low = middle } else { high = middle }
            }
        }
    }

    #[test]
    fn first_place_lies_below_every_rank() {
        assert!(*between(LOWEST, Some("0|hzzzzz:")) < *"0|hzzzzz:");
        assert!(*between(LOWEST, Some("0|z000010001:")) < *"0|z000010001:");
        assert!(*between("0|z000010001:", None) > *"0|z000010001:");
    }
}
