//! Who asks a server: a program by an API key, or a person by a password for the time of one command.
//!
//! An API key stands for its person, and cannot do what a person must sign in again for. So for these a person signs in: the
//! session begins with the command and ends with it.

use anyhow::Result;
use axum::http::header::SET_COOKIE;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::{Call, Client, Way, whole};
use crate::cli::Global;
use crate::exit::Fault;
use crate::secret::{self, Source};

const KEY: Source<'_> = Source { what: "API key", variable: "LIFEBOAT_API_KEY", flag: "--api-key-file", file: None };
const PASSWORD: Source<'_> =
    Source { what: "password", variable: "LIFEBOAT_PASSWORD", flag: "--password-file", file: None };

impl Client {
    /// Signs in: with a password if one was given, else with an API key, else with a password that is asked for.
    pub(super) async fn sign_in(&mut self, global: &Global) -> Result<()> {
        let key = Source { file: global.api_key_file.as_deref(), ..KEY };
        let password = Source { file: global.password_file.as_deref(), ..PASSWORD };
        match &global.acting {
            Some(email) if password.is_given() => self.sign_in_as(email, &secret::read(password)?).await,
            acting if key.is_given() => {
                self.network()?.use_key(&secret::read(key)?)?;
                self.must_stand_for(acting.as_deref()).await
            }
            Some(email) if secret::can_ask() => self.sign_in_as(email, &secret::read(password)?).await,
            _ => {
                let message = "say who asks the server: an API key in LIFEBOAT_API_KEY or --api-key-file, or --as EMAIL with \
                               the password in LIFEBOAT_PASSWORD or --password-file";
                Err(Fault::usage(message).into())
            }
        }
    }

    async fn sign_in_as(&mut self, email: &str, password: &SecretString) -> Result<()> {
        let body = json!({ "email": email, "password": password.expose_secret() });
        let request = self.request(Call::post(["sessions"]).body(&body)?)?;
        let reply = self.exchange(request).await?;
        let (status, headers) = (reply.status, reply.headers.clone());
        let bytes = whole(reply).await?;
        if !status.is_success() {
            return Err(self.trouble(status, &bytes).into());
        }
        let cookie =
            headers.get(SET_COOKIE).and_then(|value| value.to_str().ok()).and_then(|set| set.split(';').next());
        let missing = || Fault::usage("the server gave no session: is this the address of a Lifeboat server?");
        self.network()?.use_cookie(cookie.ok_or_else(missing)?)
    }

    /// Refuses a key of somebody else than whom the command line names: what is done would be said to be theirs.
    async fn must_stand_for(&self, acting: Option<&str>) -> Result<()> {
        let Some(acting) = acting else { return Ok(()) };
        let session = self.get(["session"]).await?;
        let owner = session["email"].as_str().unwrap_or_default();
        if owner.eq_ignore_ascii_case(acting.trim()) {
            return Ok(());
        }
        let message = format!(
            "the API key is that of {owner}, not of {acting}: leave out --as (and LIFEBOAT_AS), or sign in as {acting} with the \
             password in LIFEBOAT_PASSWORD or --password-file"
        );
        Err(Fault::usage(message).into())
    }

    /// Ends the session that the command began. One that cannot be ended ends of itself within half an hour.
    pub(crate) async fn sign_out(&self) {
        if let Way::Network(network) = &self.way
            && network.means() == super::problem::Means::Session
            && let Err(error) = self.send(Call::delete(["session"])).await
        {
            tracing::info!(%error, "the session was not ended");
        }
    }

    fn network(&mut self) -> Result<&mut super::Network> {
        match &mut self.way {
            Way::Network(network) => Ok(network),
            Way::Here(_) => anyhow::bail!("nobody signs in on the machine itself"),
        }
    }
}
