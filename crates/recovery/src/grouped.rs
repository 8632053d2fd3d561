//! Long lists as people can read them: grouped by reason, with counts and the first few names.

use std::collections::BTreeMap;
use std::fmt;

use jira::printable;

/// How many names of a group are told.
const NAMES: usize = 5;
/// Where everything is that a text leaves out.
pub(crate) const WHOLE: &str = "(the whole list: --json)";
/// How many groups are told.
const GROUPS: usize = 20;

/// Names by what is said of them. Its text has a few dozen lines at most, however long the list is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grouped {
    groups: BTreeMap<String, Group>,
}

#[derive(Clone, Debug, Default)]
struct Group {
    count: u64,
    names: Vec<String>,
}

impl Grouped {
    /// Groups pairs of what is said and of whom.
    pub(crate) fn of<'a>(all: impl Iterator<Item = (String, &'a str)>) -> Self {
        let mut grouped = Self::default();
        for (reason, name) in all {
            grouped.add(reason, 1, std::iter::once(name));
        }
        grouped
    }

    /// Adds some of whom the same is said, and the names of a few of them. Both may be words from elsewhere: each stays on
    /// its line.
    pub(crate) fn add<'a>(&mut self, reason: String, count: u64, names: impl Iterator<Item = &'a str>) {
        let group = self.groups.entry(printable(&reason).into_owned()).or_default();
        group.count += count;
        let room = NAMES.saturating_sub(group.names.len());
        group.names.extend(names.take(room).map(|name| printable(name).into_owned()));
    }

    /// Whether the text leaves names or groups out.
    pub(crate) fn leaves_out(&self) -> bool {
        self.groups.len() > GROUPS || self.groups.values().any(|group| group.count > group.names.len() as u64)
    }
}

impl fmt::Display for Grouped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: Vec<(&String, &Group)> = self.groups.iter().collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.count));
        for (reason, group) in groups.iter().take(GROUPS) {
            let names = group.names.join(", ");
            match group.count.saturating_sub(group.names.len() as u64) {
                _ if group.names.is_empty() => writeln!(formatter, "  {} {reason}", group.count)?,
                0 => writeln!(formatter, "  {} {reason} ({names})", group.count)?,
                more => writeln!(formatter, "  {} {reason} ({names} and {more} more)", group.count)?,
            }
        }
        match groups.get(GROUPS..) {
            None | Some([]) => Ok(()),
            Some(rest) => {
                let count: u64 = rest.iter().map(|(_, group)| group.count).sum();
                writeln!(formatter, "  {count} for {} other reasons", rest.len())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_ten_thousand_takes_a_line_for_each_reason() {
        let names: Vec<String> = (0..10_000).map(|number| format!("ABC-{number}")).collect();
        let reason = |number: usize| if number == 7 { "is locked" } else { "is in use" }.to_owned();
        let grouped = Grouped::of(names.iter().enumerate().map(|(number, name)| (reason(number), name.as_str())));
        insta::assert_snapshot!(grouped, @r"
          9999 is in use (ABC-0, ABC-1, ABC-2, ABC-3, ABC-4 and 9994 more)
          1 is locked (ABC-7)
        ");
        assert!(grouped.leaves_out());
    }

    #[test]
    fn many_reasons_are_summed_up() {
        let mut grouped = Grouped::default();
        for number in 0..30 {
            grouped.add(format!("reason {number:02}"), 2, ["a", "b"].into_iter());
        }
        let text = grouped.to_string();
        assert_eq!(text.lines().count(), GROUPS + 1);
        assert!(text.ends_with("  20 for 10 other reasons\n"), "{text}");
    }
}
