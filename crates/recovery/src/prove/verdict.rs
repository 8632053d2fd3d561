//! Two objects side by side.

use serde_json::Value;
use site::Occurrence;

use crate::compare::{Difference, differences, explained};

/// In what two normal forms differ.
pub(super) struct Verdict {
    /// What no loss explains.
    pub unexplained: Vec<Difference>,
    /// Whether something else differs.
    pub losses: bool,
}

/// Compares two normal forms; `losses` are those of this object.
pub(super) fn compare(source: &Value, standby: &Value, losses: &[&Occurrence]) -> Verdict {
    let all = differences(source, standby);
    let count = all.len();
    let unexplained: Vec<Difference> = all.into_iter().filter(|difference| !explained(difference, losses)).collect();
    Verdict { losses: unexplained.len() < count, unexplained }
}

/// The losses of one object among those of several.
pub(super) fn of<'o>(losses: &'o [Occurrence], kind: &str, key: &str) -> Vec<&'o Occurrence> {
    losses.iter().filter(|loss| loss.kind == kind && loss.key == key).collect()
}
