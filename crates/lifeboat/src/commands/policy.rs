//! `lifeboat policy …`: how much it takes to unlock a recovery of a source.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::cli::policy::PolicyCommand as Command;
use crate::client::Client;
use crate::client::views::{self, Policy, Safeguards};
use crate::exit::Fault;

pub(crate) async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::Presets => {
            let answer = client.get(["policies"]).await?;
            let presets: Vec<Policy> = views::read(&answer)?;
            client.output.result(&answer, || presets.iter().map(told).collect())
        }
        Command::Show { site } => {
            let known = client.site(&site).await?;
            let answer = client.get(["sites", &known.id, "safeguards"]).await?;
            tell(client, &site, &answer, "Verification policy")
        }
        Command::Set { site, preset, file } => {
            let wanted = match (preset, file) {
                (Some(name), _) => preset_of(client, &name).await?,
                (None, Some(file)) => read(&file)?,
                (None, None) => return Err(Fault::usage("say which policy: --preset NAME or --file FILE").into()),
            };
            let known = client.site(&site).await?;
            let answer = client.post(["sites", &known.id, "safeguards", "policy"], &wanted).await?;
            tell(client, &site, &answer, "Verification policy")
        }
        Command::Confirm { site } => settle(client, &site, "confirmation").await,
        Command::Object { site } => settle(client, &site, "objection").await,
    }
}

/// Confirms the change that waits, or objects to it.
pub(super) async fn settle(client: &Client, site: &str, what: &str) -> Result<()> {
    let known = client.site(site).await?;
    let answer = client.act(["sites", &known.id, "safeguards", what]).await?;
    tell(client, site, &answer, "Verification policy")
}

fn tell(client: &Client, site: &str, answer: &Value, title: &str) -> Result<()> {
    let now: Safeguards = views::read(answer)?;
    client.output.result(answer, || format!("{title} of {site}: {}{}", told(&now.policy), waiting(site, &now)))
}

/// A policy that comes with Lifeboat, by the first word of its name: solo is called *solo (no four-eyes)*.
async fn preset_of(client: &Client, name: &str) -> Result<Value> {
    let Value::Array(presets) = client.get(["policies"]).await? else { return Ok(Value::Null) };
    let is_called = |preset: &Value| preset["name"].as_str().and_then(|called| called.split(' ').next()) == Some(name);
    let missing = || Fault::usage(format!("there is no policy `{name}`: choose standard, strict or solo"));
    Ok(presets.into_iter().find(is_called).ok_or_else(missing)?)
}

/// A policy in a file: by itself, or as `policy show` prints it.
fn read(file: &Path) -> Result<Value> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read the policy in {}", file.display()))?;
    let unreadable = |error| Fault::usage(format!("{} holds no policy in JSON: {error}", file.display()));
    let mut value: Value = serde_json::from_str(&text).map_err(unreadable)?;
    Ok(match value.get_mut("policy") {
        Some(policy) => policy.take(),
        None => value,
    })
}

fn told(policy: &Policy) -> String {
    let mut text = format!("{}\n", policy.name);
    let own = if policy.requester_confirms { ", and of whoever asks" } else { "" };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  approvals by support: {}", policy.support_approvals);
    let _ = writeln!(text, "  confirmations by recovery contacts: {}{own}", policy.contact_confirmations);
    let _ = writeln!(text, "  proofs of ownership: {} of {}", policy.proofs, policy.accepted_proofs.join(", "));
    if policy.passkeys {
        text.push_str("  approvals and confirmations need a passkey\n");
    }
    for step in &policy.cool_down {
        let _ = writeln!(text, "  waits {} h for a connection of {} days or more", step.hours, step.from_days);
    }
    let _ = writeln!(text, "  an unlock is good for {} h", policy.unlock_hours);
    text
}

/// A change that waits, and what can be done about it.
pub(super) fn waiting(site: &str, safeguards: &Safeguards) -> String {
    let Some(pending) = &safeguards.pending else { return String::new() };
    let what = match (&pending.policy, &pending.removal) {
        (Some(policy), _) => format!("the policy {}", policy.name),
        (None, Some(person)) => format!("the removal of {}", person.email),
        (None, None) => "another change".to_owned(),
    };
    let confirmed: Vec<&str> = pending.confirmed_by.iter().map(|person| person.email.as_str()).collect();
    let confirmed =
        if confirmed.is_empty() { String::new() } else { format!(", confirmed by {}", confirmed.join(", ")) };
    format!(
        "  {} asked for {what}{confirmed}: happens at {} unless somebody objects\n  contacts: lifeboat policy confirm {site}, or \
         lifeboat policy object {site}\n",
        pending.asked_by.email,
        pending.applies.strftime("%Y-%m-%d %H:%M UTC"),
    )
}
