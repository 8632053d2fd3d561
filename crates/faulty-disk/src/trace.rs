//! Follows a program from one system call to the next.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::Path;
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::libc::user_regs_struct;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::calls::touch;
use crate::{Ended, Mishap, Plan, Refusal, Touch};

/// A program for [`run`]; arguments, environment and folder are added as to any command. It stands still until it is
/// followed, so that nothing of it is missed.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "kill -STOP $$; exec \"$0\" \"$@\""]).arg(program);
    command
}

/// Runs a program made by [`command`] to its end. What it does to files for which `watched` holds is numbered; at the touch
/// that `plan` names, something goes wrong.
pub fn run(command: Command, watched: impl Fn(&Path) -> bool + Send, plan: Option<Plan>) -> io::Result<Ended> {
    // Whoever traces must be the thread that began, and waits for all children of that thread: it needs one of its own.
    std::thread::scope(|scope| {
        let traced = scope.spawn(move || trace(command, &watched, plan));
        traced.join().unwrap_or_else(|_| Err(io::Error::other("the thread that traces panicked")))
    })
}

fn trace(mut command: Command, watched: &dyn Fn(&Path) -> bool, plan: Option<Plan>) -> io::Result<Ended> {
    let (out, err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(err.try_clone()?);
    let child = command.spawn()?;
    let root = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
    let mut tracer = Tracer { root, watched, plan, touches: Vec::new(), inside: HashMap::new() };
    let code = tracer.follow()?;
    Ok(Ended { touches: tracer.touches, code, out: whole(out)?, err: whole(err)? })
}

fn whole(mut file: File) -> io::Result<String> {
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text)
}

struct Tracer<'a> {
    root: Pid,
    watched: &'a dyn Fn(&Path) -> bool,
    plan: Option<Plan>,
    touches: Vec<Touch>,
    /// Threads inside a call that touches a watched file, and what follows it.
    inside: HashMap<Pid, Sequel>,
}

/// What happens when a call returns.
#[derive(Clone, Copy)]
enum Sequel {
    Nothing,
    Kill,
    Refuse(Errno),
}

impl Tracer<'_> {
    /// Until the program has ended: its exit code, or none when a signal ended it.
    fn follow(&mut self) -> io::Result<Option<i32>> {
        waitpid(self.root, Some(WaitPidFlag::WUNTRACED))?;
        let options = Options::PTRACE_O_EXITKILL
            | Options::PTRACE_O_TRACESYSGOOD
            | Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACEVFORK
            | Options::PTRACE_O_TRACEEXEC;
        ptrace::seize(self.root, options)?;
        kill(self.root, Signal::SIGCONT)?;
        loop {
            let any = Pid::from_raw(-1);
            match waitpid(any, Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD))? {
                WaitStatus::Exited(pid, code) if pid == self.root => return Ok(Some(code)),
                WaitStatus::Signaled(pid, ..) if pid == self.root => return Ok(None),
                WaitStatus::PtraceSyscall(pid) => {
                    gone_is_fine(self.at_call(pid))?;
                    go_on(pid, None)?;
                }
                WaitStatus::PtraceEvent(pid, ..) => go_on(pid, None)?,
                WaitStatus::Stopped(pid, signal) => go_on(pid, Some(signal))?,
                WaitStatus::Exited(pid, _) | WaitStatus::Signaled(pid, ..) => drop(self.inside.remove(&pid)),
                WaitStatus::Continued(_) | WaitStatus::StillAlive => {}
            }
        }
    }

    /// A thread begins a call, or comes back from it.
    fn at_call(&mut self, thread: Pid) -> nix::Result<()> {
        let mut registers = ptrace::getregs(thread)?;
        match self.inside.remove(&thread) {
            Some(Sequel::Nothing) => Ok(()),
            Some(Sequel::Kill) => kill(self.root, Signal::SIGKILL),
            Some(Sequel::Refuse(errno)) => {
                registers.rax = (-i64::from(errno as i32)) as u64;
                ptrace::setregs(thread, registers)
            }
            None => match touch(thread, &registers).filter(|touch| (self.watched)(&touch.path)) {
                Some(touch) => self.at_touch(thread, registers, touch),
                None => Ok(()),
            },
        }
    }

    fn at_touch(&mut self, thread: Pid, mut registers: user_regs_struct, touch: Touch) -> nix::Result<()> {
        let removes = matches!(touch.call, "unlink" | "rmdir");
        let bytes = touch.bytes.filter(|bytes| *bytes > 1);
        self.touches.push(touch);
        let mut sequel = Sequel::Nothing;
        match self.due(removes) {
            None => {}
            Some(Mishap::KillBefore) => return kill(self.root, Signal::SIGKILL),
            Some(Mishap::KillAfter) => sequel = Sequel::Kill,
            Some(Mishap::Tear) => {
                let Some(bytes) = bytes else { return kill(self.root, Signal::SIGKILL) };
                registers.rdx = bytes / 2;
                ptrace::setregs(thread, registers)?;
                sequel = Sequel::Kill;
            }
            Some(Mishap::Refuse(refusal) | Mishap::RefuseFrom(refusal)) => {
                // A call without a number does nothing.
                registers.orig_rax = u64::MAX;
                ptrace::setregs(thread, registers)?;
                sequel = Sequel::Refuse(errno(refusal));
            }
        }
        self.inside.insert(thread, sequel);
        Ok(())
    }

    /// What goes wrong at the touch that was noted last.
    fn due(&self, removes: bool) -> Option<Mishap> {
        let plan = self.plan?;
        let number = self.touches.len();
        let lasting = matches!(plan.mishap, Mishap::RefuseFrom(_)) && number > plan.at && !removes;
        (number == plan.at || lasting).then_some(plan.mishap)
    }
}

fn errno(refusal: Refusal) -> Errno {
    match refusal {
        Refusal::Full => Errno::ENOSPC,
        Refusal::Broken => Errno::EIO,
        Refusal::ReadOnly => Errno::EROFS,
    }
}

fn go_on(thread: Pid, signal: Option<Signal>) -> io::Result<()> {
    gone_is_fine(ptrace::syscall(thread, signal))
}

/// A thread may be killed while it is looked at.
fn gone_is_fine(result: nix::Result<()>) -> io::Result<()> {
    match result {
        Ok(()) | Err(Errno::ESRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
