//! Ways to a status. During a recovery every status is one step away from every other (the scaffold's workflow).

use std::collections::HashMap;
use std::sync::Arc;

use jira::{Call, Jira};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::Result;

/// A project and an issue type, by id.
type Place = (String, String);
/// Transitions by the status to which they lead, both by id.
type Ways = HashMap<String, String>;

/// Which transition leads to which status (both by id), for each project and issue type, asked of one issue of each.
pub(super) struct Transitions {
    jira: Jira,
    known: Mutex<HashMap<Place, Arc<Ways>>>,
}

#[derive(Deserialize)]
struct Answer {
    transitions: Vec<Transition>,
}

#[derive(Deserialize)]
struct Transition {
    id: String,
    to: To,
}

#[derive(Deserialize)]
struct To {
    id: String,
}

impl Transitions {
    pub(super) fn new(jira: Jira) -> Self {
        Self { jira, known: Mutex::default() }
    }

    /// What is known without asking.
    pub(super) async fn known(&self, project: &str, issue_type: &str, status: &str) -> Option<String> {
        let known = self.known.lock().await;
        known.get(&(project.to_owned(), issue_type.to_owned()))?.get(status).cloned()
    }

    /// Asks an issue of this project and type, unless that was done before.
    pub(super) async fn learn(&self, project: &str, issue_type: &str, issue: &str) -> Result<()> {
        let key = (project.to_owned(), issue_type.to_owned());
        if !self.known.lock().await.contains_key(&key) {
            let ways = self.of_issue(issue).await?;
            self.known.lock().await.insert(key, Arc::new(ways));
        }
        Ok(())
    }

    /// The ways out of the present status of one issue.
    pub(super) async fn of_issue(&self, issue: &str) -> Result<Ways> {
        let call = Call::get("/rest/api/3/issue/{issue}/transitions").arg("issue", issue);
        let answer: Answer = self.jira.json(call).await?;
        Ok(answer.transitions.into_iter().map(|transition| (transition.to.id, transition.id)).collect())
    }
}
