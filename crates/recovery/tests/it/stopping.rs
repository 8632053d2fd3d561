//! Cancelling in the middle: a recovery stops between requests, and goes on later.

use std::sync::atomic::{AtomicU64, Ordering};

use recovery::apply;
use recovery::progress::{Progress, Silent, Step};
use recovery::{Error, Recovery};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, apply, journal, prove};

/// How far a recovery is let come.
#[derive(Clone, Copy)]
pub(crate) enum After {
    /// So many issues are on the standby.
    Issues(usize),
    /// To its end.
    End,
}

/// Lets a recovery come so far, and stops it.
pub(crate) async fn stop_after(bench: &Bench, recovery: &Recovery, after: After) {
    let After::Issues(count) = after else {
        apply(recovery).await.unwrap();
        return;
    };
    let cancel = CancellationToken::new();
    let standby = bench.sites.standby().clone();
    let watched = cancel.clone();
    let clock = bench.ambient.clock.clone();
    let watch = tokio::spawn(async move {
        while standby.inspect(|site| site.issues.len()) < count {
            clock.sleep(std::time::Duration::from_millis(1)).await;
        }
        watched.cancel();
    });
    let stopped = apply::run(recovery, &Silent, &cancel).await;
    watch.abort();
    assert!(matches!(stopped, Err(Error::Stopped)), "{stopped:?}");
}

/// Cancels once it was told of so many steps.
struct Cancelling {
    left: AtomicU64,
    cancel: CancellationToken,
}

impl Progress for Cancelling {
    fn step(&self, _step: &Step) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.cancel.cancel();
        }
    }

    fn note(&self, _text: &str) {}
}

#[tokio::test]
async fn a_recovery_cancelled_anywhere_goes_on_to_the_same_proof() {
    let bench = Bench::generated(15, 41).await;
    bench.capture().await;
    let recovery = bench.recovery(journal());
    let mut stops = 0;
    for steps in (5_u64..).step_by(7) {
        let cancel = CancellationToken::new();
        let told = Cancelling { left: AtomicU64::new(steps), cancel: cancel.clone() };
        match apply::run(&recovery, &told, &cancel).await {
            Err(Error::Stopped) => stops += 1,
            Err(error) => panic!("{error}"),
            Ok(_) => break,
        }
    }
    assert!(stops >= 5, "it was stopped often: {stops}");
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
    assert_eq!(report.keys_redirected, 0, "{report}");
}
