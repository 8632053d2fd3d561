//! `lifeboat serve`: the HTTP API, with workers and a messenger in the same process.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use control::audit::{Actor, Happening};
use control::authority::Action;
use messenger::{Folder, Mail, Messenger, Smtp, SmtpSettings};
use secrecy::{ExposeSecret as _, SecretString};
use server::Components;
use store::{Person, Role};
use tokio::net::TcpListener;
use url::Url;

use crate::app::App;
use crate::cli::serve::ServeArguments;
use crate::commands::worker::upkeep;
use crate::commands::{interrupt, person};
use crate::dns::SystemNames;
use crate::exit::Fault;
use crate::settings::MailSettings;

/// Serves until it is interrupted.
pub(crate) async fn run(app: &App, arguments: &ServeArguments) -> Result<()> {
    let listener = TcpListener::bind(arguments.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let address = match &arguments.address {
        Some(address) => address.clone(),
        None => Url::parse(&format!("http://{}/", listener.local_addr()?))?,
    };
    if address.scheme() != "https" && !arguments.listen.ip().is_loopback() {
        let message =
            "without TLS it listens on loopback only: put a proxy with TLS in front, and say --address https://…";
        return Err(Fault::usage(message).into());
    }
    app.pepper()?;
    let around = app.around()?;
    let mut components = Components::new(around.clone(), app.tenant, address.clone(), Arc::new(SystemNames));
    components.recovery = super::recover::options::usual(app);
    first_owner(app, arguments.owner.as_deref(), &address).await?;
    let cancel = interrupt();
    let messenger = Messenger::new(around, mail(app)?)?;
    let worker = app.worker()?;
    app.output.note(&format!("serving {address} ({})", listener.local_addr()?));
    let served = async {
        let stopped = cancel.clone();
        let service = server::router(&components).into_make_service();
        let shutdown = async move { stopped.cancelled().await };
        axum::serve(listener, service).with_graceful_shutdown(shutdown).await.context("the server ended")
    };
    let worked = async {
        if arguments.jobs == 0 {
            cancel.cancelled().await;
            return Ok(());
        }
        worker.serve(usize::from(arguments.jobs), false, &cancel).await
    };
    let kept = upkeep(app, false, &cancel);
    let (served, worked, (), kept) = tokio::join!(served, worked, messenger.serve(&cancel), kept);
    served?;
    kept?;
    Ok(worked?)
}

/// What carries letters: the mail server of the settings, or a folder whose letters are handed over by hand.
pub(crate) fn mail(app: &App) -> Result<Arc<dyn Mail>> {
    let MailSettings { server, from, user, password_file } = &app.settings.mail;
    let Some(server) = server else { return Ok(Arc::new(Folder::new(app.home.join("outbox")))) };
    let from = from.clone().ok_or_else(|| Fault::usage("the settings [mail] have a server and no `from`"))?;
    let credentials = match (user, password_file) {
        (Some(user), Some(path)) => {
            let password = std::fs::read_to_string(path);
            let password = password.with_context(|| format!("cannot read the password in {}", path.display()))?;
            Some((user.clone(), SecretString::from(password.trim())))
        }
        (None, None) => None,
        _ => return Err(Fault::usage("the settings [mail] need both `user` and `password_file`, or neither").into()),
    };
    let smtp = Smtp::new(&SmtpSettings { server: server.clone(), from, credentials });
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
