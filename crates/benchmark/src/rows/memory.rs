//! Memory, CPU and seconds of the pipeline as a process of its own, at several sizes.

use anyhow::{Result, ensure};
use serde_json::json;

use super::{Size, mebibytes, spoken};
use crate::emulator::{Options, Serving};
use crate::table::{Row, Time};
use crate::worker::{self, Task, Told};

/// What the process may hold.
const ALLOWED: u64 = 300 << 20;

/// CPU for 1,000 issues.
pub(super) fn cpu(_: Size) -> Result<Vec<Row>> {
    let (capture, recover) = both(&Options { issues: 1000, no_limits: true, ..Options::default() })?;
    let row = |what: &str, told: &Told| Row {
        what: format!("CPU for {what} of 1,000 issues"),
        measured: format!("{:.2} s", told.taken.cpu_seconds),
        against: format!("{} requests", told.requests),
        ratio: None,
        target: String::new(),
        met: None,
        time: Time::Real,
        figures: json!(told),
    };
    Ok(vec![row("a capture", &capture), row("a recovery with its plan and proof", &recover)])
}

pub(super) fn measure(size: Size) -> Result<Vec<Row>> {
    let real =
        |name: &str| testkit::real_issues(name).map(|folder| Options { folder: Some(folder), ..Options::default() });
    let generated = |issues: u32| Some(Options { issues, ..Options::default() });
    let mut sites = vec![("501 real issues", real("small").or_else(|| generated(501)))];
    if size >= Size::Usual {
        sites.push(("10,000 real issues", real("medium").or_else(|| generated(10_000))));
    }
    if size == Size::Full {
        sites.push(("29,057 real issues", real("large").or_else(|| generated(29_057))));
        sites.push(("200,000 issues", generated(200_000)));
    }
    let mut rows = Vec::new();
    let mut first: Option<(u64, u64)> = None;
    for (what, options) in sites {
        let Some(options) = options else { continue };
        eprintln!("  {what} …");
        let (capture, recover) = both(&Options { no_limits: true, ..options })?;
        let (of_capture, of_recover) = *first.get_or_insert((capture.taken.peak_bytes, recover.taken.peak_bytes));
        rows.push(row(&format!("memory of a capture of {what}"), &capture, of_capture));
        rows.push(row(&format!("memory of a recovery of {what}"), &recover, of_recover));
    }
    Ok(rows)
}

fn row(what: &str, told: &Told, smallest: u64) -> Row {
    let peak = told.taken.peak_bytes;
    Row {
        what: what.to_owned(),
        measured: format!(
            "{} in {}, {:.1} s CPU, {} requests; {:.2} × the smallest",
            mebibytes(peak),
            spoken(told.seconds),
            told.taken.cpu_seconds,
            told.requests,
            peak as f64 / smallest as f64
        ),
        against: mebibytes(ALLOWED),
        ratio: Some(peak as f64 / ALLOWED as f64),
        target: "≤ 1".to_owned(),
        met: Some(peak <= ALLOWED),
        time: Time::Real,
        figures: json!(told),
    }
}

fn both(options: &Options) -> Result<(Told, Told)> {
    let folder = tempfile::tempdir()?;
    let serving = Serving::start(options)?;
    let capture = worker::start(Task::Capture, &serving.source, folder.path())?;
    let recover = worker::start(Task::Recover, &serving.standby, folder.path())?;
    ensure!(recover.holds == Some(true), "the proof does not hold: {}", recover.details);
    Ok((capture, recover))
}
