//! A database that an earlier version made is opened and gone on with.

use std::str::FromStr as _;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use store::conformance::sample::{claim, id, moment, tenant};
use store::job::Ending;
use store::{JobState, JournalRow, JournalState, Stop, Store as _, StoreError, Subject};

use crate::{SqliteBench, made};

/// The last migration of the version without jobs.
const BEFORE_JOBS: i64 = 20_261_128_000_000;

/// A database with the schema of the version before, and what that version wrote: two recoveries and three captures.
async fn earlier() -> SqliteBench {
    let bench = made();
    let options = SqliteConnectOptions::from_str(&format!("sqlite://{}", bench.path().display())).unwrap();
    let mut connection = options.create_if_missing(true).foreign_keys(true).connect().await.unwrap();
    sqlx::migrate!().run_to(BEFORE_JOBS, &mut connection).await.unwrap();
    write(&mut connection).await;
    connection.close().await.unwrap();
    bench
}

/// Ids are numbers of 16 bytes, times follow `moment`.
async fn write(connection: &mut SqliteConnection) {
    let blob = |number: u128| format!("X'{number:032X}'");
    let time = |seconds: i64| moment(seconds).as_microsecond();
    let (tenant, source, standby, owner) = (blob(1), blob(10), blob(11), blob(100));
    let mut statements = vec![format!("INSERT INTO tenants VALUES ({tenant}, 1)")];
    for (site, name) in [(&source, "source"), (&standby, "standby")] {
        statements.push(format!(
            "INSERT INTO sites VALUES ({site}, {tenant}, '{name}', 'https://{name}.example', '{name}', 'a@b.c', NULL, {})",
            time(0)
        ));
    }
    let run = |id: u128, state: &str, stop: &str, lease: &str, phase: &str, ended: &str| {
        format!(
            "INSERT INTO recovery_runs (id, tenant, source, standby, point, options, state, stop, lease_token, \
             lease_holder, lease_until, phase, progress, report, started_by, started, ended) VALUES ({}, {tenant}, \
             {source}, {standby}, 3, '{{}}', '{state}', {stop}, {lease}, '{phase}', 'null', NULL, {owner}, {}, {ended})",
            blob(id),
            time(id as i64)
        )
    };
    statements.push(run(1, "done", "NULL", "4, NULL, NULL", "prove", &time(9).to_string()));
    statements.push(run(2, "running", "'pause'", &format!("7, 'host 7', {}", time(30)), "apply", "NULL"));
    statements.push(run(3, "running", "NULL", "0, NULL, NULL", "plan", "NULL"));
    statements.push(format!(
        "INSERT INTO journal (run, kind, source, operation, state, attempt, lease) VALUES (2, 'issue', '1', {}, 1, 1, 7)",
        blob(1)
    ));
    let capture = |id: u128, site: &str, state: &str, lease: &str, point: &str, ended: &str| {
        format!(
            "INSERT INTO capture_runs VALUES ({}, {tenant}, {site}, '{state}', {lease}, 'null', {point}, {}, {ended})",
            blob(id),
            time(id as i64)
        )
    };
    statements.push(capture(4, &source, "done", "2, NULL, NULL", "12", &time(9).to_string()));
    statements.push(capture(5, &source, "paused", "3, NULL, NULL", "NULL", "NULL"));
    statements.push(capture(6, &standby, "failed", "1, NULL, NULL", "NULL", &time(9).to_string()));
    for statement in statements {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *connection).await.unwrap();
    }
}

#[tokio::test]
async fn every_run_of_the_version_before_has_its_job() {
    let bench = earlier().await;
    let store = bench.open_here().await;
    let mut repository = store.read().await.unwrap();
    let runs = repository.recoveries().list(tenant(), None, 9).await.unwrap();
    assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), [id(3), id(2), id(1)]);
    let mut states = vec![];
    for run in &runs {
        let job = repository.jobs().get(tenant(), run.job).await.unwrap().unwrap();
        assert_eq!((job.kind.as_str(), job.subject), ("recovery", Subject::Site(id(11))));
        assert_eq!((job.created_by, job.created), (Some(id(100)), run.started));
        states.push((job.state, job.lease.map(|lease| (lease.token, lease.holder)), job.checkpoint["phase"].clone()));
    }
    let held = Some((7, "host 7".to_owned()));
    assert_eq!(
        states,
        [
            (JobState::Waiting, None, "plan".into()),
            (JobState::Running, held, "apply".into()),
            (JobState::Done, None, "prove".into())
        ]
    );
    let stop = repository.jobs().get(tenant(), runs[1].job).await.unwrap().unwrap().stop;
    assert_eq!(stop.unwrap().stop, Stop::Pause);
    let captures = repository.captures().list(tenant(), id(10), None, 9).await.unwrap();
    assert_eq!(captures.iter().map(|run| (run.id, run.point)).collect::<Vec<_>>(), [(id(5), None), (id(4), Some(12))]);
    let paused = repository.jobs().get(tenant(), captures[0].job).await.unwrap().unwrap();
    assert_eq!((paused.state, paused.kind.as_str()), (JobState::Paused, "capture"));
}

#[tokio::test]
async fn a_recovery_of_the_version_before_goes_on_under_a_newer_lease() {
    let bench = earlier().await;
    let store = bench.open_here().await;
    let journal = store.journal(tenant());
    let row = |lease| JournalRow {
        recovery: id(2),
        operation: [1; 16],
        kind: "issue".to_owned(),
        source: "1".to_owned(),
        state: JournalState::Confirmed,
        attempt: 1,
        expected: None,
        target: Some("9".to_owned()),
        target_key: None,
        reason: None,
        lease,
    };
    let mut repository = store.write().await.unwrap();
    repository.jobs().recall(moment(31), 5).await.unwrap();
    let job = repository.jobs().take(tenant(), id(2), &claim("b", 31, 60)).await.unwrap().unwrap();
    repository.save().await.unwrap();
    let token = job.lease.unwrap().token;
    assert_eq!(token, 8, "it goes on from the run's own");
    assert!(matches!(journal.record(&[row(7)]).await, Err(StoreError::LeaseLost { .. })));
    journal.record(&[row(token)]).await.unwrap();
    assert_eq!(journal.find(id(2), "issue", &["1"]).await.unwrap(), [row(token)]);
    let mut repository = store.write().await.unwrap();
    repository.jobs().end(tenant(), id(2), token, &Ending::Done, None, moment(40)).await.unwrap();
    repository.save().await.unwrap();
    store.close().await;
    bench.open_here().await;
}

/// A job with the key of a capture that the version before left unfinished is that capture.
#[tokio::test]
async fn an_unfinished_capture_is_not_begun_a_second_time() {
    let bench = earlier().await;
    let store = bench.open_here().await;
    let mut repository = store.write().await.unwrap();
    let key = format!("capture/{}", uuid::Uuid::from_u128(10).simple());
    let new = store::NewJob { dedup: Some(key), ..store::conformance::sample::job(90) };
    assert_eq!(repository.jobs().enqueue(&new).await.unwrap().id, id(5));
}
