//! Creating objects from local files, however large.

use bytes::Bytes;
use object_store::{ObjectStoreExt as _, WriteMultipart};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::{Created, Storage, failure::failure};
use crate::error::{Error, Result};

/// What is sent at once of a larger file. S3 takes up to 10,000 parts.
const PART: usize = 16 * 1024 * 1024;

impl Storage {
    /// Creates an object of a file's bytes in one request; leaves one that is there alone.
    pub(crate) async fn create_from(&self, name: &str, file: std::fs::File, length: u64) -> Result<Created> {
        let mut file = from_start(file).await?;
        let bytes = read_up_to(&mut file, length as usize).await?;
        self.create(name, bytes).await
    }

    /// Creates an object of a large file's bytes in parts; leaves one that is there alone. `staging` is a name that nobody
    /// else uses: parts go there first, because stores cannot make an upload in parts conditional.
    pub(crate) async fn create_in_parts(&self, name: &str, staging: &str, file: std::fs::File) -> Result<Created> {
        let mut file = from_start(file).await?;
        self.upload(staging, &mut file).await?;
        let copied = self.store.copy_if_not_exists(&staging.into(), &name.into()).await;
        // What stays behind when this fails is deleted by a later pruning: no commit names it.
        let _ = self.delete(staging).await;
        match copied {
            Ok(()) => Ok(Created::New),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(Created::Taken)
            }
            Err(error) => Err(failure(&self.place, "writing", name, error)),
        }
    }

    async fn upload(&self, name: &str, file: &mut File) -> Result<()> {
        let failed = |error| failure(&self.place, "writing", name, error);
        let upload = self.store.put_multipart(&name.into()).await.map_err(failed)?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        loop {
            let part = match read_up_to(file, PART).await {
                Ok(part) => part,
                Err(error) => {
                    let _ = upload.abort().await;
                    return Err(error);
                }
            };
            if part.is_empty() {
                break;
            }
            upload.wait_for_capacity(2).await.map_err(failed)?;
            upload.put(part);
        }
        upload.finish().await.map(|_| ()).map_err(failed)
    }
}

async fn from_start(file: std::fs::File) -> Result<File> {
    let mut file = File::from_std(file);
    file.rewind().await.map_err(|error| temporary(&error))?;
    Ok(file)
}

async fn read_up_to(file: &mut File, length: usize) -> Result<Bytes> {
    let mut bytes = Vec::with_capacity(length);
    file.take(length as u64).read_to_end(&mut bytes).await.map_err(|error| temporary(&error))?;
    Ok(bytes.into())
}

pub(crate) fn temporary(error: &std::io::Error) -> Error {
    Error::Temporary { reason: error.to_string() }
}
