//! The client itself.

use ambient::Ambient;
use bytes::Bytes;
use futures::stream::BoxStream;
use serde::de::DeserializeOwned;

use crate::{Call, Result, Settings, Started, Statistics};

/// A client of one Jira site. Cheap to clone; clones share pacing.
#[derive(Clone, Debug)]
pub struct Jira {}

impl Jira {
    /// Makes a client; sends nothing yet.
    pub fn new(_settings: Settings, _ambient: Ambient) -> Result<Self> {
        unimplemented!("in the next commit")
    }

    /// Sends a call and parses its answer.
    pub async fn json<T: DeserializeOwned>(&self, _call: Call) -> Result<T> {
        unimplemented!("in the next commit")
    }

    /// Sends a call and returns the answer's bytes as they are: for what must be kept unchanged.
    pub async fn raw(&self, _call: Call) -> Result<Bytes> {
        unimplemented!("in the next commit")
    }

    /// Sends a call whose answer has no content of interest.
    pub async fn done(&self, _call: Call) -> Result<()> {
        unimplemented!("in the next commit")
    }

    /// Sends a call that Jira may do in the background.
    pub async fn start(&self, _call: Call) -> Result<Started> {
        unimplemented!("in the next commit")
    }

    /// What this client and its clones have done so far.
    pub fn statistics(&self) -> Statistics {
        unimplemented!("in the next commit")
    }

    pub(crate) fn settings(&self) -> &Settings {
        unimplemented!("in the next commit")
    }

    pub(crate) fn clock(&self) -> &dyn ambient::Clock {
        unimplemented!("in the next commit")
    }

    /// Downloads an attachment: its media file id (the UUID in the redirect's path, `quirks.md` §6) and its bytes.
    pub async fn download(&self, _attachment: &str) -> Result<Download> {
        unimplemented!("in the next commit")
    }

    /// Asks only for the media file id of an attachment.
    pub async fn media_id(&self, _attachment: &str) -> Result<Option<String>> {
        unimplemented!("in the next commit")
    }

    /// Uploads one file to an issue. Sent once: attachments have no marker. Returns Jira's description of it.
    pub async fn upload(&self, _issue: &str, _file: Upload) -> Result<serde_json::Value> {
        unimplemented!("in the next commit")
    }
}

/// A file that is being downloaded.
pub struct Download {
    /// The media file id, where the redirect told it.
    pub media: Option<String>,
    /// The length that the server announced, in bytes.
    pub length: Option<u64>,
    /// The bytes.
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

/// A file to upload.
pub struct Upload {
    /// The name that Jira shows.
    pub name: String,
    /// The exact length in bytes.
    pub length: u64,
    /// The content type.
    pub media_type: String,
    /// The bytes.
    pub bytes: BoxStream<'static, std::io::Result<Bytes>>,
}
