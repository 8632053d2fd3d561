//! What a site answers when it is asked who we are and what we may.

use std::time::Duration;

use jira::Jira;
use serde::Serialize;
use store::Site;
use utoipa::ToSchema;

use crate::Components;
use crate::http::problem::{Kind, Problem};

/// What the account must be allowed to do, and what is missing without it. Source: the permission keys of
/// `GET /rest/api/3/permissions`; which call needs which, `x-…permissions` of Atlassian's OpenAPI document.
const PERMISSIONS: &[(&str, &str)] = &[
    ("ADMINISTER", "configuration cannot be read or restored, deletions are noticed late"),
    ("BROWSE_PROJECTS", "issues are neither captured nor proven"),
    ("USER_PICKER", "users and groups cannot be matched"),
    ("VIEW_VOTERS_AND_WATCHERS", "watchers and votes are not captured"),
    ("CREATE_ISSUES", "nothing can be recovered onto this site"),
    ("EDIT_ISSUES", "fields that the create screen lacks are not restored"),
    ("TRANSITION_ISSUES", "statuses are not restored"),
    ("MODIFY_REPORTER", "reporters become the recovering account"),
    ("ASSIGN_ISSUES", "assignees are not restored"),
    ("SCHEDULE_ISSUES", "due dates are not restored"),
    ("LINK_ISSUES", "issue links are not restored"),
    ("ADD_COMMENTS", "comments are not restored"),
    ("WORK_ON_ISSUES", "worklogs are not restored"),
    ("CREATE_ATTACHMENTS", "attachments are not restored"),
    ("MANAGE_WATCHERS", "watchers are not restored"),
    ("DELETE_ISSUES", "placeholders that keep issue keys cannot be removed"),
    ("BULK_CHANGE", "placeholders that keep issue keys cannot be removed"),
    ("RESOLVE_ISSUES", "fix versions and resolutions are not restored"),
];

/// Without these a site is of no use.
const NEEDED: &[&str] = &["ADMINISTER", "BROWSE_PROJECTS"];

/// What a site answered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Check {
    pub(super) cloud_id: String,
    /// What the site calls the account.
    pub(super) account_name: String,
    account_id: String,
    /// Permissions that the account lacks, and what follows.
    missing: Vec<Missing>,
}

/// A permission that the account lacks.
#[derive(Debug, Serialize, ToSchema)]
struct Missing {
    /// Its key, as in Jira.
    permission: &'static str,
    /// What is not done because of it.
    effect: &'static str,
}

/// A site that does not answer within this is told of.
const PATIENCE: Duration = Duration::from_secs(15);

/// Asks the site.
pub(super) async fn check(components: &Components, client: &Jira) -> Result<Check, Problem> {
    tokio::select! {
        checked = ask(client) => checked,
        () = components.around.ambient.clock.sleep(PATIENCE) => {
            Err(Problem::new(Kind::Site, format!("The site does not answer within {} s.", PATIENCE.as_secs())))
        }
    }
}

async fn ask(client: &Jira) -> Result<Check, Problem> {
    let cloud_id = client.tenant().await?;
    let myself = client.myself().await?;
    let keys: Vec<&str> = PERMISSIONS.iter().map(|(key, _)| *key).collect();
    let have = client.my_permissions(&keys).await?;
    let lacks = |key: &str| !have.get(key).copied().unwrap_or(false);
    let missing = PERMISSIONS.iter().filter(|(key, _)| lacks(key));
    Ok(Check {
        cloud_id,
        account_name: myself.display_name,
        account_id: myself.account_id,
        missing: missing.map(|&(permission, effect)| Missing { permission, effect }).collect(),
    })
}

impl Check {
    /// Refuses an account that can do nothing.
    pub(super) fn require_usable(&self) -> Result<(), Problem> {
        let missing = self.missing.iter().map(|missing| missing.permission);
        let needed: Vec<&str> = missing.filter(|key| NEEDED.contains(key)).collect();
        if needed.is_empty() {
            return Ok(());
        }
        let lacking = needed.join(" and ");
        let detail =
            format!("{} lacks the permission {lacking}: give it to the account in Jira's settings.", self.account_name);
        Err(Problem::refused(detail))
    }

    /// Refuses another site under the same address.
    pub(super) fn require_site(&self, site: &Site) -> Result<(), Problem> {
        if self.cloud_id == site.cloud_id {
            return Ok(());
        }
        let detail = format!(
            "{} is now another site (cloudId {}, it was {}): add it under a name of its own.",
            site.url, self.cloud_id, site.cloud_id
        );
        Err(Problem::refused(detail))
    }
}
