//! The plan as people read it.

use std::fmt;

use jira::printable;

use super::report::Plan;
use crate::grouped::{Grouped, WHOLE};

/// How many projects are shown.
const PROJECTS: usize = 50;

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "Recovery of point {} of {} onto {}\n", self.point, self.source, self.standby)?;
        writeln!(formatter, "{:<18}{:>10}{:>10}{:>10}{:>10}", "", "create", "match", "skip", "cannot")?;
        for (kind, counts) in &self.kinds {
            writeln!(
                formatter,
                "{kind:<18}{:>10}{:>10}{:>10}{:>10}",
                counts.create, counts.matched, counts.skipped, counts.cannot
            )?;
        }
        self.projects(formatter)?;
        self.impossible(formatter)?;
        if !self.users_missing.is_empty() {
            let mut missing = Grouped::default();
            let names: Vec<String> =
                self.users_missing.iter().map(|user| format!("{} ({})", user.name, user.account)).collect();
            let names = names.iter().map(String::as_str);
            missing.add("users have no account on the standby".to_owned(), self.users_missing.len() as u64, names);
            write!(formatter, "\nTo be decided, see `--users` and `--fallback-user`:\n{missing}")?;
            if missing.leaves_out() {
                writeln!(formatter, "  {WHOLE}")?;
            }
        }
        if !self.losses.by_name.is_empty() {
            write!(formatter, "\nLosses:\n{}", self.losses)?;
        }
        for missing in &self.permissions {
            writeln!(formatter, "\nThe account lacks the permission {}: {}", missing.key, missing.why)?;
        }
        let (minutes, seconds) = (self.estimate.seconds / 60, self.estimate.seconds % 60);
        writeln!(formatter, "\nAbout {} requests, {minutes} min {seconds} s", self.estimate.requests)?;
        if !self.estimate.bound_by.is_empty() {
            writeln!(formatter, "(decided by {})", self.estimate.bound_by)?;
        }
        Ok(())
    }
}

impl Plan {
    /// What cannot be made: a line for each reason.
    fn impossible(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.cannot.is_empty() {
            return Ok(());
        }
        let mut grouped = Grouped::default();
        for group in &self.cannot {
            let reason = format!("{}: {}", group.kind, group.reason);
            grouped.add(reason, group.count, group.examples.iter().map(String::as_str));
        }
        write!(formatter, "\nCannot be made:\n{grouped}")?;
        if grouped.leaves_out() { writeln!(formatter, "  {WHOLE}") } else { Ok(()) }
    }

    fn projects(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "\nProjects:")?;
        for project in self.projects.iter().take(PROJECTS) {
            let present = if project.present { "on the standby already" } else { "new" };
            write!(formatter, "  {:<12}{present}, {} issues", printable(&project.key), project.issues)?;
            if project.matched > 0 {
                write!(formatter, ", {} restored earlier", project.matched)?;
            }
            if project.placeholders > 0 {
                write!(formatter, ", {} placeholders", project.placeholders)?;
            }
            if project.keys_taken > 0 {
                write!(formatter, ", {} keys are taken: these issues get new ones", project.keys_taken)?;
            }
            writeln!(formatter)?;
        }
        match self.projects.len().saturating_sub(PROJECTS) {
            0 => Ok(()),
            more => writeln!(formatter, "  … and {more} more {WHOLE}"),
        }
    }
}
