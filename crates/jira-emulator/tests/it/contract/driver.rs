//! Sends requests and holds them and their answers against the documents.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::Value;

use super::document::Documents;
use crate::support::TestSite;

/// Drives operations of one site. What is wrong is gathered, not thrown, so that one run tells everything.
pub(crate) struct Driver<'a> {
    pub(crate) site: &'a TestSite,
    documents: &'a Documents,
    /// Operations that answered with success, as `GET /path/{template}`.
    pub(crate) driven: BTreeSet<String>,
    /// Operations whose answer the documents do not describe.
    pub(crate) unvalidated: BTreeSet<String>,
    pub(crate) problems: Vec<String>,
}

impl<'a> Driver<'a> {
    pub(crate) fn new(site: &'a TestSite, documents: &'a Documents) -> Self {
        let (driven, unvalidated, problems) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        Self { site, documents, driven, unvalidated, problems }
    }

    pub(crate) async fn get(&mut self, path: &str, values: &[&str]) -> Value {
        self.send("GET", path, values, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, values: &[&str], body: Value) -> Value {
        self.send("POST", path, values, Some(body)).await
    }

    pub(crate) async fn put(&mut self, path: &str, values: &[&str], body: Value) -> Value {
        self.send("PUT", path, values, Some(body)).await
    }

    pub(crate) async fn delete(&mut self, path: &str, values: &[&str]) -> Value {
        self.send("DELETE", path, values, None).await
    }

    /// Sends a request whose `{…}` are filled with `values` in order, also those of a query after `?`.
    pub(crate) async fn send(&mut self, method: &str, path: &str, values: &[&str], body: Option<Value>) -> Value {
        let template = path.split('?').next().unwrap_or(path);
        let operation = format!("{method} {template}");
        let Some(found) = self.documents.find(method, template) else {
            self.problems.push(format!("{operation}: not in the documents"));
            return Value::Null;
        };
        if let Some(body) = &body {
            let wrong = found.check_request(body).into_iter().map(|error| format!("{operation}: request {error}"));
            self.problems.extend(wrong);
        }
        let (status, answer) = self.site.send(method, &fill(path, values), body).await;
        self.judge(method, template, status, &answer);
        answer
    }

    /// Holds an answer against the document.
    fn judge(&mut self, method: &str, template: &str, status: StatusCode, answer: &Value) {
        let operation = format!("{method} {template}");
        let Some(found) = self.documents.find(method, template) else { return };
        if !found.lists(status.as_u16()) {
            self.problems.push(format!("{operation}: status {status} is not listed: {answer}"));
        } else if status.is_client_error() || status.is_server_error() {
            self.problems.push(format!("{operation}: {status} {answer}"));
        } else {
            self.driven.insert(operation.clone());
        }
        match found.check_answer(status.as_u16(), answer) {
            Some(wrong) => self.problems.extend(wrong.into_iter().map(|error| format!("{operation}: answer {error}"))),
            None => _ = self.unvalidated.insert(operation),
        }
    }

    /// Attaches a file; the answer is held against the documents.
    pub(crate) async fn upload(&mut self, path: &str, values: &[&str], name: &str, bytes: &[u8]) -> Value {
        let (status, answer) = self.site.upload(&fill(path, values), name, bytes).await;
        self.judge("POST", path, status, &answer);
        answer
    }

    /// Sends a request that must be refused with a status the documents list.
    pub(crate) async fn refused(
        &mut self,
        method: &str,
        path: &str,
        values: &[&str],
        body: Option<Value>,
        expected: u16,
    ) {
        let template = path.split('?').next().unwrap_or(path);
        let listed = self.documents.find(method, template).is_some_and(|found| found.lists(expected));
        let (status, answer) = self.site.send(method, &fill(path, values), body).await;
        if status != expected || !listed {
            self.problems
                .push(format!("{method} {template}: {status} {answer}, expected {expected} (listed: {listed})"));
        }
    }
}

fn fill(path: &str, values: &[&str]) -> String {
    let mut filled = String::new();
    let mut values = values.iter();
    for (place, part) in path.split('{').enumerate() {
        if place == 0 {
            filled.push_str(part);
            continue;
        }
        let (_, rest) = part.split_once('}').expect("a template closes its braces");
        let value = values.next().expect("each place of a template gets a value");
        filled.extend(percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC));
        filled.push_str(rest);
    }
    filled
}
