//! Connections, and with their requests and contacts the states of the state machine.

use async_trait::async_trait;
use control::connection::{AppliesTo, Connection, ConnectionStatus, Kind, Request, State};
use control::id::{ConnectionId, RequestId, TenantId};
use control::name::ConnectionName;
use control::token::{TokenId, Verifier};
use store::adapter::changed::{exactly_one, named};
use store::adapter::value::{
    Word as _, bytes, from_json, from_optional_json, json, optional_json, small, time, unreadable,
};
use store::{ConnectionRepository, PersonRepository, Result, StoreError};
use uuid::Uuid;

use crate::session::Session;

#[async_trait]
impl ConnectionRepository for Session<'_> {
    async fn state(&mut self, tenant: TenantId, id: ConnectionId) -> Result<Option<State>> {
        let row =
            sqlx::query_file_as!(ConnectionRow, "../store/sql/connection/get.sql", Uuid::from(tenant), Uuid::from(id));
        let row = self.one(tenant, "reading a connection", row).await?;
        let Some(connection) = row.map(ConnectionRow::into_connection).transpose()? else { return Ok(None) };
        let request = self.latest_requests(tenant, id, 1).await?.pop();
        let contacts = self.contacts(tenant, connection.source).await?;
        Ok(Some(State { connection: Some(connection), request, contacts }))
    }

    async fn save(&mut self, state: &State) -> Result<()> {
        let missing = || StoreError::Missing { what: "connection to save".to_owned() };
        let connection = state.connection.as_ref().ok_or_else(missing)?;
        self.save_connection(connection).await?;
        match &state.request {
            Some(request) => self.save_request(connection.tenant, connection.id, request).await,
            None => Ok(()),
        }
    }

    async fn by_token(&mut self, token: &TokenId) -> Result<Option<Connection>> {
        let row = sqlx::query_file_as!(ConnectionRow, "../store/sql/connection/by_token.sql", token.as_str());
        let row = self.one_of_any("reading a connection", row).await?;
        row.map(ConnectionRow::into_connection).transpose()
    }

    async fn by_name(&mut self, tenant: TenantId, name: &str) -> Result<Option<Connection>> {
        let row = sqlx::query_file_as!(ConnectionRow, "../store/sql/connection/by_name.sql", Uuid::from(tenant), name);
        let row = self.one(tenant, "reading a connection", row).await?;
        row.map(ConnectionRow::into_connection).transpose()
    }

    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Connection>> {
        let rows = sqlx::query_file_as!(ConnectionRow, "../store/sql/connection/list.sql", Uuid::from(tenant));
        let rows = self.all(tenant, "reading the connections", rows).await?;
        rows.into_iter().map(ConnectionRow::into_connection).collect()
    }

    async fn request(&mut self, tenant: TenantId, id: RequestId) -> Result<Option<(ConnectionId, Request)>> {
        self.find_request(tenant, id).await
    }

    async fn requests(&mut self, tenant: TenantId, id: ConnectionId) -> Result<Vec<Request>> {
        self.latest_requests(tenant, id, u32::MAX).await
    }
}

impl Session<'_> {
    async fn save_connection(&mut self, connection: &Connection) -> Result<()> {
        let action = "saving a connection";
        let saved = sqlx::query_file!(
            "../store/sql/connection/save.sql",
            Uuid::from(connection.id),
            Uuid::from(connection.tenant),
            connection.kind.word(),
            connection.name.as_str(),
            connection.applies_to.issue_data,
            connection.applies_to.configuration,
            connection.applies_to.assets,
            Uuid::from(connection.source),
            connection.source_cloud,
            Uuid::from(connection.made_by),
            connection.made.as_microsecond(),
            connection.status.word(),
            optional_json("binding", connection.bound.as_ref())?,
            connection.ever_bound,
            i64::from(connection.generation),
            connection.token.as_str(),
            connection.verifier.as_bytes().as_slice(),
            json("upkeep of a token", &connection.upkeep)?,
            optional_json("pending operation", connection.pending.as_ref())?,
            optional_json("suspension", connection.suspension.as_ref())?,
            json("banned contacts", &connection.banned)?,
            json("times of requests", &connection.opened)?,
        );
        let saved = self.attempt(connection.tenant, action, saved).await;
        exactly_one(action, named(saved, || format!("a connection with the name {:?}", connection.name.as_str()))?)
    }
}

struct ConnectionRow {
    id: Uuid,
    tenant: Uuid,
    kind: String,
    name: String,
    issue_data: bool,
    configuration: bool,
    assets: bool,
    source: Uuid,
    source_cloud: String,
    made_by: Uuid,
    made: i64,
    status: String,
    bound: Option<String>,
    ever_bound: bool,
    generation: i64,
    token: String,
    verifier: Vec<u8>,
    upkeep: String,
    pending: Option<String>,
    suspension: Option<String>,
    banned: String,
    opened: String,
}

impl ConnectionRow {
    fn into_connection(self) -> Result<Connection> {
        Ok(Connection {
            id: self.id.into(),
            tenant: self.tenant.into(),
            kind: Kind::from_word(&self.kind)?,
            name: ConnectionName::parse(&self.name).map_err(|error| unreadable("connection name", error))?,
            applies_to: AppliesTo {
                issue_data: self.issue_data,
                configuration: self.configuration,
                assets: self.assets,
            },
            source: self.source.into(),
            source_cloud: self.source_cloud,
            made_by: self.made_by.into(),
            made: time(self.made)?,
            status: ConnectionStatus::from_word(&self.status)?,
            bound: from_optional_json("binding", self.bound.as_deref())?,
            ever_bound: self.ever_bound,
            generation: small(self.generation)?,
            token: TokenId::parse(&self.token).ok_or_else(|| unreadable("token id", "it is not 12 digits"))?,
            verifier: Verifier::from_bytes(bytes("verifier", &self.verifier)?),
            upkeep: from_json("upkeep of a token", &self.upkeep)?,
            pending: from_optional_json("pending operation", self.pending.as_deref())?,
            suspension: from_optional_json("suspension", self.suspension.as_deref())?,
            banned: from_json("banned contacts", &self.banned)?,
            opened: from_json("times of requests", &self.opened)?,
        })
    }
}
