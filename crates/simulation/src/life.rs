//! One process: alive until a fault ends it. What is dead does nothing any more, whatever its code would do next.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ambient::Clock;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::faults::{Fault, Plan};
use crate::trace::Trace;

/// How a process stops being the one that works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is gone.
    Died,
    /// Somebody else has its lease, and it does not know yet.
    Superseded,
}

/// A process. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Life(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    plan: Plan,
    trace: Trace,
    dead: AtomicBool,
    superseded: AtomicBool,
    ended: Mutex<Option<End>>,
    notify: Notify,
    clock: Arc<JumpingClock>,
}

impl Life {
    /// A new process.
    pub fn new(name: String, plan: &Plan, trace: &Trace, clock: &Arc<JumpingClock>) -> Self {
        Self(Arc::new(Inner {
            name,
            plan: plan.clone(),
            trace: trace.clone(),
            dead: AtomicBool::new(false),
            superseded: AtomicBool::new(false),
            ended: Mutex::default(),
            notify: Notify::new(),
            clock: clock.clone(),
        }))
    }

    /// Whether nothing of it happens any more.
    pub fn is_dead(&self) -> bool {
        self.0.dead.load(Ordering::SeqCst)
    }

    /// What faults it draws.
    pub fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// Writes down what it does.
    pub fn note(&self, text: impl std::fmt::Display) {
        self.0.trace.line(format_args!("{} {text}", self.0.name));
    }

    /// Ends the process.
    pub fn die(&self) {
        self.note("dies");
        self.0.dead.store(true, Ordering::SeqCst);
        self.end(End::Died);
    }

    /// Lets it lose its lease, once.
    pub fn supersede(&self) {
        if !self.0.superseded.swap(true, Ordering::SeqCst) {
            self.note("loses its lease");
            self.end(End::Superseded);
        }
    }

    fn end(&self, end: End) {
        *self.0.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
        self.0.notify.notify_one();
    }

    /// Waits until it is no longer the one that works.
    pub async fn ended(&self) -> End {
        loop {
            let ended = self.0.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
            match ended {
                Some(end) => return end,
                None => self.0.notify.notified().await,
            }
        }
    }

    /// What may befall the process itself at any call that it makes.
    pub fn befall(&self, fault: Fault) {
        match fault {
            Fault::Crash | Fault::CrashInFlight => self.die(),
            Fault::Superseded => self.supersede(),
            Fault::ClockForward => self.jump(1),
            Fault::ClockBack => self.jump(-1),
            _ => {}
        }
    }

    fn jump(&self, sign: i64) {
        let seconds = sign * (1 + self.0.plan.below(4 * 3600) as i64);
        self.note(format_args!("its clock jumps by {seconds} s"));
        self.0.clock.jump(seconds);
    }
}

/// The machine's clock as processes see it: people may set it, and only its monotonic side can be relied on.
#[derive(Debug)]
pub struct JumpingClock {
    base: Arc<dyn Clock>,
    shift: AtomicI64,
}

impl JumpingClock {
    /// A clock that shows the time of `base` until it is set.
    pub fn new(base: Arc<dyn Clock>) -> Self {
        Self { base, shift: AtomicI64::new(0) }
    }

    /// Sets it forward or back, by seconds.
    pub fn jump(&self, seconds: i64) {
        self.shift.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Timestamp {
        self.base.now() + SignedDuration::from_secs(self.shift.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        self.base.elapsed()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        self.base.sleep(span)
    }
}
