//! The filter that a board cannot be without.

use futures::TryStreamExt;
use jira::{Call, Error, Jira};
use serde_json::{Value, json};

use crate::kinds::support::{delete, made, text};
use crate::names::id_text;

/// What every filter says that is made for a board.
const DESCRIPTION: &str = "Made by a Lifeboat recovery for a board";

/// The id of the filter for a board: one that is there already with the name and query it would have, or a new one.
pub(super) async fn find_or_create(jira: &Jira, board: &Value) -> jira::Result<u64> {
    let jql = text(board, "jql");
    let taken = named_like(jira, &base(board)).await?;
    match choose(&base(board), jql, &taken) {
        Choice::Take(id) => Ok(id),
        Choice::Create(name) => {
            let body = json!({ "name": name, "jql": jql, "description": DESCRIPTION });
            number(&made(&jira.json(Call::post("/rest/api/3/filter").json(&body)).await?)?.id)
        }
    }
}

/// Deletes the filter of a board if a recovery made it for a board, as its description says, and its owner left it so.
pub(super) async fn remove_ours(jira: &Jira, board: &str) -> jira::Result<()> {
    let of_board = Call::get("/rest/agile/1.0/board/{board}/configuration").arg("board", board);
    let Some(configuration) = found(jira.json::<Value>(of_board).await)? else { return Ok(()) };
    let Some(id) = configuration.pointer("/filter/id").and_then(id_text) else { return Ok(()) };
    let of_filter = Call::get("/rest/api/3/filter/{id}").arg("id", &id);
    let Some(filter) = found(jira.json::<Value>(of_filter).await)? else { return Ok(()) };
    if text(&filter, "description") == DESCRIPTION {
        delete(jira, Call::delete("/rest/api/3/filter/{id}").arg("id", &id)).await?;
    }
    Ok(())
}

/// What Jira told, or nothing when there is nothing. Of filters it says 400 for that.
fn found<T>(answer: jira::Result<T>) -> jira::Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(Error::Rejected { status: 400 | 404, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Jira answers for a moment that a filter made just now "is not available". That is no refusal: reported as unclear, the
/// board is looked for after a while, and asked for again.
pub(super) fn not_yet(error: Error) -> Error {
    match error {
        Error::Rejected { call, messages, .. } if messages.iter().any(|message| message.contains("not available")) => {
            Error::Ambiguous { call, reason: messages.join("; ") }
        }
        other => other,
    }
}

/// A filter of the standby.
struct Filter {
    id: u64,
    name: String,
    jql: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Choice {
    Take(u64),
    Create(String),
}

/// Names are unique for each owner: a name that has another query is left alone.
fn choose(base: &str, jql: &str, taken: &[Filter]) -> Choice {
    let mut number = 1;
    loop {
        let name = if number == 1 { base.to_owned() } else { format!("{base} {number}") };
        match taken.iter().find(|filter| filter.name == name) {
            Some(filter) if filter.jql == jql => return Choice::Take(filter.id),
            Some(_) => number += 1,
            None => return Choice::Create(name),
        }
    }
}

/// Not as Jira and people call the filters of boards: those are restored under their names.
fn base(board: &Value) -> String {
    format!("Recovered board {}", text(board, "name"))
}

async fn named_like(jira: &Jira, name: &str) -> jira::Result<Vec<Filter>> {
    let call = Call::get("/rest/api/3/filter/search").query("filterName", name).query("expand", "jql");
    let mut found = Vec::new();
    let mut filters = jira.pages_offset(call, "values", 50);
    while let Some(raw) = filters.try_next().await? {
        let filter: Value = serde_json::from_str(raw.get()).unwrap_or_default();
        if let Some(id) = filter.get("id").and_then(id_text) {
            let (name, jql) = (text(&filter, "name").to_owned(), text(&filter, "jql").to_owned());
            found.push(Filter { id: number(&id)?, name, jql });
        }
    }
    Ok(found)
}

fn number(id: &str) -> jira::Result<u64> {
    id.parse().map_err(|_| Error::Unexpected { call: "filter".to_owned(), reason: format!("{id} is not a number") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_taken_only_with_the_same_query() {
        let there = |id, name: &str, jql: &str| Filter { id, name: name.to_owned(), jql: jql.to_owned() };
        let taken = [there(1, "Filter for Crew", "project = A"), there(2, "Filter for Crew 2", "project = B")];
        let choose = |jql| choose("Filter for Crew", jql, &taken);
        assert_eq!(choose("project = A"), Choice::Take(1));
        assert_eq!(choose("project = B"), Choice::Take(2));
        assert_eq!(choose("project = C"), Choice::Create("Filter for Crew 3".to_owned()));
    }

    #[test]
    fn a_filter_that_jira_does_not_see_yet_is_no_refusal() {
        let refused = |message: &str| Error::Rejected {
            call: "POST /rest/agile/1.0/board".to_owned(),
            status: 400,
            messages: vec![message.to_owned()],
            fields: Vec::new(),
        };
        let late = not_yet(refused("The selected filter is not available to you, perhaps it was deleted"));
        assert_eq!(late.outcome(), jira::Outcome::Ambiguous);
        assert_eq!(not_yet(refused("Name is too long")).outcome(), jira::Outcome::Rejected);
    }
}
