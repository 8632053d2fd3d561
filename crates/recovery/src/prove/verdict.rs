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
    /// Losses that say that something is not the same, which is.
    pub unfounded: Vec<Occurrence>,
}

/// Compares two normal forms; `losses` are those of this object.
pub(super) fn compare(source: &Value, standby: &Value, losses: &[&Occurrence]) -> Verdict {
    let all = differences(source, standby);
    let count = all.len();
    let idle = |loss: &&&Occurrence| !all.iter().any(|difference| explained(difference, &[**loss]));
    let unfounded = losses.iter().filter(idle).map(|loss| (*loss).clone()).collect();
    let unexplained: Vec<Difference> = all.into_iter().filter(|difference| !explained(difference, losses)).collect();
    Verdict { losses: unexplained.len() < count, unexplained, unfounded }
}

/// The losses of one object among those of several.
pub(super) fn of<'o>(losses: &'o [Occurrence], kind: &str, key: &str) -> Vec<&'o Occurrence> {
    losses.iter().filter(|loss| loss.kind == kind && loss.key == key).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_loss_of_what_is_the_same_is_unfounded() {
        let loss = |path: &str| Occurrence {
            loss: "x.y".into(),
            kind: "issue".into(),
            key: "1".into(),
            path: path.into(),
            detail: String::new(),
        };
        let (happened, did_not) = (loss("/lead"), loss("/name"));
        let verdict = compare(&json!({"lead": "Ann", "name": "n"}), &json!({"name": "n"}), &[&happened, &did_not]);
        assert!(verdict.unexplained.is_empty() && verdict.losses);
        assert_eq!(verdict.unfounded, [did_not]);
    }
}
