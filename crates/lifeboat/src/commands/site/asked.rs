//! Sites, by asking the API.

use std::fmt::Write as _;

use anyhow::Result;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{TOKEN, Told};
use crate::cli::site::SiteCommand;
use crate::client::views::{self, Site};
use crate::client::{Call, Client};
use crate::confirm;
use crate::exit::Fault;
use crate::secret::Source;

/// What a site answered to the server.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Check {
    cloud_id: String,
    account_name: String,
    account_id: String,
    missing: Vec<Missing>,
}

#[derive(Deserialize)]
struct Missing {
    permission: String,
    effect: String,
}

pub(in crate::commands) async fn ask(client: &Client, command: SiteCommand) -> Result<()> {
    match command {
        SiteCommand::Add { name, url, email, token_file } => {
            let token = client.secret(Source { file: token_file.as_deref(), ..TOKEN })?;
            add(client, &name, &url, &email, &token).await
        }
        SiteCommand::List => list(client).await,
        SiteCommand::Remove { name, yes } => remove(client, &name, yes).await,
        SiteCommand::Check { name } => {
            let site = client.site(&name).await?;
            let check = client.act(["sites", &site.id, "check"]).await?;
            report(client, (&site.name, &site.url), &check)
        }
    }
}

/// Adds a site, or gives a known one new credentials.
async fn add(client: &Client, name: &str, url: &Url, email: &str, token: &SecretString) -> Result<()> {
    let address = url.as_str().trim_end_matches('/');
    let sites: Vec<Site> = views::read(&client.get(["sites"]).await?)?;
    let answer = match sites.iter().map(|known| &known.named).find(|site| site.name == name) {
        Some(known) if known.url != address => {
            let message = format!("`{name}` is another site already ({}): choose another name", known.url);
            return Err(Fault::refused(message).into());
        }
        Some(known) => {
            let body = json!({ "account": email, "token": token.expose_secret() });
            client.send(Call::put(["sites", &known.id, "credentials"]).body(&body)?).await?.body
        }
        None => {
            let body = json!({ "name": name, "url": address, "account": email, "token": token.expose_secret() });
            client.post(["sites"], &body).await?
        }
    };
    report(client, (name, address), &answer["check"])
}

fn report(client: &Client, (name, url): (&str, &str), check: &Value) -> Result<()> {
    let check: Check = views::read(check)?;
    let told = Told {
        site: (name, url, &check.cloud_id),
        account: (&check.account_name, &check.account_id),
        missing: check.missing.into_iter().map(|missing| (missing.permission, missing.effect)).collect(),
    };
    told.print(&client.output)
}

pub(super) async fn remove(client: &Client, name: &str, yes: bool) -> Result<()> {
    let site = client.site(name).await?;
    let question = format!(
        "{name} ({}) will be removed: its API token is forgotten, its schedules end. Its recovery points stay in the vault; \
         they are there again once the site is added again, for which it must answer.",
        site.url
    );
    confirm::by_name(&question, name, yes)?;
    client.send(Call::delete(["sites", &site.id])).await?;
    let value = json!({ "name": name, "url": site.url, "removed": true });
    client.output.result(&value, || format!("{name} is removed. Its recovery points stay in the vault.\n"))
}

pub(super) async fn list(client: &Client) -> Result<()> {
    let sites: Vec<Site> = views::read(&client.get(["sites"]).await?)?;
    let values: Vec<Value> = sites
        .iter()
        .map(|Site { named: site, cloud_id, account }| {
            json!({ "name": site.name, "url": site.url, "cloudId": cloud_id, "account": account })
        })
        .collect();
    client.output.result(&values, || {
        sites.iter().fold(String::new(), |mut text, Site { named: site, account, .. }| {
            let _ = writeln!(text, "{:16} {:40} {account}", site.name, site.url);
            text
        })
    })
}
