//! Connections between a source and a standby, and the requests to recover over them.
//!
//! [`state`] says what there is, [`shown`] what people see of it, [`event`] what can happen to it, and [`decide`](decide()) is the only way from one state
//! to the next: a pure function in the shape of a table. Whoever stores a state writes what `decide` returned, together
//! with its audit event, in one transaction; and then asks [`due`] what follows of itself.

pub mod decide;
pub mod event;
pub mod shown;
pub mod state;

pub use decide::{ActivationRefused, Audience, Cause, Effect, GRACE, Refused, SEASONING, Transition, decide, due};
pub use event::{Activation, Event, FreshToken, NewConnection, NewRequest};
pub use shown::CrossSiteRow;
pub use state::{
    AppliesTo, Binding, Connection, ConnectionStatus, Contact, Evidence, Kind, Operation, Pending, Proof, ProofKind,
    Request, RequestStatus, Scope, State, Statement, Suspension, TokenUpkeep,
};
