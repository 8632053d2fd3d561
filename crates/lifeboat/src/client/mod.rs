//! The API, from where a command is typed: over the network (`--server`), or in this very process.
//!
//! A command asks the API and does not know which of the two it is. On the machine itself the request goes to the very routes
//! that `lifeboat serve` serves, without a socket, because two ways of doing the same would drift: what is refused over the
//! network would be allowed here, or be audited otherwise, or be answered in other words. So there is one set of rules, and
//! whatever the tests of the routes show holds for both.
//!
//! [`network`] is the way over the network, with [`address`] (where it may lead) and [`sign_in`] (who asks); [`here`] is the way
//! within this process; [`problem`] is what goes wrong; [`names`] finds by name what the API knows by id; [`views`] is what it
//! answers, as far as texts need it; [`wait`] waits for what the server does.

mod address;
mod here;
mod names;
mod network;
pub(crate) mod problem;
mod sign_in;
pub(crate) mod views;
pub(crate) mod wait;

use std::collections::BTreeMap;
use std::time::Duration;

use ambient::Ambient;
use anyhow::Result;
use axum::http::header::{ACCEPT, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::app::App;
use crate::cli::Global;
use crate::output::Output;
use crate::secret;
use here::Here;
use network::Network;
use problem::Trouble;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// No answer that is read as a whole is longer, in bytes. A report of a large recovery is the longest.
const LONGEST: usize = 32 << 20;

/// How often a request is sent again that was not answered, or put off.
const REPETITIONS: u32 = 3;
/// What is put off for longer is told instead.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two attempts where no answer said how long to wait.
const PAUSE: Duration = Duration::from_secs(1);

/// So many items are asked for at once.
const PAGE: usize = 200;

/// The API, for one command.
#[derive(Debug)]
pub(crate) struct Client {
    way: Way,
    ambient: Ambient,
    pub(crate) output: Output,
    given: BTreeMap<&'static str, SecretString>,
}

#[derive(Debug)]
enum Way {
    Network(Box<Network>),
    Here(Box<Here>),
}

/// A request that is ready to be sent, more than once if need be.
#[derive(Clone)]
struct Request {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
}

/// The head of an answer, and its body as it comes.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: BoxStream<'static, Result<Bytes, Trouble>>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The body; null where there is none.
    pub(crate) body: Value,
    /// Its tag, for a change of just this.
    pub(crate) tag: Option<HeaderValue>,
}

/// What is asked of the API.
pub(crate) struct Call<'a> {
    method: Method,
    path: Vec<&'a str>,
    query: Vec<(&'a str, String)>,
    body: Option<Vec<u8>>,
    unchanged: Option<HeaderValue>,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn put(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn patch(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::PATCH, path)
    }

    pub(crate) fn delete(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: impl IntoIterator<Item = &'a str>) -> Self {
        Self { method, path: path.into_iter().collect(), query: vec![], body: None, unchanged: None }
    }

    pub(crate) fn query(mut self, name: &'a str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub(crate) fn body(self, body: &impl Serialize) -> Result<Self> {
        Ok(Self { body: Some(serde_json::to_vec(body)?), ..self })
    }

    /// Only if what is changed is still what was read with this tag.
    pub(crate) fn unchanged(self, tag: Option<HeaderValue>) -> Self {
        Self { unchanged: tag, ..self }
    }
}

impl Client {
    /// The API of the server that `--server` names; nothing if none is named.
    pub(crate) async fn over_network(global: &Global, ambient: Ambient) -> Result<Option<Self>> {
        let Some(server) = &global.server else { return Ok(None) };
        let way = Way::Network(Box::new(Network::new(server)?));
        let mut client = Self { way, ambient, output: Output::new(global), given: BTreeMap::new() };
        client.sign_in(global).await?;
        Ok(Some(client))
    }

    /// The API in this process, for the person who acts; for reading alone where nobody said who.
    pub(crate) async fn here(app: &App) -> Result<Self> {
        let way = Way::Here(Box::new(Here::new(app).await?));
        Ok(Self { way, ambient: app.ambient.clone(), output: app.output.clone(), given: app.given.clone() })
    }

    pub(crate) fn ambient(&self) -> &Ambient {
        &self.ambient
    }

    /// A secret: handed over, or from a file, the environment or a prompt.
    pub(crate) fn secret(&self, source: secret::Source<'_>) -> Result<SecretString> {
        match self.given.get(source.variable) {
            Some(secret) if source.file.is_none() => Ok(secret.clone()),
            _ => secret::read(source),
        }
    }

    /// What is at a path.
    pub(crate) async fn get<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Result<Value> {
        Ok(self.send(Call::get(path)).await?.body)
    }

    /// Lets something happen that needs no words.
    pub(crate) async fn act<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Result<Value> {
        Ok(self.send(Call::post(path)).await?.body)
    }

    /// Lets something happen.
    pub(crate) async fn post<'a>(
        &self,
        path: impl IntoIterator<Item = &'a str>,
        body: &impl Serialize,
    ) -> Result<Value> {
        Ok(self.send(Call::post(path).body(body)?).await?.body)
    }

    /// The items of a list that comes in pages, up to `most` of them.
    pub(crate) async fn pages(&self, call: impl Fn() -> Call<'static>, most: usize) -> Result<Vec<Value>> {
        let mut items = vec![];
        let mut after: Option<String> = None;
        while items.len() < most {
            let asked = call().query("limit", PAGE.min(most - items.len()));
            let asked = match &after {
                Some(after) => asked.query("after", after),
                None => asked,
            };
            let mut page = self.send(asked).await?.body;
            let Value::Array(found) = page["items"].take() else { return Err(Trouble::strange().into()) };
            let is_last = found.is_empty();
            items.extend(found);
            after = page["next"].as_str().map(str::to_owned);
            if after.is_none() || is_last {
                break;
            }
        }
        Ok(items)
    }

    /// Sends a call and reads its answer.
    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Answer> {
        let reply = self.exchange(self.request(call)?).await?;
        let (status, headers) = (reply.status, reply.headers.clone());
        let bytes = whole(reply).await?;
        if !status.is_success() {
            return Err(self.trouble(status, &bytes).into());
        }
        let body = match bytes.as_ref() {
            [] => Value::Null,
            bytes => serde_json::from_slice(bytes).map_err(|_| Trouble::strange())?,
        };
        Ok(Answer { body, tag: headers.get(ETAG).cloned() })
    }

    /// Sends a call whose answer may be long: the body as it comes.
    pub(crate) async fn open(&self, call: Call<'_>) -> Result<BoxStream<'static, Result<Bytes>>> {
        let reply = self.exchange(self.request(call)?).await?;
        if reply.status.is_success() {
            return Ok(reply.body.map_err(anyhow::Error::from).boxed());
        }
        let status = reply.status;
        let bytes = whole(reply).await?;
        Err(self.trouble(status, &bytes).into())
    }

    fn request(&self, call: Call<'_>) -> Result<Request> {
        let mut url = self.base().clone();
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("an address without a path"))?
            .pop_if_empty()
            .extend(server::PREFIX.split('/').skip(1))
            .extend(&call.path);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json, */*"))]);
        if call.method == Method::POST {
            let random = self.ambient.entropy.bytes::<16>();
            let key = uuid::Builder::from_random_bytes(random).into_uuid().to_string();
            headers.insert(IDEMPOTENCY_KEY, HeaderValue::try_from(key)?);
        }
        if let Some(tag) = call.unchanged {
            headers.insert(IF_MATCH, tag);
        }
        if call.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(Request { method: call.method, url, headers, body: call.body.unwrap_or_default().into() })
    }

    fn base(&self) -> &Url {
        match &self.way {
            Way::Network(network) => network.base(),
            Way::Here(here) => here.base(),
        }
    }

    /// Sends a request until it is answered: one that was put off, or whose answer was lost on the way, is sent again. A POST is
    /// done once, however often it is sent.
    async fn exchange(&self, request: Request) -> Result<Reply> {
        for _ in 0..REPETITIONS {
            let wait = match self.once(request.clone()).await {
                Ok(reply) => match put_off(&reply) {
                    Some(wait) => wait,
                    None => return Ok(reply),
                },
                Err(error) if is_repeatable(&request, &error) => PAUSE,
                Err(error) => return Err(error),
            };
            self.ambient.clock.sleep(wait).await;
        }
        self.once(request).await
    }

    async fn once(&self, request: Request) -> Result<Reply> {
        match &self.way {
            Way::Network(network) => Ok(network.send(request).await?),
            Way::Here(here) => here.send(request).await,
        }
    }

    /// What an answer says that is no success, and what can be done.
    fn trouble(&self, status: StatusCode, body: &[u8]) -> Trouble {
        match &self.way {
            Way::Network(network) => Trouble::new(status, body, Some((network.shown(), network.means()))),
            Way::Here(_) => Trouble::new(status, body, None),
        }
    }
}

/// How long an answer asks to wait before the same is asked again, if that is not too long.
fn put_off(reply: &Reply) -> Option<Duration> {
    let is_put_off = matches!(reply.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let seconds = reply.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds)).filter(|wait| is_put_off && *wait <= PATIENCE)
}

/// Whether a request may be sent again after its answer was lost.
fn is_repeatable(request: &Request, error: &anyhow::Error) -> bool {
    let is_lost = matches!(error.downcast_ref(), Some(Trouble::Lost { .. }));
    is_lost && (request.method.is_safe() || request.headers.contains_key(IDEMPOTENCY_KEY))
}

/// The whole body of an answer, up to a limit.
async fn whole(mut reply: Reply) -> Result<Bytes, Trouble> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = reply.body.try_next().await? {
        if bytes.len() + chunk.len() > LONGEST {
            return Err(Trouble::TooLong { mebibytes: LONGEST >> 20 });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

#[cfg(test)]
mod tests;
