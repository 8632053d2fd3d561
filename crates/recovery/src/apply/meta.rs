//! What a project of the standby lets be said at an issue's creation.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures::TryStreamExt;
use jira::{Call, Jira};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::screen::Screen;
use crate::{Error, Result};

/// The most that Jira gives at once.
const PAGE: u32 = 200;
/// Jira looks at no more users than this when it is asked for those who can be assigned.
const PEOPLE: u32 = 1000;

/// Where a create screen is shown: project and issue type, by id.
type Place = (String, String);

/// Issue types and create screens of projects, asked once each.
pub(super) struct CreateMeta {
    jira: Jira,
    screens: Mutex<HashMap<Place, Arc<Screen>>>,
    types: Mutex<HashMap<String, Arc<Vec<IssueType>>>>,
    assignable: Mutex<HashMap<String, Arc<HashSet<String>>>>,
}

/// A user, as far as it matters here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    account_id: String,
}

/// An issue type that a project offers.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct IssueType {
    pub id: String,
    #[serde(default)]
    pub subtask: bool,
    /// 0 for ordinary issues, 1 for epics.
    #[serde(default, rename = "hierarchyLevel")]
    pub level: i64,
}

impl CreateMeta {
    pub(super) fn new(jira: Jira) -> Self {
        Self { jira, screens: Mutex::default(), types: Mutex::default(), assignable: Mutex::default() }
    }

    /// The create screen of issues of a type in a project.
    pub(super) async fn screen(&self, project: &str, issue_type: &str) -> Result<Arc<Screen>> {
        let place = (project.to_owned(), issue_type.to_owned());
        if let Some(known) = self.screens.lock().await.get(&place) {
            return Ok(known.clone());
        }
        let call = Call::get("/rest/api/3/issue/createmeta/{project}/issuetypes/{type}")
            .arg("project", project)
            .arg("type", issue_type);
        let mut pages = self.jira.pages_offset(call, "fields", PAGE);
        let mut screen = Screen::default();
        while let Some(raw) = pages.try_next().await? {
            screen.add(&parse("the create screen", raw.get())?);
        }
        let screen = Arc::new(screen);
        self.screens.lock().await.insert(place, screen.clone());
        Ok(screen)
    }

    /// The accounts that issues of a project can be assigned to, as far as Jira tells. Nobody when it does not: it is a help,
    /// and no reason to stop.
    pub(super) async fn assignable(&self, project: &str) -> Result<Arc<HashSet<String>>> {
        if let Some(known) = self.assignable.lock().await.get(project) {
            return Ok(known.clone());
        }
        let call =
            Call::get("/rest/api/3/user/assignable/search").query("project", project).query("maxResults", PEOPLE);
        let accounts = match self.jira.json::<Vec<User>>(call).await {
            Ok(users) => users.into_iter().map(|user| user.account_id).collect(),
            Err(error) if error.concerns_one_object() => HashSet::new(),
            Err(error) => return Err(error.into()),
        };
        let accounts = Arc::new(accounts);
        self.assignable.lock().await.insert(project.to_owned(), accounts.clone());
        Ok(accounts)
    }

    /// The issue types of a project.
    async fn types(&self, project: &str) -> Result<Arc<Vec<IssueType>>> {
        if let Some(known) = self.types.lock().await.get(project) {
            return Ok(known.clone());
        }
        let call = Call::get("/rest/api/3/issue/createmeta/{project}/issuetypes").arg("project", project);
        let mut pages = self.jira.pages_offset(call, "issueTypes", PAGE);
        let mut types = Vec::new();
        while let Some(raw) = pages.try_next().await? {
            types.push(parse("issue types", raw.get())?);
        }
        let types = Arc::new(types);
        self.types.lock().await.insert(project.to_owned(), types.clone());
        Ok(types)
    }

    /// The types of a project that need no parent, ordinary ones first; at least one.
    pub(super) async fn standard_types(&self, project: &str) -> Result<Vec<String>> {
        let types = self.types(project).await?;
        let mut standard: Vec<&IssueType> = types.iter().filter(|issue_type| !issue_type.subtask).collect();
        if standard.is_empty() {
            return Err(Error::Answer {
                what: format!("issue types of project {project} on the standby"),
                reason: "there is none that can stand by itself".to_owned(),
            });
        }
        standard.sort_by_key(|issue_type| issue_type.level.abs());
        Ok(standard.into_iter().map(|issue_type| issue_type.id.clone()).collect())
    }

    /// The first of [`Self::standard_types`].
    pub(super) async fn standard_type(&self, project: &str) -> Result<String> {
        Ok(self.standard_types(project).await?.swap_remove(0))
    }
}

pub(super) fn parse<T: for<'de> Deserialize<'de>>(what: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Answer { what: what.to_owned(), reason: error.to_string() })
}
