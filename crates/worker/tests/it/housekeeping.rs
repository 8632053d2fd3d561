//! What is over is forgotten, and nothing else.

use std::time::Duration;

use control::session::{Session, SessionSecret};
use jiff::SignedDuration;
use store::{Ceremony, Errand, KeptAnswer, Person, Role, Sealed};
use worker::Forgotten;

use crate::steps::bench;

#[tokio::test(start_paused = true)]
async fn what_is_over_is_forgotten_and_nothing_else() {
    let bench = bench().await;
    let (around, tenant) = (&bench.around, bench.tenant);
    let mut repository = around.store.write().await.unwrap();
    let person = Person {
        id: store::new_id(&around.ambient),
        tenant,
        email: "ada@example.com".to_owned(),
        name: "Ada".to_owned(),
        role: Role::Owner,
        added: around.ambient.now(),
        removed: None,
    };
    repository.people().add(&person).await.unwrap();
    repository.save().await.unwrap();

    // A set of everything, and another one eight days later.
    for number in [1, 2] {
        let now = around.ambient.now();
        let mut repository = around.store.write().await.unwrap();
        let secret = SessionSecret::generate([number; 32]);
        let session = Session::begin(store::new_id(&around.ambient), &secret, (tenant, person.id), None, now);
        repository.sessions().begin(&session).await.unwrap();
        let (state, expires) = ("{}".to_owned(), now + SignedDuration::from_mins(5));
        let ceremony = Ceremony { id: store::new_id(&around.ambient), tenant, person: person.id, state, expires };
        repository.passkeys().ask(&ceremony).await.unwrap();
        let errand = Errand { hash: [number; 32], tenant, state: Sealed(vec![number]), expires };
        repository.errands().send(&errand).await.unwrap();
        let answer = KeptAnswer {
            tenant,
            person: person.id,
            key: number.to_string(),
            request: [number; 32],
            status: 200,
            location: None,
            body: Sealed(vec![]),
            at: now,
        };
        repository.idempotency().keep(&answer).await.unwrap();
        repository.save().await.unwrap();
        if number == 1 {
            around.ambient.clock.sleep(Duration::from_hours(8 * 24)).await;
        }
    }
    let once = Forgotten { sessions: 1, answers: 1, ceremonies: 1, errands: 1 };
    assert_eq!(around.forget_what_is_over().await.unwrap(), once);
    let nothing = Forgotten { sessions: 0, answers: 0, ceremonies: 0, errands: 0 };
    assert_eq!(around.forget_what_is_over().await.unwrap(), nothing);
}
