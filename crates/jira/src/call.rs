//! One request: method, path template, parameters, body, and whether it may be sent twice.

use std::fmt;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::{Error, Result};

/// The HTTP methods that Jira uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        })
    }
}

/// What may be done when the answer to a request is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Sending it again changes nothing more: reads, PUTs of whole values, sets. The client repeats it by itself.
    Repeatable,
    /// Sending it again could make a second thing. After an unclear outcome the client returns [`crate::Error::Ambiguous`].
    Once,
}

/// One request to a Jira site. Built by the functions named after methods, sent by [`crate::Jira`].
///
/// The path is a *template* (`/rest/api/3/issue/{issue}/comment`): Jira paces by endpoint, so the client must know it.
#[derive(Clone, Debug)]
pub struct Call {
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) arguments: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Bytes>,
    pub(crate) safety: Safety,
    pub(crate) issues: Vec<String>,
    pub(crate) reads: bool,
    pub(crate) anonymous: bool,
    pub(crate) accepted: Vec<u16>,
}

impl Call {
    /// A read. Repeatable.
    pub fn get(template: &'static str) -> Self {
        Self { reads: true, ..Self::new(Method::Get, template, Safety::Repeatable) }
    }

    /// A POST that creates something: sent once.
    pub fn post(template: &'static str) -> Self {
        Self::new(Method::Post, template, Safety::Once)
    }

    /// A POST that only reads (`search/jql`, `issue/bulkfetch`). Repeatable.
    pub fn post_read(template: &'static str) -> Self {
        Self { reads: true, ..Self::new(Method::Post, template, Safety::Repeatable) }
    }

    /// A PUT. Repeatable.
    pub fn put(template: &'static str) -> Self {
        Self::new(Method::Put, template, Safety::Repeatable)
    }

    /// A DELETE. Repeatable (the second may answer 404).
    pub fn delete(template: &'static str) -> Self {
        Self::new(Method::Delete, template, Safety::Repeatable)
    }

    fn new(method: Method, template: &'static str, safety: Safety) -> Self {
        Self {
            method,
            template,
            arguments: Vec::new(),
            query: Vec::new(),
            body: None,
            safety,
            issues: Vec::new(),
            reads: false,
            anonymous: false,
            accepted: Vec::new(),
        }
    }

    /// Fills `{name}` of the template; the value is percent-encoded when sent.
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// Sets the JSON body.
    ///
    /// # Panics
    /// When `body` is not representable as JSON (a map with keys that are not strings): a mistake in the calling code.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).expect("request bodies are plain data").into());
        self
    }

    /// Says that this writes to an issue: Jira limits the writes to each (20 in 2 s, 100 in 30 s). Said twice for a link, which
    /// writes to both its ends. Name an issue always by its id or always by its key: the two are not known to be one.
    pub fn writes_issue(mut self, id_or_key: impl ToString) -> Self {
        self.issues.push(id_or_key.to_string());
        self
    }

    /// Changes whether it may be sent twice.
    pub fn safety(mut self, safety: Safety) -> Self {
        self.safety = safety;
        self
    }

    /// Leaves the credentials out, for what Jira tells anybody.
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Takes the body of a refusal with this status as an answer: `issue/bulk` answers 400 when all its issues failed, and
    /// says of each why.
    pub fn accepts(mut self, status: u16) -> Self {
        self.accepted.push(status);
        self
    }

    /// Method and path template, as errors, logs and statistics name the call: without ids, without content.
    pub fn label(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// The length of the body, in bytes.
    pub(crate) fn body_length(&self) -> u64 {
        self.body.as_ref().map_or(0, |body| body.len() as u64)
    }

    /// The template with its arguments filled in, and the query: what comes after the site's address.
    ///
    /// # Panics
    /// When the template names an argument that was not given, or is given one that it does not name: a mistake in the
    /// calling code, found by any test that makes the call.
    ///
    /// # Errors
    /// An argument that would name another path (empty, `.` or `..`, however escaped) is refused: keys of properties are
    /// anybody's text, and a DELETE of `{issue}/properties/..` must not delete the issue.
    pub(crate) fn path_and_query(&self) -> Result<String> {
        let mut path = self.template.to_owned();
        for (name, value) in &self.arguments {
            let place = format!("{{{name}}}");
            assert!(path.contains(&place), "{} has no place for `{name}`", self.template);
            if matches!(value.as_str(), "" | "." | "..") {
                let messages = vec![format!("`{value}` cannot be sent as `{name}`")];
                return Err(Error::Rejected { call: self.label(), status: 400, messages, fields: Vec::new() });
            }
            path = path.replace(&place, &utf8_percent_encode(value, SEGMENT).to_string());
        }
        assert!(!path.contains('{'), "{} lacks an argument", self.template);
        if !self.query.is_empty() {
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
            path = format!("{path}?{query}");
        }
        Ok(path)
    }
}

/// What must be escaped in one segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_and_query_are_escaped() {
        let call = Call::get("/rest/api/3/issue/{issue}/properties/{key}")
            .arg("issue", "A-1")
            .arg("key", "../x y/ä{z}")
            .query("jql", "a = \"b\" & c");
        insta::assert_snapshot!(call.path_and_query().unwrap(),
            @"/rest/api/3/issue/A-1/properties/..%2Fx%20y%2F%C3%A4%7Bz%7D?jql=a+%3D+%22b%22+%26+c");
    }

    #[test]
    fn a_label_names_the_endpoint_only() {
        let call = Call::post("/rest/api/3/issue/{issue}/comment").arg("issue", "SECRET-1");
        assert_eq!(call.label(), "POST /rest/api/3/issue/{issue}/comment");
    }

    #[test]
    #[should_panic(expected = "lacks an argument")]
    fn a_forgotten_argument_is_found_by_any_test() {
        let _ = Call::get("/rest/api/3/issue/{issue}").path_and_query();
    }

    #[test]
    fn an_argument_cannot_name_another_path() {
        for value in ["", ".", ".."] {
            let call = Call::delete("/rest/api/3/issue/{issue}/properties/{key}").arg("issue", 1).arg("key", value);
            assert!(matches!(call.path_and_query(), Err(Error::Rejected { status: 400, .. })), "{value}");
        }
    }
}
