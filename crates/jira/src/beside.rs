//! Questions to Atlassian beside its sites: where consents and organisations are.
//!
//! They are few and carry secrets: nothing is sent twice, no redirect is followed, and what an answer holds is in no message.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use crate::transport::{is_loopback, reason};

/// For one question.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The largest answer that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Why there is no answer that can be worked with.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The code, token or key is not taken, or not any more.
    #[error("Atlassian does not take it: {0}")]
    Refused(String),
    /// No clear answer came. A token that was to be renewed may have been replaced by one that nobody has.
    #[error("Atlassian gave no clear answer: {0}")]
    Unclear(String),
}

/// A client for these addresses: HTTPS, or this machine itself.
///
/// # Errors
/// Why they cannot be used.
pub(crate) fn client(addresses: &[&Url]) -> Result<Client, String> {
    let loopback = addresses.iter().all(|address| is_loopback(address));
    if !loopback && addresses.iter().any(|address| address.scheme() != "https") {
        return Err("Atlassian's addresses must begin with https://, because secrets go there".to_owned());
    }
    let mut builder = Client::builder().redirect(Policy::none()).timeout(TIMEOUT).referer(false);
    if loopback {
        builder = builder.no_proxy();
    }
    builder.build().map_err(reason)
}

/// The answer to a question. A refusal is what says 4xx; everything else is unclear.
pub(crate) async fn asked<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, NoAnswer> {
    let unclear = |error: reqwest::Error| NoAnswer::Unclear(reason(error));
    let mut answer = request.send().await.map_err(unclear)?;
    let status = answer.status();
    let mut body = vec![];
    while let Some(chunk) = answer.chunk().await.map_err(unclear)? {
        if (body.len() + chunk.len()) as u64 > LARGEST {
            return Err(NoAnswer::Unclear(format!("it is longer than {LARGEST} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    match status {
        StatusCode::OK => {
            // What is in the body is no matter for messages: there may be tokens in it.
            let other = |_| NoAnswer::Unclear("it is not what Atlassian documents".to_owned());
            serde_json::from_slice(&body).map_err(other)
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(NoAnswer::Unclear(status.to_string())),
        status if status.is_client_error() => Err(NoAnswer::Refused(said(status, &body))),
        status => Err(NoAnswer::Unclear(status.to_string())),
    }
}

/// The words of a refusal (RFC 6749, section 5.2).
fn said(status: StatusCode, body: &[u8]) -> String {
    let messages = crate::messages::Messages::read(body).or(status.as_str());
    crate::printable(&messages.all.join("; ")).into_owned()
}
