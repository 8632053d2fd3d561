//! Traces, as a collector on this machine gets them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;

use crate::served::{OLGA, PASSWORD, Served};
use crate::world::World;

/// What a collector got: one request after the other, as it came.
type Got = Arc<Mutex<Vec<Bytes>>>;

/// What the collector wants to see in a header, and nobody else may.
const WORD: &str = "collected-by-canary";

/// A collector that speaks OTLP over HTTP. Its address, and what it got.
async fn collector() -> (String, Got) {
    let got = Got::default();
    let keep = got.clone();
    let take = move |headers: HeaderMap, body: Bytes| async move {
        assert_eq!(headers["x-collector"], WORD);
        keep.lock().unwrap().push(body);
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, Router::new().route("/v1/traces", post(take))).await });
    (address, got)
}

/// Whether a text is somewhere in what a collector got. Protocol buffers keep texts as they are.
fn has(got: &Got, text: &str) -> bool {
    got.lock().unwrap().iter().any(|body| body.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_sees_jobs_and_requests_and_no_secret() {
    let (address, got) = collector().await;
    let mut world = World::generated(20).await;
    world.home.set("OTEL_EXPORTER_OTLP_ENDPOINT", &address);
    world.home.set("OTEL_EXPORTER_OTLP_HEADERS", &format!("x-collector={WORD}"));
    world.home.set("OTEL_BSP_SCHEDULE_DELAY", "200");
    world.add_production();
    world.back_up();
    for span in ["lifeboat", "capture", "attempt", "GET /rest/api/3/serverInfo", "a capture is complete"] {
        assert!(has(&got, span), "there is no `{span}` in what the collector got");
    }
    let served = Served::start(&world.home).await;
    let key = served.key_of(&world.home, OLGA);
    served.with_key(&world.home, &key, &["site", "list"]).done();
    crate::world::until(|| has(&got, "GET /api/v1/sites")).await;
    // A caller that traces, too, sees the request in its own trace.
    let traced = crate::served::client().get(format!("{}api/v1/health", served.url));
    let traced = traced.header("traceparent", "00-63616c6c65722773207472616365212e-0000000000000001-01");
    assert_eq!(traced.send().await.unwrap().status(), 200);
    crate::world::until(|| has(&got, "caller's trace!.")).await;
    for secret in [PASSWORD, &key, WORD, world.sites.source().admin_token()] {
        assert!(!has(&got, secret), "a secret is in a trace");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_gone_stops_nothing() {
    let mut world = World::generated(10).await;
    world.home.set("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    world.add_production();
    world.back_up();
    world.home.set("OTEL_EXPORTER_OTLP_ENDPOINT", "what is this");
    let ended = world.home.run(&["points", "list", "production"]).done();
    assert!(ended.err.contains("nothing is traced"), "{}", ended.err);
}
