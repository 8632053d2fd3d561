//! Sessions of people who signed in.

use async_trait::async_trait;
use control::id::{PersonId, TenantId};
use control::session::Session as SignedIn;
use jiff::Timestamp;
use store::adapter::changed::{exactly_one, one_or_missing};
use store::adapter::value::{bytes, optional_microseconds, optional_time, time};
use store::{Result, SessionRepository};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl SessionRepository for Session<'_> {
    async fn begin(&mut self, session: &SignedIn) -> Result<()> {
        let action = "beginning a session";
        let begun = sqlx::query_file!(
            "../store/sql/signed_in/begin.sql",
            Uuid::from(session.id),
            Uuid::from(session.tenant),
            Uuid::from(session.person),
            session.since.as_microsecond(),
            session.seen.as_microsecond(),
            session.proven.as_microsecond(),
            session.passkey,
            optional_microseconds(session.ended),
            session.hash.as_slice(),
        );
        exactly_one(action, self.attempt(session.tenant, action, begun).await?)
    }

    async fn by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<SignedIn>> {
        let row = sqlx::query_file_as!(SessionRow, "../store/sql/signed_in/by_hash.sql", hash.as_slice());
        let row = self.one_of_any("reading a session", row).await?;
        row.map(SessionRow::into_session).transpose()
    }

    async fn save(&mut self, session: &SignedIn) -> Result<()> {
        let action = "saving a session";
        let saved = sqlx::query_file!(
            "../store/sql/signed_in/save.sql",
            Uuid::from(session.tenant),
            Uuid::from(session.id),
            session.seen.as_microsecond(),
            session.proven.as_microsecond(),
            session.passkey,
            optional_microseconds(session.ended),
            session.hash.as_slice(),
        );
        let saved = self.change(session.tenant, action, saved).await?;
        one_or_missing(action, "session with this id", saved)
    }

    async fn of_person(&mut self, tenant: TenantId, person: PersonId) -> Result<Vec<SignedIn>> {
        let (tenant_id, person) = (Uuid::from(tenant), Uuid::from(person));
        let rows = sqlx::query_file_as!(SessionRow, "../store/sql/signed_in/of_person.sql", tenant_id, person);
        let rows = self.all(tenant, "reading the sessions", rows).await?;
        rows.into_iter().map(SessionRow::into_session).collect()
    }

    async fn end_all(&mut self, tenant: TenantId, person: PersonId, now: Timestamp) -> Result<u64> {
        let (tenant_id, person) = (Uuid::from(tenant), Uuid::from(person));
        let ended = sqlx::query_file!("../store/sql/signed_in/end_all.sql", tenant_id, person, now.as_microsecond());
        self.change(tenant, "ending sessions", ended).await
    }

    async fn forget_before(&mut self, before: Timestamp) -> Result<u64> {
        let forgotten = sqlx::query_file!("../store/sql/signed_in/forget_before.sql", before.as_microsecond());
        self.change_of_any("forgetting old sessions", forgotten).await
    }
}

struct SessionRow {
    id: Uuid,
    tenant: Uuid,
    person: Uuid,
    since: i64,
    seen: i64,
    proven: i64,
    passkey: bool,
    ended: Option<i64>,
    hash: Vec<u8>,
}

impl SessionRow {
    fn into_session(self) -> Result<SignedIn> {
        Ok(SignedIn {
            id: self.id.into(),
            tenant: self.tenant.into(),
            person: self.person.into(),
            since: time(self.since)?,
            seen: time(self.seen)?,
            proven: time(self.proven)?,
            passkey: self.passkey,
            ended: optional_time(self.ended)?,
            hash: bytes("hash of a session", &self.hash)?,
        })
    }
}
