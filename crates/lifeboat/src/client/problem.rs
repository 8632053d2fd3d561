//! What goes wrong when the API is asked: what happened, to what, and what can be done.

use axum::http::StatusCode;
use serde::Deserialize;

use crate::exit::Exit;

/// By what whoever asks is known to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// Not yet by anything.
    Nothing,
    Key,
    Session,
}

/// An answer that is no success, or none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The API says why not.
    #[error("{message}")]
    Refused { exit: Exit, message: String },
    /// Nobody is there.
    #[error(
        "the server {server} cannot be reached: {reason}; is the address right, and does `lifeboat serve` run there?"
    )]
    Unreachable { server: String, reason: String },
    /// It is not known whether it was done.
    #[error(
        "the answer{} was lost ({reason}): look whether it was done before you try again",
        server.as_ref().map(|server| format!(" of {server}")).unwrap_or_default()
    )]
    Lost { server: Option<String>, reason: String },
    /// Something else than Lifeboat answers, or another version.
    #[error("{who} answers as no Lifeboat server of this version does ({what}): check the address and both versions")]
    Strange { who: String, what: String },
    /// An answer that nothing of Lifeboat's gives.
    #[error("the answer has more than {mebibytes} MiB, which no answer of Lifeboat's has: check the address")]
    TooLong { mebibytes: usize },
}

/// A problem, as the API tells it.
#[derive(Deserialize)]
struct Details {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    detail: Option<String>,
    #[serde(default)]
    errors: Vec<FieldError>,
}

/// A member of what was sent that cannot be used.
#[derive(Deserialize)]
struct FieldError {
    field: String,
    message: String,
}

impl Trouble {
    /// What an answer says that is no success; `server` is which one, and by what it knows the caller.
    pub(super) fn new(status: StatusCode, body: &[u8], server: Option<(String, Means)>) -> Self {
        let (who, means) = server.map_or((None, None), |(who, means)| (Some(who), Some(means)));
        let details: Result<Details, _> = serde_json::from_slice(body);
        let Some(details) = details.ok().filter(|details| details.kind.starts_with("urn:lifeboat:problem:")) else {
            let who = who.unwrap_or_else(|| "this program".to_owned());
            if matches!(status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
            {
                let reason = format!("what stands before it answers {status}");
                return Self::Unreachable { server: who, reason };
            }
            return Self::Strange { who, what: format!("it says {status}") };
        };
        let kind = details.kind.rsplit(':').next().unwrap_or_default();
        let message = message(kind, &details, means);
        Self::Refused { exit: exit(kind, status), message }
    }

    /// An answer of another shape than this program knows.
    pub(super) fn strange() -> Self {
        Self::Strange { who: "the server".to_owned(), what: "the answer has another shape".to_owned() }
    }

    /// The exit code that it ends a command with.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Refused { exit, .. } => *exit,
            Self::Unreachable { .. } | Self::Lost { .. } => Exit::Unreachable,
            Self::Strange { .. } | Self::TooLong { .. } => Exit::Usage,
        }
    }
}

fn exit(kind: &str, status: StatusCode) -> Exit {
    match kind {
        "sign-in" => Exit::Credentials,
        "bad-request" | "invalid" | "not-found" | "method-not-allowed" | "too-large" | "media-type" => Exit::Usage,
        "sign-in-again" | "forbidden" | "refused" | "conflict" | "changed" => Exit::Refused,
        "too-many" | "unavailable" | "site" => Exit::Unreachable,
        _ if status.is_server_error() => Exit::Failed,
        _ => Exit::Refused,
    }
}

fn message(kind: &str, details: &Details, means: Option<Means>) -> String {
    let told = match details.errors.as_slice() {
        [] => clause(details.detail.as_deref().unwrap_or(&details.title)),
        errors => {
            let errors: Vec<String> = errors.iter().map(FieldError::told).collect();
            errors.join("; ")
        }
    };
    match (kind, means) {
        ("refused", _) => format!("refused: {told}"),
        ("sign-in", Some(Means::Key)) => {
            "the server does not take the API key: it is mistyped, revoked or too old; make another one with \
             `lifeboat api-key add`"
                .to_owned()
        }
        ("sign-in", Some(Means::Session)) => "the sign-in is over: type the command again".to_owned(),
        ("sign-in-again", Some(Means::Key)) => {
            format!("{told}; say who with --as EMAIL, and give the password in LIFEBOAT_PASSWORD or --password-file")
        }
        ("not-found", _) => "there is no such thing, or it is not yours".to_owned(),
        _ => told,
    }
}

impl FieldError {
    fn told(&self) -> String {
        match self.field.as_str() {
            "" | "." => clause(&self.message),
            field => format!("{field}: {}", clause(&self.message)),
        }
    }
}

/// A sentence of the API as a part of one: messages begin small and end without a full stop.
fn clause(sentence: &str) -> String {
    let sentence = sentence.trim().trim_end_matches('.');
    let mut letters = sentence.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && (second.is_lowercase() || second == ' ') => {
            first.to_lowercase().chain(sentence.chars().skip(1)).collect()
        }
        _ => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(status: u16, problem: &Value, means: Means) -> (Exit, String) {
        let server = Some(("https://lifeboat.example.com".to_owned(), means));
        let body = serde_json::to_vec(problem).unwrap();
        let trouble = Trouble::new(StatusCode::from_u16(status).unwrap(), &body, server);
        (trouble.exit(), trouble.to_string())
    }

    #[test]
    fn a_problem_says_what_to_do() {
        let problem = json!({
            "type": "urn:lifeboat:problem:sign-in-again", "title": "t", "status": 403,
            "detail": "An API key cannot do this: a person must sign in.",
        });
        let (exit, message) = told(403, &problem, Means::Key);
        assert_eq!(exit, Exit::Refused);
        assert!(message.starts_with("an API key cannot") && message.contains("LIFEBOAT_PASSWORD"), "{message}");
        let problem = json!({
            "type": "urn:lifeboat:problem:invalid", "title": "t", "status": 422,
            "errors": [{ "field": "name", "message": "another connection has this name" }],
        });
        let (exit, message) = told(422, &problem, Means::Session);
        assert_eq!((exit, message.as_str()), (Exit::Usage, "name: another connection has this name"));
    }

    #[test]
    fn what_is_no_lifeboat_server_is_told_apart() {
        let page = json!("<html>");
        assert_eq!(told(404, &page, Means::Key).0, Exit::Usage);
        assert_eq!(told(302, &page, Means::Key).0, Exit::Usage);
        assert_eq!(told(502, &page, Means::Key).0, Exit::Unreachable);
    }
}
