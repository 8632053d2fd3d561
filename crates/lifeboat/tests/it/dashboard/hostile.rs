//! Two hundred texts that somebody could call something, and that must stand there as text.

use std::fmt::Write as _;

/// How many.
pub(super) const COUNT: usize = 200;

/// What every element has that a text would make: none must be found.
const MARK: &str = "data-hostile";

/// The texts: each shape once, then again in other surroundings until there are enough. No two are equal.
pub(super) fn texts() -> Vec<String> {
    let surroundings: [fn(&str) -> String; 8] = [
        |text| text.to_owned(),
        |text| format!("\">{text}"),
        |text| format!("'>{text}"),
        |text| format!("</td></tr></table>{text}"),
        |text| format!("</title></style></script>{text}"),
        |text| format!("-->{text}<!--"),
        |text| format!("]]>{text}"),
        |text| format!("\u{202e}{text}\u{202c}"),
    ];
    let shapes = shapes();
    let all = surroundings.iter().flat_map(|around| shapes.iter().map(move |shape| around(shape)));
    // A number in front keeps them apart, and tells which one was not found.
    all.take(COUNT).enumerate().map(|(number, text)| format!("{number:03} {text}")).collect()
}

fn shapes() -> Vec<String> {
    let hit = "window.hit=1";
    let mut shapes = vec![
        format!("<script {MARK}>{hit}</script>"),
        format!("<img {MARK} src=x onerror=\"{hit}\">"),
        format!("<svg {MARK} onload=\"{hit}\"><script>{hit}</script></svg>"),
        format!("<iframe {MARK} srcdoc=\"<script>parent.hit=1</script>\"></iframe>"),
        format!("<a {MARK} href=\"javascript:{hit}\">a link</a>"),
        format!("<math {MARK}><mtext><img src=x onerror={hit}></mtext></math>"),
        format!("<style {MARK}>* {{ display: none }}</style>"),
        format!("<form {MARK} action=//evil.example><input name=password>"),
        format!("<object {MARK} data=\"data:text/html,<script>{hit}</script>\"></object>"),
        format!("<details {MARK} open ontoggle={hit}>"),
        format!("<base {MARK} href=\"https://evil.example/\">"),
        format!("<meta {MARK} http-equiv=refresh content=\"0;url=https://evil.example/\">"),
        format!("&lt;img {MARK} src=x onerror={hit}&gt;"),
        format!("javascript:{hit}//"),
        format!("data:text/html,<script>{hit}</script>"),
        format!("{{{{constructor.constructor('{hit}')()}}}} ${{7*7}} <%= 7*7 %> #{{7*7}}"),
        "\" onmouseover=\"window.hit=1\" autofocus onfocus=\"window.hit=1".to_owned(),
        "`${window.hit=1}`".to_owned(),
        "a null\u{0}byte, a bell\u{7}, an escape\u{1b}[31mred".to_owned(),
        "right to left \u{202e}txt.exe\u{202c} \u{2066}isolated\u{2069} \u{200f}mark".to_owned(),
        "zero\u{200b}width\u{feff}joined\u{200d}text".to_owned(),
        "../../../etc/passwd\\..\\windows".to_owned(),
        "=HYPERLINK(\"https://evil.example\")|cmd".to_owned(),
        "'; DROP TABLE people; --".to_owned(),
        "__proto__ constructor toString hasOwnProperty".to_owned(),
        "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{fdfa} \u{1d573}\u{1d572}".to_owned(),
    ];
    shapes.push("long ".to_owned() + &"x".repeat(5_000));
    let mut marks = "combining ".to_owned();
    for letter in "marks".chars() {
        marks.push(letter);
        for mark in 0..60_u32 {
            // Writing to a `String` cannot fail.
            let _ = write!(marks, "{}", char::from_u32(0x300 + mark).unwrap());
        }
    }
    shapes.push(marks);
    shapes
}

#[test]
fn there_are_two_hundred_different_ones() {
    let texts = texts();
    let different: std::collections::BTreeSet<&String> = texts.iter().collect();
    assert_eq!((texts.len(), different.len()), (COUNT, COUNT));
}
