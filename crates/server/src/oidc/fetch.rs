//! How the provider is asked: no redirects (an answer must not choose whom a secret is sent to), no endless answers, no long waits.

use std::time::Duration;

use futures::future::BoxFuture;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use url::Url;

/// For one question.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The largest answer that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// What asks the provider.
#[derive(Clone, Debug)]
pub(crate) struct Fetch(reqwest::Client);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    #[error("the provider cannot be asked: {0}")]
    Unreached(#[from] reqwest::Error),
    #[error("the provider's answer is longer than any that is read")]
    TooLong,
}

impl Fetch {
    /// For a provider at this address. This machine is reached without proxies.
    pub(crate) fn new(issuer: &Url) -> Result<Self, String> {
        let mut builder = reqwest::Client::builder().redirect(Policy::none()).timeout(TIMEOUT).referer(false);
        if jira::network::is_loopback(issuer) {
            builder = builder.no_proxy();
        }
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
        let request = reqwest::Request::try_from(request).map_err(reqwest::Error::without_url)?;
        let mut answer = self.0.execute(request).await.map_err(reqwest::Error::without_url)?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let mut body = vec![];
        while let Some(chunk) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Unanswered::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = Unanswered;
    type Future = BoxFuture<'c, Result<HttpResponse, Unanswered>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
