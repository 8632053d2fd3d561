//! The OpenAPI document: made from the routes' own attributes, with what holds for all of them added once.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, Content, InfoBuilder, LicenseBuilder, OpenApi, PathItem, Ref, Response, ResponseBuilder,
};

use crate::access::{ACCESS, Access, Row};
use crate::api;
use crate::http::caller::SECURE_COOKIE;
use crate::http::problem::PROBLEM_JSON;

const DESCRIPTION: &str = "Disaster recovery for Jira Cloud. Every answer that is no success is a problem (RFC 9457). Lists come \
in pages. A POST with an `Idempotency-Key` is done once. Answers to GET have an `ETag`; a change may carry `If-Match`.";

/// The document of the API.
pub fn document() -> OpenApi {
    let (_, mut document) = api::routes().split_for_parts();
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    document.info =
        InfoBuilder::new().title("Lifeboat").version("1").description(Some(DESCRIPTION)).license(Some(license)).build();
    let components = document.components.get_or_insert_with(Components::new);
    let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key, `lbk1_…`.")).build();
    components.add_security_scheme("apiKey", SecurityScheme::Http(key));
    let cookie = ApiKeyValue::with_description(SECURE_COOKIE, "A session, from `POST /api/v1/sessions`.");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    for row in ACCESS {
        let path = document.paths.paths.get_mut(&row.whole_path());
        if let Some(operation) = path.and_then(|item| operation(item, row.method)) {
            complete(operation, row);
        }
    }
    document
}

fn operation<'a>(item: &'a mut PathItem, method: &str) -> Option<&'a mut Operation> {
    match method {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "PATCH" => item.patch.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

/// Adds what follows from the table and from the shape of the route.
fn complete(operation: &mut Operation, row: &Row) {
    let mut problems = vec![("500", "Something went wrong."), ("503", "Not available for the moment, or too slow.")];
    if row.access != Access::Open {
        let schemes = ["apiKey", "session"].map(|scheme| SecurityRequirement::new(scheme, [""; 0]));
        operation.security = Some(schemes.to_vec());
        problems.extend([("401", "Nobody is signed in."), ("403", "The role does not allow it, or sign in again.")]);
    }
    problems.push(("429", "Too many requests."));
    if row.path.contains('{') {
        problems.push(("404", "There is no such thing."));
    }
    if operation.request_body.is_some() {
        problems.extend([
            ("413", "The body is too large."),
            ("415", "The body must be JSON."),
            ("422", "A member of the body cannot be used."),
        ]);
    }
    problems.push(("400", "The request cannot be read."));
    if row.method != "GET" {
        problems.extend([("409", "It is not possible as things are."), ("412", "It changed since it was read.")]);
    }
    for (status, what) in problems {
        let known = &mut operation.responses.responses;
        known.entry(status.to_owned()).or_insert_with(|| problem(what).into());
    }
    if let Access::For(action) = row.access {
        let needs = format!("Needs `{}`.", action.permission().name);
        let description = operation.description.get_or_insert_default();
        if !description.is_empty() {
            description.push_str("\n\n");
        }
        description.push_str(&needs);
    }
}

fn problem(what: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("ProblemDetails")));
    ResponseBuilder::new().description(what).content(PROBLEM_JSON, content).build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_document_in_docs_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
        let current = document().to_pretty_json().unwrap() + "\n";
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == current, "docs/openapi.json is not current: UPDATE_DOCS=1 cargo test -p server document");
    }

    #[test]
    fn the_table_of_access_has_exactly_the_routes() {
        let document = document();
        let mut routes = BTreeSet::new();
        for (path, item) in &document.paths.paths {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if operation(&mut item.clone(), method).is_some() {
                    routes.insert((method.to_owned(), path.clone()));
                }
            }
        }
        let table: BTreeSet<_> = ACCESS.iter().map(|row| (row.method.to_owned(), row.whole_path())).collect();
        assert_eq!(routes, table);
        assert_eq!(table.len(), ACCESS.len(), "a row stands twice");
    }
}
