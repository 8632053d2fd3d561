use std::collections::BTreeSet;

use control::connection::{Contact, State, Statement};
use control::id::RecoveryId;
use control::policy::Policy;
use control::safeguards::Safeguards;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use super::Bench;
use super::sample::{
    begin_recovery, connection, furnish, happening, id, invitation, job, key_record, moment, passkey, request, session,
    tenant,
};
use crate::backup::{Cell, KEPT, LEFT_OUT, Row};
use crate::journal::{JournalRow, JournalState};
use crate::message::{Channel, MessageState};
use crate::schedule::{Cadence, Schedule};
use crate::{
    CaptureRun, KnownName, Message, NameKind, PasswordHash, Repository, Sealed, Store, StoreError, VaultHead, Webhook,
};

/// More journal rows than are read at once.
const ROWS: u32 = 1_203;

fn journal_row(recovery: RecoveryId, number: u32, lease: u64) -> JournalRow {
    JournalRow {
        recovery,
        operation: u128::from(number).to_be_bytes(),
        kind: "issue".to_owned(),
        source: format!("{number:06}"),
        state: JournalState::Confirmed,
        attempt: 1,
        expected: None,
        target: Some(number.to_string()),
        target_key: Some(format!("ABC-{number}")),
        reason: (number == 7).then(|| "Ærø \"quoted\"\n\u{1F3AF}".to_owned()),
        lease,
    }
}

/// Something in every table.
async fn fill_all(store: &dyn Store) {
    let mut repository = store.write().await.unwrap();
    repository.only_tenant(tenant()).await.unwrap();
    repository.save().await.unwrap();
    furnish(store).await;
    let mut repository = store.write().await.unwrap();
    fill_sites(&mut *repository).await;
    fill_people(&mut *repository).await;
    let mut asked = request(50);
    asked.evidence.approvals.push(Statement { by: id(100), at: moment(1), note: "called \"the owner\"".to_owned() });
    let state = State { connection: Some(connection(1)), request: Some(asked), contacts: vec![] };
    repository.connections().save(&state).await.unwrap();
    for number in 1..=3 {
        repository.audit().append(tenant(), happening(number)).await.unwrap();
    }
    repository.jobs().enqueue(&job(9)).await.unwrap();
    let capture = CaptureRun { id: id(9), tenant: tenant(), job: id(9), site: id(10), point: None, started: moment(0) };
    repository.captures().add(&capture).await.unwrap();
    repository.save().await.unwrap();
    let (recovery, lease) = begin_recovery(store, 1).await;
    let rows: Vec<_> = (0..ROWS).map(|number| journal_row(recovery, number, lease)).collect();
    store.journal(tenant()).record(&rows).await.unwrap();
}

async fn fill_sites(repository: &mut dyn Repository) {
    let name = KnownName { kind: NameKind::Url, name: "https://a.example/b?c".to_owned(), since: moment(1) };
    repository.sites().add_known_name(tenant(), id(10), &name).await.unwrap();
    let head = VaultHead { number: 3, mac: vec![] };
    repository.sites().advance_vault_head(tenant(), id(10), &head).await.unwrap();
    repository.safeguards().save(tenant(), id(10), &Safeguards::new(Policy::strict())).await.unwrap();
    let cadence = Cadence::parse("0 3 * * *", "Europe/Vienna", 30).unwrap();
    let schedule = Schedule {
        id: id(20),
        tenant: tenant(),
        site: id(10),
        kind: "capture".to_owned(),
        payload: json!(null),
        cadence,
        enabled: true,
        next: moment(1),
        created: moment(0),
    };
    repository.schedules().add(&schedule).await.unwrap();
}

async fn fill_people(repository: &mut dyn Repository) {
    let contact = Contact { person: id(100), registered: moment(0) };
    repository.people().add_contact(tenant(), id(11), &contact).await.unwrap();
    repository.accounts().set_password(tenant(), id(100), &PasswordHash("$argon2id$".to_owned())).await.unwrap();
    repository.accounts().invite(&invitation(1)).await.unwrap();
    repository.sessions().begin(&session(1)).await.unwrap();
    repository.passkeys().add(&passkey(1)).await.unwrap();
    repository.api_keys().add(&key_record(1)).await.unwrap();
    let webhook = Webhook {
        id: id(60),
        tenant: tenant(),
        url: "https://hooks.example.com/".to_owned(),
        secret: Sealed(vec![0, 159, 146]),
        made: moment(0),
        disabled: None,
    };
    repository.webhooks().add(&webhook).await.unwrap();
    let message = Message {
        id: id(70),
        tenant: tenant(),
        channel: Channel::Mail { person: id(100) },
        subject: "Subject".to_owned(),
        body: "c2VhbGVk".to_owned(),
        due: moment(1),
        attempts: 0,
        made: moment(0),
        state: MessageState::Waiting,
        problem: None,
    };
    repository.messages().add(&message).await.unwrap();
}

async fn copy(store: &dyn Store) -> Vec<Row> {
    store.rows().await.unwrap().try_collect().await.unwrap()
}

fn given(rows: &[Row]) -> crate::backup::Rows<'_> {
    stream::iter(rows.iter().cloned().map(Ok)).boxed()
}

/// The rows after they were written as JSON and read again, as whoever keeps a copy does.
fn through_json(rows: &[Row]) -> Vec<Row> {
    rows.iter().map(|row| Row::read(row.table.name, &row.to_json()).unwrap()).collect()
}

pub async fn every_table_is_copied_or_left_out_by_name(bench: &dyn Bench) {
    drop(bench.open().await);
    let there: BTreeSet<String> = bench.tables().await.into_iter().filter(|name| !name.starts_with('_')).collect();
    let known = KEPT.iter().map(|table| table.name).chain(LEFT_OUT);
    assert_eq!(there, known.map(str::to_owned).collect());
}

pub async fn a_copy_fills_an_empty_database(bench: &dyn Bench) {
    let store = bench.open().await;
    fill_all(&*store).await;
    let rows = copy(&*store).await;
    let copied: BTreeSet<&str> = rows.iter().map(|row| row.table.name).collect();
    assert_eq!(copied, KEPT.iter().map(|table| table.name).collect(), "something of each table");
    let keys: BTreeSet<_> = rows.iter().map(|row| (row.table.name, row.key().unwrap())).collect();
    assert_eq!(keys.len(), rows.len(), "keys are unique");
    assert_eq!(rows.iter().filter(|row| row.table.name == "journal").count(), ROWS as usize);

    let another = bench.another().await;
    let other = another.open().await;
    // Opened once, as the program does: there is a tenant, and another one than the copy's.
    let mut repository = other.write().await.unwrap();
    repository.only_tenant(id(77)).await.unwrap();
    repository.save().await.unwrap();
    assert_eq!(other.fill(given(&through_json(&rows))).await.unwrap(), rows.len() as u64);
    assert_eq!(copy(&*other).await, rows);
    // What is left out is not there, and everything goes on from where it was.
    let mut repository = other.write().await.unwrap();
    assert_eq!(repository.only_tenant(id(78)).await.unwrap(), tenant());
    assert_eq!(repository.sessions().of_person(tenant(), id(100)).await.unwrap(), []);
    assert_eq!(repository.audit().append(tenant(), happening(4)).await.unwrap().number, 4);
    repository.save().await.unwrap();
    other.journal(tenant()).record(&[journal_row(id(1), ROWS, 1)]).await.unwrap();
    assert_eq!(copy(&*other).await.len(), rows.len() + 2);
}

pub async fn a_database_with_something_in_it_is_not_filled(bench: &dyn Bench) {
    let store = bench.open().await;
    fill_all(&*store).await;
    let rows = copy(&*store).await;
    let refused = store.fill(given(&rows)).await;
    assert!(matches!(refused, Err(StoreError::Exists { .. })), "{refused:?}");
    assert_eq!(copy(&*store).await, rows);
}

pub async fn a_broken_copy_fills_nothing(bench: &dyn Bench) {
    let store = bench.open().await;
    fill_all(&*store).await;
    let rows = copy(&*store).await;
    drop(store);
    let another = bench.another().await;
    let other = another.open().await;
    let broken = |change: fn(&mut Row)| {
        let mut rows = rows.clone();
        change(rows.iter_mut().rev().find(|row| row.table.name == "people").unwrap());
        rows
    };
    let unknown = broken(|row| _ = row.cells.insert("x) VALUES (1); --".to_owned(), Cell::Number(1)));
    let mistyped = broken(|row| _ = row.cells.insert("added".to_owned(), Cell::Text("now".to_owned())));
    let odd = broken(|row| _ = row.cells.insert("tenant".to_owned(), Cell::Bytes { bytes: "0g".to_owned() }));
    let incomplete = broken(|row| _ = row.cells.remove("email"));
    for rows in [unknown, mistyped, odd, incomplete] {
        assert!(other.fill(given(&rows)).await.is_err());
        assert_eq!(copy(&*other).await, []);
    }
    let ends_early = stream::iter(rows[..9].iter().cloned().map(Ok));
    let torn = ends_early.chain(stream::iter([Err(StoreError::Busy { database: "elsewhere".to_owned() })]));
    assert!(matches!(other.fill(torn.boxed()).await, Err(StoreError::Busy { .. })));
    assert_eq!(copy(&*other).await, []);
    other.fill(given(&rows)).await.unwrap();
}
