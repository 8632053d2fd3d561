//! Things to store, for the suite and for an adapter's own tests.

use control::api_key::{ApiKey, ApiKeyRecord};
use control::audit::{Actor, Happening};
use control::connection::{
    AppliesTo, Connection, ConnectionStatus, Evidence, Kind, Request, RequestStatus, Scope, TokenUpkeep,
};
use control::id::{ConnectionId, Id, PersonId, RecoveryId, RequestId, SiteId, TenantId};
use control::name::ConnectionName;
use control::session::{Session, SessionSecret};
use control::token::{Pepper, Token, Verifier};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

use crate::job::{Claim, Limits, Renewal};
use crate::{Invitation, LeaseToken, NewJob, Passkey, Person, RecoveryRun, Role, Sealed, Site, Store, Subject};

/// An id that is the same in every run.
pub fn id<I: Id>(number: u128) -> I {
    I::from(Uuid::from_u128(number))
}

pub fn tenant() -> TenantId {
    id(1)
}

pub fn other_tenant() -> TenantId {
    id(2)
}

/// A moment with a fraction that only microseconds can hold.
pub fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_microsecond(1_700_000_000_000_001).unwrap() + SignedDuration::from_secs(seconds)
}

pub fn site(tenant: TenantId, number: u128) -> Site {
    Site {
        id: id::<SiteId>(number),
        tenant,
        name: format!("Site {number}"),
        url: format!("https://site-{number}.atlassian.net"),
        cloud_id: format!("cloud-{number}"),
        account: "admin@example.com".to_owned(),
        credentials: Some(Sealed(vec![0, 159, 146, 150])),
        added: moment(0),
        rpo_target: (number % 2 == 1).then_some(900),
        removed: None,
    }
}

pub fn person(tenant: TenantId, number: u128) -> Person {
    Person {
        id: id::<PersonId>(number),
        tenant,
        email: format!("person{number}@example.com"),
        name: format!("Person {number}"),
        role: Role::Support,
        added: moment(0),
        removed: None,
    }
}

/// A one-time link for the person that `furnish` adds.
pub fn invitation(number: u8) -> Invitation {
    Invitation {
        hash: [number; 32],
        tenant: tenant(),
        person: id(100),
        made: moment(i64::from(number)),
        expires: moment(3600),
    }
}

/// The secret of a session.
pub fn secret(number: u8) -> SessionSecret {
    SessionSecret::generate([number; 32])
}

/// A session of the person that `furnish` adds.
pub fn session(number: u8) -> Session {
    let whose = (tenant(), id(100));
    Session::begin(id(u128::from(number)), &secret(number), whose, None, moment(i64::from(number)))
}

/// A passkey of the person that `furnish` adds.
pub fn passkey(number: u8) -> Passkey {
    Passkey {
        id: id(u128::from(number)),
        tenant: tenant(),
        person: id(100),
        name: format!("Key {number}"),
        added: moment(i64::from(number)),
        used: None,
        credential_id: vec![number; 20],
        credential: "{}".to_owned(),
    }
}

pub fn api_key(number: u8) -> ApiKey {
    ApiKey::generate([number; 8], [number; 32])
}

/// The record of a key of the person that `furnish` adds.
pub fn key_record(number: u8) -> ApiKeyRecord {
    let (whose, times) = ((tenant(), id(100)), (moment(i64::from(number)), None));
    ApiKeyRecord::new(&Pepper::new([8; 32]), &api_key(number), whose, format!("Key {number}"), times)
}

pub fn connection(number: u128) -> Connection {
    Connection {
        id: id::<ConnectionId>(number),
        tenant: tenant(),
        kind: Kind::DisasterRecovery,
        name: ConnectionName::parse(&format!("Connection {number}")).unwrap(),
        applies_to: AppliesTo { assets: false, ..AppliesTo::EVERYTHING },
        source: id(10),
        source_cloud: "cloud-10".to_owned(),
        made_by: id(100),
        made: moment(number as i64),
        status: ConnectionStatus::Issued,
        bound: None,
        ever_bound: false,
        generation: 0,
        token: Token::generate((number as u64).to_be_bytes(), [1; 32]).id().clone(),
        verifier: Verifier::from_bytes([number as u8; 32]),
        upkeep: TokenUpkeep::default(),
        pending: None,
        suspension: None,
        banned: vec![],
        opened: vec![],
    }
}

pub fn request(number: u128) -> Request {
    Request {
        id: id::<RequestId>(number),
        status: RequestStatus::Verifying,
        requester: id(100),
        opened: moment(number as i64),
        nonce: [7; 16],
        scope: Scope {
            source: id(10),
            source_cloud: "cloud-10".to_owned(),
            standby: id(11),
            standby_cloud: "cloud-11".to_owned(),
            generation: 0,
            point: Some(12),
            projects: vec!["ABC".to_owned()],
        },
        evidence: Evidence::default(),
        cooling_since: None,
        cooled: false,
        unlocked: None,
        paused: None,
        closed: None,
    }
}

pub fn run(number: u128) -> RecoveryRun {
    RecoveryRun {
        id: id::<RecoveryId>(number),
        tenant: tenant(),
        job: id(number),
        connection: None,
        request: None,
        source: id(10),
        standby: id(11),
        point: 3,
        options: json!({"projects": ["ABC"], "keep_keys": true}),
        report: None,
        started: moment(number as i64),
    }
}

/// A job that is due from the first moment on.
pub fn job(number: u128) -> NewJob {
    NewJob {
        id: id(number),
        tenant: tenant(),
        kind: "test".to_owned(),
        subject: Subject::Site(id(10)),
        payload: json!(null),
        writes: None,
        dedup: None,
        priority: 0,
        run_at: moment(0),
        max_attempts: 5,
        created_by: None,
        created: moment(number as i64),
    }
}

/// A renewal until a moment, with nothing else to say.
pub fn until(seconds: i64) -> Renewal<'static> {
    Renewal { until: moment(seconds), progress: None, lives: false }
}

/// Somebody who wants a job, from one moment to another.
pub fn claim(holder: &str, now: i64, until: i64) -> Claim<'_> {
    Claim { holder, now: moment(now), until: moment(until), limits: Limits::default() }
}

pub fn happening(number: i64) -> Happening {
    let actor = if number % 2 == 0 { Actor::Lifeboat } else { Actor::Person(id(100)) };
    Happening::done(moment(number), actor, "site.add", "site/1").with("name", number).with("note", "Ærø \"quoted\"\n")
}

/// Adds the sites and the person that other things refer to.
pub async fn furnish(store: &dyn Store) {
    let mut repository = store.write().await.unwrap();
    for number in [10, 11] {
        repository.sites().add(&site(tenant(), number)).await.unwrap();
    }
    repository.people().add(&person(tenant(), 100)).await.unwrap();
    repository.save().await.unwrap();
}

/// Adds a recovery with its job and takes it.
pub async fn begin_recovery(store: &dyn Store, number: u128) -> (RecoveryId, LeaseToken) {
    let mut repository = store.write().await.unwrap();
    repository.jobs().enqueue(&job(number)).await.unwrap();
    repository.recoveries().add(&run(number)).await.unwrap();
    let taken = repository.jobs().take(tenant(), id(number), &claim("a", 0, 30)).await.unwrap();
    repository.save().await.unwrap();
    (id(number), taken.unwrap().lease.unwrap().token)
}
