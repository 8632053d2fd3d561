//! Passkeys (W3C Web Authentication, level 3): what a browser is asked to sign, and whether what it answers is right.
//!
//! Every passkey must verify its person (fingerprint, face, PIN), so that having the device alone is not enough. What was asked
//! is kept in the database ([`store::Ceremony`]) and taken out once: an answer cannot be used a second time, nor at another
//! place than it was asked for ([`Asked`]).

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use control::id::{CeremonyId, SessionId};
use control::session::decoy_credential;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Ceremony, Passkey, Person, Repository};
use url::Url;
use utoipa::ToSchema;
use uuid::Uuid;
use webauthn_rs::prelude::{
    Passkey as Credential, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::Components;
use crate::http::problem::{Kind, Problem};

/// How long an answer is waited for. Browsers give up about then, too.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// What reads and checks passkeys for the address of this server; nothing where browsers do not offer them.
pub(crate) struct Passkeys(Option<Webauthn>);

impl Passkeys {
    /// Browsers offer passkeys to servers with a name, over TLS or on `localhost`.
    pub(crate) fn new(address: &Url) -> Self {
        let builder = address.domain().and_then(|name| WebauthnBuilder::new(name, address).ok());
        Self(builder.and_then(|builder| builder.rp_name("Lifeboat").timeout(PATIENCE.unsigned_abs()).build().ok()))
    }

    fn verifier(&self) -> Result<&Webauthn, Problem> {
        let none = "Browsers offer passkeys only to a server with a name, over TLS or on localhost. Whoever runs this one \
                    gives it a name with `lifeboat serve --address`.";
        self.0.as_ref().ok_or_else(|| Problem::refused(none))
    }
}

impl fmt::Debug for Passkeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Passkeys({})", if self.0.is_some() { "offered" } else { "not offered" })
    }
}

/// What a browser is asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Challenge {
    /// Goes back with the answer.
    ceremony: Uuid,
    /// For `navigator.credentials`: `{"publicKey": ...}`, with bytes in base64url.
    #[schema(value_type = Object)]
    options: Value,
}

/// What a passkey answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signed {
    /// The challenge's.
    pub(crate) ceremony: Uuid,
    /// What `navigator.credentials` gave, with bytes in base64url.
    #[schema(value_type = Object)]
    pub(crate) credential: Value,
}

/// What was asked, and for what.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asked {
    /// For another passkey.
    Add(PasskeyRegistration),
    /// For a session to begin.
    SignIn(PasskeyAuthentication),
    /// For this session to go on.
    Prove(SessionId, PasskeyAuthentication),
}

/// Asks for a new passkey.
pub(crate) async fn ask_to_add(
    components: &Components,
    repository: &mut dyn Repository,
    person: &Person,
) -> Result<Challenge, Problem> {
    let verifier = components.passkeys.verifier()?;
    let known = repository.passkeys().of_person(person.tenant, person.id).await?;
    let known = known.iter().map(|passkey| passkey.credential_id.clone()).collect();
    let id = Uuid::from(person.id);
    let (options, asked) =
        verifier.start_passkey_registration(id, &person.email, &person.name, Some(known)).map_err(Problem::internal)?;
    ask(components, repository, person, &Asked::Add(asked), &options).await
}

/// Asks for a signature with a passkey that somebody has; nothing if they have none.
pub(crate) async fn ask_to_sign(
    components: &Components,
    repository: &mut dyn Repository,
    person: &Person,
    what_for: impl FnOnce(PasskeyAuthentication) -> Asked + Send,
) -> Result<Option<Challenge>, Problem> {
    let verifier = components.passkeys.verifier()?;
    let known = repository.passkeys().of_person(person.tenant, person.id).await?;
    if known.is_empty() {
        return Ok(None);
    }
    let known = known.iter().map(credential).collect::<Result<Vec<_>, _>>()?;
    let (options, asked) = verifier.start_passkey_authentication(&known).map_err(Problem::internal)?;
    ask(components, repository, person, &what_for(asked), &options).await.map(Some)
}

async fn ask(
    components: &Components,
    repository: &mut dyn Repository,
    person: &Person,
    asked: &Asked,
    options: &impl Serialize,
) -> Result<Challenge, Problem> {
    let ambient = &components.around.ambient;
    let id: CeremonyId = store::new_id(ambient);
    let state = serde_json::to_string(asked).map_err(Problem::internal)?;
    let ceremony = Ceremony { id, tenant: person.tenant, person: person.id, state, expires: ambient.now() + PATIENCE };
    repository.passkeys().ask(&ceremony).await?;
    let mut options = serde_json::to_value(options).map_err(Problem::internal)?;
    // How a device is connected is nobody's business who only knows an address.
    for allowed in
        options.pointer_mut("/publicKey/allowCredentials").and_then(Value::as_array_mut).into_iter().flatten()
    {
        allowed.as_object_mut().map(|allowed| allowed.remove("transports"));
    }
    Ok(Challenge { ceremony: id.into(), options })
}

/// A challenge for an address without passkeys, which looks like any other.
pub(crate) fn decoy(components: &Components, email: &str) -> Result<Challenge, Problem> {
    let verifier = components.passkeys.verifier()?;
    let around = &components.around;
    let name = verifier.get_allowed_origins().first().and_then(Url::domain).unwrap_or_default();
    let id = BASE64_URL_SAFE_NO_PAD.encode(decoy_credential(&around.pepper, email));
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(around.ambient.entropy.bytes::<32>());
    let options = json!({ "publicKey": {
        "challenge": challenge,
        "timeout": PATIENCE.as_millis(),
        "rpId": name,
        "allowCredentials": [{ "type": "public-key", "id": id }],
        "userVerification": "required",
    }});
    let ceremony: CeremonyId = store::new_id(&around.ambient);
    Ok(Challenge { ceremony: ceremony.into(), options })
}

/// What somebody was asked, taken out. Save the transaction whatever comes of it.
pub(crate) async fn taken(
    components: &Components,
    repository: &mut dyn Repository,
    ceremony: Uuid,
    now: Timestamp,
) -> Result<Option<(Ceremony, Asked)>, Problem> {
    let found = repository.passkeys().take(components.tenant, ceremony.into()).await?;
    let Some(ceremony) = found.filter(|ceremony| now < ceremony.expires) else { return Ok(None) };
    let asked = serde_json::from_str(&ceremony.state).map_err(Problem::internal)?;
    Ok(Some((ceremony, asked)))
}

/// The passkey that a browser made when it was asked for one; nothing if its answer is wrong.
pub(crate) fn made(
    components: &Components,
    asked: &PasskeyRegistration,
    answer: Value,
) -> Result<Option<Credential>, Problem> {
    let answer: RegisterPublicKeyCredential = read(answer)?;
    let made = components.passkeys.verifier()?.finish_passkey_registration(&answer, asked);
    Ok(made.inspect_err(|error| tracing::info!(%error, "a new passkey is refused")).ok())
}

/// Which of these passkeys signed, with its counter as it is now; nothing if none did.
pub(crate) fn signer(
    components: &Components,
    known: &[Passkey],
    asked: &PasskeyAuthentication,
    answer: Value,
    now: Timestamp,
) -> Result<Option<Passkey>, Problem> {
    let answer: PublicKeyCredential = read(answer)?;
    let result = match components.passkeys.verifier()?.finish_passkey_authentication(&answer, asked) {
        Ok(result) if result.user_verified() => result,
        Ok(_) => return Ok(None),
        Err(error) => {
            tracing::info!(%error, "a passkey is refused");
            return Ok(None);
        }
    };
    let signer = known.iter().find(|passkey| passkey.credential_id == result.cred_id().as_slice());
    let Some(signer) = signer else { return Ok(None) };
    let mut credential = credential(signer)?;
    credential.update_credential(&result);
    let text = serde_json::to_string(&credential).map_err(Problem::internal)?;
    Ok(Some(Passkey { credential: text, used: Some(now), ..signer.clone() }))
}

fn credential(passkey: &Passkey) -> Result<Credential, Problem> {
    serde_json::from_str(&passkey.credential).map_err(Problem::internal)
}

fn read<T: serde::de::DeserializeOwned>(answer: Value) -> Result<T, Problem> {
    serde_json::from_value(answer).map_err(|error| Problem::field("credential", error.to_string()))
}

/// An answer that is not taken, whatever is wrong with it.
pub(crate) fn not_taken(kind: Kind) -> Problem {
    Problem::new(kind, "The passkey was not taken. Try again, or use your password.")
}
