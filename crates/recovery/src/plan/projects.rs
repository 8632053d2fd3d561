//! Projects and their keys.

use site::sprint_members::SprintMembers;

use super::report::{Plan, ProjectPlan};
use crate::apply::{self, ProjectIssues};
use crate::objects::ISSUE;
use crate::{Recovery, Result, Side};

/// Decides about every project's issues, and returns those that will be made.
pub(super) async fn decide(recovery: &Recovery, source: &Side, plan: &mut Plan) -> Result<Vec<ProjectIssues>> {
    let sprints = SprintMembers::default();
    let all = apply::by_project(&recovery.view, source.of("project"), &source.names, &sprints).await?;
    let here = keys_on(recovery).await?;
    let mut taken = Vec::new();
    for project in all {
        let issues = project.issues.len() as u64;
        if recovery.settings.takes_project(&project.key) {
            let present = here.contains(&project.key);
            plan.projects.push(decide_project(recovery, &project, present).await?);
            taken.push(project);
        } else {
            plan.kind(ISSUE).skipped += issues;
        }
    }
    let (matched, issues) = plan
        .projects
        .iter()
        .fold((0, 0), |(matched, issues), project| (matched + project.matched, issues + project.issues));
    let counts = plan.kind(ISSUE);
    counts.matched = matched;
    counts.create = issues - matched;
    Ok(taken)
}

async fn keys_on(recovery: &Recovery) -> Result<Vec<String>> {
    let Some(kind) = recovery.kinds.before_issues.iter().find(|kind| kind.name() == "project") else {
        return Ok(Vec::new());
    };
    let projects = crate::side::read(&recovery.standby, *kind).await?;
    Ok(projects.iter().filter_map(|project| project.body.get("key")?.as_str().map(str::to_owned)).collect())
}

async fn decide_project(recovery: &Recovery, project: &ProjectIssues, present: bool) -> Result<ProjectPlan> {
    let mut plan = ProjectPlan {
        key: project.key.clone(),
        present,
        issues: project.issues.len() as u64,
        matched: 0,
        placeholders: project.holes(),
        keys_taken: 0,
    };
    if present {
        let (highest, earlier) = apply::present(recovery, &project.key).await?;
        let open: Vec<u32> = project
            .issues
            .iter()
            .filter(|(_, id)| !earlier.contains_key(&id.to_string()))
            .map(|(number, _)| *number)
            .collect();
        plan.matched = plan.issues - open.len() as u64;
        plan.keys_taken = open.iter().filter(|number| **number <= highest).count() as u64;
        let ahead = open.len() as u64 - plan.keys_taken;
        let last = open.last().copied().unwrap_or_default();
        plan.placeholders = u64::from(last.saturating_sub(highest)).saturating_sub(ahead);
    }
    Ok(plan)
}
