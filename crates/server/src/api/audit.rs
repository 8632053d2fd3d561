//! The audit log: read in pages, exported whole, checked offline.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;
use control::audit::export::{CSV_HEADER, csv_line, json_line, ocsf_line};
use control::audit::{Actor, AuditEvent, AuditHead, Outcome};
use control::authority::Action;
use control::id::{ConnectionId, TenantId};
use futures::Stream;
use futures::stream::try_unfold;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::EventFilter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::Once;
use crate::http::page::{Page, PageQuery};
use crate::http::path::Asked;
use crate::http::problem::{Answer, Kind, Problem};
use crate::view::{Names, PersonRef, hex};

/// So many events are read from the store at once.
const READ: u32 = 500;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(head)).routes(routes!(export))
}

/// An event.
#[derive(Serialize, ToSchema)]
struct EventView {
    /// Its number; they have no gaps.
    number: u64,
    at: Timestamp,
    /// `person`, `lifeboat` or `unknown`.
    by: &'static str,
    /// Who, if it was a person.
    person: Option<PersonRef>,
    /// What, as noun and verb: `connection.activate`.
    action: String,
    /// To what: kind and id.
    subject: String,
    /// Whether it was done, or refused and changed nothing.
    done: bool,
    details: BTreeMap<String, String>,
    /// Its hash, in hexadecimal digits: it stands for all events up to this one.
    hash: String,
}

fn describe(event: AuditEvent, names: &Names) -> EventView {
    let happening = event.happening;
    let (by, person) = match happening.actor {
        Actor::Person(person) => ("person", Some(names.person(person))),
        Actor::Lifeboat => ("lifeboat", None),
        Actor::Unknown => ("unknown", None),
    };
    EventView {
        number: event.number,
        at: happening.at,
        by,
        person,
        action: happening.action,
        subject: happening.subject,
        done: happening.outcome == Outcome::Done,
        details: happening.details,
        hash: hex(&event.hash),
    }
}

/// How an event went.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ResultWord {
    Done,
    Refused,
}

/// Which events: all that fit everything that is said.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Who: a person's id, `lifeboat`, or `unknown`.
    #[param(max_length = 40)]
    by: Option<String>,
    /// What: `connection.activate`, or all of a noun, `connection`.
    #[param(max_length = 80)]
    action: Option<String>,
    /// To which connection, or over it.
    connection: Option<Uuid>,
    /// Not before this.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    #[param(inline)]
    result: Option<ResultWord>,
}

impl Filter {
    fn read(self) -> Result<EventFilter, Problem> {
        let outcome = self.result.map(|word| match word {
            ResultWord::Done => Outcome::Done,
            ResultWord::Refused => Outcome::Refused,
        });
        Ok(EventFilter {
            actor: self.by.as_deref().map(actor).transpose()?,
            action: self.action.filter(|action| !action.is_empty()),
            connection: self.connection.map(ConnectionId::from),
            from: self.from,
            until: self.until,
            outcome,
        })
    }
}

fn actor(word: &str) -> Result<Actor, Problem> {
    match word {
        "lifeboat" => Ok(Actor::Lifeboat),
        "unknown" => Ok(Actor::Unknown),
        id => id
            .parse()
            .map(Actor::Person)
            .map_err(|_| Problem::new(Kind::BadRequest, "`by` is the id of a person, `lifeboat` or `unknown`")),
    }
}

/// The log, or what fits of it, the latest first.
#[utoipa::path(get, path = "/audit", tag = "Audit log", params(Filter, PageQuery),
    responses((status = OK, body = Page<EventView>)))]
async fn list(
    State(components): State<Components>,
    caller: Caller,
    Asked(filter): Asked<Filter>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<EventView>>> {
    let filter = filter.read()?;
    let mut repository = components.around.store.read().await?;
    let events = repository.audit().list(caller.tenant, &filter, query.after()?, query.fetch()?).await?;
    let names = Names::of(repository.as_mut(), caller.tenant).await?;
    Ok(Json(query.page(events, |event| event.number.to_string(), |event| describe(event, &names))?))
}

/// The end of the log.
#[derive(Serialize, ToSchema)]
struct HeadView {
    /// How many events there are.
    number: u64,
    /// The hash of the last one: it stands for all of them.
    hash: String,
}

/// The end of the log: keep it elsewhere, and nobody can change what came before unseen.
#[utoipa::path(get, path = "/audit/head", tag = "Audit log", responses((status = OK, body = HeadView)))]
async fn head(State(components): State<Components>, caller: Caller) -> Answer<Json<HeadView>> {
    let mut repository = components.around.store.read().await?;
    let AuditHead { number, hash } = repository.audit().head(caller.tenant).await?;
    Ok(Json(HeadView { number, hash: hex(&hash) }))
}

/// In which form.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Form {
    /// The log itself, which `lifeboat audit verify` checks offline.
    #[default]
    JsonLines,
    Ocsf,
    Csv,
}

/// What to export.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    #[param(inline)]
    form: Option<Form>,
}

/// The whole log, line by line.
#[utoipa::path(get, path = "/audit/export", tag = "Audit log", params(Wanted),
    responses((status = OK, content((String = "application/x-ndjson"), (String = "text/csv")))))]
async fn export(State(components): State<Components>, once: Once, Asked(wanted): Asked<Wanted>) -> Answer {
    let form = wanted.form.unwrap_or_default();
    // That somebody took the log away is a part of it.
    let mut change = once.begin().await?;
    let tenant = change.caller().tenant;
    change.audit(Action::AuditExport, format!("tenant/{tenant}"), &[]).await?;
    change.done().await?;
    let kind = match form {
        Form::Csv => "text/csv; charset=utf-8",
        Form::JsonLines | Form::Ocsf => "application/x-ndjson",
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, "attachment; filename=\"audit-log\"")];
    Ok((headers, Body::from_stream(lines(components, tenant, form))).into_response())
}

fn lines(components: Components, tenant: TenantId, form: Form) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    try_unfold((components, 0), move |(components, after)| async move {
        let read = async {
            let mut repository = components.around.store.read().await?;
            repository.audit().events(tenant, after, READ).await
        };
        let events = read.await.map_err(std::io::Error::other)?;
        let Some(last) = events.last().map(|event| event.number) else { return Ok(None) };
        let mut text = String::new();
        if after == 0 && matches!(form, Form::Csv) {
            text.push_str(CSV_HEADER);
        }
        for event in &events {
            text.push_str(&line(event, form).map_err(std::io::Error::other)?);
        }
        Ok(Some((Bytes::from(text), (components, last))))
    })
}

fn line(event: &AuditEvent, form: Form) -> serde_json::Result<String> {
    match form {
        Form::JsonLines => json_line(event),
        Form::Ocsf => Ok(ocsf_line(event)),
        Form::Csv => Ok(csv_line(event)),
    }
}
