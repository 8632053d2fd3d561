//! Letters into a folder, for an installation without a mail server: whoever runs it hands them over, each to its person alone.

use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::mail::{Envelope, Mail, NotSent};

/// A folder that letters are written into, one file for each address: the latest letter.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Letters go into this folder, which is made when the first one comes.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where the letters to an address lie.
    pub fn path_of(&self, address: &str) -> PathBuf {
        let is_safe = |character: &char| character.is_ascii_alphanumeric() || "@.-_+".contains(*character);
        let safe: String = address.chars().map(|character| if is_safe(&character) { character } else { '_' }).collect();
        self.0.join(format!("{safe}.txt"))
    }
}

#[async_trait]
impl Mail for Folder {
    async fn send(&self, envelope: &Envelope) -> Result<(), NotSent> {
        let Envelope { address, subject, text, .. } = envelope;
        let path = self.path_of(address);
        let whole = format!("To: {address}\nSubject: {subject}\n\n{text}");
        let failed = |error: std::io::Error| NotSent::later(format!("{} cannot be written: {error}", path.display()));
        write(&path, &whole).await.map_err(failed)
    }
}

/// Writes a file that only its owner reads.
async fn write(path: &Path, text: &str) -> std::io::Result<()> {
    use tokio::io::AsyncWriteExt as _;
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await?;
    file.write_all(text.as_bytes()).await?;
    file.sync_all().await
}
