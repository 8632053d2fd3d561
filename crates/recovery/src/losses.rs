//! Losses, counted.

use std::collections::BTreeMap;

use jira::printable;
use serde::{Deserialize, Serialize};
use site::{Kind, Loss, Occurrence};

/// How many examples of a loss are kept.
const EXAMPLES: usize = 5;

/// One loss with how often it occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossCount {
    /// What is lost.
    pub what: String,
    /// What is done instead.
    pub instead: String,
    /// How many times.
    pub count: u64,
    /// Some of those that suffer it. None for a loss that every object of a kind suffers.
    pub examples: Vec<Occurrence>,
}

/// All losses of a plan or a report, by name. Bounded: names are few, examples are capped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Losses {
    /// By the loss's name.
    pub by_name: BTreeMap<String, LossCount>,
}

impl Losses {
    /// Counts what every object of a kind suffers.
    pub fn always(&mut self, kind: &dyn Kind, objects: u64) {
        if objects > 0 {
            for loss in kind.losses().iter().filter(|loss| loss.always) {
                self.entry(loss.id, Some(loss)).count += objects;
            }
        }
    }

    /// Counts one occurrence.
    pub fn add(&mut self, kind: Option<&dyn Kind>, occurrence: &Occurrence) {
        let told = kind.and_then(|kind| kind.losses().iter().find(|loss| loss.id == occurrence.loss));
        let entry = self.entry(&occurrence.loss, told);
        entry.count += 1;
        if entry.examples.len() < EXAMPLES {
            entry.examples.push(occurrence.clone());
        }
    }

    /// Adds the counts of another part.
    pub fn merge(&mut self, other: Self) {
        for (name, more) in other.by_name {
            let entry = self.by_name.entry(name).or_default();
            entry.count += more.count;
            if entry.what.is_empty() {
                (entry.what, entry.instead) = (more.what, more.instead);
            }
            let room = EXAMPLES.saturating_sub(entry.examples.len());
            entry.examples.extend(more.examples.into_iter().take(room));
        }
    }

    fn entry(&mut self, name: &str, told: Option<&Loss>) -> &mut LossCount {
        let entry = self.by_name.entry(name.to_owned()).or_default();
        if let Some(told) = told.filter(|_| entry.what.is_empty()) {
            told.what.clone_into(&mut entry.what);
            told.instead.clone_into(&mut entry.instead);
        }
        entry
    }
}

impl std::fmt::Display for Losses {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, loss) in &self.by_name {
            writeln!(formatter, "  {name} ({}): {}", loss.count, loss.what)?;
            if !loss.instead.is_empty() {
                writeln!(formatter, "      instead: {}", loss.instead)?;
            }
            for example in &loss.examples {
                let (key, detail) = (printable(&example.key), printable(&example.detail));
                writeln!(formatter, "      {} {key}: {detail}", example.kind)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_exact_and_examples_are_few() {
        let mut losses = Losses::default();
        for key in 0..20 {
            let occurrence = Occurrence {
                loss: "text.long".into(),
                kind: "issue".into(),
                key: key.to_string(),
                path: String::new(),
                detail: String::new(),
            };
            losses.add(None, &occurrence);
        }
        assert_eq!(losses.by_name["text.long"].count, 20);
        assert_eq!(losses.by_name["text.long"].examples.len(), EXAMPLES);
    }
}
