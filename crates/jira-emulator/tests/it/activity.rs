//! What people add to issues: comments, worklogs, watchers, votes, properties, transitions, changelogs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::issues::document;
use crate::support::{TestSite, each, text};

async fn site_with_issue() -> (TestSite, String) {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "s").await;
    site.handle().clock().advance(Duration::from_mins(1));
    (site, format!("rest/api/3/issue/{id}"))
}

async fn updated(site: &TestSite, issue: &str) -> Value {
    site.get(&format!("{issue}?fields=updated")).await["fields"]["updated"].clone()
}

const CREATED: &str = "2026-03-01T09:00:00.000+0000";
const LATER: &str = "2026-03-01T09:01:00.000+0000";

#[tokio::test]
async fn comments_are_paged_and_carry_properties_when_asked() {
    let (site, issue) = site_with_issue().await;
    let path = format!("{issue}/comment");
    let mark = json!([{ "key": "mark", "value": { "n": 1 } }]);
    let comment = site.ok("POST", &path, json!({ "body": document("one"), "properties": mark })).await;
    site.ok("POST", &path, json!({ "body": document("two") })).await;
    assert!(comment.get("properties").is_none());
    assert_eq!(updated(&site, &issue).await, LATER);
    let page = site.get(&format!("{path}?maxResults=1&startAt=1")).await;
    assert_eq!((&page["total"], &page["maxResults"], &page["startAt"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!(page["comments"][0]["body"], document("two"));
    let page = site.get(&format!("{path}?expand=properties&orderBy=-created")).await;
    assert_eq!(page["comments"][1]["properties"], json!([{ "key": "mark", "value": { "n": 1 } }]));
    let id: u64 = text(&comment["id"]).parse().unwrap();
    let listed = site.ok("POST", "rest/api/3/comment/list?expand=properties", json!({ "ids": [id, 1] })).await;
    assert_eq!(listed["values"].as_array().unwrap().len(), 1);
    let key = site.get(&format!("rest/api/3/comment/{id}/properties/mark")).await;
    assert_eq!(key["value"], json!({ "n": 1 }));
}

#[tokio::test]
async fn comments_change_and_go() {
    let (site, issue) = site_with_issue().await;
    let comment = site.ok("POST", &format!("{issue}/comment"), json!({ "body": document("one") })).await;
    let path = format!("{issue}/comment/{}", text(&comment["id"]));
    site.handle().clock().advance(Duration::from_mins(1));
    let changed = site.ok("PUT", &path, json!({ "body": document("two") })).await;
    assert_eq!(changed["created"], LATER);
    assert_eq!(changed["updated"], "2026-03-01T09:02:00.000+0000");
    assert_eq!(site.send("DELETE", &path, None).await.0, 204);
    assert_eq!(site.send("GET", &path, None).await.0, 404);
    let refusal = site.refused("POST", &format!("{issue}/comment"), json!({ "body": "plain" }), 400).await;
    assert_eq!(refusal, json!({ "errorMessages": [], "errors": { "comment": "Comment body is not valid!" } }));
}

#[tokio::test]
async fn issue_takes_no_more_comments_than_jira_allows() {
    let (site, issue) = site_with_issue().await;
    site.handle().alter(|state| state.issues.values_mut().for_each(|issue| issue.comments = (1..=5000).collect()));
    site.refused("POST", &format!("{issue}/comment"), json!({ "body": document("one too many") }), 413).await;
}

#[tokio::test]
async fn worklogs_change_the_estimates_unless_told_otherwise() {
    let (site, issue) = site_with_issue().await;
    let estimate = json!({ "fields": { "timetracking": { "originalEstimate": "1d" } } });
    site.ok("PUT", &issue, estimate).await;
    let path = format!("{issue}/worklog");
    let started = "2014-06-20T21:49:45.000+0200";
    let worklog = site.ok("POST", &path, json!({ "timeSpentSeconds": 3600, "started": started })).await;
    assert_eq!(worklog["timeSpent"], "1h");
    assert_eq!(worklog["started"], "2014-06-20T19:49:45.000+0000");
    site.ok("POST", &format!("{path}?adjustEstimate=leave&notifyUsers=false"), json!({ "timeSpent": "2h" })).await;
    let tracking = site.get(&issue).await["fields"]["timetracking"].clone();
    insta::assert_json_snapshot!(tracking, @r#"
    {
      "originalEstimate": "1d",
      "originalEstimateSeconds": 28800,
      "remainingEstimate": "7h",
      "remainingEstimateSeconds": 25200,
      "timeSpent": "3h",
      "timeSpentSeconds": 10800
    }
    "#);
    let refusal = json!({ "timeSpentSeconds": 60, "started": "2014-06-20T21:49:45Z" });
    site.refused("POST", &path, refusal, 400).await;
    let page = site.get(&path).await;
    assert_eq!((&page["total"], &page["maxResults"]), (&json!(2), &json!(5000)));
}

#[tokio::test]
async fn worklog_feeds_tell_everything_but_the_last_minute() {
    let (site, issue) = site_with_issue().await;
    let since = site.handle().clock().now().as_millisecond();
    let worklog = site.ok("POST", &format!("{issue}/worklog"), json!({ "timeSpentSeconds": 60 })).await;
    let id: u64 = text(&worklog["id"]).parse().unwrap();
    let feed = format!("rest/api/3/worklog/updated?since={since}");
    assert_eq!(site.get(&feed).await["values"], json!([]));
    site.handle().clock().advance(Duration::from_mins(1));
    let page = site.get(&feed).await;
    assert_eq!(page["values"], json!([{ "worklogId": id, "updatedTime": since, "properties": [] }]));
    assert_eq!(page["lastPage"], true);
    let listed = site.ok("POST", "rest/api/3/worklog/list", json!({ "ids": [id, 5] })).await;
    assert_eq!(each(&listed, "id"), [&json!(id.to_string())]);
    site.send("DELETE", &format!("{issue}/worklog/{id}"), None).await;
    site.handle().clock().advance(Duration::from_mins(1));
    let deleted = site.get(&format!("rest/api/3/worklog/deleted?since={since}")).await;
    assert_eq!(each(&deleted["values"], "worklogId"), [&json!(id)]);
}

#[tokio::test]
async fn worklog_feed_pages_meet_at_a_whole_millisecond() {
    let (site, issue) = site_with_issue().await;
    site.ok("POST", &format!("{issue}/worklog"), json!({ "timeSpentSeconds": 60 })).await;
    let first = site.handle().clock().now();
    site.handle().alter(|state| {
        let worklog = state.worklogs.values().next().unwrap().clone();
        for number in 0..1500 {
            let mut copy = worklog.clone();
            copy.id = 50_000 + number;
            copy.updated = first + Duration::from_millis(number / 10);
            state.worklogs.insert(copy.id, copy);
        }
    });
    site.handle().clock().advance(Duration::from_mins(2));
    let (mut since, mut seen) = (0, std::collections::BTreeSet::new());
    for _ in 0..3 {
        let page = site.get(&format!("rest/api/3/worklog/updated?since={since}")).await;
        seen.extend(each(&page["values"], "worklogId").into_iter().map(|id| id.as_u64().unwrap()));
        since = page["until"].as_i64().unwrap();
        if page["lastPage"] == true {
            break;
        }
    }
    assert_eq!(seen.len(), 1501);
}

#[tokio::test]
async fn watchers_votes_and_properties_leave_updated_alone() {
    let (site, issue) = site_with_issue().await;
    let me = site.me().await;
    for _ in 0..2 {
        assert_eq!(site.send("POST", &format!("{issue}/watchers"), Some(json!(me))).await.0, 204);
    }
    assert_eq!(site.send("POST", &format!("{issue}/votes"), None).await.0, 204);
    let mark = format!("{issue}/properties/mark");
    assert_eq!(site.send("PUT", &mark, Some(json!([1]))).await.0, 201);
    assert_eq!(site.send("PUT", &mark, Some(json!([2]))).await.0, 200);
    assert_eq!(updated(&site, &issue).await, CREATED);
    let shown = site.get(&format!("{issue}?fields=watches,votes&properties=mark")).await;
    assert_eq!(shown["fields"]["watches"]["watchCount"], 1);
    assert_eq!(shown["fields"]["votes"]["votes"], 1);
    assert_eq!(shown["properties"], json!({ "mark": [2] }));
    assert_eq!(each(&site.get(&format!("{issue}/watchers")).await["watchers"], "accountId"), [&json!(me)]);
    let unwatch = format!("{issue}/watchers?accountId={me}");
    assert_eq!(site.send("DELETE", &unwatch, None).await.0, 204);
    assert_eq!(site.send("DELETE", &unwatch, None).await.0, 204);
    assert_eq!(each(&site.get(&format!("{issue}/properties")).await["keys"], "key"), ["mark"]);
    let long = "v".repeat(32_767);
    site.refused("PUT", &mark, json!(long), 400).await;
    site.refused("POST", &format!("{issue}/watchers"), json!("nobody"), 400).await;
}

#[tokio::test]
async fn status_changes_along_the_workflow_only() {
    let (site, issue) = site_with_issue().await;
    let path = format!("{issue}/transitions");
    let refusal = site.refused("POST", &path, json!({ "transition": { "id": "999" } }), 400).await;
    assert_eq!(refusal["errorMessages"][0], "Transition id '999' is not valid for this issue.");
    let transitions = site.get(&path).await["transitions"].clone();
    let done = transitions.as_array().unwrap().iter().find(|transition| transition["to"]["name"] == "Done").unwrap();
    let mut body = json!({ "transition": { "id": done["id"] }, "fields": { "resolution": { "name": "Done" } } });
    let refusal = site.refused("POST", &path, body.clone(), 400).await;
    assert!(text(&refusal["errors"]["resolution"]).contains("not on the appropriate screen"));
    body.as_object_mut().unwrap().remove("fields");
    site.ok("POST", &path, body).await;
    site.ok("PUT", &issue, json!({ "fields": { "resolution": { "name": "Done" } }, "transition": { "id": "11" } }))
        .await;
    let shown = site.get(&issue).await["fields"].clone();
    assert_eq!(shown["status"]["name"], "Done", "an edit takes no transition");
    assert_eq!(shown["resolutiondate"], LATER);
    assert_eq!(shown["statuscategorychangedate"], LATER);
    let refusal = site.refused("PUT", &issue, json!({ "fields": { "status": { "name": "To Do" } } }), 400).await;
    assert!(refusal["errors"]["status"].is_string());
}

#[tokio::test]
async fn changelogs_come_oldest_first_and_in_bulk_with_numbers() {
    let (site, issue) = site_with_issue().await;
    for summary in ["a", "b", "c"] {
        site.ok("PUT", &issue, json!({ "fields": { "summary": summary } })).await;
    }
    let page = site.get(&format!("{issue}/changelog?maxResults=2")).await;
    assert_eq!((&page["total"], &page["isLast"]), (&json!(3), &json!(false)));
    assert_eq!(page["values"][0]["items"][0]["toString"], "a");
    assert_eq!(page["values"][0]["created"], LATER);
    assert!(text(&page["nextPage"]).contains("startAt=2"));
    let mut question = json!({ "issueIdsOrKeys": ["SEA-1"], "maxResults": 2 });
    let first = site.ok("POST", "rest/api/3/changelog/bulkfetch", question.clone()).await;
    let histories = &first["issueChangeLogs"][0]["changeHistories"];
    assert_eq!(histories.as_array().unwrap().len(), 2);
    assert!(histories[0]["created"].is_number());
    question["nextPageToken"] = first["nextPageToken"].clone();
    let second = site.ok("POST", "rest/api/3/changelog/bulkfetch", question).await;
    assert_eq!(second["issueChangeLogs"][0]["changeHistories"][0]["items"][0]["toString"], "c");
    assert!(second.get("nextPageToken").is_none());
}

#[tokio::test]
async fn create_meta_tells_what_is_on_the_screen() {
    let (site, _) = site_with_issue().await;
    let types = site.get("rest/api/3/issue/createmeta/SEA/issuetypes").await;
    let subtask = types["issueTypes"].as_array().unwrap().iter().find(|kind| kind["subtask"] == true).unwrap();
    let path = format!("rest/api/3/issue/createmeta/SEA/issuetypes/{}", text(&subtask["id"]));
    let fields = site.get(&format!("{path}?maxResults=200")).await;
    assert_eq!(fields["total"].as_u64().unwrap() as usize, fields["fields"].as_array().unwrap().len());
    let field = |id: &str| fields["fields"].as_array().unwrap().iter().find(|field| field["fieldId"] == id);
    assert_eq!(field("summary").unwrap()["required"], true);
    assert_eq!(field("parent").unwrap()["required"], true);
    assert!(field("created").is_none() && field("comment").is_none());
    assert_eq!(field("priority").unwrap()["allowedValues"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn who_makes_or_comments_on_an_issue_watches_it_unless_he_prefers_not_to() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let me = site.me().await;
    let watched = site.issue(&project, "Leak").await;
    let preference = "rest/api/3/mypreferences?key=user.autowatch.disabled";
    assert_eq!(site.send("PUT", preference, Some(json!(true))).await.0, 204);
    assert_eq!(site.get(preference).await, json!(true));
    let unwatched = site.issue(&project, "Rust").await;
    let comment = json!({ "body": { "type": "doc", "version": 1, "content": [] } });
    site.ok("POST", &format!("rest/api/3/issue/{unwatched}/comment"), comment.clone()).await;
    let watchers =
        async |issue: &str| site.get(&format!("rest/api/3/issue/{issue}/watchers")).await["watchers"].clone();
    assert_eq!(each(&watchers(&watched).await, "accountId"), [&json!(me)]);
    assert_eq!(watchers(&unwatched).await, json!([]));
    assert_eq!(site.send("DELETE", preference, None).await.0, 204);
    site.ok("POST", &format!("rest/api/3/issue/{unwatched}/comment"), comment).await;
    assert_eq!(each(&watchers(&unwatched).await, "accountId"), [&json!(me)]);
}
