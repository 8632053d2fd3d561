//! The tenant's key in a file on this machine.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use ambient::Ambient;
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyService, Secret, aead};
use crate::error::{Error, Result};
use crate::{hash, hex};

const FORMAT: u32 = 1;
const SEALED: &str = "v1.";

/// The tenant's key in a file on this machine. Whoever has the file can read the vault; without it, nobody can: it
/// belongs on another disk than the vault, and in a safe.
pub struct LocalKeyFile {
    id: String,
    key: Zeroizing<[u8; 32]>,
    ambient: Ambient,
}

impl std::fmt::Debug for LocalKeyFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "LocalKeyFile({})", self.id)
    }
}

/// The file. `id` follows from the key, so that a damaged file is noticed.
#[derive(Serialize, Deserialize)]
struct KeyFile {
    format: u32,
    note: String,
    id: String,
    key: String,
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.key);
    }
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl LocalKeyFile {
    /// Makes a new key and its file, readable by its owner only. Refuses to overwrite a file.
    pub fn create(path: &Path, ambient: &Ambient) -> Result<Self> {
        let key = Zeroizing::new(ambient.entropy.bytes::<32>());
        let made = Self { id: key_id(&key), key, ambient: ambient.clone() };
        let file = KeyFile {
            format: FORMAT,
            note: "The key of a Lifeboat vault. Without it the backups cannot be read. Keep a copy in a safe place, \
                   never beside the vault."
                .to_owned(),
            id: made.id.clone(),
            key: BASE64.encode(*made.key),
        };
        let text = Zeroizing::new(
            serde_json::to_string_pretty(&file)
                .map_err(|error| Error::Encode { what: "the key file".to_owned(), reason: error.to_string() })?,
        );
        write_private(path, text.as_bytes()).map_err(|error| unusable(path, format!("it cannot be made: {error}")))?;
        Ok(made)
    }

    /// Reads the key of a file.
    pub fn load(path: &Path, ambient: &Ambient) -> Result<Self> {
        let text = std::fs::read(path).map(Zeroizing::new).map_err(|error| unusable(path, error.to_string()))?;
        let damaged = |_| unusable(path, "it is damaged; use the copy that you keep in a safe place".to_owned());
        let Format { format } = serde_json::from_slice(&text).map_err(damaged)?;
        if format > FORMAT {
            return Err(Error::NewerFormat { object: path.display().to_string(), found: format, known: FORMAT });
        }
        let file: KeyFile = serde_json::from_slice(&text).map_err(damaged)?;
        let bytes = BASE64.decode(file.key.as_bytes()).map(Zeroizing::new);
        let key = bytes.ok().and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok()).map(Zeroizing::new);
        match key {
            Some(key) if key_id(&key) == file.id => Ok(Self { id: file.id.clone(), key, ambient: ambient.clone() }),
            _ => Err(unusable(path, "it is damaged; use the copy that you keep in a safe place".to_owned())),
        }
    }
}

#[async_trait]
impl KeyService for LocalKeyFile {
    fn key_id(&self) -> &str {
        &self.id
    }

    async fn seal(&self, secret: &[u8], context: &str) -> Result<String> {
        let sealed = aead::seal(&self.ambient, &self.key, secret, context.as_bytes());
        Ok(format!("{SEALED}{}", BASE64.encode(sealed)))
    }

    async fn open(&self, sealed: &str, context: &str) -> Result<Secret> {
        sealed
            .strip_prefix(SEALED)
            .and_then(|text| BASE64.decode(text).ok())
            .and_then(|sealed| aead::open(&self.key, &sealed, context.as_bytes()))
            .ok_or_else(|| Error::KeyService(format!("the key {} does not open {context}", self.id)))
    }
}

fn key_id(key: &[u8; 32]) -> String {
    hex::encode(&hash::sha256(&[b"lifeboat tenant key id ", &key[..]].concat())[..8])
}

fn unusable(path: &Path, reason: String) -> Error {
    Error::KeyFile { path: path.display().to_string(), reason }
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_file_comes_back_and_its_damage_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, ambient) = (folder.path().join("key.json"), Ambient::seeded(1));
        let made = LocalKeyFile::create(&path, &ambient).unwrap();
        let sealed = made.seal(b"secret", "here").await.unwrap();
        let loaded = LocalKeyFile::load(&path, &ambient).unwrap();
        assert_eq!(loaded.open(&sealed, "here").await.unwrap().expose(), b"secret");
        assert!(loaded.open(&sealed, "there").await.is_err());
        assert!(matches!(LocalKeyFile::create(&path, &ambient), Err(Error::KeyFile { .. })));

        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("\"id\": \"", "\"id\": \"0")).unwrap();
        assert!(matches!(LocalKeyFile::load(&path, &ambient), Err(Error::KeyFile { .. })));
        std::fs::write(&path, text.replace("\"format\": 1", "\"format\": 2")).unwrap();
        assert!(matches!(LocalKeyFile::load(&path, &ambient), Err(Error::NewerFormat { found: 2, .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        LocalKeyFile::create(&path, &Ambient::seeded(1)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
