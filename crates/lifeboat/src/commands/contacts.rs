//! `lifeboat contacts …`: who confirms, objects and stops for a source.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::{Value, json};

use super::policy;
use crate::cli::contacts::ContactsCommand as Command;
use crate::client::views::{self, Contact, Person, Safeguards, SiteRef};
use crate::client::{Call, Client};
use crate::exit::Fault;

pub(crate) async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::List { site } => {
            let site = client.site(&site).await?;
            let answer = client.get(["sites", &site.id, "contacts"]).await?;
            let contacts: Vec<Contact> = views::read(&answer)?;
            client.output.result(&answer, || {
                if contacts.is_empty() { "no recovery contacts\n".to_owned() } else { listed(client, &contacts) }
            })
        }
        Command::Add { site, email } => {
            let site = client.site(&site).await?;
            let Some(member) = client.member(&email).await? else {
                let message = format!(
                    "nobody here has the address {email}: an owner adds them with `lifeboat person add {email} --role contact`"
                );
                return Err(Fault::usage(message).into());
            };
            let answer = name(client, &site, &member.person).await?;
            tell(client, &site, &answer, &format!("{} is named", member.person.email))
        }
        Command::StrikeOff { site, email } => {
            let site = client.site(&site).await?;
            let person = contact(client, &site, &email).await?;
            let answer = client.send(Call::delete(["sites", &site.id, "contacts", &person.id])).await?.body;
            tell(client, &site, &answer, &format!("{} is struck off", person.email))
        }
        Command::Remove { site, email } => {
            let site = client.site(&site).await?;
            let person = contact(client, &site, &email).await?;
            let body = json!({ "person": person.id });
            let answer = client.post(["sites", &site.id, "safeguards", "removal"], &body).await?;
            tell(client, &site, &answer, &format!("the removal of {} is asked for", person.email))
        }
        Command::Confirm { site } => policy::settle(client, &site, "confirmation").await,
        Command::Object { site } => policy::settle(client, &site, "objection").await,
    }
}

/// Names somebody as a contact of a source, unless they are one; whoever is not known yet is added first.
pub(super) async fn name_if_new(client: &Client, site: &SiteRef, email: &str) -> Result<()> {
    let known: Vec<Contact> = views::read(&client.get(["sites", &site.id, "contacts"]).await?)?;
    if known.iter().any(|contact| contact.person.email.eq_ignore_ascii_case(email.trim())) {
        return Ok(());
    }
    let person = if let Some(member) = client.member(email).await? {
        member.person
    } else {
        let body = json!({ "email": email, "name": email, "role": "contact" });
        views::read(&client.post(["members"], &body).await?)?
    };
    name(client, site, &person).await.map(|_| ())
}

async fn name(client: &Client, site: &SiteRef, person: &Person) -> Result<Value> {
    client.post(["sites", &site.id, "contacts"], &json!({ "person": person.id })).await
}

async fn contact(client: &Client, site: &SiteRef, email: &str) -> Result<Person> {
    let known: Vec<Contact> = views::read(&client.get(["sites", &site.id, "contacts"]).await?)?;
    let found = known.into_iter().find(|contact| contact.person.email.eq_ignore_ascii_case(email.trim()));
    let missing = || Fault::usage(format!("{email} is no recovery contact of `{}`", site.name));
    Ok(found.map(|contact| contact.person).ok_or_else(missing)?)
}

fn tell(client: &Client, site: &SiteRef, answer: &Value, told: &str) -> Result<()> {
    let now: Safeguards = views::read(answer)?;
    client.output.result(answer, || {
        let mut text = format!("Recovery contacts of {}: {told}.\n{}", site.name, listed(client, &now.contacts));
        text.push_str(&policy::waiting(&site.name, &now));
        text
    })
}

fn listed(client: &Client, contacts: &[Contact]) -> String {
    let now = client.ambient().now();
    contacts.iter().fold(String::new(), |mut text, contact| {
        let since = contact.registered.strftime("%Y-%m-%d");
        let counts = match contact.counts {
            counts if counts <= now => "counts".to_owned(),
            counts => format!("counts from {}", counts.strftime("%Y-%m-%d %H:%M UTC")),
        };
        let _ = writeln!(text, "  {:32} named {since}, {counts}", contact.person.email);
        text
    })
}
