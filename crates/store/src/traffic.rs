//! How fast a job worked with Jira, from its beginning until now, in as few figures as a picture needs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// So many figures at most. An even number: two by two they become one.
const MOST: usize = 60;

/// How fast a job works with Jira.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Traffic {
    /// Whether requests wait for Jira's limits at this moment.
    pub held_back: bool,
    /// What was measured, the oldest first. The longer a job takes, the more measurements are one of these.
    pub samples: Vec<Sample>,
    /// How many measurements each sample stands for.
    every: u32,
    /// How many of them the last one has.
    last: u32,
}

/// What was measured, or the mean of some measurements.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When.
    pub at: Timestamp,
    /// Requests a second.
    pub per_second: f64,
    /// How much it is of what Jira allows to the busiest endpoint: 1 is all.
    pub share: f64,
}

impl Traffic {
    /// Adds a measurement.
    pub fn add(&mut self, sample: Sample, held_back: bool) {
        self.held_back = held_back;
        self.every = self.every.max(1);
        let last = f64::from(self.last);
        match self.samples.last_mut() {
            Some(mean) if self.last < self.every => {
                *mean = mean.with(&sample, last);
                self.last += 1;
            }
            _ => {
                self.halve();
                self.samples.push(sample.rounded());
                self.last = 1;
            }
        }
    }

    /// Makes room: two by two they become one.
    fn halve(&mut self) {
        if self.samples.len() < MOST {
            return;
        }
        self.samples = self.samples.chunks(2).map(|pair| pair[0].with(&pair[pair.len() - 1], 1.0)).collect();
        self.every *= 2;
    }
}

impl Sample {
    /// The mean of this one, which stands for `weight` measurements, and another one, as late as the other.
    fn with(self, other: &Self, weight: f64) -> Self {
        let mean = |one: f64, other: f64| (one * weight + other) / (weight + 1.0);
        let (per_second, share) = (mean(self.per_second, other.per_second), mean(self.share, other.share));
        Self { at: other.at, per_second, share }.rounded()
    }

    /// As exact as a picture shows it.
    fn rounded(self) -> Self {
        let (per_second, share) = ((self.per_second * 10.0).round() / 10.0, (self.share * 1_000.0).round() / 1_000.0);
        Self { per_second, share, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_long_it_takes_the_picture_stays_small_and_true() {
        let mut traffic = Traffic::default();
        for second in 1..=100_000_i64 {
            let at = Timestamp::from_second(second).unwrap();
            let share = if second > 50_000 { 0.5 } else { 0.0 };
            traffic.add(Sample { at, per_second: 40.0, share }, second % 2 == 0);
            assert!(traffic.samples.len() <= MOST);
            let times: Vec<Timestamp> = traffic.samples.iter().map(|sample| sample.at).collect();
            assert!(times.is_sorted() && times.last() == Some(&at));
        }
        assert!(traffic.held_back && traffic.samples.len() > MOST / 2 - 1);
        assert!(traffic.samples.iter().all(|sample| (sample.per_second - 40.0).abs() < 0.11));
        let before = traffic.samples.iter().filter(|sample| sample.share < 0.25).count();
        assert!(before.abs_diff(traffic.samples.len() / 2) <= 1, "{before} of {}", traffic.samples.len());
        assert!(serde_json::to_string(&traffic).unwrap().len() < 6_000);
    }
}
