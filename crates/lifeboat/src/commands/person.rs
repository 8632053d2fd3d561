//! `lifeboat person …`: who acts here, and what they may do.

use std::fmt::Write as _;

use anyhow::Result;
use clap::ValueEnum as _;
use control::audit::{Actor, Happening};
use serde_json::json;
use store::{Person, Repository, Role};

use crate::app::App;
use crate::cli::person::{PersonCommand, RoleName};
use crate::client::Client;
use crate::client::views::{self, Member};
use crate::exit::Fault;

pub(crate) async fn run(app: &App, command: PersonCommand) -> Result<()> {
    match command {
        PersonCommand::Add { email, name, role } => add(app, email, name, role).await,
        command => ask(&Client::here(app).await?, command).await,
    }
}

async fn add(app: &App, email: String, name: Option<String>, role: RoleName) -> Result<()> {
    let role = match role {
        RoleName::Owner => Role::Owner,
        RoleName::Administrator => Role::Administrator,
        RoleName::Operator => Role::Operator,
        RoleName::Auditor => Role::Auditor,
        RoleName::Contact => Role::Contact,
        RoleName::Support => Role::Support,
        RoleName::SupportLead => Role::SupportLead,
    };
    let mut repository = app.store.write().await?;
    // The first ones are added while there is nobody to act.
    let actor = match &app.acting {
        Some(acting) => repository.people().by_email(app.tenant, acting).await?,
        None => None,
    };
    let actor = actor.map_or(Actor::Unknown, |actor| Actor::Person(actor.id));
    let person = ensure(app, repository.as_mut(), actor, (&email, name, role)).await?;
    repository.save().await?;
    let value = describe(&person.email, &person.name, role.title(), person.added);
    app.output.result(&value, || format!("{} may act as {}", person.email, role.title()))
}

/// The person with this address, added (by `actor`, says the audit log) if nobody has it yet. A person has one role: four eyes
/// need two people. Whoever began the transaction saves it.
pub(crate) async fn ensure(
    app: &App,
    repository: &mut dyn Repository,
    actor: Actor,
    (email, name, role): (&str, Option<String>, Role),
) -> Result<Person> {
    let email = email.trim().to_lowercase();
    if !email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) {
        return Err(Fault::usage(format!("`{email}` is not an e-mail address")).into());
    }
    if let Some(person) = repository.people().by_email(app.tenant, &email).await? {
        if person.role != role {
            let message = format!(
                "{email} is registered as {} already; the same person cannot be {} too",
                person.role.title(),
                role.title()
            );
            return Err(Fault::refused(message).into());
        }
        return Ok(person);
    }
    let person = Person {
        id: store::new_id(&app.ambient),
        tenant: app.tenant,
        name: name.unwrap_or_else(|| email.clone()),
        email,
        role,
        added: app.ambient.now(),
        removed: None,
    };
    repository.people().add(&person).await?;
    let happening = Happening::done(person.added, actor, "member.add", format!("person/{}", person.id));
    repository.audit().append(app.tenant, happening.with("role", role.title())).await?;
    Ok(person)
}

/// Does it by asking the API.
pub(crate) async fn ask(client: &Client, command: PersonCommand) -> Result<()> {
    match command {
        PersonCommand::Add { email, name, role } => {
            let role = role.to_possible_value().map(|role| role.get_name().to_owned());
            let body = json!({ "email": email, "name": name.unwrap_or_else(|| email.clone()), "role": role });
            let invited = client.post(["members"], &body).await?;
            let member: Member = views::read(&invited)?;
            let link = invited["link"].as_str().unwrap_or_default();
            let mut value = describe(&member.person.email, &member.person.name, &member.role, member.added);
            value["link"] = json!(link);
            client.output.result(&value, || {
                let (email, role) = (&member.person.email, title(&member.role));
                format!("{email} may act as {role}, and chooses a password here, once, within 7 days: {link}\n")
            })
        }
        PersonCommand::Invite { email } => {
            let Some(member) = client.member(&email).await? else {
                return Err(Fault::usage(format!(
                    "nobody here has the address {email}: add them with `lifeboat person add`"
                ))
                .into());
            };
            let invited = client.act(["members", &member.person.id, "invitation"]).await?;
            client.output.result(&invited, || {
                let link = invited["link"].as_str().unwrap_or_default();
                format!("{email} chooses a password here, once, within 7 days: {link}\n")
            })
        }
        PersonCommand::List => list(client).await,
    }
}

async fn list(client: &Client) -> Result<()> {
    let people = client.members().await?;
    let values: Vec<_> = people
        .iter()
        .map(|member| describe(&member.person.email, &member.person.name, &title(&member.role), member.added))
        .collect();
    client.output.result(&values, || {
        people.iter().fold(String::new(), |mut text, member| {
            let _ = writeln!(text, "{:32} {:14} {}", member.person.email, title(&member.role), member.person.name);
            text
        })
    })
}

/// What people call a role of the API.
fn title(role: &str) -> String {
    role.replace('-', " ")
}

fn describe(email: &str, name: &str, role: &str, added: jiff::Timestamp) -> serde_json::Value {
    json!({ "email": email, "name": name, "role": title(role), "added": added.to_string() })
}
