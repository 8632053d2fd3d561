use std::collections::BTreeSet;

use control::id::JobId;
use serde_json::json;

use super::Bench;
use super::sample::{claim, furnish, id, job, moment, other_tenant, person, site, tenant, until};
use crate::job::{Ending, ErrorClass, JobError, JobFilter, Limits, Progress, Renewal};
use crate::{JobState, Lease, NewJob, Repository, Stop, StopRequest, StoreError, Subject};

async fn furnished(bench: &dyn Bench) -> Box<dyn Repository> {
    let store = bench.open().await;
    furnish(&*store).await;
    store.write().await.unwrap()
}

fn is_lost<T: std::fmt::Debug>(result: crate::Result<T>) -> bool {
    matches!(result, Err(StoreError::LeaseLost { .. }))
}

fn is_missing<T: std::fmt::Debug>(result: crate::Result<T>) -> bool {
    matches!(result, Err(StoreError::Missing { .. }))
}

fn failure(class: ErrorClass) -> JobError {
    JobError { class, text: "the site is down".to_owned() }
}

fn first() -> JobId {
    id(1)
}

pub async fn a_job_reads_back_whole(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let new = NewJob {
        payload: json!({"full": true, "note": "Ærø \"quoted\""}),
        writes: Some("vault/1".to_owned()),
        dedup: Some("capture/1".to_owned()),
        priority: -7,
        created_by: Some(id(100)),
        ..job(1)
    };
    let enqueued = repository.jobs().enqueue(&new).await.unwrap();
    assert_eq!((enqueued.state, enqueued.attempt, enqueued.lost, enqueued.lease), (JobState::Waiting, 0, 0, None));
    let mut jobs = repository.jobs();
    let claimed = jobs.claim(&["test"], &claim("host 7", 0, 30)).await.unwrap().unwrap();
    let lease = Lease { token: 1, holder: "host 7".to_owned(), until: moment(30) };
    assert_eq!((claimed.state, claimed.lease.as_ref()), (JobState::Running, Some(&lease)));
    let progress = Progress {
        phase: "issues".to_owned(),
        done: 5,
        total: Some(9),
        rate: 2.5,
        seconds_left: Some(2),
        traffic: None,
    };
    jobs.renew(tenant(), first(), 1, &Renewal { progress: Some(&progress), ..until(60) }).await.unwrap();
    jobs.renew(tenant(), first(), 1, &until(61)).await.unwrap();
    jobs.checkpoint(tenant(), first(), 1, &json!({"at": 5})).await.unwrap();
    let asked = StopRequest { stop: Stop::Pause, by: Some(id(100)) };
    jobs.ask_to_stop(tenant(), first(), Some(asked)).await.unwrap();
    let held = jobs.get(tenant(), first()).await.unwrap().unwrap();
    assert_eq!(held.stop, Some(asked));
    assert_eq!((held.progress.as_ref(), &held.checkpoint), (Some(&progress), &json!({"at": 5})));
    assert_eq!(held.lease.as_ref().unwrap().until, moment(61));
    let error = failure(ErrorClass::Hopeless);
    let result = json!({"made": 5});
    jobs.end(tenant(), first(), 1, &Ending::Failed(error.clone()), Some(&result), moment(9)).await.unwrap();
    let ended = jobs.get(tenant(), first()).await.unwrap().unwrap();
    assert_eq!((&ended.error, &ended.result, ended.ended), (&Some(error), &Some(result), Some(moment(9))));
    assert_eq!((ended.state, ended.lease, ended.stop), (JobState::Failed, None, None));
    assert_eq!((&ended.payload, &ended.writes, ended.priority), (&new.payload, &new.writes, -7));
    assert_eq!((ended.created_by, ended.created, ended.run_at), (Some(id(100)), moment(1), moment(0)));
    assert_eq!(jobs.get(other_tenant(), first()).await.unwrap(), None);
}

pub async fn an_unfinished_job_with_the_same_key_is_given_instead(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let keyed = |number| NewJob { dedup: Some("capture/10".to_owned()), ..job(number) };
    let mut jobs = repository.jobs();
    assert_eq!(jobs.enqueue(&keyed(1)).await.unwrap().id, first());
    assert_eq!(jobs.enqueue(&keyed(2)).await.unwrap().id, first());
    let taken = jobs.take(tenant(), first(), &claim("a", 0, 30)).await.unwrap().unwrap();
    assert_eq!(jobs.enqueue(&keyed(3)).await.unwrap(), taken);
    jobs.end(tenant(), first(), 1, &Ending::Rests(None), None, moment(1)).await.unwrap();
    assert_eq!(jobs.enqueue(&keyed(3)).await.unwrap().state, JobState::Paused);
    jobs.seize(tenant(), first(), JobState::Failed, moment(2)).await.unwrap();
    assert_eq!(jobs.enqueue(&keyed(4)).await.unwrap().id, id(4));
    assert!(matches!(jobs.wake(tenant(), first(), moment(3)).await, Err(StoreError::Exists { .. })));
    // Without a key, and with one of another tenant, there is no such thing.
    assert_eq!(jobs.enqueue(&job(5)).await.unwrap().id, id(5));
    drop(jobs);
    repository.sites().add(&site(other_tenant(), 20)).await.unwrap();
    let theirs = NewJob { tenant: other_tenant(), subject: Subject::Site(id(20)), ..keyed(6) };
    assert_eq!(repository.jobs().enqueue(&theirs).await.unwrap().id, id(6));
}

pub async fn a_job_is_about_something_of_its_tenant(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let foreign = NewJob { tenant: other_tenant(), ..job(1) };
    assert!(is_missing(repository.jobs().enqueue(&foreign).await));
    let unknown = NewJob { subject: Subject::Connection(id(77)), ..job(2) };
    assert!(is_missing(repository.jobs().enqueue(&unknown).await));
}

pub async fn the_most_urgent_and_then_the_oldest_goes_first(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut jobs = repository.jobs();
    for (number, priority, due) in [(1, 0, 5), (2, 0, 3), (3, 9, 8), (4, 9, 200), (5, -1, 0)] {
        jobs.enqueue(&NewJob { priority, run_at: moment(due), ..job(number) }).await.unwrap();
    }
    let mut order = vec![];
    while let Some(job) = jobs.claim(&["test"], &claim("a", 10, 40)).await.unwrap() {
        order.push(job.id);
    }
    assert_eq!(order, [id(3), id(2), id(1), id(5)], "the one that is not due waits");
    assert_eq!(jobs.claim(&["other"], &claim("a", 300, 330)).await.unwrap(), None);
    assert_eq!(jobs.claim(&["other", "test"], &claim("a", 300, 330)).await.unwrap().unwrap().id, id(4));
}

pub async fn claimers_at_once_never_get_the_same_job(bench: &dyn Bench) {
    const JOBS: u128 = 120;
    let stores = [bench.open().await, bench.open().await];
    furnish(&*stores[0]).await;
    let mut repository = stores[0].write().await.unwrap();
    for number in 1..=JOBS {
        repository.jobs().enqueue(&job(number)).await.unwrap();
    }
    repository.save().await.unwrap();
    let claimers = (0..8usize).map(|number| {
        let store = stores[number % 2].clone();
        tokio::spawn(async move {
            let mut got = vec![];
            loop {
                let mut repository = store.write().await.unwrap();
                let wide = Limits { writers: 1, tenant: 1000 };
                let claim = crate::job::Claim { limits: wide, ..claim("a", 10, 40) };
                let job = repository.jobs().claim(&["test"], &claim).await.unwrap();
                repository.save().await.unwrap();
                match job {
                    Some(job) => got.push(job.id),
                    None => return got,
                }
            }
        })
    });
    let mut all = vec![];
    for claimer in claimers.collect::<Vec<_>>() {
        all.extend(claimer.await.unwrap());
    }
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (JOBS as usize, JOBS as usize));
}

pub async fn a_stale_lease_writes_nothing(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut jobs = repository.jobs();
    jobs.enqueue(&job(1)).await.unwrap();
    jobs.claim(&["test"], &claim("a", 0, 30)).await.unwrap().unwrap();
    assert_eq!(jobs.claim(&["test"], &claim("b", 29, 60)).await.unwrap(), None);
    assert_eq!(jobs.take(tenant(), first(), &claim("b", 29, 60)).await.unwrap(), None);
    assert_eq!(jobs.recall(moment(29), 5).await.unwrap(), []);
    assert_eq!(jobs.recall(moment(30), 5).await.unwrap(), []);
    let between = jobs.get(tenant(), first()).await.unwrap().unwrap();
    assert_eq!((between.state, between.lost, between.lease), (JobState::Waiting, 1, None));
    assert!(is_lost(jobs.renew(tenant(), first(), 1, &until(99)).await), "nobody has it, it no longer either");
    let again = jobs.claim(&["test"], &claim("b", 30, 60)).await.unwrap().unwrap();
    assert_eq!(again.lease.as_ref().unwrap().token, 2);
    assert!(is_lost(jobs.renew(tenant(), first(), 1, &until(99)).await));
    assert!(is_lost(jobs.checkpoint(tenant(), first(), 1, &json!(1)).await));
    assert!(is_lost(jobs.end(tenant(), first(), 1, &Ending::Done, None, moment(40)).await));
    assert!(is_lost(jobs.expire(tenant(), first(), 1, moment(40)).await));
    assert!(is_lost(jobs.renew(other_tenant(), first(), 2, &until(99)).await));
    assert_eq!(jobs.get(tenant(), first()).await.unwrap().unwrap(), again);
    jobs.end(tenant(), first(), 2, &Ending::Done, None, moment(40)).await.unwrap();
    assert!(is_lost(jobs.renew(tenant(), first(), 2, &until(99)).await));
}

pub async fn a_refused_write_takes_its_transaction_with_it(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    repository.jobs().enqueue(&job(1)).await.unwrap();
    repository.jobs().claim(&["test"], &claim("a", 0, 30)).await.unwrap();
    repository.jobs().seize(tenant(), first(), JobState::Paused, moment(1)).await.unwrap();
    repository.save().await.unwrap();
    let mut zombie = store.write().await.unwrap();
    zombie.people().add(&person(tenant(), 200)).await.unwrap();
    assert!(is_lost(zombie.jobs().checkpoint(tenant(), first(), 1, &json!(1)).await));
    drop(zombie);
    let mut repository = store.read().await.unwrap();
    assert_eq!(repository.people().get(tenant(), id(200)).await.unwrap(), None);
}

pub async fn only_so_many_write_to_the_same_thing(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut jobs = repository.jobs();
    for (number, thing) in [(1, "vault/a"), (2, "vault/a"), (3, "vault/b"), (4, "vault/a")] {
        jobs.enqueue(&NewJob { writes: Some(thing.to_owned()), ..job(number) }).await.unwrap();
    }
    jobs.enqueue(&job(5)).await.unwrap();
    let mut claimed = vec![];
    while let Some(job) = jobs.claim(&["test"], &claim("a", 10, 40)).await.unwrap() {
        claimed.push(job.id);
    }
    assert_eq!(claimed, [id(1), id(3), id(5)]);
    assert_eq!(jobs.take(tenant(), id(2), &claim("b", 10, 40)).await.unwrap(), None, "by name neither");
    let two = crate::job::Claim { limits: Limits { writers: 2, tenant: 16 }, ..claim("a", 10, 40) };
    assert_eq!(jobs.claim(&["test"], &two).await.unwrap().unwrap().id, id(2));
    assert_eq!(jobs.claim(&["test"], &two).await.unwrap(), None);
    for number in [1, 2] {
        jobs.end(tenant(), id(number), 1, &Ending::Done, None, moment(11)).await.unwrap();
    }
    assert_eq!(jobs.claim(&["test"], &claim("a", 12, 40)).await.unwrap().unwrap().id, id(4));
}

pub async fn only_so_many_of_a_tenant_run(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    repository.sites().add(&site(other_tenant(), 20)).await.unwrap();
    let mut jobs = repository.jobs();
    for number in 1..=3 {
        jobs.enqueue(&job(number)).await.unwrap();
    }
    let theirs = NewJob { tenant: other_tenant(), subject: Subject::Site(id(20)), ..job(4) };
    jobs.enqueue(&theirs).await.unwrap();
    let two = crate::job::Claim { limits: Limits { writers: 1, tenant: 2 }, ..claim("a", 10, 40) };
    let mut claimed = vec![];
    while let Some(job) = jobs.claim(&["test"], &two).await.unwrap() {
        claimed.push(job.id);
    }
    assert_eq!(claimed, [id(1), id(2), id(4)]);
}

pub async fn a_failed_attempt_is_tried_again_later(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut jobs = repository.jobs();
    jobs.enqueue(&job(1)).await.unwrap();
    jobs.claim(&["test"], &claim("a", 0, 30)).await.unwrap();
    let again = Ending::Again { at: moment(100), error: failure(ErrorClass::Passing) };
    jobs.end(tenant(), first(), 1, &again, None, moment(5)).await.unwrap();
    let waiting = jobs.get(tenant(), first()).await.unwrap().unwrap();
    assert_eq!((waiting.state, waiting.attempt, waiting.run_at), (JobState::Waiting, 1, moment(100)));
    assert_eq!((waiting.error, waiting.ended), (Some(failure(ErrorClass::Passing)), None));
    assert_eq!(jobs.claim(&["test"], &claim("a", 99, 130)).await.unwrap(), None);
    let second = jobs.claim(&["test"], &claim("a", 100, 130)).await.unwrap().unwrap();
    let lease = second.lease.unwrap().token;
    jobs.end(tenant(), first(), lease, &Ending::Released { at: moment(101) }, None, moment(101)).await.unwrap();
    let released = jobs.get(tenant(), first()).await.unwrap().unwrap();
    assert_eq!((released.attempt, released.run_at, released.error), (1, moment(101), None), "no attempt");
}

pub async fn a_job_that_kills_its_workers_rests(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut jobs = repository.jobs();
    jobs.enqueue(&job(1)).await.unwrap();
    for lost in 1..=5 {
        let now = lost * 100;
        let taken = jobs.claim(&["test"], &claim("a", now, now + 30)).await.unwrap().unwrap();
        if lost == 3 {
            let lives = Renewal { lives: true, ..until(now + 30) };
            jobs.renew(tenant(), first(), taken.lease.as_ref().unwrap().token, &lives).await.unwrap();
        }
        if lost == 2 {
            jobs.checkpoint(tenant(), first(), taken.lease.unwrap().token, &json!("further")).await.unwrap();
        }
        let poison = jobs.recall(moment(now + 30), 3).await.unwrap();
        // The second one got further, the third one lived long: the count began anew with each.
        assert_eq!(poison.len(), usize::from(lost == 5), "{lost}");
    }
    let job = jobs.get(tenant(), first()).await.unwrap().unwrap();
    assert_eq!((job.state, job.lost), (JobState::Paused, 3));
    let error = job.error.unwrap();
    assert_eq!((error.class, error.text.contains("died 3 times")), (ErrorClass::Poison, true));
    assert_eq!(jobs.claim(&["test"], &claim("a", 9000, 9030)).await.unwrap(), None);
    jobs.wake(tenant(), first(), moment(9000)).await.unwrap();
    assert_eq!(jobs.claim(&["test"], &claim("a", 9000, 9030)).await.unwrap().unwrap().lost, 0);
}

pub async fn a_dead_holders_lease_has_run_out(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut jobs = repository.jobs();
    jobs.enqueue(&job(1)).await.unwrap();
    jobs.enqueue(&job(2)).await.unwrap();
    jobs.claim(&["test"], &claim("dead", 0, 30)).await.unwrap();
    jobs.claim(&["test"], &claim("alive", 0, 30)).await.unwrap();
    let held = jobs.held().await.unwrap();
    let mut holders: Vec<_> = held.iter().map(|job| job.lease.as_ref().unwrap().holder.as_str()).collect();
    holders.sort_unstable();
    assert_eq!(holders, ["alive", "dead"]);
    jobs.expire(tenant(), first(), 1, moment(3)).await.unwrap();
    jobs.recall(moment(3), 5).await.unwrap();
    assert_eq!(jobs.claim(&["test"], &claim("b", 3, 30)).await.unwrap().unwrap().id, first());
}

pub async fn a_request_to_stop_reaches_the_worker(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut jobs = repository.jobs();
    jobs.enqueue(&job(1)).await.unwrap();
    jobs.claim(&["test"], &claim("a", 0, 30)).await.unwrap();
    let ask = |stop| Some(StopRequest { stop, by: None });
    assert_eq!(jobs.renew(tenant(), first(), 1, &until(60)).await.unwrap(), None);
    jobs.ask_to_stop(tenant(), first(), ask(Stop::Pause)).await.unwrap();
    assert_eq!(jobs.renew(tenant(), first(), 1, &until(60)).await.unwrap(), Some(Stop::Pause));
    jobs.ask_to_stop(tenant(), first(), None).await.unwrap();
    assert_eq!(jobs.renew(tenant(), first(), 1, &until(60)).await.unwrap(), None, "it was withdrawn");
    jobs.ask_to_stop(tenant(), first(), ask(Stop::CancelRemove)).await.unwrap();
    jobs.recall(moment(60), 5).await.unwrap();
    let again = jobs.claim(&["test"], &claim("b", 60, 90)).await.unwrap().unwrap();
    assert_eq!(again.stop, ask(Stop::CancelRemove), "the next worker hears of it at once");
    jobs.end(tenant(), first(), 2, &Ending::Cancelled, None, moment(61)).await.unwrap();
    assert_eq!(jobs.get(tenant(), first()).await.unwrap().unwrap().stop, None);
    assert!(is_missing(jobs.ask_to_stop(tenant(), first(), ask(Stop::Pause)).await));
    assert!(is_missing(jobs.ask_to_stop(tenant(), id(9), ask(Stop::Pause)).await));
}

pub async fn a_seized_job_is_nobodys(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut jobs = repository.jobs();
    jobs.enqueue(&job(1)).await.unwrap();
    jobs.claim(&["test"], &claim("a", 0, 30)).await.unwrap();
    jobs.seize(tenant(), first(), JobState::Paused, moment(5)).await.unwrap();
    assert!(is_lost(jobs.renew(tenant(), first(), 1, &until(60)).await));
    assert_eq!(jobs.claim(&["test"], &claim("b", 6, 36)).await.unwrap(), None, "it rests");
    let taken = jobs.take(tenant(), first(), &claim("b", 6, 36)).await.unwrap().unwrap();
    assert_eq!(taken.lease.unwrap().token, 2);
    jobs.seize(tenant(), first(), JobState::Cancelled, moment(7)).await.unwrap();
    assert_eq!(jobs.get(tenant(), first()).await.unwrap().unwrap().ended, Some(moment(7)));
    assert_eq!(jobs.take(tenant(), first(), &claim("b", 8, 36)).await.unwrap(), None);
    assert!(is_missing(jobs.seize(tenant(), first(), JobState::Paused, moment(9)).await));
    assert!(is_missing(jobs.wake(tenant(), first(), moment(9)).await));
}

pub async fn jobs_are_listed_a_page_at_a_time(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut jobs = repository.jobs();
    for number in 1..=25u128 {
        let kind = if number % 5 == 0 { "rare" } else { "test" };
        let subject = Subject::Site(id(10 + number % 2));
        jobs.enqueue(&NewJob { kind: kind.to_owned(), subject, ..job(number) }).await.unwrap();
    }
    jobs.claim(&["rare"], &claim("a", 10, 40)).await.unwrap();
    let (mut before, mut seen) = (None, vec![]);
    loop {
        let page = jobs.list(tenant(), &JobFilter::default(), before, 10).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        seen.extend(page.into_iter().map(|job| job.id));
    }
    assert_eq!(seen, (1..=25).rev().map(id::<JobId>).collect::<Vec<_>>());
    let mut count = async |filter| jobs.list(tenant(), &filter, None, 100).await.unwrap().len();
    assert_eq!(count(JobFilter { kind: Some("rare".to_owned()), ..JobFilter::default() }).await, 5);
    assert_eq!(count(JobFilter { state: Some(JobState::Running), ..JobFilter::default() }).await, 1);
    let there = Some(Subject::Site(id(11)));
    assert_eq!(count(JobFilter { subject: there, ..JobFilter::default() }).await, 13);
    let both = JobFilter { subject: there, kind: Some("rare".to_owned()), state: Some(JobState::Waiting) };
    assert_eq!(count(both).await, 2, "of 5, 15 and 25 the first is running");
    assert_eq!(jobs.list(other_tenant(), &JobFilter::default(), None, 100).await.unwrap(), []);
}
