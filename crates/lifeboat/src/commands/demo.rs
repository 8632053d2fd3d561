//! `lifeboat demo`: the whole story on two emulated sites, each step shown with the command that a user would type.
//!
//! Every command that is shown is what runs: the line is parsed as the shell's would be and dispatched. What the story does
//! beside it (people work on the source, the source dies, people have access to the standby) is in [`world`]. The demo
//! succeeds only if the proof holds. With `--dashboard` people play it through in the browser ([`dashboard`]).

mod dashboard;
mod world;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ambient::{Ambient, Clock};
use anyhow::{Context as _, Result};
use clap::Parser as _;
use jiff::Timestamp;
use secrecy::ExposeSecret as _;

use crate::app::App;
use crate::cli::demo::DemoArguments;
use crate::cli::{Cli, Global};
use crate::exit::{self, Exit, Fault};
use world::World;

const OWNER: &str = "olivia.owner@example.com";
const CONTACT: &str = "carl.contact@example.org";
const SUPPORT: &str = "sam.support@example.com";
const CONNECTION: &str = "Production to standby";

/// Contacts count a week after they were registered: the connection of the story is made a month before the outage.
const A_MONTH: Duration = Duration::from_hours(30 * 24);

pub(crate) async fn run(global: Global, arguments: DemoArguments, ambient: Ambient) -> Result<()> {
    let story = Story::begin(global, &arguments, ambient).await?;
    if arguments.dashboard {
        return Box::pin(dashboard::serve(&story, arguments.listen)).await;
    }
    let told = Box::pin(story.tell()).await;
    let home = story.folder.path().to_owned();
    if arguments.keep {
        let kept = story.folder.keep();
        eprintln!(
            "\nKept: home folder {}, standby {}. Press Ctrl-C to end.",
            kept.display(),
            story.world.standby_url()
        );
        super::interrupt().cancelled().await;
        std::fs::remove_dir_all(&home).with_context(|| format!("cannot remove {}", home.display()))?;
    }
    told
}

struct Story {
    app: App,
    world: World,
    folder: tempfile::TempDir,
    global: Global,
}

impl Story {
    async fn begin(global: Global, arguments: &DemoArguments, ambient: Ambient) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("lifeboat-demo-").tempdir()?;
        let home: PathBuf = folder.path().join("home");
        let global = Global { home: Some(home), config: None, json: false, acting: None, server: None, ..global };
        let app = App::open(&global, ambient).await?.at_this_machine();
        expect_nothing(&app).await?;
        let world = World::start(arguments, &app.ambient).await?;
        Ok(Self { app, world, folder, global })
    }

    async fn tell(&self) -> Result<()> {
        Box::pin(self.before()).await?;
        self.link().await?;
        Box::pin(self.disaster()).await?;
        self.unlock().await?;
        self.recover().await
    }

    /// Ordinary days: a first capture, work, an increment.
    async fn before(&self) -> Result<()> {
        title("Ordinary days");
        say(&format!(
            "Two emulated Jira sites run: production ({}) with {}, and an empty standby ({}).",
            self.world.source_url(),
            self.world.contents(),
            self.world.standby_url()
        ));
        self.type_line(&["person", "add", OWNER, "--name", "Olivia Owner", "--role", "administrator"]).await?;
        self.type_line(&["person", "add", SUPPORT, "--name", "Sam Support", "--role", "support"]).await?;
        self.add_site("production", self.world.source_url().as_str(), self.world.source_token()).await?;
        self.type_line(&["backup", "run", "production"]).await?;
        say(&format!("People go on working: {}.", self.world.work().await?));
        self.type_line(&["backup", "run", "production"]).await?;
        self.type_line(&["points", "list", "production"]).await?;
        self.type_line(&["vault", "verify", "production"]).await
    }

    /// A month before the disaster: the connection.
    async fn link(&self) -> Result<()> {
        title("A recovery connection, made in time");
        let earlier = App { ambient: a_month_ago(&self.app.ambient), ..self.app.clone() };
        let line = ["connection", "add", CONNECTION, "--source", "production", "--contact", CONTACT, "--as", OWNER];
        show(&line);
        let earlier = earlier.acting_as(Some(OWNER.to_owned()));
        let token = super::connection::add(&earlier, CONNECTION, "production", &[CONTACT.to_owned()]).await?;
        self.world.keep_token(token);
        say("The token goes into a password manager. It was shown once; only a verifier of it is stored.");
        Ok(())
    }

    /// The source dies; the standby takes the token.
    async fn disaster(&self) -> Result<()> {
        title("The disaster");
        self.world.kill_source();
        say("The source site is gone: nothing answers at its address any more.");
        self.expect(Exit::Unreachable, &["site", "check", "production"]).await?;
        title("On the standby");
        self.add_site("standby", self.world.standby_url().as_str(), self.world.standby_token()).await?;
        let url = self.world.source_url();
        let line = ["connection", "activate", "--standby", "standby", "--source-url", url.as_str(), "--as", OWNER];
        let token = self.world.token()?;
        self.with("LIFEBOAT_RECOVERY_TOKEN", token.expose_secret()).type_on(&line).await?;
        self.type_line(&["connection", "list"]).await?;
        say("An active connection alone recovers nothing:");
        self.expect(Exit::Refused, &["recover", "start", CONNECTION, "--as", OWNER]).await
    }

    /// Verification: the requester and a contact by code, and somebody else's approval.
    async fn unlock(&self) -> Result<()> {
        title("Verification");
        self.type_line(&["verification", "request", CONNECTION, "--as", OWNER]).await?;
        for person in [OWNER, CONTACT] {
            let code = super::verification::delivered_code(&self.app, person).await?;
            let line = ["verification", "confirm", CONNECTION, "--as", person];
            self.with("LIFEBOAT_CODE", code.expose_secret()).type_on(&line).await?;
        }
        let checked = "called the owner back at the number on file";
        self.expect(Exit::Refused, &["verification", "approve", CONNECTION, "--checked", checked, "--as", OWNER])
            .await?;
        self.type_line(&["verification", "approve", CONNECTION, "--checked", checked, "--as", SUPPORT]).await?;
        self.type_line(&["verification", "list"]).await
    }

    /// Plan, recovery, proof.
    async fn recover(&self) -> Result<()> {
        title("The recovery");
        let fallback = self.world.standby_account();
        self.type_line(&["recover", "plan", CONNECTION, "--fallback-user", &fallback, "--as", OWNER]).await?;
        let result =
            self.type_line(&["recover", "start", CONNECTION, "--fallback-user", &fallback, "--as", OWNER]).await;
        let standby = self.world.standby_contents();
        say(&format!("Counted on the standby itself: {standby}."));
        result
    }

    async fn add_site(&self, name: &str, url: &str, token: String) -> Result<()> {
        let email = self.world.email();
        self.with("LIFEBOAT_API_TOKEN", &token).type_on(&["site", "add", name, "--url", url, "--email", &email]).await
    }

    fn with(&self, variable: &'static str, secret: &str) -> Typing<'_> {
        Typing { story: self, given: Some((variable, secret.to_owned())) }
    }

    async fn type_line(&self, line: &[&str]) -> Result<()> {
        Typing { story: self, given: None }.type_on(line).await
    }

    /// Types a line that must be refused, and says how.
    async fn expect(&self, expected: Exit, line: &[&str]) -> Result<()> {
        match self.type_line(line).await {
            Err(error) if exit::of(&error) == expected => {
                println!("lifeboat: {}\n(exit code {})", crate::sentence(&error), expected as u8);
                Ok(())
            }
            Err(error) => Err(error),
            Ok(()) => Err(Fault::not_proven(format!("`lifeboat {}` should have been refused", line.join(" "))).into()),
        }
    }
}

/// The environment may name a database that is in use: the story does not happen there.
async fn expect_nothing(app: &App) -> Result<()> {
    let mut repository = app.store.read().await?;
    if repository.sites().list(app.tenant).await?.is_empty() {
        return Ok(());
    }
    let message = "the database that LIFEBOAT_SET__DATABASE__URL names has sites already: name an empty one, or none";
    Err(Fault::refused(message).into())
}

/// A line as the shell would hand it over.
fn parse(line: &[&str]) -> Result<Cli> {
    Ok(Cli::try_parse_from(std::iter::once("lifeboat").chain(line.iter().copied()))?)
}

/// A line about to be typed, with a secret in the environment or not.
struct Typing<'a> {
    story: &'a Story,
    given: Option<(&'static str, String)>,
}

impl Typing<'_> {
    async fn type_on(&self, line: &[&str]) -> Result<()> {
        if let Some((variable, _)) = &self.given {
            println!("\n$ export {variable}=…");
        }
        show(line);
        let cli = parse(line)?;
        let mut app = self.story.app.acting_as(cli.global.acting.clone());
        app.output = crate::output::Output::new(&Global { json: cli.global.json, ..self.story.global.clone() });
        app.given.extend(self.given.iter().map(|(variable, secret)| (*variable, secret.clone().into())));
        // Every command is a large future, and the story waits for one after the other.
        Box::pin(super::dispatch(&app, cli.command)).await
    }
}

/// The same surroundings with a wall clock that shows a month less.
fn a_month_ago(ambient: &Ambient) -> Ambient {
    #[derive(Debug)]
    struct Earlier(Arc<dyn Clock>);
    impl Clock for Earlier {
        fn now(&self) -> Timestamp {
            self.0.now() - A_MONTH
        }
        fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }
        fn sleep(&self, span: Duration) -> futures::future::BoxFuture<'static, ()> {
            self.0.sleep(span)
        }
    }
    Ambient { clock: Arc::new(Earlier(ambient.clock.clone())), entropy: ambient.entropy.clone() }
}

fn title(text: &str) {
    println!("\n== {text} ==");
}

fn say(text: &str) {
    println!("\n{text}");
}

fn show(line: &[&str]) {
    let quoted: Vec<String> =
        line.iter().map(|word| if word.contains(' ') { format!("\"{word}\"") } else { (*word).to_owned() }).collect();
    println!("\n$ lifeboat {}", quoted.join(" "));
}
