//! Webhooks to a receiver on this machine.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use control::id::WebhookId;
use messenger::{Folder, sign};
use store::message::{Channel, MessageState};
use store::{Sealed, Webhook};

use crate::bench::Bench;

const KEY: [u8; 32] = *b"webhook-key-canary-0123456789abc";

/// What came, and what is answered.
#[derive(Clone)]
struct Receiver {
    came: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    status: Arc<Mutex<u16>>,
    url: String,
}

impl Receiver {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/path-secret-canary", listener.local_addr().unwrap());
        let receiver = Self { came: Arc::default(), status: Arc::new(Mutex::new(204)), url };
        let state = receiver.clone();
        let handler = move |headers: HeaderMap, body: String| async move {
            state.came.lock().unwrap().push((headers, body));
            let status = StatusCode::from_u16(*state.status.lock().unwrap()).unwrap();
            if status.is_redirection() {
                return (status, [(header::LOCATION, "/elsewhere")]).into_response();
            }
            Response::builder().status(status).body(axum::body::Body::empty()).unwrap()
        };
        let router = Router::new().fallback(handler);
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    fn came(&self) -> Vec<(HeaderMap, String)> {
        self.came.lock().unwrap().clone()
    }
}

impl Bench {
    async fn webhook(&self, url: &str) -> WebhookId {
        let id: WebhookId = store::new_id(&self.around.ambient);
        let sealed = self.around.keys.seal(&KEY, &worker::webhook_context(self.tenant, id)).await.unwrap();
        let webhook = Webhook {
            id,
            tenant: self.tenant,
            url: url.to_owned(),
            secret: Sealed(sealed.into_bytes()),
            made: self.around.ambient.now(),
            disabled: None,
        };
        let mut repository = self.around.store.write().await.unwrap();
        repository.webhooks().add(&webhook).await.unwrap();
        repository.save().await.unwrap();
        id
    }

    async fn post_to(&self, endpoint: WebhookId) {
        let mut repository = self.around.store.write().await.unwrap();
        let (channel, lines) = (Channel::Webhook { endpoint }, vec!["Recovery asked for.".to_owned()]);
        self.around.post(&mut *repository, self.tenant, channel, "Recovery".to_owned(), lines).await.unwrap();
        repository.save().await.unwrap();
    }

    /// Lets whoever sends take one turn.
    async fn turn(&self) -> usize {
        self.messenger(Folder::new("/nowhere".into())).turn().await.unwrap()
    }
}

#[tokio::test]
async fn a_webhook_gets_what_it_can_verify() {
    let (bench, receiver) = (Bench::new().await, Receiver::start().await);
    let endpoint = bench.webhook(&receiver.url).await;
    bench.post_to(endpoint).await;
    assert_eq!(bench.turn().await, 1);
    let (headers, body) = receiver.came().remove(0);
    let message = bench.latest().await;
    let header = |name| headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(header("webhook-id"), message.id.to_string());
    let now = bench.around.ambient.now().as_second();
    assert_eq!(header("webhook-timestamp"), now.to_string());
    assert_eq!(header("webhook-signature"), sign(&KEY, &message.id.to_string(), now, &body));
    let value: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(value["data"]["subject"], "Recovery");
    assert_eq!(value["data"]["lines"], serde_json::json!(["Recovery asked for."]));
    assert_eq!(message.state, MessageState::Sent);
    assert_eq!(bench.turn().await, 0);
}

#[tokio::test]
async fn a_receiver_in_trouble_gets_the_same_message_later_with_a_new_time() {
    let (bench, receiver) = (Bench::new().await, Receiver::start().await);
    let endpoint = bench.webhook(&receiver.url).await;
    bench.post_to(endpoint).await;
    for status in [500, 302, 404] {
        receiver.answers(status);
        assert_eq!(bench.turn().await, 1, "{status}");
        let waiting = bench.latest().await;
        assert_eq!(waiting.state, MessageState::Waiting, "{status}");
        let problem = waiting.problem.unwrap();
        assert!(problem.contains(&status.to_string()) && !problem.contains("canary"), "{problem}");
        bench.clock.advance(Duration::from_hours(24));
    }
    receiver.answers(200);
    assert_eq!(bench.turn().await, 1);
    let came = receiver.came();
    assert_eq!(came.len(), 4, "a redirect is not followed");
    let ids: Vec<_> = came.iter().map(|(headers, _)| headers["webhook-id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_ne!(came[0].0["webhook-timestamp"], came[3].0["webhook-timestamp"]);
    assert_eq!(bench.latest().await.state, MessageState::Sent);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_switched_off() {
    let (bench, receiver) = (Bench::new().await, Receiver::start().await);
    let endpoint = bench.webhook(&receiver.url).await;
    receiver.answers(410);
    bench.post_to(endpoint).await;
    bench.turn().await;
    let mut repository = bench.around.store.read().await.unwrap();
    let webhook = repository.webhooks().get(bench.tenant, endpoint).await.unwrap().unwrap();
    drop(repository);
    assert!(webhook.disabled.is_some());
    bench.post_to(endpoint).await;
    bench.turn().await;
    assert_eq!(receiver.came().len(), 1, "nothing is sent there any more");
    assert_eq!(bench.latest().await.state, MessageState::GivenUp);
}

#[tokio::test]
async fn no_answer_is_told_without_the_address() {
    let bench = Bench::new().await;
    let closed = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap() };
    let endpoint = bench.webhook(&format!("http://{closed}/path-secret-canary")).await;
    bench.post_to(endpoint).await;
    bench.turn().await;
    let waiting = bench.latest().await;
    assert_eq!(waiting.state, MessageState::Waiting);
    assert!(!waiting.problem.as_ref().unwrap().contains("canary"), "{waiting:?}");
}
