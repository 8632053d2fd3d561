//! Which system calls change files, and which file a call is about.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use nix::libc::{self, user_regs_struct};
use nix::unistd::Pid;

use crate::Touch;

/// How a call names its file, and how many bytes it writes. Numbers are places among the arguments.
#[derive(Clone, Copy)]
enum Shape {
    /// An open file; with the place of a count of bytes.
    Descriptor(Option<usize>),
    /// A name.
    Name(usize),
    /// A name relative to an open folder, which stands before it.
    NameIn(usize),
    /// A name and the place of the flags of `open`; relative to an open folder if the name is not the first.
    Open { name: usize, flags: usize },
}

const CALLS: &[(i64, &str, Shape)] = &[
    (libc::SYS_write, "write", Shape::Descriptor(Some(2))),
    (libc::SYS_pwrite64, "pwrite", Shape::Descriptor(Some(2))),
    (libc::SYS_writev, "writev", Shape::Descriptor(None)),
    (libc::SYS_pwritev, "pwritev", Shape::Descriptor(None)),
    (libc::SYS_pwritev2, "pwritev2", Shape::Descriptor(None)),
    (libc::SYS_fsync, "fsync", Shape::Descriptor(None)),
    (libc::SYS_fdatasync, "fdatasync", Shape::Descriptor(None)),
    (libc::SYS_ftruncate, "ftruncate", Shape::Descriptor(None)),
    (libc::SYS_fallocate, "fallocate", Shape::Descriptor(None)),
    (libc::SYS_sendfile, "sendfile", Shape::Descriptor(None)),
    (libc::SYS_truncate, "truncate", Shape::Name(0)),
    (libc::SYS_mkdir, "mkdir", Shape::Name(0)),
    (libc::SYS_mkdirat, "mkdir", Shape::NameIn(1)),
    (libc::SYS_unlink, "unlink", Shape::Name(0)),
    (libc::SYS_unlinkat, "unlink", Shape::NameIn(1)),
    (libc::SYS_rmdir, "rmdir", Shape::Name(0)),
    (libc::SYS_rename, "rename", Shape::Name(1)),
    (libc::SYS_renameat, "rename", Shape::NameIn(3)),
    (libc::SYS_renameat2, "rename", Shape::NameIn(3)),
    (libc::SYS_link, "link", Shape::Name(1)),
    (libc::SYS_linkat, "link", Shape::NameIn(3)),
    (libc::SYS_creat, "open", Shape::Name(0)),
    (libc::SYS_open, "open", Shape::Open { name: 0, flags: 1 }),
    (libc::SYS_openat, "open", Shape::Open { name: 1, flags: 2 }),
];

/// What a call is about to do to which file, if it is one of those that change files.
pub(crate) fn touch(process: Pid, registers: &user_regs_struct) -> Option<Touch> {
    let number = i64::try_from(registers.orig_rax).ok()?;
    let (_, call, shape) = CALLS.iter().find(|(known, ..)| *known == number)?;
    let arguments = [registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r8, registers.r9];
    let (path, bytes) = match *shape {
        Shape::Descriptor(count) => (open_file(process, arguments[0])?, count.map(|place| arguments[place])),
        Shape::Name(name) => (absolute(process, None, &text(process, arguments[name])?)?, None),
        Shape::NameIn(name) => (named(process, &arguments, name)?, None),
        Shape::Open { name, flags } => {
            let flags = arguments[flags] as i32;
            let path = if name == 0 {
                absolute(process, None, &text(process, arguments[0])?)?
            } else {
                named(process, &arguments, name)?
            };
            let makes = flags & libc::O_CREAT != 0 && !path.exists();
            let empties = flags & libc::O_TRUNC != 0;
            (makes || empties).then_some((path, None))?
        }
    };
    // Making what is there, or removing what is not, changes nothing.
    let idle = match *call {
        "mkdir" => path.exists(),
        "unlink" | "rmdir" => path.symlink_metadata().is_err(),
        _ => false,
    };
    (!idle).then_some(Touch { call, path, bytes })
}

fn named(process: Pid, arguments: &[u64; 6], name: usize) -> Option<PathBuf> {
    absolute(process, Some(arguments[name - 1]), &text(process, arguments[name])?)
}

fn absolute(process: Pid, folder: Option<u64>, name: &Path) -> Option<PathBuf> {
    if name.is_absolute() {
        return Some(name.to_owned());
    }
    let base = match folder {
        Some(descriptor) if descriptor as i32 != libc::AT_FDCWD => open_file(process, descriptor)?,
        _ => std::fs::read_link(format!("/proc/{process}/cwd")).ok()?,
    };
    Some(base.join(name))
}

fn open_file(process: Pid, descriptor: u64) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{process}/fd/{}", descriptor as i32)).ok()
}

/// A name in the memory of the process. It ends with a zero byte, and may lie at the end of what can be read.
fn text(process: Pid, address: u64) -> Option<PathBuf> {
    const PAGE: u64 = 4096;
    let memory = File::open(format!("/proc/{process}/mem")).ok()?;
    let mut bytes = Vec::new();
    while bytes.len() < libc::PATH_MAX as usize {
        let begin = address + bytes.len() as u64;
        let mut page = vec![0; (PAGE - begin % PAGE) as usize];
        memory.read_exact_at(&mut page, begin).ok()?;
        if let Some(end) = page.iter().position(|byte| *byte == 0) {
            bytes.extend_from_slice(&page[..end]);
            return Some(OsString::from_vec(bytes).into());
        }
        bytes.extend(page);
    }
    None
}
