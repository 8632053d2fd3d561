//! Who is told of what happened to a connection, and their own Stop links.

use std::collections::BTreeMap;

use control::connection::{Audience, Effect, Event, State};
use control::id::{ConnectionId, PersonId, TenantId};
use control::notification::{Names, Notice, Recipient, STOP_LINK, notices, stop_for};
use control::stop_link::StopLink;
use secrecy::ExposeSecret as _;
use store::message::Channel;
use store::{Person, Repository, Role};

use crate::{Result, Surroundings};

impl Surroundings {
    /// Puts what there is to tell of an event into the outbox, in its own transaction: for each person, and for each webhook.
    pub(crate) async fn tell(
        &self,
        repository: &mut dyn Repository,
        tenant: TenantId,
        event: &Event,
        state: &State,
        effects: &[Effect],
    ) -> Result<()> {
        let tells = effects.iter().any(|effect| matches!(effect, Effect::Tell(_)));
        let Some(connection) = state.connection.as_ref().filter(|_| tells) else { return Ok(()) };
        let people = repository.people().list(tenant).await?;
        let sites = repository.sites().with_removed(tenant).await?;
        let site = |id| sites.iter().find(|site| site.id == id).map(|site| site.name.as_str());
        let actor = match event.actor() {
            control::audit::Actor::Person(id) => people.iter().find(|person| person.id == id),
            _ => None,
        };
        let names = Names {
            source: site(connection.source).unwrap_or("a site that is gone"),
            standby: connection.bound.as_ref().and_then(|bound| site(bound.site)),
            actor: actor.map(|person| person.name.as_str()),
        };
        for notice in notices(event, state, effects, names) {
            self.deliver(repository, tenant, connection.id, state, &people, &notice).await?;
        }
        Ok(())
    }

    async fn deliver(
        &self,
        repository: &mut dyn Repository,
        tenant: TenantId,
        connection: ConnectionId,
        state: &State,
        people: &[Person],
        notice: &Notice,
    ) -> Result<()> {
        for (person, recipient) in recipients(notice.audience, state, people) {
            let lines = self.with_stop_link(notice, connection, person, stop_for(recipient, state));
            self.write_to(repository, tenant, person, notice.subject.clone(), lines).await?;
        }
        let webhooks = repository.webhooks().list(tenant).await?;
        for webhook in webhooks.iter().filter(|webhook| webhook.disabled.is_none()) {
            // A link is for one person, and a webhook is none.
            let lines = without_stop_link(notice);
            let channel = Channel::Webhook { endpoint: webhook.id };
            self.post(repository, tenant, channel, notice.subject.clone(), lines).await?;
        }
        Ok(())
    }

    /// The lines for one person. Without a server there is no link: the command line stops, too.
    fn with_stop_link(
        &self,
        notice: &Notice,
        connection: ConnectionId,
        person: PersonId,
        stop: Option<control::stop_link::Stop>,
    ) -> Vec<String> {
        let (Some(stop), Some(address)) = (stop, &self.address) else { return without_stop_link(notice) };
        let link = StopLink::new(stop, connection, person, self.ambient.now()).write(&self.pepper);
        let link = format!("{}/stop/{}", address.trim_end_matches('/'), link.expose_secret());
        notice.lines.iter().map(|line| line.replace(STOP_LINK, &link)).collect()
    }
}

fn without_stop_link(notice: &Notice) -> Vec<String> {
    notice.lines.iter().filter(|line| !line.contains(STOP_LINK)).cloned().collect()
}

/// Each person once, in the part in which they can stop most.
fn recipients(audience: Audience, state: &State, people: &[Person]) -> BTreeMap<PersonId, Recipient> {
    let mut recipients = BTreeMap::new();
    if matches!(audience, Audience::Everybody) {
        let supporters = people.iter().filter(|person| person.role.acts_as(Role::Support));
        recipients.extend(supporters.map(|person| (person.id, Recipient::Supporter)));
    }
    if matches!(audience, Audience::Everybody | Audience::SourceAdministrators) {
        let administrators = people.iter().filter(|person| person.role.acts_as(Role::Administrator));
        recipients.extend(administrators.map(|person| (person.id, Recipient::SourceAdministrator)));
    }
    if matches!(audience, Audience::Everybody | Audience::Contacts) {
        recipients.extend(state.contacts.iter().map(|contact| (contact.person, Recipient::Contact)));
    }
    recipients
}
