//! Which faults there are, and when they strike: drawn from the seed until a budget is used up.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::dice::Dice;

/// Every kind of fault. Where it strikes and what it does is in the module that is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "`name` says it")]
pub enum Fault {
    // `exchange`: one request.
    FailBefore,
    ApplyThenFail,
    ResetBefore,
    ApplyThenReset,
    HalfBody,
    HangThenApply,
    ApplyThenHang,
    WebPage,
    PartialBatch,
    HalfOfBatchTold,
    TooManyRequests,
    Unreached,
    Slow,
    // `exchange`: the site.
    Outage,
    SiteHangs,
    TokenRevoked,
    Forbidden,
    SearchLag,
    EditedByOthers,
    // `store`: one call of the object store.
    StoreBefore,
    StoreAfter,
    StoreDenied,
    StoreFull,
    StoreTorn,
    StoreHalfRead,
    // `journal`: one call of the journal.
    JournalBefore,
    JournalAfter,
    // `life`: the process.
    Crash,
    CrashInFlight,
    Superseded,
    ClockForward,
    ClockBack,
}

impl Fault {
    /// All kinds, in the order of the table.
    pub const ALL: [Self; 32] = [
        Self::FailBefore,
        Self::ApplyThenFail,
        Self::ResetBefore,
        Self::ApplyThenReset,
        Self::HalfBody,
        Self::HangThenApply,
        Self::ApplyThenHang,
        Self::WebPage,
        Self::PartialBatch,
        Self::HalfOfBatchTold,
        Self::TooManyRequests,
        Self::Unreached,
        Self::Slow,
        Self::Outage,
        Self::SiteHangs,
        Self::TokenRevoked,
        Self::Forbidden,
        Self::SearchLag,
        Self::EditedByOthers,
        Self::StoreBefore,
        Self::StoreAfter,
        Self::StoreDenied,
        Self::StoreFull,
        Self::StoreTorn,
        Self::StoreHalfRead,
        Self::JournalBefore,
        Self::JournalAfter,
        Self::Crash,
        Self::CrashInFlight,
        Self::Superseded,
        Self::ClockForward,
        Self::ClockBack,
    ];

    /// What it is, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::FailBefore => "request: 5xx, not applied",
            Self::ApplyThenFail => "request: applied, then 5xx",
            Self::ResetBefore => "request: connection cut, not applied",
            Self::ApplyThenReset => "request: applied, then connection cut",
            Self::HalfBody => "request: applied, half an answer",
            Self::HangThenApply => "request: no answer, applied late",
            Self::ApplyThenHang => "request: applied, no answer",
            Self::WebPage => "request: web page for an answer",
            Self::PartialBatch => "request: part of a batch refused",
            Self::HalfOfBatchTold => "request: batch applied, half of it told",
            Self::TooManyRequests => "request: 429",
            Self::Unreached => "request: no connection",
            Self::Slow => "request: slow",
            Self::Outage => "site: outage",
            Self::SiteHangs => "site: hangs as a whole, lets go later",
            Self::TokenRevoked => "site: token dead for minutes",
            Self::Forbidden => "site: permissions withdrawn for minutes",
            Self::SearchLag => "site: search lags or flickers",
            Self::EditedByOthers => "site: others edit what came back",
            Self::StoreBefore => "vault: call fails, nothing done",
            Self::StoreAfter => "vault: call done, answer lost",
            Self::StoreDenied => "vault: denied",
            Self::StoreFull => "vault: disk full",
            Self::StoreTorn => "vault: half a write",
            Self::StoreHalfRead => "vault: read breaks off",
            Self::JournalBefore => "journal: fails, nothing written",
            Self::JournalAfter => "journal: written, answer lost",
            Self::Crash => "process: dies",
            Self::CrashInFlight => "process: dies with requests on their way",
            Self::Superseded => "process: lives on after its lease was taken",
            Self::ClockForward => "clock: jumps forward",
            Self::ClockBack => "clock: jumps back",
        }
    }
}

/// How often each kind struck.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table(pub BTreeMap<Fault, u64>);

impl Table {
    /// All strikes.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        for (fault, count) in &other.0 {
            *self.0.entry(*fault).or_default() += count;
        }
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for fault in Fault::ALL {
            writeln!(formatter, "{:>9}  {}", self.0.get(&fault).copied().unwrap_or_default(), fault.name())?;
        }
        write!(formatter, "{:>9}  in all", self.total())
    }
}

/// So often every kind should strike in a world.
const FEW: u64 = 2;

/// Draws faults. Clones draw from the same.
#[derive(Clone, Debug)]
pub struct Plan(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    dice: Dice,
    all: u64,
    left: u64,
    reserve: u64,
    one_in: u64,
    struck: Table,
}

impl Plan {
    /// A plan of `faults` strikes, one at about every `one_in`th opportunity.
    pub fn new(seed: u64, faults: u64, one_in: u64) -> Self {
        let dice = Dice::new(seed, 1);
        let state = State { dice, all: faults, left: faults, reserve: 0, one_in, struck: Table::default() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Keeps so many strikes for later.
    pub fn keep(&self, reserve: u64) {
        self.lock().reserve = reserve;
    }

    /// Keeps no more than one in `part` of all strikes for later; for 0, none.
    pub fn release(&self, part: u64) {
        let mut state = self.lock();
        let kept = state.all.checked_div(part).unwrap_or_default();
        state.reserve = state.reserve.min(kept);
    }

    /// Whether nothing is kept for later any more.
    pub fn is_released(&self) -> bool {
        self.lock().reserve == 0
    }

    /// How many strikes are left that are not kept for later.
    pub fn left(&self) -> u64 {
        let state = self.lock();
        state.left.saturating_sub(state.reserve)
    }

    /// No more strikes.
    pub fn end(&self) {
        self.lock().left = 0;
    }

    /// Perhaps a fault of this menu, in which each kind has a weight. Calls that are made often, or whose failure ends a
    /// process, are struck more rarely. A kind that has hardly struck yet comes sooner, so that each does in every world.
    pub fn draw(&self, menu: &[(Fault, u64)], rarely: u64) -> Option<Fault> {
        let one_in = self.lock().one_in * rarely;
        self.draw_one_in(menu, one_in)
    }

    /// The same at every `one_in`th opportunity.
    pub fn draw_one_in(&self, menu: &[(Fault, u64)], one_in: u64) -> Option<Fault> {
        let mut state = self.lock();
        if state.left <= state.reserve || !state.dice.one_in(one_in) {
            return None;
        }
        let struck = |fault: &Fault| state.struck.0.get(fault).copied().unwrap_or_default();
        let weighed =
            menu.iter().map(|(fault, weight)| (*fault, if struck(fault) < FEW { weight * 6 } else { *weight }));
        let weighed: Vec<(Fault, u64)> = weighed.collect();
        let mut throw = state.dice.below(weighed.iter().map(|(_, weight)| weight).sum());
        let (fault, _) = weighed.into_iter().find(|(_, weight)| {
            let found = throw < *weight;
            throw = throw.saturating_sub(*weight);
            found
        })?;
        state.left -= 1;
        *state.struck.0.entry(fault).or_default() += 1;
        Some(fault)
    }

    /// Takes back a strike that found nothing to strike.
    pub fn missed(&self, fault: Fault) {
        let mut state = self.lock();
        state.left += 1;
        if let Some(count) = state.struck.0.get_mut(&fault) {
            *count -= 1;
        }
    }

    /// A number below `end`, for what a fault needs to know.
    pub fn below(&self, end: u64) -> u64 {
        self.lock().dice.below(end)
    }

    /// What struck so far.
    pub fn struck(&self) -> Table {
        self.lock().struck.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
