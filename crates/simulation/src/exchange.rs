//! Requests to the emulated sites, with faults.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jira::{Exchange, Failure};
use jira_emulator::state::Issue;
use jira_emulator::{Elements, Fault as SiteFault, FaultAction, LimitReason, Outage, SiteEvent, SiteHandle};
use reqwest::{Request, Response};
use testkit::InProcessExchange;

use crate::faults::Fault;
use crate::life::Life;
use crate::world::World;

/// The way of one process to one site.
#[derive(Debug)]
pub struct ProcessExchange {
    inner: Arc<InProcessExchange>,
    site: SiteHandle,
    world: Arc<World>,
    life: Life,
}

const READS: &[(Fault, u64)] = &[
    (Fault::FailBefore, 9),
    (Fault::ResetBefore, 9),
    (Fault::HalfBody, 9),
    (Fault::HangThenApply, 5),
    (Fault::ApplyThenHang, 5),
    (Fault::WebPage, 5),
    (Fault::TooManyRequests, 9),
    (Fault::Unreached, 9),
    (Fault::Slow, 9),
    (Fault::Outage, 1),
    (Fault::SiteHangs, 1),
    (Fault::TokenRevoked, 1),
    (Fault::SearchLag, 2),
    (Fault::Crash, 1),
    (Fault::CrashInFlight, 1),
    (Fault::Superseded, 1),
    (Fault::ClockForward, 1),
    (Fault::ClockBack, 1),
];
const WRITES: &[(Fault, u64)] = &[
    (Fault::FailBefore, 8),
    (Fault::ApplyThenFail, 14),
    (Fault::ResetBefore, 8),
    (Fault::ApplyThenReset, 14),
    (Fault::HalfBody, 14),
    (Fault::HangThenApply, 14),
    (Fault::ApplyThenHang, 8),
    (Fault::WebPage, 14),
    (Fault::TooManyRequests, 8),
    (Fault::Unreached, 8),
    (Fault::Slow, 8),
    (Fault::Outage, 2),
    (Fault::SiteHangs, 2),
    (Fault::TokenRevoked, 1),
    (Fault::Forbidden, 4),
    (Fault::Crash, 3),
    (Fault::CrashInFlight, 5),
    (Fault::Superseded, 2),
    (Fault::ClockForward, 1),
    (Fault::ClockBack, 1),
];
/// What may happen to a request that makes many issues.
const BATCHES: &[(Fault, u64)] = &[
    (Fault::ApplyThenFail, 3),
    (Fault::ApplyThenReset, 3),
    (Fault::HalfBody, 3),
    (Fault::HangThenApply, 3),
    (Fault::PartialBatch, 22),
    (Fault::HalfOfBatchTold, 20),
    (Fault::CrashInFlight, 3),
    (Fault::EditedByOthers, 3),
    (Fault::Superseded, 2),
];
/// The latest moment at which a request whose sender hears nothing may still be applied: less than the time that a
/// recovery gives the site to come to rest.
const LATEST: u64 = 100_000;

/// A text of so many bytes of JSON may be too long for Jira.
const LONG: usize = 30_000;

impl ProcessExchange {
    /// An exchange of this process with a site.
    pub fn new(site: SiteHandle, world: Arc<World>, life: Life) -> Self {
        Self { inner: world.way_to(&site), site, world, life }
    }

    /// Lets the site do something to the next request.
    fn arm(&self, action: FaultAction) {
        self.site.fault(SiteFault::any("*", action));
    }

    /// Strikes the request; an error is its outcome.
    async fn strike(&self, fault: Fault) -> Result<(), Failure> {
        let plan = self.life.plan();
        let status = [500, 502, 503, 504][plan.below(4) as usize];
        match fault {
            Fault::FailBefore => self.arm(FaultAction::FailBefore { status }),
            Fault::ApplyThenFail => self.arm(FaultAction::ApplyThenFail { status }),
            Fault::ResetBefore => self.arm(FaultAction::ResetBefore),
            Fault::ApplyThenReset => self.arm(FaultAction::ApplyThenReset),
            Fault::HalfBody => self.arm(FaultAction::HalfBody),
            Fault::HangThenApply => self.arm(FaultAction::HangThenApply { milliseconds: plan.below(LATEST) }),
            Fault::ApplyThenHang => self.arm(FaultAction::ApplyThenHang),
            Fault::WebPage => {
                let (status, applied) = ([200, 502, 503][plan.below(3) as usize], plan.below(2) == 0);
                self.arm(FaultAction::WebPage { status, applied });
            }
            Fault::PartialBatch => {
                let which = [Elements::EverySecond, Elements::SecondHalf][plan.below(2) as usize];
                self.arm(FaultAction::RefuseElements { which, status: [429, 500][plan.below(2) as usize] });
            }
            Fault::HalfOfBatchTold => self.arm(FaultAction::AnswerHalf),
            Fault::TooManyRequests => {
                let reasons =
                    [LimitReason::Burst, LimitReason::IssueWrites, LimitReason::TenantQuota, LimitReason::Unsaid];
                let reason = reasons[plan.below(4) as usize];
                self.arm(FaultAction::TooManyRequests { retry_after: Some(1 + plan.below(30)), reason });
            }
            Fault::Unreached => return Err(Failure::Unreached("no connection".into())),
            Fault::Slow => self.world.clock.sleep(Duration::from_millis(plan.below(20_000))).await,
            Fault::Outage => {
                let outages = [Outage::Refuse, Outage::Unavailable, Outage::Gone];
                self.outage(outages[plan.below(3) as usize]);
            }
            Fault::SiteHangs => self.outage(Outage::Hang),
            Fault::TokenRevoked => self.revoke_token(),
            Fault::Forbidden => self.withdraw_permissions().await,
            Fault::SearchLag => self.search_lag(),
            Fault::EditedByOthers => self.others_edit(),
            fault => self.life.befall(fault),
        }
        Ok(())
    }

    fn outage(&self, outage: Outage) {
        let plan = self.life.plan();
        self.site.outage(outage);
        let (site, end) = (self.site.clone(), self.world.clock.sleep(Duration::from_secs(1 + plan.below(300))));
        tokio::spawn(async move {
            end.await;
            site.outage(Outage::None);
        });
    }

    fn revoke_token(&self) {
        let site = self.site.clone();
        site.revoke_token(site.admin_token());
        let end = self.world.clock.sleep(Duration::from_secs(1 + self.life.plan().below(120)));
        tokio::spawn(async move {
            end.await;
            crate::world::restore_token(&site);
        });
    }

    async fn withdraw_permissions(&self) {
        self.site.happen(SiteEvent::WithdrawPermissions).await;
        let (site, end) =
            (self.site.clone(), self.world.clock.sleep(Duration::from_secs(1 + self.life.plan().below(120))));
        tokio::spawn(async move {
            end.await;
            site.happen(SiteEvent::GrantPermissions).await;
        });
    }

    fn others_edit(&self) {
        let world = &self.world;
        // Not what only stands for a number; and not where a text is too long for Jira, comes back cut, as a loss says, and is
        // therefore not compared by the proof.
        let is_long = |original: &Issue| original.description.as_ref().is_some_and(|text| text.text().len() > LONG);
        let is_original = |issue: &Issue| {
            let same = |original: &Issue| original.summary == issue.summary && !is_long(original);
            world.sites.source().inspect(|state| state.issues.values().any(same))
        };
        match world.others.edit(world.sites.standby(), is_original, self.life.plan()) {
            Some(edit) => self.life.note(format_args!("others: {edit}")),
            None => self.life.plan().missed(Fault::EditedByOthers),
        }
    }

    fn search_lag(&self) {
        let plan = self.life.plan();
        self.site.search_lag(Duration::from_secs(plan.below(240)));
        self.site.search_flicker(plan.below(2) == 0);
        let (site, end) = (self.site.clone(), self.world.clock.sleep(Duration::from_secs(1 + plan.below(300))));
        tokio::spawn(async move {
            end.await;
            site.search_lag(Duration::ZERO);
            site.search_flicker(false);
        });
    }
}

/// Whether a path is of what hangs on issues.
fn hangs_on_issues(path: &str) -> bool {
    const ENDS: [&str; 4] = ["/comment", "/worklog", "/attachments", "/issueLink"];
    ENDS.iter().any(|end| path.ends_with(end))
}

#[async_trait]
impl Exchange for ProcessExchange {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        if self.life.is_dead() {
            return std::future::pending().await;
        }
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let what = format!("{method} {path}");
        let writes = method != reqwest::Method::GET && !path.ends_with("/bulkfetch") && !path.contains("/search/");
        let plan = self.life.plan();
        if writes && hangs_on_issues(&path) {
            plan.release(0);
        }
        let fault = match path.as_str() {
            "/rest/api/3/issue/bulk" => {
                // What the story kept for issues; most of it for what hangs on them. These requests are few: each gets its share.
                plan.release(6);
                plan.draw_one_in(BATCHES, 1)
            }
            // Issues are there to be edited by others.
            _ if writes && path.starts_with("/rest/api/3/issue/") && plan.below(8) == 0 => {
                plan.draw_one_in(&[(Fault::EditedByOthers, 1)], 1)
            }
            _ if writes && path.starts_with("/rest/api/3/issue") => plan.draw(WRITES, 1),
            // Configuration is written first, and must leave some for issues.
            _ if writes => plan.draw(WRITES, 3),
            // What is left for issues is for writing them.
            _ => plan.draw(READS, if plan.is_released() { 12 } else { 2 }),
        };
        if let Some(fault) = fault {
            self.life.note(format_args!("{what}: {}", fault.name()));
            self.strike(fault).await?;
        }
        if self.life.is_dead() {
            if fault == Some(Fault::CrashInFlight) {
                // On its way when the process died: it arrives.
                let inner = self.inner.clone();
                tokio::spawn(async move { drop(inner.send(request).await) });
            }
            return std::future::pending().await;
        }
        let answer = self.inner.send(request).await;
        match &answer {
            Ok(response) => self.life.note(format_args!("{what} {}", response.status().as_u16())),
            Err(_) => self.life.note(format_args!("{what} no answer")),
        }
        answer
    }
}
