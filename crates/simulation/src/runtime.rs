//! The runtime of a simulated world: one thread, virtual time.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};

/// Runs a world to its end. Its time is virtual: waiting costs nothing.
///
/// # Panics
/// When a runtime cannot be made, or the world panics.
pub fn run<T>(world: impl Future<Output = T>) -> T {
    // What the index's database and the Parquet library do on threads of their own, they do here; the world stands still.
    static OTHERS: OnceLock<Runtime> = OnceLock::new();
    let others = OTHERS.get_or_init(|| {
        Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime can be made")
    });
    let _still = ambient::stand_still(others.handle().clone());
    let here = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime can be made");
    here.block_on(world)
}
