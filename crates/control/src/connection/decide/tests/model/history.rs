//! What really happened, kept apart from what the transition function remembers; and the promises that it must keep.

use uuid::Uuid;

use super::super::sample::*;
use super::plane::{Plane, World};
use crate::connection::{
    Activation, Connection, ConnectionStatus, Effect, Event, Operation, Request, RequestStatus, State, Transition,
};
use crate::id::PersonId;

/// Some of the people, each of whom has a number below 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct People(u64);

impl People {
    fn add(&mut self, person: PersonId) {
        self.0 |= Self::one(person);
    }

    fn remove(&mut self, person: PersonId) {
        self.0 &= !Self::one(person);
    }

    fn has(self, person: PersonId) -> bool {
        self.0 & Self::one(person) != 0
    }

    fn without(mut self, person: PersonId) -> Self {
        self.remove(person);
        self
    }

    fn count(self) -> u32 {
        self.0.count_ones()
    }

    fn one(person: PersonId) -> u64 {
        1 << Uuid::from(person).as_u128()
    }
}

/// An account of the present request, suspension and protected operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct History {
    /// Who approved this very request, entitled to; and who of them within the last day.
    approved: People,
    approved_today: People,
    denied: People,
    confirmed: People,
    proven: bool,
    /// For how many days there has been all that the cool-down needs.
    ready: Option<i64>,
    /// The generation and the standby that the request was opened for.
    opened_for: Option<(u32, String)>,
    /// Whether the request was unlocked within the last day.
    unlocked_today: bool,
    starts: u8,
    /// Whether the job has access to the vault.
    reads: bool,
    votes: People,
    /// The protected operation, whether its three days are over, who confirmed it.
    pending: Option<(Operation, bool, People)>,
    /// The promises that were broken on the way.
    broken: Vec<&'static str>,
}

type Kept = fn(&Plane, &World) -> bool;

/// The eleven invariants of the design, then what else this function promises.
pub(super) const PROMISES: [(&str, Kept); 14] = [
    ("four eyes for this request", |_, world| world.has_kept("four eyes for this request")),
    ("contacts", |_, world| world.has_kept("contacts")),
    ("proof of the site", |_, world| world.has_kept("proof of the site")),
    ("cool-down", |_, world| world.has_kept("cool-down")),
    ("reads only while active and running", |_, world| {
        let is_running = world.is(RequestStatus::Running) && world.connection().status == ConnectionStatus::Active;
        !world.history.reads || is_running
    }),
    ("reads bound to generation and standby", |_, world| {
        !world.is(RequestStatus::Running) || world.is_bound_as_opened()
    }),
    ("one start for an unlock", |_, world| world.history.starts <= 1 && world.has_kept("one start for an unlock")),
    ("binding", |_, world| {
        let (status, bound) = (world.connection().status, world.connection().bound.is_some());
        let fits = match status {
            ConnectionStatus::Active => bound,
            ConnectionStatus::Issued | ConnectionStatus::Revoked => !bound,
            ConnectionStatus::Suspended => true,
        };
        fits && world.has_kept("binding")
    }),
    ("no open request on a dead connection", |_, world| {
        let is_dead = matches!(world.connection().status, ConnectionStatus::Issued | ConnectionStatus::Revoked);
        !is_dead || world.request().is_none_or(|request| !request.status.is_open())
    }),
    ("an unlocked request belongs to the current binding", |_, world| {
        world.request().is_none_or(|request| !request.status.is_vouched()) || world.is_bound_as_opened()
    }),
    ("suspension is left by its ways alone", |_, world| world.has_kept("suspension is left by its ways alone")),
    ("enough voices resume", |_, world| world.has_kept("enough voices resume")),
    ("protected operations are", |_, world| world.has_kept("protected operations are")),
    ("only a proven recovery is done", |_, world| world.has_kept("only a proven recovery is done")),
];

impl World {
    fn has_kept(&self, promise: &str) -> bool {
        !self.history.broken.contains(&promise)
    }

    pub(super) fn is(&self, status: RequestStatus) -> bool {
        self.request().is_some_and(|request| request.status == status)
    }

    fn is_bound_as_opened(&self) -> bool {
        let connection = self.connection();
        let standby = connection.bound.as_ref().map(|bound| (connection.generation, bound.cloud.clone()));
        standby == self.history.opened_for
    }
}

impl History {
    pub(super) fn wait(&mut self, hours: i64, plane: &Plane) {
        self.approved_today = People::default();
        self.unlocked_today = false;
        // A denial makes the wait a day longer.
        let longest = plane.policy.cool_down_at(super::super::sample::hours(plane.age)).as_hours() / 24 + 1;
        self.ready = self.ready.map(|days| (days + hours / 24).min(longest));
        if hours >= 72 {
            self.pending.iter_mut().for_each(|(_, over, _)| *over = true);
        }
    }

    /// Takes note of an accepted event.
    pub(super) fn record(&mut self, before: &State, event: &Event, done: &Transition, plane: &Plane) {
        let (connection, request) = (before.connection.as_ref().unwrap(), before.request.as_ref());
        let after = done.state.connection.as_ref().unwrap();
        self.access(&done.effects);
        self.note(before, connection, request, event);
        self.judge_suspension(connection, after, event);
        self.judge_protection(request, connection, after, event, plane);
        if let Event::Activate(activation) = event {
            self.judge_binding(connection, after, activation);
        }
        if let (Some(request), Some(next)) = (request, &done.state.request) {
            if next.status == RequestStatus::Unlocked && request.status != RequestStatus::Unlocked {
                self.judge_unlock(before, request, plane);
            }
            if next.status == RequestStatus::Done && *event != (Event::JobDone { proven: true }) {
                self.breaks("only a proven recovery is done");
            }
            if !next.status.is_open() {
                self.forget_request();
            }
        }
        if self.ready.is_none() && self.is_ready(request, plane) {
            self.ready = Some(0);
        }
    }

    fn access(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::StartJob | Effect::ResumeJob => self.reads = true,
                Effect::PauseJob | Effect::EndJob | Effect::DropKeys => self.reads = false,
                Effect::ShowToken | Effect::Tell(_) | Effect::TokenReused => {}
            }
        }
    }

    /// What people said, as far as they were entitled to say it.
    fn note(&mut self, before: &State, connection: &Connection, request: Option<&Request>, event: &Event) {
        let is_contact = |by: PersonId| before.contacts.iter().any(|contact| contact.person == by);
        let counts = |by: PersonId| {
            let old = before.contacts.iter().any(|it| it.person == by && it.registered <= start() - hours(7 * 24));
            old && !connection.banned.contains(&by)
        };
        let requester = request.map(|request| request.requester);
        let this = shown(before);
        match event {
            Event::Open(_) => {
                self.forget_request();
                let standby = connection.bound.as_ref().map(|bound| bound.cloud.clone());
                self.opened_for = standby.map(|standby| (connection.generation, standby));
            }
            Event::Approve { by, seen, .. } if *seen == this && Some(*by) != requester && !is_contact(*by) => {
                self.approved.add(*by);
                self.approved_today.add(*by);
            }
            Event::Deny { by, .. } => {
                self.approved.remove(*by);
                self.approved_today.remove(*by);
                self.denied.add(*by);
            }
            Event::Confirm { by, seen } if *seen == this && (Some(*by) == requester || counts(*by)) => {
                self.confirmed.add(*by);
            }
            Event::ProveSite { seen, .. } if *seen == this => self.proven = true,
            Event::Start { .. } => {
                self.starts += 1;
                if !self.unlocked_today {
                    self.breaks("one start for an unlock");
                }
            }
            Event::Suspend { .. } | Event::Veto { .. } if connection.status != ConnectionStatus::Suspended => {
                self.votes = People::default();
            }
            Event::Activate(_) => self.votes = People::default(),
            Event::VoteResume { by } => {
                let suspender = connection.suspension.as_ref().and_then(|suspension| suspension.by);
                if counts(*by) && suspender != Some(*by) {
                    self.votes.add(*by);
                }
            }
            Event::Ask { operation, .. } => self.pending = Some((*operation, false, People::default())),
            Event::CancelPending { by, from_source } if *from_source || is_contact(*by) => self.pending = None,
            Event::ConfirmPending { by } if counts(*by) => {
                self.pending.iter_mut().for_each(|(_, _, confirmed)| confirmed.add(*by));
            }
            _ => {}
        }
    }

    fn is_ready(&self, request: Option<&Request>, plane: &Plane) -> bool {
        request.is_some_and(|request| {
            let support = self.approved.count() >= plane.policy.support_approvals.min(1);
            self.proven && self.has_contacts(request, plane) && support
        })
    }

    fn has_contacts(&self, request: &Request, plane: &Plane) -> bool {
        let contacts = self.confirmed.without(request.requester).count();
        let requester = !plane.policy.requester_confirms || self.confirmed.has(request.requester);
        requester && contacts >= plane.policy.contact_confirmations
    }

    fn judge_unlock(&mut self, before: &State, request: &Request, plane: &Plane) {
        let policy = &plane.policy;
        self.unlocked_today = true;
        let days = policy.cool_down_at(hours(plane.age)).as_hours() / 24 + i64::from(self.denied.count());
        let others = before.contacts.iter().filter(|contact| contact.person != request.requester);
        let everybody = others.clone().count() >= 3 && others.clone().all(|it| self.confirmed.has(it.person));
        let verdicts = [
            ("four eyes for this request", self.approved_today.count() >= policy.support_approvals),
            ("contacts", self.has_contacts(request, plane)),
            ("proof of the site", self.proven || policy.proofs == 0),
            ("cool-down", everybody || self.ready.is_some_and(|ready| ready >= days)),
        ];
        verdicts.into_iter().filter(|(_, kept)| !kept).for_each(|(promise, _)| self.breaks(promise));
    }

    fn judge_binding(&mut self, before: &Connection, after: &Connection, activation: &Activation) {
        let rightful = activation.token_fits && activation.url_fits && activation.administrator_proven;
        let is_new = after.bound.as_ref().map(|bound| &bound.cloud) != before.bound.as_ref().map(|bound| &bound.cloud);
        let replaced = before.status != ConnectionStatus::Issued || before.upkeep.awaited;
        if is_new && (!rightful || activation.cloud == before.source_cloud || replaced) {
            self.breaks("binding");
        }
        if after.status == ConnectionStatus::Suspended && !activation.token_fits {
            self.breaks("binding");
        }
    }

    fn judge_suspension(&mut self, before: &Connection, after: &Connection, event: &Event) {
        let is_revived = before.status == ConnectionStatus::Revoked && after.status != ConnectionStatus::Revoked;
        let is_left = before.status == ConnectionStatus::Suspended && after.status != ConnectionStatus::Suspended;
        let is_way = matches!(event, Event::Resume { .. } | Event::ConfirmPending { .. } | Event::GraceOver);
        if is_revived || is_left && !is_way {
            self.breaks("suspension is left by its ways alone");
        }
        if let Event::Resume { by, from_source } = event {
            let others = if *from_source { self.votes.without(*by) } else { self.votes };
            if others.count() < if *from_source { 1 } else { 2 } {
                self.breaks("enough voices resume");
            }
            let suspender = before.suspension.as_ref().filter(|suspension| suspension.by_contact).and_then(|it| it.by);
            if suspender.is_some_and(|suspender| !after.banned.contains(&suspender)) {
                self.breaks("enough voices resume");
            }
        }
        if is_left {
            self.votes = People::default();
        }
    }

    /// A reset or a revocation took effect: by contacts while nobody had vouched, or after three days without a request.
    fn judge_protection(
        &mut self,
        request: Option<&Request>,
        before: &Connection,
        after: &Connection,
        event: &Event,
        plane: &Plane,
    ) {
        let revoked = after.status == ConnectionStatus::Revoked && before.status != ConnectionStatus::Revoked;
        if !revoked && after.generation == before.generation {
            return;
        }
        let is_vouched = request.is_some_and(|request| request.status.is_vouched());
        let is_open = request.is_some_and(|request| request.status.is_open());
        let kept = match (&self.pending, event) {
            (Some((_, over, _)), Event::GraceOver) => *over && !is_open,
            (Some((_, _, confirmed)), Event::ConfirmPending { .. }) => {
                !is_vouched && confirmed.count() >= plane.policy.contact_confirmations.max(1)
            }
            _ => false,
        };
        if !kept {
            self.breaks("protected operations are");
        }
        self.pending = None;
    }

    fn forget_request(&mut self) {
        let (reads, votes, pending) = (self.reads, self.votes, self.pending);
        let broken = std::mem::take(&mut self.broken);
        *self = Self { reads, votes, pending, broken, ..Self::default() };
    }

    fn breaks(&mut self, promise: &'static str) {
        if !self.broken.contains(&promise) {
            self.broken.push(promise);
        }
    }
}
