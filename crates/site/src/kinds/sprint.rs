//! Sprints: made, filled, started and closed one after the other, as it once happened.

use std::collections::HashSet;

use async_trait::async_trait;
use futures::{FutureExt, TryStreamExt};
use jiff::Timestamp;
use jira::{Call, Error, Jira};
use serde_json::{Value, json};

use super::board;
use super::support::{called, delete, key, lose, made, one_by_one, refused, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

mod steps;

/// The kind `sprint`.
pub struct Sprint;

const COMPLETED: Loss = Loss {
    id: "sprint.completed",
    what: "When a sprint was started and completed, and its reports",
    instead: "Both happen during the recovery; planned start and end are kept",
    always: true,
};
const STATE: Loss = Loss {
    id: "sprint.state",
    what: "That a sprint is active or closed, where it has no dates or Jira does not let it be started",
    instead: "The sprint stays as far as it came",
    always: false,
};
const MEMBER: Loss = Loss {
    id: "sprint.issues",
    what: "An issue that Jira does not put into the sprint",
    instead: "The sprint is restored without it",
    always: false,
};

impl Kind for Sprint {
    fn name(&self) -> KindName {
        "sprint"
    }

    fn title(&self) -> &'static str {
        "sprints"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["board", "issue"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[COMPLETED, STATE, MEMBER]
    }

    /// Without its issues: they are compared as the issues' Sprint field.
    fn normal(&self, object: &Object, names: &Names) -> Value {
        json!({
            "board": called(names, "board", &board_of(object)),
            "name": text(&object.body, "name").trim(),
            "goal": text(&object.body, "goal"),
            "state": text(&object.body, "state"),
            "start": moment(&object.body, "startDate"),
            "end": moment(&object.body, "endDate"),
        })
    }
}

#[async_trait]
impl SiteKind for Sprint {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let boards = match boards(jira).await {
            Ok(boards) => boards,
            Err(error) => return refused(Err(error.into()), self.name(), "all".to_owned(), sink).await,
        };
        // A sprint shows on every board that has one of its issues.
        let mut seen = HashSet::new();
        for board in boards {
            read_board(jira, &board, &mut seen, sink).await?;
        }
        Ok(())
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        format!("{} / {}", called(names, "board", &board_of(object)), text(&object.body, "name").trim())
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let Some(board) = translation.target("board", &board_of(object)).and_then(|id| id.parse::<u64>().ok()) else {
            translated.cannot = Some("the board that it was made on is not on the standby".to_owned());
            return translated;
        };
        let state = text(&object.body, "state");
        translated.value = json!({
            "name": text(&object.body, "name").trim(),
            "originBoardId": board,
            "state": state,
        });
        for member in ["goal", "startDate", "endDate"] {
            if !text(&object.body, member).is_empty() {
                translated.value[member] = text(&object.body, member).into();
            }
        }
        let dated = moment(&object.body, "startDate").is_some() && moment(&object.body, "endDate").is_some();
        if state != "future" && !dated {
            lose(&mut translated, &STATE, object, "/state", "it has no dates");
            translated.value["state"] = "future".into();
        }
        translated
    }

    /// In the order in which they happened: an issue stays in closed sprints and moves on to the next.
    fn sort(&self, objects: &mut Vec<Object>) {
        objects.sort_by_cached_key(|object| {
            let body = &object.body;
            let state = ["closed", "active"].iter().position(|state| *state == text(body, "state")).unwrap_or(2);
            let ended = moment(body, "completeDate").or_else(|| moment(body, "endDate"));
            (state, ended, moment(body, "startDate"), object.key.len(), object.key.clone())
        });
    }

    fn owner_of(&self, object: &Object) -> Option<(KindName, String)> {
        Some(("board", board_of(object)))
    }

    fn used_by(&self, object: &Object) -> Option<String> {
        Some(format!("sprint = {}", object.key))
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/agile/1.0/sprint/{sprint}").arg("sprint", &object.key)).await
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move {
                let call = Call::post("/rest/agile/1.0/sprint").json(&request(&object.value));
                made(&writer.jira.json(call).await?)
            }
            .boxed()
        })
        .await
    }

    /// Puts every issue into the sprint that ever was in it, then starts and closes it as far as the source's had come.
    async fn complete(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        let lost = |loss: &Loss, path: &str, detail: String| Occurrence {
            loss: loss.id.to_owned(),
            kind: self.name().to_owned(),
            key: object.source.clone(),
            path: path.to_owned(),
            detail,
        };
        let mut losses = Vec::new();
        let now = steps::state(&writer.jira, id).await?;
        if now != "closed" {
            let issues = writer.sprints.of(&object.source);
            let refused = steps::fill(writer, id, &issues).await?;
            if text(&object.value, "state") == "closed" {
                // After that no issue comes into it any more.
                steps::nobody_is_to_come(writer, &issues).await?;
            }
            losses.extend(refused.into_iter().map(|detail| lost(&MEMBER, "/issues", detail)));
        }
        for step in steps::between(&now, text(&object.value, "state")) {
            match steps::turn(&writer.jira, id, step, &object.value).await {
                Ok(()) => {}
                Err(error @ (Error::Rejected { .. } | Error::Forbidden { .. })) => {
                    losses.push(lost(&STATE, "/state", format!("not {step}: {error}")));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(losses)
    }
}

fn request(value: &Value) -> Value {
    let mut body = value.clone();
    if let Some(members) = body.as_object_mut() {
        members.remove("state");
    }
    body
}

/// What Jira says of a board without sprints. Of no other refusal it may be concluded that there are none.
const NONE: &str = "support sprints";

/// The boards that can have sprints.
async fn boards(jira: &Jira) -> jira::Result<Vec<String>> {
    let label = board::list().label();
    let mut found = Vec::new();
    let mut boards = jira.pages_offset(board::list(), "values", 50);
    while let Some(raw) = boards.try_next().await? {
        let body: Value = serde_json::from_str(raw.get()).unwrap_or_default();
        if text(&body, "type") != "kanban" {
            found.push(key(&label, &raw, "id")?);
        }
    }
    Ok(found)
}

async fn read_board(jira: &Jira, board: &str, seen: &mut HashSet<String>, sink: &mut dyn Sink) -> sink::Result<()> {
    let call = Call::get("/rest/agile/1.0/board/{board}/sprint").arg("board", board);
    let call = call.query("state", "active,future,closed");
    let label = call.label();
    let mut sprints = jira.pages_offset(call, "values", 50);
    loop {
        let raw = match sprints.try_next().await {
            Ok(Some(raw)) => raw,
            Ok(None) => return Ok(()),
            // A team-managed project may have its sprints switched off.
            Err(Error::Rejected { status: 400, messages, .. }) if messages.iter().any(|told| told.contains(NONE)) => {
                return Ok(());
            }
            Err(error @ (Error::Rejected { .. } | Error::Forbidden { .. })) => {
                return sink.failed("sprint", format!("of board {board}"), error.to_string()).await;
            }
            Err(error) => return Err(error.into()),
        };
        let id = key(&label, &raw, "id")?;
        if seen.insert(id.clone()) {
            sink.put("sprint", id, None, raw).await?;
        }
    }
}

fn board_of(object: &Object) -> String {
    object.body.get("originBoardId").and_then(id_text).unwrap_or_default()
}

/// A moment, whatever offset it was written with.
fn moment(body: &Value, member: &str) -> Option<Timestamp> {
    text(body, member).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    fn sides() -> Translation {
        let mut translation = translation();
        translation.bind("board", "5", "50");
        translation.source.bind("board", "5".to_owned(), "ARK / Crew".to_owned());
        translation.standby.bind("board", "50".to_owned(), "ARK / Crew".to_owned());
        translation
    }

    fn sprint(id: u32, board: u32, state: &str, start: &str, end: &str) -> Object {
        let body = json!({"id": id, "name": "Week 1 ", "state": state, "originBoardId": board, "goal": "Float",
            "startDate": start, "endDate": end});
        object(&Sprint, &id.to_string(), body)
    }

    const START: &str = "2015-04-11T15:22:00.000+10:00";
    const END: &str = "2015-04-20T01:22:00.000+10:00";

    #[test]
    fn a_sprint_begins_as_a_future_one_with_its_dates() {
        let source = sprint(37, 5, "closed", START, END);
        let translated = Sprint.translate(&source, &sides());
        insta::assert_json_snapshot!(request(&translated.value), @r#"
        {
          "endDate": "2015-04-20T01:22:00.000+10:00",
          "goal": "Float",
          "name": "Week 1",
          "originBoardId": 50,
          "startDate": "2015-04-11T15:22:00.000+10:00"
        }
        "#);
        let standby = sprint(1, 50, "closed", "2015-04-11T05:22:00.000Z", "2015-04-19T15:22:00.000Z");
        arrives(&Sprint, &sides(), &source, &standby);
    }

    #[test]
    fn a_sprint_without_dates_cannot_be_started() {
        let source = sprint(37, 5, "active", START, "");
        let translated = Sprint.translate(&source, &sides());
        assert_eq!(translated.value["state"], "future");
        assert_eq!(translated.losses[0].path, "/state");
        assert!(Sprint.translate(&sprint(37, 6, "active", START, END), &sides()).cannot.is_some());
    }

    #[test]
    fn sprints_happen_in_their_order() {
        let mut objects = vec![
            sprint(4, 5, "future", "", ""),
            sprint(9, 5, "closed", START, END),
            sprint(10, 5, "closed", "2014-01-01T00:00:00Z", "2014-01-15T00:00:00Z"),
            sprint(1, 5, "active", "2016-01-01T00:00:00Z", "2016-01-15T00:00:00Z"),
        ];
        Sprint.sort(&mut objects);
        let keys: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
        assert_eq!(keys, ["10", "9", "1", "4"]);
    }
}
