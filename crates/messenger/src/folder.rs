//! Letters into a folder, for an installation without a mail server: whoever runs it hands them over, each to its person alone.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::mail::{Envelope, Mail, NotSent};

/// Letters that are kept for an address.
const KEPT: usize = 100;
/// Between two letters of a file.
const RULE: &str = "\n\n========================================================================\n\n";

/// A folder that letters are written into: one file for each address with its letters, the latest first. None takes the place of
/// another, because any of them may hold a code or the link that stops a recovery.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Letters go into this folder, which is made when the first one comes.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The letters to an address, the latest first.
    ///
    /// # Errors
    /// When there is a file for the address that cannot be read.
    pub async fn letters(&self, address: &str) -> std::io::Result<Vec<String>> {
        match tokio::fs::read_to_string(self.path_of(address)).await {
            Ok(text) => Ok(text.trim_end().split(RULE).map(str::to_owned).collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn path_of(&self, address: &str) -> PathBuf {
        let is_safe = |character: &char| character.is_ascii_alphanumeric() || "@.-_+".contains(*character);
        let safe: String = address.chars().map(|character| if is_safe(&character) { character } else { '_' }).collect();
        self.0.join(format!("{safe}.txt"))
    }

    async fn put(&self, envelope: &Envelope) -> std::io::Result<()> {
        let Envelope { id, address, subject, text, .. } = envelope;
        let head = format!("To: {address}\nSubject: {subject}\nMessage: {id}\n");
        let mut letters = self.letters(address).await?;
        // Sent again after an answer that was lost.
        letters.retain(|letter| !letter.starts_with(&head));
        letters.insert(0, format!("{head}\n{}", text.trim_end()));
        letters.truncate(KEPT);
        replace(&self.path_of(address), &format!("{}\n", letters.join(RULE))).await
    }
}

#[async_trait]
impl Mail for Folder {
    async fn send(&self, envelope: &Envelope) -> Result<(), NotSent> {
        let failed = |error: std::io::Error| {
            NotSent::later(format!("{} cannot be written: {error}", self.path_of(&envelope.address).display()))
        };
        self.put(envelope).await.map_err(failed)
    }
}

/// Puts a file that only its owner reads in the place of another: whole, or not at all.
async fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    use tokio::io::AsyncWriteExt as _;
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let new = path.with_extension("new");
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&new).await?;
    file.write_all(text.as_bytes()).await?;
    file.sync_all().await?;
    drop(file);
    tokio::fs::rename(&new, path).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(id: &str, text: &str) -> Envelope {
        let address = "zoe@example.com".to_owned();
        Envelope {
            id: id.to_owned(),
            name: address.clone(),
            address,
            subject: format!("No. {id}"),
            text: text.to_owned(),
        }
    }

    #[tokio::test]
    async fn no_letter_takes_the_place_of_another() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path().join("outbox"));
        assert!(folder.letters("zoe@example.com").await.unwrap().is_empty());
        for (id, text) in [("1", "the code"), ("2", "the link"), ("1", "the code")] {
            folder.send(&letter(id, text)).await.unwrap();
        }
        let letters = folder.letters("zoe@example.com").await.unwrap();
        let expected = [
            "To: zoe@example.com\nSubject: No. 1\nMessage: 1\n\nthe code",
            "To: zoe@example.com\nSubject: No. 2\nMessage: 2\n\nthe link",
        ];
        assert_eq!(letters, expected);
        for id in 3..200 {
            folder.send(&letter(&id.to_string(), "more")).await.unwrap();
        }
        assert_eq!(folder.letters("zoe@example.com").await.unwrap().len(), KEPT);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
