//! The API in this very process, for whoever holds the files of the installation: the command line on the machine itself.
//!
//! Whoever can read the database and the key file can do anything to them, so nothing is gained by asking for a password. What is
//! gained by going through the same routes is that there is one set of rules: the same roles, the same decisions, the same audit
//! events, the same answers as over the network.
//!
//! Nothing that comes over the network can be such a caller: what says so is a type of this crate alone, which only
//! [`Console::send`] puts into a request, and [`router`](crate::router) takes nothing of the kind from bytes.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use store::Person;
use tower::ServiceExt as _;

use crate::Components;
use crate::http::caller::Trusted;

/// The API for one person at this machine.
#[derive(Clone, Debug)]
pub struct Console {
    router: Router,
    caller: Trusted,
}

impl Console {
    /// The API for a person of the installation. Without one it can only be read: what is changed must name who changed it.
    pub fn new(components: &Components, person: Option<Person>) -> Self {
        let caller = person.map_or(Trusted::Reader(components.tenant), Trusted::Person);
        Self { router: crate::router(components), caller }
    }

    /// Answers a request as the server would.
    pub async fn send(&self, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(self.caller.clone());
        let Ok(response): Result<Response, Infallible> = self.router.clone().oneshot(request).await;
        response
    }
}
