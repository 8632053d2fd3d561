//! The table of answers and what they mean.

use reqwest::header::{HeaderName, HeaderValue};

use super::*;
use crate::{Credentials, Outcome};

fn settings() -> Settings {
    let credentials = Credentials::Basic { email: "admin@example.com".into(), token: "secret".into() };
    Settings {
        expected_account: Some("557058:abc".into()),
        ..Settings::new("https://example.atlassian.net".parse().unwrap(), credentials)
    }
}

fn verdict(
    call: &Call,
    status: u16,
    headers: &[(&'static str, &'static str)],
    body: &'static str,
) -> Result<Answer, Setback> {
    let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    let answer = Answer { status, headers: headers.collect(), body: Bytes::from_static(body.as_bytes()) };
    answer.judged(call, &settings(), Timestamp::UNIX_EPOCH)
}

fn word(verdict: &Result<Answer, Setback>) -> String {
    match verdict {
        Ok(_) => "good".into(),
        Err(Setback::Throttled(_)) => "throttled".into(),
        Err(Setback::Unreached(_)) => "unreached".into(),
        Err(Setback::Unclear { refusal, .. }) => {
            format!("unclear{}", if refusal.is_some() { ", then refused" } else { "" })
        }
        Err(Setback::Refused(error)) => format!("refused: {error}"),
    }
}

#[test]
fn each_status_has_its_meaning() {
    let call = Call::post("/rest/api/3/issue");
    let table: Vec<String> =
        [200, 201, 204, 207, 303, 400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 422, 429, 500, 502, 503, 504]
            .into_iter()
            .map(|status| format!("{status} {}", word(&verdict(&call, status, &[], ""))))
            .collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    200 good
    201 good
    204 good
    207 good
    303 good
    400 refused: POST /rest/api/3/issue: Jira refused (400): HTTP 400
    401 refused: https://example.atlassian.net does not accept the credentials of admin@example.com: HTTP 401; make a new API token and store it with `lifeboat site add`, or connect the site anew in the dashboard
    403 refused: POST /rest/api/3/issue: the account lacks a permission: HTTP 403
    404 refused: POST /rest/api/3/issue: Jira refused (404): HTTP 404
    405 refused: POST /rest/api/3/issue: Jira refused (405): HTTP 405
    408 unclear
    409 unclear, then refused
    410 refused: POST /rest/api/3/issue: Jira refused (410): HTTP 410
    412 refused: POST /rest/api/3/issue: Jira refused (412): HTTP 412
    413 refused: POST /rest/api/3/issue: Jira refused (413): HTTP 413
    422 refused: POST /rest/api/3/issue: Jira refused (422): HTTP 422
    429 throttled
    500 unclear
    502 unclear
    503 unclear
    504 unclear
    ");
}

#[test]
fn a_503_is_a_pause_only_when_it_says_how_long() {
    let call = Call::post("/rest/api/3/issue");
    assert_eq!(word(&verdict(&call, 503, &[("retry-after", "5")], "<html>")), "throttled");
    assert_eq!(word(&verdict(&call, 503, &[], "<html>")), "unclear");
}

#[test]
fn a_dead_token_is_seen_through_a_200() {
    for reason in ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "OUT, AUTHENTICATED_FAILED"] {
        let verdict = verdict(&Call::get("/rest/api/3/field"), 200, &[("x-seraph-loginreason", reason)], "[]");
        assert!(matches!(verdict, Err(Setback::Refused(Error::Credentials { .. }))), "{reason}");
    }
    insta::assert_snapshot!(word(&verdict(&Call::get("/rest/api/3/field"), 200, &[("x-seraph-loginreason", "AUTHENTICATED_FAILED")], "[]")), @"refused: https://example.atlassian.net does not accept the credentials of admin@example.com: the answer was made for a stranger (AUTHENTICATED_FAILED); the token may have expired; make a new API token and store it with `lifeboat site add`, or connect the site anew in the dashboard");
    assert_eq!(word(&verdict(&Call::get("/rest/api/3/field"), 200, &[("x-seraph-loginreason", "OK")], "[]")), "good");
}

#[test]
fn an_answer_for_another_account_is_refused() {
    let call = Call::get("/rest/api/3/field");
    assert_eq!(word(&verdict(&call, 200, &[("x-aaccountid", "557058%3Aabc")], "[]")), "good");
    assert_eq!(word(&verdict(&call, 200, &[("x-aaccountid", "557058:abc")], "[]")), "good");
    assert!(matches!(
        verdict(&call, 200, &[("x-aaccountid", "557058:other")], "[]"),
        Err(Setback::Refused(Error::Credentials { .. }))
    ));
}

#[test]
fn a_write_that_was_done_for_another_account_was_done() {
    let Err(Setback::Refused(error)) =
        verdict(&Call::post("/rest/api/3/issue"), 201, &[("x-aaccountid", "other")], "{}")
    else {
        panic!("not refused");
    };
    assert_eq!(error.outcome(), Outcome::Ambiguous);
}

#[test]
fn what_strangers_may_ask_is_not_checked_for_an_account() {
    let call = Call::get("/_edge/tenant_info").anonymous();
    assert_eq!(word(&verdict(&call, 200, &[("x-seraph-loginreason", "AUTHENTICATED_FAILED")], "{}")), "good");
}

#[test]
fn a_web_page_is_no_answer() {
    let call = Call::get("/rest/api/3/field");
    let page = "<html><title>Log in</title></html>";
    assert_eq!(
        word(&verdict(&call, 200, &[("content-type", "text/html;charset=UTF-8")], page)),
        "unclear, then refused"
    );
    let write = Call::post("/rest/api/3/field");
    assert_eq!(word(&verdict(&write, 200, &[("content-type", "text/html")], page)), "unclear");
}

#[test]
fn an_edge_that_does_not_know_the_site_says_nothing_of_an_object() {
    for call in [Call::get("/rest/api/3/field"), Call::post("/rest/api/3/field")] {
        let page = verdict(&call, 404, &[("content-type", "text/html")], "<html><body>Site not found</body></html>");
        assert_eq!(word(&page), "unreached");
        let told = verdict(&call, 404, &[("content-type", "application/json")], r#"{"errorMessages":["no"]}"#);
        assert!(word(&told).starts_with("refused"));
    }
}

#[test]
fn what_is_packed_is_not_unpacked() {
    let call = Call::get("/rest/api/3/field");
    insta::assert_snapshot!(word(&verdict(&call, 200, &[("content-encoding", "gzip")], "\u{1f}")), @"refused: GET /rest/api/3/field: unexpected answer: it is packed (gzip), which nobody asked for");
    assert_eq!(word(&verdict(&call, 200, &[("content-encoding", "Identity")], "[]")), "good");
}

#[test]
fn a_refusal_that_the_caller_reads_itself_is_an_answer() {
    let call = Call::post("/rest/api/3/issue/bulk").accepts(400);
    assert_eq!(word(&verdict(&call, 400, &[], r#"{"issues":[],"errors":[]}"#)), "good");
    assert!(word(&verdict(&call, 413, &[], "")).starts_with("refused"));
}

#[test]
fn messages_and_fields_of_a_refusal_are_kept() {
    let body = r#"{"errorMessages":[],"errors":{"summary":"You must specify a summary of the issue."}}"#;
    let Err(Setback::Refused(Error::Rejected { messages, fields, .. })) =
        verdict(&Call::post("/rest/api/3/issue"), 400, &[], body)
    else {
        panic!("not rejected");
    };
    assert_eq!(messages, ["summary: You must specify a summary of the issue."]);
    assert_eq!(fields, [("summary".to_owned(), "You must specify a summary of the issue.".to_owned())]);
}
