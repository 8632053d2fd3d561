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
    TokenRevoked,
    Forbidden,
    SearchLag,
    // `store`: one call of the object store.
    StoreBefore,
    StoreAfter,
    StoreDenied,
    StoreFull,
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
    pub const ALL: [Self; 29] = [
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
        Self::TokenRevoked,
        Self::Forbidden,
        Self::SearchLag,
        Self::StoreBefore,
        Self::StoreAfter,
        Self::StoreDenied,
        Self::StoreFull,
        Self::StoreHalfRead,
        Self::JournalBefore,
        Self::JournalAfter,
        Self::Crash,
        Self::CrashInFlight,
        Self::Superseded,
        Self::ClockForward,
        Self::ClockBack,
    ];

    /// Kinds after which the pipeline does not yet get everything right, though it says so; they strike only when asked for.
    /// A clock that is set back lets an increment ask for too little time. What was refused while permissions were withdrawn
    /// is made by a later attempt, but what refers to it (a project to its category, an issue to a group) is not changed then.
    pub const GAPS: [Self; 3] = [Self::Forbidden, Self::ClockForward, Self::ClockBack];

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
            Self::TokenRevoked => "site: token dead for minutes",
            Self::Forbidden => "site: permissions withdrawn for minutes",
            Self::SearchLag => "site: search lags or flickers",
            Self::StoreBefore => "vault: call fails, nothing done",
            Self::StoreAfter => "vault: call done, answer lost",
            Self::StoreDenied => "vault: denied",
            Self::StoreFull => "vault: disk full",
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

/// Draws faults. Clones draw from the same.
#[derive(Clone, Debug)]
pub struct Plan(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    dice: Dice,
    left: u64,
    reserve: u64,
    one_in: u64,
    without: &'static [Fault],
    struck: Table,
}

impl Plan {
    /// A plan of `faults` strikes, one at about every `one_in`th opportunity.
    pub fn new(seed: u64, faults: u64, one_in: u64) -> Self {
        let dice = Dice::new(seed, 1);
        let state = State { dice, left: faults, reserve: 0, one_in, without: &[], struck: Table::default() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Never draws these kinds.
    pub fn without(self, kinds: &'static [Fault]) -> Self {
        self.lock().without = kinds;
        self
    }

    /// Keeps so many strikes for later.
    pub fn keep(&self, reserve: u64) {
        self.lock().reserve = reserve;
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
    /// process, are struck more rarely.
    pub fn draw(&self, menu: &[(Fault, u64)], rarely: u64) -> Option<Fault> {
        let mut state = self.lock();
        let one_in = state.one_in * rarely;
        if state.left <= state.reserve || !state.dice.one_in(one_in) {
            return None;
        }
        let mut throw = state.dice.below(menu.iter().map(|(_, weight)| weight).sum());
        let (fault, _) = menu.iter().find(|(_, weight)| {
            let found = throw < *weight;
            throw = throw.saturating_sub(*weight);
            found
        })?;
        if state.without.contains(fault) {
            return None;
        }
        state.left -= 1;
        *state.struck.0.entry(*fault).or_default() += 1;
        Some(*fault)
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
