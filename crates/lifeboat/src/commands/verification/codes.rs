//! Confirmation codes: made for a request and a person, delivered through the outbox, checked a few times at most.
//!
//! There is no mail server here yet: a code is written into a file of the outbox, for the operator to hand over. What is
//! kept to check it is a MAC under the pepper.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use control::confirmation::{Answer, Challenge};
use control::id::RequestId;
use secrecy::{ExposeSecret as _, SecretString};
use store::Person;

use crate::app::App;
use crate::exit::Fault;
use crate::files;

/// Where messages to people lie until they are handed over.
pub(crate) fn outbox(app: &App) -> PathBuf {
    app.home.join("outbox")
}

/// Makes a code for somebody and puts the message into the outbox; the address that it is for.
pub(crate) async fn deliver(app: &App, connection: &str, request: RequestId, person: &Person) -> Result<String> {
    let random = app.ambient.entropy.bytes();
    let (code, challenge) = Challenge::new(app.pepper()?, request, person.id, random, app.ambient.now());
    keep(app, request, person, &challenge).await?;
    let message = format!(
        "To: {}\nSubject: Confirm the recovery over \"{connection}\"\n\n\
         Somebody asks to recover a Jira site over the connection \"{connection}\".\n\
         If this is right: lifeboat verification confirm \"{connection}\" --as {}\n\nCode: {}\n\n\
         The code is valid for 30 minutes. If you know of no outage, do not confirm, and call your administrator.\n",
        person.email,
        person.email,
        code.expose_secret()
    );
    files::write_private(&message_path(app, &person.email), message.as_bytes())?;
    Ok(person.email.clone())
}

/// The code in the newest message to somebody: what they would read in their mail.
pub(crate) fn delivered(app: &App, email: &str) -> Result<SecretString> {
    let path = message_path(app, email);
    let message = std::fs::read_to_string(&path).with_context(|| format!("no message in {}", path.display()))?;
    let code = message.lines().find_map(|line| line.strip_prefix("Code: ")).context("the message has no code")?;
    Ok(SecretString::from(code.trim()))
}

/// Takes a code, or says why not. A right one is good once; a wrong one costs an attempt.
pub(crate) async fn check(app: &App, request: RequestId, person: &Person, typed: &str) -> Result<()> {
    let mut repository = app.store.read().await?;
    let challenge = repository.challenges().get(app.tenant, request, person.id).await?;
    drop(repository);
    let challenge = challenge.ok_or_else(|| {
        Fault::refused(format!("no code was sent to {} for this request, or it was used already", person.email))
    })?;
    match challenge.answer(app.pepper()?, request, person.id, typed, app.ambient.now()) {
        Answer::Right => {
            let mut repository = app.store.write().await?;
            repository.challenges().forget(app.tenant, request, person.id).await?;
            Ok(repository.save().await?)
        }
        Answer::Wrong(left) => {
            keep(app, request, person, &left).await?;
            Err(Fault::refused(format!("the code is wrong; {} attempts are left", left.attempts_left)).into())
        }
        Answer::Dead => Err(Fault::refused("the code is no longer valid: ask for the verification again").into()),
    }
}

async fn keep(app: &App, request: RequestId, person: &Person, challenge: &Challenge) -> Result<()> {
    let mut repository = app.store.write().await?;
    repository.challenges().keep(app.tenant, request, person.id, challenge).await?;
    Ok(repository.save().await?)
}

fn message_path(app: &App, email: &str) -> PathBuf {
    let safe: String = email
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() || "@.-_+".contains(character) { character } else { '_' })
        .collect();
    outbox(app).join(format!("{safe}.txt"))
}
