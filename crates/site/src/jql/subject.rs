//! What fields of queries hold, and how a value is found among it.

use crate::kind::KindName;
use crate::names::{Field, Names, unnumbered};
use crate::sprint_members::SPRINT_FIELD;

const EPIC_LINK: &str = "com.pyxis.greenhopper.jira:gh-epic-link";

/// What the values of a field are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// Objects of a kind, by id or by name.
    Object(KindName),
    /// Options of the field with this id, by id or by name.
    Option(String),
    /// Accounts.
    User,
    /// Issues, by key or by id. Ids are not known here.
    Issue,
    /// Objects of a kind that is not restored: security levels. By name they may be there.
    Foreign,
    /// Whatever a function takes: keys and accounts are recognised by what they look like.
    Any,
    /// What is the same everywhere: text, numbers, dates.
    Plain,
}

/// System fields that hold references, by their names in queries.
fn of_system_field(name: &str) -> Option<Subject> {
    Some(match name {
        "project" => Subject::Object("project"),
        "category" => Subject::Object("project-category"),
        "issuetype" | "type" | "issue type" | "worktype" => Subject::Object("issue-type"),
        "status" => Subject::Object("status"),
        "priority" => Subject::Object("priority"),
        "resolution" => Subject::Object("resolution"),
        "component" | "components" => Subject::Object("component"),
        "fixversion" | "fixversions" | "affectedversion" | "affectsversion" | "affectsversions" => {
            Subject::Object("version")
        }
        "issuelinktype" => Subject::Object("link-type"),
        "filter" | "request" | "savedfilter" | "searchrequest" => Subject::Object("filter"),
        "sprint" => Subject::Object("sprint"),
        "assignee" | "reporter" | "creator" | "watcher" | "voter" | "worklogauthor" => Subject::User,
        "id" | "key" | "issue" | "issuekey" | "workitemkey" | "parent" | "epic link" => Subject::Issue,
        "level" => Subject::Foreign,
        _ => return None,
    })
}

/// What a field holds. Custom fields are told by number or name; of several with one name, one that holds references.
pub(super) fn of_field(text: &str, names: &Names) -> Subject {
    let name = text.to_lowercase();
    if let Some(subject) = of_system_field(&name) {
        return subject;
    }
    if let Some(number) = field_number(text) {
        return names.field(&format!("customfield_{number}")).map_or(Subject::Plain, of_custom_field);
    }
    // `Team[Team]`: the type tells fields of one name apart.
    let bare = name.split_once('[').map_or(name.as_str(), |(bare, _)| bare.trim_end());
    let named = |field: &&Field| {
        field.custom.is_some() && (field.name.to_lowercase() == name || field.name.to_lowercase() == bare)
    };
    let mut subjects = names.fields().filter(named).map(of_custom_field);
    subjects.find(|subject| *subject != Subject::Plain).unwrap_or(Subject::Plain)
}

fn of_custom_field(field: &Field) -> Subject {
    match (field.custom.as_deref(), field.items.as_deref().unwrap_or(&field.kind)) {
        (Some(SPRINT_FIELD), _) => Subject::Object("sprint"),
        (Some(EPIC_LINK), _) => Subject::Issue,
        (_, "option" | "option-with-child") => Subject::Option(field.id.clone()),
        (_, "version") => Subject::Object("version"),
        (_, "project") => Subject::Object("project"),
        (_, "user") => Subject::User,
        _ => Subject::Plain,
    }
}

/// What the arguments of a function are.
pub(super) fn of_function(name: &str, field: &Subject) -> Subject {
    match name {
        "releasedversions" | "unreleasedversions" | "latestreleasedversion" | "earliestunreleasedversion" => {
            Subject::Object("project")
        }
        "cascadeoption" => field.clone(),
        _ => Subject::Any,
    }
}

/// The number in `cf[10010]` or `customfield_10010`.
pub(super) fn field_number(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let in_brackets = || text.strip_prefix("cf")?.trim_start().strip_prefix('[')?.strip_suffix(']').map(str::trim);
    let number = text.strip_prefix("customfield_").or_else(in_brackets)?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.to_owned())
}

impl Subject {
    /// The object with this id, and what it is called.
    pub(super) fn by_id<'n>(&self, id: &str, names: &'n Names) -> Option<(String, &'n str)> {
        match self {
            Self::Object(kind) => names.identity(kind, id).map(|name| (id.to_owned(), name)),
            Self::Option(field) => {
                let own = |key: &str| key.split_once('/').is_some_and(|(of, _)| of == field) && last(key) == id;
                let mut options = names.of_kind("field-option").filter(|(key, _)| own(key));
                options.next().map(|(key, name)| (key.to_owned(), name))
            }
            _ => None,
        }
    }

    /// Whether something is called so. Within what it belongs to: `ARK / 1.0` is called `1.0`.
    pub(super) fn has_name(&self, name: &str, names: &Names) -> bool {
        let kind = match self {
            Self::Object(kind) => kind,
            Self::Option(_) => "field-option",
            _ => return false,
        };
        let bare = |identity: &str| unnumbered(identity).rsplit(" / ").next().unwrap_or_default().to_lowercase();
        names.of_kind(kind).any(|(_, identity)| bare(identity) == name.to_lowercase())
    }

    /// For people.
    pub(super) fn called(&self) -> &'static str {
        match self {
            Self::Object(kind) => kind,
            Self::Option(_) => "option",
            Self::User => "user",
            Self::Issue => "issue",
            Self::Foreign | Self::Any | Self::Plain => "value",
        }
    }
}

fn last(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or(key)
}

/// The one filter of this name.
pub(super) fn filter_named<'n>(name: &str, names: &'n Names) -> Option<(String, &'n str)> {
    let called_so = |identity: &str| filter_name(identity).to_lowercase() == name.to_lowercase();
    let mut found = names.of_kind("filter").filter(|(_, identity)| called_so(identity));
    let (id, identity) = found.next()?;
    found.next().is_none().then(|| (id.to_owned(), identity))
}

/// A filter's name without its owner, who stands last in its identity.
pub(super) fn filter_name(identity: &str) -> &str {
    let identity = unnumbered(identity);
    identity.rsplit_once(" / ").map_or(identity, |(name, _)| name)
}
