//! Again while it goes on, at random: `LIFEBOAT_KILLS` says how often, `LIFEBOAT_SEED` where.

use ambient::Ambient;
use faulty_disk::{Mishap, Plan};
use jira_emulator::HeldAt;

use super::requests::Boundary;
use super::writes::disturbed;
use super::{Attempt, tell};
use crate::stage::{Job, Stage, play, stages};

/// One of the two kills.
#[derive(Clone, Copy, Debug)]
enum Kill {
    Request(Boundary),
    Write(Plan),
}

impl Kill {
    fn random(ambient: &Ambient, requests: u64, writes: usize) -> Self {
        let number = |most: u64| 1 + u64::from_le_bytes(ambient.entropy.bytes()) % most;
        match number(4) {
            1 => Self::Request(Boundary { nth: number(requests), at: HeldAt::Arrival }),
            2 => Self::Request(Boundary { nth: number(requests), at: HeldAt::Answer }),
            3 => Self::Write(Plan { at: number(writes as u64) as usize, mishap: Mishap::KillBefore }),
            _ => Self::Write(Plan { at: number(writes as u64) as usize, mishap: Mishap::Tear }),
        }
    }

    async fn strike(self, stage: &Stage) -> bool {
        match self {
            Self::Request(boundary) => boundary.kill(stage).await,
            Self::Write(plan) => disturbed(stage, Some(plan)).await.code.is_none(),
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|number| number.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_that_is_killed_twice_gets_through() {
    let kills = number("LIFEBOAT_KILLS").unwrap_or(if testkit::long_tests() { 500 } else { 3 });
    let seed = number("LIFEBOAT_SEED").unwrap_or(20_261_123);
    let stages = stages(Job::Recovery, kills as usize).await;
    stages[0].rewind();
    let (requests, writes) = (stages[0].requests, disturbed(&stages[0], None).await.touches.len());
    let ambient = Ambient::seeded(seed);
    let mut pairs = Vec::new();
    for _ in 0..kills {
        pairs.push([Kill::random(&ambient, requests, writes), Kill::random(&ambient, requests, writes)]);
    }
    let attempts = play(stages, pairs, async |stage, pair| {
        let mut killed = 0;
        for kill in pair {
            killed += usize::from(kill.strike(stage).await);
        }
        Attempt { killed, went_on: stage.goes_on(&format!("seed {seed}, killed at {pair:?}")).await }
    });
    tell(&format!("killed twice (seed {seed})"), &attempts.await);
}
