//! Connections and their recovery requests, as the state machine sees them.

use async_trait::async_trait;
use control::connection::{Connection, Request, State};
use control::id::{ConnectionId, RequestId, TenantId};
use control::token::TokenId;

use crate::Result;

/// Connections of a tenant, each with its requests.
///
/// Read a [`State`] in the transaction that writes the next one: nobody else writes in between.
#[async_trait]
pub trait ConnectionRepository: Send {
    /// The state of a connection: itself, its latest request with its evidence, the contacts of its source.
    async fn state(&mut self, tenant: TenantId, id: ConnectionId) -> Result<Option<State>>;
    /// Writes what a transition returned: the connection, and its request if it has one. Contacts are not written.
    async fn save(&mut self, state: &State) -> Result<()>;
    /// The connection of a token's public part. The only look-up across tenants: whoever presents a token does not know
    /// whose it is.
    async fn by_token(&mut self, token: &TokenId) -> Result<Option<Connection>>;
    /// The connection of a name.
    async fn by_name(&mut self, tenant: TenantId, name: &str) -> Result<Option<Connection>>;
    /// All connections, the oldest first.
    async fn list(&mut self, tenant: TenantId) -> Result<Vec<Connection>>;
    /// A request, and the connection that it belongs to.
    async fn request(&mut self, tenant: TenantId, id: RequestId) -> Result<Option<(ConnectionId, Request)>>;
    /// All requests of a connection, the latest first.
    async fn requests(&mut self, tenant: TenantId, id: ConnectionId) -> Result<Vec<Request>>;
}
