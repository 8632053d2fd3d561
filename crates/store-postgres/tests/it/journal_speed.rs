//! How fast the journal is, and other writers: printed, and held to a floor that tells a lost group commit from a slow disk.

use store::conformance::speed::{measure, measure_transactions, two_million_rows};

use crate::bench;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_at_once_share_commits() {
    let (Some(one), Some(other)) = (bench().await, bench().await) else { return };
    let alone = measure(&one, 1, 50, 1).await;
    let together = measure(&other, 64, 10, 1).await;
    assert!(together > 2.0 * alone, "{together:.0} rows/s with 64 callers, {alone:.0} alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement of minutes: run it alone"]
async fn a_large_journal() {
    let Some(bench) = bench().await else { return };
    two_million_rows(&bench).await;
    let size: i64 =
        sqlx::query_scalar("SELECT pg_total_relation_size('journal')").fetch_one(&mut bench.raw().await).await.unwrap();
    println!("table and indexes: {} MB", size / 1_000_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: run it alone"]
async fn transactions() {
    for (tenants, workers) in [(1, 1), (1, 4), (4, 1)] {
        let Some(bench) = bench().await else { return };
        measure_transactions(&bench, tenants, workers).await;
    }
}
