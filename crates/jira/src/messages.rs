//! Jira's own words about a refusal. There is no single shape (`quirks.md` §1), and an edge failure is a web page: nothing
//! about the body is taken for granted.

use serde_json::Value;

use crate::printable::steers;

/// The longest message that is kept, in characters, and how many of them.
const LONGEST: usize = 500;
const MOST: usize = 50;
/// The longest name of a field that is taken for one, in bytes.
const LONGEST_FIELD: usize = 255;

/// What a body says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Messages {
    /// Everything, those for fields as `field: message`.
    pub(crate) all: Vec<String>,
    /// Those for fields.
    pub(crate) fields: Vec<(String, String)>,
}

impl Messages {
    /// Reads the body of an answer that is not a success.
    pub(crate) fn read(body: &[u8]) -> Self {
        let mut messages = Self::default();
        match serde_json::from_slice(body) {
            Ok(value) => messages.value(&value),
            Err(_) => messages.text(&String::from_utf8_lossy(body)),
        }
        messages
    }

    /// The messages, or what else is known when there are none.
    pub(crate) fn or(self, otherwise: &str) -> Self {
        if self.all.is_empty() { Self { all: vec![otherwise.to_owned()], ..self } } else { self }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.push(text),
            Value::Array(values) => values.iter().for_each(|value| self.value(value)),
            Value::Object(members) => {
                for name in ["errorMessages", "errorMessage", "message", "error", "error_description", "elementErrors"]
                {
                    members.get(name).into_iter().for_each(|value| self.value(value));
                }
                match members.get("errors") {
                    Some(Value::Object(fields)) => fields.iter().for_each(|(field, value)| self.field(field, value)),
                    Some(others) => self.value(others),
                    None => {}
                }
                members.get("results").into_iter().for_each(|results| self.value(results));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn field(&mut self, field: &str, value: &Value) {
        let message = match value {
            Value::String(text) => text.clone(),
            Value::Object(members) => match members.get("message") {
                Some(Value::String(text)) => text.clone(),
                _ => value.to_string(),
            },
            _ => value.to_string(),
        };
        let message = shorten(&message);
        self.push(&format!("{field}: {message}"));
        if self.fields.len() < MOST && field.len() <= LONGEST_FIELD {
            self.fields.push((field.to_owned(), message));
        }
    }

    /// A body that is not JSON: of a web page only the title is of use.
    fn text(&mut self, text: &str) {
        if text.trim_start().starts_with('<') {
            self.push(title(text).unwrap_or("a web page instead of an answer"));
        } else {
            self.push(text);
        }
    }

    fn push(&mut self, message: &str) {
        let message = shorten(message.trim());
        if !message.is_empty() && self.all.len() < MOST {
            self.all.push(message);
        }
    }
}

fn title(page: &str) -> Option<&str> {
    // Lower case in ASCII only, so that positions stay the same.
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    Some(page[start..end].trim()).filter(|title| !title.is_empty())
}

/// Words from elsewhere as messages show them: on one line, not too long, and without what would steer a terminal.
pub(crate) fn shorten(text: &str) -> String {
    let mut characters = text.chars().map(|character| if steers(character) { ' ' } else { character });
    let mut short: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(body: &str) -> String {
        Messages::read(body.as_bytes()).all.join(" | ")
    }

    #[test]
    fn every_shape_that_jira_uses_is_understood() {
        insta::assert_snapshot!(all(r#"{"errorMessages":["No."],"errors":{"summary":"Too long."}}"#), @"No. | summary: Too long.");
        insta::assert_snapshot!(all(r#"{"issues":[],"errors":[{"status":400,"elementErrors":{"errorMessages":[],
            "errors":{"project":"valid project is required"}},"failedElementNumber":0}]}"#), @"project: valid project is required");
        insta::assert_snapshot!(all(r#"{"errors":[{"message":"Some of the issues are not valid"}]}"#), @"Some of the issues are not valid");
        insta::assert_snapshot!(all(r#"{"errorMessages":["Not a bulk task"],"errors":{},"httpStatusCode":{"empty":false}}"#), @"Not a bulk task");
        insta::assert_snapshot!(all(r#"{"results":[{"fieldId":"1","success":false,"error":"Unknown field"}]}"#), @"Unknown field");
        insta::assert_snapshot!(all(r#"{"errors":{"issueIsSubtask":{"count":2,"message":"Sub-tasks cannot be archived"}}}"#), @"issueIsSubtask: Sub-tasks cannot be archived");
        insta::assert_snapshot!(all(r#"{"code":401,"message":"Unauthorized; scope does not match"}"#), @"Unauthorized; scope does not match");
        insta::assert_snapshot!(all(r#"{"errorMessage":"No licence","i18nErrorMessage":{"i18nKey":"x"}}"#), @"No licence");
        insta::assert_snapshot!(all("XSRF check failed"), @"XSRF check failed");
        insta::assert_snapshot!(all("<!DOCTYPE html><html><head><TITLE>Bad Gateway</TITLE></head></html>"), @"Bad Gateway");
        insta::assert_snapshot!(all("<html></html>"), @"a web page instead of an answer");
        insta::assert_snapshot!(all(""), @"");
        insta::assert_snapshot!(all("null"), @"");
    }

    #[test]
    fn fields_are_told_apart_from_the_rest() {
        let messages = Messages::read(br#"{"errorMessages":["No."],"errors":{"labels":"Spaces."}}"#);
        assert_eq!(messages.fields, [("labels".to_owned(), "Spaces.".to_owned())]);
    }

    #[test]
    fn a_long_story_is_cut_between_characters() {
        let body = format!("\"{}\"", "ä".repeat(2000));
        assert_eq!(all(&body).chars().count(), LONGEST + 1);
        let many = serde_json::to_vec(&vec!["again"; 1000]).unwrap();
        assert_eq!(Messages::read(&many).all.len(), MOST);
    }

    #[test]
    fn words_from_elsewhere_do_not_steer_a_terminal() {
        assert_eq!(all("\"x\\u001b[2Jgone\\u0007 \\u202etxt.exe\\u009b0m\""), "x [2Jgone   txt.exe 0m");
        let fields = Messages::read(br#"{"errors":{"\u001b]0;x":"no"}}"#);
        assert_eq!(fields.all, [" ]0;x: no"]);
    }

    #[test]
    fn what_is_too_long_for_a_field_is_none() {
        let body = format!(r#"{{"errors":{{"{}":"no"}}}}"#, "x".repeat(300));
        let messages = Messages::read(body.as_bytes());
        assert_eq!((messages.all.len(), messages.fields.len()), (1, 0));
    }

    proptest::proptest! {
        #[test]
        fn no_body_is_too_strange(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = Messages::read(&body);
        }

        #[test]
        fn no_page_is_too_strange(body in "<?[a-zé<>/]*(<title>)?[a-zé<>/ ]*(</title>)?") {
            let _ = Messages::read(body.as_bytes());
        }
    }
}
