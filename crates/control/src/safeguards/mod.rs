//! What guards the recovery of a source: its policy and its recovery contacts, and how they may change.
//!
//! They belong to the source, not to one connection: whoever could make a second connection under a policy of their own would
//! need nobody. A change that makes a recovery easier, or that takes a contact away, is a protected operation like a reset:
//! contacts confirm it, or three days pass in which nobody objects, and it is frozen while a request is open. What makes a
//! recovery harder applies at once, as long as any one contact and any one supporter can still be missing; otherwise it could
//! lock everybody out, and is protected too. Nothing at all changes under an open request.
//!
//! A new contact counts after a week. Until then a contact or source administrator can strike them off, so that nobody fills
//! the list with their own names.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::Actor;
use crate::connection::Contact;
use crate::connection::decide::{GRACE, SEASONING};
use crate::id::PersonId;
use crate::policy::Policy;

/// More people than this are not asked in an emergency: each of them can stop a recovery.
pub const MOST_CONTACTS: usize = 7;

/// The policy and the contacts of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safeguards {
    /// What it takes to unlock a recovery.
    pub policy: Policy,
    /// Who is asked in an emergency.
    pub contacts: Vec<Contact>,
    /// A change that waits.
    pub pending: Option<PendingChange>,
}

/// A change that waits for contacts or for time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingChange {
    /// What shall change.
    pub change: Change,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked: Timestamp,
    /// The contacts that agreed.
    pub confirmed_by: Vec<PersonId>,
}

/// A change that may need others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Another policy.
    Policy(Policy),
    /// A contact less.
    Remove(PersonId),
}

/// Something that happens to safeguards. That `by` administers the source is checked where people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SafeguardEvent {
    /// A source administrator names a contact.
    AddContact {
        /// Who.
        by: PersonId,
        /// The contact.
        person: PersonId,
    },
    /// A contact or source administrator strikes off somebody who does not count yet.
    StrikeOff {
        /// Who.
        by: PersonId,
        /// Whether they administer the source.
        from_source: bool,
        /// The newcomer.
        person: PersonId,
    },
    /// A source administrator wants a change.
    Ask {
        /// Who.
        by: PersonId,
        /// What.
        change: Change,
        /// Whether they proved again who they are.
        signed_in_again: bool,
    },
    /// A contact or source administrator objects.
    Object {
        /// Who.
        by: PersonId,
        /// Whether they administer the source.
        from_source: bool,
    },
    /// A contact agrees.
    Confirm {
        /// Who.
        by: PersonId,
    },
    /// Nobody may have objected for three days.
    GraceOver,
}

impl SafeguardEvent {
    /// What the audit log calls it.
    pub fn action(&self) -> &'static str {
        match self {
            Self::AddContact { .. } => "contact.add",
            Self::StrikeOff { .. } => "contact.strike-off",
            Self::Ask { change: Change::Policy(_), .. } => "policy.change",
            Self::Ask { change: Change::Remove(_), .. } => "contact.remove",
            Self::Object { .. } => "safeguard.object",
            Self::Confirm { .. } => "safeguard.confirm",
            Self::GraceOver => "safeguard.apply",
        }
    }

    /// Who the audit log says did it.
    pub fn actor(&self) -> Actor {
        match self {
            Self::AddContact { by, .. }
            | Self::StrikeOff { by, .. }
            | Self::Ask { by, .. }
            | Self::Object { by, .. }
            | Self::Confirm { by } => Actor::Person(*by),
            Self::GraceOver => Actor::Lifeboat,
        }
    }
}

/// What else matters.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Whether a recovery request is open over any connection of the source.
    pub request_open: bool,
    /// Contacts barred on any of them.
    pub banned: &'a [PersonId],
    /// How many supporters there are.
    pub supporters: usize,
    /// What time it is.
    pub now: Timestamp,
}

/// Why safeguards stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Kept {
    /// Nothing changes under a request.
    #[error("a recovery request is open; what guards it changes when it has ended")]
    RequestOpen,
    /// One change after the other.
    #[error("another change waits already; confirm it, or object to it first")]
    Pending,
    /// There is none.
    #[error("no change waits")]
    NothingPending,
    /// The person must prove again who they are.
    #[error("sign in again first")]
    SignInAgain,
    /// Not registered.
    #[error("the person is no recovery contact of the source")]
    NotAContact,
    /// Registered already.
    #[error("the person is a recovery contact already")]
    AlreadyAContact,
    /// The list is full.
    #[error("there are 7 recovery contacts already, which is the most")]
    TooMany,
    /// Registered too lately.
    #[error("the recovery contact was registered less than 7 days ago")]
    TooNew,
    /// Whoever counts can only be removed.
    #[error("the recovery contact counts already; ask for their removal")]
    Seasoned,
    /// Suspended a connection, and that was not reviewed yet.
    #[error("the recovery contact may not act until their suspension was reviewed")]
    Banned,
    /// The same person again.
    #[error("the same person did this before, or asked for it")]
    SamePerson,
    /// Too few would be left.
    #[error("too few recovery contacts would be left to unlock a recovery; name another one first, and wait 7 days")]
    TooFewLeft,
    /// Nobody could ever meet it.
    #[error("no request could be unlocked under this policy")]
    Unsatisfiable,
    /// Not yet.
    #[error("the time for it has not come")]
    TooEarly,
}

impl Safeguards {
    /// A source without contacts under a policy.
    pub fn new(policy: Policy) -> Self {
        Self { policy, contacts: vec![], pending: None }
    }

    /// What becomes of them when `event` happens; everybody concerned is told of every change.
    pub fn after(&self, event: &SafeguardEvent, around: Circumstances<'_>) -> Result<Self, Kept> {
        match event {
            SafeguardEvent::AddContact { person, .. } => self.add(*person, around),
            SafeguardEvent::StrikeOff { by, from_source, person } => {
                self.strike_off(*by, *from_source, *person, around)
            }
            SafeguardEvent::Ask { by, change, signed_in_again } => self.ask(*by, change, *signed_in_again, around),
            SafeguardEvent::Object { by, from_source } => self.object(*by, *from_source),
            SafeguardEvent::Confirm { by } => self.confirm(*by, around),
            SafeguardEvent::GraceOver => self.grace_over(around),
        }
    }

    /// What follows of itself now.
    pub fn due(&self, around: Circumstances<'_>) -> Option<SafeguardEvent> {
        self.grace_over(around).is_ok().then_some(SafeguardEvent::GraceOver)
    }

    fn add(&self, person: PersonId, around: Circumstances<'_>) -> Result<Self, Kept> {
        require(self.contact(person).is_err(), Kept::AlreadyAContact)?;
        require(self.contacts.len() < MOST_CONTACTS, Kept::TooMany)?;
        let mut next = self.clone();
        next.contacts.push(Contact { person, registered: around.now });
        Ok(next)
    }

    fn strike_off(
        &self,
        by: PersonId,
        from_source: bool,
        person: PersonId,
        around: Circumstances<'_>,
    ) -> Result<Self, Kept> {
        require(from_source || self.voice(by, around).is_ok(), Kept::NotAContact)?;
        require(!is_seasoned(self.contact(person)?, around), Kept::Seasoned)?;
        Ok(self.without(person))
    }

    fn ask(
        &self,
        by: PersonId,
        change: &Change,
        signed_in_again: bool,
        around: Circumstances<'_>,
    ) -> Result<Self, Kept> {
        require(signed_in_again, Kept::SignInAgain)?;
        require(self.pending.is_none(), Kept::Pending)?;
        self.require_possible(change, around)?;
        if self.takes_nothing_away(change, around) {
            require(!around.request_open, Kept::RequestOpen)?;
            return Ok(self.changed(change));
        }
        let pending = PendingChange { change: change.clone(), asked_by: by, asked: around.now, confirmed_by: vec![] };
        Ok(Self { pending: Some(pending), ..self.clone() })
    }

    fn require_possible(&self, change: &Change, around: Circumstances<'_>) -> Result<(), Kept> {
        match change {
            Change::Policy(policy) => require(policy.is_satisfiable(), Kept::Unsatisfiable),
            Change::Remove(person) => {
                self.contact(*person)?;
                let left = self.without(*person).seasoned(around);
                let needed = self.policy.contact_confirmations.max(u32::from(!self.policy.contacts_optional));
                require(left >= needed as usize, Kept::TooFewLeft)
            }
        }
    }

    fn takes_nothing_away(&self, change: &Change, around: Circumstances<'_>) -> bool {
        match change {
            Change::Policy(policy) => {
                let spares = policy.spares_anybody(self.seasoned(around), around.supporters);
                policy.is_as_strong_as(&self.policy) && spares
            }
            Change::Remove(_) => false,
        }
    }

    fn object(&self, by: PersonId, from_source: bool) -> Result<Self, Kept> {
        self.waiting()?;
        require(from_source || self.contact(by).is_ok(), Kept::NotAContact)?;
        Ok(Self { pending: None, ..self.clone() })
    }

    fn confirm(&self, by: PersonId, around: Circumstances<'_>) -> Result<Self, Kept> {
        let pending = self.waiting()?;
        self.voice(by, around)?;
        let is_concerned = pending.change == Change::Remove(by);
        let has_spoken = pending.asked_by == by || pending.confirmed_by.contains(&by);
        require(!is_concerned && !has_spoken, Kept::SamePerson)?;
        let earlier = pending.confirmed_by.iter().filter(|&&contact| self.voice(contact, around).is_ok());
        let enough = earlier.count() + 1 >= self.policy.contact_confirmations.max(1) as usize;
        if enough && !around.request_open {
            return self.applied(pending, around);
        }
        let mut next = self.clone();
        next.pending.iter_mut().for_each(|pending| pending.confirmed_by.push(by));
        Ok(next)
    }

    fn grace_over(&self, around: Circumstances<'_>) -> Result<Self, Kept> {
        let pending = self.waiting()?;
        require(!around.request_open, Kept::RequestOpen)?;
        require(around.now >= pending.asked + GRACE, Kept::TooEarly)?;
        self.applied(pending, around)
    }

    /// What was possible when it was asked for may not be any more.
    fn applied(&self, pending: &PendingChange, around: Circumstances<'_>) -> Result<Self, Kept> {
        self.require_possible(&pending.change, around)?;
        Ok(Self { pending: None, ..self.changed(&pending.change) })
    }

    fn changed(&self, change: &Change) -> Self {
        match change {
            Change::Policy(policy) => Self { policy: policy.clone(), ..self.clone() },
            Change::Remove(person) => self.without(*person),
        }
    }

    fn without(&self, person: PersonId) -> Self {
        let mut next = self.clone();
        next.contacts.retain(|contact| contact.person != person);
        next
    }

    fn waiting(&self) -> Result<&PendingChange, Kept> {
        self.pending.as_ref().ok_or(Kept::NothingPending)
    }

    fn contact(&self, person: PersonId) -> Result<&Contact, Kept> {
        self.contacts.iter().find(|contact| contact.person == person).ok_or(Kept::NotAContact)
    }

    /// Requires a contact whose word counts.
    fn voice(&self, person: PersonId, around: Circumstances<'_>) -> Result<(), Kept> {
        let contact = self.contact(person)?;
        require(!around.banned.contains(&person), Kept::Banned)?;
        require(is_seasoned(contact, around), Kept::TooNew)
    }

    fn seasoned(&self, around: Circumstances<'_>) -> usize {
        self.contacts.iter().filter(|contact| is_seasoned(contact, around)).count()
    }
}

fn is_seasoned(contact: &Contact, around: Circumstances<'_>) -> bool {
    contact.registered + SEASONING <= around.now
}

fn require(holds: bool, kept: Kept) -> Result<(), Kept> {
    if holds { Ok(()) } else { Err(kept) }
}

#[cfg(test)]
mod tests;
