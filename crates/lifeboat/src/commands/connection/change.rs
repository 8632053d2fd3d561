//! What happens to a connection after it was made.

use anyhow::Result;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::text;
use crate::client::views::{self, Connection, TokenShown};
use crate::client::{Call, Client};
use crate::exit::Fault;

/// Lets something happen that needs no more words, and says what the connection is then.
pub(super) async fn simply(client: &Client, name: &str, what: &str, told: &str) -> Result<()> {
    let connection = client.connection(name).await?;
    let answer = client.act(["connections", &connection.id, what]).await?;
    tell(client, &answer, told)
}

/// Says what became of a connection: where what was wanted waits, that it waits.
fn tell(client: &Client, answer: &Value, told: &str) -> Result<()> {
    let now: Connection = views::read(answer)?;
    client.output.result(answer, || format!("Connection \"{}\" {told}.\n{}", now.name, text::whole(&now)))
}

pub(super) async fn rename(client: &Client, name: &str, to: &str) -> Result<()> {
    let connection = client.connection(name).await?;
    // Whatever happens to it meanwhile happens to what its name was when it was typed.
    let read = client.send(Call::get(["connections", &connection.id])).await?;
    let call = Call::patch(["connections", &connection.id]).body(&json!({ "name": to }))?.unchanged(read.tag);
    let answer = client.send(call).await?.body;
    tell(client, &answer, &format!("was \"{name}\" before"))
}

/// *Refresh token*: at once, or not at all.
pub(super) async fn refresh(client: &Client, name: &str) -> Result<()> {
    let connection = client.connection(name).await?;
    if connection.status != "issued" || connection.token.awaited {
        let message = format!(
            "a token is refreshed while it waits for its activation, and \"{name}\" is {}: use `lifeboat connection reset \
             \"{name}\"`, which the recovery contacts must agree to",
            if connection.token.awaited { "waiting for its new token to be taken" } else { &connection.shown_status }
        );
        return Err(Fault::refused(message).into());
    }
    if client.ambient().now().duration_since(connection.made) >= REFRESHED_WITHIN || connection.token.generation > 0 {
        let message = format!(
            "a token is refreshed within 24 h of its connection's making: use `lifeboat connection reset \"{name}\"`, which \
             the recovery contacts must agree to"
        );
        return Err(Fault::refused(message).into());
    }
    let answer = client.act(["connections", &connection.id, "reset"]).await?;
    let now: Connection = views::read(&answer)?;
    if !now.token.awaited {
        return tell(client, &answer, "is asked for a new token");
    }
    take(client, &now, None).await
}

pub(super) async fn reset(client: &Client, name: &str) -> Result<()> {
    let connection = client.connection(name).await?;
    let answer = client.act(["connections", &connection.id, "reset"]).await?;
    tell(client, &answer, "is asked for a new token")
}

/// Takes the token that a reset promised.
pub(super) async fn token(client: &Client, name: &str, expires: Option<Timestamp>) -> Result<()> {
    let connection = client.connection(name).await?;
    take(client, &connection, expires).await
}

async fn take(client: &Client, connection: &Connection, expires: Option<Timestamp>) -> Result<()> {
    let body = json!({ "expires": expires });
    show(client, &client.post(["connections", &connection.id, "token"], &body).await?, "has a new token")
}

/// Shows a token that was made.
pub(super) fn show(client: &Client, answer: &Value, told: &str) -> Result<()> {
    let TokenShown { connection, token, source_url } = views::read(answer)?;
    let value = json!({
        "name": connection.name, "source": connection.source.name, "sourceUrl": source_url, "token": token,
        "status": connection.shown_status,
    });
    client.output.result(&value, || {
        let Connection { name, shown_status, .. } = &connection;
        format!("Connection \"{name}\" {told}. Status: {shown_status}.\n{}", text::shown(&token, &source_url))
    })
}

pub(super) async fn release(client: &Client, name: &str, keep_token: bool) -> Result<()> {
    let connection = client.connection(name).await?;
    let answer = client.post(["connections", &connection.id, "release"], &json!({ "keepToken": keep_token })).await?;
    let told = if keep_token { "is released; its token may be used again" } else { "is released" };
    tell(client, &answer, told)
}

pub(super) async fn reinstate(client: &Client, name: &str, email: &str) -> Result<()> {
    let connection = client.connection(name).await?;
    let barred = connection.barred.iter().find(|person| person.email.eq_ignore_ascii_case(email.trim()));
    let Some(person) = barred else {
        return Err(Fault::usage(format!("{email} is not barred over \"{name}\"")).into());
    };
    let answer = client.post(["connections", &connection.id, "reinstatement"], &json!({ "person": person.id })).await?;
    tell(client, &answer, &format!("is asked to end the ban of {}", person.email))
}

pub(super) async fn check_token(client: &Client, name: &str, token: &SecretString) -> Result<()> {
    let connection = client.connection(name).await?;
    let body = json!({ "token": token.expose_secret() });
    let answer = client.post(["connections", &connection.id, "token-check"], &body).await?;
    tell(client, &answer, "has this very token")
}

/// As the table of connections has it (row 6).
const REFRESHED_WITHIN: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
