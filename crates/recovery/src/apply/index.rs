//! The issues of a recovery point by project and number: the order in which they must be created to keep their keys.

use std::collections::{BTreeMap, HashMap};

use futures::TryStreamExt;
use serde::Deserialize;
use serde_json::Value;
use site::kind::{IssueContext, IssueMap};
use site::kinds::issue::Parent;
use site::sprint_members::{SPRINT_FIELD, SprintMembers};
use site::{Names, Object};
use vault::View;

use super::run::Run;
use crate::objects::ISSUE;
use crate::{Result, objects};

/// The issues of one project. Twelve bytes an issue: the only thing of which there is one for each issue in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProjectIssues {
    /// Key of the project.
    pub key: String,
    /// Id of the project on the source, if the recovery point has it.
    pub project: Option<String>,
    /// Numbers and ids of the issues, by number.
    pub issues: Vec<(u32, u64)>,
}

impl ProjectIssues {
    /// How many numbers below the highest no issue has.
    pub(crate) fn holes(&self) -> u64 {
        u64::from(self.issues.last().map_or(0, |(number, _)| *number)) - self.issues.len() as u64
    }
}

/// Id on the source of the issue with this key, if the recovery point has it.
pub(crate) fn id_of(projects: &[ProjectIssues], key: &str) -> Option<String> {
    let (project, number) = parts(key)?;
    let issues = &projects.iter().find(|indexed| indexed.key == project)?.issues;
    let place = issues.binary_search_by_key(&number, |(number, _)| *number).ok()?;
    Some(issues[place].1.to_string())
}

/// Where the issue above another one is on the standby. Some issues tell only its key.
pub(crate) async fn parent_of(
    parent: &Parent,
    projects: &[ProjectIssues],
    issues: &dyn IssueMap,
) -> jira::Result<Option<IssueContext>> {
    let by_key = || id_of(projects, &parent.source_key);
    let id = if parent.source_id.is_empty() { by_key() } else { Some(parent.source_id.clone()) };
    match id {
        Some(id) => issues.by_source_id(&id).await,
        None => Ok(None),
    }
}

/// Reads the index, and notes who was in which sprint. Projects that the operator wants first come first.
pub(super) async fn read(run: &Run<'_>) -> Result<Vec<ProjectIssues>> {
    let recovery = run.recovery;
    let mut projects = by_project(&recovery.view, run.source.of("project"), &run.source.names, &run.sprints).await?;
    projects.retain(|project| recovery.settings.takes_project(&project.key));
    let rank: HashMap<&str, usize> =
        recovery.settings.first.iter().enumerate().map(|(rank, key)| (key.as_str(), rank)).collect();
    projects.sort_by_key(|project| rank.get(project.key.as_str()).copied().unwrap_or(usize::MAX));
    Ok(projects)
}

/// The issues of a recovery point, by project key.
pub(crate) async fn by_project(
    view: &View,
    projects: &[Object],
    names: &Names,
    sprints: &SprintMembers,
) -> Result<Vec<ProjectIssues>> {
    let has_sprints = names.fields().any(|field| field.custom.as_deref() == Some(SPRINT_FIELD));
    let mut found: BTreeMap<String, Vec<(u32, u64)>> = BTreeMap::new();
    let mut records = view.scan(ISSUE, "");
    while let Some(record) = records.try_next().await? {
        let key: String = if has_sprints {
            let issue: Fields = objects::parse(&record)?;
            sprints.learn(names, &record.key, &issue.fields);
            issue.key
        } else {
            objects::parse::<Keyed>(&record)?.key
        };
        if let (Some((project, number)), Ok(id)) = (parts(&key), record.key.parse()) {
            found.entry(project.to_owned()).or_default().push((number, id));
        }
    }
    let ids: HashMap<&str, &str> = projects
        .iter()
        .filter_map(|project| Some((project.body.get("key")?.as_str()?, project.key.as_str())))
        .collect();
    let indexed = found.into_iter().map(|(key, mut issues)| {
        issues.sort_unstable();
        ProjectIssues { project: ids.get(key.as_str()).map(|id| (*id).to_owned()), key, issues }
    });
    Ok(indexed.collect())
}

/// Project key and number of an issue key.
pub(crate) fn parts(key: &str) -> Option<(&str, u32)> {
    let (project, number) = key.rsplit_once('-')?;
    Some((project, number.parse().ok()?))
}

#[derive(Deserialize)]
struct Keyed {
    key: String,
}

#[derive(Deserialize)]
struct Fields {
    key: String,
    #[serde(default)]
    fields: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_key_is_a_project_key_and_a_number() {
        assert_eq!(parts("AB_2-17"), Some(("AB_2", 17)));
        assert_eq!(parts("AB"), None);
        assert_eq!(parts("AB-x"), None);
    }

    #[test]
    fn an_issue_is_found_by_its_key() {
        let project = ProjectIssues { key: "AB".into(), project: None, issues: vec![(2, 10), (5, 11)] };
        let id = |key: &str| id_of(std::slice::from_ref(&project), key);
        assert_eq!(id("AB-5").as_deref(), Some("11"));
        assert_eq!((id("AB-3"), id("CD-5"), id("AB")), (None, None, None));
    }

    #[test]
    fn holes_are_numbers_without_an_issue() {
        let issues = vec![(2, 10), (5, 11)];
        assert_eq!(ProjectIssues { key: "AB".into(), project: None, issues }.holes(), 3);
        assert_eq!(ProjectIssues { key: "AB".into(), project: None, issues: vec![] }.holes(), 0);
    }
}
