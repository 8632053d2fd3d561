//! What commands print: text for people, or one JSON document with `--json`; and progress.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use ambient::Ambient;
use indicatif::{ProgressBar, ProgressStyle};
use jira::printable;
use serde::Serialize;

use crate::cli::Global;

/// Where a command's words go.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
}

impl Output {
    /// The output that the command line asks for.
    pub(crate) fn new(global: &Global) -> Self {
        Self { json: global.json, quiet: global.quiet }
    }

    /// Prints a result: as JSON, or as `text` says. JSON is exact, text is what a terminal may show.
    pub(crate) fn result(&self, value: &impl Serialize, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        let mut line = if self.json { serde_json::to_string_pretty(value)? } else { lines(&text()) };
        if !line.ends_with('\n') {
            line.push('\n');
        }
        print(line.as_bytes())
    }

    /// Whether results are printed as JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Says something on the side: never part of a result.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            eprintln!("{}", lines(text));
        }
    }

    /// Progress of a long command: bars on a terminal, a line now and then otherwise, nothing with `--quiet`.
    pub(crate) fn progress(&self, ambient: &Ambient) -> Progress {
        let shown = match (self.quiet, std::io::stderr().is_terminal()) {
            (true, _) => Shown::Nothing,
            (false, true) => Shown::Bar,
            (false, false) => Shown::Lines,
        };
        Progress { shown, ambient: ambient.clone(), state: Mutex::default() }
    }
}

/// Text of several lines, of which none steers a terminal: sites are named by others.
pub(crate) fn lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// Writes to standard output. A reader that closed the pipe has what it wanted.
pub(crate) fn print(bytes: &[u8]) -> anyhow::Result<()> {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Nothing,
    Bar,
    Lines,
}

/// How far a long command is, with rate and estimate.
#[derive(Debug)]
pub(crate) struct Progress {
    shown: Shown,
    ambient: Ambient,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    phase: String,
    began: Duration,
    first: u64,
    printed: Option<Duration>,
    bar: Option<ProgressBar>,
}

/// Between two lines where there is no terminal.
const EVERY: Duration = Duration::from_secs(5);

impl Progress {
    /// Shows that `done` of `total` (0 where it is not known) are done in a phase.
    pub(crate) fn show(&self, phase: &str, done: u64, total: u64) {
        if self.shown == Shown::Nothing {
            return;
        }
        let phase = &*printable(phase);
        let now = self.ambient.clock.elapsed();
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if state.phase != phase {
            if let Some(bar) = state.bar.take() {
                bar.finish();
            }
            *state = State { phase: phase.to_owned(), began: now, first: done, printed: None, bar: None };
        }
        match self.shown {
            Shown::Bar => bar(&mut state, total).set_position(done),
            _ => line(&mut state, now, done, total),
        }
    }

    /// Says something between two steps, above the bar.
    fn say(&self, text: &str) {
        let text = lines(text);
        let state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match (self.shown, &state.bar) {
            (Shown::Nothing, _) => {}
            (_, Some(bar)) => bar.println(text),
            (_, None) => eprintln!("  {text}"),
        }
    }

    /// Ends the bar.
    pub(crate) fn finish(&self) {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(bar) = state.bar.take() {
            bar.finish();
        }
    }
}

impl recovery::progress::Progress for Progress {
    fn step(&self, step: &recovery::progress::Step) {
        self.show(&step.phase, step.done, step.total.unwrap_or(0));
    }

    fn note(&self, text: &str) {
        self.say(text);
    }
}

fn bar(state: &mut State, total: u64) -> &ProgressBar {
    let phase = state.phase.clone();
    let bar = state.bar.get_or_insert_with(|| {
        let template = if total == 0 {
            "{msg:32} {pos} ({per_sec}) {elapsed}"
        } else {
            "{msg:32} {wide_bar} {pos}/{len} ({per_sec}, {eta} left)"
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(total).with_style(style).with_message(phase)
    });
    if total != 0 {
        bar.set_length(total);
    }
    bar
}

fn line(state: &mut State, now: Duration, done: u64, total: u64) {
    let last = total != 0 && done >= total;
    if state.printed.is_some_and(|printed| now.saturating_sub(printed) < EVERY) && !last {
        return;
    }
    if last && state.printed == Some(Duration::MAX) {
        return;
    }
    state.printed = Some(if last { Duration::MAX } else { now });
    eprintln!(
        "  {}",
        describe(&state.phase, now.saturating_sub(state.began), done - state.first.min(done), done, total)
    );
}

/// One line: phase, count, rate and the time that is left at this rate.
fn describe(phase: &str, spent: Duration, since: u64, done: u64, total: u64) -> String {
    let rate = since as f64 / spent.as_secs_f64().max(0.001);
    match total {
        0 => format!("{phase}: {done}"),
        _ if spent < Duration::from_secs(1) || since == 0 || done >= total => format!("{phase}: {done}/{total}"),
        _ => {
            let left = (total - done) as f64 / rate;
            format!("{phase}: {done}/{total} ({rate:.0}/s, {} left)", span(Duration::from_secs_f64(left)))
        }
    }
}

/// A span of time for people: `4 s`, `3 min`, `2 h 10 min`.
pub(crate) fn span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_rate_and_what_is_left() {
        let line = describe("issues", Duration::from_secs(10), 500, 600, 1600);
        assert_eq!(line, "issues: 600/1600 (50/s, 20 s left)");
        assert_eq!(describe("reading", Duration::from_secs(3), 7, 7, 0), "reading: 7");
    }

    #[test]
    fn lines_stay_and_what_steers_goes() {
        assert_eq!(lines("a\u{1b}[2Jb\n  c\r\u{202e}d\n"), "a [2Jb\n  c  d\n");
    }

    #[test]
    fn spans_are_told_in_words() {
        let told = [5, 119, 120, 7200, 7860].map(|seconds| span(Duration::from_secs(seconds)));
        assert_eq!(told, ["5 s", "119 s", "2 min", "2 h 0 min", "2 h 11 min"]);
    }
}
