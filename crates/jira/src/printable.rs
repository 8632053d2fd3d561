//! Words from elsewhere as a person may be shown them.

use std::borrow::Cow;

/// Words from elsewhere on one line, without what would steer a terminal: each such character becomes a space.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(steers) { Cow::Owned(text.replace(steers, " ")) } else { Cow::Borrowed(text) }
}

/// Whether a character would steer a terminal: control characters (C1, too), ends of lines, and those that turn the
/// direction of what follows.
pub fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        let told =
            printable("a\u{1b}]0;title\u{7}b\u{9b}2Jc\r\nTHE PROOF HOLDS\u{202e}txt.exe\u{2066}d\u{2028}e\u{7f}");
        assert_eq!(told, "a ]0;title b 2Jc  THE PROOF HOLDS txt.exe d e ");
        assert!(matches!(printable("Größe 中文 👩‍🚀 עברית"), Cow::Borrowed(_)));
    }
}
