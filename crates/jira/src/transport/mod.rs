//! Sends requests and reads answers, without judging them and without a second try.
//!
//! Redirects are never followed here: a 303 may be the start of a task or the way to a file, and a redirect must never
//! carry the credentials elsewhere. Real time-outs are the HTTP library's own: it is the network that is slow, not the
//! program's clock.

mod address;
mod authorization;
mod download;
mod exchange;
mod upload;

pub use address::{is_loopback, shown};
pub use download::Download;
pub(crate) use download::{Pace, Place, download, media_id};
pub use exchange::{Exchange, Failure};
pub use upload::Upload;

use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::BytesMut;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, RequestBuilder, Response};

use crate::answer::{Answer, Setback};
use crate::{Call, Error, Method, Result, Settings};
use address::Site;
use authorization::Authorization;

const USER_AGENT: &str = concat!("lifeboat/", env!("CARGO_PKG_VERSION"));
/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(15);

/// The connections to one site, and to the media host that keeps its files.
#[derive(Debug)]
pub(crate) struct Transport {
    site: Site,
    /// Puts requests together; what sends them are the two exchanges.
    builder: Client,
    calls: Arc<dyn Exchange>,
    /// For files: no time-out for the whole, only for each silence.
    files: Arc<dyn Exchange>,
    headers: HeaderMap,
    authorization: Authorization,
    timeout: Duration,
    answer_limit: u64,
}

impl Transport {
    pub(crate) fn new(settings: &Settings) -> Result<Self> {
        let unusable = |reason: String| Error::Settings { site: address::shown(&settings.site), reason };
        let site = Site::new(&settings.site).map_err(unusable)?;
        let build = |builder: ClientBuilder| builder.build().map_err(|error| unusable(reason(error)));
        let (builder, calls, files): (_, Arc<dyn Exchange>, Arc<dyn Exchange>) =
            if let Some(exchange) = &settings.exchange {
                (offline().map_err(unusable)?, exchange.clone(), exchange.clone())
            } else {
                let network = build(client(&site))?;
                let files = build(client(&site).read_timeout(settings.timeout))?;
                (network.clone(), Arc::new(network), Arc::new(files))
            };
        Ok(Self {
            builder,
            calls,
            files,
            headers: headers(),
            authorization: Authorization::new(&settings.credentials).map_err(unusable)?,
            timeout: settings.timeout,
            answer_limit: settings.answer_limit,
            site,
        })
    }

    /// Sends a call and reads its whole answer.
    pub(crate) async fn exchange(&self, call: &Call) -> Result<Answer, Setback> {
        let request = self.request(call).await?.timeout(self.timeout);
        let response = self.open(&*self.calls, request, call).await?;
        self.read(response, call).await
    }

    async fn request(&self, call: &Call) -> Result<RequestBuilder, Setback> {
        let url = self.site.url(&call.path_and_query().map_err(Setback::Refused)?);
        let mut request = self.builder.request(method(call.method), url).headers(self.headers.clone());
        if !call.anonymous {
            request = request.header(AUTHORIZATION, self.authorization.header().await?);
        }
        Ok(match &call.body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.clone()),
            // Some DELETEs are refused without it.
            None if call.method == Method::Delete => request.header(CONTENT_TYPE, "application/json"),
            None => request,
        })
    }

    /// Sends a request and waits for the head of its answer.
    async fn open(&self, exchange: &dyn Exchange, request: RequestBuilder, call: &Call) -> Result<Response, Setback> {
        let request = request.build().map_err(|error| Setback::unexpected(call, reason(error)))?;
        exchange.send(request).await.map_err(|failure| match failure {
            Failure::Unreached(reason) => Setback::Unreached(reason),
            Failure::Lost(reason) => Setback::unclear(reason),
            Failure::Malformed(reason) => Setback::unexpected(call, reason),
        })
    }

    /// Reads the body of an answer, piece by piece, up to the limit.
    async fn read(&self, mut response: Response, call: &Call) -> Result<Answer, Setback> {
        let limit = self.answer_limit;
        let too_long = || Setback::Refused(Error::TooLong { call: call.label(), limit });
        let announced = response.content_length().unwrap_or(0);
        if announced > limit {
            return Err(too_long());
        }
        let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
        let mut body = BytesMut::with_capacity(announced as usize);
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if (body.len() + chunk.len()) as u64 > limit => return Err(too_long()),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(Answer { status, headers, body: body.freeze() }),
                Err(error) => {
                    return Err(Setback::unclear(format!("the answer (HTTP {status}) broke off: {}", reason(error))));
                }
            }
        }
    }
}

/// Puts requests together that an [`Exchange`] sends. One for all: making one takes long, and it has nothing of its own.
fn offline() -> Result<Client, String> {
    static OFFLINE: LazyLock<Result<Client, String>> =
        LazyLock::new(|| Client::builder().no_proxy().tls_certs_only([]).build().map_err(reason));
    OFFLINE.clone()
}

fn client(site: &Site) -> ClientBuilder {
    let client =
        Client::builder().redirect(Policy::none()).connect_timeout(CONNECT).user_agent(USER_AGENT).referer(false);
    match (site.is_loopback(), site.is_plain()) {
        // This machine is reached without proxies, and without the certificates of the world, which it may not have.
        (true, true) => client.no_proxy().tls_certs_only([]),
        (true, false) => client.no_proxy(),
        (false, _) => client,
    }
}

/// What every call carries. The language is forced, because names of built-in things come in the caller's (`quirks.md` §8).
fn headers() -> HeaderMap {
    HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("application/json")),
        (ACCEPT_LANGUAGE, HeaderValue::from_static("en-US")),
        (HeaderName::from_static("x-force-accept-language"), HeaderValue::from_static("true")),
    ])
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// The words of an error and of what lies behind it, without the address: that of a media file is a key to it.
pub fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a string cannot fail.
        let _ = write!(reason, ": {cause}");
        source = cause.source();
    }
    reason
}
