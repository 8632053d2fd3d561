//! Signs tokens (RS256), and says who did.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::idp::SECRET;

/// A key that signs.
pub(crate) struct Signer {
    name: String,
    key: KeyPair,
}

impl Signer {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), key: KeyPair::generate(KeySize::Rsa2048).unwrap() }
    }

    pub(crate) fn header(&self) -> Value {
        json!({ "alg": "RS256", "typ": "JWT", "kid": self.name })
    }

    /// The public half.
    pub(crate) fn public(&self) -> Value {
        let (modulus, exponent) = numbers(self.key.public_key().as_ref());
        let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.name, "n": part(&modulus), "e": part(&exponent) })
    }

    /// A token, signed as its header says: by the key, with a shared secret, or not at all.
    pub(crate) fn signed(&self, head: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(head), part(claims));
        match head["alg"].as_str().unwrap() {
            "RS256" => self.sealed(&signed),
            "HS256" => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                let signature = hmac::sign(&key, signed.as_bytes());
                format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
            }
            _ => format!("{signed}."),
        }
    }

    /// What is signed, with the key's signature.
    pub(crate) fn sealed(&self, signed: &str) -> String {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The two numbers of an `RSAPublicKey` in DER.
fn numbers(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (sequence, _) = element(der);
    let (modulus, rest) = element(sequence);
    let (exponent, _) = element(rest);
    let unsigned = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    (unsigned(modulus), unsigned(exponent))
}

/// What is in the first element, and what comes after it.
fn element(der: &[u8]) -> (&[u8], &[u8]) {
    let (length, start) = match der[1] {
        short @ ..0x80 => (usize::from(short), 2),
        long => {
            let count = usize::from(long & 0x7f);
            let length = der[2..2 + count].iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, 2 + count)
        }
    };
    (&der[start..start + length], &der[start + length..])
}
