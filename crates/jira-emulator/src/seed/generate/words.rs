//! Sentences of a port that never was.

use super::chance::Chance;

const WHO: &[&str] = &[
    "The crane",
    "The pilot boat",
    "The berth planner",
    "The tide gauge",
    "The customs gate",
    "The lock keeper's console",
    "The container scanner",
    "The night watch",
    "The weather feed",
    "The mooring winch",
    "The dispatcher's screen",
    "The billing export",
    "The dredger's log",
    "The harbour master",
    "The buoy telemetry",
    "The loading plan",
];

const DOES: &[&str] = &[
    "loses",
    "repeats",
    "delays",
    "mixes up",
    "overwrites",
    "cannot find",
    "rounds off",
    "shows twice",
    "forgets",
    "rejects",
    "skips",
    "reports too late",
    "no longer accepts",
    "swaps",
    "truncates",
];

const WHAT: &[&str] = &[
    "the arrival times",
    "the manifest",
    "containers above 40 feet",
    "the draught readings",
    "names with accents",
    "the second shift",
    "refrigerated cargo",
    "the tariff of last year",
    "pilots on leave",
    "empty berths",
    "the tug assignments",
    "the tide tables",
    "dangerous goods declarations",
    "vessels without a call sign",
];

const WHEN: &[&str] = &[
    "after midnight",
    "when two ships arrive at once",
    "since the last release",
    "in heavy fog",
    "on the first of a month",
    "while the gate is locked",
    "after the clocks change",
    "when the list is longer than a page",
    "on the old tablets",
    "if the connection drops",
    "during the nightly import",
    "for vessels from abroad",
];

const THEN: &[&str] = &[
    "A restart helps for an hour.",
    "Nobody has seen it twice in a row.",
    "The log says nothing.",
    "The workaround is to enter it by hand.",
    "It cost us half a shift.",
    "See the attached files.",
    "Tested on the training system: the same.",
    "Please tell the agents before you change it.",
    "Größe und Gewicht stimmen, die Reihenfolge nicht.",
    "荷役計画と一致しません。",
    "Ça marche depuis hier 🎉.",
    "It is 12 °C too warm & the sensor <7> is \"fine\".",
];

const LABELS: &[&str] = &[
    "night-shift",
    "fog",
    "regression",
    "safety",
    "tariff",
    "quick-win",
    "needs-pilot",
    "Größe",
    "港",
    "a/b",
    "q3_goal",
    "customs",
    "winter",
    "tide",
];

/// A sentence.
pub(super) fn sentence(chance: &mut Chance) -> String {
    format!("{} {} {} {}.", chance.word(WHO), chance.word(DOES), chance.word(WHAT), chance.word(WHEN))
}

/// A few sentences.
pub(super) fn paragraph(chance: &mut Chance) -> String {
    let mut text = sentence(chance);
    for _ in 0..chance.below(3) {
        text.push(' ');
        text.push_str(&sentence(chance));
    }
    text.push(' ');
    text.push_str(chance.word(THEN));
    text
}

/// A summary: one line, at most 255 characters.
pub(super) fn summary(chance: &mut Chance) -> String {
    let mut text = sentence(chance);
    text.truncate(text.trim_end_matches('.').len());
    text
}

/// A few words.
pub(super) fn phrase(chance: &mut Chance) -> String {
    let what = chance.word(WHAT);
    let mut letters = what.strip_prefix("the ").unwrap_or(what).chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// A remark.
pub(super) fn remark(chance: &mut Chance) -> &'static str {
    chance.word(THEN)
}

/// A label.
pub(super) fn label(chance: &mut Chance) -> &'static str {
    chance.word(LABELS)
}
