//! Files from Jira: the way over the media host (`quirks.md` §6).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ambient::Clock;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use reqwest::header::{AUTHORIZATION, LOCATION};
use reqwest::{Response, StatusCode};
use url::Url;

use super::{Transport, address, reason};
use crate::answer::{Answer, Setback, packing};
use crate::{Call, Error, Result};

/// Media hosts may redirect once more, to where the bytes are.
const MOST_REDIRECTS: usize = 3;

/// The slowest line on which a file is still waited for.
const SLOWEST_BYTES_PER_SECOND: u64 = 8 << 10;

/// A file that is being downloaded.
pub struct Download {
    /// The media file id, where the redirect told it.
    pub media: Option<String>,
    /// The length that the server announced, in bytes.
    pub length: Option<u64>,
    /// The bytes. A file that breaks off, or is not as long as announced, ends with an error.
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("media", &self.media)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// Where Jira keeps a file.
#[derive(Debug)]
pub(crate) enum Place {
    /// Jira sends the bytes itself.
    Here(Response),
    /// On the media host, for a short while, for whoever has the address.
    There(Url),
    /// Jira said something else.
    Nowhere,
}

impl Transport {
    /// Asks Jira for a file. The answer is without a body when that is the file.
    pub(crate) async fn locate(&self, call: &Call) -> Result<(Answer, Place), Setback> {
        let path = call.path_and_query().map_err(Setback::Refused)?;
        // Not by the client for calls, whose time-out would cut a long file off.
        let request = self.builder.get(self.site.url(&path)).header(AUTHORIZATION, self.authorization.header().await?);
        let response = self.open(&*self.files, request, call).await?;
        let status = response.status();
        let place = if status.is_redirection() {
            Place::There(self.location(&response).map_err(|reason| Setback::unexpected(call, reason))?)
        } else if status.is_success() {
            let head = Answer { status: status.as_u16(), headers: response.headers().clone(), body: Bytes::new() };
            return Ok((head, Place::Here(response)));
        } else {
            Place::Nowhere
        };
        Ok((self.read(response, call).await?, place))
    }

    /// Opens a file on the media host, where the credentials must not go.
    pub(crate) async fn fetch(&self, mut url: Url, call: &Call) -> Result<Response, Setback> {
        for _ in 0..MOST_REDIRECTS {
            let response = self.open(&*self.files, self.builder.get(url), call).await?;
            match response.status() {
                StatusCode::OK => match packing(response.headers()) {
                    None => return Ok(response),
                    Some(packing) => return Err(Setback::unexpected(call, packing)),
                },
                status if status.is_redirection() => {
                    url = self.location(&response).map_err(|reason| Setback::unexpected(call, reason))?;
                }
                StatusCode::NOT_FOUND => {
                    let messages = vec!["the media host does not have the file".to_owned()];
                    let error = Error::Rejected { call: call.label(), status: 404, messages, fields: Vec::new() };
                    return Err(Setback::Refused(error));
                }
                // 401 and 403 mean that the address has expired: the next attempt asks for a new one.
                status => return Err(Setback::unclear(format!("the media host answers {status}"))),
            }
        }
        Err(Setback::unexpected(call, "the media host redirects in circles"))
    }

    fn location(&self, response: &Response) -> Result<Url, String> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        self.site.redirect(location.ok_or("a redirect without an address")?)
    }
}

/// The media file id in an address.
pub(crate) fn media_id(url: &Url) -> Option<String> {
    address::media_id(url)
}

/// A file that is being read.
struct Reading<F> {
    response: Response,
    announced: Option<u64>,
    read: u64,
    site: String,
    pace: Pace,
    count: F,
}

/// How long the bytes may let one wait: a file that comes drop by drop would hold a capture up for ever.
pub(crate) struct Pace {
    clock: Arc<dyn Clock>,
    patience: Duration,
    waited: Duration,
}

impl Pace {
    /// Allows `patience`, and then as long as the slowest line takes for the bytes that came.
    pub(crate) fn new(clock: Arc<dyn Clock>, patience: Duration) -> Self {
        Self { clock, patience, waited: Duration::ZERO }
    }

    /// Waits for something; tells whether it took too long in all. What the reader does between two pieces does not count.
    async fn wait<T>(&mut self, read: u64, something: impl Future<Output = T>) -> (T, bool) {
        let before = self.clock.elapsed();
        let result = something.await;
        self.waited += self.clock.elapsed().saturating_sub(before);
        let allowed = self.patience + Duration::from_secs(read / SLOWEST_BYTES_PER_SECOND);
        (result, self.waited > allowed)
    }
}

impl<F: Fn(u64)> Reading<F> {
    async fn step(mut self) -> Result<Option<(Bytes, Self)>> {
        let broken = |site: &str, reason: String| Error::Unreachable { site: site.to_owned(), reason };
        let (piece, late) = self.pace.wait(self.read, self.response.chunk()).await;
        match piece {
            Ok(Some(_)) if late => Err(broken(
                &self.site,
                format!("a file came too slowly: {} bytes in {} s", self.read, self.pace.waited.as_secs()),
            )),
            Ok(Some(piece)) => {
                self.read += piece.len() as u64;
                (self.count)(piece.len() as u64);
                Ok(Some((piece, self)))
            }
            Ok(None) => match self.announced.filter(|announced| *announced != self.read) {
                Some(announced) => {
                    Err(broken(&self.site, format!("a file of {announced} bytes ended after {}", self.read)))
                }
                None => Ok(None),
            },
            Err(error) => {
                Err(broken(&self.site, format!("a file broke off after {} bytes: {}", self.read, reason(error))))
            }
        }
    }
}

/// The bytes of an opened file, which must be as many as announced. `count` hears of each piece.
pub(crate) fn download(
    response: Response,
    media: Option<String>,
    site: String,
    pace: Pace,
    count: impl Fn(u64) + Send + 'static,
) -> Download {
    let length = response.content_length();
    let reading = Reading { response, announced: length, read: 0, site, pace, count };
    Download { media, length, bytes: stream::try_unfold(reading, Reading::step).boxed() }
}
