//! The API over the network.
//!
//! Redirects are not followed: they could carry the credentials elsewhere. A server on this machine is asked without proxies.

use std::time::Duration;

use anyhow::Result;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderName, HeaderValue};
use futures::{StreamExt as _, TryStreamExt as _};
use jira::network::reason;
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::address::Address;
use super::problem::{Means, Trouble};
use super::{Reply, Request};
use crate::exit::Fault;

/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(15);
/// How long the server may be silent: it gives up a request after 25 s by itself.
const SILENCE: Duration = Duration::from_mins(1);

/// The connections to a server, and who asks.
#[derive(Debug)]
pub(super) struct Network {
    http: reqwest::Client,
    base: Url,
    credential: Option<(HeaderName, HeaderValue, Means)>,
}

impl Network {
    pub(super) fn new(server: &Url) -> Result<Self> {
        let Address { base, is_loopback } = Address::new(server)?;
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .referer(false)
            .user_agent(concat!("lifeboat/", env!("CARGO_PKG_VERSION")));
        let builder = match (is_loopback, base.scheme()) {
            // Without the certificates of the world, which this machine may not have.
            (true, "http") => builder.no_proxy().tls_certs_only([]),
            (true, _) => builder.no_proxy(),
            (false, _) => builder,
        };
        let http = builder.build().map_err(|error| Fault::usage(format!("this machine cannot speak TLS: {error}")))?;
        Ok(Self { http, base, credential: None })
    }

    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    /// The server, as messages name it.
    pub(super) fn shown(&self) -> String {
        jira::network::shown(&self.base)
    }

    /// By what the caller is known.
    pub(super) fn means(&self) -> Means {
        self.credential.as_ref().map_or(Means::Nothing, |(_, _, means)| *means)
    }

    /// From now on asks with an API key.
    pub(super) fn use_key(&mut self, key: &SecretString) -> Result<()> {
        self.keep(AUTHORIZATION, &format!("Bearer {}", key.expose_secret()), Means::Key)
    }

    /// From now on asks with the cookie of a session.
    pub(super) fn use_cookie(&mut self, cookie: &str) -> Result<()> {
        self.keep(COOKIE, cookie, Means::Session)
    }

    fn keep(&mut self, name: HeaderName, value: &str, means: Means) -> Result<()> {
        let unusable = |_| Fault::usage("the API key has characters that no API key has");
        let mut value = HeaderValue::try_from(value).map_err(unusable)?;
        value.set_sensitive(true);
        self.credential = Some((name, value, means));
        Ok(())
    }

    pub(super) async fn send(&self, mut request: Request) -> Result<Reply, Trouble> {
        if let Some((name, value, _)) = &self.credential {
            request.headers.insert(name, value.clone());
        }
        let server = self.shown();
        let sent = self.http.request(request.method, request.url).headers(request.headers).body(request.body);
        let response = sent.send().await.map_err(|error| {
            let (is_lost, reason) = (!error.is_connect(), reason(error));
            if is_lost {
                Trouble::Lost { server: Some(server.clone()), reason }
            } else {
                Trouble::Unreachable { server: server.clone(), reason }
            }
        })?;
        let (status, headers) = (response.status(), response.headers().clone());
        let lost = move |error| Trouble::Lost { server: Some(server.clone()), reason: reason(error) };
        Ok(Reply { status, headers, body: response.bytes_stream().map_err(lost).boxed() })
    }
}
