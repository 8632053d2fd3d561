//! Running the program in a home folder that only one test uses.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The program: cargo's, or another build of it, so that a test of hours is not disturbed by the next one.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("LIFEBOAT_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_lifeboat").into(), PathBuf::from)
}

/// A home folder, and what is set in the environment of every command there.
pub(crate) struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let mut home = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() };
        // The emulator finishes or forgets a request before its sender is started again: nothing has to settle.
        home.set("LIFEBOAT_SET__RECOVERY__SETTLE_SECONDS", "1");
        // A site that is down here does not come back by itself.
        home.set("LIFEBOAT_SET__JIRA__PATIENCE_SECONDS", "3");
        home
    }

    /// Sets a variable for every command from now on.
    pub(crate) fn set(&mut self, variable: &str, value: &str) {
        self.variables.push((variable.to_owned(), value.to_owned()));
    }

    /// The folder that `--home` names.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A place beside the home folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("lifeboat.db")
    }

    /// A line about to be typed: what stands after `lifeboat`.
    pub(crate) fn line(&self, line: &[&str]) -> Line {
        let mut command = Command::new(program());
        command.args(line);
        self.environment(&mut command);
        Line { command, text: format!("lifeboat {}", line.join(" ")) }
    }

    /// A line of the shell; `$LIFEBOAT` is the program.
    pub(crate) fn shell(&self, script: &str) -> Line {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        self.environment(&mut command);
        command.env("LIFEBOAT", program());
        Line { command, text: script.to_owned() }
    }

    /// Sets what every command finds in its environment, and nothing else.
    pub(crate) fn environment(&self, command: &mut Command) {
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("LIFEBOAT_HOME", self.path()).env("HOME", self.folder.path());
        command.envs(self.variables.iter().map(|(variable, value)| (variable, value)));
    }

    /// Types a line and waits for its end.
    pub(crate) fn run(&self, line: &[&str]) -> Ended {
        self.line(line).run()
    }

    /// Types a line as somebody.
    pub(crate) fn run_as(&self, person: &str, line: &[&str]) -> Ended {
        self.line(line).with("LIFEBOAT_AS", person).run()
    }

    /// The files in the home folder that hold these bytes.
    pub(crate) fn files_with(&self, needle: &str) -> Vec<PathBuf> {
        files_with(&self.path(), needle)
    }

    /// The files in a folder beside the home folder that hold these bytes.
    pub(crate) fn beside_with(&self, name: &str, needle: &str) -> Vec<PathBuf> {
        files_with(&self.beside(name), needle)
    }
}

fn files_with(folder: &Path, needle: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    };
    files(folder).into_iter().filter(holds).collect()
}

/// A line about to be typed.
pub(crate) struct Line {
    command: Command,
    text: String,
}

impl Line {
    /// Sets a variable for this line.
    pub(crate) fn with(mut self, variable: &str, value: &str) -> Self {
        self.command.env(variable, value);
        self
    }

    /// Waits for the end.
    pub(crate) fn run(mut self) -> Ended {
        let output = self.command.output().unwrap();
        Ended::new(self.text, output)
    }

    /// Starts it, for whoever looks after the process and reads what it says.
    pub(crate) fn spawn(mut self) -> Child {
        self.command.spawn().unwrap()
    }

    /// Starts it, for a test that does something meanwhile.
    pub(crate) fn start(mut self) -> Running {
        Running { child: self.command.spawn().unwrap(), text: self.text }
    }
}

/// A command that runs.
pub(crate) struct Running {
    child: Child,
    text: String,
}

impl Running {
    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// The number of its process.
    pub(crate) fn number(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Kills it when this happens, unless it ends before: then how it ended.
    pub(crate) async fn killed_when(mut self, happens: impl Future<Output = ()>) -> Result<(), Ended> {
        let mut happens = std::pin::pin!(happens);
        loop {
            tokio::select! {
                biased;
                () = &mut happens => {
                    self.kill();
                    return Ok(());
                }
                () = crate::world::pause(5) => {}
            }
            if self.has_ended() {
                return Err(self.end().await);
            }
        }
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(&self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end, on a thread where waiting disturbs nobody.
    pub(crate) async fn end(self) -> Ended {
        let Self { child, text } = self;
        let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
        Ended::new(text, output)
    }
}

/// What a command left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    text: String,
    /// Exit code; −1 when a signal ended it.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ended {
    fn new(text: String, output: Output) -> Self {
        let read = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { text, code: output.status.code().unwrap_or(-1), out: read(output.stdout), err: read(output.stderr) }
    }

    /// It must have ended well.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, 0, "{self}");
        self
    }

    /// It must have failed with this exit code, one message on standard error and nothing on standard output; the message.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> String {
        assert_eq!(self.out, "", "a failed command prints no result: {self}");
        self.ends(code)
    }

    /// It must have ended with this exit code and one message; the message. It may have printed a result.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self}");
        let messages: Vec<&str> = self.err.lines().filter_map(|line| line.strip_prefix("lifeboat: ")).collect();
        assert_eq!(messages.len(), 1, "one message: {self}");
        messages[0].to_owned()
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let ended = self.done();
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended}"))
    }

    /// Everything that was printed.
    pub(crate) fn printed(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}` ended with {}\n--- out\n{}\n--- err\n{}", self.text, self.code, self.out, self.err)
    }
}

/// All files below a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file, &target).unwrap();
    }
}
