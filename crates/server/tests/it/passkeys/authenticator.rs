//! A device with one passkey, as a browser would speak for it (W3C Web Authentication, level 3: 6.1 authenticator data, 6.5.4
//! attestation objects, 5.8.1 client data).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HAS_CREDENTIAL: u8 = 0x40;

pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    id: [u8; 32],
    /// How often it signed.
    pub(crate) counter: u32,
    /// Whether it asks for a fingerprint.
    pub(crate) verifies: bool,
    /// The page that it believes to be on.
    pub(crate) origin: String,
}

impl Authenticator {
    pub(crate) fn new(number: u8) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let origin = "https://lifeboat.example".to_owned();
        Self { key, id: [number; 32], counter: 0, verifies: true, origin }
    }

    /// What `navigator.credentials.create` gives.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        let data = self.data(text(&options["publicKey"]["rp"]["id"]), HAS_CREDENTIAL, &self.attested());
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x58");
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        let client = self.client_data("webauthn.create", &options["publicKey"]["challenge"]);
        let response = json!({ "attestationObject": BASE64.encode(object), "clientDataJSON": BASE64.encode(client) });
        self.credential(&response)
    }

    /// What `navigator.credentials.get` gives.
    pub(crate) fn sign(&mut self, options: &Value) -> Value {
        let data = self.data(text(&options["publicKey"]["rpId"]), 0, &[]);
        let client = self.client_data("webauthn.get", &options["publicKey"]["challenge"]);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.credential(&json!({
            "authenticatorData": BASE64.encode(data),
            "clientDataJSON": BASE64.encode(client),
            "signature": BASE64.encode(signature),
            "userHandle": null,
        }))
    }

    fn credential(&self, response: &Value) -> Value {
        let id = BASE64.encode(self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": {} })
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let data = json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn data(&mut self, name: &str, flags: u8, rest: &[u8]) -> Vec<u8> {
        self.counter += 1;
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = Sha256::digest(name.as_bytes()).to_vec();
        data.push(PRESENT | verified | flags);
        data.extend(self.counter.to_be_bytes());
        data.extend(rest);
        data
    }

    /// The id and the public key, as COSE writes a point of P-256.
    fn attested(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let mut attested = vec![0; 16];
        attested.extend([0, 32]);
        attested.extend(self.id);
        attested.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        attested.extend(x);
        attested.extend([0x22, 0x58, 0x20]);
        attested.extend(y);
        attested
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
