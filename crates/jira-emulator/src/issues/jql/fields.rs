//! Fields whose values are compared by id or name.

use crate::state::{FieldValue, Issue, SiteState};

type Of<'a> = Box<dyn Fn(&Issue) -> Vec<String> + 'a>;
type Resolve<'a> = Box<dyn Fn(&str) -> Option<Vec<String>> + 'a>;

/// The values of a field: those of an issue as ids, and what a word in a query means.
pub(super) struct Values<'a> {
    of: Of<'a>,
    resolve: Resolve<'a>,
}

impl<'a> Values<'a> {
    fn new(of: impl Fn(&Issue) -> Vec<String> + 'a, resolve: impl Fn(&str) -> Option<Vec<String>> + 'a) -> Self {
        Self { of: Box::new(of), resolve: Box::new(resolve) }
    }

    /// What an issue has, as ids.
    pub(super) fn of(&self, issue: &Issue) -> Vec<String> {
        (self.of)(issue)
    }

    /// The ids a word means; none when there is no such value.
    pub(super) fn resolve(&self, word: &str) -> Option<Vec<String>> {
        (self.resolve)(word)
    }
}

fn texts(ids: impl IntoIterator<Item = u64>) -> Vec<String> {
    ids.into_iter().map(|id| id.to_string()).collect()
}

/// Ids of all (id, name) that a word names, by either.
fn named<N: AsRef<str>>(word: &str, all: impl Iterator<Item = (u64, N)>) -> Option<Vec<String>> {
    let id = word.parse::<u64>().ok();
    let fitting = all.filter(|(own, name)| Some(*own) == id || name.as_ref().eq_ignore_ascii_case(word));
    let found = texts(fitting.map(|(own, _)| own));
    (!found.is_empty()).then_some(found)
}

/// Finds a field by its name in lower case.
pub(super) fn find<'a>(state: &'a SiteState, field: &str) -> Option<Values<'a>> {
    let account =
        |account: &Option<crate::state::AccountId>| account.iter().map(|account| account.to_lowercase()).collect();
    let resolve_account = |word: &str| {
        let known =
            state.users.values().filter(|user| *user.account_id == *word || user.email.eq_ignore_ascii_case(word));
        let found: Vec<String> = known.map(|user| user.account_id.to_lowercase()).collect();
        (!found.is_empty()).then_some(found)
    };
    Some(match field {
        "project" => Values::new(
            |issue| texts([issue.project]),
            |word| {
                let projects = state.projects.values();
                let named = named(word, projects.map(|project| (project.id, &*project.name)));
                named.or_else(|| state.project_by_key(&word.to_ascii_uppercase()).map(|project| texts([project.id])))
            },
        ),
        "status" => Values::new(
            |issue| texts([issue.status]),
            |word| named(word, state.statuses.values().map(|status| (status.id, &status.name))),
        ),
        "statuscategory" => Values::new(
            |issue| texts(state.statuses.get(&issue.status).map(|status| status.category.id())),
            |word| {
                let all = crate::state::StatusCategory::ALL;
                let keys = all.into_iter().map(|category| (category.id(), category.key()));
                named(word, keys.chain(all.into_iter().map(|category| (category.id(), category.name()))))
            },
        ),
        "issuetype" | "type" | "worktype" => Values::new(
            |issue| texts([issue.issue_type]),
            |word| named(word, state.issue_types.values().map(|issue_type| (issue_type.id, &issue_type.name))),
        ),
        "priority" => Values::new(
            |issue| texts(issue.priority),
            |word| named(word, state.priorities.values().map(|priority| (priority.id, &priority.name))),
        ),
        "resolution" => Values::new(
            |issue| texts(issue.resolution),
            |word| {
                if word.eq_ignore_ascii_case("unresolved") {
                    Some(vec![String::new()])
                } else {
                    named(word, state.resolutions.values().map(|resolution| (resolution.id, &resolution.name)))
                }
            },
        ),
        "parent" => Values::new(|issue| texts(issue.parent), |word| state.issue_id(word).map(|id| texts([id]))),
        "labels" => Values::new(
            |issue| issue.labels.iter().map(|label| label.to_lowercase()).collect(),
            |word| Some(vec![word.to_lowercase()]),
        ),
        "assignee" => Values::new(move |issue| account(&issue.assignee), resolve_account),
        "reporter" => Values::new(move |issue| account(&issue.reporter), resolve_account),
        "creator" => Values::new(move |issue| account(&issue.creator), resolve_account),
        "watcher" => {
            Values::new(|issue| issue.watchers.iter().map(|account| account.to_lowercase()).collect(), resolve_account)
        }
        "component" => Values::new(
            |issue| texts(issue.components.iter().copied()),
            |word| named(word, state.components.values().map(|component| (component.id, &component.name))),
        ),
        "issuelinktype" => Values::new(
            |issue| texts(issue.links.iter().filter_map(|link| Some(state.links.get(link)?.link_type))),
            |word| named(word, state.link_types.values().map(|link_type| (link_type.id, &link_type.name))),
        ),
        "category" => Values::new(
            |issue| texts(state.projects.get(&issue.project).and_then(|project| project.category)),
            |word| named(word, state.project_categories.values().map(|category| (category.id, &category.name))),
        ),
        "fixversion" => Values::new(|issue| texts(issue.fix_versions.iter().copied()), |word| version(state, word)),
        "affectedversion" => {
            Values::new(|issue| texts(issue.affects_versions.iter().copied()), |word| version(state, word))
        }
        _ => return custom(state, field),
    })
}

fn version(state: &SiteState, word: &str) -> Option<Vec<String>> {
    named(word, state.versions.values().map(|version| (version.id, &version.name)))
}

/// A custom field by `cf[10020]` or by its name. Trashed ones are unknown.
fn custom<'a>(state: &'a SiteState, field: &str) -> Option<Values<'a>> {
    let number =
        field.strip_prefix("cf[").and_then(|rest| rest.strip_suffix(']')).and_then(|id| id.parse::<u64>().ok());
    let found = state.fields.values().find(|known| {
        let is_named = known.name.to_lowercase() == field || *known.id == *field;
        known.is_custom() && !known.trashed && (known.schema.custom_id == number || (number.is_none() && is_named))
    })?;
    let number = found.schema.custom_id?;
    Some(Values::new(
        move |issue| issue.custom.get(&number).map(words).unwrap_or_default(),
        move |word| {
            let options = found.contexts.values().flat_map(|context| &context.options);
            let sprints = state.sprints.values().map(|sprint| (sprint.id, &sprint.name));
            let named = match found.schema.custom.as_deref() {
                Some("com.pyxis.greenhopper.jira:gh-sprint") => named(word, sprints),
                _ => named(word, options.map(|option| (option.id, &option.value))),
            };
            Some(named.unwrap_or_else(|| vec![word.to_lowercase()]))
        },
    ))
}

/// A value as the words it is compared by.
fn words(value: &FieldValue) -> Vec<String> {
    match value {
        FieldValue::Text(text) => vec![text.to_lowercase()],
        FieldValue::Number(number) => vec![number.to_string()],
        FieldValue::Date(date) => vec![date.to_string()],
        FieldValue::DateTime(at) => vec![at.to_string()],
        FieldValue::Option(id) | FieldValue::Project(id) | FieldValue::Issue(id) => texts([*id]),
        FieldValue::Options(ids) | FieldValue::Versions(ids) | FieldValue::Sprints(ids) => texts(ids.iter().copied()),
        FieldValue::Cascade(parent, child) => texts([*parent].into_iter().chain(*child)),
        FieldValue::Labels(labels) => labels.iter().map(|label| label.to_lowercase()).collect(),
        FieldValue::User(account) => vec![account.to_lowercase()],
        FieldValue::Users(accounts) => accounts.iter().map(|account| account.to_lowercase()).collect(),
        FieldValue::Groups(groups) => groups.iter().map(|group| group.to_lowercase()).collect(),
        FieldValue::Document(value) | FieldValue::Raw(value) => vec![value.text().to_lowercase()],
    }
}
