//! Reading what hangs on issues: what came with the issue is used where it is complete, and everything else is asked for.

use async_trait::async_trait;
use futures::TryStreamExt;
use jiff::Timestamp;
use jira::{Download, Jira};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use site::kinds::issue::FetchedIssue;
use site::sink::{Result, Sink};
use site::{KindName, registry};
use wiremock::matchers::{body_json, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Remembers what it is given, one line for each object.
#[derive(Default)]
struct Memory {
    known: Vec<String>,
    lines: Vec<String>,
}

#[async_trait]
impl Sink for Memory {
    async fn has_content(&mut self, _kind: KindName, key: &str) -> Result<bool> {
        Ok(self.known.iter().any(|known| known == key))
    }

    async fn put(
        &mut self,
        kind: KindName,
        key: String,
        _updated: Option<Timestamp>,
        body: Box<RawValue>,
    ) -> Result<()> {
        self.lines.push(format!("{kind} {key} {}", body.get()));
        Ok(())
    }

    async fn put_with_content(
        &mut self,
        kind: KindName,
        key: String,
        _updated: Option<Timestamp>,
        body: Box<RawValue>,
        content: Option<Download>,
    ) -> Result<()> {
        let bytes = match content {
            Some(content) => {
                let bytes: Vec<bytes::Bytes> = content.bytes.try_collect().await?;
                format!("{:?}", String::from_utf8_lossy(&bytes.concat()))
            }
            None => "kept".to_owned(),
        };
        self.lines.push(format!("{kind} {key} {} {bytes}", body.get()));
        Ok(())
    }

    async fn failed(&mut self, kind: KindName, key: String, _reason: String) -> Result<()> {
        self.lines.push(format!("{kind} {key} failed"));
        Ok(())
    }
}

fn client(server: &MockServer) -> Jira {
    let credentials = jira::Credentials::Basic { email: "a@example.org".to_owned(), token: "secret".into() };
    let settings = jira::Settings::new(server.uri().parse().unwrap(), credentials);
    Jira::new(settings, ambient::Ambient::seeded(1)).unwrap()
}

fn issue(id: u32, fields: Value) -> FetchedIssue {
    let text = json!({ "id": id.to_string(), "key": format!("AB-{id}"), "fields": fields }).to_string();
    FetchedIssue::parse(&RawValue::from_string(text).unwrap()).unwrap()
}

async fn answer(server: &MockServer, verb: &str, at: &str, body: Value) {
    Mock::given(method(verb))
        .and(path(at))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(server)
        .await;
}

/// What the kind with this name puts.
async fn read(server: &MockServer, kind: &str, issues: &[FetchedIssue], sink: &mut Memory) {
    let kind = registry::ISSUE_KINDS.iter().find(|candidate| candidate.name() == kind).unwrap();
    kind.read(&client(server), issues, sink).await.unwrap();
}

#[tokio::test]
async fn comments_that_came_whole_get_their_properties_and_the_others_are_read() {
    let server = MockServer::start().await;
    let list = json!({ "values": [{ "id": "1", "properties": [{ "key": "app", "value": 1 }] }, { "id": "2", "properties": [] }] });
    Mock::given(method("POST"))
        .and(path("/rest/api/3/comment/list"))
        .and(query_param("expand", "properties"))
        .and(body_json(json!({ "ids": [1, 2] })))
        .respond_with(ResponseTemplate::new(200).set_body_json(list))
        .expect(1)
        .mount(&server)
        .await;
    let page = json!({ "startAt": 0, "maxResults": 100, "total": 2, "comments": [{ "id": "3", "properties": [] }, { "id": "4" }] });
    answer(&server, "GET", "/rest/api/3/issue/11/comment", page).await;
    let whole = json!({ "comment": { "total": 2, "comments": [{ "id": "1" }, { "id": "2" }] } });
    let cut = json!({ "comment": { "total": 2, "comments": [{ "id": "3" }] } });
    let mut sink = Memory::default();
    read(&server, "comment", &[issue(10, whole), issue(11, cut), issue(12, json!({}))], &mut sink).await;
    insta::assert_snapshot!(sink.lines.join("\n"), @r#"
    comment 10/1 {"id":"1","properties":[{"key":"app","value":1}]}
    comment 10/2 {"id":"2"}
    comment 11/3 {"id":"3"}
    comment 11/4 {"id":"4"}
    "#);
}

#[tokio::test]
async fn worklogs_that_were_cut_short_are_read() {
    let server = MockServer::start().await;
    answer(
        &server,
        "POST",
        "/rest/api/3/worklog/list",
        json!([{ "id": "1", "properties": [{ "key": "app", "value": 1 }] }]),
    )
    .await;
    let page = json!({ "startAt": 0, "maxResults": 5000, "total": 2, "worklogs": [{ "id": "2" }, { "id": "3" }] });
    answer(&server, "GET", "/rest/api/3/issue/11/worklog", page).await;
    let whole = json!({ "worklog": { "total": 1, "worklogs": [{ "id": "1" }] } });
    let cut = json!({ "worklog": { "total": 2, "worklogs": [{ "id": "2" }] } });
    let mut sink = Memory::default();
    read(&server, "worklog", &[issue(10, whole), issue(11, cut)], &mut sink).await;
    insta::assert_snapshot!(sink.lines.join("\n"), @r#"
    worklog 10/1 {"id":"1","properties":[{"key":"app","value":1}]}
    worklog 11/2 {"id":"2"}
    worklog 11/3 {"id":"3"}
    "#);
}

#[tokio::test]
async fn a_file_is_downloaded_once_and_one_that_cannot_be_is_reported() {
    let server = MockServer::start().await;
    for (id, media) in [(1, "0b0c1a2e-0000-4000-8000-000000000001"), (2, "0b0c1a2e-0000-4000-8000-000000000002")] {
        let to = format!("{}/file/{media}/binary", server.uri());
        Mock::given(method("GET"))
            .and(path(format!("/rest/api/3/attachment/content/{id}")))
            .respond_with(ResponseTemplate::new(303).insert_header("Location", to))
            .mount(&server)
            .await;
        Mock::given(path(format!("/file/{media}/binary")))
            .respond_with(ResponseTemplate::new(200).set_body_string("bytes"))
            .mount(&server)
            .await;
    }
    let files = json!({ "attachment": [{ "id": "1", "size": 5 }, { "id": "2", "size": 5 }, { "id": "3", "size": 5 }] });
    let mut sink = Memory { known: vec!["10/2".to_owned()], ..Memory::default() };
    read(&server, "attachment", &[issue(10, files)], &mut sink).await;
    insta::assert_snapshot!(sink.lines.join("\n"), @r#"
    attachment 10/1 {"id":"1","size":5,"lifeboat:media":"0b0c1a2e-0000-4000-8000-000000000001"} "bytes"
    attachment 10/2 {"id":"2","size":5,"lifeboat:media":"0b0c1a2e-0000-4000-8000-000000000002"} kept
    attachment 10/3 failed
    attachment 10/3 {"id":"3","size":5} kept
    "#);
}

#[tokio::test]
async fn watchers_and_voters_are_read_only_where_there_are_some() {
    let server = MockServer::start().await;
    answer(&server, "GET", "/rest/api/3/issue/11/watchers", json!({ "watchCount": 1, "watchers": [] })).await;
    answer(&server, "GET", "/rest/api/3/issue/11/votes", json!({ "votes": 2, "voters": [] })).await;
    let none = json!({ "watches": { "watchCount": 0 }, "votes": { "votes": 0 } });
    let some = json!({ "watches": { "watchCount": 1 }, "votes": { "votes": 2 } });
    let issues = [issue(10, none), issue(11, some)];
    let mut sink = Memory::default();
    read(&server, "watchers", &issues, &mut sink).await;
    read(&server, "votes", &issues, &mut sink).await;
    insta::assert_snapshot!(sink.lines.join("\n"), @r#"
    watchers 11/watchers {"watchCount":1,"watchers":[]}
    votes 11/votes {"voters":[],"votes":2}
    "#);
}

#[tokio::test]
async fn all_properties_of_an_issue_are_read_at_once_without_the_mark() {
    let server = MockServer::start().await;
    let properties = json!({ "lifeboat": { "v": 1 }, "app/x": 1, "app/y": { "b": 1, "a": "2" } });
    answer(&server, "GET", "/rest/api/3/issue/10", json!({ "id": "10", "properties": properties })).await;
    let mut sink = Memory::default();
    read(&server, "issue-property", &[issue(10, json!({})), issue(11, json!({}))], &mut sink).await;
    insta::assert_snapshot!(sink.lines.join("\n"), @r#"
    issue-property 10/app/x {"key":"app/x","value":1}
    issue-property 10/app/y {"key":"app/y","value":{"a":"2","b":1}}
    "#);
}

#[tokio::test]
async fn an_issue_that_may_not_be_read_is_reported_and_the_others_go_on() {
    let server = MockServer::start().await;
    Mock::given(path("/rest/api/3/issue/10/remotelink"))
        .respond_with(ResponseTemplate::new(403).set_body_json(json!({ "errorMessages": ["no"], "errors": {} })))
        .mount(&server)
        .await;
    answer(&server, "GET", "/rest/api/3/issue/11/remotelink", json!([{ "id": 5, "object": { "url": "x" } }])).await;
    let mut sink = Memory::default();
    read(&server, "remote-link", &[issue(10, json!({})), issue(11, json!({}))], &mut sink).await;
    insta::assert_snapshot!(sink.lines.join("\n"), @r#"
    remote-link 10 failed
    remote-link 11/5 {"id":5,"object":{"url":"x"}}
    "#);
}

#[tokio::test]
async fn links_are_put_as_the_issue_lists_them() {
    let server = MockServer::start().await;
    let links = json!({ "issuelinks": [{ "id": "7", "outwardIssue": { "id": "11" } }] });
    let mut sink = Memory::default();
    read(&server, "issue-link", &[issue(10, links)], &mut sink).await;
    insta::assert_snapshot!(sink.lines.join("\n"), @r#"issue-link 10/7 {"id":"7","outwardIssue":{"id":"11"}}"#);
}
