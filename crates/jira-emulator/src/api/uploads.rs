//! Files of a multipart request, written to the site's spool as they come.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::Multipart;
use axum::extract::multipart::Field;
use axum::http::StatusCode;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::http::error::{JiraError, JiraResult};
use crate::site::{Site, derived_uuid};
use crate::state::IdKind;

/// A file that arrived.
pub(crate) struct Received {
    pub(crate) name: Arc<str>,
    pub(crate) mime_type: Arc<str>,
    pub(crate) size: u64,
    pub(crate) media_id: Uuid,
    pub(crate) path: PathBuf,
    pub(crate) sha256: Arc<str>,
}

/// The most files in a request.
const MOST_FILES: usize = 60;

/// Takes all parts named `file`. Other parts are passed over; without any file the request is refused.
pub(crate) async fn receive(site: &Site, mut form: Multipart, upload_limit: u64) -> JiraResult<Vec<Received>> {
    let mut files = Vec::new();
    while let Some(part) = form.next_field().await.map_err(|_| broken())? {
        if part.name() != Some("file") {
            continue;
        }
        if files.len() == MOST_FILES {
            return Err(JiraError::bad_request(format!("At most {MOST_FILES} files can be attached in a request.")));
        }
        files.push(spool(site, part, upload_limit).await?);
    }
    if files.is_empty() {
        return Err(JiraError::bad_request("No file was attached: the part must be named 'file'."));
    }
    Ok(files)
}

fn broken() -> JiraError {
    JiraError::bad_request("The multipart body could not be read.")
}

async fn spool(site: &Site, mut part: Field<'_>, upload_limit: u64) -> JiraResult<Received> {
    let name: Arc<str> = part.file_name().unwrap_or("file").into();
    let mime_type: Arc<str> = part.content_type().unwrap_or("application/octet-stream").into();
    // Each upload takes a number of the tasks' counter, so that its media id is new and yet the same on every run.
    let number = site.write().ids.take(IdKind::Task);
    let media_id = derived_uuid(&["upload", &site.name, &number.to_string(), &name]);
    let path = site.spool().join(media_id.to_string());
    let unwritable = |error: std::io::Error| JiraError::message(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    // Written by this very thread: what a site does next must not hang on how fast others are.
    let mut file = std::fs::File::create(&path).map_err(unwritable)?;
    let mut digest = Sha256::new();
    let mut size = 0;
    while let Some(chunk) = part.chunk().await.map_err(|_| broken())? {
        size += chunk.len() as u64;
        if size > upload_limit {
            return Err(JiraError::message(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The file '{name}' exceeds the maximum size of {upload_limit} bytes."),
            ));
        }
        digest.update(&chunk);
        file.write_all(&chunk).map_err(unwritable)?;
    }
    let mut sha256 = String::new();
    for byte in digest.finalize() {
        write!(sha256, "{byte:02x}").expect("writing to a string cannot fail");
    }
    Ok(Received { name, mime_type, size, media_id, path, sha256: sha256.into() })
}
