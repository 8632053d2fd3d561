//! The outbox.

use async_trait::async_trait;
use control::id::{MessageId, TenantId};
use jiff::Timestamp;
use store::adapter::changed::{exactly_one, one_or_missing};
use store::adapter::value::{Word as _, small, time, unreadable};
use store::message::{Channel, Message, MessageState};
use store::{MessageRepository, Result};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl MessageRepository for Session<'_> {
    async fn add(&mut self, message: &Message) -> Result<()> {
        let action = "adding a message";
        let (person, webhook) = match message.channel {
            Channel::Mail { person } => (Some(Uuid::from(person)), None),
            Channel::Webhook { endpoint } => (None, Some(Uuid::from(endpoint))),
        };
        let added = sqlx::query_file!(
            "../store/sql/message/add.sql",
            Uuid::from(message.id),
            Uuid::from(message.tenant),
            person,
            webhook,
            message.subject,
            message.body,
            message.due.as_microsecond(),
            i64::from(message.attempts),
            message.made.as_microsecond(),
            message.state.word(),
            message.problem,
        );
        exactly_one(action, self.attempt(message.tenant, action, added).await?)
    }

    async fn due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Message>> {
        let (now, limit) = (now.as_microsecond(), i64::from(limit));
        let rows = sqlx::query_file_as!(MessageRow, "../store/sql/message/due.sql", now, limit);
        let rows = self.all_of_any("reading the outbox", rows).await?;
        rows.into_iter().map(MessageRow::into_message).collect()
    }

    async fn take(&mut self, message: &Message, until: Timestamp) -> Result<bool> {
        let taken = sqlx::query_file!(
            "../store/sql/message/take.sql",
            Uuid::from(message.tenant),
            Uuid::from(message.id),
            message.due.as_microsecond(),
            until.as_microsecond(),
        );
        Ok(self.change(message.tenant, "taking a message", taken).await? == 1)
    }

    async fn sent(&mut self, tenant: TenantId, id: MessageId) -> Result<()> {
        let action = "noting that a message was sent";
        let sent = sqlx::query_file!("../store/sql/message/sent.sql", Uuid::from(tenant), Uuid::from(id));
        let sent = self.change(tenant, action, sent).await?;
        one_or_missing(action, "message with this id", sent)
    }

    async fn failed(&mut self, tenant: TenantId, id: MessageId, problem: &str, again: Option<Timestamp>) -> Result<()> {
        let action = "noting that a message was not sent";
        let state = if again.is_some() { MessageState::Waiting } else { MessageState::GivenUp };
        let failed = sqlx::query_file!(
            "../store/sql/message/failed.sql",
            Uuid::from(tenant),
            Uuid::from(id),
            state.word(),
            again.map_or(0, Timestamp::as_microsecond),
            problem,
        );
        let failed = self.change(tenant, action, failed).await?;
        one_or_missing(action, "message with this id that waits", failed)
    }

    async fn list(&mut self, tenant: TenantId, before: Option<MessageId>, limit: u32) -> Result<Vec<Message>> {
        let rows = sqlx::query_file_as!(
            MessageRow,
            "../store/sql/message/list.sql",
            Uuid::from(tenant),
            before.map(Uuid::from),
            i64::from(limit),
        );
        let rows = self.all(tenant, "reading the messages", rows).await?;
        rows.into_iter().map(MessageRow::into_message).collect()
    }
}

struct MessageRow {
    id: Uuid,
    tenant: Uuid,
    person: Option<Uuid>,
    webhook: Option<Uuid>,
    subject: String,
    body: String,
    due: i64,
    attempts: i64,
    made: i64,
    state: String,
    problem: Option<String>,
}

impl MessageRow {
    fn into_message(self) -> Result<Message> {
        let channel = match (self.person, self.webhook) {
            (Some(person), None) => Channel::Mail { person: person.into() },
            (None, Some(webhook)) => Channel::Webhook { endpoint: webhook.into() },
            _ => return Err(unreadable("receiver of a message", "there must be one")),
        };
        Ok(Message {
            id: self.id.into(),
            tenant: self.tenant.into(),
            channel,
            subject: self.subject,
            body: self.body,
            due: time(self.due)?,
            attempts: small(self.attempts)?,
            made: time(self.made)?,
            state: MessageState::from_word(&self.state)?,
            problem: self.problem,
        })
    }
}
