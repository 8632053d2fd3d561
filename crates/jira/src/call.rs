//! One request: method, path template, parameters, body, and whether it may be sent twice.

use serde::Serialize;

/// The HTTP methods that Jira uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
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
    pub(crate) body: Option<serde_json::Value>,
    pub(crate) safety: Safety,
    pub(crate) issue: Option<String>,
}

impl Call {
    /// A read. Repeatable.
    pub fn get(template: &'static str) -> Self {
        Self::new(Method::Get, template, Safety::Repeatable)
    }

    /// A POST that creates something: sent once.
    pub fn post(template: &'static str) -> Self {
        Self::new(Method::Post, template, Safety::Once)
    }

    /// A POST that only reads (`search/jql`, `issue/bulkfetch`). Repeatable.
    pub fn post_read(template: &'static str) -> Self {
        Self::new(Method::Post, template, Safety::Repeatable)
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
        Self { method, template, arguments: Vec::new(), query: Vec::new(), body: None, safety, issue: None }
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
        self.body = Some(serde_json::to_value(body).expect("request bodies are plain data"));
        self
    }

    /// Says that this writes to an issue: Jira limits the writes to each (20 in 2 s, 100 in 30 s).
    pub fn writes_issue(mut self, id_or_key: impl ToString) -> Self {
        self.issue = Some(id_or_key.to_string());
        self
    }

    /// Changes whether it may be sent twice.
    pub fn safety(mut self, safety: Safety) -> Self {
        self.safety = safety;
        self
    }
}
