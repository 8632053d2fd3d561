//! Attachments, both ways.

use std::time::Duration;

use ambient::Clock as _;
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jira::{Download, Error, Outcome, Upload};
use serde_json::json;
use wiremock::matchers::{any, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::Site;

const MEDIA: &str = "0a1b2c3d-0000-4000-8000-00000000000f";

async fn read(download: Download) -> jira::Result<Vec<u8>> {
    download
        .bytes
        .try_fold(Vec::new(), async |mut all, piece| {
            all.extend_from_slice(&piece);
            Ok(all)
        })
        .await
}

/// Lets the site redirect to a file on a media host.
async fn redirect(site: &Site, location: &str) {
    Mock::given(path("/rest/api/3/attachment/content/10001"))
        .respond_with(ResponseTemplate::new(303).insert_header("location", location))
        .mount(&site.server)
        .await;
}

#[tokio::test]
async fn a_file_comes_from_the_media_host_without_the_credentials() {
    let (site, media) = (Site::start().await, MockServer::start().await);
    redirect(&site, &format!("{}/file/{MEDIA}/binary?token=short-lived", media.uri())).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_bytes(vec![7; 300_000])).mount(&media).await;

    let download = site.jira.download("10001").await.unwrap();
    assert_eq!(download.media.as_deref(), Some(MEDIA));
    assert_eq!(download.length, Some(300_000));
    assert_eq!(read(download).await.unwrap(), vec![7; 300_000]);
    let requests = media.received_requests().await.unwrap();
    assert!(!requests[0].headers.contains_key("authorization"));
    assert_eq!(site.jira.statistics().received_bytes, 300_000);
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let (site, media) = (Site::start().await, MockServer::start().await);
    redirect(&site, &format!("{}/file/{MEDIA}/binary", media.uri())).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&media).await;
    assert_eq!(read(site.jira.download("10001").await.unwrap()).await.unwrap(), b"");
}

#[tokio::test]
async fn a_file_that_jira_sends_itself_is_taken_too() {
    let site = Site::start().await;
    let page = ResponseTemplate::new(200).set_body_raw("<html>", "text/html");
    Mock::given(any()).respond_with(page).mount(&site.server).await;
    let download = site.jira.download("10001").await.unwrap();
    assert_eq!(download.media, None);
    assert_eq!(read(download).await.unwrap(), b"<html>");
}

#[tokio::test]
async fn the_media_id_is_found_without_opening_the_file() {
    let site = Site::start().await;
    redirect(&site, &format!("http://127.0.0.1:9/file/{MEDIA}/binary?token=x")).await;
    assert_eq!(site.jira.media_id("10001").await.unwrap().as_deref(), Some(MEDIA));
}

#[tokio::test]
async fn a_web_page_is_not_where_a_file_is() {
    let site = Site::start().await;
    let page = ResponseTemplate::new(200).set_body_raw("<html>", "text/html");
    Mock::given(any()).respond_with(page).up_to_n_times(1).mount(&site.server).await;
    redirect(&site, &format!("http://127.0.0.1:9/file/{MEDIA}/binary?token=x")).await;
    assert_eq!(site.jira.media_id("10001").await.unwrap().as_deref(), Some(MEDIA));
    assert_eq!(site.requests().await.len(), 2);
}

#[tokio::test]
async fn a_redirect_that_names_no_file_is_no_answer() {
    let site = Site::start().await;
    redirect(&site, "https://login.example.com/").await;
    let error = site.jira.media_id("10001").await.unwrap_err();
    insta::assert_snapshot!(error, @"GET /rest/api/3/attachment/content/{attachment}: unexpected answer: a redirect that names no file");
}

#[tokio::test]
async fn a_redirect_to_elsewhere_is_not_followed() {
    let site = Site::start().await;
    redirect(&site, "http://media.example.com/file?token=secret").await;
    let error = site.jira.download("10001").await.unwrap_err();
    insta::assert_snapshot!(error, @"GET /rest/api/3/attachment/content/{attachment}: unexpected answer: a redirect to http://media.example.com, which is not followed");
}

#[tokio::test]
async fn a_missing_attachment_is_not_found() {
    let site = Site::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(404)).mount(&site.server).await;
    assert!(site.jira.download("10001").await.unwrap_err().is_not_found());
    assert!(site.jira.media_id("10001").await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn an_address_that_expired_is_asked_for_again() {
    let (site, media) = (Site::start().await, MockServer::start().await);
    redirect(&site, &format!("{}/file/{MEDIA}/binary", media.uri())).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(403)).up_to_n_times(1).mount(&media).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("bytes")).mount(&media).await;
    assert_eq!(read(site.jira.download("10001").await.unwrap()).await.unwrap(), b"bytes");
    assert_eq!(site.requests().await.len(), 2);
}

#[tokio::test]
async fn a_file_that_breaks_off_ends_with_an_error() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = Site::start().await;
    redirect(&site, &format!("http://{}/file/{MEDIA}/binary?token=secret", listener.local_addr().unwrap())).await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
    });
    let error = read(site.jira.download("10001").await.unwrap()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { reason, .. } if reason.contains("broke off after 4 bytes")),
        "{error}"
    );
    assert!(!error.to_string().contains("secret"), "{error}");
}

fn upload(name: &str, length: u64, pieces: Vec<&'static str>) -> Upload {
    let bytes = stream::iter(pieces.into_iter().map(|piece| Ok(Bytes::from_static(piece.as_bytes())))).boxed();
    Upload { name: name.into(), length, media_type: "text/plain".into(), bytes }
}

#[tokio::test]
async fn a_file_is_sent_as_one_part_of_known_length() {
    let site = Site::start().await;
    Mock::given(method("POST"))
        .and(path("/rest/api/3/issue/A-1/attachments"))
        .and(header("x-atlassian-token", "no-check"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!([{ "id": "10001", "filename": "日本 \"1\".txt" }])),
        )
        .mount(&site.server)
        .await;
    let described = site.jira.upload("A-1", upload("日本 \"1\".txt", 10, vec!["hello", "world"])).await.unwrap();
    assert_eq!(described["id"], "10001");
    let request = &site.requests().await[0];
    let body = String::from_utf8(request.body.clone()).unwrap();
    assert!(body.contains("name=\"file\"; filename=\"日本 \\\"1\\\".txt\"\r\nContent-Type: text/plain\r\n"), "{body}");
    assert!(body.contains("\r\n\r\nhelloworld\r\n"), "{body}");
    assert_eq!(request.headers["content-length"], body.len().to_string().as_str());
}

#[tokio::test]
async fn a_name_or_type_from_elsewhere_cannot_add_headers() {
    let site = Site::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(json!([{}]))).mount(&site.server).await;
    let file = Upload { media_type: "text/plain\r\nX-Evil: 1".into(), ..upload("a\r\nX-Evil: 1", 1, vec!["x"]) };
    site.jira.upload("A-1", file).await.unwrap();
    let body = String::from_utf8(site.requests().await[0].body.clone()).unwrap();
    assert!(!body.contains("\nX-Evil"), "{body}");
    assert!(body.contains("application/octet-stream"), "{body}");
}

#[tokio::test]
async fn an_upload_is_never_repeated_but_its_pause_is_kept() {
    for (status, outcome) in [(429, Outcome::NotDone), (500, Outcome::Ambiguous), (413, Outcome::Rejected)] {
        let site = Site::start().await;
        let answer = ResponseTemplate::new(status).insert_header("retry-after", "9");
        Mock::given(any()).respond_with(answer).mount(&site.server).await;
        let error = site.jira.upload("A-1", upload("a", 1, vec!["x"])).await.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{error}");
        assert_eq!(site.requests().await.len(), 1);
        let _ = site.jira.upload("A-1", upload("a", 1, vec!["x"])).await;
        assert_eq!(site.clock.elapsed() >= Duration::from_secs(9), status == 429);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_to_its_end_is_unclear() {
    let site = Site::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(json!([{}]))).mount(&site.server).await;
    let bytes = stream::iter([Ok(Bytes::from_static(b"x")), Err(std::io::Error::other("the disk is gone"))]).boxed();
    let error = site.jira.upload("A-1", Upload { bytes, ..upload("a", 10, vec![]) }).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Ambiguous);
    assert!(error.to_string().contains("the disk is gone"), "{error}");
}
