//! Two emulated sites and a home folder, and the steps that come before what is tested.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use control::connection::Contact;
use jira_emulator::state::SiteState;
use jira_emulator::{Limits, Seed};
use serde_json::Value;
use store::{Role, Store as _};
use testkit::Sites;

use crate::home::{Ended, Home};

pub(crate) const OWNER: &str = "olivia.owner@example.com";
pub(crate) const SUPPORT: &str = "sam.support@example.com";
pub(crate) const CONTACT: &str = "carl.contact@example.org";
/// What the connection is called.
pub(crate) const LINK: &str = "Production to standby";

/// Every tenth person of the source has no access to the standby.
const WITHOUT_ACCESS: usize = 10;

pub(crate) struct World {
    pub(crate) sites: Sites,
    pub(crate) home: Home,
}

impl World {
    /// Both sites as new Jira sites are.
    pub(crate) async fn empty() -> Self {
        Self::new(Seed::Empty).await
    }

    /// A generated source; most of its people have an account on the standby that works.
    pub(crate) async fn generated(issues: u32) -> Self {
        let world = Self::new(Seed::Generated { issues, seed: 11 }).await;
        world.sites.source().alter(thin_out);
        world.people_the_standby();
        world
    }

    /// Gives most of the source's people an account on the standby.
    pub(crate) fn people_the_standby(&self) {
        let people = self.sites.source().inspect(|site| site.users.clone());
        self.sites.standby().alter(|site| {
            for (index, (account, mut user)) in people.into_iter().enumerate() {
                if index % WITHOUT_ACCESS != WITHOUT_ACCESS - 1 {
                    user.active = true;
                    site.users.entry(account).or_insert(user);
                }
            }
        });
    }

    async fn new(seed: Seed) -> Self {
        Self { sites: Sites::start_with(seed, Limits::off(), Ambient::system()).await, home: Home::new() }
    }

    /// `lifeboat site add production`, and it must work.
    pub(crate) fn add_production(&self) {
        let (url, token) = (self.sites.source().url(), self.sites.source().admin_token().to_owned());
        self.add_site("production", url.as_str(), &token).done();
    }

    /// `lifeboat site add standby`, and it must work.
    pub(crate) fn add_standby(&self) {
        let (url, token) = (self.sites.standby().url(), self.sites.standby().admin_token().to_owned());
        self.add_site("standby", url.as_str(), &token).done();
    }

    /// `lifeboat site add` with the administrator's address.
    pub(crate) fn add_site(&self, name: &str, url: &str, token: &str) -> Ended {
        let email = self.sites.source().admin_email().to_owned();
        let line = ["site", "add", name, "--url", url, "--email", &email];
        self.home.line(&line).with("LIFEBOAT_API_TOKEN", token).run()
    }

    /// Those who act.
    pub(crate) fn add_people(&self) {
        self.home.run(&["person", "add", OWNER, "--role", "administrator"]).done();
        self.home.run(&["person", "add", SUPPORT, "--role", "support"]).done();
    }

    /// A capture of the source, and it must work.
    pub(crate) fn back_up(&self) -> Value {
        self.home.run(&["backup", "run", "production", "--json"]).json()
    }

    /// People, both sites, and a connection with a contact of a month ago; the recovery token.
    pub(crate) async fn link(&self) -> String {
        self.add_people();
        self.add_production();
        self.add_standby();
        self.register_contact().await;
        let line = ["connection", "add", LINK, "--source", "production", "--contact", CONTACT, "--json"];
        let made = self.home.run_as(OWNER, &line).json();
        made["token"].as_str().unwrap().to_owned()
    }

    /// A contact counts a week after they were registered, and no command turns the clock: the database is told.
    pub(crate) async fn register_contact(&self) {
        let ambient = Ambient::system();
        let store = store_sqlite::SqliteStore::open(&self.home.database()).await.unwrap();
        let mut repository = store.write().await.unwrap();
        let tenant = repository.only_tenant(store::new_id(&ambient)).await.unwrap();
        let registered = ambient.clock.now() - Duration::from_hours(30 * 24);
        let person = store::Person {
            id: store::new_id(&ambient),
            tenant,
            email: CONTACT.to_owned(),
            name: CONTACT.to_owned(),
            role: Role::Contact,
            added: registered,
            removed: None,
        };
        repository.people().add(&person).await.unwrap();
        let source = repository.sites().by_name(tenant, "production").await.unwrap().unwrap();
        let contact = Contact { person: person.id, registered };
        repository.people().add_contact(tenant, source.id, &contact).await.unwrap();
        repository.save().await.unwrap();
        store.close().await;
    }

    /// `lifeboat connection activate` on the standby.
    pub(crate) fn activate(&self, url: &str, token: &str) -> Ended {
        let line = ["connection", "activate", "--standby", "standby", "--source-url", url];
        self.home.line(&line).with("LIFEBOAT_AS", OWNER).with("LIFEBOAT_RECOVERY_TOKEN", token).run()
    }

    /// The code in the message to somebody.
    pub(crate) fn code_for(&self, person: &str) -> String {
        let message = std::fs::read_to_string(self.home.path().join(format!("outbox/{person}.txt"))).unwrap();
        message.lines().find_map(|line| line.strip_prefix("Code: ")).unwrap().trim().to_owned()
    }

    /// `lifeboat verification confirm` with a code.
    pub(crate) fn confirm(&self, person: &str, code: &str) -> Ended {
        self.home.line(&["verification", "confirm", LINK]).with("LIFEBOAT_AS", person).with("LIFEBOAT_CODE", code).run()
    }

    /// Everything up to the unlock.
    pub(crate) async fn unlock(&self) {
        let token = self.link().await;
        let url = self.sites.source().url();
        self.activate(url.as_str(), &token).done();
        self.vouch_again();
    }

    /// A request, and everybody vouches for it.
    pub(crate) fn vouch_again(&self) {
        self.vouch_for(&[]);
    }

    /// A request for less than everything, and everybody vouches for it.
    pub(crate) fn vouch_for(&self, scope: &[&str]) {
        self.home.run_as(OWNER, &[&["verification", "request", LINK], scope].concat()).done();
        for person in [OWNER, CONTACT] {
            self.confirm(person, &self.code_for(person)).done();
        }
        let approved = self.home.run_as(SUPPORT, &["verification", "approve", LINK, "--checked", "called back"]).done();
        assert!(approved.out.contains("unlocked"), "{approved}");
    }

    /// A generated source with a recovery point, and everything up to the unlock.
    pub(crate) async fn ready(issues: u32) -> Arc<Self> {
        let world = Self::generated(issues).await;
        world.unlock().await;
        world.back_up();
        Arc::new(world)
    }

    /// How many requests the standby and the source have had.
    pub(crate) fn requests(&self) -> (u64, u64) {
        (self.sites.source().statistics().requests, self.sites.standby().statistics().requests)
    }
}

/// Jira takes few writes to one issue at a time, and the client waits for that: issues with hundreds of comments are tested
/// where time can be turned.
fn thin_out(site: &mut SiteState) {
    const MOST: u32 = 5;
    let (mut comments, mut worklogs) = (HashMap::new(), HashMap::new());
    let few = |counts: &mut HashMap<u64, u32>, issue: u64| {
        let count = counts.entry(issue).or_default();
        *count += 1;
        *count <= MOST
    };
    site.comments.retain(|_, comment| few(&mut comments, comment.issue));
    site.worklogs.retain(|_, worklog| few(&mut worklogs, worklog.issue));
}

/// Waits a little, as polling does.
pub(crate) async fn pause(milliseconds: u64) {
    Ambient::system().clock.sleep(Duration::from_millis(milliseconds)).await;
}

/// Waits until something is so; a minute at most.
pub(crate) async fn until(mut so: impl FnMut() -> bool) {
    for _ in 0..12_000 {
        if so() {
            return;
        }
        pause(5).await;
    }
    panic!("it did not become so within a minute");
}
