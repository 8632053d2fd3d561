//! What happens around Lifeboat in the demo: two emulated sites, people who work on one of them, and its death.

use std::sync::Mutex;

use ambient::Ambient;
use anyhow::{Context as _, Result};
use jira::{Call, Credentials, Jira};
use jira_emulator::state::SiteState;
use jira_emulator::{Emulator, Limits, Options, Outage, Seed, SiteHandle, SiteOptions};
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use crate::cli::demo::DemoArguments;

/// Every tenth person of the source has no access to the standby: users are missing there, as on real standbys.
const WITHOUT_ACCESS: usize = 10;

pub(super) struct World {
    emulator: Emulator,
    ambient: Ambient,
    /// The password manager of the story.
    token: Mutex<Option<SecretString>>,
}

impl World {
    pub(super) async fn start(arguments: &DemoArguments, ambient: &Ambient) -> Result<Self> {
        let seed = match &arguments.seed_dir {
            Some(folder) => Seed::Folder(folder.clone()),
            None => Seed::Generated { issues: arguments.issues, seed: arguments.seed },
        };
        let limits = if arguments.no_limits { Limits::off() } else { Limits::default() };
        let sites = vec![SiteOptions::new("source", seed), SiteOptions::new("standby", Seed::Empty)];
        let emulator = Emulator::start(Options { sites, limits, ..Options::default() }).await?;
        let world = Self { emulator, ambient: ambient.clone(), token: Mutex::default() };
        world.prepare_standby().await?;
        Ok(world)
    }

    pub(super) fn source(&self) -> &SiteHandle {
        self.emulator.site("source")
    }

    fn standby(&self) -> &SiteHandle {
        self.emulator.site("standby")
    }

    pub(super) fn source_url(&self) -> Url {
        self.source().url()
    }

    pub(super) fn standby_url(&self) -> Url {
        self.standby().url()
    }

    pub(super) fn source_token(&self) -> String {
        self.source().admin_token().to_owned()
    }

    pub(super) fn standby_token(&self) -> String {
        self.standby().admin_token().to_owned()
    }

    pub(super) fn email(&self) -> String {
        self.source().admin_email().to_owned()
    }

    /// Most people have an account on the standby, and the standby has a project of its own, whose ids stand for other
    /// things than on the source.
    async fn prepare_standby(&self) -> Result<()> {
        let people = self.source().inspect(|site| site.users.clone());
        self.standby().alter(|site| {
            for (index, (account, user)) in people.into_iter().enumerate() {
                if index % WITHOUT_ACCESS != WITHOUT_ACCESS - 1 {
                    site.users.entry(account).or_insert(user);
                }
            }
        });
        let jira = self.client(self.standby())?;
        let lead = jira.myself().await?.account_id;
        let project = json!({ "key": "LOCAL", "name": "Local to the standby", "projectTypeKey": "software",
            "projectTemplateKey": "com.pyxis.greenhopper.jira:gh-simplified-kanban-classic", "leadAccountId": lead });
        jira.done(Call::post("/rest/api/3/project").json(&project)).await.context("the standby's own project")?;
        for number in 1..=3 {
            let issue = json!({ "fields": { "project": { "key": "LOCAL" }, "issuetype": { "name": "Task" },
                "summary": format!("The standby's own work {number}") } });
            jira.done(Call::post("/rest/api/3/issue").json(&issue)).await.context("the standby's own issues")?;
        }
        Ok(())
    }

    /// What the source holds, in words.
    pub(super) fn contents(&self) -> String {
        self.source().inspect(|site| describe(site, |_| true))
    }

    /// What the standby holds beside its own project, in words: counted in the emulator, not by Lifeboat.
    pub(super) fn standby_contents(&self) -> String {
        self.standby().inspect(|site| describe(site, |project| project != "LOCAL"))
    }

    /// The account that stands for missing users.
    pub(super) fn standby_account(&self) -> String {
        let email = self.standby().admin_email().to_owned();
        self.standby().inspect(|site| {
            site.users
                .values()
                .find(|user| *user.email == *email)
                .map_or_else(String::new, |user| user.account_id.to_string())
        })
    }

    /// Things that people do on the source between two captures; what they did, in words.
    pub(super) async fn work(&self) -> Result<String> {
        let jira = self.client(self.source())?;
        let keys = self.source().inspect(|site| some_keys(site, 5));
        let [edited, commented, logged, linked, deleted] = keys.as_slice() else {
            anyhow::bail!("the seed has fewer than five issues");
        };
        let issue = "/rest/api/3/issue/{issueIdOrKey}";
        let summary = json!({ "fields": { "summary": "Edited between two captures" } });
        jira.done(Call::put(issue).arg("issueIdOrKey", edited).json(&summary)).await?;
        let comment = json!({ "body": paragraph("Written between two captures.") });
        jira.done(Call::post("/rest/api/3/issue/{issueIdOrKey}/comment").arg("issueIdOrKey", commented).json(&comment))
            .await?;
        let worklog = json!({ "started": "2026-11-02T09:00:00.000+0000", "timeSpentSeconds": 5400 });
        jira.done(Call::post("/rest/api/3/issue/{issueIdOrKey}/worklog").arg("issueIdOrKey", logged).json(&worklog))
            .await?;
        let types: Value = jira.json(Call::get("/rest/api/3/issueLinkType")).await?;
        let link = json!({ "type": { "id": types["issueLinkTypes"][0]["id"] },
            "inwardIssue": { "key": linked }, "outwardIssue": { "key": edited } });
        jira.done(Call::post("/rest/api/3/issueLink").json(&link)).await?;
        let delete = Call::delete(issue).arg("issueIdOrKey", deleted).query("deleteSubtasks", true);
        jira.done(delete).await?;
        let project = edited.rsplit_once('-').map_or("", |(project, _)| project);
        let kind = self.source().inspect(|site| plain_type(site, project));
        let new = json!({ "fields": { "project": { "key": project }, "issuetype": { "id": kind },
            "summary": "Created between two captures" } });
        let created: Value = jira.json(Call::post("/rest/api/3/issue").json(&new)).await?;
        let created = created["key"].as_str().unwrap_or_default();
        Ok(format!(
            "{edited} is edited, {commented} gets a comment, {logged} a worklog, {linked} a link, {deleted} is deleted, {created} is new"
        ))
    }

    pub(super) fn keep_token(&self, token: SecretString) {
        *self.token.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(token);
    }

    pub(super) fn token(&self) -> Result<SecretString> {
        self.token.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone().context("no token was kept")
    }

    pub(super) fn kill_source(&self) {
        self.source().outage(Outage::Refuse);
    }

    fn client(&self, site: &SiteHandle) -> Result<Jira> {
        let token = SecretString::from(site.admin_token().to_owned());
        let credentials = Credentials::Basic { email: site.admin_email().to_owned(), token };
        Ok(Jira::new(jira::Settings::new(site.url(), credentials), self.ambient.clone())?)
    }
}

fn paragraph(text: &str) -> Value {
    json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": text }] }] })
}

fn describe(site: &SiteState, takes: impl Fn(&str) -> bool) -> String {
    let ours = |issue: u64| site.issues.get(&issue).is_some_and(|issue| takes(project_key(site, issue.project)));
    let projects = site.projects.values().filter(|project| takes(&project.key)).count();
    let issues = site.issues.keys().filter(|issue| ours(**issue)).count();
    let comments = site.comments.values().filter(|comment| ours(comment.issue)).count();
    let worklogs = site.worklogs.values().filter(|worklog| ours(worklog.issue)).count();
    let attachments = site.attachments.values().filter(|attachment| ours(attachment.issue)).count();
    format!(
        "{issues} issues in {projects} projects, {comments} comments, {worklogs} worklogs, {attachments} attachments, {} links",
        site.links.len()
    )
}

fn project_key(site: &SiteState, project: u64) -> &str {
    site.projects.get(&project).map_or("", |project| &project.key)
}

/// Keys of issues that are neither sub-tasks nor parents, far apart.
fn some_keys(site: &SiteState, count: usize) -> Vec<String> {
    let plain = |issue: &&jira_emulator::state::Issue| {
        issue.parent.is_none() && site.children.get(&issue.id).is_none_or(Vec::is_empty)
    };
    let candidates: Vec<_> = site.issues.values().filter(plain).collect();
    let step = (candidates.len() / count.max(1)).max(1);
    candidates.into_iter().step_by(step).take(count).map(|issue| site.key_of(issue)).collect()
}

/// Id of a type of issue of a project that is neither a sub-task nor an epic.
fn plain_type(site: &SiteState, project: &str) -> String {
    let project = site.project_by_key(project).map(|project| project.id);
    let used = site.issues.values().filter(|issue| Some(issue.project) == project).map(|issue| issue.issue_type);
    used.filter(|id| site.issue_types.get(id).is_some_and(|kind| kind.hierarchy_level == 0))
        .map(|id| id.to_string())
        .next()
        .unwrap_or_default()
}
