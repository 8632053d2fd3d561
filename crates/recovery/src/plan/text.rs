//! The plan as people read it.

use std::fmt;

use super::report::Plan;

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
        if !self.cannot.is_empty() {
            writeln!(formatter, "\nCannot be made:")?;
            for group in &self.cannot {
                let examples = group.examples.join(", ");
                writeln!(formatter, "  {} {}: {} ({examples})", group.count, group.kind, group.reason)?;
            }
        }
        if !self.users_missing.is_empty() {
            writeln!(formatter, "\n{} users have no account on the standby:", self.users_missing.len())?;
            for user in &self.users_missing {
                writeln!(formatter, "  {user}")?;
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
    fn projects(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "\nProjects:")?;
        for project in &self.projects {
            let present = if project.present { "on the standby already" } else { "new" };
            write!(formatter, "  {:<12}{present}, {} issues", project.key, project.issues)?;
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
        Ok(())
    }
}
