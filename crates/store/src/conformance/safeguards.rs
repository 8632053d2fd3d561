use control::audit::{Actor, Outcome};
use control::connection::{Binding, Connection, ConnectionStatus, Contact, Request, RequestStatus, State};
use control::id::{PersonId, SiteId};
use control::policy::Policy;
use control::safeguards::{Change, Kept, PendingChange, SafeguardEvent, Safeguards};

use super::Bench;
use super::sample::{connection, furnish, id, moment, other_tenant, person, request, tenant};
use crate::transition::{apply_safeguard, settle, settle_safeguards};
use crate::{Person, Repository, Role, StoreError};

const DAY: i64 = 24 * 3600;

fn source() -> SiteId {
    id(10)
}

/// The moment at which contacts of `with_contacts` count.
const LATER: i64 = 30 * DAY;

fn contact(number: u128) -> Contact {
    Contact { person: id(number), registered: moment(number as i64) }
}

/// A repository with sites, people, and two contacts of the source.
async fn with_contacts(bench: &dyn Bench) -> Box<dyn Repository> {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    for number in [101, 102, 103] {
        let contact = Person { role: Role::Contact, ..person(tenant(), number) };
        repository.people().add(&contact).await.unwrap();
    }
    for number in [101, 102] {
        repository.people().add_contact(tenant(), source(), &contact(number)).await.unwrap();
    }
    repository
}

fn ask(policy: Policy) -> SafeguardEvent {
    SafeguardEvent::Ask { by: id(100), change: Change::Policy(policy), signed_in_again: true }
}

async fn happens(repository: &mut dyn Repository, event: &SafeguardEvent, at: i64) -> Result<Safeguards, Kept> {
    let default = Policy::standard();
    apply_safeguard(repository, tenant(), source(), event, &default, moment(at)).await.unwrap()
}

async fn now(repository: &mut dyn Repository) -> Safeguards {
    repository.safeguards().get(tenant(), source(), &Policy::standard()).await.unwrap()
}

pub async fn the_settings_policy_counts_until_the_source_has_its_own(bench: &dyn Bench) {
    let mut repository = with_contacts(bench).await;
    let mut safeguards = repository.safeguards();
    let contacts = vec![contact(101), contact(102)];
    for default in [Policy::standard(), Policy::strict()] {
        let found = safeguards.get(tenant(), source(), &default).await.unwrap();
        assert_eq!(found, Safeguards { policy: default, contacts: contacts.clone(), pending: None });
    }
    let asked = PendingChange {
        change: Change::Policy(Policy::solo()),
        asked_by: id(100),
        asked: moment(5),
        confirmed_by: vec![id(101)],
    };
    let waiting = Safeguards { policy: Policy::strict(), contacts, pending: Some(asked) };
    safeguards.save_but_policy(tenant(), source(), &waiting).await.unwrap();
    assert_eq!(safeguards.policy(tenant(), source()).await.unwrap(), None);
    let found = safeguards.get(tenant(), source(), &Policy::standard()).await.unwrap();
    assert_eq!(found, Safeguards { policy: Policy::standard(), ..waiting.clone() });
    safeguards.save(tenant(), source(), &waiting).await.unwrap();
    assert_eq!(safeguards.policy(tenant(), source()).await.unwrap(), Some(Policy::strict()));
    assert_eq!(safeguards.get(tenant(), source(), &Policy::standard()).await.unwrap(), waiting);
    let over = Safeguards { policy: Policy::solo(), pending: None, ..waiting };
    safeguards.save_but_policy(tenant(), source(), &over).await.unwrap();
    let kept = Safeguards { policy: Policy::strict(), ..over };
    assert_eq!(safeguards.get(tenant(), source(), &Policy::standard()).await.unwrap(), kept);
}

pub async fn contacts_are_saved_as_they_are(bench: &dyn Bench) {
    let mut repository = with_contacts(bench).await;
    let later = Contact { registered: moment(900), ..contact(102) };
    let mut wanted = now(&mut *repository).await;
    wanted.contacts = vec![contact(103), later];
    repository.safeguards().save(tenant(), source(), &wanted).await.unwrap();
    assert_eq!(repository.people().contacts(tenant(), source()).await.unwrap(), wanted.contacts);
    assert_eq!(now(&mut *repository).await, wanted);
    wanted.contacts.push(contact(999));
    let unknown = repository.safeguards().save(tenant(), source(), &wanted).await;
    assert!(matches!(unknown, Err(StoreError::Missing { .. })));
}

pub async fn sources_with_a_waiting_change_are_listed(bench: &dyn Bench) {
    let mut repository = with_contacts(bench).await;
    let mut safeguards = repository.safeguards();
    assert_eq!(safeguards.waiting(tenant()).await.unwrap(), []);
    let change = Change::Remove(id(101));
    let pending = PendingChange { change, asked_by: id(100), asked: moment(5), confirmed_by: vec![] };
    let waiting = Safeguards { pending: Some(pending), ..Safeguards::new(Policy::standard()) };
    let still = Safeguards::new(Policy::standard());
    safeguards.save(tenant(), id(11), &waiting).await.unwrap();
    safeguards.save(tenant(), source(), &still).await.unwrap();
    assert_eq!(safeguards.waiting(tenant()).await.unwrap(), [id(11)]);
    assert_eq!(safeguards.waiting(other_tenant()).await.unwrap(), []);
    safeguards.save(tenant(), id(11), &still).await.unwrap();
    assert_eq!(safeguards.waiting(tenant()).await.unwrap(), []);
}

pub async fn another_tenants_source_has_no_safeguards(bench: &dyn Bench) {
    let mut repository = with_contacts(bench).await;
    let mut safeguards = repository.safeguards();
    let own = Safeguards::new(Policy::strict());
    safeguards.save(tenant(), source(), &own).await.unwrap();
    assert_eq!(safeguards.policy(other_tenant(), source()).await.unwrap(), None);
    let strange = safeguards.save(other_tenant(), source(), &own).await;
    assert!(matches!(strange, Err(StoreError::Missing { .. })));
}

pub async fn each_safeguard_event_is_saved_and_audited_once(bench: &dyn Bench) {
    let mut repository = with_contacts(bench).await;
    let by: PersonId = id(100);
    let events = [
        SafeguardEvent::AddContact { by, person: id(103) },
        ask(Policy::solo()),
        SafeguardEvent::Object { by, from_source: true },
        ask(Policy::solo()),
        SafeguardEvent::Confirm { by: id(101) },
    ];
    for event in &events {
        let after = happens(&mut *repository, event, LATER).await.unwrap();
        assert_eq!(now(&mut *repository).await, after);
    }
    assert_eq!(repository.safeguards().policy(tenant(), source()).await.unwrap(), Some(Policy::solo()));
    let logged = repository.audit().events(tenant(), 0, 10).await.unwrap();
    let actions: Vec<_> = logged.iter().map(|event| event.happening.action.as_str()).collect();
    assert_eq!(actions, ["contact.add", "policy.change", "safeguard.object", "policy.change", "safeguard.confirm"]);
    let first = &logged[0].happening;
    assert_eq!((first.actor, first.subject.clone()), (Actor::Person(by), format!("site/{}", source())));
    assert_eq!(first.details["person"], id::<PersonId>(103).to_string());
    assert_eq!(logged[1].happening.details["asked-policy"], Policy::solo().name);
    assert_eq!(logged[1].happening.details["waits"], "true");
    assert_eq!(logged[4].happening.details["policy"], Policy::solo().name);
}

pub async fn a_refused_safeguard_event_changes_nothing_and_is_audited(bench: &dyn Bench) {
    let mut repository = with_contacts(bench).await;
    let before = now(&mut *repository).await;
    let confirm = SafeguardEvent::Confirm { by: id(101) };
    assert_eq!(happens(&mut *repository, &confirm, LATER).await, Err(Kept::NothingPending));
    let again = SafeguardEvent::AddContact { by: id(100), person: id(101) };
    assert_eq!(happens(&mut *repository, &again, LATER).await, Err(Kept::AlreadyAContact));
    assert_eq!(now(&mut *repository).await, before);
    let logged = repository.audit().events(tenant(), 0, 10).await.unwrap();
    assert_eq!(logged.len(), 2);
    assert_eq!(logged[1].happening.outcome, Outcome::Refused);
    assert_eq!(logged[1].happening.details["reason"], Kept::AlreadyAContact.to_string());
}

pub async fn a_change_is_frozen_under_a_request_and_follows_of_itself(bench: &dyn Bench) {
    let mut repository = with_contacts(bench).await;
    happens(&mut *repository, &ask(Policy::solo()), LATER).await.unwrap();
    let (day_two, after) = (LATER + 2 * DAY, LATER + 4 * DAY);
    // Another connection of the source than the first one.
    for number in [1, 2] {
        let state = State { connection: Some(connection(number)), request: None, contacts: vec![] };
        repository.connections().save(&state).await.unwrap();
    }
    let opened = Request { opened: moment(day_two), ..request(50) };
    let asked = State { connection: Some(connection(2)), request: Some(opened), contacts: vec![] };
    repository.connections().save(&asked).await.unwrap();
    let stronger = happens(&mut *repository, &SafeguardEvent::GraceOver, after).await;
    assert_eq!(stronger, Err(Kept::RequestOpen));
    let (default, at) = (Policy::standard(), moment(after));
    let settled = settle_safeguards(&mut *repository, tenant(), source(), &default, at).await.unwrap();
    assert_eq!((settled.policy, settled.pending.is_some()), (Policy::standard(), true));
    // The request's own time is over after three days, and then nothing is in the way.
    let at = moment(LATER + 6 * DAY);
    let settled = settle_safeguards(&mut *repository, tenant(), source(), &default, at).await.unwrap();
    assert_eq!((settled.policy.clone(), settled.pending.clone()), (Policy::solo(), None));
    assert_eq!(repository.safeguards().policy(tenant(), source()).await.unwrap(), Some(Policy::solo()));
    let logged = repository.audit().events(tenant(), 0, 10).await.unwrap();
    let last: Vec<_> = logged[2..].iter().map(|event| event.happening.action.as_str()).collect();
    assert_eq!(last, ["request.expire", "safeguard.apply"]);
    assert_eq!(settle_safeguards(&mut *repository, tenant(), source(), &default, at).await.unwrap(), settled);
    assert_eq!(repository.audit().head(tenant()).await.unwrap().number, 4);
}

pub async fn a_connection_goes_by_its_sources_policy(bench: &dyn Bench) {
    let mut repository = with_contacts(bench).await;
    let bound = Binding { site: id(11), cloud: "cloud-11".to_owned(), by: id(100), at: moment(2) };
    let active = Connection { status: ConnectionStatus::Active, ever_bound: true, bound: Some(bound), ..connection(1) };
    let state = State { connection: Some(active), request: Some(request(50)), contacts: vec![] };
    repository.connections().save(&state).await.unwrap();
    // Under the settings' policy it would wait for people; the source's own asks for nobody.
    let settled = settle(&mut *repository, tenant(), id(1), &Policy::standard(), moment(60)).await.unwrap();
    assert_eq!(settled.len(), 0);
    let own = Safeguards { policy: Policy::solo(), ..now(&mut *repository).await };
    repository.safeguards().save(tenant(), source(), &own).await.unwrap();
    let settled = settle(&mut *repository, tenant(), id(1), &Policy::standard(), moment(60)).await.unwrap();
    let request = settled.last().unwrap().1.state.request.as_ref().unwrap();
    assert_eq!(request.status, RequestStatus::Unlocked);
    let logged = repository.audit().events(tenant(), 0, 10).await.unwrap();
    assert!(logged.iter().all(|event| event.happening.details["policy"] == Policy::solo().name));
}

pub async fn the_barred_do_not_confirm_and_supporters_are_counted(bench: &dyn Bench) {
    let mut repository = with_contacts(bench).await;
    let barring = Connection { banned: vec![id(101)], ..connection(1) };
    let state = State { connection: Some(barring), request: None, contacts: vec![] };
    repository.connections().save(&state).await.unwrap();
    // One supporter (of `furnish`): two supporters' approvals could be blocked by one, so that the change waits.
    let two = Policy { support_approvals: 2, ..Policy::standard() };
    let waiting = happens(&mut *repository, &ask(two.clone()), LATER).await.unwrap();
    assert_eq!(waiting.policy, Policy::standard());
    let barred = SafeguardEvent::Confirm { by: id(101) };
    assert_eq!(happens(&mut *repository, &barred, LATER).await, Err(Kept::Banned));
    let object = SafeguardEvent::Object { by: id(100), from_source: true };
    happens(&mut *repository, &object, LATER).await.unwrap();
    for number in [201, 202] {
        let lead = Person { role: Role::SupportLead, ..person(tenant(), number) };
        repository.people().add(&lead).await.unwrap();
    }
    assert_eq!(happens(&mut *repository, &ask(two.clone()), LATER).await.unwrap().policy, two);
}
