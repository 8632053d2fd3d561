//! Figures for a vault of any size: `LIFEBOAT_TEST_RECORDS=1500000 cargo test -p vault --release scale -- --ignored --nocapture`.

use serde_json::json;

use crate::support::{Bench, issue, summaries};

#[tokio::test]
#[ignore = "measures, on request"]
async fn scale() {
    let mut bench = Bench::directory();
    bench.options.index = Some(bench.folder.path().join("index.sqlite"));
    let count: u32 =
        std::env::var("LIFEBOAT_TEST_RECORDS").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let clock = ambient::Ambient::system().clock;
    let since = |start: std::time::Duration| clock.elapsed().saturating_sub(start);
    let start = clock.elapsed();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    for at in 0..count {
        writer.put(issue(&at.to_string(), &format!("summary {at}"))).await.unwrap();
    }
    let point = writer.commit("", json!({})).await.unwrap().number;
    println!("captured {:?}", since(start));
    let start = clock.elapsed();
    for at in 0..count {
        writer.put(issue(&at.to_string(), &format!("summary {at}"))).await.unwrap();
    }
    println!("unchanged {:?}", since(start));
    drop(writer);
    let start = clock.elapsed();
    assert_eq!(summaries(&vault.at(point).unwrap()).await.len(), count as usize);
    println!("scanned {:?}", since(start));
    std::fs::remove_file(bench.folder.path().join("index.sqlite")).unwrap();
    let start = clock.elapsed();
    let vault = bench.open().await;
    assert!(vault.at(point).unwrap().get("issue", "77").await.unwrap().is_some());
    println!("index rebuilt {:?}", since(start));
}
