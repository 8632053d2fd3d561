//! The queue beside a simple model of it: whatever is asked of both in whatever order, they answer the same and hold the same.

use ambient::{Entropy, SeededEntropy};
use control::id::JobId;
use jiff::Timestamp;
use serde_json::json;

use super::Bench;
use super::sample::{furnish, id, job, moment, tenant, until};
use crate::job::{Claim, Ending, ErrorClass, JobError, JobFilter, LeaseToken, Limits, Renewal};
use crate::{Job, JobState, Lease, NewJob, Repository, Stop, StopRequest, StoreError};

const SEEDS: u64 = 40;
const STEPS: u64 = 150;
const MOST_LOST: u32 = 3;

/// Jobs as a list, and what may be done with them in the plainest words.
#[derive(Default)]
struct Model {
    jobs: Vec<(Job, LeaseToken)>,
}

/// What became of something, without its words.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Nothing,
    Got(Option<Box<Job>>),
    Asked(Option<Stop>),
    Lost,
    Missing,
    Exists,
}

fn answer<T>(result: crate::Result<T>, good: impl FnOnce(T) -> Answer) -> Answer {
    match result {
        Ok(value) => good(value),
        Err(StoreError::LeaseLost { .. }) => Answer::Lost,
        Err(StoreError::Missing { .. }) => Answer::Missing,
        Err(StoreError::Exists { .. }) => Answer::Exists,
        Err(error) => panic!("{error}"),
    }
}

fn got(job: Option<Job>) -> Answer {
    Answer::Got(job.map(Box::new))
}

impl Model {
    fn running(&self, fits: impl Fn(&Job) -> bool) -> u32 {
        self.jobs.iter().filter(|(job, _)| job.state == JobState::Running && fits(job)).count() as u32
    }

    fn is_free(&self, job: &Job, limits: Limits) -> bool {
        job.writes.is_none() || self.running(|other| other.writes == job.writes) < limits.writers
    }

    fn key_is_taken(&self, key: Option<&String>, but: JobId) -> Option<&Job> {
        let same = |job: &&Job| key.is_some() && job.dedup.as_ref() == key && !job.state.is_final() && job.id != but;
        self.jobs.iter().map(|(job, _)| job).find(same)
    }

    fn enqueue(&mut self, new: &NewJob) -> Job {
        if let Some(there) = self.key_is_taken(new.dedup.as_ref(), new.id) {
            return there.clone();
        }
        let job = Job {
            id: new.id,
            tenant: new.tenant,
            kind: new.kind.clone(),
            subject: new.subject,
            payload: new.payload.clone(),
            writes: new.writes.clone(),
            dedup: new.dedup.clone(),
            priority: new.priority,
            state: JobState::Waiting,
            run_at: new.run_at,
            attempt: 0,
            max_attempts: new.max_attempts,
            lost: 0,
            lease: None,
            stop: None,
            checkpoint: json!(null),
            progress: None,
            error: None,
            result: None,
            created_by: new.created_by,
            created: new.created,
            ended: None,
        };
        self.jobs.push((job.clone(), 0));
        job
    }

    fn lend(&mut self, place: usize, claim: &Claim<'_>) -> Job {
        let (job, token) = &mut self.jobs[place];
        *token += 1;
        job.state = JobState::Running;
        job.lease = Some(Lease { token: *token, holder: claim.holder.to_owned(), until: claim.until });
        job.clone()
    }

    fn claim(&mut self, claim: &Claim<'_>) -> Option<Job> {
        let all = self.running(|_| true);
        let due = self.jobs.iter().enumerate().filter(|(_, (job, _))| {
            job.state == JobState::Waiting
                && job.run_at <= claim.now
                && all < claim.limits.tenant
                && self.is_free(job, claim.limits)
        });
        let next = due.min_by_key(|(_, (job, _))| (-job.priority, job.run_at, job.id)).map(|(place, _)| place);
        next.map(|place| self.lend(place, claim))
    }

    fn take(&mut self, id: JobId, claim: &Claim<'_>) -> Option<Job> {
        let place = self.jobs.iter().position(|(job, _)| job.id == id)?;
        let job = &self.jobs[place].0;
        let may = matches!(job.state, JobState::Waiting | JobState::Paused) && self.is_free(job, claim.limits);
        may.then(|| self.lend(place, claim))
    }

    /// The job, if this is its present lease.
    fn held(&mut self, id: JobId, lease: LeaseToken) -> Option<&mut Job> {
        let (job, token) = self.jobs.iter_mut().find(|(job, _)| job.id == id)?;
        (job.state == JobState::Running && *token == lease).then_some(job)
    }

    fn unfinished(&mut self, id: JobId) -> Option<&mut Job> {
        self.jobs.iter_mut().map(|(job, _)| job).find(|job| job.id == id && !job.state.is_final())
    }

    fn end(&mut self, id: JobId, lease: LeaseToken, ending: &Ending, now: Timestamp) -> Answer {
        let Some(job) = self.held(id, lease) else { return Answer::Lost };
        job.state = ending.state();
        job.run_at = ending.run_at().unwrap_or(job.run_at);
        job.attempt += u32::from(matches!(ending, Ending::Again { .. }));
        job.error = ending.error().cloned();
        job.ended = job.state.is_final().then_some(now);
        job.stop = job.stop.filter(|_| job.state == JobState::Waiting);
        (job.lost, job.lease) = (0, None);
        Answer::Nothing
    }

    fn wake(&mut self, id: JobId, now: Timestamp) -> Answer {
        let Some((job, _)) = self.jobs.iter().find(|(job, _)| job.id == id) else { return Answer::Missing };
        if !matches!(job.state, JobState::Waiting | JobState::Paused | JobState::Failed) {
            return Answer::Missing;
        }
        if self.key_is_taken(job.dedup.as_ref(), id).is_some() {
            return Answer::Exists;
        }
        let (job, _) = self.jobs.iter_mut().find(|(job, _)| job.id == id).unwrap();
        (job.state, job.run_at) = (JobState::Waiting, now);
        (job.attempt, job.lost, job.ended, job.stop) = (0, 0, None, None);
        Answer::Nothing
    }

    fn recall(&mut self, now: Timestamp) {
        for (job, _) in &mut self.jobs {
            if job.state != JobState::Running || job.lease.as_ref().is_none_or(|lease| lease.until > now) {
                continue;
            }
            job.lost += 1;
            job.lease = None;
            job.state = JobState::Waiting;
            if job.lost >= MOST_LOST {
                job.state = JobState::Paused;
                let text = format!("its worker died {MOST_LOST} times in a row without getting further");
                job.error = Some(JobError { class: ErrorClass::Poison, text });
            }
        }
    }
}

/// Chance from a seed.
struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, sides: u64) -> u64 {
        let entropy: &dyn Entropy = &self.0;
        u64::from_le_bytes(entropy.bytes()) % sides
    }

    fn of<T: Copy>(&self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

fn new_job(number: u128, dice: &Dice, now: i64) -> NewJob {
    NewJob {
        writes: dice.of(&[None, Some("a"), Some("b")]).map(str::to_owned),
        dedup: dice.of(&[None, None, Some("one"), Some("two")]).map(str::to_owned),
        priority: dice.of(&[-1, 0, 0, 5]),
        run_at: moment(now + dice.of(&[0, 0, 0, 40])),
        ..job(number)
    }
}

fn ending(dice: &Dice, now: i64) -> Ending {
    let error = JobError { class: ErrorClass::Passing, text: "down".to_owned() };
    let at = moment(now + dice.of(&[0, 30]));
    match dice.below(6) {
        0 => Ending::Done,
        1 => Ending::Cancelled,
        2 => Ending::Failed(error),
        3 => Ending::Rests(None),
        4 => Ending::Again { at, error },
        _ => Ending::Released { at },
    }
}

/// One thing that is asked of both.
async fn step(repository: &mut dyn Repository, model: &mut Model, dice: &Dice, now: i64, number: u128) -> [Answer; 2] {
    let mut jobs = repository.jobs();
    let some: JobId = id(1 + u128::from(dice.below(number as u64)));
    let lease = model.jobs.iter().find(|(job, _)| job.id == some).map_or(1, |(_, token)| *token);
    let lease = if dice.below(8) == 0 { lease.saturating_sub(1) } else { lease };
    let limits = Limits { writers: 1 + dice.below(2) as u32, tenant: 2 + dice.below(4) as u32 };
    let claim = Claim { holder: "a", now: moment(now), until: moment(now + 20), limits };
    let (tenant, time) = (tenant(), moment(now));
    match dice.below(14) {
        0..=3 => {
            let new = new_job(number, dice, now);
            let expected = got(Some(model.enqueue(&new)));
            [answer(jobs.enqueue(&new).await, |job| got(Some(job))), expected]
        }
        4..=6 => [answer(jobs.claim(&["test"], &claim).await, got), got(model.claim(&claim))],
        7 => [answer(jobs.take(tenant, some, &claim).await, got), got(model.take(some, &claim))],
        8 => {
            let renewal = Renewal { lives: dice.below(4) == 0, ..until(now + 20) };
            let expected = model.held(some, lease).map_or(Answer::Lost, |job| {
                job.lease.as_mut().unwrap().until = renewal.until;
                job.lost = if renewal.lives { 0 } else { job.lost };
                Answer::Asked(job.stop.map(|request| request.stop))
            });
            [answer(jobs.renew(tenant, some, lease, &renewal).await, Answer::Asked), expected]
        }
        9 => {
            let checkpoint = json!({"at": now});
            let expected = model.held(some, lease).map_or(Answer::Lost, |job| {
                (job.checkpoint, job.lost) = (checkpoint.clone(), 0);
                Answer::Nothing
            });
            [answer(jobs.checkpoint(tenant, some, lease, &checkpoint).await, |()| Answer::Nothing), expected]
        }
        10 | 11 => {
            let ending = ending(dice, now);
            let expected = model.end(some, lease, &ending, time);
            [answer(jobs.end(tenant, some, lease, &ending, None, time).await, |()| Answer::Nothing), expected]
        }
        12 => match dice.below(3) {
            0 => {
                let request = dice.of(&[None, Some(Stop::Pause), Some(Stop::CancelKeep)]);
                let request = request.map(|stop| StopRequest { stop, by: None });
                let expected = model.unfinished(some).map_or(Answer::Missing, |job| {
                    job.stop = request;
                    Answer::Nothing
                });
                [answer(jobs.ask_to_stop(tenant, some, request).await, |()| Answer::Nothing), expected]
            }
            1 => [answer(jobs.wake(tenant, some, time).await, |()| Answer::Nothing), model.wake(some, time)],
            _ => {
                let state = dice.of(&[JobState::Paused, JobState::Cancelled]);
                let expected = model.unfinished(some).map_or(Answer::Missing, |job| {
                    (job.state, job.stop, job.lease) = (state, None, None);
                    job.ended = state.is_final().then_some(time);
                    Answer::Nothing
                });
                [answer(jobs.seize(tenant, some, state, time).await, |()| Answer::Nothing), expected]
            }
        },
        _ => {
            model.recall(time);
            [answer(jobs.recall(time, MOST_LOST).await, |_| Answer::Nothing), Answer::Nothing]
        }
    }
}

pub async fn whatever_is_done_the_queue_does_as_the_model(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut claimed = 0;
    for seed in 0..SEEDS {
        let dice = Dice(SeededEntropy::new(seed));
        let mut repository = store.write().await.unwrap();
        let (mut model, mut now, mut number) = (Model::default(), 100, 1);
        for turn in 0..STEPS {
            let [found, expected] = step(&mut *repository, &mut model, &dice, now, number).await;
            assert_eq!(found, expected, "seed {seed}, step {turn}");
            claimed += u32::from(matches!(&found, Answer::Got(Some(job)) if job.state == JobState::Running));
            let there = repository.jobs().list(tenant(), &JobFilter::default(), None, 1000).await.unwrap();
            let mut modelled: Vec<_> = model.jobs.iter().map(|(job, _)| job.clone()).collect();
            modelled.sort_by_key(|job| std::cmp::Reverse(job.id));
            assert_eq!(there, modelled, "seed {seed}, step {turn}");
            number += 1;
            now += dice.below(6) as i64;
        }
        repository.cancel().await.unwrap();
    }
    assert!(claimed > 500, "the model test claims jobs: {claimed}");
}
