//! Files to Jira: multipart with one part named `file` (`quirks.md` §6).

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;
use reqwest::Body;
use reqwest::header::AUTHORIZATION;
use reqwest::multipart::{Form, Part};

use super::Transport;
use crate::Call;
use crate::answer::{Answer, Setback};

/// The slowest line on which an upload is still worth waiting for.
const SLOWEST_BYTES_PER_SECOND: u64 = 64 << 10;

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

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = formatter.debug_struct("Upload");
        fields.field("name", &self.name).field("length", &self.length).field("media_type", &self.media_type);
        fields.finish_non_exhaustive()
    }
}

impl Transport {
    /// Sends a file while it is being read.
    pub(crate) async fn send_file(&self, call: &Call, file: Upload) -> Result<Answer, Setback> {
        let path = call.path_and_query().map_err(Setback::Refused)?;
        let timeout = self.timeout + Duration::from_secs(file.length / SLOWEST_BYTES_PER_SECOND);
        let request = self
            .builder
            .post(self.site.url(&path))
            .headers(self.headers.clone())
            .header(AUTHORIZATION, self.authorization.header().await?)
            .header("x-atlassian-token", "no-check")
            .timeout(timeout)
            .multipart(Form::new().part("file", part(file)));
        let response = self.open(&*self.calls, request, call).await?;
        self.read(response, call).await
    }
}

fn part(file: Upload) -> Part {
    let Upload { name, length, media_type, bytes } = file;
    // A line break would end the header that carries the name.
    let name = name.replace(['\r', '\n'], " ");
    let named = move |bytes| Part::stream_with_length(Body::wrap_stream(bytes), length).file_name(name);
    // What is not a media type is sent as bytes of no type; the check is made on a part without content.
    let valid = Part::bytes(Vec::new()).mime_str(&media_type).is_ok();
    let media_type = if valid { media_type.as_str() } else { "application/octet-stream" };
    named(bytes).mime_str(media_type).expect("the media type was checked")
}
