//! Who may do what: one table of roles and actions, which the code, the documentation and the tests all read.
//!
//! What the table does not allow is forbidden. It says what a role may ever do; whether the person administers the site in
//! question, or is a contact of it, is a fact of the case, and the transition functions ask for it. Start at [`may`].

use std::fmt::Write as _;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::policy::Policy;

/// What somebody is in an installation. A person has one role: four eyes need two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Answers for the installation: all that administrators do, and who has which role.
    Owner,
    /// Administers sites: makes and activates connections, asks for recoveries, starts them.
    Administrator,
    /// Keeps backups and recoveries going; decides nothing about connections.
    Operator,
    /// Reads the audit log and every status; changes nothing.
    Auditor,
    /// Is asked in an emergency.
    Contact,
    /// Verifies and approves requests of others; sees no content.
    Support,
    /// Leads the supporters.
    SupportLead,
}

impl Role {
    /// Every role, in the order of the table's columns.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::Administrator,
        Self::Operator,
        Self::Auditor,
        Self::Contact,
        Self::Support,
        Self::SupportLead,
    ];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
            Self::Contact => "contact",
            Self::Support => "support",
            Self::SupportLead => "support lead",
        }
    }

    /// Whether somebody of this role does what `other` is asked to do: owners act as administrators, leads as supporters.
    pub fn acts_as(self, other: Self) -> bool {
        self == other
            || matches!((self, other), (Self::Owner, Self::Administrator) | (Self::SupportLead, Self::Support))
    }
}

/// How sure it must be that it is them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assurance {
    /// Signed in.
    SignedIn,
    /// Signed in again a moment ago.
    SignedInAgain,
    /// Signed in again a moment ago, with a passkey where the policy asks for passkeys.
    Passkey,
}

/// For how long a repeated sign-in stands for the person.
pub const SIGNED_IN_AGAIN_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    /// What is done.
    pub action: Action,
    /// Its name in the documentation, the API and the audit log.
    pub name: &'static str,
    /// What it is, for people.
    pub what: &'static str,
    /// Who may.
    pub roles: &'static [Role],
    /// How sure it must be that it is them.
    pub assurance: Assurance,
}

/// Declares the actions and their table in one, so that neither can miss a row of the other.
macro_rules! table {
    ($($action:ident $name:literal $what:literal $roles:ident $assurance:ident)*) => {
        /// Everything that the product can do for somebody.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $what] $action),*
        }

        /// Who may do what.
        pub const TABLE: &[Permission] = &[$(Permission {
            action: Action::$action,
            name: $name,
            what: $what,
            roles: $roles,
            assurance: Assurance::$assurance,
        }),*];
    };
}

use Role::{Administrator, Auditor, Contact, Operator, Owner, Support, SupportLead};

const OWNERS: &[Role] = &[Owner];
const ADMINISTRATORS: &[Role] = &[Owner, Administrator];
const OPERATORS: &[Role] = &[Owner, Administrator, Operator];
const WATCHERS: &[Role] = &[Owner, Administrator, Operator, Auditor];
const AUDITORS: &[Role] = &[Owner, Auditor];
const CONTACTS: &[Role] = &[Contact];
const SUPPORTERS: &[Role] = &[Support, SupportLead];
const LEADERS: &[Role] = &[Owner, SupportLead];
const CONCERNED: &[Role] = &[Owner, Administrator, Operator, Auditor, Contact, Support, SupportLead];
const OBJECTORS: &[Role] = &[Owner, Administrator, Contact];
const STOPPERS: &[Role] = &[Owner, Administrator, Contact, Support, SupportLead];
const CONFIRMERS: &[Role] = &[Owner, Administrator, Contact];
const PROVERS: &[Role] = &[Owner, Administrator, Support, SupportLead];

table! {
    SiteRead "site.read" "See the sites, their health and coverage" WATCHERS SignedIn
    SiteAdd "site.add" "Add a site" ADMINISTRATORS SignedIn
    SiteChange "site.change" "Change a site's name, addresses and limits" ADMINISTRATORS SignedIn
    SiteRemove "site.remove" "Remove a site" ADMINISTRATORS SignedInAgain
    CredentialSet "credential.set" "Set or rotate a site's credentials; nobody can read them" ADMINISTRATORS SignedInAgain
    BackupRead "backup.read" "See backups and their progress" WATCHERS SignedIn
    BackupRun "backup.run" "Run, pause and stop a backup" OPERATORS SignedIn
    ScheduleChange "schedule.change" "Change when backups run" OPERATORS SignedIn
    RetentionChange "retention.change" "Change how long recovery points are kept" ADMINISTRATORS SignedInAgain
    PointRead "point.read" "See recovery points: times, counts, integrity" WATCHERS SignedIn
    PointContent "point.content" "Read what a recovery point holds, and compare two" OPERATORS SignedIn
    PointPin "point.pin" "Pin a recovery point, or let it go" OPERATORS SignedIn
    PointPrune "point.prune" "Prune recovery points" ADMINISTRATORS SignedInAgain
    ConnectionRead "connection.read" "See connections, their status and history" CONCERNED SignedIn
    ConnectionCreate "connection.create" "Make a connection and see its token, once" ADMINISTRATORS SignedInAgain
    ConnectionActivate "connection.activate" "Activate a connection by URL and token" ADMINISTRATORS SignedIn
    ConnectionRelease "connection.release" "Release a connection from its standby" ADMINISTRATORS SignedInAgain
    ConnectionRename "connection.rename" "Rename a connection" ADMINISTRATORS SignedIn
    ConnectionAsk "connection.ask" "Ask for a reset, a revocation, or the end of a ban" ADMINISTRATORS SignedInAgain
    ConnectionObject "connection.cancel-pending" "Object to a protected operation" OBJECTORS SignedIn
    ConnectionConfirm "connection.confirm-pending" "Confirm a protected operation" CONTACTS Passkey
    ConnectionIssueToken "connection.issue-token" "Take the token that a reset promised" ADMINISTRATORS SignedInAgain
    ConnectionCheckToken "connection.check-token" "Check that the token is still at hand" ADMINISTRATORS SignedIn
    ConnectionSuspend "connection.suspend" "Stop a connection" STOPPERS SignedIn
    ConnectionVote "connection.vote-resume" "Vote for taking a stopped connection up again" CONTACTS Passkey
    ConnectionResume "connection.resume" "Take a stopped connection up again" OBJECTORS SignedIn
    ConnectionDeactivate "connection.deactivate" "Deactivate a cross-site connection" ADMINISTRATORS SignedInAgain
    RequestRead "request.read" "See recovery requests and the evidence for them" CONCERNED SignedIn
    RequestOpen "request.open" "Ask for a recovery" ADMINISTRATORS SignedIn
    RequestConfirm "request.confirm" "Confirm a request by code" CONFIRMERS Passkey
    RequestProve "request.prove-site" "Prove or attest that the source is theirs" PROVERS SignedIn
    RequestApprove "request.approve" "Approve a request of somebody else" SUPPORTERS Passkey
    RequestDeny "request.deny" "Deny a request" SUPPORTERS Passkey
    RequestVeto "request.veto" "Stop a request" CONTACTS SignedIn
    RequestCancel "request.cancel" "Withdraw a request" ADMINISTRATORS SignedIn
    RecoveryRead "recovery.read" "See recoveries: phases, counts, time left" WATCHERS SignedIn
    RecoveryPlan "recovery.plan" "Plan a recovery, and see what it would do" OPERATORS SignedIn
    RecoveryStart "recovery.start" "Start an unlocked recovery" ADMINISTRATORS SignedInAgain
    RecoveryPause "recovery.pause" "Pause and resume a recovery" OPERATORS SignedIn
    RecoveryCancel "recovery.cancel" "Cancel a recovery and keep what it made" ADMINISTRATORS SignedIn
    RecoveryRemove "recovery.remove" "Take away what a recovery made" ADMINISTRATORS SignedInAgain
    RecoveryReport "recovery.report" "Read a recovery's failures and report" OPERATORS SignedIn
    ContactRead "contact.read" "See the recovery contacts of a source" CONCERNED SignedIn
    ContactAdd "contact.add" "Name a recovery contact" ADMINISTRATORS SignedInAgain
    ContactStrikeOff "contact.strike-off" "Strike off a recovery contact who does not count yet" OBJECTORS SignedIn
    ContactRemove "contact.remove" "Ask for the removal of a recovery contact" ADMINISTRATORS SignedInAgain
    PolicyRead "policy.read" "See the verification policy" CONCERNED SignedIn
    PolicyChange "policy.change" "Ask for another verification policy" OWNERS SignedInAgain
    SafeguardConfirm "safeguard.confirm" "Confirm a change of policy or contacts" CONTACTS Passkey
    SafeguardObject "safeguard.object" "Object to a change of policy or contacts" OBJECTORS SignedIn
    MemberRead "member.read" "See who has which role" WATCHERS SignedIn
    MemberChange "member.change" "Add and remove people, and give them roles" OWNERS SignedInAgain
    SupporterChange "supporter.change" "Add and remove supporters" LEADERS SignedInAgain
    SessionEnd "session.end" "See and end one's own sessions" CONCERNED SignedIn
    AuditRead "audit.read" "Read the audit log" WATCHERS SignedIn
    AuditExport "audit.export" "Export the audit log and its checkpoints" AUDITORS SignedIn
    SettingRead "setting.read" "See the settings" WATCHERS SignedIn
    SettingChange "setting.change" "Change the settings" OWNERS SignedInAgain
    NotificationChange "notification.change" "Change where messages and webhooks go" ADMINISTRATORS SignedInAgain
    ApiKeyOwn "api-key.own" "Make and revoke one's own API keys" OPERATORS SignedInAgain
    ApiKeyRevoke "api-key.revoke" "Revoke anybody's API key" OWNERS SignedIn
    JobRead "job.read" "See the queue of jobs" WATCHERS SignedIn
    JobControl "job.control" "Cancel and repeat jobs" OPERATORS SignedIn
    HealthRead "health.read" "See health and metrics in detail" WATCHERS SignedIn
}

/// What an action asks of whoever does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Within which time they must have signed in again.
    pub signed_in_within: Option<SignedDuration>,
    /// Whether it must have been with a passkey.
    pub passkey: bool,
}

impl Action {
    /// Its row.
    pub fn permission(self) -> &'static Permission {
        &TABLE[self as usize]
    }

    /// What it asks for under a policy.
    pub fn needs(self, policy: &Policy) -> Needed {
        let assurance = self.permission().assurance;
        let again = assurance != Assurance::SignedIn;
        Needed {
            signed_in_within: again.then_some(SIGNED_IN_AGAIN_WITHIN),
            passkey: policy.passkeys && assurance == Assurance::Passkey,
        }
    }
}

/// Whether somebody of this role may do this at all.
pub fn may(role: Role, action: Action) -> bool {
    action.permission().roles.contains(&role)
}

/// `docs/roles.md`: the table for people.
pub fn markdown() -> String {
    let mut text = String::from(INTRODUCTION);
    let titles: Vec<String> = Role::ALL.iter().map(|role| format!(" {} |", role.title())).collect();
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "\n| action | what |{} again |", titles.concat());
    let _ = writeln!(text, "| --- | --- |{} --- |", " :-: |".repeat(Role::ALL.len()));
    for permission in TABLE {
        let marks = Role::ALL.map(|role| if may(role, permission.action) { " x |" } else { "  |" });
        let again = match permission.assurance {
            Assurance::SignedIn => "",
            Assurance::SignedInAgain => "yes",
            Assurance::Passkey => "yes, passkey",
        };
        let _ = writeln!(text, "| `{}` | {} |{} {again} |", permission.name, permission.what, marks.concat());
    }
    text
}

const INTRODUCTION: &str = "\
<!-- Generated from the code: run `UPDATE_DOCS=1 cargo test -p control authority` to renew it. -->

# Who may do what

A person has one role, and what this table does not allow is forbidden. The last column says for what one must have signed in
again within the last 10 minutes; *passkey*: with a passkey, where the verification policy asks for passkeys (strict does). One
that was added less than 72 hours ago does not count for that.
Supporters see who asks for what, and the evidence; they never see the content of a recovery point. A role is not everything:
whoever acts for a site must administer that site, a contact must be registered for it, and nobody vouches for themselves.
";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::connection::Event;

    #[test]
    fn the_page_in_docs_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/roles.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, markdown()).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == markdown(), "docs/roles.md is not current: UPDATE_DOCS=1 cargo test -p control authority");
    }

    #[test]
    fn every_action_has_its_own_row_and_name() {
        let names: BTreeSet<&str> = TABLE.iter().map(|permission| permission.name).collect();
        assert_eq!(names.len(), TABLE.len());
        for permission in TABLE {
            assert_eq!(permission.action.permission().name, permission.name);
            assert!(!permission.roles.is_empty());
        }
    }

    #[test]
    fn supporters_contacts_and_auditors_see_no_content_and_change_no_site() {
        let forbidden = [
            Action::PointContent,
            Action::RecoveryReport,
            Action::RecoveryStart,
            Action::ConnectionCreate,
            Action::CredentialSet,
            Action::SiteAdd,
        ];
        for role in [Role::Support, Role::SupportLead, Role::Contact, Role::Auditor] {
            assert!(forbidden.iter().all(|&action| !may(role, action)), "{role:?}");
        }
    }

    #[test]
    fn nobody_can_both_ask_and_approve() {
        for role in Role::ALL {
            assert!(!(may(role, Action::RequestOpen) && may(role, Action::RequestApprove)), "{role:?}");
            assert!(!(may(role, Action::ConnectionAsk) && may(role, Action::ConnectionConfirm)), "{role:?}");
            assert!(!(may(role, Action::PolicyChange) && may(role, Action::SafeguardConfirm)), "{role:?}");
        }
    }

    #[test]
    fn an_auditor_only_reads() {
        let reads = |name: &str| {
            name.split_once('.').is_some_and(|(_, verb)| verb == "read")
                || ["audit.export", "session.end"].contains(&name)
        };
        let allowed = TABLE.iter().filter(|permission| may(Role::Auditor, permission.action));
        assert!(allowed.clone().count() > 10);
        assert!(allowed.map(|permission| permission.name).all(reads));
    }

    #[test]
    fn passkeys_are_for_whoever_vouches_and_only_where_the_policy_says_so() {
        let approve = Action::RequestApprove;
        assert!(approve.needs(&Policy::strict()).passkey);
        assert!(!approve.needs(&Policy::standard()).passkey);
        assert_eq!(approve.needs(&Policy::standard()).signed_in_within, Some(SIGNED_IN_AGAIN_WITHIN));
        assert_eq!(Action::SiteRead.needs(&Policy::strict()).signed_in_within, None);
        let vouching: Vec<&str> =
            TABLE.iter().filter(|it| it.assurance == Assurance::Passkey).map(|permission| permission.name).collect();
        assert_eq!(vouching.len(), 6);
    }

    #[test]
    fn what_a_transition_wants_signed_in_again_the_table_does_too() {
        let by = uuid::Uuid::nil().into();
        let release = Event::Release { by, signed_in_again: true };
        let deactivate = Event::Deactivate { by, signed_in_again: true };
        for action in [release.action(), deactivate.action(), "connection.ask", "connection.issue-token"] {
            let row = TABLE.iter().find(|permission| permission.name == action).unwrap();
            assert_ne!(row.assurance, Assurance::SignedIn, "{action}");
        }
    }

    #[test]
    fn owners_and_leads_stand_in_for_administrators_and_supporters_and_nobody_else_does() {
        let pairs = Role::ALL.iter().flat_map(|one| Role::ALL.iter().map(move |other| (*one, *other)));
        let standing_in: Vec<_> = pairs.filter(|(one, other)| one != other && one.acts_as(*other)).collect();
        assert_eq!(standing_in, [(Role::Owner, Role::Administrator), (Role::SupportLead, Role::Support)]);
    }
}
