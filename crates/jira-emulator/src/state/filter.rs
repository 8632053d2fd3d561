//! Saved searches.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{AccountId, RawJson};

/// A filter.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Id.
    pub id: u64,
    /// Name, unique for each owner.
    pub name: Arc<str>,
    /// Description.
    pub description: Option<Arc<str>>,
    /// Owner.
    pub owner: AccountId,
    /// Query.
    pub jql: Arc<str>,
    /// Who may see it, each as its JSON (`{"id":…,"type":"global"}`).
    pub share_permissions: Vec<RawJson>,
    /// Who may edit it.
    pub edit_permissions: Vec<RawJson>,
    /// Who has it among their favourites.
    pub favourite_of: BTreeSet<AccountId>,
    /// Columns by field id; none means the site's default.
    pub columns: Option<Vec<Arc<str>>>,
}
