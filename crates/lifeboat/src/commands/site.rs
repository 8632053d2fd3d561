//! `lifeboat site …`: the Jira sites that Lifeboat knows.

mod asked;

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use jira::{Jira, Myself};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use store::site::removal;
use store::{Sealed, Site};
use url::Url;

use worker::credentials_context;

use crate::app::App;
use crate::cli::site::SiteCommand;
use crate::client::Client;
use crate::exit::{Exit, Fault};
use crate::output::Output;
use crate::secret::Source;

pub(super) use asked::ask;

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

/// Where a site's API token is read from.
const TOKEN: Source<'_> =
    Source { what: "API token", variable: "LIFEBOAT_API_TOKEN", flag: "--token-file", file: None };

pub(crate) async fn run(app: &App, command: SiteCommand) -> Result<()> {
    match command {
        SiteCommand::Add { name, url, email, token_file } => {
            let token = app.secret(Source { file: token_file.as_deref(), ..TOKEN })?;
            let client = app.client(url.as_str(), &email, token.clone())?;
            let check = check(&client).await.with_context(|| format!("{url} was not added"))?;
            let site = save(app, &name, &url, &email, token.expose_secret(), &check).await?;
            report(app, &site, &check)
        }
        SiteCommand::List => asked::list(&Client::here(app).await?).await,
        SiteCommand::Remove { name, yes } => asked::remove(&Client::here(app).await?, &name, yes).await,
        SiteCommand::Check { name } => {
            let site = app.site(&name).await?;
            let check = check(&app.jira(&site).await?).await?;
            if check.cloud_id != site.cloud_id {
                let message = format!(
                    "{} is now another site (cloudId {}, it was {}): add it under a name of its own",
                    site.url, check.cloud_id, site.cloud_id
                );
                return Err(Fault::refused(message).into());
            }
            report(app, &site, &check)
        }
    }
}

/// What a site answered.
struct Check {
    cloud_id: String,
    myself: Myself,
    missing: Vec<(&'static str, &'static str)>,
}

async fn check(client: &Jira) -> Result<Check> {
    let cloud_id = client.tenant().await.context("this does not look like a Jira Cloud site; is the address right?")?;
    let myself = client.myself().await?;
    let keys: Vec<&str> = PERMISSIONS.iter().map(|(key, _)| *key).collect();
    let have = client.my_permissions(&keys).await?;
    let missing: Vec<_> =
        PERMISSIONS.iter().filter(|(key, _)| !have.get(*key).copied().unwrap_or(false)).copied().collect();
    let needed: Vec<&str> = missing.iter().map(|(key, _)| *key).filter(|key| NEEDED.contains(key)).collect();
    if !needed.is_empty() {
        let message = format!(
            "the account {} lacks the permission {}: give it to the account in Jira's settings and try again",
            myself.display_name,
            needed.join(" and ")
        );
        return Err(Fault { exit: Exit::Credentials, message }.into());
    }
    Ok(Check { cloud_id, myself, missing })
}

async fn save(app: &App, name: &str, url: &Url, email: &str, token: &str, check: &Check) -> Result<Site> {
    let now = app.ambient.now();
    let mut repository = app.store.write().await?;
    let known = repository.sites().by_name(app.tenant, name).await?;
    if let Some(known) = known.as_ref().filter(|known| known.cloud_id != check.cloud_id) {
        let message = format!("`{name}` is another site already ({}): choose another name", known.url);
        return Err(Fault::refused(message).into());
    }
    let all = repository.sites().list(app.tenant).await?;
    if let Some(same) = all.iter().find(|other| other.cloud_id == check.cloud_id && other.name != name) {
        let message = format!("{url} is known already, as `{}`: use that name", same.name);
        return Err(Fault::refused(message).into());
    }
    let new = Site {
        id: store::new_id(&app.ambient),
        tenant: app.tenant,
        name: name.to_owned(),
        url: url.as_str().trim_end_matches('/').to_owned(),
        cloud_id: check.cloud_id.clone(),
        account: email.to_owned(),
        credentials: None,
        added: now,
        rpo_target: None,
        removed: None,
    };
    let mut site = match known {
        Some(known) => Site { account: new.account, url: new.url, ..known },
        None => removal::returning(repository.as_mut(), new).await?,
    };
    let sealed = app.keys.seal(token.as_bytes(), &credentials_context(&site)).await?;
    site.credentials = Some(Sealed(sealed.into_bytes()));
    removal::enter(repository.as_mut(), &site, now).await?;
    repository.save().await?;
    Ok(site)
}

fn report(app: &App, site: &Site, check: &Check) -> Result<()> {
    let told = Told {
        site: (&site.name, &site.url, &site.cloud_id),
        account: (&check.myself.display_name, &check.myself.account_id),
        missing: check.missing.iter().map(|(key, effect)| ((*key).to_owned(), (*effect).to_owned())).collect(),
    };
    told.print(&app.output)
}

/// What is said of a site that answered.
struct Told<'a> {
    /// Name, address and cloudId.
    site: (&'a str, &'a str, &'a str),
    /// Name and id.
    account: (&'a str, &'a str),
    missing: Vec<(String, String)>,
}

impl Told<'_> {
    fn print(&self, output: &Output) -> Result<()> {
        let Self { site: (name, url, cloud_id), account: (account, account_id), missing } = self;
        let lacking: Vec<Value> =
            missing.iter().map(|(key, effect)| json!({ "permission": key, "without it": effect })).collect();
        let value = json!({
            "name": name, "url": url, "cloudId": cloud_id, "account": account, "accountId": account_id, "missing": lacking,
        });
        output.result(&value, || {
            let mut text = format!("{name} is {url} (cloudId {cloud_id}), signed in as {account}\n");
            if missing.is_empty() {
                text.push_str("every permission that Lifeboat uses is there\n");
            }
            for (key, effect) in missing {
                let _ = writeln!(text, "missing permission {key}: {effect}");
            }
            text
        })
    }
}
