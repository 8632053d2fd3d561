//! What failures have in common. Reasons differ from object to object in keys, ids and names; their cause does not.

use crate::apply::FINISHED;

/// The longest cause, in characters: what comes behind is told by each failure itself.
const LONGEST: usize = 300;

/// The cause of a reason: it with `#` for every word that has a digit in it, and `…` for what stands in quotation marks. The
/// status of an answer, as in `(404)`, stays: it is a part of the cause.
pub fn cause_of(reason: &str) -> String {
    let mut cause = String::with_capacity(reason.len().min(LONGEST));
    let mut rest = reason.trim();
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        if let Some(quoted) = quoted(before, rest) {
            cause.push(first);
            cause.push('…');
            cause.extend(rest[..quoted].chars().next_back());
            (before, rest) = (first, &rest[quoted..]);
        } else if is_word(first) {
            let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let is_status = before == '(' && after.starts_with(')');
            let is_key = word.bytes().any(|letter| letter.is_ascii_digit()) && !is_status;
            cause.push_str(if is_key { "#" } else { word });
            (before, rest) = (if is_key { '#' } else { 'a' }, after);
        } else {
            cause.push(first);
            (before, rest) = (first, &rest[first.len_utf8()..]);
        }
    }
    cause.chars().take(LONGEST).collect()
}

/// Whether a failed row of the journal says nothing but that others failed: an issue is not finished for what hangs on it,
/// and each of these has its own row with its own reason.
pub fn is_echo(kind: &str, reason: &str) -> bool {
    let is_echo = |trouble: &str| {
        let count = trouble.split_once(" of ").map_or("", |(count, _)| count);
        !count.is_empty() && count.bytes().all(|digit| digit.is_ascii_digit())
    };
    kind == FINISHED && reason.split("; ").all(is_echo)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_')
}

/// How long the quotation is that a text begins with, marks included. An apostrophe within a word begins none.
fn quoted(before: char, text: &str) -> Option<usize> {
    let mut letters = text.chars();
    let open = letters.next()?;
    let close = match open {
        '"' | '\'' => open,
        '“' => '”',
        '‘' => '’',
        _ => return None,
    };
    if before.is_alphanumeric() {
        return None;
    }
    let inside = letters.as_str().find(close)?;
    Some(open.len_utf8() + inside + close.len_utf8())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_differs_from_object_to_object_is_no_part_of_a_cause() {
        let cases = [
            ("The issue 17 is gone", "The issue # is gone"),
            ("  issue ABC-4711 is gone ", "issue # is gone"),
            ("POST /issue: Jira refused (400): no user 5b10ac8d82e0", "POST /issue: Jira refused (400): no user #"),
            ("POST /issue: Jira refused (403): no user 70121", "POST /issue: Jira refused (403): no user #"),
            ("Field \"Team\" isn't there: 'it' can't", "Field \"…\" isn't there: '…' can't"),
            ("“Ærø” and ‘x’ and \"open", "“…” and ‘…’ and \"open"),
            ("", ""),
        ];
        for (reason, cause) in cases {
            assert_eq!(cause_of(reason), cause);
        }
    }

    #[test]
    fn only_what_says_that_others_failed_is_an_echo() {
        assert!(is_echo(FINISHED, "2 of Comments: POST /comment: Jira refused (400): no; 1 of Worklogs: no"));
        assert!(!is_echo("comment", "2 of Comments: no"));
        assert!(!is_echo(FINISHED, "2 of Comments: no; PUT /issue: Jira refused (400): no"));
        assert!(!is_echo(FINISHED, "its text was written by others"));
        assert!(!is_echo(FINISHED, ""));
    }

    proptest! {
        #[test]
        fn any_text_has_a_short_cause_which_is_its_own(reason in "\\PC{0,400}") {
            let cause = cause_of(&reason);
            prop_assert!(cause.chars().count() <= LONGEST);
            if reason.chars().count() < LONGEST / 2 {
                prop_assert_eq!(cause_of(&cause), cause.clone());
            }
        }
    }
}
