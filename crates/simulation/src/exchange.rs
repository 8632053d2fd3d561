//! Requests to the emulated sites, with faults.

use std::sync::Arc;
use std::time::Duration;

use ambient::Clock;
use async_trait::async_trait;
use jira::{Exchange, Failure};
use jira_emulator::{Elements, Fault as SiteFault, FaultAction, LimitReason, Outage, SiteEvent, SiteHandle};
use reqwest::{Request, Response};
use testkit::InProcessExchange;

use crate::faults::Fault;
use crate::life::Life;

/// The way of one process to one site.
#[derive(Debug)]
pub struct ProcessExchange {
    inner: Arc<InProcessExchange>,
    site: SiteHandle,
    clock: Arc<dyn Clock>,
    life: Life,
}

const READS: &[(Fault, u64)] = &[
    (Fault::FailBefore, 6),
    (Fault::ResetBefore, 6),
    (Fault::HalfBody, 6),
    (Fault::HangThenApply, 3),
    (Fault::ApplyThenHang, 3),
    (Fault::WebPage, 3),
    (Fault::TooManyRequests, 6),
    (Fault::Unreached, 6),
    (Fault::Slow, 6),
    (Fault::Outage, 2),
    (Fault::TokenRevoked, 1),
    (Fault::SearchLag, 2),
    (Fault::Crash, 2),
    (Fault::CrashInFlight, 2),
    (Fault::Superseded, 1),
    (Fault::ClockForward, 1),
    (Fault::ClockBack, 1),
];
const WRITES: &[(Fault, u64)] = &[
    (Fault::FailBefore, 6),
    (Fault::ApplyThenFail, 12),
    (Fault::ResetBefore, 6),
    (Fault::ApplyThenReset, 12),
    (Fault::HalfBody, 12),
    (Fault::HangThenApply, 12),
    (Fault::ApplyThenHang, 6),
    (Fault::WebPage, 12),
    (Fault::TooManyRequests, 6),
    (Fault::Unreached, 6),
    (Fault::Slow, 6),
    (Fault::Outage, 3),
    (Fault::TokenRevoked, 1),
    (Fault::Forbidden, 1),
    (Fault::Crash, 6),
    (Fault::CrashInFlight, 12),
    (Fault::Superseded, 6),
    (Fault::ClockForward, 1),
    (Fault::ClockBack, 1),
];
/// What may happen to a request that makes many issues.
const BATCHES: &[(Fault, u64)] = &[
    (Fault::ApplyThenFail, 3),
    (Fault::ApplyThenReset, 3),
    (Fault::HalfBody, 3),
    (Fault::HangThenApply, 3),
    (Fault::PartialBatch, 16),
    (Fault::HalfOfBatchTold, 16),
    (Fault::CrashInFlight, 3),
    (Fault::Superseded, 2),
];
/// The latest moment at which a request whose sender hears nothing may still be applied: less than the time that a
/// recovery gives the site to come to rest.
const LATEST: u64 = 100_000;

impl ProcessExchange {
    /// An exchange of this process with a site.
    pub fn new(site: SiteHandle, clock: Arc<dyn Clock>, life: Life) -> Self {
        Self { inner: Arc::new(InProcessExchange::new(site.service(), clock.clone())), site, clock, life }
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
            Fault::Slow => self.clock.sleep(Duration::from_millis(plan.below(20_000))).await,
            Fault::Outage => self.outage(),
            Fault::TokenRevoked => self.revoke_token(),
            Fault::Forbidden => self.withdraw_permissions().await,
            Fault::SearchLag => self.search_lag(),
            fault => self.life.befall(fault),
        }
        Ok(())
    }

    fn outage(&self) {
        let plan = self.life.plan();
        // Not one that hangs: whom its end wakes first is chance. Single requests hang.
        let outages = [Outage::Refuse, Outage::Unavailable, Outage::Gone];
        self.site.outage(outages[plan.below(3) as usize]);
        let (site, end) = (self.site.clone(), self.clock.sleep(Duration::from_secs(1 + plan.below(300))));
        tokio::spawn(async move {
            end.await;
            site.outage(Outage::None);
        });
    }

    fn revoke_token(&self) {
        let site = self.site.clone();
        site.revoke_token(site.admin_token());
        let end = self.clock.sleep(Duration::from_secs(1 + self.life.plan().below(300)));
        tokio::spawn(async move {
            end.await;
            crate::world::restore_token(&site);
        });
    }

    async fn withdraw_permissions(&self) {
        self.site.happen(SiteEvent::WithdrawPermissions).await;
        let (site, end) = (self.site.clone(), self.clock.sleep(Duration::from_secs(1 + self.life.plan().below(120))));
        tokio::spawn(async move {
            end.await;
            site.happen(SiteEvent::GrantPermissions).await;
        });
    }

    fn search_lag(&self) {
        let plan = self.life.plan();
        self.site.search_lag(Duration::from_secs(plan.below(240)));
        self.site.search_flicker(plan.below(2) == 0);
        let (site, end) = (self.site.clone(), self.clock.sleep(Duration::from_secs(1 + plan.below(300))));
        tokio::spawn(async move {
            end.await;
            site.search_lag(Duration::ZERO);
            site.search_flicker(false);
        });
    }
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
        let fault = match path.as_str() {
            "/rest/api/3/issue/bulk" => {
                // What the story kept for the creation of issues.
                plan.keep(0);
                plan.draw(BATCHES, 1)
            }
            _ if writes && path.starts_with("/rest/api/3/issue") => plan.draw(WRITES, 1),
            // Configuration is written first, and must leave some for issues.
            _ if writes => plan.draw(WRITES, 5),
            _ => plan.draw(READS, 6),
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
