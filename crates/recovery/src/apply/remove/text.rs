//! What a removal did, as people read it.

use std::fmt;

use super::report::{Left, RemovalReport};
use crate::grouped::{Grouped, WHOLE};

impl fmt::Display for RemovalReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.complete { "ALL OF IT IS REMOVED" } else { "NOT ALL OF IT IS REMOVED" };
        writeln!(formatter, "{verdict}: recovery {} on {}\n", self.recovery, self.standby)?;
        for (kind, count) in &self.removed {
            writeln!(formatter, "{kind:<18}{count:>10} removed")?;
        }
        if self.removed.is_empty() {
            writeln!(formatter, "Nothing was there to remove.")?;
        }
        section(formatter, "Kept, because others made it their own", self.kept_count, &self.kept)?;
        section(formatter, "Could not be removed", self.failed_count, &self.failed)
    }
}

fn section(formatter: &mut fmt::Formatter<'_>, title: &str, count: u64, all: &[Left]) -> fmt::Result {
    if count == 0 {
        return Ok(());
    }
    writeln!(formatter, "\n{title} ({count}):")?;
    let grouped = Grouped::of(all.iter().map(|left| (format!("{}: {}", left.kind, left.reason), left.name.as_str())));
    write!(formatter, "{grouped}")?;
    if grouped.leaves_out() { writeln!(formatter, "  {WHOLE}") } else { Ok(()) }
}
