//! Connections in words.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::client::views::{Connection, Pending, Person, Suspension};

/// A connection as one line.
pub(super) fn line(connection: &Connection) -> String {
    let standby = connection.standby.as_ref().map_or("(not activated)", |standby| &standby.name);
    let lock = if connection.locked { "locked" } else { "unlocked" };
    let Connection { name, shown_status, source, .. } = connection;
    format!("{name:32} {shown_status:19} {lock:9} {} -> {standby}\n", source.name)
}

/// A connection on several lines.
pub(super) fn whole(connection: &Connection) -> String {
    let mut text = line(connection);
    // Writing to a string cannot fail.
    let kind = if connection.kind == "cross-site" { "cross-site connection" } else { "disaster recovery connection" };
    let _ = writeln!(text, "  {kind}, made by {} at {}", connection.made_by.email, time(connection.made));
    if let (Some(by), Some(at)) = (&connection.activated_by, connection.activated) {
        let _ = writeln!(text, "  activated by {} at {}", by.email, time(at));
    }
    text.push_str(&token(connection));
    if let Some(pending) = &connection.pending {
        text.push_str(&waiting(connection, pending));
    }
    if let Some(suspension) = &connection.suspension {
        text.push_str(&stopped(suspension));
    }
    if !connection.barred.is_empty() {
        let _ = writeln!(text, "  barred until reviewed: {}", addresses(&connection.barred));
    }
    if let Some(request) = &connection.request {
        let _ = writeln!(text, "  last recovery request: {request}");
    }
    for need in &connection.needs {
        let _ = writeln!(text, "  still needs {need}");
    }
    text
}

fn token(connection: &Connection) -> String {
    let token = &connection.token;
    if token.awaited {
        return format!("  a new token waits: lifeboat connection token \"{}\"\n", connection.name);
    }
    let mut text = format!("  token {} (number {})", token.id, token.generation + 1);
    if let Some(checked) = token.checked {
        let _ = write!(text, ", checked {}", time(checked));
    }
    if let Some(due) = token.check_due {
        let _ = write!(text, ", to be checked by {}", time(due));
    }
    if let Some(expires) = token.expires {
        let _ = write!(text, ", good until {}", time(expires));
    }
    text + "\n"
}

/// What waits, and what can be done about it.
pub(super) fn waiting(connection: &Connection, pending: &Pending) -> String {
    let what = match (pending.operation.as_str(), &pending.person) {
        ("reset", _) => "a new token".to_owned(),
        ("revoke", _) => "its end".to_owned(),
        (_, Some(person)) => format!("the end of {}'s ban", person.email),
        (other, None) => other.to_owned(),
    };
    let mut text = format!("  {} asked for {what} at {}", pending.asked_by.email, time(pending.asked));
    if !pending.confirmed_by.is_empty() {
        let _ = write!(text, ", confirmed by {}", addresses(&pending.confirmed_by));
    }
    let _ = writeln!(text, ": happens at {} unless somebody objects", time(pending.applies));
    let name = &connection.name;
    let _ =
        writeln!(text, "  contacts: lifeboat connection confirm \"{name}\", or lifeboat connection object \"{name}\"");
    text
}

fn stopped(suspension: &Suspension) -> String {
    let by = suspension.by.as_ref().map_or("Lifeboat, because its token was used from a second site", |by| &by.email);
    let mut text = format!("  stopped at {} by {by}", time(suspension.at));
    if !suspension.votes.is_empty() {
        let _ = write!(text, "; wanted back by {}", addresses(&suspension.votes));
    }
    text + "\n"
}

/// A token that is shown this once.
pub(super) fn shown(token: &str, source_url: &str) -> String {
    format!(
        "\n  Recovery token  {token}\n  Source site     {source_url}\n\n\
         The token will not be shown again. Keep it in a password manager together with the source site's URL.\n"
    )
}

/// What is said of a connection that was activated.
pub(super) fn activated(name: &str, standby: &str) -> String {
    format!(
        "Connection \"{name}\" is Active on {standby}, and locked: nothing can be recovered before it is verified.\n\
         Next: lifeboat verification request \"{name}\"\n"
    )
}

fn addresses(people: &[Person]) -> String {
    people.iter().map(|person| person.email.as_str()).collect::<Vec<_>>().join(", ")
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
