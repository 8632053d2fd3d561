//! The report as people read it.

use std::fmt;

use jira::printable;

use super::report::{Different, Problem, Report};
use crate::compare::Difference;
use crate::grouped::{Grouped, WHOLE};

/// How many lines of a list are shown.
const SHOWN: usize = 20;

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.holds { "THE PROOF HOLDS" } else { "THE PROOF DOES NOT HOLD" };
        writeln!(formatter, "{verdict}: recovery {} of point {}", self.recovery, self.point)?;
        writeln!(formatter, "from {} onto {}\n", self.source, self.standby)?;
        self.table(formatter)?;
        writeln!(formatter, "\nKeys: {} kept, {} redirected", self.keys_kept, self.keys_redirected)?;
        list(formatter, self.keys_redirected, &self.redirects, |(source, target)| {
            printable(&format!("{source} is now {target}")).into_owned()
        })?;
        section(formatter, "Something is wrong with", self.problems_count, &self.problems, |problem| {
            format!("{} {}: {}", problem.kind, printable(&problem.key), printable(&problem.reason))
        })?;
        section(formatter, "Different without a loss that explains it", self.different, &self.differences, places)?;
        section(formatter, "On the standby and not in the recovery point", self.extras_count, &self.extras, |extra| {
            format!("{} {}: {}", extra.kind, printable(&extra.key), printable(&extra.what))
        })?;
        let matched = self.matched_differently.len() as u64;
        let title = "Were on the standby before and are not the same (left as they are)";
        section(formatter, title, matched, &self.matched_differently, places)?;
        self.cannot(formatter)?;
        if !self.losses.by_name.is_empty() {
            write!(formatter, "\nLosses:\n{}", self.losses)?;
        }
        self.run(formatter)
    }
}

impl Report {
    fn table(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns =
            ["restored", "matched", "skipped", "cannot", "failed", "different", "missing", "other form", "with loss"];
        write!(formatter, "{:<18}", "")?;
        for column in columns {
            write!(formatter, "{column:>11}")?;
        }
        writeln!(formatter)?;
        for (kind, counts) in &self.kinds {
            write!(formatter, "{kind:<18}")?;
            let numbers = [
                counts.restored,
                counts.matched,
                counts.skipped,
                counts.cannot,
                counts.failed,
                counts.different,
                counts.missing,
                counts.in_other_form,
                counts.with_losses,
            ];
            for number in numbers {
                write!(formatter, "{number:>11}")?;
            }
            writeln!(formatter)?;
        }
        Ok(())
    }

    /// What cannot be made: a line for each reason.
    fn cannot(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.cannot.is_empty() {
            return Ok(());
        }
        let mut grouped = Grouped::default();
        for (reason, count) in &self.cannot {
            let of_it = |named: &&Problem| *reason == format!("{}: {}", named.kind, named.reason);
            grouped.add(reason.clone(), *count, self.cannot_named.iter().filter(of_it).map(|named| named.key.as_str()));
        }
        write!(formatter, "\nCannot be made through Jira's API:\n{grouped}")?;
        if grouped.leaves_out() { writeln!(formatter, "  {WHOLE}") } else { Ok(()) }
    }

    fn run(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(applied) = &self.applied else { return Ok(()) };
        let requests: u64 = applied.requests.values().sum();
        let seconds: f64 = applied.phases.iter().map(|phase| phase.seconds).sum();
        let rate = if seconds > 0.0 { requests as f64 / seconds } else { 0.0 };
        writeln!(
            formatter,
            "\nLast run: {requests} requests in {seconds:.1} s ({rate:.1} a second), {} answered with 429",
            applied.throttled
        )?;
        for phase in &applied.phases {
            writeln!(formatter, "  {:<24}{:>9.1} s", phase.name, phase.seconds)?;
        }
        Ok(())
    }
}

fn section<T>(
    formatter: &mut fmt::Formatter<'_>,
    title: &str,
    count: u64,
    items: &[T],
    line: impl Fn(&T) -> String,
) -> fmt::Result {
    if count == 0 {
        return Ok(());
    }
    writeln!(formatter, "\n{title} ({count}):")?;
    list(formatter, count, items, line)
}

/// The first few lines of a list.
fn list<T>(formatter: &mut fmt::Formatter<'_>, count: u64, items: &[T], line: impl Fn(&T) -> String) -> fmt::Result {
    for item in items.iter().take(SHOWN) {
        writeln!(formatter, "  {}", line(item))?;
    }
    match count.saturating_sub(SHOWN as u64) {
        0 => Ok(()),
        more => writeln!(formatter, "  … and {more} more {WHOLE}"),
    }
}

fn places(different: &Different) -> String {
    let place = |difference: &Difference| {
        let (source, standby) = (short(&difference.source), short(&difference.standby));
        format!("\n      {}: {} ≠ {}", printable(&difference.path), printable(&source), printable(&standby))
    };
    let places: String = different.differences.iter().map(place).collect();
    format!("{} {} ({}){places}", different.kind, printable(&different.key), printable(&different.target))
}

/// A value in one line of bearable length.
fn short(value: &serde_json::Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_stays_short_however_much_is_wrong() {
        let problems: Vec<_> = (0..10_000)
            .map(|number| json!({"kind": "issue", "key": number.to_string(), "reason": "it is gone"}))
            .collect();
        let users: Vec<_> = (0..500)
            .map(|number| json!({"kind": "user", "key": format!("Ann {number}"), "reason": "is missing"}))
            .collect();
        let redirects: Vec<_> = (0..10_000).map(|number| (format!("A-{number}"), format!("B-{number}"))).collect();
        let report: Report = serde_json::from_value(json!({
            "holds": false, "recovery": "r", "point": 1, "source": "https://a", "standby": "https://b", "kinds": {},
            "keys_kept": 0, "keys_redirected": 10_000, "redirects": redirects, "different": 0, "differences": [],
            "problems_count": 12_000, "problems": problems, "causes": {}, "extras_count": 0, "extras": [],
            "matched_differently": [], "cannot": {"user: is missing": 500}, "cannot_named": users, "losses": {},
            "applied": null,
        }))
        .unwrap();
        let text = report.to_string();
        assert!(text.lines().count() < 60, "{text}");
        assert!(text.contains("\n  … and 11980 more (the whole list: --json)\n"), "{text}");
        let users =
            "\n  500 user: is missing (Ann 0, Ann 1, Ann 2, Ann 3, Ann 4 and 495 more)\n  (the whole list: --json)\n";
        assert!(text.contains(users), "{text}");
    }
}
