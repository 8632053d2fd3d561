//! `lifeboat api-key …`: what programs sign in with on a person's behalf.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::api_key::ApiKeyCommand as Command;
use crate::client::{Call, Client};

pub(crate) async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::Add { name, days } => {
            let made = client.post(["api-keys"], &json!({ "name": name, "days": days })).await?;
            client.output.result(&made, || {
                format!(
                    "Key {} is made for {}, good until {}.\n\n  API key  {}\n\nIt will not be shown again. Programs take it from \
                     LIFEBOAT_API_KEY, or send it as `Authorization: Bearer`.\n",
                    text(&made["id"]),
                    text(&made["person"]["email"]),
                    text(&made["expires"]),
                    text(&made["secret"]),
                )
            })
        }
        Command::List => {
            let keys = client.get(["api-keys"]).await?;
            client.output.result(&keys, || listed(&keys))
        }
        Command::Revoke { id } => {
            client.send(Call::delete(["api-keys", &id])).await?;
            client.output.result(&json!({ "id": id, "revoked": true }), || format!("Key {id} is revoked.\n"))
        }
    }
}

fn listed(keys: &Value) -> String {
    let Some(keys) = keys.as_array().filter(|keys| !keys.is_empty()) else { return "no API keys\n".to_owned() };
    keys.iter().fold(String::new(), |mut lines, key| {
        let (id, name, email) = (text(&key["id"]), text(&key["name"]), text(&key["person"]["email"]));
        let state = match (key["revoked"].as_str(), key["expires"].as_str()) {
            (Some(revoked), _) => format!("revoked {revoked}"),
            (None, Some(expires)) => format!("good until {expires}"),
            (None, None) => "good for ever".to_owned(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{id}  {name:24} {email:32} {state}");
        lines
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
