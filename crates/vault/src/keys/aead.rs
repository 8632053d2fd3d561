//! AES-256-GCM with a random nonce: `nonce (12) ‖ ciphertext ‖ tag (16)`. The same layout as Parquet's local key wrapping.

use ambient::Ambient;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::Secret;

const NONCE: usize = 12;

fn cipher(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("AES-256 takes keys of 32 bytes"))
}

/// Encrypts `plain`, bound to `context`.
pub(crate) fn seal(ambient: &Ambient, key: &[u8; 32], plain: &[u8], context: &[u8]) -> Vec<u8> {
    let nonce = ambient.entropy.bytes::<NONCE>();
    let mut body = plain.to_vec();
    cipher(key)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut body)
        .expect("AES-GCM encrypts anything below 64 GiB");
    [&nonce[..], &body].concat()
}

/// Decrypts what [`seal`] gave; nothing if the key, the context or any bit differs.
pub(crate) fn open(key: &[u8; 32], sealed: &[u8], context: &[u8]) -> Option<Secret> {
    let (nonce, body) = sealed.split_at_checked(NONCE)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut body = body.to_vec();
    let plain = cipher(key).open_in_place(nonce, Aad::from(context), &mut body).ok()?.len();
    body.truncate(plain);
    Some(Secret::new(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_context_open() {
        let (key, ambient) = ([7; 32], Ambient::seeded(1));
        let sealed = seal(&ambient, &key, b"secret", b"context");
        assert_eq!(open(&key, &sealed, b"context").expect("opens").expose(), b"secret");
        assert!(open(&[8; 32], &sealed, b"context").is_none());
        assert!(open(&key, &sealed, b"other").is_none());
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&key, &flipped, b"context").is_none(), "bit {bit}");
        }
        assert!(open(&key, &sealed[..11], b"context").is_none());
    }
}
