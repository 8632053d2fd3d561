//! Letters to people: put into the outbox in the transaction of what they tell, sealed, because one may hold a code.

mod notices;

use control::id::{MessageId, PersonId, TenantId, WebhookId};
use serde::{Deserialize, Serialize};
use store::Repository;
use store::message::{Channel, Message, MessageState};

use crate::{Error, Result, Surroundings};

/// What a message says, as the outbox keeps it: sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The text, line by line.
    pub lines: Vec<String>,
}

/// What a message's text is sealed with.
fn context(tenant: TenantId, id: MessageId) -> String {
    format!("lifeboat/message/{tenant}/{id}")
}

/// What a webhook's signing key is sealed with.
pub fn webhook_context(tenant: TenantId, id: WebhookId) -> String {
    format!("lifeboat/webhook/{tenant}/{id}")
}

impl Surroundings {
    /// Puts a letter to somebody into the outbox.
    pub async fn write_to(
        &self,
        repository: &mut dyn Repository,
        tenant: TenantId,
        person: PersonId,
        subject: String,
        lines: Vec<String>,
    ) -> Result<()> {
        self.post(repository, tenant, Channel::Mail { person }, subject, lines).await
    }

    /// Puts a letter into the outbox, whichever way it goes.
    pub async fn post(
        &self,
        repository: &mut dyn Repository,
        tenant: TenantId,
        channel: Channel,
        subject: String,
        lines: Vec<String>,
    ) -> Result<()> {
        let (id, now) = (store::new_id(&self.ambient), self.ambient.now());
        let letter = serde_json::to_vec(&Letter { lines }).map_err(|error| unreadable(&error.to_string()))?;
        let body = self.keys.seal(&letter, &context(tenant, id)).await?;
        let state = MessageState::Waiting;
        let message =
            Message { id, tenant, channel, subject, body, due: now, attempts: 0, made: now, state, problem: None };
        Ok(repository.messages().add(&message).await?)
    }

    /// What a message says.
    pub async fn letter(&self, message: &Message) -> Result<Letter> {
        let opened = self.keys.open(&message.body, &context(message.tenant, message.id)).await?;
        serde_json::from_slice(opened.expose()).map_err(|error| unreadable(&error.to_string()))
    }
}

fn unreadable(reason: &str) -> Error {
    Error::Unreadable { what: "a letter in the outbox", reason: reason.to_owned() }
}
