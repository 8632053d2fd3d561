//! The key of one Parquet file, carried in its footer as the standard's key material (PKMT1, double wrapping): PyArrow
//! and Spark open it through their ordinary KMS clients.
//!
//! The file's key is wrapped by the epoch's key, the epoch's key by the tenant's.

use std::sync::Arc;

use ambient::Ambient;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use parquet::encryption::decrypt::{FileDecryptionProperties, KeyRetriever};
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::errors::ParquetError;
use serde::{Deserialize, Serialize};

use super::aead;
use super::epoch::EpochKeys;

/// The names are the standard's.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyMaterial {
    #[serde(rename = "keyMaterialType")]
    format: String,
    internal_storage: bool,
    is_footer_key: bool,
    #[serde(rename = "kmsInstanceID")]
    kms_instance_id: String,
    #[serde(rename = "kmsInstanceURL")]
    kms_instance_url: String,
    /// Names the tenant's key and what the epoch's key was sealed for, joined by a space.
    #[serde(rename = "masterKeyID")]
    master_key_id: String,
    #[serde(rename = "wrappedDEK")]
    wrapped_file_key: String,
    double_wrapping: bool,
    #[serde(rename = "keyEncryptionKeyID")]
    epoch_key_id: String,
    #[serde(rename = "wrappedKEK")]
    wrapped_epoch_key: String,
}

/// A new key for one file, and its material for the footer.
pub(crate) fn encryption(ambient: &Ambient, epoch: &EpochKeys) -> Result<Arc<FileEncryptionProperties>, ParquetError> {
    let key = ambient.entropy.bytes::<32>();
    let id = &epoch.file.context;
    let material = KeyMaterial {
        format: "PKMT1".to_owned(),
        internal_storage: true,
        is_footer_key: true,
        kms_instance_id: "DEFAULT".to_owned(),
        kms_instance_url: "DEFAULT".to_owned(),
        master_key_id: format!("{} {}", epoch.file.key_id, epoch.file.context),
        wrapped_file_key: BASE64.encode(aead::seal(ambient, &epoch.key, &key, id.as_bytes())),
        double_wrapping: true,
        epoch_key_id: BASE64.encode(id),
        wrapped_epoch_key: epoch.file.wrapped_key.clone(),
    };
    let material = serde_json::to_vec(&material).map_err(|error| ParquetError::General(error.to_string()))?;
    FileEncryptionProperties::builder(key.to_vec()).with_footer_key_metadata(material).build()
}

/// What opens the files of an epoch.
pub(crate) fn decryption(epoch: Arc<EpochKeys>) -> Result<Arc<FileDecryptionProperties>, ParquetError> {
    FileDecryptionProperties::with_key_retriever(Arc::new(Retriever(epoch))).build()
}

struct Retriever(Arc<EpochKeys>);

impl KeyRetriever for Retriever {
    fn retrieve_key(&self, key_metadata: &[u8]) -> Result<Vec<u8>, ParquetError> {
        let material: KeyMaterial = serde_json::from_slice(key_metadata)
            .map_err(|error| ParquetError::General(format!("its key material is unreadable: {error}")))?;
        BASE64
            .decode(&material.wrapped_file_key)
            .ok()
            .and_then(|sealed| aead::open(&self.0.key, &sealed, self.0.file.context.as_bytes()))
            .map(|key| key.expose().to_vec())
            .ok_or_else(|| ParquetError::General("its key does not open with its epoch's key".to_owned()))
    }
}
