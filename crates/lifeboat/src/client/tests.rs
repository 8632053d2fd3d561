use axum::http::header::RETRY_AFTER;
use futures::stream;

use super::*;

fn reply(status: StatusCode, wait: Option<&'static str>, chunks: usize) -> Reply {
    let headers = wait.map(|wait| (RETRY_AFTER, HeaderValue::from_static(wait)));
    let chunk = Bytes::from(vec![b' '; 1 << 20]);
    let body = stream::iter(std::iter::repeat_n(chunk, chunks).map(Ok)).boxed();
    Reply { status, headers: headers.into_iter().collect(), body }
}

#[test]
fn what_is_put_off_for_seconds_is_waited_for() {
    let wait = |status, wait| put_off(&reply(status, wait, 0));
    assert_eq!(wait(StatusCode::TOO_MANY_REQUESTS, Some("3")), Some(Duration::from_secs(3)));
    assert_eq!(wait(StatusCode::SERVICE_UNAVAILABLE, Some("5")), Some(Duration::from_secs(5)));
    assert_eq!(wait(StatusCode::TOO_MANY_REQUESTS, Some("30")), None, "this is told instead");
    assert_eq!(wait(StatusCode::TOO_MANY_REQUESTS, None), None);
    assert_eq!(wait(StatusCode::OK, Some("3")), None);
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    assert_eq!(whole(reply(StatusCode::OK, None, 32)).await.unwrap().len(), LONGEST);
    let error = whole(reply(StatusCode::OK, None, usize::MAX)).await.unwrap_err();
    assert!(matches!(error, Trouble::TooLong { .. }), "{error}");
}
