//! What no object of a site is: deeper, longer or stranger than this. A site that is broken, or whose administrator is not its
//! owner any more, must not fill the memory of every later step, or put into the vault what none of them can open.

use jira::steers;

/// The most levels of nesting. JSON is opened up to 128 levels; what an object is wrapped in on its way needs a few.
const DEEPEST: usize = 100;
/// The longest object, in bytes of JSON. Jira's longest texts have 32,767 characters.
const LONGEST: usize = 16 << 20;
/// The longest key, in bytes. The longest of Jira's are those of issue properties: 255 characters.
const LONGEST_KEY: usize = 1100;

/// Why an object is not taken, if it is not.
pub(super) fn excess(key: &str, body: &str) -> Option<String> {
    if !is_nameable(key) {
        Some("its key is too long, or has control characters".to_owned())
    } else if !body.starts_with('{') {
        Some("it is not an object".to_owned())
    } else if body.len() > LONGEST {
        Some(format!("it has {} bytes; more than {LONGEST} are not taken", body.len()))
    } else if is_deeper(body, DEEPEST) {
        Some(format!("it is nested deeper than {DEEPEST} levels"))
    } else {
        None
    }
}

/// A key as it can be reported.
pub(super) fn nameable(key: String) -> String {
    if is_nameable(&key) {
        return key;
    }
    key.chars().filter(|character| !steers(*character)).take(100).chain(['…']).collect()
}

fn is_nameable(key: &str) -> bool {
    key.len() <= LONGEST_KEY && !key.contains(steers)
}

/// Whether valid JSON has more levels than `most`.
fn is_deeper(json: &str, most: usize) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                if depth > most {
                    return true;
                }
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn nested(levels: usize) -> String {
        format!(r#"{{"x":{}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1))
    }

    #[test]
    fn what_is_too_deep_is_named() {
        assert_eq!(excess("1", &nested(DEEPEST)), None);
        insta::assert_snapshot!(excess("1", &nested(100_000)).unwrap(), @"it is nested deeper than 100 levels");
        assert_eq!(excess("1", &format!(r#"{{"x":"{}\"{}"}}"#, "[".repeat(200), "{".repeat(200))), None);
        assert_eq!(excess("1", &format!(r#"{{"x":[{}[]]}}"#, "[],".repeat(1000))), None);
        insta::assert_snapshot!(excess("1", "null").unwrap(), @"it is not an object");
    }

    #[test]
    fn what_is_too_long_is_named() {
        let text = format!("{{\"{}\":1}}", "x".repeat(LONGEST));
        insta::assert_snapshot!(excess("1", &text).unwrap(), @"it has 16777222 bytes; more than 16777216 are not taken");
    }

    #[test]
    fn a_key_can_be_printed() {
        assert!(excess("1/\u{1b}[2J", "{}").is_some());
        assert!(excess(&"x".repeat(2000), "{}").is_some());
        assert_eq!(nameable("1/\u{1b}[2J".to_owned()), "1/[2J…");
        assert_eq!(nameable("1/sd.public".to_owned()), "1/sd.public");
    }

    proptest! {
        #[test]
        fn whatever_is_taken_can_be_opened(json in "[\\[\\]{}\",\\\\:a1]{0,40}", levels in 0_usize..130) {
            if let Ok(value) = serde_json::from_str::<Value>(&json) {
                let wrapped = format!("{}{value}{}", "[".repeat(levels), "]".repeat(levels));
                prop_assert_eq!(is_deeper(&wrapped, DEEPEST), depth(&value) + levels > DEEPEST);
            }
        }
    }

    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or_default(),
            Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
            _ => 0,
        }
    }
}
