//! Confirmation codes: made for a request and a person, delivered through the outbox, checked a few times at most.
//!
//! A command of this machine knows no mail server: a code is put into the outbox folder, for the operator to hand over. What
//! is kept to check it is a MAC under the pepper.

use anyhow::{Context as _, Result};
use control::confirmation::{Answer, Challenge};
use control::id::RequestId;
use messenger::{Envelope, Folder, Mail as _};
use secrecy::{ExposeSecret as _, SecretString};
use store::Person;

use crate::app::App;
use crate::exit::Fault;

/// Where messages to people lie until they are handed over.
pub(crate) fn outbox(app: &App) -> Folder {
    Folder::new(app.home.join("outbox"))
}

/// Makes a code for somebody and puts the message into the outbox; the address that it is for.
pub(crate) async fn deliver(app: &App, connection: &str, request: RequestId, person: &Person) -> Result<String> {
    let random = app.ambient.entropy.bytes();
    let (code, challenge) = Challenge::new(app.pepper()?, request, person.id, random, app.ambient.now());
    keep(app, request, person, &challenge).await?;
    let text = format!(
        "Somebody asks to recover a Jira site over the connection \"{connection}\".\n\
         If this is right: lifeboat verification confirm \"{connection}\" --as {}\n\nCode: {}\n\n\
         The code is valid for 30 minutes. If you know of no outage, do not confirm, and call your administrator.\n",
        person.email,
        code.expose_secret()
    );
    let letter = Envelope {
        id: format!("{request} {}", person.id),
        address: person.email.clone(),
        name: person.name.clone(),
        subject: format!("Confirm the recovery over \"{connection}\""),
        text,
    };
    outbox(app).send(&letter).await?;
    Ok(person.email.clone())
}

/// The code in the newest letter to somebody that has one: what they would read in their mail.
pub(crate) async fn delivered(app: &App, email: &str) -> Result<SecretString> {
    let letters = outbox(app).letters(email).await.context("the outbox cannot be read")?;
    let mut lines = letters.iter().flat_map(|letter| letter.lines());
    let code = lines.find_map(|line| line.strip_prefix("Code: ")).context("no letter has a code")?;
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
