//! The API in this process: the routes of the server, for the person who acts on this machine.

use std::sync::Arc;

use anyhow::Result;
use axum::body::Body;
use axum::http::{self, Uri};
use futures::{StreamExt as _, TryStreamExt as _};
use server::{Components, Console};
use url::Url;

use super::problem::Trouble;
use super::{Reply, Request};
use crate::app::App;
use crate::dns::Names;
use crate::exit::{Exit, Fault};

/// Where `lifeboat serve` listens unless told otherwise: what letters name where nobody said another address.
const USUAL: &str = "http://127.0.0.1:8787/";

/// The API in this process.
#[derive(Debug)]
pub(super) struct Here {
    console: Console,
    base: Url,
    /// Why nothing can be changed.
    hindrance: Option<(Exit, String)>,
}

impl Here {
    pub(super) async fn new(app: &App) -> Result<Self> {
        let person = match &app.acting {
            Some(_) => Some(app.actor().await?),
            None => None,
        };
        let pepper = app.pepper().err().map(|error| (Exit::Vault, error.to_string()));
        let nobody = person.is_none().then(|| (Exit::Usage, App::NOBODY_ACTS.to_owned()));
        let base: Url = match std::env::var("LIFEBOAT_ADDRESS") {
            Ok(address) => {
                let unusable = |error| Fault::usage(format!("LIFEBOAT_ADDRESS is no address: {error}"));
                address.parse().map_err(unusable)?
            }
            Err(_) => USUAL.parse()?,
        };
        let mut components = Components::new(app.around()?, app.tenant, base.clone(), Arc::new(Names::of(app)));
        components.recovery = crate::commands::usual_recovery(app);
        Ok(Self { console: Console::new(&components, person), base, hindrance: nobody.or(pepper) })
    }

    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    pub(super) async fn send(&self, request: Request) -> Result<Reply> {
        // An export is written into the audit log: it is a change, too.
        let changes = !request.method.is_safe() || request.url.path().ends_with("/audit/export");
        if let Some((exit, message)) = self.hindrance.as_ref().filter(|_| changes) {
            return Err(Fault { exit: *exit, message: message.clone() }.into());
        }
        // Whatever path the address has belongs to a proxy, which is not here.
        let path = &request.url[url::Position::BeforePath..];
        let start = path.find(server::PREFIX).unwrap_or_default();
        let mut sent = http::Request::new(Body::from(request.body));
        *sent.method_mut() = request.method;
        *sent.uri_mut() = path[start..].parse::<Uri>()?;
        *sent.headers_mut() = request.headers;
        let (head, body) = self.console.send(sent).await.into_parts();
        let lost = |error: axum::Error| Trouble::Lost { server: None, reason: error.to_string() };
        Ok(Reply { status: head.status, headers: head.headers, body: body.into_data_stream().map_err(lost).boxed() })
    }
}
