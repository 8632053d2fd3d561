//! `demo --seed-dir` with folders that are not as they should be.

use std::path::Path;

use serde_json::{Value, json};

use crate::home::Home;

fn compressed(file: &Path, text: &str) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
}

/// A folder with one project and the given lines of issues.
fn folder(home: &Home, lines: &[&str]) -> String {
    let root = home.beside("seed");
    let person = json!([{ "accountId": "ada", "accountType": "atlassian", "displayName": "Ada", "active": true,
        "timeZone": "Europe/Oslo", "emailAddress": "ada@example.org" }]);
    let named = |id: &str, name: &str| json!([{ "id": id, "name": name }]);
    let files: [(&str, Value); 9] = [
        ("users", person),
        ("issuetypes", json!([{ "id": "10000", "name": "Task", "hierarchyLevel": 0 }])),
        ("priorities", named("1", "Major")),
        ("resolutions", named("10000", "Fixed")),
        (
            "issuelinktypes",
            json!({ "issueLinkTypes": [{ "id": "10000", "name": "Blocks", "inward": "is blocked by", "outward": "blocks" }] }),
        ),
        ("statuses", json!([{ "id": "10003", "name": "Open", "statusCategory": { "key": "new" } }])),
        ("fields", json!([])),
        ("sprints", json!([])),
        (
            "projects",
            json!([{ "id": "10000", "key": "SEA", "name": "Sea", "projectTypeKey": "software", "simplified": false,
            "assigneeType": "UNASSIGNED", "uuid": "ba1ac0e2-ef5f-5789-937b-f497544ccf5f", "components": [], "versions": [] }]),
        ),
    ];
    for (name, content) in files {
        compressed(&root.join(format!("meta/{name}.json.zst")), &content.to_string());
    }
    compressed(&root.join("issues/issues.ndjson.zst"), &lines.join("\n"));
    root.join("issues").to_str().unwrap().to_owned()
}

const GOOD: &str = r#"{"id":"20001","key":"SEA-1","fields":{"project":{"id":"10000"},"issuetype":{"id":"10000"},"status":{"id":"10003"},"summary":"Mend the net","created":"2014-06-20T21:49:45.000+0000","updated":"2014-06-21T21:49:45.000+0200"}}"#;

#[test]
fn a_broken_line_is_named_by_file_and_number() {
    for broken in
        ["{\"id\":", "[]", &GOOD.replace("\"summary\"", "\"sumary\""), &GOOD.replace("20001", "many"), "\u{0}"]
    {
        let home = Home::new();
        let seed = folder(&home, &[GOOD, broken]);
        let ended = home.run(&["demo", "--seed-dir", &seed]);
        let message = ended.fails(1);
        assert!(message.contains("issues.ndjson.zst is broken in line 2: "), "{broken}: {message}");
    }
}

#[test]
fn a_folder_that_is_no_seed_is_named() {
    let home = Home::new();
    let message = home.run(&["demo", "--seed-dir", home.beside("nothing").to_str().unwrap()]).fails(1);
    assert!(message.contains("cannot be read") && message.contains("meta"), "{message}");
    let seed = folder(&home, &[GOOD]);
    std::fs::write(home.beside("seed/meta/users.json.zst"), "not compressed").unwrap();
    let message = home.run(&["demo", "--seed-dir", &seed]).fails(1);
    assert!(message.contains("users.json.zst"), "{message}");
    compressed(&home.beside("seed/meta/users.json.zst"), "[\n{\"accountId\": 7}]");
    let message = home.run(&["demo", "--seed-dir", &seed]).fails(1);
    assert!(message.contains("users.json.zst is broken in line 2"), "{message}");
}
