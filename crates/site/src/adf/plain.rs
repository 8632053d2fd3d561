//! Addresses and issue keys in plain text.
//!
//! Inside an address of the site, and in words, keys that could not be kept are replaced; addresses of other sites stay as
//! they are, whatever they look like.

use std::collections::HashMap;

use crate::names::Names;
use crate::translation::Translation;

/// The text with addresses of the source as addresses of the standby, and keys that were not kept as the new ones.
pub fn translate(text: &str, translation: &Translation) -> String {
    let standby = translation.standby.addresses.first().map(String::as_str);
    rewrite(text, &translation.source.addresses, standby, &translation.redirects)
}

/// The text with addresses of the site as `{site}`, and redirected keys as they were on the source.
pub fn normal(text: &str, names: &Names) -> String {
    rewrite(text, &names.addresses, Some("{site}"), &names.redirects)
}

/// Whether an address inside the site names something by an id, which is another one on another site.
pub fn names_an_id(address: &str, names: &Names) -> bool {
    const BY_ID: [&str; 6] =
        ["focusedCommentId=", "filter=", "/secure/attachment/", "/secure/thumbnail/", "/rest/", "/attachment/content/"];
    names
        .addresses
        .iter()
        .find_map(|site| inside(address, site))
        .is_some_and(|rest| BY_ID.iter().any(|sign| rest.contains(sign)))
}

fn rewrite(text: &str, sites: &[String], to: Option<&str>, keys: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = address_start(rest) {
        out.push_str(&replace_keys(&rest[..start], keys));
        let end = start + address_length(&rest[start..]);
        out.push_str(&rewrite_address(&rest[start..end], sites, to, keys));
        rest = &rest[end..];
    }
    out.push_str(&replace_keys(rest, keys));
    out
}

fn rewrite_address(address: &str, sites: &[String], to: Option<&str>, keys: &HashMap<String, String>) -> String {
    match (to, sites.iter().find_map(|site| inside(address, site))) {
        (Some(to), Some(rest)) => format!("{to}{}", replace_keys(rest, keys)),
        _ => address.to_owned(),
    }
}

/// What follows the site in an address inside it.
fn inside<'a>(address: &'a str, site: &str) -> Option<&'a str> {
    let rest = address.strip_prefix(site)?;
    let mut following = rest.chars();
    let longer_host = match following.next() {
        None => false,
        Some('.') => following.next().is_some_and(char::is_alphanumeric),
        Some(character) => character.is_alphanumeric() || matches!(character, '-' | ':' | '@' | '_'),
    };
    (!longer_host).then_some(rest)
}

fn address_start(text: &str) -> Option<usize> {
    [text.find("https://"), text.find("http://")].into_iter().flatten().min()
}

fn address_length(text: &str) -> usize {
    let ends = |character: char| {
        character.is_whitespace()
            || matches!(character, '<' | '>' | '"' | '\'' | '|' | '[' | ']' | '(' | ')' | '{' | '}')
    };
    text.find(ends).unwrap_or(text.len())
}

fn replace_keys(text: &str, keys: &HashMap<String, String>) -> String {
    if keys.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let in_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
        let end = rest.find(|character| !in_word(character)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(keys.get(word).map_or(word, String::as_str));
        let next = after.chars().next().map_or(0, char::len_utf8);
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translation() -> Translation {
        let mut translation = Translation::default();
        translation.source.addresses = vec!["https://source.example".to_owned()];
        translation.standby.addresses = vec!["https://standby.example".to_owned()];
        translation.redirects.insert("AB-1".to_owned(), "AB-90".to_owned());
        translation
    }

    #[test]
    fn addresses_of_the_site_and_keys_are_rewritten_and_nothing_else() {
        let text = "See AB-1 (https://source.example/browse/AB-1?x=1), https://source.example. \
                    Not AB-11, XAB-1, https://source.example.org/browse/AB-1 or https://other.example/AB-1.";
        let expected = "See AB-90 (https://standby.example/browse/AB-90?x=1), https://standby.example. \
                        Not AB-11, XAB-1, https://source.example.org/browse/AB-1 or https://other.example/AB-1.";
        assert_eq!(translate(text, &translation()), expected);
    }

    #[test]
    fn both_sides_read_the_same() {
        let translation = translation();
        let mut standby = translation.standby.clone();
        standby.redirects.insert("AB-90".to_owned(), "AB-1".to_owned());
        let text = "AB-1 https://source.example/browse/AB-1";
        assert_eq!(normal(text, &translation.source), "AB-1 {site}/browse/AB-1");
        assert_eq!(normal(&translate(text, &translation), &standby), normal(text, &translation.source));
    }

    #[test]
    fn addresses_that_name_ids_are_known() {
        let names = translation().source;
        assert!(names_an_id("https://source.example/browse/AB-1?focusedCommentId=7", &names));
        assert!(!names_an_id("https://source.example/browse/AB-1", &names));
        assert!(!names_an_id("https://other.example/issues/?filter=1", &names));
    }
}
