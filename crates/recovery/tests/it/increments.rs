//! Increments: as good as a full capture, and far cheaper.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ambient::{Ambient, Clock, SystemClock};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use jira::Call;
use jira_emulator::SiteEvent;
use recovery::capture::{self, CaptureSettings, Mode, Source};
use recovery::progress::Silent;
use recovery::{Kinds, Side};
use serde_json::{Value, json};
use site::Object;
use tokio_util::sync::CancellationToken;
use vault::Vault;

use crate::bench::{self, Bench};

/// Everything in the newest point, by its normal form: an issue's JSON also shows what others are called, and does not
/// change when they do.
async fn contents(vault: &Vault) -> BTreeMap<(String, String), Value> {
    let view = vault.at(vault.points().last().unwrap().number).unwrap();
    let kinds = Kinds::registry();
    let names = Side::of_point(&view, &kinds, &vault.identity().site_url).await.unwrap().names;
    let mut all = BTreeMap::new();
    let named: Vec<&str> =
        kinds.configuration().map(site::Kind::name).chain(["issue"]).chain(kinds.hanging_names()).collect();
    for kind in named.into_iter().filter_map(|name| kinds.named(name)) {
        let mut records = view.scan(kind.name(), "");
        while let Some(record) = records.try_next().await.unwrap() {
            let body = serde_json::from_slice(&record.body).unwrap();
            let object = Object { kind: kind.name(), key: record.key.clone(), body };
            all.insert((record.kind, record.key), kind.normal(&object, &names));
        }
    }
    all
}

#[tokio::test]
async fn after_changes_an_increment_equals_a_full_capture() {
    let bench = Bench::generated(30, 3).await;
    let full = bench.capture().await;
    assert_eq!(full.mode, Mode::Full);
    let jira = bench.sites.source_client();
    let issues: Vec<u64> = jira.search_ids("project is not EMPTY ORDER BY key ASC").try_collect().await.unwrap();
    let comment = json!({"body": {"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "later"}]}]}});
    let issue = |call: Call, position: usize| call.arg("issue", issues[position]);
    jira.done(issue(Call::post("/rest/api/3/issue/{issue}/comment"), 0).json(&comment)).await.unwrap();
    let edit = json!({"fields": {"summary": "another one"}});
    jira.done(issue(Call::put("/rest/api/3/issue/{issue}"), 1).json(&edit)).await.unwrap();
    let delete = Call::delete("/rest/api/3/issue/{issue}").query("deleteSubtasks", true);
    jira.done(issue(delete, 2)).await.unwrap();

    let settings = CaptureSettings { reread: 0, ..CaptureSettings::default() };
    let increment = bench.capture_with(&settings).await;
    assert_eq!(increment.mode, Mode::Increment);

    let (other, _folder) = bench::vault(&bench.sites, &bench.ambient).await;
    capture::run(&settings, &bench.source_into(&other), &Silent, &CancellationToken::new()).await.unwrap();
    let (one, two) = (contents(&bench.vault).await, contents(&other).await);
    let different: Vec<_> = one.iter().filter(|(key, body)| two.get(*key) != Some(*body)).map(|(key, _)| key).collect();
    assert_eq!(different, Vec::<&(String, String)>::new());
    assert_eq!(one.len(), two.len());
}

/// A clock that somebody set.
#[derive(Debug)]
struct SetClock(SystemClock, SignedDuration);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.0.now() + self.1
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(span)
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_between_captures_hides_no_change() {
    let bench = Bench::generated(10, 8).await;
    let settings = CaptureSettings { reread: 0, ..CaptureSettings::default() };
    let at = async |hours: i64| {
        let clock = Arc::new(SetClock(SystemClock::new(), SignedDuration::from_hours(hours)));
        let ambient = Ambient { clock, entropy: bench.ambient.entropy.clone() };
        let source = Source { ambient, ..bench.source() };
        capture::run(&settings, &source, &Silent, &CancellationToken::new()).await.unwrap()
    };
    at(3).await;
    let jira = bench.sites.source_client();
    let issues: Vec<u64> = jira.search_ids("project is not EMPTY ORDER BY key ASC").try_collect().await.unwrap();
    let edit = json!({"fields": {"summary": "while the clock was ahead"}});
    let call = Call::put("/rest/api/3/issue/{issue}").arg("issue", issues[1]);
    jira.done(call.json(&edit)).await.unwrap();
    bench.sites.source().happen(SiteEvent::Advance { milliseconds: 30 * 60 * 1000 }).await;
    let increment = at(0).await;
    assert_eq!((increment.mode, increment.point.counts["issue"].changed), (Mode::Increment, 1), "{increment}");
}

/// Recording needs the vault's writer, which the batches in flight need, too.
#[tokio::test]
async fn what_one_batch_found_is_recorded_while_others_are_read() {
    let bench = Bench::generated(450, 7).await;
    let settings = CaptureSettings { progress_every: 1, ..CaptureSettings::default() };
    let capture = || async {
        tokio::select! {
            report = bench.capture_with(&settings) => report,
            () = bench.ambient.clock.sleep(Duration::from_mins(2)) => panic!("it does not come to an end"),
        }
    };
    capture().await;
    let jira = bench.sites.source_client();
    let issues: Vec<u64> = jira.search_ids("project is not EMPTY ORDER BY key ASC").try_collect().await.unwrap();
    let delete = Call::delete("/rest/api/3/issue/{issue}").query("deleteSubtasks", true);
    jira.done(delete.arg("issue", issues[0])).await.unwrap();
    let increment = capture().await;
    assert!(increment.point.counts["issue"].deleted > 0, "{increment}");
}

#[tokio::test]
async fn an_increment_without_changes_writes_nothing() {
    let bench = Bench::generated(20, 4).await;
    bench.capture().await;
    let increment = bench.capture().await;
    let changed: Vec<_> = increment
        .point
        .counts
        .iter()
        .filter(|(_, counts)| counts.added + counts.changed + counts.deleted > 0)
        .collect();
    assert_eq!(changed, []);
}

#[tokio::test]
async fn a_capture_that_was_stopped_goes_on() {
    let bench = Bench::generated(20, 5).await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let settings = CaptureSettings::default();
    let stopped = capture::run(&settings, &bench.source(), &Silent, &cancel).await;
    assert!(matches!(stopped, Err(recovery::Error::Stopped)));
    let whole = bench.capture().await;
    assert_eq!(whole.unread, []);
    let (other, _folder) = bench::vault(&bench.sites, &bench.ambient).await;
    capture::run(&settings, &bench.source_into(&other), &Silent, &CancellationToken::new()).await.unwrap();
    assert_eq!(contents(&bench.vault).await.len(), contents(&other).await.len());
}
