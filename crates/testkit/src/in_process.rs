//! Requests to emulated sites of the same process.

use std::sync::Arc;
use std::time::Duration;

use ambient::Clock;
use async_trait::async_trait;
use axum::body::{Body, BodyDataStream};
use axum::response::Response as Answered;
use bytes::Bytes;
use futures::future::{Either, select};
use futures::stream::{self, StreamExt as _};
use jira::{Exchange, Failure};
use jira_emulator::InProcess;
use reqwest::{Request, Response};

/// How long a request without a time-out of its own waits for the head of its answer.
const SILENCE: Duration = Duration::from_mins(1);

/// Carries a client's requests to an emulated site without sockets; time-outs go by the clock that is given.
#[derive(Debug)]
pub struct InProcessExchange {
    service: InProcess,
    clock: Arc<dyn Clock>,
}

impl InProcessExchange {
    /// An exchange with one site and its media host.
    pub fn new(service: InProcess, clock: Arc<dyn Clock>) -> Self {
        Self { service, clock }
    }

    async fn head(&self, request: Request) -> Result<Answered, Failure> {
        let request: axum::http::Request<reqwest::Body> =
            request.try_into().map_err(|error: reqwest::Error| Failure::Malformed(error.to_string()))?;
        let answered = self.service.answer(request.map(Body::new)).await;
        answered.map_err(|error| Failure::Lost(error.to_string()))
    }

    async fn within<T>(&self, limit: Duration, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        match select(std::pin::pin!(work), self.clock.sleep(limit)).await {
            Either::Left((done, _)) => done,
            Either::Right(((), _)) => Err(Failure::Lost(format!("no answer within {} s", limit.as_secs()))),
        }
    }
}

#[async_trait]
impl Exchange for InProcessExchange {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let Some(limit) = request.timeout().copied() else {
            let answered = self.within(SILENCE, self.head(request)).await?;
            return Ok(answered.map(|body| reqwest::Body::wrap_stream(body.into_data_stream())).into());
        };
        let whole = async {
            let (parts, body) = self.head(request).await?.into_parts();
            Ok(axum::http::Response::from_parts(parts, collected(body.into_data_stream()).await))
        };
        self.within(limit, whole).await.map(Response::from)
    }
}

/// A body that has come whole, or as far as it came and then its error.
async fn collected(mut body: BodyDataStream) -> reqwest::Body {
    let mut whole = Vec::new();
    loop {
        match body.next().await {
            None => return whole.into(),
            Some(Ok(piece)) => whole.extend_from_slice(&piece),
            Some(Err(error)) => return reqwest::Body::wrap_stream(stream::iter([Ok(Bytes::from(whole)), Err(error)])),
        }
    }
}
