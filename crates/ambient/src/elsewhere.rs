//! Work that other threads do: a database's, a pool's for what computes long.
//!
//! How long such work takes depends on the machine, and with it the order in which waiting tasks go on. A simulation, which
//! must run the same way each time, therefore stands still meanwhile: its one thread waits, and nothing else happens. It says
//! so with [`stand_still`]; everywhere else [`elsewhere`] just waits.

use std::cell::RefCell;
use std::marker::PhantomData;

use tokio::runtime::Handle;

thread_local! {
    /// The runtime that work is handed to while this thread stands still.
    static STILL: RefCell<Option<Handle>> = const { RefCell::new(None) };
}

/// Waits for work that other threads do.
pub async fn elsewhere<F: Future>(work: F) -> F::Output {
    // Taken, so that work which is part of other work does not begin to stand still a second time.
    match STILL.take() {
        None => work.await,
        Some(handle) => {
            let done = {
                let _entered = handle.enter();
                // Tokio makes a task that did much wait until others had their turn, which they do not get now.
                futures::executor::block_on(tokio::task::unconstrained(work))
            };
            STILL.set(Some(handle));
            done
        }
    }
}

/// From now on this thread stands still while it waits for work elsewhere. What that work starts runs on `handle`'s runtime,
/// which must have threads of its own.
pub fn stand_still(handle: Handle) -> StandingStill {
    STILL.set(Some(handle));
    StandingStill(PhantomData)
}

/// A thread that stands still, until this is dropped.
#[derive(Debug)]
#[must_use = "dropped, it ends at once"]
pub struct StandingStill(PhantomData<*const ()>);

impl Drop for StandingStill {
    fn drop(&mut self) {
        STILL.set(None);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn nothing_else_happens_while_a_thread_stands_still() {
        static MEANWHILE: AtomicBool = AtomicBool::new(false);
        let other = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let _still = stand_still(other.handle().clone());
        let here = tokio::runtime::Builder::new_current_thread().build().unwrap();
        here.block_on(async {
            let task = tokio::spawn(async { MEANWHILE.store(true, Ordering::SeqCst) });
            let (sender, receiver) = mpsc::channel::<()>();
            let work = async {
                elsewhere(tokio::task::spawn_blocking(move || receiver.recv().unwrap_err())).await.unwrap();
            };
            let done = async {
                drop(sender);
                work.await;
            };
            elsewhere(done).await;
            assert!(!MEANWHILE.load(Ordering::SeqCst));
            task.await.unwrap();
        });
        assert!(MEANWHILE.load(Ordering::SeqCst));
    }
}
