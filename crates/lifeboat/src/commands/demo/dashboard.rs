//! `lifeboat demo --dashboard`: the dashboard over two emulated sites, to play both cases through by hand.
//!
//! Beside the server's own routes it has `/demo/story`: who there is to sign in as, the letters that people got, and whether
//! the source is up, which a button in the page decides. No other server has those, and the page shows them nowhere else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, ensure};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, header};
use axum::routing::{get, put};
use control::connection::Contact;
use jira_emulator::{Outage, SiteHandle};
use messenger::Folder;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use server::{Components, Console};
use url::Url;

use super::{A_MONTH, Story, say, title};
use crate::app::App;
use crate::commands::interrupt;
use crate::commands::serve::{Server, components, listen};

/// Everybody's.
const PASSWORD: &str = "lifeboat-demo-password";

/// Who there is to sign in as: what they are in the story, who they are, their role.
const PEOPLE: [Somebody; 3] = [
    Somebody {
        part: "Source administrator, and a recovery contact",
        name: "Olivia Source",
        email: "olivia.source@example.com",
        role: "administrator",
    },
    Somebody {
        part: "Standby administrator",
        name: "Stan Standby",
        email: "stan.standby@example.com",
        role: "administrator",
    },
    Somebody { part: "Support", name: "Sam Support", email: "sam.support@example.com", role: "support" },
];

struct Somebody {
    part: &'static str,
    name: &'static str,
    email: &'static str,
    role: &'static str,
}

/// Serves until it is interrupted.
pub(super) async fn serve(story: &Story, wanted: SocketAddr) -> Result<()> {
    let listener = listen(wanted).await?;
    let [source, standby, support] = &PEOPLE;
    title("Two sites, and people");
    for somebody in [source, support] {
        add(story, somebody).await?;
    }
    let world = &story.world;
    story.add_site("production", world.source_url().as_str(), world.source_token()).await?;
    story.add_site("standby", world.standby_url().as_str(), world.standby_token()).await?;
    story.type_line(&["backup", "run", "production"]).await?;
    add(story, standby).await?;
    let app = &story.app;
    register(app, source.email).await?;
    // Browsers offer passkeys to a name.
    let address = Url::parse(&format!("http://localhost:{}/", listener.local_addr()?.port()))?;
    let components = components(app, &address)?;
    for somebody in &PEOPLE {
        let_in(app, &components, somebody.email).await?;
    }
    title("The dashboard");
    say(&format!(
        "Open {address} and sign in as one of those whom the page offers. Ctrl-C ends it and removes everything."
    ));
    open_browser(&address);
    let beside = routes(Arc::new(Demo {
        source: world.source().clone(),
        is_up: AtomicBool::new(true),
        outbox: Folder::new(app.home.join("outbox")),
    }));
    let server = Server { app, components, listener, jobs: 2, beside };
    Box::pin(server.serve(&interrupt())).await
}

async fn add(story: &Story, somebody: &Somebody) -> Result<()> {
    let Somebody { name, email, role, .. } = somebody;
    story.type_line(&["person", "add", email, "--name", name, "--role", role]).await
}

/// Registers a contact of the source, a month ago: contacts count after a week.
async fn register(app: &App, email: &str) -> Result<()> {
    let mut repository = app.store.write().await?;
    let person = repository.people().by_email(app.tenant, email).await?.context("the contact was added before")?;
    let sites = repository.sites().list(app.tenant).await?;
    let source = sites.into_iter().find(|site| site.name == "production").context("the source was added before")?;
    let contact = Contact { person: person.id, registered: app.ambient.now() - A_MONTH };
    repository.people().add_contact(app.tenant, source.id, &contact).await?;
    Ok(repository.save().await?)
}

/// Somebody chooses the password that the page offers.
async fn let_in(app: &App, components: &Components, email: &str) -> Result<()> {
    let mut repository = app.store.write().await?;
    let person = repository.people().by_email(app.tenant, email).await?.context("they were added before")?;
    let now = app.ambient.now();
    let secret = server::invitation(&app.ambient, repository.as_mut(), (app.tenant, person.id), now).await?;
    repository.save().await?;
    let body = json!({ "invitation": secret.expose_secret(), "password": PASSWORD });
    let request = Request::post("/api/v1/invitations/acceptance").header(header::CONTENT_TYPE, "application/json");
    let response = Console::new(components, None).send(request.body(Body::from(body.to_string()))?).await;
    ensure!(response.status() == StatusCode::CREATED, "{email} was not let in: {}", response.status());
    Ok(())
}

/// Opens a browser where somebody looks at a screen.
fn open_browser(address: &Url) {
    use std::io::IsTerminal as _;
    let has_display = cfg!(target_os = "macos")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if !(std::io::stdout().is_terminal() && has_display) {
        return;
    }
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if let Err(error) = std::process::Command::new(program).arg(address.as_str()).spawn() {
        tracing::debug!(%error, "no browser was opened");
    }
}

/// What the routes of the demo work with.
struct Demo {
    source: SiteHandle,
    is_up: AtomicBool,
    outbox: Folder,
}

fn routes(demo: Arc<Demo>) -> axum::Router {
    axum::Router::new().route("/demo/story", get(story)).route("/demo/source", put(turn)).with_state(demo)
}

/// What the page shows in the demo.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    people: Vec<Offered>,
    password: &'static str,
    source_is_up: bool,
    letters: Vec<Letter>,
}

/// Somebody to sign in as.
#[derive(Serialize)]
struct Offered {
    part: &'static str,
    name: &'static str,
    email: &'static str,
}

/// The newest letter to somebody.
#[derive(Serialize)]
struct Letter {
    to: String,
    subject: String,
    text: String,
}

async fn story(State(demo): State<Arc<Demo>>) -> Json<Told> {
    let offered = |somebody: &Somebody| Offered { part: somebody.part, name: somebody.name, email: somebody.email };
    let mut letters = Vec::new();
    for somebody in PEOPLE {
        letters.extend(letter(&demo, somebody.email).await);
    }
    Json(Told {
        people: PEOPLE.iter().map(offered).collect(),
        password: PASSWORD,
        source_is_up: demo.is_up.load(Ordering::Relaxed),
        letters,
    })
}

/// The latest letter to somebody.
async fn letter(demo: &Demo, email: &str) -> Option<Letter> {
    let letters = demo.outbox.letters(email).await.ok()?;
    let (head, text) = letters.first()?.split_once("\n\n")?;
    let subject = head.lines().find_map(|line| line.strip_prefix("Subject: "))?;
    Some(Letter { to: email.to_owned(), subject: subject.to_owned(), text: text.trim_end().to_owned() })
}

/// Whether the source shall be up.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Turn {
    is_up: bool,
}

async fn turn(State(demo): State<Arc<Demo>>, Json(wanted): Json<Turn>) -> StatusCode {
    demo.is_up.store(wanted.is_up, Ordering::Relaxed);
    demo.source.outage(if wanted.is_up { Outage::None } else { Outage::Refuse });
    StatusCode::NO_CONTENT
}
