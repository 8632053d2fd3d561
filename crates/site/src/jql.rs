//! Queries (JQL): what they name by id is put into the standby's ids, and into names for normal forms.
//!
//! People write names, which mean the same on both sites; Jira's own dialogs write ids (`project = 10001`,
//! `cf[10010] = 10023`, account ids). [`translate`] and [`normal`] share the reading in [`scan`], which finds the fields and
//! values of a query and leaves everything else as it is, and the meaning of both in [`subject`].

mod scan;
mod subject;
#[cfg(test)]
mod tests;

use scan::{Found, Part, Value, scan};
use subject::Subject;

use crate::names::{Names, unnumbered};
use crate::translation::{Person, Translation};

/// The query in the standby's ids. `Err`: what it names that the standby does not have, or that cannot be found there.
pub fn translate(query: &str, translation: &Translation) -> Result<String, String> {
    let mut translated = String::with_capacity(query.len());
    for part in scan(query, &translation.source) {
        match part {
            Part::Text(text) => translated.push_str(text),
            Part::Found(Found::Field { text, number }) => {
                let target = translation.target("field", &format!("customfield_{number}"));
                let target = target.and_then(|id| id.strip_prefix("customfield_"));
                let target = target.ok_or_else(|| format!("the field {text}"))?;
                translated.push_str(&text.replace(&number, target));
            }
            Part::Found(Found::Value(value)) => translated.push_str(&translated_value(&value, translation)?),
        }
    }
    Ok(translated)
}

/// The query with names for ids, each in braces: `project = {ARK}`.
pub fn normal(query: &str, names: &Names) -> String {
    let mut normal = String::with_capacity(query.len());
    for part in scan(query, names) {
        match part {
            Part::Text(text) => normal.push_str(text),
            Part::Found(Found::Field { text, number }) => {
                let name = names.identity("field", &format!("customfield_{number}"));
                normal.push_str(&name.map_or_else(|| text.to_owned(), |name| format!("{{{name}}}")));
            }
            Part::Found(Found::Value(value)) => normal.push_str(&normal_value(&value, names)),
        }
    }
    normal
}

/// The ids and names of the filters that a query refers to.
pub fn filters(query: &str) -> Vec<String> {
    let parts = scan(query, &Names::default());
    let filter = |part| match part {
        Part::Found(Found::Value(Value { subject: Subject::Object("filter"), word, .. })) => Some(word),
        _ => None,
    };
    parts.into_iter().filter_map(filter).collect()
}

/// What a value means.
enum Meaning<'n> {
    /// The object with this id, called so.
    Object { id: String, name: &'n str },
    /// A name, or what is no reference at all.
    Name,
    /// An id of nothing that the source has, or of what cannot be recognised elsewhere.
    Unknown,
}

/// An id comes before a name where it stands bare, after it where it stands in quotes: as Jira takes it.
fn meaning<'n>(value: &Value<'_>, names: &'n Names) -> Meaning<'n> {
    let by_id = || value.subject.by_id(&value.word, names);
    let has_name = || value.subject.has_name(&value.word, names);
    let is_number = value.is_number();
    let found = match &value.subject {
        // People may call filters alike, and who reads the name decides which one is meant; an id is clear.
        Subject::Object("filter") if !is_number => subject::filter_named(&value.word, names),
        Subject::Object(_) | Subject::Option(_) if is_number && !(value.quoted && has_name()) => by_id(),
        _ => None,
    };
    match found {
        Some((id, name)) => Meaning::Object { id, name },
        None if !is_number => Meaning::Name,
        None => match value.subject {
            Subject::Object(_) | Subject::Option(_) if has_name() => Meaning::Name,
            Subject::Object(_) | Subject::Option(_) | Subject::Issue | Subject::Foreign => Meaning::Unknown,
            Subject::User | Subject::Any | Subject::Plain => Meaning::Name,
        },
    }
}

fn translated_value(value: &Value<'_>, translation: &Translation) -> Result<String, String> {
    let missing = || Err(format!("{} {}", value.subject.called(), value.word));
    match (&value.subject, meaning(value, &translation.source)) {
        (Subject::Option(field), Meaning::Object { .. }) => {
            translation.option(field, &value.word).map_or_else(missing, |target| Ok(value.written(target)))
        }
        (Subject::Object(kind), Meaning::Object { id, .. }) => {
            translation.target(kind, &id).map_or_else(missing, |target| Ok(value.written(target)))
        }
        (_, Meaning::Unknown) => missing(),
        (Subject::User | Subject::Any, _) if translation.source.identity("user", &value.word).is_some() => {
            match translation.user(&value.word) {
                Person::Account(target) => Ok(value.written(target)),
                Person::Missing => missing(),
            }
        }
        (Subject::Issue | Subject::Any, _) => Ok(value.written(translation.issue_key(&value.word))),
        // On the standby the bare number could be the id of something else; in quotes it is a name first.
        (Subject::Object(_) | Subject::Option(_), Meaning::Name) if value.is_bare_number() => {
            Ok(format!("\"{}\"", value.word))
        }
        _ => Ok(value.text.to_owned()),
    }
}

fn normal_value(value: &Value<'_>, names: &Names) -> String {
    let named = |name: &str| format!("{{{name}}}");
    match (&value.subject, meaning(value, names)) {
        (Subject::Object("filter"), Meaning::Object { name, .. }) => named(subject::filter_name(name)),
        (_, Meaning::Object { name, .. }) => named(unnumbered(name)),
        (Subject::User | Subject::Any, _) if names.identity("user", &value.word).is_some() => {
            named(names.user(&value.word))
        }
        (Subject::Issue | Subject::Any, _) if names.issue(&value.word) != value.word => {
            value.written(names.issue(&value.word))
        }
        (Subject::Object(_) | Subject::Option(_), Meaning::Name) if value.is_number() => named(&value.word),
        _ => value.text.to_owned(),
    }
}
