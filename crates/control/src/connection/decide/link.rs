//! Rows 1 to 5: making, activating and releasing a connection. And its name.

use super::outcome::{Audience, Cause, Effect, Refused, Transition};
use super::{ANY_BUT_REVOKED, Step, require};
use crate::connection::event::{Activation, NewConnection};
use crate::connection::state::{
    Binding, Connection, ConnectionStatus, Kind, RequestStatus, State, Suspension, TokenUpkeep,
};
use crate::name::ConnectionName;

/// Row 1: a connection with its first token. Nobody needs to be asked in an emergency before data can be pushed.
pub(super) fn create(step: Step<'_>, new: &NewConnection) -> Result<Transition, Refused> {
    require(step.state.connection.is_none(), Cause::Exists)?;
    let contacts_optional = step.policy.contacts_optional || new.kind == Kind::CrossSite;
    require(contacts_optional || !step.state.contacts.is_empty(), Cause::NoContacts)?;
    let connection = Connection {
        id: new.id,
        tenant: new.tenant,
        kind: new.kind,
        name: new.name.clone(),
        applies_to: new.applies_to,
        source: new.source,
        source_cloud: new.source_cloud.clone(),
        made_by: new.by,
        made: step.now,
        status: ConnectionStatus::Issued,
        bound: None,
        ever_bound: false,
        generation: 0,
        token: new.fresh.id.clone(),
        verifier: new.fresh.verifier,
        upkeep: TokenUpkeep { checked: Some(step.now), expires: new.fresh.expires, ..TokenUpkeep::default() },
        pending: None,
        suspension: None,
        banned: vec![],
        opened: vec![],
    };
    let state = State { connection: Some(connection), request: None, contacts: step.state.contacts.clone() };
    Ok(Transition::to(state).and(Effect::ShowToken).and(Effect::Tell(Audience::Contacts)))
}

/// Rows 2, 3 and 4: a site presents URL and token. Only a token that fits has any effect.
pub(super) fn activate(step: Step<'_>, activation: &Activation) -> Result<Transition, Refused> {
    let connection = step.state.connection.as_ref().ok_or(Cause::ActivationTokenUnknown)?;
    require(!connection.upkeep.awaited, Cause::ActivationTokenAwaited)?;
    require(activation.token_fits, Cause::ActivationTokenWrong)?;
    match (connection.status, &connection.bound) {
        (ConnectionStatus::Issued, _) => bind(step, connection, activation),
        (ConnectionStatus::Active, Some(bound)) if bound.cloud == activation.cloud => {
            Err(Cause::ActivationAgain.into())
        }
        (ConnectionStatus::Active, _) => reused(step),
        (status, _) => Err(Cause::ActivationWhile(status).into()),
    }
}

/// Row 2.
fn bind(step: Step<'_>, connection: &Connection, activation: &Activation) -> Result<Transition, Refused> {
    let expired = connection.upkeep.expires.is_some_and(|expires| step.now >= expires);
    require(!expired, Cause::ActivationTokenExpired)?;
    require(activation.url_fits, Cause::ActivationUrlUnknown)?;
    let is_source = activation.cloud == connection.source_cloud || activation.site == connection.source;
    require(!is_source, Cause::ActivationOfTheSource)?;
    require(activation.administrator_proven, Cause::ActivationUnproven)?;
    let bound = step.with_connection(|connection| {
        connection.status = ConnectionStatus::Active;
        connection.ever_bound = true;
        let cloud = activation.cloud.clone();
        connection.bound = Some(Binding { site: activation.site, cloud, by: activation.by, at: step.now });
    });
    Ok(bound.and(Effect::Tell(Audience::Everybody)))
}

/// Rows 3 and 4: the token is known to a second site. Before people vouched for the first one, nobody can say which of the
/// two is right; afterwards the first one is. Over a cross-site connection nothing is given to whoever activated it.
fn reused(step: Step<'_>) -> Result<Transition, Refused> {
    let alarm = vec![Effect::TokenReused, Effect::Tell(Audience::Everybody)];
    if step.is_vouched() || step.is_cross_site() {
        return Err(Refused { cause: Cause::ActivationReuse, effects: alarm });
    }
    let suspension = Suspension { by: None, by_contact: false, at: step.now, votes: vec![] };
    let suspended = step.with_connection(|connection| {
        connection.status = ConnectionStatus::Suspended;
        connection.suspension = Some(suspension);
    });
    let mut suspended = suspended.and_close_open(RequestStatus::Cancelled, step.now);
    suspended.effects.extend(alarm);
    Ok(suspended)
}

/// Row 5: the standby is unbound and the token works again.
pub(super) fn release(step: Step<'_>, signed_in_again: bool) -> Result<Transition, Refused> {
    step.connection_in(&[ConnectionStatus::Active])?;
    if let Some(request) = &step.state.request {
        let has_job = matches!(request.status, RequestStatus::Running | RequestStatus::Paused);
        require(!has_job, Cause::RequestIs(request.status))?;
    }
    require(signed_in_again, Cause::SignInAgain)?;
    let released = step.with_connection(|connection| {
        connection.status = ConnectionStatus::Issued;
        connection.bound = None;
    });
    Ok(released.and_close_open(RequestStatus::Cancelled, step.now).and(Effect::Tell(Audience::Everybody)))
}

/// A connection keeps its history under any name.
pub(super) fn rename(step: Step<'_>, name: &ConnectionName) -> Result<Transition, Refused> {
    step.connection_in(&ANY_BUT_REVOKED)?;
    Ok(step.with_connection(|connection| connection.name = name.clone()))
}
