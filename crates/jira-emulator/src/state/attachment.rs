//! Attachments and where their bytes are.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::AccountId;

/// Where the bytes of an attachment come from.
#[derive(Debug, Clone)]
pub enum AttachmentBytes {
    /// Made from the attachment's id and size each time they are read, see [`crate::http::content::synthetic`].
    Synthetic,
    /// The synthetic bytes of the attachment with this id: the same content kept twice.
    SameAs(u64),
    /// Uploaded; kept in a file of the site's spool directory.
    Spooled {
        /// File.
        path: PathBuf,
        /// SHA-256 of the bytes in hex.
        sha256: Arc<str>,
    },
}

/// An attachment.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Id.
    pub id: u64,
    /// Issue.
    pub issue: u64,
    /// File name; an issue may hold the same name twice.
    pub filename: Arc<str>,
    /// Who uploaded it.
    pub author: Option<AccountId>,
    /// When.
    pub created: Timestamp,
    /// Size in bytes.
    pub size: u64,
    /// Media type.
    pub mime_type: Arc<str>,
    /// Id of the file at the media service; documents name attachments by it.
    pub media_id: Uuid,
    /// Whether Jira offers a thumbnail.
    pub thumbnail: bool,
    /// Bytes.
    pub bytes: AttachmentBytes,
}
