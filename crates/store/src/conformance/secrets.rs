//! What people and programs sign in with, given to the repositories as the program does, and then looked for in every row.

use std::fmt::Write as _;

use secrecy::ExposeSecret as _;

use super::Bench;
use super::sample::{api_key, furnish, invitation, key_record, secret, session};
use crate::Invitation;

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// The rows that hold a secret, as text or as bytes.
fn holding<'a>(rows: &'a str, secret: &str) -> Vec<&'a str> {
    let (text, bytes) = (secret.to_lowercase(), hex(secret.as_bytes()));
    rows.lines().filter(|row| row.contains(&text) || row.contains(&bytes)).collect()
}

pub async fn no_secret_lies_in_the_database(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let invited = Invitation { hash: secret(4).hash(), ..invitation(1) };
    repository.accounts().invite(&invited).await.unwrap();
    repository.sessions().begin(&session(1)).await.unwrap();
    let renewed = session(1).proven_again(&secret(2), None, session(1).seen);
    repository.sessions().renew(&session(1).hash, &renewed).await.unwrap();
    repository.api_keys().add(&key_record(3)).await.unwrap();
    repository.save().await.unwrap();

    let rows = bench.dump().await.to_lowercase();
    // What is looked for would be found: both as text and as bytes.
    for there in ["person100@example.com", &hex(&invited.hash), &hex(&secret(2).hash()), &hex(&key_record(3).mac)] {
        assert!(rows.contains(there), "{there} is not in the dump");
    }
    assert_eq!(holding(&rows, "person100@example.com").len(), 1);

    let key = api_key(3).reveal().expose_secret().to_owned();
    let secrets = [
        secret(1).reveal().expose_secret().to_owned(),
        secret(2).reveal().expose_secret().to_owned(),
        secret(4).reveal().expose_secret().to_owned(),
        key.split('_').nth(2).unwrap().to_owned(),
        key,
    ];
    for secret in secrets {
        assert_eq!(holding(&rows, &secret), [""; 0]);
    }
    for raw in [[1; 32], [2; 32], [3; 32], [4; 32]] {
        assert!(!rows.contains(&hex(&raw)), "{raw:?}");
    }
}
