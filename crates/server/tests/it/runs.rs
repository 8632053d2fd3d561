//! What a recovery that rests says of itself: failures by cause, progress by kind, and what a resumption takes along.

use control::id::{JobId, RecoveryId, SiteId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::job::{Claim, Ending, Limits, Progress, Renewal, Sample, Traffic};
use store::{JournalRow, JournalState, NewJob, RecoveryRun, Role, Site, Subject};

use crate::bench::{Bench, Session};

/// How many comments were refused: more than a page of the API holds, and more than the server reads at once.
const COMMENTS: u64 = 1_100;

async fn site(bench: &Bench, name: &str) -> SiteId {
    let around = &bench.components.around;
    let site = Site {
        id: store::new_id(&around.ambient),
        tenant: bench.tenant,
        name: name.to_owned(),
        url: format!("https://{name}.example"),
        cloud_id: name.to_owned(),
        account: "a@example.com".to_owned(),
        credentials: None,
        added: around.ambient.now(),
        rpo_target: None,
        removed: None,
    };
    let mut repository = around.store.write().await.unwrap();
    repository.sites().add(&site).await.unwrap();
    repository.save().await.unwrap();
    site.id
}

/// A recovery that was worked on and rests, with the rows of its journal.
pub(crate) async fn rests(bench: &Bench, rows: impl Fn(RecoveryId, u64) -> Vec<JournalRow>) -> (RecoveryId, JobId) {
    let around = &bench.components.around;
    let (source, standby) = (site(bench, "production").await, site(bench, "standby").await);
    let (id, job, now): (RecoveryId, JobId, _) =
        (store::new_id(&around.ambient), store::new_id(&around.ambient), around.ambient.now());
    let new = NewJob {
        id: job,
        tenant: bench.tenant,
        kind: "recovery".to_owned(),
        subject: Subject::Site(standby),
        payload: json!({}),
        writes: None,
        dedup: None,
        priority: 0,
        run_at: now,
        max_attempts: 5,
        created_by: None,
        created: now,
    };
    let run = RecoveryRun {
        id,
        tenant: bench.tenant,
        job,
        connection: None,
        request: None,
        source,
        standby,
        point: 3,
        options: json!({}),
        report: None,
        started: now,
    };
    let (until, limits) = (now + SignedDuration::from_mins(1), Limits::default());
    let mut repository = around.store.write().await.unwrap();
    repository.jobs().enqueue(&new).await.unwrap();
    repository.recoveries().add(&run).await.unwrap();
    let taken = repository.jobs().take(bench.tenant, job, &Claim { holder: "test", now, until, limits }).await.unwrap();
    let lease = taken.unwrap().lease.unwrap().token;
    let kinds = json!({ "phase": "apply", "kinds": { "issue": 30, "comment": 2_000, "project": 1 } });
    repository.jobs().checkpoint(bench.tenant, job, lease, &kinds).await.unwrap();
    let mut traffic = Traffic::default();
    for second in [5, 10] {
        let at = now + SignedDuration::from_secs(second);
        traffic.add(Sample { at, per_second: 42.04, share: 0.98 }, true);
    }
    let progress = Progress {
        phase: "issues".to_owned(),
        done: 1,
        total: None,
        rate: 1.0,
        seconds_left: None,
        traffic: Some(traffic),
    };
    let renewal = Renewal { until, progress: Some(&progress), lives: true };
    repository.jobs().renew(bench.tenant, job, lease, &renewal).await.unwrap();
    repository.save().await.unwrap();
    around.store.journal(bench.tenant).record(&rows(id, lease)).await.unwrap();
    let mut repository = around.store.write().await.unwrap();
    repository.jobs().end(bench.tenant, job, lease, &Ending::Rests(None), None, now).await.unwrap();
    repository.save().await.unwrap();
    (id, job)
}

fn rows(recovery: RecoveryId, lease: u64) -> Vec<JournalRow> {
    let row = |kind: &str, number: u64, state, reason: Option<String>| JournalRow {
        recovery,
        operation: u128::from(number).to_be_bytes(),
        kind: kind.to_owned(),
        source: format!("{number:06}"),
        state,
        attempt: 1,
        expected: None,
        target: None,
        target_key: None,
        reason,
        lease,
    };
    let gone = |number: u64| Some(format!("POST /comment: Jira refused (404): issue ABC-{number} is gone"));
    let failed = JournalState::Failed;
    let mut rows: Vec<JournalRow> = (0..COMMENTS).map(|number| row("comment", number, failed, gone(number))).collect();
    rows.push(row("worklog", 5_000, failed, gone(7)));
    rows.push(row("field", 5_001, failed, Some("<b>Team</b> cannot be set".to_owned())));
    rows.push(row("field", 5_002, failed, None));
    rows.push(row(
        "issue-finished",
        5_003,
        failed,
        Some("3 of Comments: POST /comment: Jira refused (404): no".to_owned()),
    ));
    rows.push(row("issue", 5_004, JournalState::Confirmed, None));
    rows.push(row("issue", 5_005, JournalState::Skipped, None));
    rows.push(row("comment", 5_006, JournalState::Ambiguous, None));
    rows
}

async fn all_of(owner: &Session<'_>, path: &str) -> Vec<Value> {
    let (mut all, mut after) = (vec![], String::new());
    loop {
        let page = owner.get(&format!("{path}{after}")).await.expect(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn failures_are_grouped_by_cause_and_one_cause_is_tried_again() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let (id, job) = rests(&bench, rows).await;
    let told = owner.get(&format!("/recoveries/{id}/causes")).await.expect(200);
    assert_eq!((&told["total"], &told["others"]), (&json!(COMMENTS + 3), &json!(0)));
    let causes = told["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 3);
    let gone = "POST /comment: Jira refused (404): issue # is gone";
    assert_eq!(
        (&causes[0]["cause"], &causes[0]["count"], &causes[0]["kinds"]),
        (&json!(gone), &json!(COMMENTS + 1), &json!(["comment", "worklog"]))
    );
    assert_eq!(causes[0]["example"], json!("POST /comment: Jira refused (404): issue ABC-0 is gone"));

    let of = |cause: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("cause", cause).finish();
        format!("/recoveries/{id}/failures?limit=200&{query}")
    };
    let listed = all_of(&owner, &of(gone)).await;
    assert_eq!(listed.len() as u64, COMMENTS + 1);
    assert_eq!((&listed[0]["source"], &listed[COMMENTS as usize]["kind"]), (&json!("000000"), &json!("worklog")));
    assert_eq!(all_of(&owner, &of("another")).await, [json!(null); 0]);
    assert_eq!(all_of(&owner, &of("")).await.len(), 1, "without a reason");
    let all = all_of(&owner, &format!("/recoveries/{id}/failures?limit=200")).await;
    assert_eq!(
        all.len() as u64,
        COMMENTS + 3,
        "that an issue is not finished for its comments is no failure of its own"
    );

    let resumption = format!("/recoveries/{id}/resumption");
    let many: Vec<String> = (0..201).map(|number| number.to_string()).collect();
    assert_eq!(owner.post(&resumption, json!({ "retryCauses": many })).await.status, 422);
    owner.post(&resumption, json!({ "retryFailed": true, "retryCauses": [gone] })).await.expect(200);
    let mut repository = bench.components.around.store.read().await.unwrap();
    let checkpoint = repository.jobs().get(bench.tenant, job).await.unwrap().unwrap().checkpoint;
    assert_eq!(
        checkpoint,
        json!({ "phase": "apply", "retry_failed": true, "retry_causes": [gone],
                "kinds": { "issue": 30, "comment": 2_000, "project": 1 } })
    );
}

#[tokio::test]
async fn progress_is_told_by_kind_and_speed_by_who_is_the_limit() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let (id, _) = rests(&bench, rows).await;
    let told = owner.get(&format!("/recoveries/{id}/progress")).await.expect(200);
    let kind = |name: &str| {
        let found = told["kinds"].as_array().unwrap().iter().find(|kind| kind["kind"] == name);
        found.cloned().unwrap_or(Value::Null)
    };
    assert_eq!(
        kind("comment"),
        json!({ "kind": "comment", "total": 2_000, "made": 0, "skipped": 0, "failed": COMMENTS, "open": 1 })
    );
    assert_eq!(kind("issue"), json!({ "kind": "issue", "total": 30, "made": 1, "skipped": 1, "failed": 0, "open": 0 }));
    assert_eq!(kind("worklog")["total"], Value::Null);
    assert_eq!(kind("issue-finished"), Value::Null, "the journal's own rows are nobody's business");
    let place = |name: &str| told["kinds"].as_array().unwrap().iter().position(|kind| kind["kind"] == name).unwrap();
    assert!(place("project") < place("issue") && place("issue") < place("comment"));
    let speed = told["speed"].as_array().unwrap();
    assert_eq!((speed.len(), &speed[0]["perSecond"], &speed[0]["share"]), (2, &json!(42.0), &json!(0.98)));
    let run = owner.get(&format!("/recoveries/{id}")).await.expect(200);
    let traffic = json!({ "perSecond": 42.0, "share": 0.98, "limit": "jira" });
    assert_eq!(run["job"]["progress"]["traffic"], traffic);
}
