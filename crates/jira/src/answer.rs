//! What an answer means: the one place where statuses and headers are judged.

use std::borrow::Cow;

use bytes::Bytes;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};

use crate::messages::{Messages, shorten};
use crate::pacing::Signals;
use crate::{Call, Error, Settings};

/// An answer as it came.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why an attempt to send a call gave no result.
#[derive(Debug)]
pub(crate) enum Setback {
    /// Jira did not do it and wants the client to wait: 429, or 503 with `Retry-After`.
    Throttled(Signals),
    /// It never reached Jira.
    Unreached(String),
    /// It may have been done.
    Unclear {
        /// What happened.
        reason: String,
        /// What to answer in the end if the call may be repeated and every repetition fares the same.
        refusal: Option<Error>,
    },
    /// Final.
    Refused(Error),
}

impl Setback {
    /// It may have been done: a time-out, a reset, a status of the edge.
    pub(crate) fn unclear(reason: impl Into<String>) -> Self {
        Self::Unclear { reason: reason.into(), refusal: None }
    }

    /// The answer is none that the API has.
    pub(crate) fn unexpected(call: &Call, reason: impl Into<String>) -> Self {
        Self::Refused(Error::Unexpected { call: call.label(), reason: reason.into() })
    }
}

impl Answer {
    /// Lets through what is a success, a redirect, or a refusal that the caller wants to read itself.
    pub(crate) fn judged(self, call: &Call, settings: &Settings, now: Timestamp) -> Result<Self, Setback> {
        let Self { status, headers, body } = &self;
        if let Some(reason) = impostor(call, headers, settings) {
            return Err(Setback::Refused(match status {
                200..=299 if !call.reads => Error::Ambiguous { call: call.label(), reason },
                _ => credentials(settings, reason),
            }));
        }
        let messages = || Messages::read(body).or(&format!("HTTP {status}"));
        let said = || messages().all.join("; ");
        Err(match *status {
            200..=299 if let Some(packing) = packing(headers) => Setback::unexpected(call, packing),
            200..=299 if !body.is_empty() && is_web_page(headers) && !call.reads => {
                Setback::unclear(format!("a web page: {}", said()))
            }
            // The edge's, most often: it may be gone the next time.
            200..=299 if !body.is_empty() && is_web_page(headers) => {
                let refusal = Some(Error::WebPage { call: call.label(), title: said() });
                Setback::Unclear { reason: format!("a web page: {}", said()), refusal }
            }
            200..=399 => return Ok(self),
            accepted if call.accepted.contains(&accepted) => return Ok(self),
            // The edge does not know the site. Of what is missing on a site Jira itself tells, as JSON.
            404 if is_web_page(headers) => Setback::Unreached(format!("the site is not there: {}", said())),
            401 => Setback::Refused(credentials(settings, said())),
            403 => Setback::Refused(Error::Forbidden { call: call.label(), messages: messages().all }),
            429 => Setback::Throttled(Signals::read(headers, now)),
            503 if headers.contains_key(RETRY_AFTER) => Setback::Throttled(Signals::read(headers, now)),
            409 => Setback::Unclear {
                reason: format!("HTTP 409: {}", said()),
                refusal: Some(rejected(call, *status, messages())),
            },
            408 | 500..=599 => Setback::unclear(format!("HTTP {status}: {}", said())),
            _ => Setback::Refused(rejected(call, *status, messages())),
        })
    }

    /// Where a redirect points.
    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok())
    }
}

/// Why the answer was not made for the account that asked, if so. A dead token on an endpoint that strangers may use is
/// answered with 200 and what a stranger may see, which is usually nothing (`auth.md` §1).
fn impostor(call: &Call, headers: &HeaderMap, settings: &Settings) -> Option<String> {
    if call.anonymous {
        return None;
    }
    let dead = headers.get_all("x-seraph-loginreason").iter().find_map(|reason| {
        let reason = reason.to_str().ok()?;
        ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"].into_iter().find(|dead| reason.contains(dead))
    });
    if let Some(reason) = dead {
        return Some(format!("the answer was made for a stranger ({reason}); the token may have expired"));
    }
    let expected = settings.expected_account.as_deref()?;
    let actual = headers.get("x-aaccountid")?.to_str().ok()?.trim();
    (decoded(actual) != decoded(expected))
        .then(|| format!("the answer was made for the account {actual}, not for {expected}"))
}

/// Account ids have colons, which the header may escape.
fn decoded(account: &str) -> Cow<'_, str> {
    percent_decode_str(account).decode_utf8_lossy()
}

/// What is wrong with an answer that is packed, if it is: nothing here asks for that, and what is unpacked may be of any size.
pub(crate) fn packing(headers: &HeaderMap) -> Option<String> {
    let packed = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .find(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))?;
    let encoding = String::from_utf8_lossy(packed.as_bytes());
    Some(shorten(&format!("it is packed ({encoding}), which nobody asked for")))
}

/// Whether an answer is a page for people.
pub(crate) fn is_web_page(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|media_type| media_type.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

fn credentials(settings: &Settings, reason: String) -> Error {
    Error::Credentials { site: settings.site_name(), account: settings.credentials.account().to_owned(), reason }
}

fn rejected(call: &Call, status: u16, messages: Messages) -> Error {
    Error::Rejected { call: call.label(), status, messages: messages.all, fields: messages.fields }
}

#[cfg(test)]
mod tests;
