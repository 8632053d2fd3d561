//! Proofs that the source belongs to those who ask.

use axum::extract::State;
use control::authority::Action;
use control::connection::{Event, ProofKind};
use control::id::ConnectionId;
use serde::Deserialize;
use store::NameKind;
use utoipa::ToSchema;

use super::view::RequestView;
use super::{Case, begin, digest, finish, note};
use crate::Components;
use crate::api::safeguards::{ProofWord, administers};
use crate::http::body::Json;
use crate::http::once::Once;
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};

/// A proof to be checked, or a supporter's attestation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProofBody {
    kind: ProofWord,
    /// The digest of the request, as it was shown.
    #[schema(max_length = 64)]
    digest: String,
    /// For an attestation: what was checked, in one's own words.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// For a DNS record: the domain, which was registered for the source before.
    #[schema(max_length = 253)]
    domain: Option<String>,
}

/// Proves that the source is theirs: Lifeboat looks at a DNS record, calls the source, or asks Atlassian whether both sites are of
/// the organisation that it has a key of; a supporter attests what they checked.
#[utoipa::path(post, path = "/connections/{connection}/request/proof", tag = "Recovery requests",
    params(("connection" = Uuid, Path)), request_body = ProofBody, responses((status = OK, body = RequestView)))]
pub(super) async fn prove(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(given): Json<ProofBody>,
) -> Answer {
    let seen = digest(&given.digest)?;
    let kind = ProofKind::from(given.kind);
    // What takes time is done before the transaction; the digest says for which request it was.
    let looked = match kind {
        ProofKind::Attestation => None,
        ProofKind::DnsRecord => Some(by_dns(&components, &once, id, &given).await?),
        ProofKind::SourceAdministrator => Some(by_call(&components, &once, id).await?),
        ProofKind::SameOrganisation => Some(by_organisation(&components, &once, id).await?),
    };
    let Case { change, policy, .. } = begin(&components, once, id, Action::RequestProve).await?;
    if !policy.accepted_proofs.contains(&kind) {
        return Err(Problem::field("kind", "the policy does not take this proof"));
    }
    let by = change.caller().person.id;
    let note = match (looked, administers(change.caller())) {
        (Some(seen), _) => seen,
        (None, false) => note(given.note.as_deref().unwrap_or_default())?,
        (None, true) => return Err(Problem::field("kind", "only a supporter attests")),
    };
    finish(&components, change, id, &Event::ProveSite { by, kind, seen, note }).await
}

/// Whether the record of this request stands in the DNS, at a domain that the source had before.
async fn by_dns(components: &Components, once: &Once, id: ConnectionId, given: &ProofBody) -> Result<String, Problem> {
    let domain = given.domain.as_deref().map(str::trim).unwrap_or_default().trim_end_matches('.').to_lowercase();
    let connection = once.connection(id).await?;
    let mut repository = components.around.store.read().await?;
    let known = repository.sites().known_names(connection.tenant, connection.source).await?;
    drop(repository);
    let is_theirs = known.iter().any(|known| {
        let host = known.name.trim_start_matches("https://");
        known.kind == NameKind::CustomDomain && host == domain
    });
    if domain.is_empty() || !is_theirs {
        return Err(Problem::field("domain", "this domain was not registered for the source before"));
    }
    let name = format!("_lifeboat.{domain}");
    let wanted = format!("lifeboat={}", given.digest.trim().to_lowercase());
    let records = components
        .names
        .text(&name)
        .await
        .map_err(|reason| Problem::refused(format!("The DNS could not be asked for {name}: {reason}")))?;
    if records.iter().any(|record| record.trim() == wanted) {
        return Ok(format!("TXT {name} is \"{wanted}\""));
    }
    Err(Problem::refused(format!("There is no TXT record \"{wanted}\" at {name} yet: it may take minutes to be seen.")))
}

/// Whether the source is up and its stored credentials administer it now.
async fn by_call(components: &Components, once: &Once, id: ConnectionId) -> Result<String, Problem> {
    let connection = once.connection(id).await?;
    let source = components.around.site(connection.tenant, connection.source).await?;
    let client = components.around.jira(&source).await?;
    let cloud = client.tenant().await?;
    let have = client.my_permissions(&["ADMINISTER"]).await?;
    let administers = have.get("ADMINISTER").copied().unwrap_or(false);
    if cloud == source.cloud_id && administers {
        return Ok(format!("{} answered as cloudId {cloud} to {}, who administers it", source.url, source.account));
    }
    Err(Problem::refused(format!("{} does not answer as the source's administrator", source.url)))
}

/// Whether Atlassian lists both sites as the organisation's of which this server has a key. Only its administrators make such
/// keys, and the list answers while the sites are down.
async fn by_organisation(components: &Components, once: &Once, id: ConnectionId) -> Result<String, Problem> {
    let none = || Problem::field("kind", "this server has no key of an organisation: [organisation] in its settings");
    let organisation = components.organisation.as_ref().ok_or_else(none)?;
    let connection = once.connection(id).await?;
    let unbound = || Problem::refused("Nobody activated this connection: it has no standby.");
    let bound = connection.bound.as_ref().ok_or_else(unbound)?;
    let sites = organisation.sites().await.map_err(|error| Problem::refused(error.to_string()))?;
    let (source, standby) = (&connection.source_cloud, &bound.cloud);
    if let Some(other) = [source, standby].into_iter().find(|cloud| !sites.contains(*cloud)) {
        let id = organisation.id();
        return Err(Problem::refused(format!(
            "Atlassian does not list cloudId {other} among the sites of organisation {id}."
        )));
    }
    Ok(format!("Atlassian lists cloudId {source} and cloudId {standby} as sites of organisation {}", organisation.id()))
}
