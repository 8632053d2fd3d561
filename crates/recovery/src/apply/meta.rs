//! What a project of the standby lets be said at an issue's creation.

use std::collections::HashMap;
use std::sync::Arc;

use futures::TryStreamExt;
use jira::{Call, Jira};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::screen::Screen;
use crate::{Error, Result};

/// The most that Jira gives at once.
const PAGE: u32 = 200;

/// Where a create screen is shown: project and issue type, by id.
type Place = (String, String);

/// Issue types and create screens of projects, asked once each.
pub(super) struct CreateMeta {
    jira: Jira,
    screens: Mutex<HashMap<Place, Arc<Screen>>>,
    types: Mutex<HashMap<String, Arc<Vec<IssueType>>>>,
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
        Self { jira, screens: Mutex::default(), types: Mutex::default() }
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

    /// The first type of a project that needs no parent.
    pub(super) async fn standard_type(&self, project: &str) -> Result<String> {
        let types = self.types(project).await?;
        let standard =
            types.iter().filter(|issue_type| !issue_type.subtask).min_by_key(|issue_type| issue_type.level.abs());
        standard.map(|issue_type| issue_type.id.clone()).ok_or_else(|| Error::Answer {
            what: format!("issue types of project {project} on the standby"),
            reason: "there is none that can stand by itself".to_owned(),
        })
    }
}

pub(super) fn parse<T: for<'de> Deserialize<'de>>(what: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Answer { what: what.to_owned(), reason: error.to_string() })
}
