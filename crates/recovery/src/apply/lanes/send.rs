//! Sending a request, and what its answer means for the numbers.

use std::collections::HashMap;
use std::time::Duration;

use site::marks::OperationId;

use super::build::Element;
use super::lane::{FILLED, Lane, Reduction};
use super::start::{adopt, is_misplaced, number_of};
use crate::apply::PLACEHOLDER;
use crate::apply::ambiguity::ATTEMPTS;
use crate::apply::bulk::{self, Answer, Created, Refusal};
use crate::apply::item::Item;
use crate::journal::{Row, State};
use crate::objects::ISSUE;
use crate::{Error, Result};

/// The first wait after a limit that was reached within a request; doubled each time up to the longest.
const FIRST_REST: Duration = Duration::from_secs(2);
const LONGEST_REST: Duration = Duration::from_secs(30);
/// After so many in a row a limit is taken for a refusal: ten minutes.
const MOST_RESTS: u32 = 20;

impl Lane<'_> {
    /// Journals a request, sends it, and takes up what came back.
    pub(super) async fn send(&mut self, batch: Vec<Element>) -> Result<()> {
        self.singly = self.singly.saturating_sub(1);
        let run = self.shared.run;
        let rows: Vec<Row> = batch.iter().map(|element| self.intent(&element.item)).collect();
        let late = rows.iter().filter(|row| row.kind == ISSUE && self.passed_over.contains(&row.source));
        let late = late.map(|row| run.late.note(run, ISSUE, &row.source));
        run.record(&late.chain(rows.iter().cloned()).collect::<Vec<_>>()).await?;
        let items: Vec<Item> = batch.iter().map(|element| element.item.clone()).collect();
        match bulk::create(run, &items).await {
            Ok(Answer::Each(results)) => self.take_each(batch, rows, results).await,
            Ok(Answer::Refused(refusal)) if batch.len() == 1 => self.take_each(batch, rows, vec![Err(refusal)]).await,
            Ok(Answer::Refused(refusal)) => {
                tracing::warn!(project = self.key, reason = refusal.reason, "a whole request was refused; one by one");
                self.singly = batch.len();
                self.send_again(batch, rows).await
            }
            Ok(Answer::Unclear(reason)) => self.find_out(batch, rows, &reason).await,
            Err(error) => {
                self.send_again(batch, rows).await?;
                Err(error)
            }
        }
    }

    fn intent(&mut self, item: &Item) -> Row {
        let attempt = self.attempts.get(&(item.kind, item.source.clone())).copied().unwrap_or_default() + 1;
        if attempt > 1 {
            self.attempts.insert((item.kind, item.source.clone()), attempt);
        }
        Row {
            state: State::Intent,
            attempt,
            expected: Some(format!("{}-{}", self.key, item.number)),
            ..self.shared.run.row(item.kind, &item.source)
        }
    }

    /// Nothing was created: all elements wait again.
    async fn send_again(&mut self, batch: Vec<Element>, mut rows: Vec<Row>) -> Result<()> {
        for row in &mut rows {
            row.state = State::Planned;
        }
        self.shared.run.record(&rows).await?;
        self.unfilled.extend(rows.into_iter().filter(|row| row.kind != ISSUE).map(|row| row.source));
        for waiting in batch.into_iter().filter_map(|element| element.waiting) {
            self.put_back(waiting);
        }
        Ok(())
    }

    /// Each element was created or refused.
    async fn take_each(
        &mut self,
        batch: Vec<Element>,
        mut rows: Vec<Row>,
        results: Vec<Result<Created, Refusal>>,
    ) -> Result<()> {
        let created: Vec<Created> = results.iter().filter_map(|result| result.as_ref().ok().cloned()).collect();
        let as_expected = results
            .iter()
            .zip(&rows)
            .all(|(result, row)| result.as_ref().map_or(true, |created| Some(&created.key) == row.expected.as_ref()));
        if as_expected || self.ahead_is_over(&batch) && created.len() == batch.len() {
            confirm(&mut rows, &results);
        } else if !created.is_empty() {
            // The order of the answer is not to be trusted now: the marks say which issue is which.
            self.singly = 1;
            let ids: Vec<String> = created.into_iter().map(|created| created.id).collect();
            let found = bulk::marked(self.shared.run, &ids).await?;
            if found.len() < ids.len() {
                return Err(self.unmarked(ids.len() - found.len()));
            }
            for row in &mut rows {
                adopt(row, &found);
            }
        }
        let refused: HashMap<OperationId, Refusal> = rows
            .iter()
            .zip(results)
            .filter_map(|(row, result)| result.err().map(|refusal| (OperationId(row.operation), refusal)))
            .collect();
        let held_up = refused.values().any(|refusal| refusal.later);
        self.held_up = if held_up { self.held_up + 1 } else { 0 };
        self.settle_rows(batch, rows, refused).await?;
        if held_up {
            self.rest().await;
        }
        Ok(())
    }

    /// Issues that nobody can tell apart must not be sent again: each time there would be more of them.
    fn unmarked(&self, count: usize) -> Error {
        Error::Answer {
            what: format!("the creation of issues in project {}", self.key),
            reason: format!(
                "{count} of the issues that Jira says it created have unexpected keys and do not carry this recovery's mark"
            ),
        }
    }

    /// Whether an element that met a limit is sent again as it is. Not for ever.
    fn comes_later(&self, refusal: &Refusal) -> bool {
        refusal.later && self.held_up < MOST_RESTS
    }

    /// Waits after a limit that was reached in the middle of a request: Jira does not say for how long.
    async fn rest(&self) {
        let wait = FIRST_REST.saturating_mul(1 << self.held_up.saturating_sub(1).min(10)).min(LONGEST_REST);
        tracing::debug!(project = self.key, wait_seconds = wait.as_secs(), "a limit was reached within a request");
        self.shared.run.recovery.ambient.clock.sleep(wait).await;
    }

    /// Whether the batch is of issues whose numbers are used up: their keys are new in any case.
    fn ahead_is_over(&self, batch: &[Element]) -> bool {
        batch.iter().all(|element| element.item.number < self.next)
    }

    /// The outcome is unclear: waits, looks, adopts what is there.
    async fn find_out(&mut self, batch: Vec<Element>, mut rows: Vec<Row>, reason: &str) -> Result<()> {
        let run = self.shared.run;
        tracing::warn!(project = self.key, reason, "a creation with an unclear outcome");
        for row in &mut rows {
            row.state = State::Ambiguous;
            row.reason = Some(reason.to_owned());
        }
        run.record(&rows).await?;
        for row in &rows {
            let kind = if row.kind == ISSUE { ISSUE } else { PLACEHOLDER };
            self.attempts.insert((kind, row.source.clone()), row.attempt);
        }
        run.settling.wait().await;
        let last = self.next.saturating_add(batch.len() as u32);
        let found = bulk::look(run, &self.key, self.next..=last).await?;
        for row in &mut rows {
            adopt(row, &found);
        }
        for row in rows.iter_mut().filter(|row| row.state == State::Planned && row.attempt >= ATTEMPTS) {
            row.state = State::Failed;
            row.reason = Some(format!("no clear answer in {ATTEMPTS} attempts, and it is not on the standby"));
        }
        self.singly = 1;
        self.settle_rows(batch, rows, HashMap::new()).await
    }

    /// Records what became of each element, and moves on.
    async fn settle_rows(
        &mut self,
        batch: Vec<Element>,
        mut rows: Vec<Row>,
        refused: HashMap<OperationId, Refusal>,
    ) -> Result<()> {
        let highest = rows.iter().filter_map(number_of).max();
        self.next = highest.map_or(self.next, |number| self.next.max(number.saturating_add(1)));
        let mut waiting = Vec::new();
        for (element, row) in batch.iter().zip(&mut rows) {
            if row.state == State::Confirmed {
                self.shared.proven.accept(&element.item);
                if row.kind != ISSUE {
                    self.shapes.accept();
                }
                self.attempts.remove(&(element.item.kind, row.source.clone()));
                self.misplaced.extend(is_misplaced(row).then(|| row.source.clone()));
                continue;
            }
            if let Some(refusal) = refused.get(&OperationId(row.operation)).filter(|refusal| !self.comes_later(refusal))
            {
                self.shared.proven.refuse(&element.item, &refusal.fields);
                self.refuse(element, row, refusal);
            }
            if row.kind == ISSUE {
                if row.state != State::Failed {
                    row.state = State::Planned;
                    waiting.extend(element.waiting);
                }
            } else if element.item.number < self.next {
                (row.state, row.reason) = (State::Skipped, Some(FILLED.to_owned()));
            } else {
                if row.state == State::Failed {
                    // Its number stays free, and nothing after it can keep its key.
                    self.shapes.give_up(row.reason.as_deref().unwrap_or_default());
                }
                row.state = State::Planned;
                self.unfilled.insert(row.source.clone());
            }
        }
        self.shared.run.record(&rows).await?;
        for waiting in waiting {
            self.put_back(waiting);
        }
        self.shared.meter.advance(rows.iter().filter(|row| row.state != State::Planned).count() as u64);
        self.learn_transitions(&batch, &rows).await
    }

    /// Decides how an element that Jira refused is sent again: a placeholder in another shape; an issue without the fields that
    /// Jira named, then bare, then not.
    fn refuse(&mut self, element: &Element, row: &mut Row, refusal: &Refusal) {
        row.reason = Some(refusal.reason.clone());
        if row.kind != ISSUE {
            self.shapes.refuse(element.item.issue_type(), &refusal.reason);
            return;
        }
        let essential = |field: &String| matches!(field.as_str(), "summary" | "project" | "issuetype" | "parent");
        let named: Vec<String> = refusal.fields.iter().filter(|field| !essential(field)).cloned().collect();
        match self.reduced.get(&row.source) {
            None if !named.is_empty() => self.reduced.insert(row.source.clone(), Reduction::Without(named)),
            None | Some(Reduction::Without(_)) => self.reduced.insert(row.source.clone(), Reduction::Bare),
            Some(Reduction::Bare) => {
                row.state = State::Failed;
                None
            }
        };
    }

    /// Asks one issue of each type for the ways to other statuses, so that the next requests can say them.
    async fn learn_transitions(&self, batch: &[Element], rows: &[Row]) -> Result<()> {
        for (element, row) in batch.iter().zip(rows) {
            if let (ISSUE, Some(issue), Some(issue_type)) = (row.kind.as_str(), &row.target, element.item.issue_type())
            {
                self.shared.transitions.learn(&self.target, issue_type, issue).await?;
            }
        }
        Ok(())
    }
}

fn confirm(rows: &mut [Row], results: &[Result<Created, Refusal>]) {
    for (row, result) in rows.iter_mut().zip(results) {
        if let Ok(created) = result {
            row.state = State::Confirmed;
            row.target = Some(created.id.clone());
            row.target_key = Some(created.key.clone());
        }
    }
}
