//! Several processes with one vault: takeovers, conflicts, claims.

use std::time::Duration;

use serde_json::json;
use vault::{Error, KeepPolicy};

use crate::support::{Bench, capture, issue, map, summaries};

#[tokio::test]
async fn a_process_that_was_taken_over_cannot_commit_any_more() {
    let bench = Bench::new();
    let zombie = bench.create().await;
    let mut asleep = zombie.writer("old").await.unwrap();
    capture(&mut asleep, &[("1", "one")]).await;
    asleep.put(issue("2", "from the zombie")).await.unwrap();

    let successor = bench.open().await;
    successor.take_over("new").await.unwrap();
    let mut writer = successor.writer("new").await.unwrap();
    let point = capture(&mut writer, &[("2", "two")]).await.number;

    insta::assert_snapshot!(
        asleep.commit("", json!({})).await.unwrap_err(),
        @"another process took this vault over (epoch 2): this one stops; its uncommitted work is repeated by the other"
    );
    assert!(matches!(asleep.progress(json!({})).await, Err(Error::Fenced { epoch: 2 })));
    drop(asleep);
    assert!(matches!(zombie.writer("old").await, Err(Error::Fenced { epoch: 2 })));
    assert!(matches!(zombie.prune(&KeepPolicy::default(), false).await, Err(Error::Fenced { epoch: 2 })));
    let seen = summaries(&bench.open().await.at(point).unwrap()).await;
    assert_eq!(seen, map(&[("1", "one"), ("2", "two")]));
}

#[tokio::test]
async fn two_runs_of_one_epoch_notice_each_other() {
    let bench = Bench::new();
    let one = bench.create().await;
    let other = bench.open().await;
    let mut first = one.writer("first").await.unwrap();
    let mut second = other.writer("second").await.unwrap();
    capture(&mut first, &[("1", "one")]).await;
    second.put(issue("1", "uno")).await.unwrap();
    insta::assert_snapshot!(
        second.commit("", json!({})).await.unwrap_err(),
        @"the run first committed to this vault at the same time (commit 2): only one may run; start again when it has ended"
    );
    drop(second);
    // After the first has ended, the second may run.
    drop(first);
    let mut second = other.writer("second").await.unwrap();
    let point = capture(&mut second, &[("1", "uno")]).await;
    assert_eq!((point.number, point.counts["issue"].changed), (3, 1));
}

#[tokio::test]
async fn a_claim_of_another_process_does_not_disturb_a_capture() {
    let bench = Bench::new();
    let vault = bench.create().await;
    let mut writer = vault.writer("run").await.unwrap();
    let first = capture(&mut writer, &[("1", "one"), ("2", "two")]).await.number;
    writer.put(issue("1", "uno")).await.unwrap();

    let recovering = bench.open().await;
    let until = bench.ambient.now() + Duration::from_hours(1);
    let hold = recovering.hold(first, "recovery", until).await.unwrap();
    let second = writer.commit("", json!({})).await.unwrap().number;
    assert_eq!(second, first + 2);
    recovering.release(&hold).await.unwrap();
    recovering.release(&hold).await.unwrap();
    writer.put(issue("1", "eins")).await.unwrap();
    let third = writer.commit("", json!({})).await.unwrap().number;

    let vault = bench.open().await;
    for (point, text) in [(first, "one"), (second, "uno"), (third, "eins")] {
        assert_eq!(summaries(&vault.at(point).unwrap()).await, map(&[("1", text), ("2", "two")]));
    }
    let history = vault.history("issue", "1").await.unwrap();
    assert_eq!(history.len(), 3);
    assert!(history.is_sorted_by_key(|info| info.taken));
    assert!(matches!(recovering.hold(99, "nothing", until).await, Err(Error::NoSuchPoint(99))));
}
