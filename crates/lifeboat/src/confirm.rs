//! Asking before something is done that cannot be taken back.

use std::io::IsTerminal as _;

use anyhow::Result;

use crate::exit::Fault;
use crate::output::lines;

/// Goes on only if a person agrees: with `--yes`, or by an answer on a terminal.
pub(crate) fn agreed(question: &str, yes: bool) -> Result<()> {
    let question = &*lines(question);
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Fault::usage(format!("{question} Say so with --yes: there is no terminal to ask on")).into());
    }
    match inquire::Confirm::new(question).with_default(false).prompt() {
        Ok(true) => Ok(()),
        Ok(false) => Err(Fault::interrupted("nothing was done").into()),
        Err(error) => Err(Fault::interrupted(format!("nothing was done: {error}")).into()),
    }
}
