//! Recovery points over time: what is otherwise in an object, which stay, which go, and whether they are sound.

use std::path::{Path, PathBuf};

use futures::TryStreamExt as _;
use jira::Call;
use serde_json::{Value, json};
use store::Role;

use crate::bench::Bench;
use crate::flow::Company;

/// Two points, between which an issue was changed.
async fn two_points(company: &Company<'_>) -> (u64, u64) {
    company.back_up().await;
    let jira = company.sites.source_client();
    let mut found = jira.search("project is not empty ORDER BY key", &["id"], 1);
    let issue = found.try_next().await.unwrap().unwrap();
    let issue: Value = serde_json::from_str(issue.get()).unwrap();
    let call = Call::put("/rest/api/3/issue/{issue}").arg("issue", issue["id"].as_str().unwrap());
    let call =
        call.writes_issue(issue["id"].as_str().unwrap()).json(&json!({ "fields": { "summary": "Changed since" } }));
    jira.raw(call).await.unwrap();
    company.back_up_again().await;
    let points = company.administrator.get(&format!("/sites/{}/points", company.source)).await.expect(200);
    let number = |at: usize| points["items"][at]["number"].as_u64().unwrap();
    (number(1), number(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_shown_as_it_is_and_as_it_was() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let (first, second) = two_points(&company).await;
    let path = |rest: &str| format!("/sites/{}/points/{second}/{rest}", company.source);
    let changes = company.administrator.get(&path(&format!("changes?from={first}"))).await.expect(200);
    let changed = changes["objects"].as_array().unwrap().iter().find(|object| object["kind"] == "issue").unwrap();
    let key = changed["key"].as_str().unwrap();
    let object = company.administrator.get(&path(&format!("object?kind=issue&key={key}&from={first}"))).await;
    let object = object.expect(200);
    assert_eq!(object["after"]["fields"]["summary"], "Changed since");
    assert_ne!(object["before"]["fields"]["summary"], "Changed since");
    assert_eq!(object["before"]["key"], object["after"]["key"]);
    assert_eq!(object["versions"].as_array().unwrap().len(), 2, "{object}");
    let alone = company.administrator.get(&path(&format!("object?kind=issue&key={key}"))).await.expect(200);
    assert_eq!((&alone["before"], &alone["after"]), (&Value::Null, &object["after"]));
    for missing in ["object?kind=issue&key=none", "object?kind=none&key=1"] {
        assert_eq!(company.administrator.get(&path(missing)).await.status, 404, "{missing}");
    }
    let nowhere = format!("/sites/{}/points/4711/object?kind=issue&key={key}", company.source);
    assert_eq!(company.administrator.get(&nowhere).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_point_outlives_the_pruning_and_a_verification_says_what_is_sound() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let (first, second) = two_points(&company).await;
    let site = format!("/sites/{}", company.source);
    let point = async |number: u64| company.administrator.get(&format!("{site}/points/{number}")).await.expect(200);
    let pin = format!("{site}/points/{first}/pin");
    assert_eq!(point(first).await["pinned"], false);
    for method in ["PUT", "PUT"] {
        assert_eq!(company.administrator.send(method, &pin, None).await.status, 204);
    }
    assert_eq!(point(first).await["pinned"], true);

    let keep = json!({ "hourly": 0, "daily": 1, "weekly": 0, "monthly": 0 });
    let preview =
        async || company.administrator.post(&format!("{site}/prunings/preview"), keep.clone()).await.expect(200);
    assert_eq!(preview().await["retired"], json!([]), "it is pinned");
    assert_eq!(company.administrator.send("DELETE", &pin, None).await.status, 204);
    assert_eq!((&preview().await["kept"], &preview().await["retired"]), (&json!([second]), &json!([first])));
    assert_eq!(point(first).await["pinned"], false, "a preview changes nothing");
    let none = json!({ "hourly": 0, "daily": 0, "weekly": 0, "monthly": 0 });
    assert_eq!(company.administrator.post(&format!("{site}/prunings"), none).await.status, 422);
    let job = company.administrator.post(&format!("{site}/prunings"), keep.clone()).await.expect(202);
    company.work().await;
    let job = company.administrator.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&job["state"], &job["result"]["retired"]), (&json!("done"), &json!([first])), "{job}");
    assert_eq!(company.administrator.get(&format!("{site}/points/{first}")).await.status, 404);
    assert_eq!(company.administrator.send("PUT", &pin, None).await.status, 404);

    assert_eq!(point(second).await["integrity"], Value::Null);
    company.administrator.post(&format!("{site}/verifications"), json!({})).await.expect(202);
    company.work().await;
    assert_eq!(point(second).await["integrity"]["sound"], true);
    let log = bench.audit().await;
    let actions: Vec<&str> = log.iter().map(|event| event.happening.action.as_str()).collect();
    for action in ["point.pin", "point.prune", "backup.run"] {
        assert!(actions.contains(&action), "{action} is not in {actions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_vault_is_not_called_sound() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    company.back_up().await;
    let site = format!("/sites/{}", company.source);
    let verified = async || {
        company.administrator.post(&format!("{site}/verifications"), json!({})).await.expect(202);
        company.work().await;
        let points = company.administrator.get(&format!("{site}/points")).await.expect(200);
        points["items"][0]["integrity"]["sound"].clone()
    };
    assert_eq!(verified().await, json!(true));
    let folder = bench.components.around.vaults.folder.clone();
    let segment =
        files(&folder).into_iter().find(|path| path.extension().is_some_and(|kind| kind == "parquet")).unwrap();
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    assert_eq!(verified().await, json!(false));
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_shows_at_its_point() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let (_, recovery) = company.recovered().await;
    let points = company.administrator.get(&format!("/sites/{}/points", company.source)).await.expect(200);
    let restored = &points["items"][0]["restored"];
    assert_eq!((&restored["recovery"], &restored["proven"]), (&json!(recovery), &json!(true)), "{points}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_say_how_long_points_are_kept() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let operator = bench.joined("otto@example.com", Role::Operator).await;
    let keep = json!({ "hourly": 1, "daily": 2, "weekly": 3, "monthly": 4 });
    let new = |keep: &Value| json!({ "site": company.source, "kind": "prune", "cron": "0 3 * * *", "keep": keep });
    assert_eq!(operator.post("/schedules", new(&keep)).await.status, 403);
    let schedule = company.administrator.post("/schedules", new(&keep)).await.expect(201);
    assert_eq!(schedule["keep"], keep);
    let path = format!("/schedules/{}", schedule["id"].as_str().unwrap());
    let change = json!({ "keep": { "hourly": 9, "daily": 9, "weekly": 9, "monthly": 9 } });
    assert_eq!(operator.send("PATCH", &path, Some(change.clone())).await.status, 403);
    let changed = company.administrator.send("PATCH", &path, Some(change.clone())).await.expect(200);
    assert_eq!((&changed["keep"], &changed["enabled"]), (&change["keep"], &json!(true)));
    // To keep more is for operators, too.
    let off = operator.send("PATCH", &path, Some(json!({ "enabled": false }))).await.expect(200);
    assert_eq!((&off["keep"], &off["enabled"]), (&change["keep"], &json!(false)));
    assert_eq!(operator.send("PATCH", &path, Some(json!({ "enabled": true }))).await.status, 403);
    let capture = json!({ "site": company.source, "kind": "capture", "cron": "0 3 * * *", "keep": keep });
    assert_eq!(operator.post("/schedules", capture).await.status, 422);
    let listed = company.administrator.get("/schedules").await.expect(200);
    assert_eq!(listed[0]["keep"], change["keep"]);
}
