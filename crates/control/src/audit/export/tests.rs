use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::audit::checkpoint::CheckpointSigner;
use crate::audit::{Actor, Happening};
use crate::testing::{Dice, long_tests};

fn tenant() -> TenantId {
    Uuid::from_u128(1).into()
}

fn happening(number: u64) -> Happening {
    let at = Timestamp::from_microsecond(1_800_000_000_000_000 + number as i64 * 1_000_003).unwrap();
    let actor = match number % 3 {
        0 => Actor::Lifeboat,
        1 => Actor::Unknown,
        _ => Actor::Person(Uuid::from_u128(u128::from(number)).into()),
    };
    let happening = match number % 4 {
        0 => Happening::refused(at, actor, "connection.activate", "connection/7", "the secret is wrong"),
        _ => Happening::done(at, actor, "connection.rename", "connection/7"),
    };
    happening.with("name", format!("=Fallback \"{number}\" – Köln")).with("policy", "strict")
}

fn log(length: u64) -> Vec<AuditEvent> {
    let mut events: Vec<AuditEvent> = vec![];
    for number in 1..=length {
        let head = events.last().map_or(AuditHead::EMPTY, AuditEvent::head);
        events.push(AuditEvent::following(tenant(), head, happening(number)));
    }
    events
}

fn export(events: &[AuditEvent]) -> String {
    events.iter().map(|event| json_line(event).unwrap()).collect()
}

fn checkpoint(event: &AuditEvent) -> Checkpoint {
    CheckpointSigner::from_seed(&[7; 32]).sign(tenant(), event.head(), event.happening.at)
}

#[test]
fn an_export_is_checked_to_its_end_with_and_without_checkpoints() {
    let events = log(20);
    let head = events[19].head();
    assert_eq!(check(tenant(), &export(&events), &[]), Ok(head));
    let known: Vec<Checkpoint> = [4, 9, 19].iter().map(|&at| checkpoint(&events[at])).collect();
    assert_eq!(check(tenant(), &export(&events), &known), Ok(head));
    assert_eq!(check(tenant(), "", &[]), Ok(AuditHead::EMPTY));
}

#[test]
fn the_format_is_published_and_stays() {
    let line = json_line(&log(2)[1]).unwrap();
    let value: Value = serde_json::from_str(&line).unwrap();
    let hash = |name: &str| value[name].as_str().unwrap().to_owned();
    assert!(hash("hash").len() == 64 && hash("previous").len() == 64);
    assert_eq!(hash("previous"), json!(log(1)[0].head())["hash"]);
    let names: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(names, ["happening", "hash", "number", "previous", "tenant"]);
    assert_eq!(value["happening"]["actor"], json!({ "person": "00000000-0000-0000-0000-000000000002" }));
    assert_eq!(value["happening"]["at"], "2027-01-15T08:00:02.000006Z");
}

#[test]
fn a_spelling_that_means_the_same_is_a_change_too() {
    let export = export(&log(3));
    let spellings = [
        export.replacen("\"number\":1", "\"number\": 1", 1),
        export.replacen("ö", "\\u00f6", 1),
        export.replacen("000003Z", "000003001Z", 1),
        export.replacen("\"number\":1", "\"number\":1,\"more\":0", 1),
        format!("\n{export}"),
        export.replacen('\n', "\r\n", 1),
    ];
    for changed in spellings {
        assert_ne!(changed, export);
        assert!(check(tenant(), &changed, &[]).is_err(), "{changed}");
    }
}

#[test]
fn what_only_a_checkpoint_shows() {
    let events = log(20);
    let known = [checkpoint(&events[14])];
    let cut = export(&events[..10]);
    assert!(check(tenant(), &cut, &[]).is_ok());
    let truncated = BrokenChain::Truncated { expected: 15, found: 10 };
    assert_eq!(check(tenant(), &cut, &known), Err(truncated.into()));
    let anew = rewritten(&events, 12);
    assert!(check(tenant(), &anew, &[]).is_ok());
    assert_eq!(check(tenant(), &anew, &known), Err(BrokenChain::Rewritten { number: 15 }.into()));
}

/// The export of somebody who changes an event and links everything after it anew.
fn rewritten(events: &[AuditEvent], at: usize) -> String {
    let mut anew = events[..at].to_vec();
    for (place, event) in events.iter().enumerate().skip(at) {
        let head = anew.last().map_or(AuditHead::EMPTY, AuditEvent::head);
        let happening = event.happening.clone();
        let happening = if place == at { happening.with("name", "forged") } else { happening };
        anew.push(AuditEvent::following(tenant(), head, happening));
    }
    export(&anew)
}

/// An export with one thing changed, in one of many ways.
fn tampered(events: &[AuditEvent], dice: &mut Dice) -> String {
    let whole = export(events);
    let mut bytes = whole.clone().into_bytes();
    let at = dice.below(bytes.len());
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(9) {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, b' ' + dice.below(95) as u8),
        3 => bytes.truncate(at),
        4 => drop(lines.remove(one)),
        5 => lines.swap(one, other),
        6 => lines.insert(one, lines[other].clone()),
        7 => lines[one] = lines[other].clone(),
        _ => return rewritten(events, one),
    }
    let joined = lines.join("\n") + "\n";
    let bytes_changed = bytes != whole.as_bytes();
    if bytes_changed { String::from_utf8_lossy(&bytes).into_owned() } else { joined }
}

#[test]
fn ten_thousand_tamperings_are_all_found() {
    let events = log(12);
    let (whole, known) = (export(&events), [checkpoint(&events[11])]);
    assert!(check(tenant(), &whole, &known).is_ok());
    let mut dice = Dice::new(20_261_128);
    let wanted = if long_tests() { 10_000 } else { 1_000 };
    let mut found = 0;
    while found < wanted {
        let changed = tampered(&events, &mut dice);
        if changed != whole {
            assert!(check(tenant(), &changed, &known).is_err(), "not found: {changed}");
            found += 1;
        }
    }
    println!("{found} tamperings found");
}

#[test]
fn other_readers_get_the_same_events() {
    let events = log(4);
    let ocsf: Value = serde_json::from_str(&ocsf_line(&events[3])).unwrap();
    assert_eq!(ocsf["type_uid"], 600_303);
    assert_eq!((&ocsf["status"], &ocsf["status_detail"]), (&json!("Failure"), &json!("the secret is wrong")));
    assert_eq!((&ocsf["metadata"]["sequence"], &ocsf["resources"][0]["uid"]), (&json!(4), &json!("7")));
    assert_eq!(ocsf["unmapped"]["hash"], json!(events[3].head())["hash"]);
    let csv = csv_line(&events[3]);
    assert_eq!(csv.matches("\",\"").count() + 1, CSV_HEADER.split(',').count());
    assert!(csv.contains("name==Fallback \"\"4\"\""));
    assert!(csv.starts_with("\"4\",\"2027-01-15T08:00:04.000012Z\",\"unknown\",\"connection.activate\""));
}
