//! JSON of objects that many answers embed.

use serde_json::{Value, json};

use crate::site::Site;
use crate::state::User;

/// An account as other objects show it. The address is there only if `viewer` may see it.
pub(crate) fn user(site: &Site, user: &User, viewer: Option<&str>) -> Value {
    let mut shown = json!({
        "self": site.link(&format!("/rest/api/3/user?accountId={}", encode(&user.account_id))),
        "accountId": user.account_id,
        "accountType": user.account_type,
        "avatarUrls": avatars(site, &format!("/avatar/{}", encode(&user.account_id))),
        "displayName": user.display_name,
        "active": user.active,
        "timeZone": user.time_zone,
    });
    if user.email_visible || viewer == Some(&*user.account_id) {
        shown["emailAddress"] = json!(user.email);
    }
    shown
}

/// The four sizes of an avatar.
pub(crate) fn avatars(site: &Site, path: &str) -> Value {
    let sizes = [("48x48", "48"), ("24x24", "24"), ("16x16", "16"), ("32x32", "32")];
    sizes.into_iter().map(|(name, size)| (name.to_owned(), json!(site.link(&format!("{path}?size={size}"))))).collect()
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
