//! The table that comes out.

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;

use crate::rows::Size;

/// What kind of time was measured.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Time {
    /// Time by the clock on the wall.
    Real,
    /// Time by a clock that jumps while everybody waits: latency and pacing count, work does not.
    Virtual,
}

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// What was measured.
    pub what: String,
    /// The figure, in words.
    pub measured: String,
    /// What it is held against, in words.
    pub against: String,
    /// The one divided by the other.
    pub ratio: Option<f64>,
    /// What is aimed at, in words.
    pub target: String,
    /// Whether that is reached.
    pub met: Option<bool>,
    /// How time passed.
    pub time: Time,
    /// Everything that went into it.
    pub figures: Value,
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio = self.ratio.map_or_else(String::new, |ratio| format!("{ratio:.3}"));
        let verdict = match self.met {
            Some(true) => "held",
            Some(false) => "**missed**",
            None => "",
        };
        let time = if matches!(self.time, Time::Virtual) { " (virtual time)" } else { "" };
        let Self { what, measured, against, target, .. } = self;
        write!(formatter, "| {what}{time} | {measured} | {against} | {ratio} | {target} | {verdict} |")
    }
}

/// All figures of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    /// Which sizes were measured.
    pub size: Size,
    /// The figures.
    pub rows: Vec<Row>,
}

impl Table {
    pub(crate) fn new(size: Size) -> Self {
        Self { size, rows: Vec::new() }
    }

    /// Writes it as JSON.
    pub(crate) fn save(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "| measured | seen | held against | ratio | target | |\n| --- | --- | --- | --- | --- | --- |"
        )?;
        self.rows.iter().try_for_each(|row| writeln!(formatter, "{row}"))?;
        let missed: Vec<&str> =
            self.rows.iter().filter(|row| row.met == Some(false)).map(|row| row.what.as_str()).collect();
        let held = self.rows.iter().filter(|row| row.met == Some(true)).count();
        writeln!(formatter, "\n{held} targets held, {} missed", missed.len())?;
        missed.iter().try_for_each(|what| writeln!(formatter, "  missed: {what}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_says_target_seen_and_whether_it_holds() {
        let row = |what: &str, met| Row {
            what: what.to_owned(),
            measured: "12 s".to_owned(),
            against: "10 s".to_owned(),
            ratio: Some(1.2),
            target: "≤ 1.1".to_owned(),
            met,
            time: Time::Virtual,
            figures: Value::Null,
        };
        let mut table = Table::new(Size::Quick);
        table.rows = vec![row("one", Some(true)), row("two", Some(false)), row("three", None)];
        let text = table.to_string();
        assert!(text.contains("| one (virtual time) | 12 s | 10 s | 1.200 | ≤ 1.1 | held |"), "{text}");
        assert!(text.contains("| two (virtual time) | 12 s | 10 s | 1.200 | ≤ 1.1 | **missed** |"), "{text}");
        assert!(text.ends_with("1 targets held, 1 missed\n  missed: two\n"), "{text}");
    }
}
