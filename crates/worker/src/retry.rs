//! What follows from an error: another attempt, later and later; or rest, until a person has looked.

use std::time::Duration;

use ambient::Ambient;
use store::Job;
use store::job::{Ending, ErrorClass, JobError};

use crate::Error;

const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_mins(30);

/// How the job ends after an error. One that `rests` is never given up: a person decides.
pub(crate) fn after(error: &Error, job: &Job, rests: bool, ambient: &Ambient) -> Ending {
    let told = JobError { class: error.class(), text: text(error) };
    if told.class == ErrorClass::Passing && job.attempt + 1 < job.max_attempts {
        let wait = pause(job.attempt, ambient.entropy.fraction()).max(error.wait().unwrap_or_default());
        return Ending::Again { at: ambient.now() + wait, error: told };
    }
    if rests { Ending::Rests(Some(told)) } else { Ending::Failed(told) }
}

/// The error as it is kept.
pub(crate) fn told(error: &Error) -> JobError {
    JobError { class: error.class(), text: text(error) }
}

/// The error and what it comes from, without saying anything twice.
fn text(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// Half a minute, then twice as long each time, half an hour at most; scattered by a fifth, so that jobs which failed together
/// do not come back together.
fn pause(attempt: u32, chance: f64) -> Duration {
    let doubled = FIRST.saturating_mul(2u32.saturating_pow(attempt)).min(LONGEST);
    doubled.mul_f64(0.8 + 0.4 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_half_an_hour_and_are_scattered() {
        let seconds: Vec<u64> = (0..9).map(|attempt| pause(attempt, 0.5).as_secs()).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]);
        assert_eq!((pause(0, 0.0).as_secs(), pause(0, 1.0).as_secs()), (24, 36));
        assert_eq!(pause(u32::MAX, 0.5), LONGEST);
    }
}
