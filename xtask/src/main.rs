//! The project's own commands, run as `cargo xtask <command>`.
//!
//! `test` is what every change must pass; start at [`main`].

mod features;
mod fuzz;
mod postgres;
mod python;
mod queries;
mod steps;
mod web;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  test [--all] [FILTER]   formatting, lints, every test; --all adds the long ones (minutes)
  lint                    formatting and lints alone
  deny                    licences, sources and bans of dependencies (installs cargo-deny when missing)
  bench [NAMES] [--quick | --full] [--peer] [--json FILE]
                          requests, time, memory and bytes on emulated sites with Jira's limits, as a table and as JSON
  fuzz [SECONDS]          made-up bytes for everything that reads foreign ones, 60 s a target; with a time, other bytes
                          each time (installs cargo-fuzz)
  prepare-queries         describes every SQL statement anew, on both databases, in the `.sqlx` folder of each adapter
  prepare                 installs what the tests use beside Rust: age, and Python packages in target/python
  web                     builds the dashboard and checks it: types, lints, tests, budget
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = arguments.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    let result = match command {
        "test" => steps::test(rest),
        "lint" => steps::lint(),
        "deny" => steps::deny(),
        "fuzz" => fuzz::fuzz(rest),
        "bench" => steps::bench(rest),
        "prepare-queries" => queries::prepare(),
        "web" => web::check(),
        "prepare" => steps::prepare().map(|_| ()),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(anyhow::anyhow!("there is no command `{other}`\n\n{HELP}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
