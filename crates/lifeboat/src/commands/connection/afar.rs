//! Making a connection, and activating it, by asking the API.

use anyhow::Result;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::change;
use crate::client::Client;
use crate::client::views::{self, Connection, SiteRef};
use crate::commands::contacts;
use crate::exit::Fault;

/// Makes a connection and prints its token, once. Contacts that are named with it are named first: without them it may be refused.
pub(super) async fn add(client: &Client, name: &str, source: &str, contacts: &[String]) -> Result<()> {
    let source = client.site(source).await?;
    for email in contacts {
        contacts::name_if_new(client, &source, email).await?;
    }
    let made = client.post(["connections"], &json!({ "name": name, "source": source.id })).await?;
    change::show(client, &made, "is made")
}

pub(super) async fn activate(client: &Client, standby: &str, source_url: &str, token: &SecretString) -> Result<()> {
    let standby = client.site(standby).await?;
    refuse_itself(&standby, source_url)?;
    let body = json!({ "standby": standby.id, "sourceUrl": source_url, "token": token.expose_secret() });
    let connection: Connection = views::read(&client.post(["activations"], &body).await?)?;
    let value = json!({
        "name": connection.name, "status": connection.shown_status, "locked": connection.locked, "standby": standby.name,
    });
    client.output.result(&value, || super::text::activated(&connection.name, &standby.name))
}

/// Whoever types the standby's own address mistook one field for the other; that is no attempt.
fn refuse_itself(standby: &SiteRef, source_url: &str) -> Result<()> {
    let typed = control::source_url::SourceUrl::parse(source_url).map_err(|error| Fault::usage(error.to_string()))?;
    if typed.is_one_of([standby.url.as_str()]) {
        let message = format!("{source_url} is the standby `{}` itself: type the source site's URL", standby.name);
        return Err(Fault::usage(message).into());
    }
    Ok(())
}
