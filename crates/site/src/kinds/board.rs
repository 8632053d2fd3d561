//! Boards.

use async_trait::async_trait;
use futures::{FutureExt, TryStreamExt};
use jira::{Call, Error, Jira};
use serde_json::{Value, json};

use super::support::{called, delete, in_parts, key, lose, made, one_by_one, put_with, refused, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::Loss;
use crate::names::{Names, id_text};
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

mod filter;

/// The kind `board`. Its configuration is part of it: `lifeboat:configuration`.
pub struct Board;

const FILTER: Loss = Loss {
    id: "board.filter",
    what: "The filter of a board",
    instead: "A filter \"Recovered board …\" with all issues of the board's project, by rank",
    always: true,
};
const CONFIGURATION: Loss = Loss {
    id: "board.configuration",
    what: "Columns, swimlanes, quick filters, estimation, card layout and administrators of a board",
    instead: "Jira's defaults; the configuration is in the recovery point",
    always: true,
};
const TYPE: Loss = Loss {
    id: "board.type",
    what: "A board of a team-managed project",
    instead: "A scrum board, which can have sprints",
    always: false,
};
const LOCATION: Loss = Loss {
    id: "board.location",
    what: "The place of a board that belongs to a person",
    instead: "It belongs to the account that runs the recovery",
    always: false,
};

const CONFIGURED: &str = "lifeboat:configuration";

impl Kind for Board {
    fn name(&self) -> KindName {
        "board"
    }

    fn title(&self) -> &'static str {
        "boards"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["project", "issue"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[FILTER, CONFIGURATION, TYPE, LOCATION]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        json!({
            "name": text(&object.body, "name"),
            "type": text(&object.body, "type"),
            "project": project_of(object).map(|id| called(names, "project", &id)),
        })
    }
}

#[async_trait]
impl SiteKind for Board {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let result = read_all(jira, sink).await;
        // A site without Jira Software refuses the whole list.
        refused(result, self.name(), "all".to_owned(), sink).await
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        let place = project_of(object).map_or_else(|| "-".to_owned(), |id| called(names, "project", &id));
        format!("{place} / {}", text(&object.body, "name"))
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let mut value = json!({ "name": text(&object.body, "name"), "type": text(&object.body, "type") });
        if let Some(source) = project_of(object) {
            let key = called(&translation.source, "project", &source);
            let Some(project) = translation.target("project", &source) else {
                translated.cannot = Some(format!("its project {key} is not on the standby"));
                return translated;
            };
            value["location"] = json!({ "type": "project", "projectKeyOrId": project });
            value["jql"] = format!("project = \"{key}\" ORDER BY Rank ASC").into();
        } else {
            lose(&mut translated, &LOCATION, object, "/project", text(&object.body, "name"));
            value["location"] = json!({ "type": "user" });
            value["jql"] = "project is not EMPTY ORDER BY Rank ASC".into();
        }
        if !matches!(text(&object.body, "type"), "scrum" | "kanban") {
            lose(&mut translated, &TYPE, object, "/type", text(&object.body, "type"));
            value["type"] = "scrum".into();
        }
        translated.value = value;
        translated
    }

    fn owner_of(&self, object: &Object) -> Option<(KindName, String)> {
        project_of(object).map(|project| ("project", project))
    }

    /// Jira gives a new software project a board of its own.
    fn comes_by_itself(&self, object: &Object, names: &Names) -> bool {
        let key = project_of(object).map(|project| called(names, "project", &project));
        key.is_some_and(|key| text(&object.body, "name") == format!("{key} board"))
    }

    /// Its filter first: once the board is gone, nothing tells any more which it was.
    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        filter::remove_ours(jira, &object.key).await?;
        delete(jira, Call::delete("/rest/agile/1.0/board/{board}").arg("board", &object.key)).await
    }

    fn lane(&self, object: &Object) -> String {
        text(&object.body, "name").to_lowercase()
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move {
                let filter = filter::find_or_create(&writer.jira, &object.value).await?;
                let call = Call::post("/rest/agile/1.0/board").json(&request(&object.value, filter));
                made(&writer.jira.json(call).await.map_err(filter::not_yet)?)
            }
            .boxed()
        })
        .await
    }
}

fn request(value: &Value, filter: u64) -> Value {
    json!({ "name": value["name"], "type": value["type"], "filterId": filter, "location": value["location"] })
}

/// All boards that the account may see.
pub(super) fn list() -> Call {
    Call::get("/rest/agile/1.0/board").query("includePrivate", true)
}

async fn read_all(jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
    let label = list().label();
    let mut boards = Vec::new();
    let mut found = jira.pages_offset(list(), "values", 50);
    while let Some(raw) = found.try_next().await? {
        boards.push((key(&label, &raw, "id")?, raw));
    }
    in_parts(jira, &boards, sink, |jira, (id, raw), sink| {
        async move {
            let call = Call::get("/rest/agile/1.0/board/{board}/configuration").arg("board", id);
            let more: Vec<(&str, Value)> = match jira.json(call).await {
                Ok(configuration) => vec![(CONFIGURED, configuration)],
                Err(error @ (Error::Rejected { .. } | Error::Forbidden { .. })) => {
                    sink.failed("board", format!("configuration of {id}"), error.to_string()).await?;
                    Vec::new()
                }
                Err(error) => return Err(error.into()),
            };
            put_with(sink, "board", id.clone(), raw, &more).await
        }
        .boxed()
    })
    .await?;
    Ok(())
}

/// The project that a board is located in.
fn project_of(object: &Object) -> Option<String> {
    object.body.pointer("/location/projectId").and_then(id_text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    fn sides() -> Translation {
        let mut translation = translation();
        translation.bind("project", "10000", "10");
        translation.source.bind("project", "10000".to_owned(), "ARK".to_owned());
        translation.standby.bind("project", "10".to_owned(), "ARK".to_owned());
        translation
    }

    fn board(kind: &str, project: Option<u32>) -> Object {
        let location = project.map_or_else(|| json!({"userId": 7}), |id| json!({"projectId": id, "projectKey": "ARK"}));
        object(&Board, "84", json!({"id": 84, "name": "Crew", "type": kind, "location": location}))
    }

    #[test]
    fn a_board_gets_a_filter_of_its_project() {
        let translated = Board.translate(&board("scrum", Some(10000)), &sides());
        assert_eq!(translated.value["jql"], "project = \"ARK\" ORDER BY Rank ASC");
        insta::assert_json_snapshot!(request(&translated.value, 12), @r#"
        {
          "filterId": 12,
          "location": {
            "projectKeyOrId": "10",
            "type": "project"
          },
          "name": "Crew",
          "type": "scrum"
        }
        "#);
        arrives(&Board, &sides(), &board("scrum", Some(10000)), &board("scrum", Some(10)));
        assert_eq!(Board.identity(&board("scrum", Some(10)), &sides().standby), "ARK / Crew");
    }

    #[test]
    fn a_board_of_a_person_or_of_a_team_managed_project_says_what_it_loses() {
        let source = board("simple", None);
        let translated = Board.translate(&source, &sides());
        let lost: Vec<_> = translated.losses.iter().map(|loss| &*loss.path).collect();
        assert_eq!(lost, ["/project", "/type"]);
        arrives(&Board, &sides(), &source, &board("scrum", None));
    }
}
