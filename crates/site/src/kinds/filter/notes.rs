//! What Lifeboat writes at the end of a filter's description: what it is going to be, while it is restored ([`Claim`]), and
//! what it was on the source, where it cannot be that on the standby ([`Origin`], [`with_query`]). Each is a paragraph.

use serde_json::Value;

use crate::kinds::support::{account_of, text};
use crate::names::Names;

/// The end of the description of a filter that is not finished: whose it is going to be.
pub(super) struct Claim<'a> {
    pub(super) identity: &'a str,
}

impl<'a> Claim<'a> {
    const BEGINS: &'static str = "[Being restored by Lifeboat: ";

    pub(super) fn of(body: &'a Value) -> Option<Self> {
        let (_, identity) = ending(text(body, "description"), Self::BEGINS)?;
        Some(Self { identity })
    }

    pub(super) fn on(&self, description: &str) -> String {
        with(description, &format!("{}{}]", Self::BEGINS, self.identity))
    }

    pub(super) fn taken_off(description: &str) -> &str {
        ending(description, Self::BEGINS).map_or(description, |(description, _)| description)
    }
}

/// What a filter was called on the source and who owned it there: by this a later recovery, and the proof, know a filter
/// again that could not have its name or its owner.
pub(super) struct Origin<'a> {
    pub(super) name: &'a str,
    /// The source's name for the account; `None` when nobody owned it.
    pub(super) account: Option<&'a str>,
    description: &'a str,
}

impl<'a> Origin<'a> {
    const BEGINS: &'static str = "[On the source: ";
    const OWNED: &'static str = ", owned by ";
    const NOBODY: &'static str = "-";

    /// Where a filter comes from: what its description says, or else what it is itself.
    pub(super) fn of(body: &'a Value, names: &'a Names) -> Self {
        Self::noted(text(body, "description")).unwrap_or_else(|| Self {
            name: text(body, "name"),
            account: account_of(body, "owner").map(|account| names.user(account)),
            description: text(body, "description"),
        })
    }

    fn noted(description: &'a str) -> Option<Self> {
        let (description, noted) = ending(description, Self::BEGINS)?;
        let (name, owner) = noted.rsplit_once(Self::OWNED)?;
        let (_, account) = owner.strip_suffix(')')?.rsplit_once(" (")?;
        Some(Self { name, account: Some(account).filter(|account| *account != Self::NOBODY), description })
    }

    /// The description without the note.
    pub(super) fn description(&self) -> &'a str {
        self.description
    }

    /// The name and the account as one text. Names are unique for each owner.
    pub(super) fn identity(&self) -> String {
        format!("{} / {}", self.name, self.account.unwrap_or(Self::NOBODY))
    }

    /// What the standby's description has to say of a filter of the source. Nothing when the description there says already
    /// where it came from: it was restored itself.
    pub(super) fn note(body: &Value, names: &Names) -> String {
        let description = text(body, "description");
        if Origin::noted(description).is_some() {
            return String::new();
        }
        let Origin { name, account, .. } = Origin::of(body, names);
        let person = body.pointer("/owner/displayName").and_then(Value::as_str).or(account).unwrap_or("nobody");
        let account = account.unwrap_or(Self::NOBODY);
        format!("{}{name}{}{person} ({account})]", Self::BEGINS, Self::OWNED)
    }
}

/// A description with a note at its end, once.
pub(super) fn with(description: &str, note: &str) -> String {
    match without(description, note) {
        "" => note.to_owned(),
        description if note.is_empty() => description.to_owned(),
        description => format!("{description}\n\n{note}"),
    }
}

/// A description without this note at its end.
pub(super) fn without<'a>(description: &'a str, note: &str) -> &'a str {
    match description.strip_suffix(note) {
        Some(own) if !note.is_empty() => own.strip_suffix("\n\n").unwrap_or(own),
        _ => description,
    }
}

/// A description that ends with a query, or with that and where the filter came from.
pub(super) fn with_query(description: &str, query: &str) -> String {
    let query = format!("The query on the source: {query}");
    match Origin::noted(description) {
        Some(origin) => {
            let note = &description[origin.description.len()..];
            with(&with(origin.description, &query), note.trim_start())
        }
        None => with(description, &query),
    }
}

/// What stands before a note that begins so, and what the note says.
fn ending<'a>(description: &'a str, begins: &str) -> Option<(&'a str, &'a str)> {
    let (own, note) = description.rsplit_once(begins)?;
    Some((own.strip_suffix("\n\n").unwrap_or(own), note.strip_suffix(']')?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn noted(body: &Value) -> Value {
        let note = Origin::note(body, &Names::default());
        let description = with(text(body, "description"), &note);
        json!({ "name": "Another (1)", "description": description, "owner": { "accountId": "recoverer" } })
    }

    /// What is read back of what is written, whatever it is called and described as.
    #[test]
    fn an_origin_is_read_back() {
        for (name, description) in [
            ("Leaks", ""),
            ("Leaks", "All of them"),
            ("Leaks, owned by us (all) / mine", "Ends so: [On the source: "),
            ("[On] ]", "\n\nAll of them\n\n"),
        ] {
            let body = json!({ "name": name, "description": description,
                "owner": { "accountId": "557058:b0b", "displayName": "Bob (Ropes)" } });
            let (names, there) = (Names::default(), noted(&body));
            let (origin, known) = (Origin::of(&body, &names), Origin::of(&there, &names));
            assert_eq!(known.identity(), format!("{name} / 557058:b0b"));
            assert_eq!(known.identity(), origin.identity());
            assert_eq!(known.description(), description);
        }
    }

    #[test]
    fn a_filter_of_nobody_stays_one() {
        let body = json!({ "name": "Leaks", "description": "All of them" });
        let there = noted(&body);
        assert_eq!(there["description"], "All of them\n\n[On the source: Leaks, owned by nobody (-)]");
        let names = Names::default();
        assert_eq!(Origin::of(&there, &names).account, None);
        assert_eq!(Origin::of(&there, &names).identity(), Origin::of(&body, &names).identity());
    }

    #[test]
    fn what_was_restored_before_keeps_its_first_note() {
        let first = json!({ "name": "Leaks", "owner": { "accountId": "bob", "displayName": "Bob" } });
        let restored = noted(&first);
        assert_eq!(Origin::note(&restored, &Names::default()), "");
        assert_eq!(with(text(&restored, "description"), ""), text(&restored, "description"));
        assert_eq!(without(text(&restored, "description"), ""), text(&restored, "description"));
    }

    #[test]
    fn notes_do_not_hide_each_other() {
        let body = json!({ "name": "Leaks", "description": "All", "owner": { "accountId": "bob" } });
        let there = noted(&body);
        let described = with_query(text(&there, "description"), "project = 7");
        assert_eq!(
            described,
            "All\n\nThe query on the source: project = 7\n\n[On the source: Leaks, owned by bob (bob)]"
        );
        let unfinished = json!({ "description": Claim { identity: "Leaks / bob" }.on(&described) });
        assert_eq!(Claim::of(&unfinished).map(|claim| claim.identity), Some("Leaks / bob"));
        assert_eq!(Claim::taken_off(text(&unfinished, "description")), described);
        assert_eq!(with_query("", "project = 7"), "The query on the source: project = 7");
    }

    #[test]
    fn a_note_is_there_once() {
        let note = "[On the source: Leaks, owned by Bob (bob)]";
        for description in ["", "All of them"] {
            let once = with(description, note);
            assert_eq!(with(&once, note), once);
            assert_eq!(without(&once, note), description);
        }
    }
}
