//! Repetitions, pauses and outcomes.

use std::time::Duration;

use ambient::{Ambient, Clock as _};
use jira::{Call, Error, Jira, Outcome, Safety};
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::{Site, settings};

fn field() -> Call {
    Call::get("/rest/api/3/field")
}

fn create() -> Call {
    Call::post("/rest/api/3/issue").json(&json!({ "fields": {} }))
}

async fn answers(site: &Site, first: Vec<ResponseTemplate>) {
    for answer in first {
        Mock::given(wiremock::matchers::any()).respond_with(answer).up_to_n_times(1).mount(&site.server).await;
    }
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(200).set_body_json(json!([1])))
        .mount(&site.server)
        .await;
}

fn status(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status)
}

#[tokio::test]
async fn a_request_carries_credentials_and_asks_for_english() {
    let site = Site::start().await;
    Mock::given(method("GET"))
        .and(path("/rest/api/3/field"))
        .and(header("authorization", "Basic YWRtaW5AZXhhbXBsZS5jb206dmVyeS1zZWNyZXQ="))
        .and(header("accept-language", "en-US"))
        .and(header("x-force-accept-language", "true"))
        .respond_with(status(200).set_body_json(json!([])))
        .mount(&site.server)
        .await;
    assert_eq!(site.jira.json::<Value>(field()).await.unwrap(), json!([]));
}

#[tokio::test]
async fn an_answer_is_kept_byte_for_byte() {
    let site = Site::start().await;
    let body = "{ \"b\" : 1.0,\n\"a\":1e400 }";
    answers(&site, vec![status(200).set_body_raw(body, "application/json")]).await;
    assert_eq!(site.jira.raw(field()).await.unwrap(), body);
}

#[tokio::test]
async fn a_429_is_waited_out_even_for_a_create() {
    let site = Site::start().await;
    answers(
        &site,
        vec![status(429).insert_header("retry-after", "7").insert_header("ratelimit-reason", "jira-burst-based")],
    )
    .await;
    site.jira.done(create()).await.unwrap();
    assert!(site.clock.elapsed() >= Duration::from_secs(7));
    assert!(site.clock.elapsed() < Duration::from_secs(9));
    let statistics = site.jira.statistics();
    assert_eq!((statistics.requests(), statistics.throttled()), (2, 1));
    assert_eq!(statistics.endpoints["POST /rest/api/3/issue"].repeated, 1);
    assert!(statistics.waited >= Duration::from_secs(7));
}

#[tokio::test]
async fn after_a_429_the_endpoint_goes_at_half_its_pace() {
    let site = Site::start().await;
    let over = status(429).insert_header("retry-after", "1").insert_header("x-ratelimit-nearlimit", "true");
    answers(&site, vec![over]).await;
    site.jira.done(field()).await.unwrap();
    let start = site.clock.elapsed();
    for _ in 0..60 {
        site.jira.done(field()).await.unwrap();
    }
    let seconds = site.clock.elapsed().saturating_sub(start).as_secs_f64();
    assert!((1.0..1.4).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_429_without_a_time_backs_off() {
    let site = Site::start().await;
    answers(&site, vec![status(429), status(429)]).await;
    site.jira.done(field()).await.unwrap();
    let waited = site.clock.elapsed().as_secs_f64();
    assert!((0.7 * 6.0..=1.3 * 6.0 + 1.0).contains(&waited), "{waited}");
}

#[tokio::test]
async fn a_quota_beyond_patience_is_an_error_and_holds_back_the_whole_site() {
    let site = Site::with(|settings| settings.quota_patience = Duration::from_mins(30)).await;
    answers(
        &site,
        vec![
            status(429)
                .insert_header("retry-after", "1847")
                .insert_header("ratelimit-reason", "jira-quota-tenant-based"),
        ],
    )
    .await;
    let error = site.jira.done(create()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotDone);
    insta::assert_snapshot!(error, @"POST /rest/api/3/issue: Jira asked to wait 1847 s (jira-quota-tenant-based)");
    assert!(matches!(site.jira.done(field()).await, Err(Error::Throttled { .. })));
    assert_eq!(site.requests().await.len(), 1);
}

#[tokio::test]
async fn a_quota_is_waited_for_told_and_asked_once() {
    let site = Site::start().await;
    let used_up =
        status(429).insert_header("retry-after", "1847").insert_header("ratelimit-reason", "jira-quota-tenant-based");
    answers(&site, vec![used_up]).await;
    let rests = site.jira.rests();
    site.jira.done(create()).await.unwrap();
    assert!((1847..1850).contains(&site.clock.elapsed().as_secs()));
    assert_eq!(rests.borrow().as_ref().unwrap().wait, Duration::from_secs(1847));
    assert_eq!(site.requests().await.len(), 2);
}

#[tokio::test]
async fn a_503_with_a_time_is_waited_out_even_for_a_create() {
    let site = Site::start().await;
    answers(&site, vec![status(503).insert_header("retry-after", "3").set_body_raw("<html>", "text/html")]).await;
    site.jira.done(create()).await.unwrap();
    assert_eq!(site.requests().await.len(), 2);
}

#[tokio::test]
async fn a_create_without_a_clear_answer_is_not_sent_again() {
    for unclear in [408, 409, 500, 502, 503, 504] {
        let site = Site::start().await;
        answers(&site, vec![status(unclear)]).await;
        let error = site.jira.done(create()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Ambiguous, "{unclear}: {error}");
        assert_eq!(site.requests().await.len(), 1, "{unclear}");
    }
}

#[tokio::test]
async fn what_may_be_sent_twice_is_repeated() {
    for unclear in [408, 409, 500, 502, 503, 504] {
        let site = Site::start().await;
        answers(&site, vec![status(unclear), status(unclear)]).await;
        site.jira.done(create().safety(Safety::Repeatable)).await.unwrap();
        assert_eq!(site.requests().await.len(), 3, "{unclear}");
    }
}

#[tokio::test]
async fn repetitions_end() {
    let site = Site::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(status(502).set_body_string("<html><title>502 Bad Gateway</title></html>"))
        .mount(&site.server)
        .await;
    let error = site.jira.done(field()).await.unwrap_err().to_string().replace(&site.server.uri(), "SITE");
    insta::assert_snapshot!(error, @"SITE cannot be reached: HTTP 502: 502 Bad Gateway");
    let error = site.jira.done(Call::put("/rest/api/3/issue/{issue}").arg("issue", "A-1")).await.unwrap_err();
    insta::assert_snapshot!(error, @"PUT /rest/api/3/issue/{issue}: no clear answer (HTTP 502: 502 Bad Gateway); it may have happened");
    assert_eq!(site.requests().await.len(), 10);
    assert_eq!(site.jira.statistics().endpoints["GET /rest/api/3/field"].failed, 1);
}

#[tokio::test]
async fn a_conflict_that_stays_is_a_refusal_in_the_end() {
    let site = Site::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(status(409).set_body_json(json!({ "errorMessages": ["Stale."] })))
        .mount(&site.server)
        .await;
    let error = site.jira.done(Call::put("/rest/api/3/workflows")).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Rejected);
}

#[tokio::test]
async fn a_refusal_is_final() {
    let site = Site::start().await;
    let body = json!({ "errorMessages": [], "errors": { "summary": "Too long." } });
    answers(&site, vec![status(400).set_body_json(body)]).await;
    let error = site.jira.done(create()).await.unwrap_err();
    insta::assert_snapshot!(error, @"POST /rest/api/3/issue: Jira refused (400): summary: Too long.");
    assert_eq!(error.outcome(), Outcome::Rejected);
}

#[tokio::test]
async fn nobody_at_the_address_means_not_done() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (ambient, clock) = Ambient::manual(jiff::Timestamp::UNIX_EPOCH, 1);
    let jira = Jira::new(settings(&format!("http://127.0.0.1:{port}")), ambient).unwrap();
    let error = jira.done(create()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert_eq!(error.outcome(), Outcome::NotDone);
    assert_eq!(jira.statistics().requests(), 5);
    assert!(clock.elapsed() >= Duration::from_secs(20));
}

#[tokio::test]
async fn a_time_out_is_unclear() {
    let site = Site::with(|settings| settings.timeout = Duration::from_millis(100)).await;
    Mock::given(wiremock::matchers::any())
        .respond_with(status(201).set_delay(Duration::from_secs(5)))
        .mount(&site.server)
        .await;
    let error = site.jira.done(create()).await.unwrap_err();
    assert!(matches!(error, Error::Ambiguous { .. }), "{error}");
}

/// A server that sends the head of an answer, half of its body, and hangs up.
async fn half_an_answer() -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{\"id\":").await;
        }
    });
    address
}

#[tokio::test]
async fn half_an_answer_is_unclear() {
    let (ambient, _) = Ambient::manual(jiff::Timestamp::UNIX_EPOCH, 1);
    let jira = Jira::new(settings(&half_an_answer().await), ambient).unwrap();
    let error = jira.done(create()).await.unwrap_err();
    assert!(matches!(&error, Error::Ambiguous { reason, .. } if reason.contains("broke off")), "{error}");
    assert_eq!(jira.statistics().requests(), 1);
    assert!(matches!(jira.done(field()).await, Err(Error::Unreachable { .. })));
    assert_eq!(jira.statistics().requests(), 6);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let site = Site::with(|settings| settings.answer_limit = 1000).await;
    answers(&site, vec![status(200).set_body_string("x".repeat(1001)), status(200).set_body_string("x".repeat(1000))])
        .await;
    assert!(matches!(site.jira.raw(field()).await, Err(Error::TooLong { limit: 1000, .. })));
    assert_eq!(site.jira.raw(field()).await.unwrap().len(), 1000);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let site = Site::start().await;
    answers(&site, vec![status(302).insert_header("location", "/login")]).await;
    assert!(matches!(site.jira.raw(field()).await, Err(Error::Unexpected { .. })));
    assert_eq!(site.requests().await.len(), 1);
}

#[tokio::test]
async fn a_refusal_of_a_whole_batch_can_be_read() {
    let site = Site::start().await;
    let body = json!({ "issues": [], "errors": [{ "status": 400, "failedElementNumber": 0 }] });
    answers(&site, vec![status(400).set_body_json(&body)]).await;
    let call = Call::post("/rest/api/3/issue/bulk").accepts(400).json(&json!({}));
    assert_eq!(site.jira.json::<Value>(call).await.unwrap(), body);
}

#[tokio::test]
async fn a_thousand_calls_keep_within_the_rate_and_close_to_it() {
    let site = Site::with(|settings| settings.concurrency = 8).await;
    answers(&site, vec![]).await;
    futures::future::join_all((0..1000).map(|_| site.jira.done(field())))
        .await
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let seconds = site.clock.elapsed().as_secs_f64();
    assert!(seconds >= 9.8, "{seconds}");
}

#[test]
fn debug_output_holds_no_token() {
    let settings = settings("https://example.atlassian.net");
    let jira = Jira::new(settings.clone(), Ambient::system()).unwrap();
    insta::assert_snapshot!(format!("{jira:?}"), @r#"Jira { site: "https://example.atlassian.net", .. }"#);
    assert!(!format!("{settings:?}").contains("very-secret"));
}

#[test]
fn an_address_without_protection_is_refused() {
    let error = Jira::new(settings("http://example.atlassian.net"), Ambient::system()).unwrap_err();
    insta::assert_snapshot!(error, @"http://example.atlassian.net cannot be used as a Jira site: the address must begin with https:// (http:// is for this machine only)");
}
