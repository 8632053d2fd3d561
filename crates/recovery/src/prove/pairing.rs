//! Which object on an issue of the standby stands for which of the source.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use crate::objects::split;

/// An object as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Side {
    /// Its key in the vault, or on the standby: `{issue}/{own}`.
    pub key: String,
    /// Its normal form.
    pub normal: Value,
}

/// Who belongs to whom, by positions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    /// On both: positions on the source and on the standby.
    pub both: Vec<(usize, usize)>,
    /// On the source only.
    pub absent: Vec<usize>,
    /// On the standby only.
    pub extra: Vec<usize>,
}

/// Pairs by what the journal says (`targets`: own ids on the standby, by key on the source), then by equal normal forms, then
/// by equal own ids (there is one list of watchers, and a property is called the same everywhere).
pub(super) fn pair(source: &[Side], standby: &[Side], targets: &HashMap<String, String>) -> Pairs {
    let mut free: Vec<bool> = vec![true; standby.len()];
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut left: Vec<usize> = Vec::new();
    let mut by_own: HashMap<&str, usize> = HashMap::new();
    for (position, object) in standby.iter().enumerate() {
        by_own.insert(split(&object.key).1, position);
    }
    for (position, object) in source.iter().enumerate() {
        let target = targets.get(&object.key).and_then(|target| by_own.get(target.as_str()));
        match target.filter(|target| free[**target]) {
            Some(&target) => {
                free[target] = false;
                pairs.push((position, target));
            }
            None => left.push(position),
        }
    }
    let mut by_form: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (position, object) in standby.iter().enumerate().filter(|(position, _)| free[*position]) {
        by_form.entry(object.normal.to_string()).or_default().push_back(position);
    }
    left.retain(|&position| {
        match by_form.get_mut(&source[position].normal.to_string()).and_then(VecDeque::pop_front) {
            Some(target) => {
                free[target] = false;
                pairs.push((position, target));
                false
            }
            None => true,
        }
    });
    left.retain(|&position| match by_own.get(split(&source[position].key).1).filter(|target| free[**target]) {
        Some(&target) if !split(&source[position].key).1.bytes().all(|byte| byte.is_ascii_digit()) => {
            free[target] = false;
            pairs.push((position, target));
            false
        }
        _ => true,
    });
    pairs.sort_unstable();
    let extra = (0..standby.len()).filter(|position| free[*position]).collect();
    Pairs { both: pairs, absent: left, extra }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn side(key: &str, normal: &str) -> Side {
        Side { key: key.to_owned(), normal: json!(normal) }
    }

    #[test]
    fn the_journal_comes_before_the_form() {
        let source = [side("1/7", "a"), side("1/8", "a")];
        let standby = [side("5/70", "a"), side("5/80", "changed")];
        let targets = HashMap::from([("1/7".to_owned(), "80".to_owned())]);
        let pairs = pair(&source, &standby, &targets);
        assert_eq!(pairs, Pairs { both: vec![(0, 1), (1, 0)], absent: vec![], extra: vec![] });
    }

    #[test]
    fn what_is_there_twice_is_extra() {
        let pairs = pair(&[side("1/7", "a")], &[side("5/70", "a"), side("5/71", "a")], &HashMap::new());
        assert_eq!(pairs, Pairs { both: vec![(0, 0)], absent: vec![], extra: vec![1] });
    }

    #[test]
    fn what_is_not_there_is_absent() {
        let pairs = pair(&[side("1/7", "a"), side("1/8", "b")], &[side("5/70", "b")], &HashMap::new());
        assert_eq!(pairs, Pairs { both: vec![(1, 0)], absent: vec![0], extra: vec![] });
    }

    #[test]
    fn lists_and_properties_are_found_by_their_names_but_numbers_mean_nothing() {
        let source = [side("1/watchers", "a"), side("1/7", "b")];
        let standby = [side("5/watchers", "c"), side("5/7", "d")];
        let pairs = pair(&source, &standby, &HashMap::new());
        assert_eq!(pairs, Pairs { both: vec![(0, 0)], absent: vec![1], extra: vec![1] });
    }
}
