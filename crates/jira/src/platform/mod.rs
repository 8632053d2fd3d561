//! Single calls that several parts of the product need by name.

mod bulk;
mod identity;
mod tasks;

pub use bulk::BulkFetched;
pub use identity::{Myself, ServerInfo};
pub use tasks::{BulkQueue, Started, Task, TaskStatus};
