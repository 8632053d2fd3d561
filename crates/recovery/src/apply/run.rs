//! A run: what all its phases share.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures::StreamExt;
use site::kind::{IssueMap, Writer};
use site::sprint_members::SprintMembers;
use site::{KindName, Translation};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::ambiguity::Settling;
use super::contents::PointContents;
use super::index::ProjectIssues;
use super::issue_map::JournalIssues;
use super::late::Late;
use super::listed::Listed;
use super::report::{ApplyReport, PhaseTime};
use crate::journal::{self, Row, State};
use crate::objects::ISSUE;
use crate::progress::{Meter, Progress};
use crate::{Error, Recovery, Result, Side};

/// How many rows are asked of the journal at once.
pub(super) const PAGE: u32 = 1000;
/// How many bulk operations run at once: Jira takes five on a site (`rate-limits.md` §4), and one is left to others.
pub(super) const BULK_OPERATIONS: usize = 4;

/// The permission that a recovery needs all the time.
const ADMINISTER: &str = "ADMINISTER";

/// A run that is under way.
pub(super) struct Run<'a> {
    pub recovery: &'a Recovery,
    pub told: &'a dyn Progress,
    pub cancel: &'a CancellationToken,
    /// The source's configuration.
    pub source: Side,
    /// From the source's ids to the standby's, as far as issues need it.
    pub translation: Arc<Translation>,
    /// Without redirected keys: as it was when issues were created.
    pub translation_at_creation: Arc<Translation>,
    pub issues: Arc<JournalIssues>,
    /// The issues of the recovery, once they are read.
    pub projects: Vec<ProjectIssues>,
    pub sprints: Arc<SprintMembers>,
    pub settling: Settling,
    /// What came later than what names it.
    pub late: Late,
    /// Whom the standby knows.
    pub listed: Listed,
    /// The right to have a bulk operation under way on the standby.
    pub bulk_operations: Semaphore,
    contents: Arc<PointContents>,
    phases: Vec<PhaseTime>,
    phase_began: std::time::Duration,
    statistics: jira::Statistics,
}

impl<'a> Run<'a> {
    pub(super) async fn begin(
        recovery: &'a Recovery,
        told: &'a dyn Progress,
        cancel: &'a CancellationToken,
    ) -> Result<Self> {
        let source = Side::of_point(&recovery.view, &recovery.kinds, &recovery.source_address).await?;
        let mut translation = Translation::default();
        translation.source = source.names.clone();
        translation.standby = Side::new(&recovery.standby_address).names;
        bind_people(&mut translation, recovery);
        let translation = Arc::new(translation);
        let clock = recovery.ambient.clock.clone();
        Ok(Self {
            recovery,
            told,
            cancel,
            source,
            translation_at_creation: translation.clone(),
            translation,
            issues: Arc::new(JournalIssues::new(recovery.journal.clone(), recovery.id)),
            projects: Vec::new(),
            sprints: Arc::new(SprintMembers::default()),
            late: Late::read(recovery).await?,
            listed: Listed::default(),
            phase_began: clock.elapsed(),
            settling: Settling::new(clock, &recovery.settings),
            bulk_operations: Semaphore::new(BULK_OPERATIONS),
            contents: Arc::new(PointContents::new(recovery.view.clone())),
            phases: Vec::new(),
            statistics: recovery.standby.statistics(),
        })
    }

    /// What kinds need to write.
    pub(super) fn writer(&self) -> Writer {
        self.writer_with(self.translation.clone())
    }

    /// The same with another translation: one that grows.
    pub(super) fn writer_with(&self, translation: Arc<Translation>) -> Writer {
        Writer {
            jira: self.recovery.standby.clone(),
            translation,
            marks: self.recovery.marks.clone(),
            issues: self.issues.clone() as Arc<dyn IssueMap>,
            contents: self.contents.clone(),
            sprints: self.sprints.clone(),
        }
    }

    /// A row for an object, never sent yet.
    pub(super) fn row(&self, kind: &str, source: &str) -> Row {
        Row {
            recovery: self.recovery.id,
            operation: self.recovery.marks.operation(kind, source).0,
            kind: kind.to_owned(),
            source: source.to_owned(),
            state: State::Planned,
            attempt: 0,
            expected: None,
            target: None,
            target_key: None,
            reason: None,
            lease: self.recovery.lease,
        }
    }

    /// The rows of these objects, by source key. They carry this run's lease.
    pub(super) async fn rows(&self, kind: &str, sources: &[&str]) -> Result<HashMap<String, Row>> {
        let mut rows = HashMap::with_capacity(sources.len());
        for sources in sources.chunks(PAGE as usize) {
            for mut row in self.recovery.journal.find(self.recovery.id, kind, sources).await? {
                row.lease = self.recovery.lease;
                rows.insert(row.source.clone(), row);
            }
        }
        Ok(rows)
    }

    pub(super) async fn record(&self, rows: &[Row]) -> journal::Result<()> {
        if rows.is_empty() { Ok(()) } else { self.recovery.journal.record(rows).await }
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::Stopped) } else { Ok(()) }
    }

    /// Whether a refusal is about the account and not about what was sent: then nothing more may be tried, or half of the
    /// standby would be noted as refused. The reason to stop, if so.
    pub(super) async fn shut_out(&self, error: &jira::Error) -> Result<Option<Error>> {
        shut_out(self.recovery, error).await
    }

    /// The reason to stop if the account may not administer the standby now.
    pub(super) async fn may_not_administer(&self) -> Result<Option<Error>> {
        may_not_administer(self.recovery).await
    }

    pub(super) fn meter(&self, phase: impl Into<String>, total: Option<u64>) -> Meter<'_> {
        Meter::new(self.told, &self.recovery.ambient.clock, phase, total)
    }

    /// Whether a row still has to be done by this run.
    pub(super) fn is_open(&self, row: &Row) -> bool {
        match row.state {
            State::Confirmed => false,
            State::Failed => self.recovery.settings.retries(row.reason.as_deref()),
            State::Skipped => row.target.is_none(),
            State::Planned | State::Intent | State::Ambiguous => true,
        }
    }

    /// Begins a phase and ends the one before.
    pub(super) fn phase(&mut self, name: &str) {
        let now = self.recovery.ambient.clock.elapsed();
        if let Some(last) = self.phases.last_mut() {
            last.seconds = now.saturating_sub(self.phase_began).as_secs_f64();
        }
        self.phase_began = now;
        self.phases.push(PhaseTime { name: name.to_owned(), seconds: 0.0 });
        tracing::info!(phase = name, "a phase of the recovery begins");
    }

    /// Takes the issues that could not keep their keys into the translation, so that texts name them by their new keys.
    pub(super) async fn learn_redirects(&mut self) -> Result<()> {
        self.translation_at_creation = self.translation.clone();
        let redirects = redirects(self.recovery).await?;
        if !redirects.is_empty() {
            self.told.note(&format!("{} issues could not keep their keys", redirects.len()));
            Arc::make_mut(&mut self.translation).redirects = redirects;
        }
        Ok(())
    }

    pub(super) async fn report(mut self) -> Result<ApplyReport> {
        self.phase("end");
        self.phases.pop();
        let now = self.recovery.standby.statistics();
        let before = &self.statistics;
        let requests = now.endpoints.iter().map(|(endpoint, counts)| {
            let earlier = before.endpoints.get(endpoint).map_or(0, |counts| counts.requests);
            (endpoint.clone(), counts.requests.saturating_sub(earlier))
        });
        let mut report = ApplyReport {
            requests: requests.filter(|(_, count)| *count > 0).collect(),
            throttled: now.throttled().saturating_sub(before.throttled()),
            phases: self.phases,
            rows: BTreeMap::default(),
        };
        for ((kind, state), count) in self.recovery.journal.counts(self.recovery.id).await? {
            let state = format!("{state:?}").to_lowercase();
            report.rows.entry(kind).or_default().insert(state, count);
        }
        Ok(report)
    }
}

/// See [`Run::shut_out`].
pub(super) async fn shut_out(recovery: &Recovery, error: &jira::Error) -> Result<Option<Error>> {
    if matches!(error, jira::Error::Forbidden { .. }) { may_not_administer(recovery).await } else { Ok(None) }
}

async fn may_not_administer(recovery: &Recovery) -> Result<Option<Error>> {
    let held = recovery.standby.my_permissions(&[ADMINISTER]).await?;
    let site = || recovery.standby_address.clone();
    Ok((held.get(ADMINISTER) != Some(&true)).then(|| Error::ShutOut { site: site() }))
}

/// From keys of the source to keys of the standby, where they differ.
pub(crate) async fn redirects(recovery: &Recovery) -> Result<HashMap<String, String>> {
    let mut redirects = HashMap::new();
    let mut rows = crate::journal::rows_of_kind(recovery.journal.clone(), recovery.id, ISSUE);
    while let Some(row) = rows.next().await {
        if let Row { expected: Some(key), target_key: Some(target), .. } = row?
            && key != target
        {
            redirects.insert(key, target);
        }
    }
    Ok(redirects)
}

/// Says who people of the source are, as far as the operator chose it.
pub(crate) fn bind_people(translation: &mut Translation, recovery: &Recovery) {
    let people = &recovery.settings.people;
    for (source, target) in &people.map {
        translation.bind_user(source, target);
    }
    translation.set_fallback(people.fallback.clone());
}

/// Says where an object went. A user is also somebody whom texts and fields name.
pub(crate) fn bind(translation: &mut Translation, recovery: &Recovery, kind: KindName, source: &str, target: &str) {
    translation.bind(kind, source, target);
    if kind == "user" && !recovery.settings.people.map.contains_key(source) {
        translation.bind_user(source, target);
    }
}
