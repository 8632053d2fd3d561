//! The journal, with faults, and fenced as the control store's is: by the lease that is held now.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use recovery::journal::{Entry, Error, Journal, MemoryJournal, Result, Row, State};
use uuid::Uuid;

use crate::faults::Fault;
use crate::life::Life;

/// What is durable: rows, and who holds the lease.
#[derive(Debug, Default)]
pub struct Durable {
    /// The rows.
    pub rows: MemoryJournal,
    /// The lease that is held now; writes under any other are refused.
    pub lease: AtomicU64,
    /// How many writes were refused because their lease was taken.
    pub refused: AtomicU64,
    /// Whether leases are looked at: switched off, a control shows that the simulation finds what follows.
    pub unfenced: bool,
    /// Whether rows are forgotten that say what is about to be sent: another control.
    pub forgetful: bool,
}

/// The journal as one process sees it.
#[derive(Debug)]
pub struct ProcessJournal {
    /// What all processes share.
    pub durable: Arc<Durable>,
    /// The process.
    pub life: Life,
}

const WRITES: &[(Fault, u64)] = &[
    (Fault::JournalBefore, 3),
    (Fault::JournalAfter, 4),
    (Fault::Crash, 4),
    (Fault::Superseded, 2),
    (Fault::ClockForward, 1),
    (Fault::ClockBack, 1),
];
const READS: &[(Fault, u64)] = &[(Fault::JournalBefore, 6), (Fault::Crash, 2), (Fault::Superseded, 1)];

fn broken() -> Error {
    Error::Store("the database does not answer".into())
}

impl ProcessJournal {
    /// What may go wrong with a call: an error now, or one when it is done.
    async fn strike(&self, menu: &[(Fault, u64)], rarely: u64) -> Result<bool> {
        if self.life.is_dead() {
            return std::future::pending().await;
        }
        let Some(fault) = self.life.plan().draw(menu, rarely) else { return Ok(false) };
        self.life.note(fault.name());
        match fault {
            Fault::JournalBefore => Err(broken()),
            Fault::JournalAfter => Ok(true),
            fault => {
                self.life.befall(fault);
                // Whoever must stop hears of it before the call is made.
                tokio::task::yield_now().await;
                if self.life.is_dead() { std::future::pending().await } else { Ok(false) }
            }
        }
    }
}

#[async_trait]
impl Journal for ProcessJournal {
    async fn record(&self, rows: &[Row]) -> Result<()> {
        let lost = self.strike(WRITES, 9).await?;
        let held = self.durable.lease.load(Ordering::SeqCst);
        if !self.durable.unfenced && rows.iter().any(|row| row.lease < held) {
            self.durable.refused.fetch_add(1, Ordering::SeqCst);
            self.life.note("journal: refused, the lease is another's");
            return Err(Error::LeaseLost);
        }
        for row in rows {
            let attempt = row.attempt;
            self.life.note(format_args!("journal: {} {} {:?} {attempt}", row.kind, row.source, row.state));
        }
        let about_to = |row: &&Row| matches!(row.state, State::Intent | State::Ambiguous);
        if self.durable.forgetful && rows.iter().any(|row| about_to(&row)) {
            let kept: Vec<Row> = rows.iter().filter(|row| !about_to(row)).cloned().collect();
            self.durable.rows.record(&kept).await?;
        } else {
            self.durable.rows.record(rows).await?;
        }
        if lost { Err(broken()) } else { Ok(()) }
    }

    async fn find(&self, recovery: Uuid, kind: &str, sources: &[&str]) -> Result<Vec<Row>> {
        self.strike(READS, 60).await?;
        self.durable.rows.find(recovery, kind, sources).await
    }

    async fn in_state(&self, recovery: Uuid, state: State, after: u64, limit: u32) -> Result<Vec<Entry>> {
        self.strike(READS, 60).await?;
        self.durable.rows.in_state(recovery, state, after, limit).await
    }

    async fn of_kind(&self, recovery: Uuid, kind: &str, after: &str, limit: u32) -> Result<Vec<Row>> {
        self.strike(READS, 60).await?;
        self.durable.rows.of_kind(recovery, kind, after, limit).await
    }

    async fn counts(&self, recovery: Uuid) -> Result<BTreeMap<(String, State), u64>> {
        self.strike(READS, 60).await?;
        self.durable.rows.counts(recovery).await
    }
}
