//! Sites that are broken, or mean no good.
//!
//! Every call that a capture or a recovery makes is answered wrongly, in every way of [`mutation::ALL`]: the calls are those
//! that a clean run makes, so a new one joins by itself. Whatever comes, the step ends, without a panic, with a result or a
//! reason that can be shown; what the vault had is not lost; no address from an answer is followed; and when the site is
//! sound again, the next run makes good.
//!
//! All cases take minutes. Without `LIFEBOAT_TEST_LONG` only some of them run, spread over calls and mutations;
//! `LIFEBOAT_HOSTILE` says how many.

mod exchange;
mod mutation;

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use ambient::{Ambient, Clock, SystemClock};
use exchange::Spoiling;
use futures::future::BoxFuture;
use futures::{FutureExt, TryStreamExt};
use jiff::Timestamp;
use jira::{Credentials, Jira};
use jira_emulator::{Limits, Seed, SiteHandle};
use mutation::{ALL, Mutation};
use recovery::capture::{self, CaptureReport, CaptureSettings, Mode, Source};
use recovery::journal::MemoryJournal;
use recovery::plan::{self, Depth};
use recovery::progress::Silent;
use recovery::prove::{self, Report};
use recovery::{Recovery, Settings, apply};
use secrecy::SecretString;
use testkit::{InProcessExchange, Sites};
use tokio_util::sync::CancellationToken;
use vault::Vault;

use crate::bench::Bench;

/// A file on the media host: its call is part of the one that asks for the file.
const MEDIA: &str = "GET /file/{media}/binary";
/// The longest answer that these clients take.
const ANSWER: u64 = 2 << 20;
/// The longest reason that anybody wants to read.
const REASON: usize = 4000;
/// After this much time a step counts as hung.
const HUNG: Duration = Duration::from_mins(1);

/// A clock on which waiting takes next to no time.
#[derive(Debug)]
struct Impatient(SystemClock);

const HASTE: u32 = 200;

impl Clock for Impatient {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed() * HASTE
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(span / HASTE)
    }
}

/// A client of a site whose answers can be spoilt.
struct Client {
    jira: Jira,
    spoiling: Arc<Spoiling>,
}

impl Client {
    fn of(site: &SiteHandle, ambient: &Ambient) -> Self {
        let inner = InProcessExchange::new(site.service(), Arc::new(SystemClock::new()));
        let spoiling = Arc::new(Spoiling::new(inner));
        let token = SecretString::from(site.admin_token().to_owned());
        let credentials = Credentials::Basic { email: site.admin_email().to_owned(), token };
        let mut settings = jira::Settings::new(site.url(), credentials);
        settings.exchange = Some(spoiling.clone());
        settings.answer_limit = ANSWER;
        settings.timeout = Duration::from_mins(20);
        Self { jira: Jira::new(settings, ambient.clone()).unwrap(), spoiling }
    }

    /// The calls that were made so far.
    fn calls(&self) -> BTreeSet<String> {
        self.jira.statistics().endpoints.into_keys().collect()
    }
}

fn ambient() -> Ambient {
    Ambient { clock: Arc::new(Impatient(SystemClock::new())), ..Ambient::system() }
}

async fn bench(issues: u32) -> Bench {
    let sites = Sites::in_process(Seed::Generated { issues, seed: 20 }, Limits::off(), Ambient::system());
    Bench::on(sites, ambient()).await
}

/// A call, and what becomes of its answers.
type Case = (String, Mutation);

/// Whether nobody can know better. A refusal of a write that was carried out all the same is such a lie: Jira says of what it
/// refuses that it was not done.
fn is_lie(call: &str, mutation: Mutation) -> bool {
    let refuses = matches!(mutation.name, "400" | "403" | "429 without sense");
    mutation.lie || (refuses && !call.starts_with("GET") && !call.contains("fetch") && !call.contains("search"))
}

/// The cases of these calls: all of them, or as many as were asked for, evenly spread.
fn cases(calls: &BTreeSet<String>, few: usize) -> Vec<Case> {
    let all: Vec<Case> = calls.iter().flat_map(|call| ALL.iter().map(|mutation| (call.clone(), *mutation))).collect();
    let asked = std::env::var("LIFEBOAT_HOSTILE").ok().and_then(|number| number.parse().ok());
    let most = asked.unwrap_or(if testkit::long_tests() { all.len() } else { few }).clamp(1, all.len());
    // A stride that shares no factor with the number of mutations meets every call and every mutation.
    let mut stride = (all.len() / most).max(1);
    while stride > 1 && ALL.len().is_multiple_of(stride) {
        stride += 1;
    }
    all.into_iter().step_by(stride).take(most).collect()
}

/// What a step came to.
enum End<T> {
    Done(T),
    /// With a reason that can be shown.
    Stopped,
}

/// Runs a step to its end: never a panic, never for ever, never with a reason that cannot be shown.
async fn ends<T>(case: &str, step: impl Future<Output = recovery::Result<T>>) -> End<T> {
    let step = AssertUnwindSafe(step).catch_unwind();
    let in_time = tokio::time::timeout(HUNG, step).await.unwrap_or_else(|_| panic!("{case}: it hangs"));
    match in_time.unwrap_or_else(|_| panic!("{case}: it panics")) {
        Ok(done) => End::Done(done),
        Err(error) => {
            let reason = error.to_string();
            showable(case, &reason);
            End::Stopped
        }
    }
}

fn showable(case: &str, text: &str) {
    let steers = |character: char| character.is_control() || matches!(character, '\u{202a}'..='\u{202e}');
    assert!(!text.is_empty() && text.len() < REASON && !text.contains(steers), "{case}: {text:?}");
}

/// Every object of the newest point.
async fn keys(vault: &Vault) -> BTreeSet<(String, String)> {
    let view = vault.at(vault.points().last().unwrap().number).unwrap();
    let mut all = BTreeSet::new();
    for kind in site::registry::kinds() {
        let mut records = view.scan(kind.name(), "");
        while let Some(record) = records.try_next().await.unwrap() {
            // Whatever came into the vault can be opened again.
            serde_json::from_slice::<serde_json::Value>(&record.body).unwrap();
            all.insert((record.kind, record.key));
        }
    }
    all
}

async fn capture(source: &Source, full: bool) -> recovery::Result<CaptureReport> {
    let settings = CaptureSettings { full, sweep_every: Duration::ZERO, ..CaptureSettings::default() };
    capture::run(&settings, source, &Silent, &CancellationToken::new()).await
}

/// The calls of a full capture and of an increment.
async fn capture_calls() -> [BTreeSet<String>; 2] {
    let bench = bench(8).await;
    let mut calls = Vec::new();
    for full in [true, false] {
        let client = Client::of(bench.sites.source(), &bench.ambient);
        let settings = CaptureSettings { full, ..CaptureSettings::default() };
        let source = Source { jira: client.jira.clone(), ..bench.source() };
        capture::run(&settings, &source, &Silent, &CancellationToken::new()).await.unwrap();
        calls.push(client.calls());
    }
    let [mut full, increment] = <[BTreeSet<String>; 2]>::try_from(calls).unwrap();
    let increment = increment.difference(&full).cloned().collect();
    full.insert(MEDIA.to_owned());
    [full, increment]
}

#[tokio::test]
async fn a_capture_of_a_hostile_site_ends_and_loses_nothing() {
    let [full, increment] = capture_calls().await;
    let (mut count, mut stopped, mut unread) = (0, 0, 0);
    let (mut unheard, mut failures) = (BTreeSet::new(), Vec::new());
    for (calls, mode, few) in [(full, Mode::Full, 45), (increment, Mode::Increment, 8)] {
        let mut bench = bench(8).await;
        let mut before = sound(&bench).await;
        for (call, mutation) in cases(&calls, few) {
            let case = format!("{mode:?} capture, {call}: {}", mutation.name);
            count += 1;
            let outcome = attempt(&case, Box::pin(capture_case(&bench, &before, &case, (&call, mutation), mode))).await;
            match &outcome {
                Ok(Outcome::Stopped) => stopped += 1,
                Ok(Outcome::Unread) => unread += 1,
                Ok(Outcome::Unheard) => drop(unheard.insert(call.clone())),
                Ok(Outcome::Done) => {}
                Err(wrong) => failures.push(wrong.clone()),
            }
            if mutation.lie || outcome.is_err() {
                // The vault believes what it is told. A fresh one, so that the next case is not about this one's lies.
                bench = self::bench(8).await;
                before = sound(&bench).await;
            }
        }
    }
    println!("{count} cases of capture: {stopped} stopped with a reason, {unread} named what they could not read");
    println!("calls that were not made again: {unheard:?}");
    assert!(failures.is_empty(), "{} of {count} cases failed:\n{}", failures.len(), failures.join("\n"));
}

/// What came of one capture.
enum Outcome {
    Done,
    /// Something is named that could not be read.
    Unread,
    /// With a reason.
    Stopped,
    /// The call was not made.
    Unheard,
}

/// One case, on a vault that holds `before`.
async fn capture_case(
    bench: &Bench,
    before: &BTreeSet<(String, String)>,
    case: &str,
    (call, mutation): (&str, Mutation),
    mode: Mode,
) -> Outcome {
    let client = Client::of(bench.sites.source(), &bench.ambient);
    client.spoiling.spoil(call, mutation);
    // Files that are in the vault are not fetched again: that is tried on an empty vault.
    let empty = if call == MEDIA { Some(self::bench(8).await) } else { None };
    let bench = empty.as_ref().unwrap_or(bench);
    let source = Source { jira: client.jira.clone(), ..bench.source() };
    let mut outcome = match ends(case, Box::pin(capture(&source, mode == Mode::Full))).await {
        End::Stopped => Outcome::Stopped,
        End::Done(report) => {
            for object in &report.unread {
                showable(case, &format!("{} {}: {}", object.kind, object.key, object.reason));
            }
            let now = keys(&bench.vault).await;
            let lost: Vec<_> = before.difference(&now).collect();
            assert!(mutation.lie || empty.is_some() || lost.is_empty(), "{case}: {lost:?} are lost");
            if report.unread.is_empty() { Outcome::Done } else { Outcome::Unread }
        }
    };
    if client.spoiling.spoilt() == 0 {
        outcome = Outcome::Unheard;
    }
    assert_eq!(client.spoiling.trapped(), 0, "{case}: an address from an answer was followed");
    if !mutation.lie {
        assert_eq!(&sound(bench).await, before, "{case}: the next capture does not make good");
    }
    outcome
}

/// Runs a case; what is wrong with it, if anything is.
async fn attempt<T>(case: &str, run: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(run).catch_unwind().await.map_err(|panic| {
        let told = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        told.unwrap_or_else(|| case.to_owned())
    })
}

/// A full capture of the site as it is; what an interrupted one left is finished first.
async fn sound(bench: &Bench) -> BTreeSet<(String, String)> {
    let source = Source { jira: Client::of(bench.sites.source(), &bench.ambient).jira, ..bench.source() };
    if bench.vault.unfinished().is_some() {
        capture(&source, true).await.unwrap();
    }
    assert_eq!(capture(&source, true).await.unwrap().unread, []);
    keys(&bench.vault).await
}

/// A recovery by this client.
fn recovery(bench: &Bench, client: &Client, journal: &Arc<MemoryJournal>, retry_failed: bool) -> Recovery {
    let settings = Settings { ambiguity_wait: Duration::from_secs(10), retry_failed, ..Settings::default() };
    Recovery {
        standby: client.jira.clone(),
        ambient: bench.ambient.clone(),
        settings,
        ..bench.recovery(journal.clone())
    }
}

/// Plan, apply and prove, each to its end whatever became of the one before it.
async fn recover(case: &str, recovery: &Recovery) -> Option<Report> {
    let cancel = CancellationToken::new();
    if let End::Done(plan) = ends(case, plan::make(recovery, Depth::Exact, &Silent, &cancel)).await {
        drop(plan.to_string());
    }
    let applied = match ends(case, Box::pin(apply::run(recovery, &Silent, &cancel))).await {
        End::Done(report) => Some(report),
        End::Stopped => None,
    };
    match ends(case, prove::run(recovery, applied, &Silent, &cancel)).await {
        End::Done(report) => Some(report),
        End::Stopped => None,
    }
}

#[tokio::test]
async fn a_recovery_to_a_hostile_standby_ends_and_can_be_finished() {
    let calls = {
        let bench = bench(8).await;
        sound(&bench).await;
        let client = Client::of(bench.sites.standby(), &bench.ambient);
        let report = recover("clean", &recovery(&bench, &client, &Arc::default(), false)).await.unwrap();
        assert!(report.holds, "{report}");
        client.calls()
    };
    let (mut count, mut lies, mut failures) = (0, 0, Vec::new());
    for (call, mutation) in cases(&calls, 8) {
        let case = format!("recovery, {call}: {}", mutation.name);
        count += 1;
        lies += u32::from(is_lie(&call, mutation));
        if let Err(wrong) = attempt(&case, Box::pin(recovery_case(&case, (&call, mutation)))).await {
            println!("{wrong}");
            failures.push(wrong);
        }
    }
    let proven = count - lies - failures.len() as u32;
    println!("{count} cases of recovery, {lies} of them lies; {proven} of the others finished and proven afterwards");
    assert!(failures.is_empty(), "{} of {count} cases failed:\n{}", failures.len(), failures.join("\n"));
}

#[tokio::test]
async fn captures_that_once_went_wrong_stay_right() {
    // Sprints were written down as deleted, because a refusal was taken for an empty list.
    for (call, name) in [
        ("GET /rest/agile/1.0/board", "403"),
        ("GET /rest/agile/1.0/board", "400"),
        ("GET /rest/agile/1.0/board/{board}/sprint", "400"),
    ] {
        let bench = bench(8).await;
        let before = sound(&bench).await;
        let mutation = mutation(name);
        let case = format!("capture, {call}: {name}");
        let outcome = Box::pin(capture_case(&bench, &before, &case, (call, mutation), Mode::Full)).await;
        assert!(matches!(outcome, Outcome::Unread), "{case}");
    }
}

fn mutation(name: &str) -> Mutation {
    *ALL.iter().find(|mutation| mutation.name == name).unwrap()
}

#[tokio::test]
async fn recoveries_that_once_went_wrong_stay_right() {
    for (call, name) in [
        // It panicked at an answer that was no object.
        ("GET /rest/api/3/issue/{issue}", "a text"),
        // Files were taken for missing, and texts written without them for good.
        ("GET /rest/api/3/issue/{issue}", "numbers as texts"),
        ("GET /rest/api/3/attachment/content/{attachment}", "a redirect elsewhere"),
        // What can be no id was written down as where an object went.
        ("GET /rest/api/3/field/{fieldId}/context", "longer texts"),
    ] {
        Box::pin(recovery_case(&format!("recovery, {call}: {name}"), (call, mutation(name)))).await;
    }
}

/// One case. What was broken is whole again in the end: nothing came twice, nothing is missing, nothing differs.
async fn recovery_case(case: &str, (call, mutation): (&str, Mutation)) {
    let bench = bench(8).await;
    sound(&bench).await;
    let client = Client::of(bench.sites.standby(), &bench.ambient);
    let journal = Arc::new(MemoryJournal::default());
    client.spoiling.spoil(call, mutation);
    recover(case, &recovery(&bench, &client, &journal, false)).await;
    assert_eq!(client.spoiling.trapped(), 0, "{case}: an address from an answer was followed");
    client.spoiling.heal();
    let report = recover(case, &recovery(&bench, &client, &journal, true)).await;
    if !is_lie(call, mutation) {
        let report = report.unwrap_or_else(|| panic!("{case}: the recovery cannot be finished"));
        assert!(report.holds, "{case}: {report}");
    }
}

/// Runs in a process of its own, which [`the_memory_stays_bounded`] starts.
#[tokio::test]
#[ignore = "is started by the test that measures it"]
async fn memory_of_a_capture() {
    let bench = bench(8).await;
    let before = sound(&bench).await;
    let calm = high_water();
    for call in ["POST /rest/api/3/issue/bulkfetch", "GET /rest/api/3/field", MEDIA] {
        for name in ["without end", "deep members", "a long member", "longer texts"] {
            let bench = self::bench(8).await;
            let client = Client::of(bench.sites.source(), &bench.ambient);
            client.spoiling.spoil(call, *ALL.iter().find(|mutation| mutation.name == name).unwrap());
            let source = Source { jira: client.jira.clone(), ..bench.source() };
            ends(call, Box::pin(capture(&source, true))).await;
            assert!(client.spoiling.spoilt() > 0, "{call}: {name}");
            assert_eq!(sound(&bench).await, before);
        }
    }
    println!("MEMORY {} {}", calm, high_water());
}

/// The most memory that this process ever had, in KiB.
fn high_water() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

#[test]
fn the_memory_stays_bounded() {
    let this = std::env::current_exe().unwrap();
    let arguments = ["--exact", "hostile::memory_of_a_capture", "--ignored", "--nocapture"];
    let output = std::process::Command::new(this).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let figures = text.lines().find_map(|line| line.split_once("MEMORY ")).unwrap().1;
    let (calm, most) = figures.split_once(' ').unwrap();
    let (calm, most): (u64, u64) = (calm.parse().unwrap(), most.trim().parse().unwrap());
    println!("{} MiB before, {} MiB under fire", calm >> 10, most >> 10);
    assert!(most < calm + (160 << 10), "{calm} KiB before, {most} KiB under fire");
}
