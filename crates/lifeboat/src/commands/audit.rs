//! `lifeboat audit …`: who did what. [`verify`] checks an export offline.

pub(crate) mod verify;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use futures::TryStreamExt as _;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use crate::cli::audit::{AuditCommand as Command, Form};
use crate::client::{Call, Client};
use crate::output;

pub(crate) async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::List { limit } => list(client, limit as usize).await,
        Command::Head => {
            let head = client.get(["audit", "head"]).await?;
            client.output.result(&head, || format!("{}:{}\n", head["number"], text(&head["hash"])))
        }
        Command::Export { form, output } => export(client, form, output.as_deref()).await,
        Command::Verify(arguments) => verify::run(&client.output, &arguments),
    }
}

async fn list(client: &Client, limit: usize) -> Result<()> {
    let events = client.pages(|| Call::get(["audit"]), limit).await?;
    client.output.result(&events, || {
        if events.is_empty() { "no events\n".to_owned() } else { events.iter().map(line).collect() }
    })
}

fn line(event: &Value) -> String {
    let who = event["person"]["email"].as_str().unwrap_or_else(|| text(&event["by"]));
    let outcome = if event["done"] == true { "" } else { "  refused" };
    let reason = event["details"]["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
    let at = text(&event["at"]).get(..19).unwrap_or_default();
    let mut line = format!("{:>7}  {at}  {who:32} ", event["number"]);
    // Writing to a string cannot fail.
    let _ = writeln!(line, "{} {}{outcome}{reason}", text(&event["action"]), text(&event["subject"]));
    line
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Writes the whole log, as it comes: it may be longer than what fits into memory.
async fn export(client: &Client, form: Form, to: Option<&Path>) -> Result<()> {
    let form = match form {
        Form::JsonLines => "json-lines",
        Form::Ocsf => "ocsf",
        Form::Csv => "csv",
    };
    let mut lines = client.open(Call::get(["audit", "export"]).query("form", form)).await?;
    let Some(path) = to else {
        while let Some(bytes) = lines.try_next().await? {
            output::print(&bytes)?;
        }
        return Ok(());
    };
    let mut written = 0;
    let write = async {
        let mut file = tokio::fs::File::create(path).await?;
        while let Some(bytes) = lines.try_next().await? {
            file.write_all(&bytes).await?;
            written += bytes.len();
        }
        file.sync_all().await?;
        anyhow::Ok(())
    };
    write.await.with_context(|| format!("cannot write the whole export to {}", path.display()))?;
    let value = serde_json::json!({ "file": path, "bytes": written });
    client.output.result(&value, || format!("{written} bytes are in {}\n", path.display()))
}
