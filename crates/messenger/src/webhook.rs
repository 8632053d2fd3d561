//! Messages by webhook, signed as Standard Webhooks says (<https://www.standardwebhooks.com>, 1.0.0): HMAC-SHA256 over id, time
//! and body. The receiver checks that the time is near, and that it did not see the id before.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::StatusCode;
use serde_json::json;
use store::Webhook;
use store::message::Message;
use worker::{Letter, Surroundings, webhook_context};

use crate::mail::NotSent;

/// Sends to webhooks.
#[derive(Clone, Debug)]
pub struct Webhooks(reqwest::Client);

/// The signature of a message: `v1,` and the HMAC in base64.
pub fn sign(key: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(tag))
}

impl Webhooks {
    pub(crate) fn new() -> Result<Self, NotSent> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(20))
            // A redirect would carry the message to where nobody chose to send it.
            .redirect(reqwest::redirect::Policy::none())
            .build();
        client.map(Self).map_err(NotSent::for_good)
    }

    pub(crate) async fn send(
        &self,
        around: &Surroundings,
        webhook: &Webhook,
        message: &Message,
        letter: &Letter,
    ) -> Result<(), NotSent> {
        let (id, now) = (message.id.to_string(), around.ambient.now().as_second());
        let sealed = std::str::from_utf8(&webhook.secret.0).map_err(NotSent::for_good)?;
        let context = webhook_context(webhook.tenant, webhook.id);
        let key = around.keys.open(sealed, &context).await.map_err(NotSent::later)?;
        let value = json!({
            "type": "lifeboat.notice",
            "timestamp": message.made.to_string(),
            "data": { "subject": message.subject, "lines": letter.lines },
        });
        let body = value.to_string();
        let request = self
            .0
            .post(&webhook.url)
            .header("content-type", "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", now.to_string())
            .header("webhook-signature", sign(key.expose(), &id, now, &body))
            .body(body);
        // The address may hold a secret of the receiver's: errors do not show it.
        let answer = request.send().await.map_err(|error| NotSent::later(error.without_url()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::GONE => Err(NotSent { unwanted: true, ..NotSent::for_good("the receiver answered 410 Gone") }),
            status => Err(NotSent::later(format!("the receiver answered {status}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let key = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
