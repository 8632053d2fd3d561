//! Both cases of the design from sign-in to proof, over HTTP: linked before the outage, and only the token stored.

use jira_emulator::Seed;
use serde_json::{Value, json};
use store::Role;
use testkit::Sites;
use tokio_util::sync::CancellationToken;
use worker::{Kinds, Worker};

use crate::bench::{Bench, Session};

/// Two sites, a company's people, and what the company knows.
pub(crate) struct Company<'b> {
    bench: &'b Bench,
    pub(crate) sites: Sites,
    pub(crate) administrator: Session<'b>,
    pub(crate) contacts: Vec<Session<'b>>,
    support: Vec<Session<'b>>,
    pub(crate) source: String,
    pub(crate) standby: String,
}

impl<'b> Company<'b> {
    pub(crate) async fn new(bench: &'b Bench) -> Self {
        let sites = Sites::start(Seed::Generated { issues: 6, seed: 11 }).await;
        let administrator = bench.joined("ada@example.com", Role::Administrator).await;
        let mut contacts = vec![];
        for email in ["carol@example.org", "chris@example.org", "cleo@example.org"] {
            contacts.push(bench.joined(email, Role::Contact).await);
        }
        let support = vec![
            bench.joined("sam@example.net", Role::Support).await,
            bench.joined("sue@example.net", Role::SupportLead).await,
        ];
        let (source, standby) = (String::new(), String::new());
        let mut company = Self { bench, sites, administrator, contacts, support, source, standby };
        company.source = company.add_site("production", company.sites.source()).await;
        company.standby = company.add_site("standby", company.sites.standby()).await;
        company.name_contacts().await;
        company
    }

    pub(crate) async fn add_site(&self, name: &str, site: &jira_emulator::SiteHandle) -> String {
        let (account, token) = (site.admin_email(), site.admin_token());
        let body = json!({ "name": name, "url": site.url(), "account": account, "token": token });
        let added = self.administrator.post("/sites", body).await.expect(201);
        assert!(!added.to_string().contains(token), "a token is never returned");
        assert_eq!(added["check"]["missing"], json!([]));
        added["id"].as_str().unwrap().to_owned()
    }

    /// Names the contacts, and lets a week pass for them.
    async fn name_contacts(&self) {
        for contact in &self.contacts {
            let path = format!("/sites/{}/contacts", self.source);
            self.administrator.post(&path, json!({ "person": contact.person.to_string() })).await.expect(200);
        }
        let around = &self.bench.components.around;
        let source = self.source.parse().unwrap();
        let mut repository = around.store.write().await.unwrap();
        for contact in &self.contacts {
            let mut people = repository.people();
            people.remove_contact(self.bench.tenant, source, contact.person).await.unwrap();
            let registered = around.ambient.now() - jiff::SignedDuration::from_hours(24 * 8);
            let seasoned = control::connection::Contact { person: contact.person, registered };
            people.add_contact(self.bench.tenant, source, &seasoned).await.unwrap();
        }
        repository.save().await.unwrap();
    }

    /// Does what waits in the queue.
    pub(crate) async fn work(&self) {
        let worker = Worker::new(self.bench.components.around.clone(), Kinds::all());
        worker.serve(2, true, &CancellationToken::new()).await.unwrap();
    }

    pub(crate) async fn back_up(&self) {
        self.administrator.post(&format!("/sites/{}/backups", self.source), json!({})).await.expect(202);
        self.work().await;
        let points = self.administrator.get(&format!("/sites/{}/points", self.source)).await.expect(200);
        assert_eq!(points["items"].as_array().unwrap().len(), 1, "{points}");
        assert!(points["items"][0]["bytes"].as_u64().unwrap() > 1_000, "{points}");
    }

    /// Backs up once more: what was known of the vault is not what it is now.
    pub(crate) async fn back_up_again(&self) {
        let path = format!("/sites/{}", self.source);
        self.administrator.post(&format!("{path}/backups"), json!({})).await.expect(202);
        self.work().await;
        let points = self.administrator.get(&format!("{path}/points")).await.expect(200);
        assert_eq!(points["items"].as_array().unwrap().len(), 2, "{points}");
    }

    /// Says how old the newest recovery point may be, and takes it back.
    async fn set_target(&self) {
        let path = format!("/sites/{}", self.source);
        let set = async |seconds: u32| {
            self.administrator.send("PATCH", &path, Some(json!({ "rpoTargetSeconds": seconds }))).await
        };
        assert_eq!(set(900).await.expect(200)["rpoTargetSeconds"], json!(900));
        assert_eq!(set(59).await.status, 422);
        assert_eq!(set(u32::MAX).await.status, 422);
        assert_eq!(self.administrator.get(&path).await.expect(200)["rpoTargetSeconds"], json!(900));
        assert_eq!(set(0).await.expect(200)["rpoTargetSeconds"], Value::Null);
    }

    /// Makes a connection; its id and its token, which is shown this once.
    pub(crate) async fn make(&self) -> (String, String) {
        let body = json!({ "name": "Production to standby", "source": self.source });
        let made = self.administrator.post("/connections", body).await.expect(201);
        assert_eq!(made["connection"]["shownStatus"], "Activation pending");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&made["connection"]["id"]), text(&made["token"]))
    }

    pub(crate) async fn activate(&self, token: &str) -> Value {
        let url = self.sites.source().url();
        let body = json!({ "standby": self.standby, "sourceUrl": url, "token": token });
        self.administrator.post("/activations", body).await.expect(200)
    }

    /// The code in the newest letter to somebody.
    async fn code_of(&self, session: &Session<'_>) -> String {
        let letters = self.bench.letters(session.person).await;
        let (_, text) = letters.into_iter().find(|(subject, _)| subject.starts_with("Confirm")).unwrap();
        text.lines().nth(3).unwrap().to_owned()
    }

    /// Everything that the standard policy asks for.
    async fn verify(&self, connection: &str) {
        let path = |rest: &str| format!("/connections/{connection}/request{rest}");
        let opened = self.administrator.post(&path(""), json!({})).await.expect(200);
        assert_eq!((&opened["status"], opened["needs"].as_array().unwrap().len()), (&json!("verifying"), 4));
        let digest = &opened["digest"];
        for confirmer in [&self.administrator, &self.contacts[0]] {
            let body = json!({ "digest": digest, "code": self.code_of(confirmer).await });
            confirmer.post(&path("/confirmation"), body).await.expect(200);
        }
        let said = json!({ "digest": digest, "note": "called them back on the number we know" });
        self.support[0].post(&path("/approval"), said).await.expect(200);
        let attested = json!({ "kind": "attestation", "digest": digest, "note": "the domain is theirs" });
        let verified = self.support[0].post(&path("/proof"), attested).await.expect(200);
        assert_eq!((&verified["status"], &verified["needs"]), (&json!("unlocked"), &json!([])), "{verified}");
    }

    /// What the recovery would do: for operators, not for everybody who sees the queue.
    async fn dry_run(&self, connection: &str) {
        let path = format!("/connections/{connection}/plan");
        let asked = self.administrator.post(&path, json!({ "withoutAttachments": true })).await.expect(202);
        let again = self.administrator.post(&path, json!({})).await.expect(202);
        assert_eq!((&asked["job"]["id"], &asked["plan"]), (&again["job"]["id"], &Value::Null), "one at a time");
        self.work().await;
        let made = self.administrator.get(&path).await.expect(200);
        assert_eq!(made["job"]["state"], "done", "{made}");
        assert_eq!(made["plan"]["kinds"]["issue"]["create"], json!(6), "{made}");
        let job = format!("/jobs/{}", asked["job"]["id"].as_str().unwrap());
        assert_eq!(self.administrator.get(&job).await.expect(200)["result"], Value::Null);
        assert_eq!(self.contacts[0].get(&path).await.status, 403);
    }

    /// Makes a connection over which a recovery was done; the ids of both.
    pub(crate) async fn recovered(&self) -> (String, String) {
        self.back_up().await;
        let (connection, token) = self.make().await;
        self.activate(&token).await;
        self.verify(&connection).await;
        let recovery = self.recover(&connection).await;
        (connection, recovery)
    }

    /// Starts the recovery and lets a worker do it; what came of it.
    async fn recover(&self, connection: &str) -> String {
        let path = format!("/connections/{connection}/recovery");
        let started = self.administrator.post(&path, json!({})).await.expect(202);
        self.work().await;
        let id = started["id"].as_str().unwrap();
        let done = self.administrator.get(&format!("/recoveries/{id}")).await.expect(200);
        assert_eq!((&done["job"]["state"], &done["proven"]), (&json!("done"), &json!(true)), "{done}");
        let report = self.administrator.get(&format!("/recoveries/{id}/report")).await.expect(200);
        assert_eq!(report["holds"], json!(true));
        self.administrator.get(&format!("/recoveries/{id}/failures")).await.expect(200);
        id.to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn linked_before_the_outage_it_is_recovered_after_people_verified_it() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    company.back_up().await;
    company.back_up_again().await;
    company.set_target().await;
    let (connection, token) = company.make().await;
    let active = company.activate(&token).await;
    assert_eq!((&active["shownStatus"], &active["locked"]), (&json!("Active"), &json!(true)));
    company.sites.source().outage(jira_emulator::Outage::Unavailable);

    let locked = company.administrator.post(&format!("/connections/{connection}/recovery"), json!({})).await;
    assert_eq!(locked.status, 409, "{}", locked.text);
    company.verify(&connection).await;
    company.dry_run(&connection).await;
    company.recover(&connection).await;

    let events = bench.audit().await;
    control::audit::verify(bench.tenant, &events, None).unwrap();
    for action in ["connection.create", "connection.activate", "request.open", "request.unlock", "recovery.done"] {
        assert!(events.iter().any(|event| event.happening.action == action), "{action} is not in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_only_the_token_it_is_activated_during_the_outage() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    company.back_up().await;
    let (connection, token) = company.make().await;
    company.sites.source().outage(jira_emulator::Outage::Unavailable);

    let active = company.activate(&token).await;
    assert_eq!(active["shownStatus"], "Active");
    company.verify(&connection).await;
    company.recover(&connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_contact_stops_what_others_vouched_for() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let (connection, token) = company.make().await;
    company.activate(&token).await;
    let plan = format!("/connections/{connection}/plan");
    assert_eq!(company.administrator.post(&plan, json!({})).await.status, 409, "it is locked");
    company.verify(&connection).await;
    company.back_up().await;
    company.administrator.post(&plan, json!({})).await.expect(202);

    let letters = bench.letters(company.contacts[2].person).await;
    let link = letters.iter().find_map(|(_, text)| text.split("https://lifeboat.example").nth(1)).unwrap();
    let link = link.lines().next().unwrap();
    assert!(link.starts_with("/stop/lbs1_"), "{link}");
    let page = bench.send(None, "GET", link, None).await;
    assert!(page.status == 200 && page.text.contains("<button"), "{}", page.text);
    let before = company.administrator.get(&format!("/connections/{connection}")).await.expect(200);
    assert_eq!(before["status"], "active", "opening a link stops nothing");
    assert_eq!(bench.send(None, "POST", link, None).await.status, 200);
    let after = company.administrator.get(&format!("/connections/{connection}")).await.expect(200);
    assert_eq!((&after["status"], &after["request"]), (&json!("suspended"), &json!("vetoed")));
    let start = company.administrator.post(&format!("/connections/{connection}/recovery"), json!({})).await;
    assert_eq!(start.status, 409);
    let ended = company.administrator.get(&plan).await.expect(200);
    assert_eq!(
        (&ended["job"]["state"], &ended["plan"]),
        (&json!("cancelled"), &Value::Null),
        "it reads the vault, too"
    );
    assert_eq!(company.administrator.post(&plan, json!({})).await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_reset_only_with_contacts_and_the_old_one_dies() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let (connection, old) = company.make().await;
    company.activate(&old).await;
    let path = |rest: &str| format!("/connections/{connection}{rest}");

    let asked = company.administrator.post(&path("/reset"), json!({})).await.expect(200);
    assert_eq!(asked["pending"]["operation"], "reset");
    let objected = company.contacts[1].post(&path("/objection"), json!({})).await.expect(200);
    assert_eq!(objected["pending"], Value::Null);

    company.administrator.post(&path("/reset"), json!({})).await.expect(200);
    let reset = company.contacts[0].post(&path("/confirmation"), json!({})).await.expect(200);
    assert_eq!((&reset["status"], &reset["token"]["awaited"]), (&json!("issued"), &json!(true)));
    let taken = company.administrator.post(&path("/token"), json!({})).await.expect(200);
    let fresh = taken["token"].as_str().unwrap();
    assert_ne!(fresh, old);

    let url = company.sites.source().url();
    let with = |token: &str| json!({ "standby": company.standby, "sourceUrl": url, "token": token });
    let dead = company.administrator.post("/activations", with(&old)).await;
    let unknown = company.administrator.post("/activations", with(&strange(&old))).await;
    assert_eq!((dead.status.as_u16(), &dead.text), (409, &unknown.text), "every failure is one answer");
    company.administrator.post("/activations", with(fresh)).await.expect(200);
    let checked = company.administrator.post(&path("/token-check"), json!({ "token": fresh })).await.expect(200);
    assert_eq!(checked["shownStatus"], "Active");
}

/// A well-formed token that nobody made.
fn strange(_: &str) -> String {
    use secrecy::ExposeSecret as _;
    control::token::Token::generate([9; 8], [9; 32]).reveal().expose_secret().to_owned()
}
