//! Lets a request through, or not: the one place that reads [`ACCESS`](crate::access::ACCESS). A route that is not in the table
//! is closed.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use control::policy::Policy;

use super::caller::{Means, identify};
use super::problem::{Kind, Problem};
use crate::Components;
use crate::access::{self, Access};

/// Admits whom the table admits. The case's own facts (whose site, which policy) are for the handlers.
pub(crate) async fn admit(State(components): State<Components>, request: Request, next: Next) -> Response {
    match admitted(&components, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admitted(components: &Components, request: Request) -> Result<Request, Problem> {
    let path = request.extensions().get::<MatchedPath>().cloned().ok_or_else(Problem::not_found)?;
    let Some(access) = access::of(request.method(), path.as_str()) else {
        return Err(Problem::new(Kind::MethodNotAllowed, "See the API document for what can be done with it."));
    };
    if access == Access::Open {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let caller = identify(components, &parts).await?;
    if !parts.method.is_safe() {
        caller.must_be_somebody()?;
    }
    if !matches!(caller.means, Means::Console | Means::Reader) {
        components.tries.caller.take(&caller.person.id.to_string(), &components.around.ambient)?;
    }
    if let Access::For(action) = access {
        // Whether it must have been with a passkey depends on the policy of a source, which the handler knows.
        caller.may(action, &Policy::standard(), components.around.ambient.now())?;
    }
    parts.extensions.insert(caller);
    Ok(Request::from_parts(parts, body))
}
