//! Which fields an answer shows.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use crate::state::{Field, FieldContext, FieldSchema, Issue, SiteState};

/// `parent` is not among the fields of a site, yet issues that have one show it.
static PARENT: LazyLock<Field> = LazyLock::new(|| Field {
    id: "parent".into(),
    name: "Parent".into(),
    schema: FieldSchema { value_type: "issuelink".into(), system: Some("parent".into()), ..FieldSchema::default() },
    navigable: true,
    orderable: true,
    ..Field::default()
});

/// What a request asked to see, resolved against the fields of the site.
pub(crate) struct Selection<'a> {
    chosen: Vec<&'a Field>,
    parent: bool,
    identity: Identity,
    /// Chosen fields by (project, issue type), as far as they apply there.
    applicable: RefCell<HashMap<(u64, u64), Applicable<'a>>>,
}

type Applicable<'a> = Rc<[&'a Field]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identity {
    IdOnly,
    KeyOnly,
    WithFields,
}

impl<'a> Selection<'a> {
    /// Reads a `fields` list; `default` stands for an absent or empty one. Names no site knows are passed over.
    pub(crate) fn new(state: &'a SiteState, asked: &[String], default: &str) -> Self {
        let words: Vec<&str> =
            asked.iter().flat_map(|part| part.split(',')).map(str::trim).filter(|word| !word.is_empty()).collect();
        let words = if words.is_empty() { vec![default] } else { words };
        let only_exclusions = words.iter().all(|word| word.starts_with('-'));
        let is_chosen = |id: &str, navigable: bool| {
            let mut chosen = only_exclusions;
            for word in &words {
                match *word {
                    "*all" => chosen = true,
                    "*navigable" => chosen |= navigable,
                    word if word.strip_prefix('-') == Some(id) => chosen = false,
                    word => chosen |= word == id,
                }
            }
            chosen
        };
        let navigable = |field: &Field| field.navigable && !matches!(&*field.id, "comment" | "worklog" | "attachment");
        let identity = match words.iter().all(|word| matches!(*word, "id" | "key" | "issuekey")) {
            true if words.contains(&"id") && words.len() == 1 => Identity::IdOnly,
            true => Identity::KeyOnly,
            false => Identity::WithFields,
        };
        Self {
            chosen: state
                .fields
                .values()
                .filter(|field| !field.trashed && is_chosen(&field.id, navigable(field)))
                .collect(),
            parent: is_chosen("parent", true),
            identity,
            applicable: RefCell::default(),
        }
    }

    /// Neither key nor fields.
    pub(crate) fn is_id_only(&self) -> bool {
        self.identity == Identity::IdOnly
    }

    /// No fields.
    pub(crate) fn is_key_only(&self) -> bool {
        self.identity == Identity::KeyOnly
    }

    /// The fields to show of an issue: those chosen that its project and type have.
    pub(crate) fn fields_of(&self, issue: &Issue) -> Vec<&'a Field> {
        let applies = |field: &&&Field| applies(field, issue.project, issue.issue_type);
        let mut cache = self.applicable.borrow_mut();
        let fields = cache
            .entry((issue.project, issue.issue_type))
            .or_insert_with(|| self.chosen.iter().filter(applies).copied().collect());
        let parent = (self.parent && issue.parent.is_some()).then_some(&*PARENT);
        fields.iter().copied().chain(parent).collect()
    }
}

/// Whether issues of a type in a project have the field.
pub(crate) fn applies(field: &Field, project: u64, issue_type: u64) -> bool {
    !field.is_custom() || contexts(field, project, issue_type).next().is_some()
}

/// The contexts of a field that are for issues of a type in a project.
pub(crate) fn contexts(field: &Field, project: u64, issue_type: u64) -> impl Iterator<Item = &FieldContext> {
    let listed = |ids: &[u64], id| ids.is_empty() || ids.contains(&id);
    let contexts = field.contexts.values();
    contexts.filter(move |context| listed(&context.projects, project) && listed(&context.issue_types, issue_type))
}
