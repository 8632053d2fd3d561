//! Configuration: what is on the standby, what will be made, what cannot be.

use serde_json::Value;
use site::{Object, SiteKind, Translation};

use super::report::{MissingUser, Plan};
use crate::objects::called;
use crate::scope::project_of;
use crate::{Recovery, Side, apply};

/// Decides about every object. What will be made is bound as if it were there, by its own key: later kinds refer to it.
pub(super) fn decide(
    recovery: &Recovery,
    source: &Side,
    standby: &mut Side,
    translation: &mut Translation,
    plan: &mut Plan,
) {
    for kind in recovery.kinds.configuration() {
        let mut objects = source.of(kind.name()).to_vec();
        kind.sort(&mut objects);
        for object in &objects {
            decide_object(recovery, kind, object, source, standby, translation, plan);
        }
    }
}

fn decide_object(
    recovery: &Recovery,
    kind: &'static dyn SiteKind,
    object: &Object,
    source: &Side,
    standby: &mut Side,
    translation: &mut Translation,
    plan: &mut Plan,
) {
    let name = kind.name();
    let identity = source.names.identity(name, &object.key).unwrap_or(&object.key).to_owned();
    if let Some(target) = standby.names.id(name, &identity) {
        plan.kind(name).matched += 1;
        apply::bind(translation, recovery, name, &object.key, target);
        return;
    }
    if out_of_scope(recovery, source, object) {
        plan.kind(name).skipped += 1;
        return;
    }
    if let Some(reason) = kind.cannot_create(object) {
        if name == "user" && !recovery.settings.people.map.contains_key(&object.key) {
            let name = object.body.get("displayName").and_then(Value::as_str).unwrap_or_default().to_owned();
            plan.users_missing.push(MissingUser { account: object.key.clone(), name });
        }
        plan.cannot(name, &reason, &called(object, &identity));
        return;
    }
    let translated = kind.translate(object, translation);
    for loss in &translated.losses {
        plan.losses.add(Some(kind), loss);
    }
    if let Some(reason) = translated.cannot {
        plan.cannot(name, &reason, &called(object, &identity));
        return;
    }
    plan.kind(name).create += 1;
    plan.losses.always(kind, 1);
    apply::bind(translation, recovery, name, &object.key, &object.key);
    standby.names.bind(name, object.key.clone(), identity);
}

fn out_of_scope(recovery: &Recovery, source: &Side, object: &Object) -> bool {
    let project = project_of(object).and_then(|id| source.get("project", &id).cloned());
    let key = project.as_ref().and_then(|project| project.body.get("key")?.as_str());
    key.is_some_and(|key| !recovery.settings.takes_project(key))
}
