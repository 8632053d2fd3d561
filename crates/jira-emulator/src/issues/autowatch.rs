//! Whoever makes an issue or comments on one watches it from then on, unless he does not want to.

use crate::state::{AccountId, SiteState};

/// The preference that turns it off for one account; unset, the site's setting counts.
const DISABLED: &str = "user.autowatch.disabled";

/// Lets an account watch an issue that it wrote to.
pub(crate) fn watch(state: &mut SiteState, account: &AccountId, issue: u64) {
    let preference = state.preferences.get(account).and_then(|preferences| preferences.get(DISABLED));
    let is_disabled = preference.map_or(!state.settings.autowatch, |value| value == "true");
    if is_disabled || !state.settings.watching {
        return;
    }
    if let Some(issue) = state.issues.get_mut(&issue) {
        issue.watchers.insert(account.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::state::Issue;

    #[test]
    fn the_preference_comes_before_the_setting_of_the_site() {
        let watches = |autowatch: bool, preference: Option<&str>| {
            let mut state = SiteState::default();
            state.settings.autowatch = autowatch;
            if let Some(value) = preference {
                let preferences = BTreeMap::from([(DISABLED.to_owned(), value.to_owned())]);
                state.preferences.insert("ann".into(), preferences);
            }
            state.issues.insert(1, Issue { id: 1, ..Issue::default() });
            watch(&mut state, &"ann".into(), 1);
            state.issues[&1].watchers.contains("ann")
        };
        assert!(watches(true, None) && watches(false, Some("false")));
        assert!(!watches(true, Some("true")) && !watches(false, None));
    }
}
