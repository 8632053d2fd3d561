//! Moving things within an order that people chose: priorities, resolutions, options, versions.

use crate::http::error::{JiraError, JiraResult};

/// Where moved things go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    First,
    Last,
    After(u64),
}

impl Place {
    /// Reads the members `after` and `position` of a request; exactly one must be there.
    pub(crate) fn read(after: Option<u64>, position: Option<&str>) -> JiraResult<Self> {
        match (after, position) {
            (Some(after), None) => Ok(Self::After(after)),
            (None, Some("First")) => Ok(Self::First),
            (None, Some("Last")) => Ok(Self::Last),
            _ => Err(JiraError::bad_request("Exactly one of 'after' and 'position' (First or Last) must be given.")),
        }
    }

    /// Moves `moved` as a block, in the order given. 400 when one of them, or the one to follow, is not in the order.
    pub(crate) fn put(self, order: &mut Vec<u64>, moved: &[u64]) -> JiraResult<()> {
        if moved.is_empty() || moved.iter().any(|id| !order.contains(id)) {
            return Err(JiraError::bad_request("The ids to move must be given and must exist."));
        }
        let mut rest: Vec<u64> = order.iter().copied().filter(|id| !moved.contains(id)).collect();
        let at = match self {
            Self::First => 0,
            Self::Last => rest.len(),
            Self::After(other) => {
                let place = rest.iter().position(|id| *id == other);
                place
                    .ok_or_else(|| JiraError::bad_request(format!("There is nothing with id {other} to move after.")))?
                    + 1
            }
        };
        rest.splice(at..at, moved.iter().copied());
        *order = rest;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_moves_to_its_place_and_keeps_its_order() {
        for (place, expected) in
            [(Place::First, [4, 2, 1, 3, 5]), (Place::Last, [1, 3, 5, 4, 2]), (Place::After(3), [1, 3, 4, 2, 5])]
        {
            let mut order = vec![1, 2, 3, 4, 5];
            place.put(&mut order, &[4, 2]).unwrap();
            assert_eq!(order, expected);
        }
    }

    #[test]
    fn unknown_ids_and_a_place_within_the_block_are_refused() {
        let mut order = vec![1, 2];
        assert!(Place::First.put(&mut order, &[3]).is_err());
        assert!(Place::After(1).put(&mut order, &[1]).is_err());
        assert!(Place::read(Some(1), Some("First")).is_err());
        assert_eq!(order, [1, 2]);
    }
}
