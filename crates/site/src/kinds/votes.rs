//! Votes: kept in the vault; Jira lets nobody vote for others.

use async_trait::async_trait;
use jira::{Call, Jira};
use serde_json::{Value, json};

use crate::kind::{Existing, IssueContext, IssueKind, Kind, KindName, Object, Operation, Writer};
use crate::kinds::issue::FetchedIssue;
use crate::kinds::shared::reading::{self, Found, Reading, unexpected};
use crate::kinds::shared::{account, occurrence};
use crate::losses::{Loss, Occurrence};
use crate::names::Names;
use crate::sink::{Result, Sink};

/// The kind `votes`.
pub struct Votes;

const VOTERS: Loss =
    Loss { id: "votes.voters", what: "who voted for an issue", instead: "the names stay in the vault", always: false };

impl Kind for Votes {
    fn name(&self) -> KindName {
        "votes"
    }

    fn title(&self) -> &'static str {
        "lists of voters"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &["issue", "user"]
    }

    fn losses(&self) -> &'static [Loss] {
        &[VOTERS]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let voters = object.body["voters"].as_array().into_iter().flatten().filter_map(account);
        let mut voters: Vec<&str> = voters.map(|account| names.user(account)).collect();
        voters.sort_unstable();
        json!({ "votes": object.body["votes"], "voters": voters })
    }
}

#[async_trait]
impl IssueKind for Votes {
    async fn read(&self, jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> Result<()> {
        let voted = issues.iter().filter(|issue| {
            issue.field::<Value>("votes").is_some_and(|votes| votes["votes"].as_u64().unwrap_or(1) > 0)
        });
        let readings = voted.map(|issue| {
            Reading::new(jira, issue, |jira, issue| async move {
                Ok(vec![Found { id: "votes".to_owned(), body: jira.json(votes_of(&issue)).await? }])
            })
        });
        reading::all("votes", readings.collect(), sink).await
    }

    async fn operations(
        &self,
        _issue: &IssueContext,
        objects: Vec<Object>,
        _writer: &Writer,
        losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>> {
        losses.extend(objects.iter().map(|object| {
            let votes = object.body["votes"].as_u64().unwrap_or_default();
            occurrence(&VOTERS, ("votes", &object.key), "", format!("{votes} votes"))
        }));
        Ok(Vec::new())
    }

    async fn apply(&self, _: &IssueContext, operation: &Operation, _: &Writer) -> jira::Result<Option<String>> {
        Err(unexpected("POST /rest/api/3/issue/{issue}/votes", format!("votes are not written: {}", operation.source)))
    }

    async fn existing(&self, _: &IssueContext, _: &Writer) -> jira::Result<Vec<Existing>> {
        Ok(Vec::new())
    }
}

fn votes_of(issue: &str) -> Call {
    Call::get("/rest/api/3/issue/{issue}/votes").arg("issue", issue)
}
