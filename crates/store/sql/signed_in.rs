//! Sessions of people who signed in.

use async_trait::async_trait;
use control::id::{PersonId, SessionId, TenantId};
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
            session.passkey.is_some(),
            optional_microseconds(session.passkey),
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

    async fn seen(&mut self, session: &SignedIn) -> Result<()> {
        let action = "writing that a session was used";
        let (tenant, id) = (Uuid::from(session.tenant), Uuid::from(session.id));
        let seen = sqlx::query_file!("../store/sql/signed_in/seen.sql", tenant, id, session.seen.as_microsecond());
        one_or_missing(action, MISSING, self.change(session.tenant, action, seen).await?)
    }

    async fn renew(&mut self, replaced: &[u8; 32], session: &SignedIn) -> Result<()> {
        let action = "renewing a session";
        let renewed = sqlx::query_file!(
            "../store/sql/signed_in/renew.sql",
            Uuid::from(session.tenant),
            Uuid::from(session.id),
            replaced.as_slice(),
            session.proven.as_microsecond(),
            session.passkey.is_some(),
            optional_microseconds(session.passkey),
            session.hash.as_slice(),
        );
        one_or_missing(action, MISSING, self.change(session.tenant, action, renewed).await?)
    }

    async fn end(&mut self, tenant: TenantId, id: SessionId, now: Timestamp) -> Result<()> {
        let action = "ending a session";
        let (tenant_id, now) = (Uuid::from(tenant), now.as_microsecond());
        let ended = sqlx::query_file!("../store/sql/signed_in/end.sql", tenant_id, Uuid::from(id), now);
        one_or_missing(action, MISSING, self.change(tenant, action, ended).await?)
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

const MISSING: &str = "session with this id";

struct SessionRow {
    id: Uuid,
    tenant: Uuid,
    person: Uuid,
    since: i64,
    seen: i64,
    proven: i64,
    passkey_added: Option<i64>,
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
            passkey: optional_time(self.passkey_added)?,
            ended: optional_time(self.ended)?,
            hash: bytes("hash of a session", &self.hash)?,
        })
    }
}
