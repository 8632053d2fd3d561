//! Attachments, links and remote links.

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response, redirect};
use serde_json::{Value, json};

use crate::support::{TestSite, each, text};

async fn site_with_issues() -> TestSite {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    site.issue(&project, "one").await;
    site.issue(&project, "two").await;
    site
}

fn client() -> Client {
    Client::builder().redirect(redirect::Policy::none()).build().unwrap()
}

async fn upload(site: &TestSite, part: &'static str, files: &[(&str, &str)], token: Option<&str>) -> Response {
    let mut form = Form::new();
    for (name, content) in files {
        let file =
            Part::bytes(content.as_bytes().to_vec()).file_name((*name).to_owned()).mime_str("image/png").unwrap();
        form = form.part(part, file);
    }
    let handle = site.handle();
    let mut request = client()
        .post(handle.url().join("rest/api/3/issue/SEA-1/attachments").unwrap())
        .basic_auth(handle.admin_email(), Some(handle.admin_token()))
        .multipart(form);
    if let Some(token) = token {
        request = request.header("X-Atlassian-Token", token);
    }
    request.send().await.unwrap()
}

async fn get(site: &TestSite, path: &str, range: Option<&str>) -> Response {
    let handle = site.handle();
    let request = client().get(handle.url().join(path).unwrap());
    let mut request = request.basic_auth(handle.admin_email(), Some(handle.admin_token()));
    if let Some(range) = range {
        request = request.header("Range", range);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn files_are_attached_and_come_back_from_the_media_host() {
    let site = site_with_issues().await;
    let answer = upload(&site, "file", &[("net.png", "bytes"), ("net.png", "")], Some("no-check")).await;
    assert_eq!(answer.status(), 200);
    let files: Value = answer.json().await.unwrap();
    assert_eq!(each(&files, "filename"), ["net.png", "net.png"]);
    assert_eq!(each(&files, "size"), [&json!(5), &json!(0)]);
    let id = text(&files[0]["id"]);
    let redirect = get(&site, &format!("rest/api/3/attachment/content/{id}"), None).await;
    assert_eq!(redirect.status(), 303);
    let location = redirect.headers()["location"].to_str().unwrap().to_owned();
    let content = client().get(&location).send().await.unwrap();
    assert_eq!(content.headers()["content-type"], "image/png");
    assert_eq!(content.text().await.unwrap(), "bytes");
    let part = get(&site, &format!("rest/api/3/attachment/content/{id}?redirect=false"), Some("bytes=1-3")).await;
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], "bytes 1-3/5");
    assert_eq!(part.text().await.unwrap(), "yte");
    let beyond = get(&site, &format!("rest/api/3/attachment/content/{id}?redirect=false"), Some("bytes=9-")).await;
    assert_eq!(beyond.status(), 416);
    assert!(site.get(&format!("rest/api/3/attachment/{id}")).await["id"].is_number());
    assert_eq!(site.send("DELETE", &format!("rest/api/3/attachment/{id}"), None).await.0, 204);
    let issue = site.get("rest/api/3/issue/SEA-1?expand=changelog").await;
    assert_eq!(issue["fields"]["attachment"].as_array().unwrap().len(), 1);
    assert_eq!(issue["changelog"]["histories"][0]["items"][0]["from"], id);
}

#[tokio::test]
async fn upload_needs_the_right_header_and_part_and_room() {
    let site = site_with_issues().await;
    let refused = upload(&site, "file", &[("a", "a")], None).await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.text().await.unwrap(), "XSRF check failed");
    assert_eq!(upload(&site, "attachment", &[("a", "a")], Some("no-check")).await.status(), 400);
    site.handle().alter(|state| state.settings.upload_limit = 3);
    assert_eq!(upload(&site, "file", &[("a", "four")], Some("no-check")).await.status(), 413);
    site.handle().alter(|state| state.issues.values_mut().for_each(|issue| issue.attachments = (1..=2000).collect()));
    assert_eq!(upload(&site, "file", &[("a", "a")], Some("no-check")).await.status(), 413);
}

#[tokio::test]
async fn documents_show_files_by_their_media_id() {
    let site = site_with_issues().await;
    let files: Value = upload(&site, "file", &[("net.png", "bytes")], Some("no-check")).await.json().await.unwrap();
    let content = format!("rest/api/3/attachment/content/{}", text(&files[0]["id"]));
    let location = get(&site, &content, None).await.headers()["location"].to_str().unwrap().to_owned();
    let media = location.split('/').nth(4).unwrap();
    let shows = |id: &str| {
        let media = json!({ "type": "media", "attrs": { "type": "file", "id": id, "collection": "" } });
        let document =
            json!({ "type": "doc", "version": 1, "content": [{ "type": "mediaGroup", "content": [media] }] });
        json!({ "fields": { "description": document } })
    };
    site.ok("PUT", "rest/api/3/issue/SEA-2", shows(media)).await;
    let unknown = "00000000-0000-0000-0000-000000000000";
    let refusal = site.refused("PUT", "rest/api/3/issue/SEA-2", shows(unknown), 400).await;
    assert_eq!(refusal["errors"]["description"], "INVALID_INPUT");
}

#[tokio::test]
async fn link_is_seen_from_both_ends_and_made_without_telling_its_id() {
    let site = site_with_issues().await;
    let link =
        json!({ "type": { "name": "Blocks" }, "inwardIssue": { "key": "SEA-1" }, "outwardIssue": { "key": "SEA-2" } });
    for _ in 0..2 {
        assert_eq!(
            site.send("POST", "rest/api/3/issueLink", Some(link.clone())).await,
            (201.try_into().unwrap(), Value::Null)
        );
    }
    let source = site.get("rest/api/3/issue/SEA-1?expand=changelog").await;
    let links = &source["fields"]["issuelinks"];
    assert_eq!(links.as_array().unwrap().len(), 2, "the same link may be made twice");
    assert_eq!(links[0]["outwardIssue"]["key"], "SEA-2");
    assert!(links[0].get("inwardIssue").is_none());
    let item = &source["changelog"]["histories"][0]["items"][0];
    assert_eq!((&item["field"], &item["toString"]), (&json!("Link"), &json!("This issue blocks SEA-2")));
    let other = site.get("rest/api/3/issue/SEA-2?fields=issuelinks").await;
    assert_eq!(other["fields"]["issuelinks"][0]["inwardIssue"]["key"], "SEA-1");
    let path = format!("rest/api/3/issueLink/{}", text(&links[0]["id"]));
    let whole = site.get(&path).await;
    assert_eq!((&whole["inwardIssue"]["key"], &whole["outwardIssue"]["key"]), (&json!("SEA-1"), &json!("SEA-2")));
    assert_eq!(site.send("DELETE", &path, None).await.0, 204);
    let other = site.get("rest/api/3/issue/SEA-2?fields=issuelinks").await;
    assert_eq!(other["fields"]["issuelinks"].as_array().unwrap().len(), 1);
    let unknown =
        json!({ "type": { "name": "Eats" }, "inwardIssue": { "key": "SEA-1" }, "outwardIssue": { "key": "SEA-2" } });
    site.refused("POST", "rest/api/3/issueLink", unknown, 404).await;
    site.send("DELETE", "rest/api/3/issue/SEA-1", None).await;
    assert_eq!(site.get("rest/api/3/issue/SEA-2?fields=issuelinks").await["fields"]["issuelinks"], json!([]));
}

#[tokio::test]
async fn remote_link_with_the_same_global_id_is_replaced() {
    let site = site_with_issues().await;
    let path = "rest/api/3/issue/SEA-1/remotelink";
    let link = |title: &str| json!({ "globalId": "system=x&id=1", "object": { "url": "https://x.example/1", "title": title } });
    let (status, made) = site.send("POST", path, Some(link("one"))).await;
    assert_eq!(status, 201);
    assert!(made["id"].is_number());
    let (status, again) = site.send("POST", path, Some(link("two"))).await;
    assert_eq!((status.as_u16(), &again["id"]), (200, &made["id"]));
    let links = site.get(path).await;
    assert_eq!(links[0]["object"]["title"], "two");
    assert_eq!(links[0]["application"], json!({}));
    let one = site.get(&format!("{path}?globalId=system%3Dx%26id%3D1")).await;
    assert_eq!(one["id"], made["id"]);
    site.refused("POST", path, json!({ "object": { "url": "https://x.example/1" } }), 400).await;
    assert_eq!(site.send("DELETE", &format!("{path}?globalId=system%3Dx%26id%3D1"), None).await.0, 204);
    assert_eq!(site.get(path).await, json!([]));
}
