//! What processes do: capture the source, recover it to the standby and prove it. And who starts them again.

use std::sync::Arc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use recovery::capture::{self, CaptureReport, CaptureSettings, Source};
use recovery::progress::Silent;
use recovery::prove::{self, Report};
use recovery::{Kinds, Recovery, Settings, apply};
use site::marks::Marks;
use tokio_util::sync::CancellationToken;

use crate::life::End;
use crate::world::{Process, RECOVERY, World, address};

/// How many processes a step may take: far more than there are faults in one.
const MOST_PROCESSES: u32 = 600;
/// How long the lease of a process that died lasts.
const LEASE: Duration = Duration::from_secs(20);
/// After how long a process that lost its lease hears of it.
const KEEPER: Duration = Duration::from_secs(2);

/// What may go wrong with a step, in its own words.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// One capture.
pub async fn capture(process: Process, settings: CaptureSettings, cancel: CancellationToken) -> Outcome<CaptureReport> {
    let vault = process.vault().await?;
    let world = &process.world;
    if world.plan.left() > 0 && world.plan.below(4) == 0 {
        vault.take_over(&settings.run).await?;
    }
    let jira = process.client(world.sites.source());
    let source = Source { jira, vault: vault.clone(), kinds: Kinds::registry(), ambient: process.ambient.clone() };
    let report = capture::run(&settings, &source, &Silent, &cancel).await?;
    process.remember(&vault);
    Ok(report)
}

/// The recovery of the newest point, with its proof.
pub async fn recover(
    process: Process,
    settings: Settings,
    earlier: Vec<Marks>,
    cancel: CancellationToken,
) -> Outcome<Report> {
    let world = process.world.clone();
    let lease = world.take_lease();
    let vault = process.vault().await?;
    let point = vault.points().last().ok_or("no recovery point")?.number;
    let until = process.ambient.now() + Duration::from_hours(24);
    let hold = vault.hold(point, "a recovery", until).await?;
    let recovery = Recovery {
        id: RECOVERY,
        lease,
        marks: Marks::new(RECOVERY.to_string(), [7; 32]),
        earlier,
        view: vault.at(point)?,
        source: vault.identity().site.clone(),
        source_address: vault.identity().site_url.clone(),
        standby: process.client(world.sites.standby()),
        standby_address: address(world.sites.standby()),
        journal: process.journal(),
        kinds: Kinds::registry(),
        ambient: process.ambient.clone(),
        settings,
    };
    let applied = apply::run(&recovery, &Silent, &cancel).await?;
    let report = prove::run(&recovery, Some(applied), &Silent, &cancel).await?;
    vault.release(&hold).await?;
    process.remember(&vault);
    Ok(report)
}

/// Starts processes until one of them has done its work.
///
/// # Panics
/// When that takes forever.
pub async fn until_done<T: 'static>(
    world: &Arc<World>,
    name: &str,
    work: impl Fn(Process, CancellationToken) -> LocalBoxFuture<'static, Outcome<T>>,
) -> T {
    for _ in 0..MOST_PROCESSES {
        let process = world.process(name);
        let (life, cancel) = (process.life.clone(), CancellationToken::new());
        let mut work = work(process, cancel.clone());
        let end = tokio::select! {
            // In this order, so that what happens does not hang on chance.
            biased;
            end = life.ended() => Some(end),
            done = &mut work => match done {
                Ok(done) if !life.is_dead() => {
                    life.note("is done");
                    return done;
                }
                Ok(_) => Some(End::Died),
                Err(error) => {
                    life.note(format_args!("fails: {error}"));
                    None
                }
            },
        };
        match end {
            Some(End::Died) => drop(work),
            Some(End::Superseded) => outlive(world, cancel, work),
            None => {}
        }
        let pause = if end.is_some() { LEASE } else { Duration::from_secs(1 + world.plan.below(60)) };
        world.clock.sleep(pause).await;
    }
    panic!("{name} does not end");
}

/// Lets the work of a process go on whose lease is another's: at once, or after it was held up. It hears of its loss a
/// little later.
fn outlive<T: 'static>(world: &Arc<World>, cancel: CancellationToken, work: LocalBoxFuture<'static, Outcome<T>>) {
    let pause = world.clock.sleep(Duration::from_secs([0, 0, 5, 30][world.plan.below(4) as usize]));
    let heard = world.clock.clone();
    tokio::task::spawn_local(async move {
        pause.await;
        let keeper = async {
            // The lease ends, somebody else takes it, and then the next renewal is refused.
            heard.sleep(LEASE + KEEPER).await;
            cancel.cancel();
        };
        let _ = futures::future::join(work, keeper).await;
    });
}
