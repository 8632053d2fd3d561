//! What is done to every request and every answer, outermost last.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::problem::{Kind, Problem};
use super::{admission, body, etag, measure, once};
use crate::{Components, ui};

/// Forge gives up after 25 s: whatever takes longer is a job.
const LONGEST: Duration = Duration::from_secs(25);

/// A page that shows this server's answers may load nothing and be framed by nobody.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Wraps the routes.
pub(crate) fn wrap(routes: Router<Components>, components: &Components) -> Router {
    let with = || components.clone();
    let mut router = routes
        .layer(from_fn(etag::tag))
        .layer(from_fn_with_state(with(), once::replay))
        .layer(from_fn_with_state(with(), admission::admit))
        .layer(from_fn_with_state(with(), in_time))
        .layer(from_fn_with_state(with(), measure::measure))
        .with_state(with())
        // Whatever is no route is a page or a file of the dashboard, for everybody; it reads nothing.
        .fallback(ui::serve)
        .layer(DefaultBodyLimit::max(body::LONGEST))
        .layer(CsrfLayer::new().with_rejection_response(|_| foreign_page()))
        .layer(CatchPanicLayer::custom(panicked));
    for (name, value) in HEADERS {
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)));
    }
    router
}

/// Answers whatever takes too long. What was being done is dropped with its transaction.
async fn in_time(State(components): State<Components>, request: Request, next: Next) -> Response {
    tokio::select! {
        response = next.run(request) => response,
        () = components.around.ambient.clock.sleep(LONGEST) => {
            Problem::new(Kind::Unavailable, "It took too long; nothing was changed.").into_response()
        }
    }
}

fn foreign_page() -> Response {
    Problem::new(Kind::Forbidden, "A page of another site sent this request.").into_response()
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(format!("a handler panicked: {}", text.unwrap_or("no text"))).into_response()
}
