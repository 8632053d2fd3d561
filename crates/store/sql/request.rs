//! Recovery requests and the evidence for them.

use control::connection::{Evidence, Proof, ProofKind, Request, RequestStatus, Statement};
use control::id::{ConnectionId, RequestId, TenantId};
use store::Result;
use store::adapter::changed::exactly_one;
use store::adapter::value::{Word as _, bytes, from_json, json, optional_microseconds, optional_time, time};
use uuid::Uuid;

use crate::session::Session;

const APPROVAL: &str = "approval";
const DENIAL: &str = "denial";
const CONFIRMATION: &str = "confirmation";

impl Session<'_> {
    pub(crate) async fn find_request(
        &mut self,
        tenant: TenantId,
        id: RequestId,
    ) -> Result<Option<(ConnectionId, Request)>> {
        let row = sqlx::query_file_as!(RequestRow, "../store/sql/request/get.sql", Uuid::from(tenant), Uuid::from(id));
        let row = self.one(tenant, "reading a request", row).await?;
        let Some(row) = row else { return Ok(None) };
        let connection = row.connection.into();
        Ok(Some((connection, self.with_evidence(tenant, row).await?)))
    }

    /// The latest requests of a connection, the newest first.
    pub(crate) async fn latest_requests(
        &mut self,
        tenant: TenantId,
        connection: ConnectionId,
        limit: u32,
    ) -> Result<Vec<Request>> {
        let rows = sqlx::query_file_as!(
            RequestRow,
            "../store/sql/request/list.sql",
            Uuid::from(tenant),
            Uuid::from(connection),
            i64::from(limit),
        );
        let rows = self.all(tenant, "reading the requests", rows).await?;
        let mut requests = Vec::with_capacity(rows.len());
        for row in rows {
            requests.push(self.with_evidence(tenant, row).await?);
        }
        Ok(requests)
    }

    pub(crate) async fn save_request(
        &mut self,
        tenant: TenantId,
        connection: ConnectionId,
        request: &Request,
    ) -> Result<()> {
        let action = "saving a request";
        let saved = sqlx::query_file!(
            "../store/sql/request/save.sql",
            Uuid::from(request.id),
            Uuid::from(tenant),
            Uuid::from(connection),
            request.status.word(),
            Uuid::from(request.requester),
            request.opened.as_microsecond(),
            request.nonce.as_slice(),
            json("scope", &request.scope)?,
            optional_microseconds(request.cooling_since),
            request.cooled,
            optional_microseconds(request.unlocked),
            optional_microseconds(request.paused),
            optional_microseconds(request.closed),
        );
        exactly_one(action, self.attempt(tenant, action, saved).await?)?;
        self.save_evidence(tenant, request).await
    }

    async fn save_evidence(&mut self, tenant: TenantId, request: &Request) -> Result<()> {
        let action = "saving the evidence for a request";
        let cleared =
            sqlx::query_file!("../store/sql/request/clear_evidence.sql", Uuid::from(tenant), Uuid::from(request.id));
        self.change(tenant, action, cleared).await?;
        for (position, (kind, person, at, note)) in pieces(&request.evidence).enumerate() {
            let added = sqlx::query_file!(
                "../store/sql/request/add_evidence.sql",
                Uuid::from(tenant),
                Uuid::from(request.id),
                position as i64,
                kind,
                person,
                at,
                note,
            );
            exactly_one(action, self.attempt(tenant, action, added).await?)?;
        }
        Ok(())
    }

    async fn with_evidence(&mut self, tenant: TenantId, row: RequestRow) -> Result<Request> {
        let pieces = sqlx::query_file_as!(EvidenceRow, "../store/sql/request/evidence.sql", Uuid::from(tenant), row.id);
        let pieces = self.all(tenant, "reading the evidence", pieces).await?;
        let mut request = row.into_request()?;
        for piece in pieces {
            piece.add_to(&mut request.evidence)?;
        }
        Ok(request)
    }
}

/// Kind, person, time and note of every piece of evidence.
fn pieces(evidence: &Evidence) -> impl Iterator<Item = (&'static str, Uuid, i64, &str)> {
    let approvals = evidence.approvals.iter().map(|statement| (APPROVAL, statement));
    let denials = evidence.denials.iter().map(|statement| (DENIAL, statement));
    let confirmations = evidence.confirmations.iter().map(|statement| (CONFIRMATION, statement));
    let said = approvals.chain(denials).chain(confirmations);
    let said = said.map(|(kind, it)| (kind, Uuid::from(it.by), it.at.as_microsecond(), it.note.as_str()));
    let proofs = evidence.proofs.iter();
    said.chain(proofs.map(|it| (it.kind.word(), Uuid::from(it.by), it.at.as_microsecond(), it.note.as_str())))
}

struct RequestRow {
    id: Uuid,
    connection: Uuid,
    status: String,
    requester: Uuid,
    opened: i64,
    nonce: Vec<u8>,
    scope: String,
    cooling_since: Option<i64>,
    cooled: bool,
    unlocked: Option<i64>,
    paused: Option<i64>,
    closed: Option<i64>,
}

impl RequestRow {
    fn into_request(self) -> Result<Request> {
        Ok(Request {
            id: self.id.into(),
            status: RequestStatus::from_word(&self.status)?,
            requester: self.requester.into(),
            opened: time(self.opened)?,
            nonce: bytes("nonce", &self.nonce)?,
            scope: from_json("scope", &self.scope)?,
            evidence: Evidence::default(),
            cooling_since: optional_time(self.cooling_since)?,
            cooled: self.cooled,
            unlocked: optional_time(self.unlocked)?,
            paused: optional_time(self.paused)?,
            closed: optional_time(self.closed)?,
        })
    }
}

struct EvidenceRow {
    kind: String,
    person: Uuid,
    at: i64,
    note: String,
}

impl EvidenceRow {
    fn add_to(self, evidence: &mut Evidence) -> Result<()> {
        let (by, at, note) = (self.person.into(), time(self.at)?, self.note);
        let statements = match self.kind.as_str() {
            APPROVAL => &mut evidence.approvals,
            DENIAL => &mut evidence.denials,
            CONFIRMATION => &mut evidence.confirmations,
            proof => {
                let kind = ProofKind::from_word(proof)?;
                evidence.proofs.push(Proof { kind, by, at, note });
                return Ok(());
            }
        };
        statements.push(Statement { by, at, note });
        Ok(())
    }
}
