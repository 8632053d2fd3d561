//! OCSF 1.3, class API Activity (6003), for a SIEM.
//!
//! The names and numbers of classes, activities and statuses are those of the public schema (schema.ocsf.io), written down from
//! knowledge of it and not checked against a copy: what a SIEM makes of them is for its user to see.

use serde_json::{Value, json};

use crate::audit::{Actor, AuditEvent, Outcome, hex};

const API_ACTIVITY: u32 = 6003;
const APPLICATION_ACTIVITY: u32 = 6;

/// An event's line, with its line end.
pub fn ocsf_line(event: &AuditEvent) -> String {
    let happening = &event.happening;
    let activity = activity(&happening.action);
    let (status, status_id) = match happening.outcome {
        Outcome::Done => ("Success", 1),
        Outcome::Refused => ("Failure", 2),
    };
    let severity = if happening.outcome == Outcome::Refused { 2 } else { 1 };
    let (subject_kind, subject_id) = happening.subject.split_once('/').unwrap_or(("", &happening.subject));
    let value = json!({
        "class_uid": API_ACTIVITY,
        "class_name": "API Activity",
        "category_uid": APPLICATION_ACTIVITY,
        "category_name": "Application Activity",
        "activity_id": activity,
        "type_uid": API_ACTIVITY * 100 + activity,
        "time": happening.at.as_millisecond(),
        "severity_id": severity,
        "status": status,
        "status_id": status_id,
        "status_detail": happening.details.get("reason"),
        "actor": actor(happening.actor),
        "api": { "operation": happening.action, "service": { "name": "lifeboat" } },
        "resources": [{ "type": subject_kind, "uid": subject_id }],
        "metadata": {
            "version": "1.3.0",
            "product": { "name": "Lifeboat", "vendor_name": "Lifeboat" },
            "uid": format!("{}/{}", event.tenant, event.number),
            "tenant_uid": event.tenant,
            "sequence": event.number,
        },
        "unmapped": { "details": happening.details, "hash": hex::encode(&event.hash) },
    });
    format!("{value}\n")
}

/// Create, Read, Update, Delete or Other, by the verb of the action.
fn activity(action: &str) -> u32 {
    match action.rsplit('.').next().unwrap_or_default() {
        "create" | "add" | "open" | "issue-token" => 1,
        "read" | "export" | "check-token" => 2,
        "remove" | "delete" | "prune" | "deactivate" | "revoke" => 4,
        "start" | "done" | "remind-of-check" | "warn-of-expiry" => 99,
        _ => 3,
    }
}

fn actor(actor: Actor) -> Value {
    match actor {
        Actor::Person(person) => json!({ "user": { "uid": person, "type_id": 1 } }),
        Actor::Lifeboat => json!({ "app_name": "lifeboat" }),
        Actor::Unknown => json!({ "user": { "type_id": 0 } }),
    }
}
