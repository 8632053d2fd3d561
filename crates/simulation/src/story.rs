//! What happens in a simulated world: captures between changes, the loss of the source, a recovery, its proof.

use std::sync::Arc;
use std::time::Duration;

use jira_emulator::{Limits, Outage, Seed};
use recovery::Settings;
use recovery::capture::CaptureSettings;
use recovery::prove::Report;
use tokio::task::LocalSet;

use crate::changes;
use crate::dice::Dice;
use crate::faults::{Fault, Plan, Table};
use crate::journal::Durable;
use crate::oracle;
use crate::runtime;
use crate::work::{self, until_done};
use crate::world::World;

/// How a world is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Story {
    /// From which everything follows.
    pub seed: u64,
    /// How many faults strike.
    pub faults: u64,
    /// What is switched off, to see that the simulation notices.
    pub control: Control,
}

/// What can be switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Control {
    /// Nothing: the product as it is.
    #[default]
    None,
    /// The marks of what was made.
    NoMarker,
    /// The look before something is sent again.
    NoLook,
    /// The wait before looking.
    NoWait,
    /// The fence of the journal.
    NoFence,
    /// The journal forgets which requests were on their way when a process died.
    NoIntent,
}

/// What came of a story.
#[derive(Clone, Debug)]
pub struct End {
    /// The proof.
    pub report: Report,
    /// Whether it holds, or would without what others did on the standby.
    pub holds: bool,
    /// What the comparison of both sites found.
    pub findings: Vec<String>,
    /// The faults that struck.
    pub struck: Table,
    /// What happened.
    pub trace: Vec<String>,
    /// How much time it took in the world.
    pub took: Duration,
}

/// How long a world is left alone until everything that was on its way has arrived.
const CALM: Duration = Duration::from_mins(20);
/// How many issues are created in one request.
const BULK: usize = 3;

impl Story {
    /// The story of a seed.
    pub fn new(seed: u64, faults: u64) -> Self {
        Self { seed, faults, control: Control::None }
    }

    /// Tells it.
    ///
    /// # Panics
    /// When the pipeline does not come to an end.
    pub fn tell(self) -> End {
        runtime::run(async { LocalSet::new().run_until(self.happen()).await })
    }

    async fn happen(self) -> End {
        let mut dice = Dice::new(self.seed, 0);
        let issues = 3 + dice.below(5) as u32;
        // One in ten has everything that a site can have; the others cost a third, and no two are alike.
        let site = match dice.below(10) {
            0 => Seed::Generated { issues, seed: self.seed },
            _ => Seed::Small { issues, seed: self.seed },
        };
        let limits = if dice.one_in(2) { Limits::off() } else { Limits::default() };
        let plan = Plan::new(self.seed, self.faults, 2 + dice.below(3));
        let durable = Durable {
            unfenced: self.control == Control::NoFence,
            forgetful: self.control == Control::NoIntent,
            ..Durable::default()
        };
        let world = World::new(self.seed, site, limits, plan.clone(), durable);
        plan.keep(self.faults * 2 / 3);
        captures(&world, &mut dice).await;
        // Until the first issue is created.
        plan.keep(self.faults / 4);
        // The disaster: from now on nobody reaches the source.
        world.sites.source().outage(Outage::Gone);
        let report = recoveries(&world, self.control).await;
        world.clock.sleep(CALM).await;
        let sites = (world.sites.source(), world.sites.standby());
        let redirects: oracle::Redirects = report.redirects.iter().cloned().collect();
        let mut findings = oracle::compare(sites.0, sites.1, &redirects);
        world.others.judge(&mut findings, sites, &report);
        let holds = report.holds || world.others.explain(sites.0, &report);
        // Where Jira refuses part of a batch, those after it come under other numbers: that cannot be helped, and the report
        // names each. Nothing else may cost a key.
        let refused = plan.struck().0.get(&Fault::PartialBatch).copied().unwrap_or_default();
        if report.keys_redirected > refused * BULK as u64 {
            findings.push(format!("{refused} batches were refused in part, but keys were not kept: {redirects:?}"));
        }
        End { report, holds, findings, struck: plan.struck(), trace: world.trace.lines(), took: world.clock.elapsed() }
    }
}

/// Captures with changes in between; the last one is of a site at rest.
async fn captures(world: &Arc<World>, dice: &mut Dice) {
    let mut settings = CaptureSettings { batches_in_flight: 2, progress_every: 1, ..CaptureSettings::default() };
    if dice.one_in(2) {
        // Only what feeds tell.
        settings.reread = 0;
    }
    let people = testkit::client(world.sites.source(), &people(world));
    let mut number = 0;
    for round in 0..4 {
        capture(world, &settings).await;
        if round > 0 && world.plan.left() == 0 {
            break;
        }
        calm(world).await;
        for _ in 0..=dice.below(4) {
            number += 1;
            let (change, done) = changes::change(&people, dice, number).await.expect("a site without faults answers");
            world.trace.line(format_args!("people: {change:?} {done}"));
            world.clock.sleep(Duration::from_secs(1 + dice.below(900))).await;
        }
    }
    world.plan.keep(u64::MAX);
    calm(world).await;
    capture(world, &settings).await;
}

async fn capture(world: &Arc<World>, settings: &CaptureSettings) {
    until_done(world, "capture", |process, cancel| Box::pin(work::capture(process, settings.clone(), cancel))).await;
}

/// Waits until outages are over and the sites can be reached again.
async fn calm(world: &Arc<World>) {
    world.clock.sleep(CALM).await;
    for site in [world.sites.source(), world.sites.standby()] {
        site.clear_faults();
    }
}

fn people(world: &Arc<World>) -> ambient::Ambient {
    let entropy = Arc::new(ambient::SeededEntropy::new(world.seed));
    ambient::Ambient { clock: world.clock.clone(), entropy }
}

/// Recovers as long as there are faults, and a last time without any.
async fn recoveries(world: &Arc<World>, control: Control) -> Report {
    let mut settings = Settings { bulk: BULK, lanes: 3, issues_at_once: 4, ..Settings::default() };
    match control {
        Control::NoMarker => settings.safeguards.marker = false,
        Control::NoLook => settings.safeguards.look = false,
        Control::NoWait => settings.safeguards.wait = false,
        Control::None | Control::NoFence | Control::NoIntent => {}
    }
    for _ in 0..8 {
        recover(world, &settings).await;
        if world.plan.left() == 0 {
            break;
        }
    }
    world.plan.end();
    calm(world).await;
    settings.retry_failed = true;
    recover(world, &settings).await
}

async fn recover(world: &Arc<World>, settings: &Settings) -> Report {
    until_done(world, "recovery", |process, cancel| {
        Box::pin(work::recover(process, settings.clone(), Vec::new(), cancel))
    })
    .await
}
