//! Checks an export of the audit log, offline: no home folder, no key, no server.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result};
use control::audit::checkpoint::{Checkpoint, CheckpointKey};
use control::audit::export::{BrokenExport, ExportChecker};
use control::audit::{AuditEvent, AuditHead};
use control::id::TenantId;
use serde_json::json;

use crate::cli::audit::VerifyArguments;
use crate::exit::{Exit, Fault};
use crate::output::Output;

pub(crate) fn run(output: &Output, arguments: &VerifyArguments) -> Result<()> {
    let heads: Vec<AuditHead> = arguments.heads.iter().map(|typed| head(typed)).collect::<Result<_>>()?;
    let checkpoints = checkpoints(arguments)?;
    let known = heads.len() + checkpoints.len();
    let head = check(&arguments.file, heads, &checkpoints)?;
    let value = json!({ "events": head.number, "head": head, "knownHeads": known });
    output.result(&value, || {
        let mut text = format!("{} events, none of them changed, missing or moved\n", head.number);
        match known {
            0 => text.push_str(
                "Nothing kept elsewhere was given: whether its end was cut off, or all of it was written anew, is not known.\n",
            ),
            _ => text.push_str("What was kept elsewhere lies on the way.\n"),
        }
        text
    })
}

/// Where the log stood, as it was noted: `1234:5f3c…`.
fn head(typed: &str) -> Result<AuditHead> {
    let unusable = || Fault::usage(format!("`{typed}` is no NUMBER:HASH as `lifeboat audit head` prints it"));
    let (number, hash) = typed.split_once(':').ok_or_else(unusable)?;
    let number: u64 = number.trim().parse().map_err(|_| unusable())?;
    let hash = hash.trim().to_lowercase();
    Ok(serde_json::from_value(json!({ "number": number, "hash": hash })).map_err(|_| unusable())?)
}

fn checkpoints(arguments: &VerifyArguments) -> Result<Vec<Checkpoint>> {
    let Some(typed) = &arguments.key else { return Ok(vec![]) };
    let key = CheckpointKey::parse(typed).ok_or_else(|| Fault::usage("--key takes 64 hexadecimal digits"))?;
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let broken = |why| not_proven(format!("the checkpoint in {} cannot be trusted: {why}", path.display()));
        Ok(Checkpoint::read(&text, key).map_err(broken)?)
    };
    arguments.checkpoints.iter().map(read).collect()
}

fn check(path: &Path, mut known: Vec<AuditHead>, checkpoints: &[Checkpoint]) -> Result<AuditHead> {
    let file = File::open(path).with_context(|| format!("cannot read the export {}", path.display()))?;
    let mut reader = BufReader::new(file);
    let broken = |error: BrokenExport| not_proven(format!("{} is not the log: {error}", path.display()));
    let mut checker: Option<ExportChecker> = None;
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        let read = reader.read_line(&mut line);
        if read.with_context(|| format!("cannot read the export {}", path.display()))? == 0 {
            break;
        }
        let text = line.strip_suffix('\n').ok_or_else(|| broken(BrokenExport::Cut))?;
        let checker = match &mut checker {
            Some(checker) => checker,
            None => checker.insert(begin(text, &mut known, checkpoints).map_err(broken)??),
        };
        checker.check_line(number, text).map_err(broken)?;
    }
    let empty = || not_proven(format!("{} has no events: every log has some", path.display()));
    Ok(checker.ok_or_else(empty)?.finish().map_err(broken)?)
}

/// Begins with the first line, which says whose log it is.
fn begin(
    line: &str,
    known: &mut Vec<AuditHead>,
    checkpoints: &[Checkpoint],
) -> Result<Result<ExportChecker, Fault>, BrokenExport> {
    let event: AuditEvent = serde_json::from_str(line).map_err(|_| BrokenExport::Line { line: 1 })?;
    let tenant: TenantId = event.tenant;
    if checkpoints.iter().any(|checkpoint| checkpoint.tenant != tenant) {
        return Ok(Err(not_proven("a checkpoint is of another installation's log".to_owned())));
    }
    known.extend(checkpoints.iter().map(|checkpoint| checkpoint.head));
    Ok(Ok(ExportChecker::new(tenant, std::mem::take(known))))
}

fn not_proven(message: String) -> Fault {
    Fault { exit: Exit::NotProven, message }
}
