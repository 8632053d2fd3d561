//! What people are told, as values: e-mail, webhook and page say the same words.
//!
//! A transition says who is told ([`Effect::Tell`]); [`notices`] says what. Where the person it goes to can stop what it tells
//! of, the notice ends with [`STOP_LINK`], which the sender replaces by that person's own link ([`stop_for`], then
//! [`StopLink`](crate::stop_link::StopLink)). No secret and no text of an issue is ever in one.

use crate::connection::{Audience, Connection, ConnectionStatus, Effect, Event, Operation, RequestStatus, State};
use crate::digest::RequestDigest;
use crate::stop_link::Stop;

/// Stands for the recipient's own Stop link.
pub const STOP_LINK: &str = "{stop-link}";

/// The names that people know things by; ids are all that a state has.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The source's site.
    pub source: &'a str,
    /// The standby's site, if there is one.
    pub standby: Option<&'a str>,
    /// Whoever did it; nobody where Lifeboat did.
    pub actor: Option<&'a str>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who gets it.
    pub audience: Audience,
    /// One line without line ends.
    pub subject: String,
    /// The text, line by line.
    pub lines: Vec<String>,
}

/// In which part somebody gets a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// As a recovery contact.
    Contact,
    /// As an administrator of the source.
    SourceAdministrator,
    /// As an administrator of the standby.
    StandbyAdministrator,
    /// As a supporter.
    Supporter,
}

/// What there is to tell after an event that had these effects, whether it was accepted or refused.
pub fn notices(event: &Event, after: &State, effects: &[Effect], names: Names<'_>) -> Vec<Notice> {
    let Some(connection) = &after.connection else { return vec![] };
    let reused = effects.contains(&Effect::TokenReused);
    let (what, mut lines) = if reused { reuse(after) } else { account(event, after, names) };
    let standby = names.standby.map_or_else(String::new, |standby| format!(" -> {standby}"));
    lines.insert(0, format!("Connection \"{}\": {}{standby}.", connection.name.as_str(), names.source));
    if let Some(actor) = names.actor {
        lines.insert(1, format!("Done by {actor}."));
    }
    if stop_for(Recipient::Contact, after).is_some() {
        lines.push(format!("If you did not expect this, stop it: {STOP_LINK}"));
    }
    let subject = one_line(&format!("{what}: {}", connection.name.as_str()));
    let lines: Vec<String> = lines.iter().map(|line| one_line(line)).collect();
    let audiences = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(audience) => Some(*audience),
        _ => None,
    });
    audiences.map(|audience| Notice { audience, subject: subject.clone(), lines: lines.clone() }).collect()
}

/// What the Stop link of a recipient stops, as things stand: the nearest thing they may stop.
pub fn stop_for(recipient: Recipient, state: &State) -> Option<Stop> {
    let connection = state.connection.as_ref().filter(|connection| connection.status != ConnectionStatus::Revoked)?;
    let is_open = state.request.as_ref().is_some_and(|request| request.status.is_open());
    let may_suspend = connection.status != ConnectionStatus::Suspended;
    let suspend = may_suspend.then_some(Stop::Suspend);
    let pending = connection.pending.is_some();
    match recipient {
        Recipient::Contact if is_open => Some(Stop::Veto),
        Recipient::Contact if pending => Some(Stop::Pending { from_source: false }),
        Recipient::SourceAdministrator if pending && !is_open => Some(Stop::Pending { from_source: true }),
        Recipient::Contact | Recipient::SourceAdministrator | Recipient::Supporter => suspend,
        Recipient::StandbyAdministrator => None,
    }
}

type Account = (&'static str, Vec<String>);

fn reuse(after: &State) -> Account {
    let connection = after.connection.as_ref().map(|connection| connection.status);
    let line = if connection == Some(ConnectionStatus::Suspended) {
        "The connection is suspended: nobody can say yet which of the two sites is the right one."
    } else {
        "Nothing was given to the second site, and what is under way goes on."
    };
    let next = "Somebody else has the token. Find out who, and reset it.";
    ("ALARM: the recovery token was used from a second site", said([line, next]))
}

fn account(event: &Event, after: &State, names: Names<'_>) -> Account {
    of_the_connection(event, after, names).unwrap_or_else(|| of_the_request(event, after))
}

fn of_the_connection(event: &Event, after: &State, names: Names<'_>) -> Option<Account> {
    let standby = names.standby.unwrap_or("the standby");
    let connection = after.connection.as_ref()?;
    Some(match event {
        Event::Create(_) => (
            "Recovery connection made",
            said(["Its token was shown once. You are asked to confirm when somebody wants to recover over it."]),
        ),
        Event::Activate(_) => {
            let line = format!("{standby} activated it. It is locked: nothing is recovered before people verified it.");
            ("Recovery connection activated", vec![line])
        }
        Event::Release { .. } => {
            ("Recovery connection released", said(["The standby is unbound; the token can be used again."]))
        }
        Event::Ask { operation, .. } => asked(connection, *operation),
        Event::CancelPending { .. } => ("Protected operation stopped", said(["Somebody objected. Nothing changed."])),
        Event::ConfirmPending { .. } | Event::GraceOver => applied(connection),
        Event::IssueToken { .. } => {
            ("New recovery token made", said(["It was shown once. The standby must activate again with it."]))
        }
        Event::Suspend { .. } => ("Recovery connection suspended", suspended()),
        Event::Resume { .. } => {
            ("Recovery connection taken up again", said(["Recoveries over it are possible again."]))
        }
        Event::RemindOfCheck => (
            "Please check your recovery token",
            said(["Paste it into Lifeboat to be sure that it is at hand. A check changes nothing."]),
        ),
        Event::WarnOfExpiry => ("Recovery token expires soon", vec![expiry(connection)]),
        Event::Deactivate { .. } => {
            ("Cross-site connection deactivated", said(["Nothing is pushed over it any more."]))
        }
        Event::CheckToken { .. } | Event::Rename { .. } | Event::VoteResume { .. } => {
            ("Recovery connection changed", vec![])
        }
        _ => return None,
    })
}

fn asked(connection: &Connection, operation: Operation) -> Account {
    if connection.upkeep.awaited {
        return applied(connection);
    }
    let what = match operation {
        Operation::Reset => "A reset of the recovery token was asked for",
        Operation::Revoke => "The end of the recovery connection was asked for",
        Operation::Reinstate(_) => "The end of a recovery contact's ban was asked for",
    };
    (what, said(["It takes effect when recovery contacts confirm it, or in 3 days if nobody objects."]))
}

fn applied(connection: &Connection) -> Account {
    match (connection.status, connection.upkeep.awaited) {
        (ConnectionStatus::Revoked, _) => {
            ("Recovery connection revoked", said(["It has ended for good. Make another one if you still need it."]))
        }
        (_, true) => (
            "Recovery token reset",
            said([
                "The old token is worthless and the standby is unbound. A source administrator must sign in and take the \
                   new token, which is shown once.",
            ]),
        ),
        _ => ("Protected operation done", vec![]),
    }
}

fn expiry(connection: &Connection) -> String {
    let when = connection.upkeep.expires.map_or_else(String::new, |expires| expires.to_string());
    format!("It activates nothing from {when} on. Reset it for a new one. What is active already stays active.")
}

fn suspended() -> Vec<String> {
    said([
        "A recovery that ran stands still, and reads nothing any more.",
        "Recovery contacts vote to take it up again; a source administrator and one vote are enough.",
    ])
}

fn of_the_request(event: &Event, after: &State) -> Account {
    let status = after.request.as_ref().map(|request| request.status);
    match event {
        Event::Open(_) => ("Recovery asked for", asked_for(after)),
        Event::Deny { .. } if status == Some(RequestStatus::Denied) => {
            ("Recovery denied", said(["Support said no. The request has ended."]))
        }
        Event::Deny { .. } => {
            ("Recovery doubted", said(["A supporter said no. The request waits a day longer; a second no ends it."]))
        }
        Event::Veto { .. } => ("Recovery stopped by a recovery contact", suspended()),
        Event::BeginCool => ("Recovery verified, waiting", said(["There is enough evidence; the cool-down runs."])),
        Event::Unlock => (
            "Recovery unlocked",
            said(["It can be started once, by the standby's administrator, while the unlock lives."]),
        ),
        Event::Start { .. } => ("Recovery started", said(["Data is being restored to the standby."])),
        Event::PauseJob { .. } => ("Recovery paused", vec![]),
        Event::ResumeJob { .. } => ("Recovery goes on", vec![]),
        Event::JobDone { .. } => {
            ("Recovery done", said(["What arrived was compared with the recovery point. See the report."]))
        }
        Event::RequestTimeout | Event::UnlockTimeout => {
            ("Recovery request expired", said(["It took too long. Ask again if the recovery is still needed."]))
        }
        Event::Cancel { .. } => ("Recovery request withdrawn", vec![]),
        _ => ("Recovery request changed", vec![]),
    }
}

/// All of what is asked for: nobody approves what they were not shown.
fn asked_for(after: &State) -> Vec<String> {
    let (Some(connection), Some(request)) = (&after.connection, &after.request) else { return vec![] };
    let scope = &request.scope;
    let point = scope.point.map_or_else(|| "the newest at the start".to_owned(), |point| point.to_string());
    let projects = if scope.projects.is_empty() { "the whole site".to_owned() } else { scope.projects.join(", ") };
    vec![
        format!("Recovery point: {point}. Scope: {projects}."),
        format!("From {} to {}.", scope.source_cloud, scope.standby_cloud),
        format!("Request {}: confirm or approve only this one.", RequestDigest::new(connection, request)),
    ]
}

fn said<const N: usize>(lines: [&str; N]) -> Vec<String> {
    lines.map(str::to_owned).to_vec()
}

/// A line cannot end early: what somebody typed must not become a header or another line.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests;
