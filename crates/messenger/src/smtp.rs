//! Letters by SMTP.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::mail::{Envelope, Mail, NotSent};

/// How long one letter may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a mail server is reached.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// `smtps://host:465` (TLS at once), `smtp://host:587?tls=required` (STARTTLS), or `smtp://127.0.0.1:25`.
    pub server: String,
    /// Who the letters are from: `Lifeboat <lifeboat@example.com>`.
    pub from: String,
    /// Whom to sign in as, and the password.
    pub credentials: Option<(String, SecretString)>,
    /// Who vouches for the server beside those whom this machine trusts: a certificate in PEM.
    pub authority: Option<Vec<u8>>,
}

/// A mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// A mail server; nothing is sent yet.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: &SmtpSettings) -> Result<Self, NotSent> {
        let unusable =
            |what: &str, error: &dyn fmt::Display| NotSent::for_good(format!("{what} cannot be used: {error}"));
        let from = settings.from.parse().map_err(|error| unusable("the sender's address", &error))?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.server);
        let mut builder = builder.map_err(|error| unusable("the mail server's address", &error))?;
        builder = builder.timeout(Some(PATIENCE / 2));
        if let Some(authority) = &settings.authority {
            let tls = vouched(&settings.server, authority);
            builder = builder.tls(tls.map_err(|error| unusable("the mail server's certificate", &error))?);
        }
        if let Some((user, password)) = &settings.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        Ok(Self { transport: builder.build(), from })
    }

    fn builder(&self, envelope: &Envelope) -> Result<MessageBuilder, NotSent> {
        let bad =
            |error: lettre::address::AddressError| NotSent::for_good(format!("the address cannot be used: {error}"));
        let address: Address = envelope.address.parse().map_err(bad)?;
        let to = Mailbox::new(Some(envelope.name.clone()), address);
        let id = format!("<{}@{}>", envelope.id, self.from.email.domain());
        Ok(Message::builder().from(self.from.clone()).to(to).subject(&envelope.subject).message_id(Some(id)))
    }
}

/// TLS as the server's address asks for it, for whom this authority vouches too.
fn vouched(server: &str, authority: &[u8]) -> Result<Tls, String> {
    let url = Url::parse(server).map_err(|error| error.to_string())?;
    let host = url.host_str().ok_or("the address has no host")?.to_owned();
    // Lettre takes a text without a certificate for none at all.
    let certificates = reqwest::Certificate::from_pem_bundle(authority).map_err(|error| error.to_string())?;
    if certificates.is_empty() {
        return Err("the file has no certificate in PEM".to_owned());
    }
    let certificate = Certificate::from_pem(authority).map_err(|error| error.to_string())?;
    let parameters = TlsParameters::builder(host).add_root_certificate(certificate).build();
    let parameters = parameters.map_err(|error| error.to_string())?;
    let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    match (url.scheme(), asked.as_deref()) {
        ("smtps", _) => Ok(Tls::Wrapper(parameters)),
        (_, Some("required")) => Ok(Tls::Required(parameters)),
        // What may go without TLS is not made safer by a certificate.
        _ => Err("it needs smtps://… or ?tls=required".to_owned()),
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Smtp(from {})", self.from)
    }
}

#[async_trait]
impl Mail for Smtp {
    async fn send(&self, envelope: &Envelope) -> Result<(), NotSent> {
        let message = self.builder(envelope)?.header(ContentType::TEXT_PLAIN).body(envelope.text.clone());
        let message = message.map_err(|error| NotSent::for_good(format!("the letter cannot be written: {error}")))?;
        // The transport's own time-out does not end every wait for an answer.
        let Ok(sent) = tokio::time::timeout(PATIENCE, self.transport.send(message)).await else {
            return Err(NotSent::later("the mail server did not answer in time"));
        };
        match sent {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => {
                Err(NotSent::for_good(format!("the mail server refused it: {error}")))
            }
            Err(error) => Err(NotSent::later(format!("the mail server did not take it: {error}"))),
        }
    }
}
