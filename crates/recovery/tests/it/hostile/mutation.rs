//! What a broken or hostile site makes of an answer.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// Where no request may ever go.
pub(super) const TRAP: &str = "trap.example";

/// An answer before it is sent.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Whether the body goes on for ever.
    pub endless: bool,
    /// Whether there is no answer at all.
    pub lost: bool,
}

/// One way to spoil answers.
#[derive(Clone, Copy)]
pub(super) struct Mutation {
    pub name: &'static str,
    /// Whether the answer still reads as one that a site may give: that something is not there, or is another. Nobody can
    /// know better then. What is no such lie must not lose anything.
    pub lie: bool,
    pub spoil: fn(&mut Answer),
}

const fn broken(name: &'static str, spoil: fn(&mut Answer)) -> Mutation {
    Mutation { name, lie: false, spoil }
}

const fn lie(name: &'static str, spoil: fn(&mut Answer)) -> Mutation {
    Mutation { name, lie: true, spoil }
}

/// All of them.
pub(super) const ALL: &[Mutation] = &[
    // No JSON.
    broken("nothing", |answer| answer.body.clear()),
    broken("half", |answer| answer.body.truncate(answer.body.len() / 2)),
    broken("invalid UTF-8", |answer| replace(&mut answer.body, b"\":\"", b"\":\"\xff\xfe")),
    broken("a web page", |answer| {
        answer.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        answer.body = b"<html><title>\x1b[2JLog in</title></html>".to_vec();
    }),
    broken("packed", |answer| {
        answer.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }),
    broken("without end", |answer| answer.endless = true),
    broken("lost", |answer| answer.lost = true),
    // JSON of another shape.
    broken("null", |answer| answer.body = b"null".to_vec()),
    broken("a number", |answer| answer.body = b"-1e400".to_vec()),
    broken("a text", |answer| answer.body = b"\"\\u001b[2J\"".to_vec()),
    broken("the other bracket", |answer| {
        answer.body = if answer.body.starts_with(b"[") { b"{}" } else { b"[]" }.to_vec();
    }),
    broken("deep", |answer| answer.body = deep().into_bytes()),
    broken("deep members", |answer| {
        each_object(answer, |members| {
            members.insert("x".to_owned(), json!("DEEP"));
        });
    }),
    broken("a long member", |answer| {
        change(answer, |value| {
            if let Some(members) = value.as_object_mut() {
                members.insert("x".to_owned(), "x".repeat(3 << 20).into());
            }
        });
    }),
    broken("longer texts", |answer| {
        each(answer, &|value| {
            if let Value::String(text) = value {
                text.push_str(&"x".repeat(2000));
            }
        });
    }),
    broken("control characters", |answer| {
        each(answer, &|value| {
            if let Value::String(text) = value {
                text.push_str("\u{1b}]0;\u{7}\u{202e}\0");
            }
        });
    }),
    broken("numbers as texts", |answer| {
        each(answer, &|value| {
            if value.is_number() {
                *value = value.to_string().into();
            }
        });
    }),
    broken("flags as texts", |answer| {
        each(answer, &|value| {
            if value.is_boolean() {
                *value = value.to_string().into();
            }
        });
    }),
    broken("every value null", |answer| {
        each(answer, &|value| {
            if !value.is_array() && !value.is_object() {
                *value = Value::Null;
            }
        });
    }),
    broken("objects for arrays", |answer| {
        each(answer, &|value| {
            if value.is_array() {
                *value = json!({ "x": 1 });
            }
        });
    }),
    broken("texts for arrays", |answer| {
        each(answer, &|value| {
            if value.is_array() {
                *value = "x".into();
            }
        });
    }),
    broken("arrays for objects", |answer| inner_objects(answer, &|value| *value = json!([1]))),
    broken("without ids", |answer| each_object(answer, |members| members.retain(|name, _| !is_id(name)))),
    broken("ids null", |answer| ids(answer, |_| Value::Null)),
    broken("ids as arrays", |answer| ids(answer, |id| json!([id]))),
    broken("without lists", |answer| {
        change(answer, |value| {
            if let Some(members) = value.as_object_mut() {
                members.retain(|_, value| !value.is_array());
            }
        });
    }),
    broken("everything twice", |answer| {
        each(answer, &|value| {
            if let Value::Array(values) = value {
                let again = values.clone();
                values.extend(again);
            }
        });
    }),
    broken("dates that are none", |answer| {
        each(answer, &|value| {
            if value.as_str().is_some_and(|text| text.len() > 18 && text.as_bytes()[4] == b'-' && text.contains('T')) {
                *value = "99999-99-99T99:99:99.999+9999".into();
            }
        });
    }),
    broken("addresses elsewhere", |answer| {
        each(answer, &|value| {
            if let Some(rest) = value.as_str().and_then(|text| text.strip_prefix("http")) {
                let path = rest.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
                *value = format!("https://{TRAP}{}", path.unwrap_or_default()).into();
            }
        });
    }),
    broken("pages without end", |answer| {
        change(answer, |value| {
            for (name, never) in [
                ("isLast", json!(false)),
                ("lastPage", json!(false)),
                ("total", json!(1_u64 << 50)),
                ("nextPageToken", json!("again")),
            ] {
                if let Some(members) = value.as_object_mut().filter(|members| members.values().any(Value::is_array)) {
                    members.insert(name.to_owned(), never);
                }
            }
        });
    }),
    // Statuses.
    broken("500", |answer| answer.status = StatusCode::INTERNAL_SERVER_ERROR),
    broken("400", |answer| refuse(answer, StatusCode::BAD_REQUEST)),
    broken("403", |answer| refuse(answer, StatusCode::FORBIDDEN)),
    broken("a redirect elsewhere", |answer| {
        answer.status = StatusCode::FOUND;
        answer.headers.insert(header::LOCATION, HeaderValue::from_static("https://trap.example/login"));
    }),
    broken("429 without sense", |answer| {
        answer.status = StatusCode::TOO_MANY_REQUESTS;
        answer.headers.insert(header::RETRY_AFTER, HeaderValue::from_static("-1e999"));
        answer.headers.insert("x-ratelimit-reset", HeaderValue::from_static("99999-99-99T99:99Z"));
    }),
    // Lies.
    lie("404", |answer| refuse(answer, StatusCode::NOT_FOUND)),
    lie("arrays null", |answer| {
        each(answer, &|value| {
            if value.is_array() {
                *value = Value::Null;
            }
        });
    }),
    lie("arrays empty", |answer| {
        each(answer, &|value| {
            if value.is_array() {
                *value = json!([]);
            }
        });
    }),
    lie("objects null", |answer| inner_objects(answer, &|value| *value = Value::Null)),
    lie("all ids the same", |answer| ids(answer, |_| json!("7"))),
    lie("ids negative", |answer| ids(answer, |_| json!(-7))),
    lie("ids huge", |answer| ids(answer, |_| json!("99999999999999999999999999999999999999"))),
    lie("ids broken", |answer| ids(answer, |_| json!(0.5))),
    lie("ids as paths", |answer| ids(answer, |_| json!("../../7/..\u{0}"))),
    lie("texts as numbers", |answer| {
        each(answer, &|value| {
            if value.is_string() {
                *value = json!(7);
            }
        });
    }),
    lie("numbers negative", |answer| {
        each(answer, &|value| {
            if value.is_number() {
                *value = json!(-1);
            }
        });
    }),
    lie("numbers huge", |answer| {
        each(answer, &|value| {
            if value.is_number() {
                *value = json!(u64::MAX);
            }
        });
    }),
    lie("numbers broken", |answer| {
        each(answer, &|value| {
            if value.is_number() {
                *value = json!(1.0e300);
            }
        });
    }),
    lie("keys at the end", |answer| {
        each(answer, &|value| {
            if let Some((project, _)) = value.as_str().and_then(|text| text.split_once('-'))
                && project.bytes().all(|byte| byte.is_ascii_uppercase())
                && !project.is_empty()
            {
                *value = format!("{project}-4294967295").into();
            }
        });
    }),
    lie("strange names", |answer| {
        each_object(answer, |members| {
            for name in ["filename", "name", "displayName"] {
                if members.contains_key(name) {
                    members.insert(name.to_owned(), format!("../..\\CON\0\u{202e}{}", "é".repeat(10_000)).into());
                }
            }
        });
    }),
];

fn deep() -> String {
    format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))
}

fn refuse(answer: &mut Answer, status: StatusCode) {
    answer.status = status;
    answer.body = br#"{"errorMessages":["\u001b[2Jno"],"errors":{}}"#.to_vec();
}

/// Changes an answer as JSON, if it is any.
fn change(answer: &mut Answer, change: impl FnOnce(&mut Value)) {
    if let Ok(mut value) = serde_json::from_slice(&answer.body) {
        change(&mut value);
        answer.body = value.to_string().replace("\"DEEP\"", &deep()).into_bytes();
    }
}

/// Changes every value below the top.
fn each(answer: &mut Answer, spoil: &dyn Fn(&mut Value)) {
    fn walk(value: &mut Value, spoil: &dyn Fn(&mut Value)) {
        let children: Vec<&mut Value> = match value {
            Value::Array(values) => values.iter_mut().collect(),
            Value::Object(members) => members.values_mut().collect(),
            _ => return,
        };
        for child in children {
            walk(child, spoil);
            spoil(child);
        }
    }
    change(answer, |value| walk(value, spoil));
}

/// Changes every object that is a member of an object.
fn inner_objects(answer: &mut Answer, spoil: &dyn Fn(&mut Value)) {
    each_object(answer, |members| members.values_mut().filter(|value| value.is_object()).for_each(spoil));
}

fn each_object(answer: &mut Answer, spoil: impl Fn(&mut Map<String, Value>)) {
    fn walk(value: &mut Value, spoil: &dyn Fn(&mut Map<String, Value>)) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| walk(value, spoil)),
            Value::Object(members) => {
                members.values_mut().for_each(|value| walk(value, spoil));
                spoil(members);
            }
            _ => {}
        }
    }
    change(answer, |value| walk(value, &spoil));
}

fn ids(answer: &mut Answer, id: impl Fn(&Value) -> Value) {
    each_object(answer, |members| {
        for (name, value) in members.iter_mut() {
            if is_id(name) {
                *value = id(value);
            }
        }
    });
}

fn is_id(name: &str) -> bool {
    matches!(name, "id" | "accountId" | "groupId" | "issueId" | "worklogId" | "key")
}

fn replace(body: &mut Vec<u8>, from: &[u8], to: &[u8]) {
    if let Some(at) = body.windows(from.len()).position(|window| window == from) {
        body.splice(at..at + from.len(), to.iter().copied());
    }
}
