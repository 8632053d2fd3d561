//! A dry run over all issues: each is prepared as if it were written, so that every loss is counted.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures::TryStreamExt;
use site::kind::{IssueContext, IssueMap, Writer};
use site::kinds::issue::{self, prepare};
use site::sprint_members::SprintMembers;
use site::{Kind, Occurrence, Translation};
use tokio_util::sync::CancellationToken;

use super::report::Plan;
use crate::apply::{PointContents, ProjectIssues};
use crate::bundles::{Bundle, bundles};
use crate::objects::ISSUE;
use crate::orphans::lost_parent;
use crate::progress::{Meter, Progress};
use crate::{Error, Recovery, Result};

/// What a dry run works with.
pub(super) struct Dry<'a> {
    pub recovery: &'a Recovery,
    pub translation: Translation,
    pub progress: &'a dyn Progress,
    pub cancel: &'a CancellationToken,
}

/// All issues of the recovery point, as if they were on the standby with their own ids and keys.
struct Expected {
    projects: Vec<String>,
    issues: HashMap<u64, (u32, u32)>,
}

impl Expected {
    fn new(projects: &[ProjectIssues]) -> Self {
        let numbered = projects.iter().enumerate();
        let issues = numbered.flat_map(|(project, indexed)| {
            indexed.issues.iter().map(move |(number, id)| (*id, (project as u32, *number)))
        });
        Self { issues: issues.collect(), projects: projects.iter().map(|project| project.key.clone()).collect() }
    }
}

#[async_trait]
impl IssueMap for Expected {
    async fn by_source_id(&self, source_id: &str) -> jira::Result<Option<IssueContext>> {
        let place = source_id.parse().ok().and_then(|id: u64| self.issues.get(&id));
        Ok(place.and_then(|(project, number)| {
            let key = format!("{}-{number}", self.projects.get(*project as usize)?);
            Some(IssueContext {
                source_id: source_id.to_owned(),
                source_key: key.clone(),
                target_id: source_id.to_owned(),
                target_key: key,
            })
        }))
    }
}

impl Dry<'_> {
    pub(super) async fn run(self, projects: &[ProjectIssues], plan: &mut Plan) -> Result<()> {
        let issues = Arc::new(Expected::new(projects));
        let writer = Writer {
            jira: self.recovery.standby.clone(),
            translation: Arc::new(self.translation.clone()),
            marks: self.recovery.marks.clone(),
            issues: issues.clone(),
            contents: Arc::new(PointContents::new(self.recovery.view.clone())),
            sprints: Arc::new(SprintMembers::default()),
        };
        let total = Some(issues.issues.len() as u64);
        let meter = Meter::new(self.progress, &self.recovery.ambient.clock, "planning", total);
        let mut all = bundles(&self.recovery.view, &self.recovery.kinds);
        while let Some(bundle) = all.try_next().await? {
            if self.cancel.is_cancelled() {
                return Err(Error::Stopped);
            }
            if let Some(context) = issues.by_source_id(&bundle.issue.key).await? {
                self.one(bundle, (&context, projects), &writer, plan).await?;
                meter.advance(1);
            } else {
                for (kind, objects) in &bundle.hanging {
                    plan.kind(kind).skipped += objects.len() as u64;
                }
            }
        }
        Ok(())
    }

    async fn one(
        &self,
        bundle: Bundle,
        (context, projects): (&IssueContext, &[ProjectIssues]),
        writer: &Writer,
        plan: &mut Plan,
    ) -> Result<()> {
        let kinds = &self.recovery.kinds;
        let prepared = prepare(&bundle.issue, &self.translation);
        let mut losses: Vec<Occurrence> = prepared.losses.clone();
        losses.extend(lost_parent(&bundle.issue, &prepared, projects, &*writer.issues).await?);
        if prepared.project.is_empty() || prepared.issue_type.is_empty() {
            let counts = plan.kind(ISSUE);
            counts.create = counts.create.saturating_sub(1);
            plan.cannot(ISSUE, "its project or issue type is not on the standby", &context.source_key);
        }
        plan.losses.always(&issue::Issue, 1);
        let mut writes = u64::from(!prepared.late.is_empty());
        let mut hanging = bundle.hanging;
        for kind in &kinds.hanging {
            let objects = hanging.remove(kind.name()).unwrap_or_default();
            let count = objects.len() as u64;
            if count == 0 {
                continue;
            }
            let before = losses.len();
            // What cannot be said before the issue is there (files of texts) is left to the recovery itself.
            let operations = kind
                .operations(context, objects, writer, &mut losses)
                .await
                .map_or(count, |operations| operations.len() as u64);
            let gone = losses[before..].iter().filter(|loss| loss.kind == kind.name() && loss.path.is_empty()).count();
            let counts = plan.kind(kind.name());
            counts.cannot += gone as u64;
            counts.create += count.saturating_sub(gone as u64);
            plan.losses.always(*kind as &dyn Kind, count);
            writes += operations;
        }
        for loss in &losses {
            plan.losses.add(kinds.named(&loss.kind), loss);
        }
        plan.most_writes_on_one_issue = plan.most_writes_on_one_issue.max(writes);
        Ok(())
    }
}
