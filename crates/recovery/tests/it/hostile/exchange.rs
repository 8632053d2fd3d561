//! Between a client and an emulated site: spoils the answers to one call.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use jira::{Exchange, Failure};
use reqwest::{Request, Response};
use testkit::InProcessExchange;

use super::mutation::{Answer, Mutation, TRAP};

/// How much of an endless answer is sent, should nobody hang up.
const ENDLESS_PIECES: usize = 1 << 14;

/// See the module.
#[derive(Debug)]
pub(super) struct Spoiling {
    inner: InProcessExchange,
    rule: Mutex<Option<Rule>>,
    spoilt: AtomicU64,
    trapped: AtomicU64,
}

/// Which call is spoilt, and how.
struct Rule {
    method: String,
    template: Vec<String>,
    mutation: Mutation,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} /{}: {}", self.method, self.template.join("/"), self.mutation.name)
    }
}

impl Spoiling {
    pub(super) fn new(inner: InProcessExchange) -> Self {
        Self { inner, rule: Mutex::default(), spoilt: AtomicU64::new(0), trapped: AtomicU64::new(0) }
    }

    /// Spoils the answers to a call, named as the client's statistics name it.
    pub(super) fn spoil(&self, call: &str, mutation: Mutation) {
        let (method, template) = call.split_once(' ').unwrap();
        let template = template.trim_start_matches('/').split('/').map(str::to_owned).collect();
        *self.rule.lock().unwrap() = Some(Rule { method: method.to_owned(), template, mutation });
    }

    /// Answers as the site does.
    pub(super) fn heal(&self) {
        *self.rule.lock().unwrap() = None;
    }

    /// How many answers were spoilt so far.
    pub(super) fn spoilt(&self) -> u64 {
        self.spoilt.load(Ordering::Relaxed)
    }

    /// How many requests went where an answer told the client to go.
    pub(super) fn trapped(&self) -> u64 {
        self.trapped.load(Ordering::Relaxed)
    }

    fn rule_for(&self, request: &Request) -> Option<Mutation> {
        let rule = self.rule.lock().unwrap();
        let rule = rule.as_ref()?;
        let path: Vec<&str> = request.url().path_segments()?.collect();
        let fits = |(step, part): (&String, &&str)| step.starts_with('{') || step == part;
        let same = rule.method == request.method().as_str() && path.len() == rule.template.len();
        (same && rule.template.iter().zip(&path).all(fits)).then_some(rule.mutation)
    }
}

#[async_trait]
impl Exchange for Spoiling {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        if request.url().host_str() == Some(TRAP) {
            self.trapped.fetch_add(1, Ordering::Relaxed);
            return Err(Failure::Unreached("nobody may come here".to_owned()));
        }
        let mutation = self.rule_for(&request);
        let response = self.inner.send(request).await?;
        let Some(mutation) = mutation else { return Ok(response) };
        self.spoilt.fetch_add(1, Ordering::Relaxed);
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| Failure::Lost(error.to_string()))?.to_vec();
        let mut answer = Answer { status, headers, body, endless: false, lost: false };
        (mutation.spoil)(&mut answer);
        if answer.lost {
            return Err(Failure::Lost("the connection was reset".to_owned()));
        }
        let body = if answer.endless {
            let piece = bytes::Bytes::from(vec![b'['; 1 << 16]);
            let pieces = stream::iter(std::iter::repeat_n(piece, ENDLESS_PIECES)).map(Ok::<_, std::io::Error>);
            reqwest::Body::wrap_stream(pieces)
        } else {
            answer.body.into()
        };
        answer.headers.remove("content-length");
        let mut spoilt = axum::http::Response::new(body);
        *spoilt.status_mut() = answer.status;
        *spoilt.headers_mut() = answer.headers;
        Ok(spoilt.into())
    }
}
