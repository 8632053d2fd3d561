//! The report as people read it.

use std::fmt;

use super::report::{Different, Report};
use crate::compare::Difference;

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.holds { "THE PROOF HOLDS" } else { "THE PROOF DOES NOT HOLD" };
        writeln!(formatter, "{verdict}: recovery {} of point {}", self.recovery, self.point)?;
        writeln!(formatter, "from {} onto {}\n", self.source, self.standby)?;
        self.table(formatter)?;
        writeln!(formatter, "\nKeys: {} kept, {} redirected", self.keys_kept, self.keys_redirected)?;
        for (source, target) in &self.redirects {
            writeln!(formatter, "  {source} is now {target}")?;
        }
        section(formatter, "Something is wrong with", self.problems_count, &self.problems, |problem| {
            format!("{} {}: {}", problem.kind, problem.key, problem.reason)
        })?;
        section(formatter, "Different without a loss that explains it", self.different, &self.differences, places)?;
        section(formatter, "On the standby and not in the recovery point", self.extras_count, &self.extras, |extra| {
            format!("{} {}: {}", extra.kind, extra.key, extra.what)
        })?;
        let matched = self.matched_differently.len() as u64;
        let title = "Were on the standby before and are not the same (left as they are)";
        section(formatter, title, matched, &self.matched_differently, places)?;
        if !self.cannot.is_empty() {
            writeln!(formatter, "\nCannot be made through Jira's API:")?;
            for (reason, count) in &self.cannot {
                writeln!(formatter, "  {count} {reason}")?;
            }
        }
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
    for item in items {
        writeln!(formatter, "  {}", line(item))?;
    }
    if count > items.len() as u64 {
        writeln!(formatter, "  … and {} more", count - items.len() as u64)?;
    }
    Ok(())
}

fn places(different: &Different) -> String {
    let place = |difference: &Difference| {
        format!("\n      {}: {} ≠ {}", difference.path, short(&difference.source), short(&difference.standby))
    };
    let places: String = different.differences.iter().map(place).collect();
    format!("{} {} ({}){places}", different.kind, different.key, different.target)
}

/// A value in one line of bearable length.
fn short(value: &serde_json::Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
