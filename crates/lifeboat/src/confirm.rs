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

/// Goes on only if a person means this very thing: with `--yes`, or by typing its name on a terminal.
pub(crate) fn by_name(what: &str, name: &str, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    let what = &*lines(what);
    if !std::io::stdin().is_terminal() {
        return Err(Fault::usage(format!("{what} Say so with --yes: there is no terminal to ask on")).into());
    }
    match inquire::Text::new(&format!("{what} Type its name to go on:")).prompt() {
        Ok(typed) if typed.trim() == name => Ok(()),
        Ok(_) => Err(Fault::interrupted("that is another name: nothing was done").into()),
        Err(error) => Err(Fault::interrupted(format!("nothing was done: {error}")).into()),
    }
}
