//! The queue: how many jobs are taken and given back in a second, by so many workers at once.

use std::sync::Arc;

use ambient::Ambient;
use anyhow::{Context as _, Result};
use control::id::{SiteId, TenantId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use store::job::{Claim, Ending, Limits};
use store::{NewJob, Site, Store, Subject};
use store_postgres::{Address, PostgresStore};
use store_sqlite::SqliteStore;

use super::Size;
use crate::process;
use crate::table::{Row, Time};

const KIND: &str = "nothing";

/// Where the address of a PostgreSQL server is, with a user who may make schemas.
const POSTGRES: &str = "LIFEBOAT_TEST_POSTGRES";

/// Jobs taken and given back, each in a transaction of its own that is on the disk before the next one begins.
pub(crate) fn measure(size: Size) -> Result<Vec<Row>> {
    let jobs = match size {
        Size::Quick => 200,
        Size::Usual => 1_000,
        Size::Full => 5_000,
    };
    let mut rows = on("SQLite", jobs)?;
    if std::env::var_os(POSTGRES).is_some() {
        rows.extend(on("PostgreSQL", jobs)?);
    } else {
        eprintln!("PostgreSQL is left out: {POSTGRES} names no server (`cargo xtask bench` starts one)");
    }
    Ok(rows)
}

fn on(database: &str, jobs: usize) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut alone = None;
    for workers in [1, 4, 16] {
        let rate = process::runtime()?.block_on(rate(database, workers, jobs))?;
        let against = *alone.get_or_insert(rate);
        rows.push(Row {
            what: format!("jobs taken and given back in a second, {database}, {workers} workers"),
            measured: format!("{rate:.0} /s"),
            against: format!("{against:.0} /s by one worker"),
            ratio: Some(rate / against),
            target: "none is lost to the others".to_owned(),
            met: Some(rate >= 0.7 * against),
            time: Time::Real,
            figures: json!({ "database": database, "workers": workers, "jobs": jobs, "rate": rate }),
        });
    }
    Ok(rows)
}

async fn rate(database: &str, workers: usize, jobs: usize) -> Result<f64> {
    let ambient = Ambient::system();
    let folder = tempfile::tempdir()?;
    let store: Arc<dyn Store> = match database {
        "PostgreSQL" => Arc::new(empty_schema().await?),
        _ => Arc::new(SqliteStore::open(&folder.path().join("control.db")).await?),
    };
    fill(&*store, jobs, &ambient).await?;
    let begun = ambient.clock.elapsed();
    let workers = (0..workers).map(|_| tokio::spawn(work(store.clone(), ambient.clone())));
    let mut done = 0;
    for worker in workers.collect::<Vec<_>>() {
        done += worker.await??;
    }
    let seconds = ambient.clock.elapsed().saturating_sub(begun).as_secs_f64();
    anyhow::ensure!(done == jobs, "{done} of {jobs} jobs were done");
    Ok(done as f64 / seconds)
}

/// An empty schema on the server that the environment names.
async fn empty_schema() -> Result<PostgresStore> {
    let server = std::env::var(POSTGRES)?;
    let mut connection = PgConnection::connect(&server).await?;
    sqlx::raw_sql("DROP SCHEMA IF EXISTS benchmark CASCADE; CREATE SCHEMA benchmark").execute(&mut connection).await?;
    connection.close().await?;
    let joint = if server.contains('?') { '&' } else { '?' };
    let address = Address::parse(&format!("{server}{joint}options[search_path]=benchmark"))?;
    Ok(PostgresStore::open(&address).await?)
}

async fn fill(store: &dyn Store, jobs: usize, ambient: &Ambient) -> Result<()> {
    let (tenant, site): (TenantId, SiteId) = (store::new_id(ambient), store::new_id(ambient));
    let now = ambient.now();
    let mut repository = store.write().await?;
    let row = Site {
        id: site,
        tenant,
        name: "source".to_owned(),
        url: "https://source.example".to_owned(),
        cloud_id: "source".to_owned(),
        account: "admin@example.com".to_owned(),
        credentials: None,
        added: now,
        rpo_target: None,
        removed: None,
    };
    repository.sites().add(&row).await?;
    for number in 0..jobs {
        let job = NewJob {
            id: store::new_id(ambient),
            tenant,
            kind: KIND.to_owned(),
            subject: Subject::Site(site),
            payload: Value::Null,
            writes: Some(format!("vault/{number}")),
            dedup: Some(number.to_string()),
            priority: 0,
            run_at: now,
            max_attempts: 1,
            created_by: None,
            created: now,
        };
        repository.jobs().enqueue(&job).await?;
    }
    Ok(repository.save().await?)
}

/// Takes jobs until there are none; how many.
async fn work(store: Arc<dyn Store>, ambient: Ambient) -> Result<usize> {
    let limits = Limits { writers: 1, tenant: 64 };
    let mut done = 0;
    loop {
        let now = ambient.now();
        let claim = Claim { holder: "benchmark", now, until: now + SignedDuration::from_secs(20), limits };
        let mut repository = store.write().await?;
        let job = repository.jobs().claim(&[KIND], &claim).await?;
        repository.save().await?;
        let Some(job) = job else { return Ok(done) };
        let token = job.lease.context("a job that was taken has a lease")?.token;
        let mut repository = store.write().await?;
        repository.jobs().end(job.tenant, job.id, token, &Ending::Done, None, ambient.now()).await?;
        repository.save().await?;
        done += 1;
    }
}
