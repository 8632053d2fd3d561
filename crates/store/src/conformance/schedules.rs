use ambient::Ambient;
use control::id::JobId;
use serde_json::json;

use super::Bench;
use super::sample::{claim, furnish, id, job, moment, other_tenant, tenant};
use crate::job::{Ending, JobFilter};
use crate::schedule::{Cadence, Schedule, turn};
use crate::{NewJob, Repository, StoreError, Subject};

pub(super) fn schedule(number: u128, expression: &str) -> Schedule {
    Schedule {
        id: id(number),
        tenant: tenant(),
        site: id(10),
        kind: "test".to_owned(),
        payload: json!({"full": false}),
        cadence: Cadence::parse(expression, "Europe/Vienna", 30).unwrap(),
        enabled: true,
        next: moment(number as i64),
        created: moment(0),
    }
}

/// The job of a schedule: one at a time.
fn its_job(schedule: &Schedule, id: JobId) -> Option<NewJob> {
    let subject = Subject::Site(schedule.site);
    let known = schedule.kind == "test";
    known.then(|| NewJob { id, subject, dedup: Some(format!("test/{}", schedule.site)), ..job(1) })
}

async fn furnished(bench: &dyn Bench) -> Box<dyn Repository> {
    let store = bench.open().await;
    furnish(&*store).await;
    store.write().await.unwrap()
}

pub async fn a_schedule_reads_back_whole(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut schedules = repository.schedules();
    let (one, two) = (schedule(1, "*/5 * * * *"), schedule(2, "0 3 * * MON-FRI"));
    schedules.add(&one).await.unwrap();
    schedules.add(&two).await.unwrap();
    assert_eq!(schedules.list(tenant()).await.unwrap(), [one.clone(), two.clone()]);
    assert_eq!(schedules.list(other_tenant()).await.unwrap(), []);
    schedules.set(tenant(), one.id, false, moment(9)).await.unwrap();
    schedules.remove(tenant(), two.id).await.unwrap();
    let expected = Schedule { enabled: false, next: moment(9), ..one.clone() };
    assert_eq!(schedules.list(tenant()).await.unwrap(), [expected]);
    assert!(matches!(schedules.remove(tenant(), two.id).await, Err(StoreError::Missing { .. })));
    let foreign = schedules.set(other_tenant(), one.id, true, moment(9)).await;
    assert!(matches!(foreign, Err(StoreError::Missing { .. })));
    let elsewhere = Schedule { tenant: other_tenant(), ..schedule(3, "* * * * *") };
    assert!(matches!(schedules.add(&elsewhere).await, Err(StoreError::Missing { .. })));
}

pub async fn what_is_due_comes_the_longest_due_first(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let mut schedules = repository.schedules();
    for (number, enabled) in [(3, true), (1, true), (2, false), (4, true)] {
        schedules.add(&Schedule { enabled, ..schedule(number, "* * * * *") }).await.unwrap();
    }
    let due = async |schedules: &mut dyn crate::ScheduleRepository, now, limit| {
        let due = schedules.due(now, limit).await.unwrap();
        due.into_iter().map(|schedule| schedule.id).collect::<Vec<_>>()
    };
    assert_eq!(due(&mut *schedules, moment(3), 9).await, [id(1), id(3)]);
    assert_eq!(due(&mut *schedules, moment(9), 2).await, [id(1), id(3)]);
}

pub async fn a_due_schedule_makes_one_job_however_often_it_was_missed(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let (ambient, clock) = Ambient::manual(moment(0), 1);
    let every_five = schedule(1, "*/5 * * * *");
    repository.schedules().add(&every_five).await.unwrap();
    assert_eq!(turn(&mut *repository, &ambient, &its_job).await.unwrap(), 0, "not yet");
    // Nothing ran for a day.
    clock.advance(std::time::Duration::from_hours(24));
    assert_eq!(turn(&mut *repository, &ambient, &its_job).await.unwrap(), 1);
    assert_eq!(turn(&mut *repository, &ambient, &its_job).await.unwrap(), 0);
    let jobs = repository.jobs().list(tenant(), &JobFilter::default(), None, 9).await.unwrap();
    assert_eq!(jobs.len(), 1);
    let next = repository.schedules().list(tenant()).await.unwrap().remove(0).next;
    let wait = next.duration_since(ambient.now()).as_secs();
    assert!((0..330).contains(&wait), "the next time is within five minutes and the jitter: {wait} s");
    // The job takes long: the next time adds none beside it, and the one after it was done does.
    clock.advance(std::time::Duration::from_mins(10));
    assert_eq!(turn(&mut *repository, &ambient, &its_job).await.unwrap(), 1);
    assert_eq!(repository.jobs().list(tenant(), &JobFilter::default(), None, 9).await.unwrap().len(), 1);
    let taken = repository.jobs().take(tenant(), jobs[0].id, &claim("a", 0, 30)).await.unwrap().unwrap();
    let lease = taken.lease.unwrap().token;
    repository.jobs().end(tenant(), taken.id, lease, &Ending::Done, None, moment(0)).await.unwrap();
    clock.advance(std::time::Duration::from_mins(10));
    assert_eq!(turn(&mut *repository, &ambient, &its_job).await.unwrap(), 1);
    assert_eq!(repository.jobs().list(tenant(), &JobFilter::default(), None, 9).await.unwrap().len(), 2);
}

pub async fn a_schedule_of_an_unknown_kind_moves_on_without_a_job(bench: &dyn Bench) {
    let mut repository = furnished(bench).await;
    let (ambient, clock) = Ambient::manual(moment(0), 1);
    let unknown = Schedule { kind: "of a later version".to_owned(), ..schedule(1, "*/5 * * * *") };
    repository.schedules().add(&unknown).await.unwrap();
    clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(turn(&mut *repository, &ambient, &its_job).await.unwrap(), 1);
    assert_eq!(repository.jobs().list(tenant(), &JobFilter::default(), None, 9).await.unwrap(), []);
    assert!(repository.schedules().list(tenant()).await.unwrap().remove(0).next > ambient.now());
}
