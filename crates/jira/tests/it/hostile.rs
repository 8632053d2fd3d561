//! A server that means no good, or is out of its mind: every call ends with a reason, and none fills the memory.

use std::io;
use std::time::Duration;

use ambient::Ambient;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use jira::{Call, Error, Jira, Settings};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::{any, path, query_param};
use wiremock::{Mock, Request, ResponseTemplate};

use crate::Site;

/// The largest answer that these clients take.
const LIMIT: u64 = 1 << 20;
/// How many bytes a server sends that never ends, should nobody hang up.
const ENDLESS: usize = 1 << 30;

fn ok(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

/// A client of a server that sends this head and then bytes without end, as fast as they are taken; and how many it sent.
async fn flood(head: &'static str) -> (Jira, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings =
        Settings { answer_limit: LIMIT, ..crate::settings(&format!("http://{}", listener.local_addr().unwrap())) };
    let jira = Jira::new(settings, Ambient::manual(Timestamp::UNIX_EPOCH, 1).0).unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 8192]).await;
        Box::pin(pour(&mut stream, head)).await.unwrap_or_default()
    });
    (jira, server)
}

/// Sends until the other side hangs up, which is how it ends.
async fn pour(stream: &mut TcpStream, head: &str) -> io::Result<usize> {
    stream.write_all(head.as_bytes()).await?;
    let piece = vec![b'['; 1 << 16];
    let mut sent = 0;
    while sent < ENDLESS {
        if stream.write_all(&piece).await.is_err() {
            break;
        }
        sent += piece.len();
    }
    Ok(sent)
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    for head in [
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
    ] {
        let (jira, server) = flood(head).await;
        let error = jira.json::<Value>(Call::get("/rest/api/3/field")).await.unwrap_err();
        assert_eq!(error.to_string(), "GET /rest/api/3/field: the answer is longer than 1048576 bytes", "{head}");
        assert!(server.await.unwrap() < 16 << 20, "nobody hung up: {head}");
    }
}

#[tokio::test]
async fn a_head_without_end_is_cut_off() {
    let (jira, server) = flood("HTTP/1.1 200 OK\r\nx-y: ").await;
    assert!(jira.json::<Value>(Call::post("/rest/api/3/issue")).await.is_err());
    assert!(server.await.unwrap() < 16 << 20, "nobody hung up");
}

#[tokio::test]
async fn what_is_packed_stays_packed() {
    // A megabyte of spaces in a kilobyte; unpacked it would be an answer.
    for encoding in ["gzip", "br", "deflate, gzip", "zstd"] {
        let site = Site::start().await;
        let bomb =
            ResponseTemplate::new(200).insert_header("content-encoding", encoding).set_body_bytes(vec![31; 1000]);
        Mock::given(any()).respond_with(bomb).mount(&site.server).await;
        let error = site.jira.json::<Value>(Call::get("/rest/api/3/field")).await.unwrap_err();
        assert!(error.to_string().contains(&format!("packed ({encoding})")), "{error}");
        let error = site.jira.download("1").await.unwrap_err();
        assert!(error.to_string().contains("packed"), "{error}");
        let asked = &site.requests().await[0];
        assert!(!asked.headers.contains_key("accept-encoding"), "nobody asks for packed answers");
    }
}

#[tokio::test]
async fn depth_is_no_answer() {
    let site = Site::start().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string(deep)).mount(&site.server).await;
    let error = site.jira.json::<Value>(Call::get("/rest/api/3/field")).await.unwrap_err();
    assert!(error.to_string().contains("recursion limit"), "{error}");
}

#[tokio::test]
async fn a_reason_is_short_and_steers_no_terminal() {
    let site = Site::start().await;
    let answer = json!({ "accountId": ["\u{1b}[2J".repeat(10_000)], "displayName": "x", "active": true });
    Mock::given(any()).respond_with(ok(answer)).mount(&site.server).await;
    let wrong = site.jira.myself().await.unwrap_err().to_string();
    assert!(wrong.len() < 2000 && !wrong.contains('\u{1b}'), "{wrong}");
}

#[tokio::test]
async fn addresses_in_bodies_are_not_followed() {
    let (site, trap) = (Site::start().await, Site::start().await);
    let there = trap.server.uri();
    let page = json!({ "startAt": 0, "total": 1, "isLast": true, "self": there, "nextPage": there, "values": [{ "id": "1", "self": there }],
        "_links": { "next": there } });
    Mock::given(any()).respond_with(ok(page)).mount(&site.server).await;
    let call = Call::get("/rest/api/3/project/search");
    let items: Vec<_> = site.jira.pages_offset(call, "values", 50).try_collect().await.unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(trap.requests().await.len(), 0);
}

#[tokio::test]
async fn a_call_is_never_redirected() {
    let (site, trap) = (Site::start().await, Site::start().await);
    for status in [301, 302, 303, 307, 308] {
        site.server.reset().await;
        let redirect = ResponseTemplate::new(status).insert_header("location", trap.server.uri());
        Mock::given(any()).respond_with(redirect).mount(&site.server).await;
        let error = site.jira.json::<Value>(Call::get("/rest/api/3/field")).await.unwrap_err();
        assert!(matches!(error, Error::Unexpected { .. }), "{error}");
    }
    assert_eq!(trap.requests().await.len(), 0);
}

#[tokio::test]
async fn pages_that_go_in_a_circle_end_with_an_error() {
    let site = Site::start().await;
    // Two pages that take turns and claim to be wherever they were asked for.
    Mock::given(any())
        .respond_with(|request: &Request| {
            let start: u64 = request.url.query_pairs().find(|(name, _)| name == "startAt").unwrap().1.parse().unwrap();
            ok(json!({ "startAt": start, "isLast": false, "total": 1_u64 << 60, "values": [{ "id": start % 4 }, {}] }))
        })
        .mount(&site.server)
        .await;
    let pages = site.jira.pages_offset(Call::get("/rest/api/3/project/search"), "values", 2);
    let read: Result<Vec<_>, _> = pages.try_collect().await;
    insta::assert_snapshot!(read.unwrap_err(), @"GET /rest/api/3/project/search: unexpected answer: the same page came twice");
    assert_eq!(site.requests().await.len(), 3);
}

#[tokio::test]
async fn a_list_that_never_ends_is_left_when_it_repeats() {
    let site = Site::start().await;
    Mock::given(any()).respond_with(ok(json!([{ "accountId": "a" }]))).mount(&site.server).await;
    let read: Result<Vec<_>, _> = site.jira.pages_array(Call::get("/rest/api/3/users/search"), 100).try_collect().await;
    insta::assert_snapshot!(read.unwrap_err(), @"GET /rest/api/3/users/search: unexpected answer: the same page came twice");
}

#[tokio::test]
async fn a_plain_list_is_read_until_an_empty_page() {
    let site = Site::start().await;
    for (start, page) in [("0", json!([1, 2])), ("2", json!([3])), ("3", json!([]))] {
        Mock::given(query_param("startAt", start)).respond_with(ok(page)).mount(&site.server).await;
    }
    let call = Call::get("/rest/api/3/users/search");
    let read: Vec<_> = site.jira.pages_array(call, 100).try_collect().await.unwrap();
    assert_eq!(read.iter().map(|item| item.get()).collect::<Vec<_>>(), ["1", "2", "3"]);
}

#[tokio::test]
async fn a_page_that_is_too_long_is_asked_for_in_pieces() {
    let site = Site::with(|settings| settings.answer_limit = LIMIT).await;
    Mock::given(any())
        .respond_with(|request: &Request| {
            let asked = |wanted: &str| -> usize {
                request.url.query_pairs().find(|(name, _)| name == wanted).unwrap().1.parse().unwrap()
            };
            let (start, end) = (asked("startAt"), (asked("startAt") + asked("maxResults")).min(20));
            let values: Vec<String> = (start..end).map(|id| format!("{id}{}", "x".repeat(100_000))).collect();
            ok(json!({ "startAt": start, "maxResults": asked("maxResults"), "total": 20, "values": values }))
        })
        .mount(&site.server)
        .await;
    let pages = site.jira.pages_offset(Call::get("/rest/api/3/issue/{issue}/comment").arg("issue", 1), "values", 50);
    let read: Vec<_> = pages.try_collect().await.unwrap();
    assert_eq!(read.len(), 20);
}

/// Makes an issue that cannot be used.
type Poison = Box<dyn Fn() -> Value + Send + Sync>;

/// Answers `issue/bulkfetch` with the issues that were asked for, 666 as `poison` says, and 667 as it should be.
async fn poisoned(site: &Site, poison: impl Fn() -> Value + Send + Sync + 'static) {
    let alone = ok(poison());
    Mock::given(path("/rest/api/3/issue/bulkfetch"))
        .respond_with(move |request: &Request| {
            let question: Value = request.body_json().unwrap();
            let ids = question["issueIdsOrKeys"].as_array().unwrap();
            let issue = |id: &Value| if id == "666" { poison() } else { json!({ "id": id, "key": format!("A-{id}") }) };
            ok(json!({ "issues": ids.iter().map(issue).collect::<Vec<_>>() }))
        })
        .mount(&site.server)
        .await;
    Mock::given(path("/rest/api/3/issue/666")).respond_with(alone).mount(&site.server).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(404)).mount(&site.server).await;
}

#[tokio::test]
async fn one_issue_that_cannot_be_read_spoils_no_other() {
    let huge = || json!({ "id": "666", "key": "A-666", "fields": "x".repeat(LIMIT as usize) });
    let cases: [(Poison, &str); 5] = [
        (Box::new(huge), "POST /rest/api/3/issue/bulkfetch: the answer is longer than 1048576 bytes"),
        (Box::new(|| json!({ "id": 666, "key": "A-666" })), "an issue without an id"),
        (Box::new(|| json!({ "id": "1/../666" })), "an issue without an id"),
        (Box::new(|| json!(null)), "an issue without an id"),
        (Box::new(|| json!({ "id": "-666", "key": "A-666" })), "an issue without an id"),
    ];
    for (poison, reason) in cases {
        let site = Site::with(|settings| settings.answer_limit = LIMIT).await;
        poisoned(&site, poison).await;
        let ids: Vec<u64> = (600..700).collect();
        let fetched = site.jira.bulk_fetch(&ids, &[]).await.unwrap();
        assert_eq!((fetched.issues.len(), fetched.missing.len()), (99, 0), "{reason}");
        let [(id, error)] = fetched.unreadable.as_slice() else { panic!("{reason}: {:?}", fetched.unreadable) };
        assert_eq!(id, "666");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[tokio::test]
async fn an_issue_that_comes_twice_is_one() {
    let site = Site::start().await;
    let issue = json!({ "id": "1", "key": "A-1" });
    Mock::given(any()).respond_with(ok(json!({ "issues": [issue, issue] }))).mount(&site.server).await;
    assert_eq!(site.jira.bulk_fetch(&[1], &[]).await.unwrap().issues.len(), 1);
}

#[tokio::test]
async fn a_site_that_is_out_of_order_is_not_asked_for_each_issue() {
    let site = Site::start().await;
    let page = ResponseTemplate::new(200).set_body_raw("<html><title>Maintenance</title>", "text/html");
    Mock::given(any()).respond_with(page).mount(&site.server).await;
    let ids: Vec<u64> = (0..1000).collect();
    let error = site.jira.bulk_fetch(&ids, &[]).await.unwrap_err();
    insta::assert_snapshot!(error, @"POST /rest/api/3/issue/bulkfetch: a web page instead of an answer: Maintenance");
    assert!(site.requests().await.len() < 10, "a batch tells enough: {}", site.requests().await.len());
}

#[tokio::test]
async fn a_file_that_comes_drop_by_drop_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (ambient, clock) = Ambient::manual(Timestamp::UNIX_EPOCH, 1);
    let jira = Jira::new(crate::settings(&format!("http://{}", listener.local_addr().unwrap())), ambient).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 8192]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(b".").await.is_ok() {
            clock.advance(Duration::from_secs(50));
            tokio::task::yield_now().await;
        }
    });
    let mut bytes = jira.download("1").await.unwrap().bytes;
    let mut read = 0;
    let error = loop {
        match bytes.next().await.unwrap() {
            Ok(piece) => read += piece.len(),
            Err(error) => break error,
        }
    };
    assert!(read < 100, "{read}");
    assert!(error.to_string().contains("came too slowly"), "{error}");
}
