//! CSV as RFC 4180 has it, for spreadsheets.

use crate::audit::{Actor, AuditEvent, Outcome, hex};

/// The first line, with its line end.
pub const CSV_HEADER: &str = "number,time,actor,action,subject,outcome,details,hash\r\n";

/// An event's line, with its line end.
pub fn csv_line(event: &AuditEvent) -> String {
    let happening = &event.happening;
    let actor = match happening.actor {
        Actor::Person(person) => person.to_string(),
        Actor::Lifeboat => "lifeboat".to_owned(),
        Actor::Unknown => "unknown".to_owned(),
    };
    let outcome = match happening.outcome {
        Outcome::Done => "done",
        Outcome::Refused => "refused",
    };
    let details: Vec<String> = happening.details.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let fields = [
        event.number.to_string(),
        happening.at.to_string(),
        actor,
        happening.action.clone(),
        happening.subject.clone(),
        outcome.to_owned(),
        details.join("; "),
        hex::encode(&event.hash),
    ];
    fields.map(|field| quoted(&field)).join(",") + "\r\n"
}

/// A field in quotes. A spreadsheet takes a field that begins with one of these characters for a formula, and would run what
/// somebody typed as the name of a connection: an apostrophe makes it text (OWASP, CSV injection).
fn quoted(field: &str) -> String {
    let is_formula = field.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || field.starts_with(['\t', '\r', '\n', '|', '%']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("plain", "\"plain\"")]
    #[case("=HYPERLINK(\"http://evil.example\")", "\"'=HYPERLINK(\"\"http://evil.example\"\")\"")]
    #[case("+1", "\"'+1\"")]
    #[case("-1", "\"'-1\"")]
    #[case("@SUM(A1)", "\"'@SUM(A1)\"")]
    #[case(" =1", "\"' =1\"")]
    #[case("\t=1", "\"'\t=1\"")]
    #[case("two\nlines, one field", "\"two\nlines, one field\"")]
    fn no_field_is_a_formula_or_leaves_its_quotes(#[case] field: &str, #[case] written: &str) {
        assert_eq!(quoted(field), written);
    }
}
