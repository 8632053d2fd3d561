//! Pages of every style, and what may be wrong with them.

use futures::TryStreamExt as _;
use jiff::Timestamp;
use jira::{Call, Error, WorklogFeed};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use wiremock::matchers::{any, body_partial_json, path, query_param, query_param_is_missing};
use wiremock::{Mock, Request, ResponseTemplate};

use crate::Site;

fn ok(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn texts(items: &[Box<RawValue>]) -> Vec<&str> {
    items.iter().map(|item| item.get()).collect()
}

/// The values 0 to `total`, at most `cap` in a page whatever is asked for.
fn list(total: u64, cap: u64) -> impl Fn(&Request) -> ResponseTemplate {
    move |request: &Request| {
        let asked = |name: &str| {
            let value = request.url.query_pairs().find(|(key, _)| key == name).unwrap().1;
            value.parse::<u64>().unwrap()
        };
        let (start, size) = (asked("startAt"), asked("maxResults").min(cap));
        let end = (start + size).min(total);
        let values: Vec<u64> = (start..end).collect();
        ok(json!({ "startAt": start, "maxResults": size, "total": total, "isLast": end == total, "values": values }))
    }
}

#[tokio::test]
async fn pages_by_position_are_read_to_the_end_though_they_are_smaller_than_asked() {
    for (total, requests) in [(0, 1), (1, 1), (7, 1), (8, 2), (23, 4)] {
        let site = Site::start().await;
        Mock::given(any()).respond_with(list(total, 7)).mount(&site.server).await;
        let items: Vec<_> =
            site.jira.pages_offset(Call::get("/rest/api/3/project/search"), "values", 50).try_collect().await.unwrap();
        let expected: Vec<String> = (0..total).map(|value| value.to_string()).collect();
        assert_eq!(texts(&items), expected);
        assert_eq!(site.requests().await.len(), requests);
    }
}

#[tokio::test]
async fn a_position_that_is_ignored_is_noticed() {
    let site = Site::start().await;
    Mock::given(any()).respond_with(ok(json!({ "isLast": false, "values": [1, 2] }))).mount(&site.server).await;
    let read: Result<Vec<_>, _> =
        site.jira.pages_offset(Call::get("/rest/api/3/project/search"), "values", 2).try_collect().await;
    insta::assert_snapshot!(read.unwrap_err(), @"GET /rest/api/3/project/search: unexpected answer: the same page came twice");
    assert_eq!(site.requests().await.len(), 2);
}

#[tokio::test]
async fn a_search_goes_on_over_short_and_empty_pages() {
    let site = Site::start().await;
    let question = json!({ "jql": "project = A", "fields": ["id"], "maxResults": 5000 });
    let page = |token: &str, ids: &[&str]| {
        let issues: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
        ok(json!({ "issues": issues, "nextPageToken": token, "isLast": false }))
    };
    let last = ok(json!({ "issues": [{ "id": "10003" }], "isLast": true }));
    Mock::given(body_partial_json(json!({ "nextPageToken": "two" }))).respond_with(last).mount(&site.server).await;
    Mock::given(body_partial_json(json!({ "nextPageToken": "one" })))
        .respond_with(page("two", &[]))
        .mount(&site.server)
        .await;
    Mock::given(body_partial_json(question)).respond_with(page("one", &["10001", "10002"])).mount(&site.server).await;
    let ids: Vec<u64> = site.jira.search_ids("project = A").try_collect().await.unwrap();
    assert_eq!(ids, [10001, 10002, 10003]);
}

#[tokio::test]
async fn a_token_that_comes_back_ends_the_search_with_an_error() {
    let site = Site::start().await;
    Mock::given(any())
        .respond_with(ok(json!({ "issues": [{ "id": "1" }], "nextPageToken": "again" })))
        .mount(&site.server)
        .await;
    let read: Result<Vec<_>, _> = site.jira.search_ids("project = A").try_collect().await;
    insta::assert_snapshot!(read.unwrap_err(), @"POST /rest/api/3/search/jql: unexpected answer: the token for the next page was used before");
}

#[tokio::test]
async fn half_a_search_does_not_pass_for_a_whole_one() {
    let site = Site::start().await;
    Mock::given(any())
        .respond_with(ok(json!({ "issues": [{ "id": "1" }], "isLast": false })))
        .mount(&site.server)
        .await;
    let read: Result<Vec<_>, _> = site.jira.search_ids("project = A").try_collect().await;
    insta::assert_snapshot!(read.unwrap_err(), @"POST /rest/api/3/search/jql: unexpected answer: more issues are to follow, but no token came to ask for them");
}

/// The issues of ids below 1000; 666 gives an error in bulk and 999 does not exist.
fn fetch(request: &Request) -> ResponseTemplate {
    let question: Value = request.body_json().unwrap();
    let ids: Vec<&str> = question["issueIdsOrKeys"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert!(ids.len() <= 100);
    let issues: Vec<Value> = ids
        .iter()
        .filter(|id| !matches!(**id, "666" | "999"))
        .map(|id| json!({ "id": id, "key": format!("A-{id}") }))
        .collect();
    let errors: Vec<Value> =
        ids.iter().filter(|id| **id == "666").map(|id| json!({ "id": id, "errorMessage": "Try again." })).collect();
    ok(json!({ "issues": issues, "issueErrors": errors }))
}

#[tokio::test]
async fn many_issues_are_fetched_in_batches_and_what_failed_alone() {
    let site = Site::start().await;
    Mock::given(path("/rest/api/3/issue/bulkfetch")).respond_with(fetch).mount(&site.server).await;
    Mock::given(path("/rest/api/3/issue/666"))
        .and(query_param("fields", "*all"))
        .and(query_param("properties", "lifeboat"))
        .respond_with(ok(json!({ "id": "666" })))
        .mount(&site.server)
        .await;
    let ids: Vec<u64> = (800..1000).chain([666]).collect();
    let fetched = site.jira.bulk_fetch(&ids, &["lifeboat"]).await.unwrap();
    assert_eq!(fetched.issues.len(), 200);
    assert_eq!(fetched.missing, ["999"]);
    assert_eq!(site.requests().await.len(), 4);
}

#[tokio::test]
async fn issues_are_found_by_key_in_any_case() {
    let site = Site::start().await;
    let answer = ok(json!({ "issues": [{ "id": "1", "key": "A-1" }], "issueErrors": [] }));
    Mock::given(any()).respond_with(answer).mount(&site.server).await;
    assert_eq!(site.jira.bulk_fetch(&["a-1", "A-2"], &[]).await.unwrap().missing, ["A-2"]);
}

#[tokio::test]
async fn an_issue_that_fails_alone_too_and_is_gone_is_missing() {
    let site = Site::start().await;
    Mock::given(path("/rest/api/3/issue/bulkfetch")).respond_with(fetch).mount(&site.server).await;
    assert_eq!(site.jira.bulk_fetch(&[666], &[]).await.unwrap().missing, ["666"]);
}

#[tokio::test]
async fn histories_of_an_issue_may_be_split_over_pages() {
    let site = Site::start().await;
    let first = json!({ "issueChangeLogs": [
        { "issueId": "1", "changeHistories": [{ "id": "11" }, { "id": "12" }] },
        { "issueId": "2", "changeHistories": [{ "id": "21" }] },
    ], "nextPageToken": "more" });
    let second = json!({ "issueChangeLogs": [{ "issueId": "2", "changeHistories": [{ "id": "22" }] }] });
    Mock::given(body_partial_json(json!({ "nextPageToken": "more" })))
        .respond_with(ok(second))
        .mount(&site.server)
        .await;
    Mock::given(any()).respond_with(ok(first)).mount(&site.server).await;
    let histories: Vec<_> = site.jira.changelogs(&[1, 2]).try_collect().await.unwrap();
    let shown: Vec<String> = histories.iter().map(|(issue, history)| format!("{issue} {}", history.get())).collect();
    insta::assert_debug_snapshot!(shown, @r#"
    [
        "1 {\"id\":\"11\"}",
        "1 {\"id\":\"12\"}",
        "2 {\"id\":\"21\"}",
        "2 {\"id\":\"22\"}",
    ]
    "#);
}

#[tokio::test]
async fn histories_of_many_issues_are_asked_for_a_thousand_at_a_time() {
    let site = Site::start().await;
    Mock::given(any()).respond_with(ok(json!({ "issueChangeLogs": [] }))).mount(&site.server).await;
    let ids: Vec<u32> = (0..2500).collect();
    let histories: Vec<_> = site.jira.changelogs(&ids).try_collect().await.unwrap();
    assert!(histories.is_empty());
    assert_eq!(site.requests().await.len(), 3);
}

#[tokio::test]
async fn a_worklog_feed_steps_by_time() {
    let site = Site::start().await;
    let page = |id: u64, until: i64, last: bool| {
        ok(
            json!({ "values": [{ "worklogId": id, "updatedTime": until, "properties": [] }], "until": until, "lastPage": last,
            "nextPage": "https://elsewhere.example.com/" }),
        )
    };
    Mock::given(path("/rest/api/3/worklog/deleted"))
        .and(query_param("since", "5"))
        .respond_with(page(1, 50, false))
        .mount(&site.server)
        .await;
    Mock::given(path("/rest/api/3/worklog/deleted"))
        .and(query_param("since", "50"))
        .respond_with(page(2, 60, true))
        .mount(&site.server)
        .await;
    let changes: Vec<_> = site.jira.worklog_feed(WorklogFeed::Deleted, 5).try_collect().await.unwrap();
    let shown: Vec<_> = changes.iter().map(|change| (change.id, change.updated_ms)).collect();
    assert_eq!(shown, [(1, 50), (2, 60)]);
}

#[tokio::test]
async fn worklogs_are_asked_for_a_thousand_at_a_time() {
    let site = Site::start().await;
    Mock::given(path("/rest/api/3/worklog/list"))
        .and(query_param("expand", "properties"))
        .respond_with(|request: &Request| {
            let question: Value = request.body_json().unwrap();
            ok(question["ids"].clone())
        })
        .mount(&site.server)
        .await;
    let ids: Vec<u64> = (0..1001).collect();
    assert_eq!(site.jira.worklogs(&ids).await.unwrap().len(), 1001);
    assert_eq!(site.requests().await.len(), 2);
}

#[tokio::test]
async fn the_audit_log_is_read_until_a_short_page() {
    let site = Site::start().await;
    let records = |range: std::ops::Range<u64>| range.map(|id| json!({ "id": id })).collect::<Vec<_>>();
    let page =
        |offset: u64, range| ok(json!({ "offset": offset, "limit": 1000, "total": 1000, "records": records(range) }));
    let first = query_param("from", "1970-01-01T00:00:01.500+0000");
    Mock::given(first).and(query_param("offset", "0")).respond_with(page(0, 0..1000)).mount(&site.server).await;
    Mock::given(query_param("offset", "1000")).respond_with(page(1000, 1000..1003)).mount(&site.server).await;
    let from = Timestamp::from_millisecond(1500).unwrap();
    let read: Vec<_> = site.jira.audit(from).try_collect().await.unwrap();
    assert_eq!(read.len(), 1003);
}

#[tokio::test]
async fn a_free_plan_refuses_the_audit_log() {
    let site = Site::start().await;
    Mock::given(query_param_is_missing("filter")).respond_with(ResponseTemplate::new(403)).mount(&site.server).await;
    let read: Result<Vec<_>, _> = site.jira.audit(Timestamp::UNIX_EPOCH).try_collect().await;
    assert!(matches!(read, Err(Error::Forbidden { .. })));
}
