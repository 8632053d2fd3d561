//! Sends what the outbox holds: by e-mail, by signed webhooks, or into a folder.
//!
//! Whatever people are told is put into the outbox in the transaction of what it tells ([`worker::Letter`]), so nothing is told
//! that did not happen, and nothing that happened is kept from anybody. A [`Messenger`] takes what is due, sends it, and tries
//! again later what did not arrive. Several may run: each message is taken by one of them at a time. One that dies between the
//! sending and the note of it sends it again: a message may come twice, and its `webhook-id` says that it is the same.
//!
//! Start at [`Messenger::serve`]; [`Mail`] is what carries a letter, with one adapter a file.

mod folder;
mod mail;
mod retry;
mod smtp;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use control::id::PersonId;
use jiff::SignedDuration;
use store::message::{Channel, Message};
use tokio_util::sync::CancellationToken;
use worker::{Letter, Surroundings};

pub use folder::Folder;
pub use mail::{Envelope, Mail, NotSent};
pub use smtp::{Smtp, SmtpSettings};
pub use webhook::{Webhooks, sign};

/// So many are taken at once.
const BATCH: u32 = 20;

/// Whoever takes a message has so long to send it; then another one may.
const TAKEN: SignedDuration = SignedDuration::from_mins(2);

/// Sends what is due.
#[derive(Clone, Debug)]
pub struct Messenger {
    around: Surroundings,
    mail: Arc<dyn Mail>,
    webhooks: Webhooks,
}

impl Messenger {
    /// A messenger that sends letters by `mail`.
    ///
    /// # Errors
    /// When this machine cannot speak TLS.
    pub fn new(around: Surroundings, mail: Arc<dyn Mail>) -> Result<Self, NotSent> {
        Ok(Self { around, mail, webhooks: Webhooks::new()? })
    }

    /// Sends until it is cancelled. A database that is away is waited for.
    pub async fn serve(&self, cancel: &CancellationToken) {
        while !cancel.is_cancelled() {
            let sent = self.turn().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the outbox cannot be read");
                0
            });
            if sent == 0 {
                tokio::select! {
                    () = self.around.ambient.clock.sleep(Duration::from_secs(1)) => {}
                    () = cancel.cancelled() => {}
                }
            }
        }
    }

    /// Sends what is due now; how many that were.
    ///
    /// # Errors
    /// The store's.
    pub async fn turn(&self) -> worker::Result<usize> {
        let now = self.around.ambient.now();
        let mut repository = self.around.store.read().await?;
        let due = repository.messages().due(now, BATCH).await?;
        drop(repository);
        let mut sent = 0;
        for message in &due {
            let mut repository = self.around.store.write().await?;
            let mine = repository.messages().take(message, now + TAKEN).await?;
            repository.save().await?;
            if mine {
                let outcome = self.send(message).await;
                self.note(message, outcome).await?;
                sent += 1;
            }
        }
        Ok(sent)
    }

    async fn send(&self, message: &Message) -> Result<(), NotSent> {
        let letter = self.around.letter(message).await.map_err(|error| NotSent::for_good(error.to_string()))?;
        match message.channel {
            Channel::Mail { person } => self.mail_to(message, person, &letter).await,
            Channel::Webhook { endpoint } => {
                let mut repository = self.around.store.read().await.map_err(NotSent::later)?;
                let webhook = repository.webhooks().get(message.tenant, endpoint).await.map_err(NotSent::later)?;
                drop(repository);
                let gone = || NotSent::for_good("the webhook was taken away or switched off");
                let webhook = webhook.filter(|webhook| webhook.disabled.is_none()).ok_or_else(gone)?;
                self.webhooks.send(&self.around, &webhook, message, &letter).await
            }
        }
    }

    async fn mail_to(&self, message: &Message, person: PersonId, letter: &Letter) -> Result<(), NotSent> {
        let mut repository = self.around.store.read().await.map_err(NotSent::later)?;
        let person = repository.people().get(message.tenant, person).await.map_err(NotSent::later)?;
        drop(repository);
        let person = person.filter(|person| person.removed.is_none());
        let person = person.ok_or_else(|| NotSent::for_good("the person is no longer here"))?;
        let envelope = Envelope {
            id: message.id.to_string(),
            address: person.email,
            name: person.name,
            subject: message.subject.clone(),
            text: letter.lines.join("\n") + "\n",
        };
        self.mail.send(&envelope).await
    }

    async fn note(&self, message: &Message, outcome: Result<(), NotSent>) -> worker::Result<()> {
        let mut repository = self.around.store.write().await?;
        match outcome {
            Ok(()) => repository.messages().sent(message.tenant, message.id).await?,
            Err(failure) => {
                tracing::warn!(message = %message.id, %failure, "a message was not sent");
                let now = self.around.ambient.now();
                let wait = if failure.passes { retry::after(message.attempts) } else { None };
                let again = wait.map(|wait| now + wait);
                repository.messages().failed(message.tenant, message.id, &failure.reason, again).await?;
                if let (Channel::Webhook { endpoint }, true) = (message.channel, failure.unwanted) {
                    let webhook = repository.webhooks().get(message.tenant, endpoint).await?;
                    if let Some(webhook) = webhook {
                        let disabled = Some("the receiver answered 410 Gone".to_owned());
                        repository.webhooks().update(&store::Webhook { disabled, ..webhook }).await?;
                    }
                }
            }
        }
        Ok(repository.save().await?)
    }
}
