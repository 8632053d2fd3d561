//! Who may see a comment or worklog: a group or a project role.

use serde_json::{Value, json};

use crate::kind::KindName;
use crate::names::{Names, unnumbered};
use crate::translation::Translation;

/// The restriction in the standby's words. `Ok(None)`: there is none; `Err`: what is missing on the standby, so that the
/// text would become visible to others if it were written.
pub(crate) fn translate(body: &Value, translation: &Translation) -> Result<Option<Value>, String> {
    let Some(visibility) = body.get("visibility").filter(|visibility| visibility.is_object()) else { return Ok(None) };
    let missing = || format!("{} {}", kind_text(visibility), value_text(visibility));
    let (kind, source) = subject(visibility, &translation.source).ok_or_else(missing)?;
    let target = translation.target(kind, &source).ok_or_else(missing)?;
    let name = unnumbered(translation.standby.identity(kind, target).ok_or_else(missing)?);
    Ok(Some(match kind {
        "group" => json!({ "type": "group", "identifier": target, "value": name }),
        _ => json!({ "type": "role", "value": name, "identifier": name }),
    }))
}

/// The restriction by name, `null` when there is none.
pub(crate) fn normal(body: &Value, names: &Names) -> Value {
    let Some(visibility) = body.get("visibility").filter(|visibility| visibility.is_object()) else {
        return Value::Null;
    };
    let name = subject(visibility, names).and_then(|(kind, id)| names.identity(kind, &id)).map(unnumbered);
    json!({ "type": kind_text(visibility), "value": name.unwrap_or_else(|| value_text(visibility)) })
}

/// Kind and id of the group or role. Groups are told by their id, roles by their name only.
fn subject(visibility: &Value, names: &Names) -> Option<(KindName, String)> {
    let value = value_text(visibility);
    match kind_text(visibility) {
        "group" => {
            let known = |id: &&str| names.identity("group", id).is_some();
            let by_id = visibility.get("identifier").and_then(Value::as_str).filter(known);
            Some(("group", by_id.or_else(|| names.named("group", value))?.to_owned()))
        }
        "role" => Some(("project-role", names.named("project-role", value)?.to_owned())),
        _ => None,
    }
}

fn kind_text(visibility: &Value) -> &str {
    visibility.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn value_text(visibility: &Value) -> &str {
    visibility.get("value").and_then(Value::as_str).unwrap_or_default()
}
