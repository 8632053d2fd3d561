//! The seam between the client and the network.

use std::fmt;

use async_trait::async_trait;
use reqwest::{Client, Request, Response};

use super::reason;

/// Carries requests to a site and its answers back: the network, unless [`crate::Settings::exchange`] says otherwise. A
/// test answers from the same process, on a clock that it drives.
///
/// Nothing is followed, repeated or judged here. [`Request::timeout`], where it is set, is for the whole of the exchange,
/// with the body of the answer.
#[async_trait]
pub trait Exchange: Send + Sync + fmt::Debug {
    /// Sends a request and waits for the head of its answer.
    async fn send(&self, request: Request) -> Result<Response, Failure>;
}

/// Why a request has no answer, in words without its address: that of a media file is a key to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It never reached the other side.
    Unreached(String),
    /// It may have reached it.
    Lost(String),
    /// It is none that can be sent.
    Malformed(String),
}

#[async_trait]
impl Exchange for Client {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        self.execute(request).await.map_err(|error| {
            if error.is_connect() {
                Failure::Unreached(reason(error))
            } else if error.is_builder() {
                Failure::Malformed(reason(error))
            } else {
                Failure::Lost(reason(error))
            }
        })
    }
}
