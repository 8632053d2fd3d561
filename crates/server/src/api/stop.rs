//! The *Stop* link of a message: a page with one button, because mail programs open links by themselves, and the stop itself.
//! Nobody signs in for it.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use control::stop_link::{Stop, StopLink};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Components;
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(page, stop))
}

fn read(components: &Components, text: &str) -> Result<StopLink, Problem> {
    components.tries.link.take("stop", &components.around.ambient)?;
    let now = components.around.ambient.now();
    StopLink::read(text, &components.around.pepper, now).map_err(|dead| Problem::refused(dead.to_string()))
}

/// What the link stops, and a button that does.
#[utoipa::path(get, path = "/stop/{link}", tag = "Stop links", params(("link" = String, Path)),
    responses((status = OK, body = String, content_type = "text/html"),
        (status = CONFLICT, body = crate::http::problem::ProblemDetails, content_type = "application/problem+json",
            description = "The link does not work.")))]
async fn page(State(components): State<Components>, Named(text): Named<String>) -> Answer {
    let link = read(&components, &text)?;
    let what = match link.stop {
        Stop::Veto => "the recovery, and suspend the connection",
        Stop::Pending { .. } => "what was asked for: nothing changes then",
        Stop::Suspend => "the connection: nothing is recovered over it until it is taken up again",
    };
    Ok(html(&format!("Stop {what}."), true))
}

/// Stops it, at once.
#[utoipa::path(post, path = "/stop/{link}", tag = "Stop links", params(("link" = String, Path)),
    responses((status = OK, body = String, content_type = "text/html")))]
async fn stop(State(components): State<Components>, Named(text): Named<String>) -> Answer {
    let link = read(&components, &text)?;
    let mut repository = components.around.store.write().await?;
    let person = repository.people().get(components.tenant, link.person).await?;
    let person = person.filter(|person| person.removed.is_none()).ok_or_else(Problem::not_found)?;
    let (tenant, id) = (person.tenant, link.connection);
    let happened = components.around.happen(repository.as_mut(), tenant, id, &link.event()).await?;
    repository.save().await?;
    match happened {
        Ok(_) => Ok(html("It is stopped. Everybody concerned is told.", false)),
        Err(_) => Ok(html("There is nothing to stop any more. Sign in to see how things are.", false)),
    }
}

fn html(text: &str, button: bool) -> Response {
    let button = if button { "<form method=\"post\"><button autofocus>Stop</button></form>" } else { "" };
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Lifeboat</title><main><h1>Lifeboat</h1><p>{text}</p>{button}</main></html>"
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}
