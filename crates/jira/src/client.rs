//! The client itself.

use std::time::Duration;

use ambient::Ambient;
use bytes::Bytes;
use futures::stream::BoxStream;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use url::Url;

use crate::{Call, Result};

/// How a client signs in.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// E-mail address and API token, sent as HTTP Basic.
    Basic {
        /// The account's e-mail address.
        email: String,
        /// The API token.
        token: SecretString,
    },
}

/// What a client needs to know of its site.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The site's address, without a path: `https://example.atlassian.net`.
    pub site: Url,
    /// How to sign in.
    pub credentials: Credentials,
    /// The account that the credentials belong to; when set, an answer made for any other is refused.
    pub expected_account: Option<String>,
    /// How long one request may take.
    pub timeout: Duration,
    /// How many requests may be in flight at once.
    pub concurrency: usize,
}

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
