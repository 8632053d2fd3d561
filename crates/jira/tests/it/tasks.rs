//! Work that Jira does in the background.

use std::time::Duration;

use ambient::Clock as _;
use jira::{Call, Error, Started, TaskStatus};
use serde_json::json;
use wiremock::matchers::{any, path};
use wiremock::{Mock, ResponseTemplate};

use crate::Site;

async fn start(answer: ResponseTemplate) -> jira::Result<Started> {
    let site = Site::start().await;
    Mock::given(any()).respond_with(answer).expect(1).mount(&site.server).await;
    site.jira.start(Call::post("/rest/api/3/bulk/issues/delete")).await
}

#[tokio::test]
async fn every_way_to_name_a_task_is_understood() {
    let task = |id: &str| Started::Task(id.into());
    let elsewhere = "https://api.atlassian.com/ex/jira/1/rest/api/3/task/10641";
    assert_eq!(start(ResponseTemplate::new(303).insert_header("location", elsewhere)).await.unwrap(), task("10641"));
    assert_eq!(start(ResponseTemplate::new(202).set_body_json(json!(elsewhere))).await.unwrap(), task("10641"));
    assert_eq!(
        start(ResponseTemplate::new(201).set_body_json(json!({ "taskId": "10990" }))).await.unwrap(),
        task("10990")
    );
    assert_eq!(start(ResponseTemplate::new(204)).await.unwrap(), Started::Done);
    assert_eq!(start(ResponseTemplate::new(200).set_body_json(json!({ "done": true }))).await.unwrap(), Started::Done);
    assert!(matches!(start(ResponseTemplate::new(303)).await, Err(Error::Unexpected { .. })));
}

#[tokio::test]
async fn a_task_is_waited_for() {
    let site = Site::start().await;
    let answer =
        |status: &str| ResponseTemplate::new(200).set_body_json(json!({ "id": "1", "status": status, "progress": 50 }));
    let at = || path("/rest/api/3/task/1");
    Mock::given(at()).respond_with(answer("ENQUEUED")).up_to_n_times(1).mount(&site.server).await;
    Mock::given(at()).respond_with(answer("RUNNING")).up_to_n_times(3).mount(&site.server).await;
    Mock::given(at()).respond_with(answer("FAILED")).mount(&site.server).await;
    assert_eq!(site.jira.task("1").await.unwrap().status, TaskStatus::Failed);
    assert_eq!(site.requests().await.len(), 5);
    assert!(site.clock.elapsed() >= Duration::from_millis(7_500));
}

#[tokio::test]
async fn a_task_that_does_not_end_is_unclear() {
    let site = Site::with(|settings| settings.task_patience = Duration::from_secs(30)).await;
    let running = ResponseTemplate::new(200).set_body_json(json!({ "status": "RUNNING" }));
    Mock::given(any()).respond_with(running).mount(&site.server).await;
    insta::assert_snapshot!(site.jira.task("1").await.unwrap_err(), @"GET /rest/api/3/task/{task}: no clear answer (after 25 s the task is still Running); it may have happened");
}

#[tokio::test]
async fn a_bulk_operation_tells_what_became_of_each_issue() {
    let site = Site::start().await;
    let body = json!({
        "taskId": "1", "status": "COMPLETE", "progressPercent": 100, "totalIssueCount": 4,
        "processedAccessibleIssues": [10001, "10002"],
        "failedAccessibleIssues": { "10003": ["No permission."] },
        "invalidOrInaccessibleIssueCount": 1,
    });
    Mock::given(path("/rest/api/3/bulk/queue/1"))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&site.server)
        .await;
    insta::assert_debug_snapshot!(site.jira.bulk_queue("1").await.unwrap(), @r#"
    BulkQueue {
        status: Complete,
        progress_percent: Some(
            100,
        ),
        processed: [
            10001,
            10002,
        ],
        failed: {
            "10003": [
                "No permission.",
            ],
        },
        inaccessible: 1,
    }
    "#);
}
