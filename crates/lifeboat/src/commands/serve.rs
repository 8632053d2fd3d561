//! `lifeboat serve`: the HTTP API, with workers and a messenger in the same process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use control::audit::{Actor, Happening};
use control::authority::Action;
use jira::{Organisation, OrganisationSettings};
use messenger::{Folder, Mail, Messenger, Smtp, SmtpSettings};
use secrecy::{ExposeSecret as _, SecretString};
use server::{Components, ForgeSettings, OidcSettings};
use store::{Person, Role};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::app::App;
use crate::cli::serve::ServeArguments;
use crate::commands::worker::upkeep;
use crate::commands::{interrupt, person};
use crate::dns::Names;
use crate::exit::Fault;
use crate::secret;
use crate::settings::{AppOfForge, MailSettings, OfOrganisation, ProviderSettings};

/// Serves until it is interrupted.
pub(crate) async fn run(app: &App, arguments: &ServeArguments) -> Result<()> {
    let listener = listen(arguments.listen).await?;
    let address = match &arguments.address {
        Some(address) => address.clone(),
        None => Url::parse(&format!("http://{}/", listener.local_addr()?))?,
    };
    if address.scheme() != "https" && !arguments.listen.ip().is_loopback() {
        let message =
            "without TLS it listens on loopback only: put a proxy with TLS in front, and say --address https://…";
        return Err(Fault::usage(message).into());
    }
    let components = components(app, &address)?;
    first_owner(app, arguments.owner.as_deref(), &address).await?;
    app.output.note(&format!("serving {address} ({})", listener.local_addr()?));
    let server = Server { app, components, listener, jobs: arguments.jobs, beside: Router::new() };
    Box::pin(server.serve(&interrupt())).await
}

pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// What a server at this address works with.
pub(crate) fn components(app: &App, address: &Url) -> Result<Components> {
    app.pepper()?;
    let mut components = Components::new(app.around()?, app.tenant, address.clone(), Arc::new(Names::of(app)));
    components.recovery = super::recover::options::usual(app);
    components.callers_trace = crate::telemetry::CALLERS_TRACE;
    if let Some(AppOfForge { app_id, keys }) = app.settings.forge.clone() {
        let unusable = |reason| Fault::usage(format!("the settings [forge] cannot be used: {reason}"));
        components = components.with_forge(ForgeSettings { app_id, keys }).map_err(unusable)?;
    }
    if let Some(OfOrganisation { id, key_file, gateway }) = app.settings.organisation.clone() {
        let key = secret::in_file("key of the organisation", &key_file)?;
        let unusable = |reason| Fault::usage(format!("the settings [organisation] cannot be used: {reason}"));
        let organisation = Organisation::new(OrganisationSettings { id, key, gateway }).map_err(unusable)?;
        components = components.with_organisation(organisation);
    }
    match &app.settings.sign_in.oidc {
        Some(provider) => with_provider(components, provider),
        None => Ok(components),
    }
}

fn with_provider(components: Components, provider: &ProviderSettings) -> Result<Components> {
    let ProviderSettings { name, issuer, client_id, client_secret_file } = provider.clone();
    let client_secret = secret::in_file("client secret", &client_secret_file)?;
    let settings = OidcSettings { name, issuer, client_id, client_secret };
    let unusable = |reason| Fault::usage(format!("the settings [sign_in.oidc] cannot be used: {reason}")).into();
    components.with_provider(settings).map_err(unusable)
}

/// The API and the dashboard, workers, letters, and the upkeep of the database, in one process.
pub(crate) struct Server<'a> {
    pub(crate) app: &'a App,
    pub(crate) components: Components,
    pub(crate) listener: TcpListener,
    /// How many jobs are done at once; with 0 other processes do them.
    pub(crate) jobs: u8,
    /// More routes than the server's.
    pub(crate) beside: Router,
}

impl Server<'_> {
    /// Serves until it is cancelled.
    pub(crate) async fn serve(self, cancel: &CancellationToken) -> Result<()> {
        let Self { app, components, listener, jobs, beside } = self;
        let messenger = Messenger::new(components.around.clone(), mail(app)?)?;
        let worker = app.worker()?;
        let served = async {
            let stopped = cancel.clone();
            let service = server::router(&components).merge(beside).into_make_service();
            let shutdown = async move { stopped.cancelled().await };
            axum::serve(listener, service).with_graceful_shutdown(shutdown).await.context("the server ended")
        };
        let worked = async {
            if jobs == 0 {
                cancel.cancelled().await;
                return Ok(());
            }
            worker.serve(usize::from(jobs), false, cancel).await
        };
        let kept = upkeep(app, false, cancel);
        let (served, worked, (), kept) = tokio::join!(served, worked, messenger.serve(cancel), kept);
        served?;
        kept?;
        Ok(worked?)
    }
}

/// What carries letters: the mail server of the settings, or a folder whose letters are handed over by hand.
pub(crate) fn mail(app: &App) -> Result<Arc<dyn Mail>> {
    let MailSettings { server, from, user, password_file, authority_file } = &app.settings.mail;
    let Some(server) = server else { return Ok(Arc::new(Folder::new(app.home.join("outbox")))) };
    let from = from.clone().ok_or_else(|| Fault::usage("the settings [mail] have a server and no `from`"))?;
    let credentials = match (user, password_file) {
        (Some(user), Some(path)) => Some((user.clone(), secret::in_file("password", path)?)),
        (None, None) => None,
        _ => return Err(Fault::usage("the settings [mail] need both `user` and `password_file`, or neither").into()),
    };
    let read = |path: &PathBuf| {
        std::fs::read(path).with_context(|| format!("cannot read the certificate in {}", path.display()))
    };
    let authority = authority_file.as_ref().map(read).transpose()?;
    let smtp = Smtp::new(&SmtpSettings { server: server.clone(), from, credentials, authority });
    Ok(Arc::new(smtp.map_err(|error| Fault::usage(error.to_string()))?))
}

/// Prints the one-time link by which the first owner comes in. Once somebody has a password, only they invite others.
async fn first_owner(app: &App, email: Option<&str>, address: &Url) -> Result<()> {
    let mut repository = app.store.read().await?;
    let people = repository.people().list(app.tenant).await?;
    let mut has_password = false;
    for owner in people.iter().filter(|person| person.role == Role::Owner) {
        has_password |= repository.accounts().password(app.tenant, owner.id).await?.is_some();
    }
    drop(repository);
    if has_password {
        return Ok(());
    }
    let owner = if let Some(email) = email {
        let mut repository = app.store.write().await?;
        let owner = person::ensure(app, repository.as_mut(), Actor::Lifeboat, (email, None, Role::Owner)).await?;
        repository.save().await?;
        owner
    } else {
        let known = people.into_iter().find(|person| person.role == Role::Owner);
        known.ok_or_else(|| Fault::usage("nobody owns this installation yet: say who with --owner EMAIL"))?
    };
    let link = invite(app, &owner, address).await?;
    app.output.note(&format!("{} chooses a password here, once, within 7 days: {}", owner.email, link.expose_secret()));
    Ok(())
}

async fn invite(app: &App, owner: &Person, address: &Url) -> Result<SecretString> {
    let now = app.ambient.now();
    let mut repository = app.store.write().await?;
    let secret = server::invitation(&app.ambient, repository.as_mut(), (app.tenant, owner.id), now).await?;
    let action = Action::MemberChange.permission().name;
    let happening = Happening::done(now, Actor::Lifeboat, action, format!("person/{}", owner.id));
    repository.audit().append(app.tenant, happening.with("change", "invited as the first owner")).await?;
    repository.save().await?;
    Ok(SecretString::from(format!("{}join#{}", address, secret.expose_secret())))
}
