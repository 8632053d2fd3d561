//! Accounts and groups.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::RawJson;

/// Atlassian account id; the same account has the same id on every site.
pub type AccountId = Arc<str>;

/// An account as the site sees it.
#[derive(Debug, Clone)]
pub struct User {
    /// Global id of the account.
    pub account_id: AccountId,
    /// `atlassian`, `app` or `customer`.
    pub account_type: Arc<str>,
    /// Name that is shown.
    pub display_name: Arc<str>,
    /// E-mail address.
    pub email: Arc<str>,
    /// Whether callers other than the account itself see the address.
    pub email_visible: bool,
    /// Whether the account is active; inactive ones cannot be assigned.
    pub active: bool,
    /// IANA time zone of the profile.
    pub time_zone: Arc<str>,
    /// User properties by key.
    pub properties: BTreeMap<String, RawJson>,
}

impl User {
    /// Whether issues can be assigned to it, in whichever project.
    pub fn is_assignable(&self) -> bool {
        self.active && &*self.account_type != "customer"
    }
}

/// A group of accounts.
#[derive(Debug, Clone)]
pub struct Group {
    /// Directory id, a UUID.
    pub id: Arc<str>,
    /// Name, unique on the site.
    pub name: Arc<str>,
    /// Accounts in the group.
    pub members: BTreeSet<AccountId>,
    /// Whether members administer the site.
    pub administers: bool,
}
