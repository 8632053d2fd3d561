//! Stops a site at one request, so that a test can end its sender exactly there.
//!
//! Without a [`Hold`] nothing is held or counted. With one, requests are counted in the order in which they come in; at the
//! one that was named, the site stands still: that request and all that come after it get no answer any more.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// Where a request is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldAt {
    /// Before anything of it is applied.
    Arrival,
    /// After it was applied, before it is answered.
    Answer,
}

/// The gate that all requests of a site go through.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<Option<Arc<Held>>>);

#[derive(Debug)]
struct Held {
    nth: u64,
    at: HeldAt,
    arrived: AtomicU64,
    state: watch::Sender<Progress>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The request has not come.
    Counting,
    /// It is held.
    Reached,
    /// The hold has been dropped.
    Over,
}

/// A hold on a site. When it is dropped, the connections of what it held are closed without an answer, and what had not
/// been applied is never applied; requests that come later pass.
#[derive(Debug)]
#[must_use = "dropped, it holds nothing"]
pub struct Hold(Arc<Held>);

impl Hold {
    /// Waits until the request is held.
    pub async fn reached(&self) {
        self.0.wait(|progress| progress != Progress::Counting).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.state.send_replace(Progress::Over);
    }
}

/// What a request that may pass carries to the end.
pub(crate) struct Pass(Option<Arc<Held>>);

impl Gate {
    pub(crate) fn hold(&self, nth: u64, at: HeldAt) -> Hold {
        let (arrived, state) = (AtomicU64::new(0), watch::Sender::new(Progress::Counting));
        let held = Arc::new(Held { nth, at, arrived, state });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(held.clone());
        Hold(held)
    }

    /// Called when a request comes in. `None`: it was held, and its connection must be closed.
    pub(crate) async fn arrive(&self) -> Option<Pass> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(held) = held.filter(|held| *held.state.borrow() != Progress::Over) else { return Some(Pass(None)) };
        let number = held.arrived.fetch_add(1, Ordering::Relaxed) + 1;
        if number < held.nth {
            return Some(Pass(None));
        }
        match held.at {
            HeldAt::Answer if number == held.nth => return Some(Pass(Some(held))),
            HeldAt::Arrival if number == held.nth => held.reach(),
            _ => {}
        }
        held.until_over().await;
        None
    }
}

impl Pass {
    /// Called when a request was handled; whether it may be answered.
    pub(crate) async fn answer(self) -> bool {
        let Some(held) = self.0 else { return true };
        held.reach();
        held.until_over().await;
        false
    }
}

impl Held {
    fn reach(&self) {
        self.state.send_if_modified(|progress| {
            let reached = *progress == Progress::Counting;
            if reached {
                *progress = Progress::Reached;
            }
            reached
        });
    }

    async fn until_over(&self) {
        self.wait(|progress| progress == Progress::Over).await;
    }

    async fn wait(&self, so: impl Fn(Progress) -> bool) {
        let mut changes = self.state.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        drop(changes.wait_for(|progress| so(*progress)).await);
    }
}
