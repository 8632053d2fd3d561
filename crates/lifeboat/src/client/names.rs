//! What people call things, and what the API knows them by.

use anyhow::Result;
use serde_json::Value;

use super::problem::Trouble;
use super::views::{self, Connection, Member, SiteRef};
use super::{Call, Client};
use crate::exit::Fault;

impl Client {
    /// All connections, by name.
    pub(crate) async fn connections(&self) -> Result<Vec<Connection>> {
        views::read(&self.get(["connections"]).await?)
    }

    /// The connection with this name.
    pub(crate) async fn connection(&self, name: &str) -> Result<Connection> {
        let all = self.connections().await?;
        let known = listed(all.iter().map(|connection| connection.name.as_str()));
        let found = all.into_iter().find(|connection| connection.name == name);
        found.ok_or_else(|| Fault::usage(format!("there is no connection `{name}`; {known}")).into())
    }

    /// The site with this name. Whoever may not list the sites knows those of the connections.
    pub(crate) async fn site(&self, name: &str) -> Result<SiteRef> {
        let all: Vec<SiteRef> = match self.send(Call::get(["sites"])).await {
            Ok(answer) => views::read(&answer.body)?,
            Err(error) if is_forbidden(&error) => {
                let connections = self.connections().await?;
                connections.into_iter().flat_map(|link| [Some(link.source), link.standby]).flatten().collect()
            }
            Err(error) => return Err(error),
        };
        if let Some(site) = all.iter().find(|site| site.name == name) {
            return Ok(site.clone());
        }
        let message = if all.is_empty() {
            format!("there is no site `{name}`: add it with `lifeboat site add`")
        } else {
            let names: Vec<&str> = all.iter().map(|site| site.name.as_str()).collect();
            format!("there is no site `{name}`; known sites: {}", names.join(", "))
        };
        Err(Fault::usage(message).into())
    }

    /// Everybody, by e-mail address.
    pub(crate) async fn members(&self) -> Result<Vec<Member>> {
        views::read(&self.get(["members"]).await?)
    }

    /// The member with this address.
    pub(crate) async fn member(&self, email: &str) -> Result<Option<Member>> {
        let all = self.members().await?;
        Ok(all.into_iter().find(|member| member.person.email.eq_ignore_ascii_case(email.trim())))
    }

    /// The open or last request over a connection; nothing if there never was one.
    pub(crate) async fn request_over(&self, connection: &Connection) -> Result<Option<Value>> {
        if connection.request.is_none() {
            return Ok(None);
        }
        Ok(Some(self.get(["connections", &connection.id, "request"]).await?))
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "there is none yet".to_owned() } else { format!("known: {}", names.join(", ")) }
}

fn is_forbidden(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Trouble::Refused { exit: crate::exit::Exit::Refused, .. }))
}
