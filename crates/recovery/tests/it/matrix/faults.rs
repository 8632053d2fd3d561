//! The ways in which a request goes wrong, and where.

use jira_emulator::{Elements, Fault, FaultAction, LimitReason};

use super::Case;
use super::calls::Call;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 500, and nothing was done.
    FailBefore,
    /// The connection breaks, and nothing was done.
    ResetBefore,
    /// It was done, and 502 came.
    AppliedThenError,
    /// It was done, and the connection broke.
    AppliedThenReset,
    /// It was done, and half of the answer came.
    HalfBody,
    /// It was done, and no answer came.
    AppliedThenTimeout,
    /// No answer came, and it was done 40 seconds after the client had given up.
    LateAfterTimeout,
    /// It was done, and a web page came with 200.
    AppliedThenWebPage,
    /// 429 without a time to wait.
    TooMany,
    /// Every second element of a batch was refused with 400.
    EverySecondRefused,
    /// 429 for the second half of a batch.
    LimitInBatch,
    /// All was created, and half of it was told.
    HalfTold,
}

impl Kind {
    pub(crate) fn all() -> Vec<Self> {
        use Kind::{
            AppliedThenError, AppliedThenReset, AppliedThenTimeout, AppliedThenWebPage, EverySecondRefused, FailBefore,
            HalfBody, HalfTold, LateAfterTimeout, LimitInBatch, ResetBefore, TooMany,
        };
        vec![
            FailBefore,
            ResetBefore,
            AppliedThenError,
            AppliedThenReset,
            HalfBody,
            AppliedThenTimeout,
            LateAfterTimeout,
            AppliedThenWebPage,
            TooMany,
            EverySecondRefused,
            LimitInBatch,
            HalfTold,
        ]
    }

    /// Whether it can happen to this call.
    pub(crate) fn concerns(self, call: &Call) -> bool {
        let in_bulk = matches!(self, Self::EverySecondRefused | Self::LimitInBatch | Self::HalfTold);
        !in_bulk || call.is_bulk_creation()
    }

    /// Whether every issue can keep its key. Jira gives the number of an element that it refuses to the one after it.
    pub(crate) fn keeps_keys(self) -> bool {
        self != Self::EverySecondRefused
    }

    pub(crate) fn action(self) -> FaultAction {
        match self {
            Self::FailBefore => FaultAction::FailBefore { status: 500 },
            Self::ResetBefore => FaultAction::ResetBefore,
            Self::AppliedThenError => FaultAction::ApplyThenFail { status: 502 },
            Self::AppliedThenReset => FaultAction::ApplyThenReset,
            Self::HalfBody => FaultAction::HalfBody,
            Self::AppliedThenTimeout => FaultAction::ApplyThenHang,
            Self::LateAfterTimeout => FaultAction::HangThenApply { milliseconds: 100_000 },
            Self::AppliedThenWebPage => FaultAction::WebPage { status: 200, applied: true },
            Self::TooMany => FaultAction::TooManyRequests { retry_after: None, reason: LimitReason::Unsaid },
            Self::EverySecondRefused => FaultAction::RefuseElements { which: Elements::EverySecond, status: 400 },
            Self::LimitInBatch => FaultAction::RefuseElements { which: Elements::SecondHalf, status: 429 },
            Self::HalfTold => FaultAction::AnswerHalf,
        }
    }

    /// The fault of a case.
    pub(crate) fn at(self, case: &Case) -> Fault {
        let Call { method, endpoint, count } = &case.call;
        Fault::once(method, endpoint, self.action()).after(case.place.skip(*count))
    }
}

/// Which of a call's requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    First,
    Middle,
    Last,
}

impl Place {
    /// Those that are different requests.
    pub(crate) fn of(call: &Call) -> Vec<Self> {
        match call.count {
            0 | 1 => vec![Self::First],
            2 => vec![Self::First, Self::Last],
            _ => vec![Self::First, Self::Middle, Self::Last],
        }
    }

    fn skip(self, count: u32) -> u32 {
        match self {
            Self::First => 0,
            Self::Middle => count / 2,
            Self::Last => count.saturating_sub(1),
        }
    }
}
