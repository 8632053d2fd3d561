//! At each request.

use jira_emulator::HeldAt;

use super::{Attempt, tell};
use crate::stage::{Job, Stage, most, play, sample, stages};

/// A request, and whether its sender dies before it is applied or after that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boundary {
    pub(super) nth: u64,
    pub(super) at: HeldAt,
}

impl Boundary {
    /// Runs the job until this moment; whether it was killed there, instead of being through before.
    pub(super) async fn kill(self, stage: &Stage) -> bool {
        let hold = stage.site().hold(self.nth, self.at);
        let ended = stage.start().killed_when(hold.reached()).await;
        if let Err(ended) = &ended {
            assert!(ended.code == 0 || ended.code == 3, "{self:?} was not reached: {ended}");
        }
        ended.is_ok()
    }

    /// The same, from a state that may be rewound. Requests are gathered as they come, so that no two runs make quite as many:
    /// of a run that ended before its moment, the last request is taken instead.
    pub(super) async fn kill_or_at_the_last(mut self, stage: &Stage) -> (Self, bool) {
        for _ in 0..5 {
            let asked = stage.asked();
            if self.kill(stage).await {
                return (self, true);
            }
            let made = stage.asked() - asked;
            println!("{self:?} was not reached: {made} requests");
            self.nth = self.nth.min(made + 1) - 1;
            stage.rewind();
        }
        (self, false)
    }
}

async fn killed_at_each(job: Job, few: u64) {
    let stages = stages(job, 2 * few as usize).await;
    let mut boundaries = Vec::new();
    for at in [HeldAt::Arrival, HeldAt::Answer] {
        let numbers = most(sample(stages[0].requests, few));
        boundaries.extend(numbers.into_iter().map(|nth| Boundary { nth, at }));
    }
    let attempts = play(stages, boundaries, async |stage, boundary| {
        let (boundary, killed) = boundary.kill_or_at_the_last(stage).await;
        Attempt { killed: usize::from(killed), went_on: stage.goes_on(&format!("killed at {boundary:?}")).await }
    });
    tell(&format!("{job:?}, killed at its requests"), &attempts.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_goes_on_after_kill_9_at_any_request() {
    killed_at_each(Job::Capture, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_goes_on_after_kill_9_at_any_request() {
    killed_at_each(Job::Recovery, 2).await;
}
