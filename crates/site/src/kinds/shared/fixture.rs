//! Two sites for tests: a source whose ids all differ from the standby's, a user and some configuration that the standby
//! lacks, and the question whether the losses explain every difference.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::adf::Media;
use crate::kind::{Content, Contents, IssueContext, IssueMap, KindName, Object, Operation, Writer};
use crate::losses::Occurrence;
use crate::marks::Marks;
use crate::names::Field;
use crate::translation::Translation;

/// Who is on both sites, by their accounts on the source; on the standby `other-…`.
pub(crate) const PRESENT: &str = "ann";
/// Who is on the source only.
pub(crate) const ABSENT: &str = "bob";

/// Custom fields: own number, type, `schema.type`. Numbers on the standby are 900 higher.
const FIELDS: [(u32, &str); 14] = [
    (1, "textfield"),
    (2, "textarea"),
    (3, "float"),
    (4, "datetime"),
    (5, "userpicker"),
    (6, "multiuserpicker"),
    (7, "select"),
    (8, "multicheckboxes"),
    (9, "cascadingselect"),
    (10, "multiversion"),
    (11, "grouppicker"),
    (12, "url"),
    (13, "labels"),
    (14, "project"),
];

/// The translation between both sites.
pub(crate) fn translation() -> Translation {
    let mut translation = Translation::default();
    translation.source.addresses = vec!["https://source.example".to_owned()];
    translation.standby.addresses = vec!["https://standby.example".to_owned()];
    redirect(&mut translation, "AB-7", "AB-70");
    translation.bind_user(PRESENT, format!("other-{PRESENT}"));
    translation.standby.users.insert(format!("other-{PRESENT}"), PRESENT.to_owned());
    for (kind, id, name) in [
        ("project", "100", "AB"),
        ("issue-type", "1", "Task"),
        ("status", "2", "Open"),
        ("priority", "3", "High"),
        ("resolution", "4", "Done"),
        ("component", "5", "AB/Core"),
        ("version", "6", "AB/1.0"),
        ("link-type", "8", "Blocks"),
        ("group", "g1", "staff"),
        ("project-role", "9", "Developers"),
        ("sprint", "11", "Sprint 1"),
    ] {
        bind(&mut translation, kind, id, name);
    }
    for (kind, id, name) in [("version", "66", "AB/2.0"), ("group", "g2", "guests"), ("priority", "33", "Odd")] {
        translation.source.bind(kind, id.to_owned(), name.to_owned());
    }
    for (number, custom) in FIELDS {
        bind_field(&mut translation, number, &format!("com.atlassian.jira.plugin.system.customfieldtypes:{custom}"));
    }
    bind_field(&mut translation, 20, "com.pyxis.greenhopper.jira:gh-epic-link");
    bind_field(&mut translation, 21, "com.pyxis.greenhopper.jira:gh-lexo-rank");
    bind_field(&mut translation, 22, "com.example.app:mystery");
    for field in [7, 8, 9] {
        for option in [1, 2] {
            let (source, target) = (field * 100 + option, format!("9x{}", field * 100 + option));
            translation.bind(
                "field-option",
                format!("customfield_{field}/55/{source}"),
                format!("customfield_{}/77/{target}", field + 900),
            );
        }
    }
    translation
}

fn redirect(translation: &mut Translation, source: &str, target: &str) {
    translation.redirects.insert(source.to_owned(), target.to_owned());
    translation.standby.redirects.insert(target.to_owned(), source.to_owned());
}

/// Has an object on both sites, with another id on the standby.
pub(crate) fn bind(translation: &mut Translation, kind: KindName, id: &str, name: &str) {
    let target = format!("9{id}");
    translation.source.bind(kind, id.to_owned(), name.to_owned());
    translation.standby.bind(kind, target.clone(), name.to_owned());
    translation.bind(kind, id, target);
}

fn bind_field(translation: &mut Translation, number: u32, custom: &str) {
    let (source, target) = (format!("customfield_{number}"), format!("customfield_{}", number + 900));
    let identity = format!("Field/{number}");
    for (names, id) in [(&mut translation.source, &source), (&mut translation.standby, &target)] {
        names.bind("field", id.clone(), identity.clone());
        names.learn_field(Field { id: id.clone(), custom: Some(custom.to_owned()), ..Field::default() });
    }
    translation.bind("field", source, target);
}

/// A writer whose site is never asked, with two issues in its recovery: 1 and 2.
pub(crate) fn writer() -> Writer {
    // Setting up a client takes longer than a test.
    static WRITER: std::sync::LazyLock<Writer> = std::sync::LazyLock::new(new_writer);
    WRITER.clone()
}

fn new_writer() -> Writer {
    let settings = jira::Settings::new(
        "https://standby.example".parse().unwrap(),
        jira::Credentials::Basic { email: "a@example.org".to_owned(), token: "secret".into() },
    );
    Writer {
        jira: jira::Jira::new(settings, ambient::Ambient::seeded(1)).unwrap(),
        translation: Arc::new(translation()),
        marks: Marks::new("recovery", [7; 32]),
        issues: Arc::new(TwoIssues),
        contents: Arc::new(AllContents),
        sprints: Arc::default(),
    }
}

/// The issue with this id on the source.
pub(crate) fn issue(id: u64) -> IssueContext {
    IssueContext {
        source_id: id.to_string(),
        source_key: format!("AB-{id}"),
        target_id: (id + 900).to_string(),
        target_key: format!("AB-{id}"),
    }
}

struct TwoIssues;

#[async_trait]
impl IssueMap for TwoIssues {
    async fn by_source_id(&self, source_id: &str) -> jira::Result<Option<IssueContext>> {
        Ok(source_id.parse().ok().filter(|id| [1, 2].contains(id)).map(issue))
    }

    async fn media(&self, _issue: &IssueContext) -> jira::Result<Arc<Media>> {
        Ok(Arc::new(media()))
    }
}

/// The one file that both sites have.
pub(crate) fn media() -> Media {
    Media { targets: [("file-1".to_owned(), "other-file-1".to_owned())].into() }
}

struct AllContents;

#[async_trait]
impl Contents for AllContents {
    async fn of(&self, _kind: KindName, key: &str) -> jira::Result<Option<Arc<dyn Content>>> {
        let file = crate::kinds::attachment::NewFile::json(key.to_owned(), key.to_owned().into());
        let content = file.operation("1", &Marks::new("", [0; 32])).content;
        Ok(content.filter(|_| !key.ends_with("lost")))
    }
}

/// A comment or worklog as the standby gives it after an operation.
pub(crate) fn restored(operation: &Operation) -> Object {
    let mut body = operation.body.clone();
    body["id"] = json!("99999");
    body["author"] = json!({ "accountId": "restorer", "displayName": "Restorer" });
    body["created"] = json!("2030-01-01T00:00:00.000+0000");
    body["updated"] = json!("2030-01-01T00:00:00.000+0000");
    Object { kind: operation.kind, key: "901/99999".to_owned(), body }
}

/// The differences that lie where no loss says so.
pub(crate) fn unexplained(source: &Value, standby: &Value, losses: &[Occurrence]) -> Vec<String> {
    let explained = |path: &String| {
        let below =
            |loss: &Occurrence| path.strip_prefix(&loss.path).map(|rest| rest.is_empty() || rest.starts_with('/'));
        losses.iter().any(|loss| below(loss) == Some(true))
    };
    let told = |path: String| format!("{path}: {:?} became {:?}", source.pointer(&path), standby.pointer(&path));
    differences(source, standby).into_iter().filter(|path| !explained(path)).map(told).collect()
}

/// The places in which two normal forms differ.
pub(crate) fn differences(one: &Value, two: &Value) -> Vec<String> {
    let steps: Vec<(String, &Value, &Value)> = match (one, two) {
        (Value::Object(left), Value::Object(right)) => {
            let names: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            let step = |name: &&String| (super::pointer_step(name), &one[name.as_str()], &two[name.as_str()]);
            names.iter().map(step).collect()
        }
        (Value::Array(left), Value::Array(right)) => {
            let length = left.len().max(right.len());
            (0..length).map(|index| (index.to_string(), &one[index], &two[index])).collect()
        }
        _ if one == two => Vec::new(),
        _ => return vec![String::new()],
    };
    let below = |(step, one, two): (String, &Value, &Value)| {
        differences(one, two).into_iter().map(move |path| format!("/{step}{path}")).collect::<Vec<_>>()
    };
    steps.into_iter().flat_map(below).collect()
}

/// The names of the losses, sorted.
pub(crate) fn names_of(losses: &[Occurrence]) -> Vec<&str> {
    let mut names: Vec<&str> = losses.iter().map(|loss| loss.loss.as_str()).collect();
    names.sort_unstable();
    names
}

/// An object of the source.
pub(crate) fn object(kind: KindName, key: &str, body: Value) -> Object {
    Object { kind, key: key.to_owned(), body }
}
