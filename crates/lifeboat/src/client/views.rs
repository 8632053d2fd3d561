//! What the API answers, as far as texts and further requests need it. `--json` prints the answers themselves.

use anyhow::Result;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::problem::Trouble;

/// Reads an answer.
pub(crate) fn read<T: DeserializeOwned>(answer: &Value) -> Result<T> {
    Ok(T::deserialize(answer).map_err(|_| Trouble::strange())?)
}

/// Somebody.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// A member, with their role.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Member {
    #[serde(flatten)]
    pub(crate) person: Person,
    pub(crate) role: String,
    pub(crate) added: Timestamp,
}

/// A site, by name.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SiteRef {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) url: String,
}

/// A site.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Site {
    #[serde(flatten)]
    pub(crate) named: SiteRef,
    pub(crate) cloud_id: String,
    pub(crate) account: String,
}

/// A connection.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Connection {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) source: SiteRef,
    pub(crate) standby: Option<SiteRef>,
    pub(crate) status: String,
    pub(crate) shown_status: String,
    pub(crate) locked: bool,
    pub(crate) made_by: Person,
    pub(crate) made: Timestamp,
    pub(crate) activated_by: Option<Person>,
    pub(crate) activated: Option<Timestamp>,
    pub(crate) token: Token,
    pub(crate) pending: Option<Pending>,
    pub(crate) suspension: Option<Suspension>,
    pub(crate) barred: Vec<Person>,
    pub(crate) request: Option<String>,
    pub(crate) needs: Vec<String>,
}

/// What is known of a token.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) generation: u32,
    pub(crate) awaited: bool,
    pub(crate) checked: Option<Timestamp>,
    pub(crate) check_due: Option<Timestamp>,
    pub(crate) expires: Option<Timestamp>,
}

/// A protected operation that waits.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pending {
    pub(crate) operation: String,
    pub(crate) person: Option<Person>,
    pub(crate) asked_by: Person,
    pub(crate) asked: Timestamp,
    pub(crate) confirmed_by: Vec<Person>,
    pub(crate) applies: Timestamp,
}

/// Why a connection is suspended.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Suspension {
    pub(crate) by: Option<Person>,
    pub(crate) at: Timestamp,
    pub(crate) votes: Vec<Person>,
}

/// A token that is shown, once.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenShown {
    pub(crate) connection: Connection,
    pub(crate) token: String,
    pub(crate) source_url: String,
}

/// A recovery request.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) connection: String,
    pub(crate) connection_name: String,
    pub(crate) status: String,
    pub(crate) digest: String,
    pub(crate) requester: Person,
    pub(crate) opened: Timestamp,
    pub(crate) source: SiteRef,
    pub(crate) needs: Vec<String>,
}

/// A recovery contact.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Contact {
    pub(crate) person: Person,
    pub(crate) registered: Timestamp,
    pub(crate) counts: Timestamp,
}

/// What guards a source.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Safeguards {
    pub(crate) policy: Policy,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) pending: Option<SafeguardPending>,
}

/// A verification policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) support_approvals: u32,
    pub(crate) contact_confirmations: u32,
    pub(crate) requester_confirms: bool,
    pub(crate) proofs: u32,
    pub(crate) accepted_proofs: Vec<String>,
    pub(crate) passkeys: bool,
    pub(crate) cool_down: Vec<CoolDown>,
    pub(crate) unlock_hours: u32,
}

/// How long a request over a connection of an age waits.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoolDown {
    pub(crate) from_days: u32,
    pub(crate) hours: u32,
}

/// A change of what guards a source that waits.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SafeguardPending {
    pub(crate) policy: Option<Policy>,
    pub(crate) removal: Option<Person>,
    pub(crate) asked_by: Person,
    pub(crate) confirmed_by: Vec<Person>,
    pub(crate) applies: Timestamp,
}
