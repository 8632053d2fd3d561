//! The table of routes and what each needs. Admission, the API document and the tests read it.

use axum::http::Method;
use control::authority::Action;

use crate::PREFIX;

/// What a route needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Open,
    /// That somebody is signed in.
    SignedIn,
    /// That their role allows this, and that it is sure enough that it is them.
    For(Action),
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The method.
    pub method: &'static str,
    /// The path, below `/api/v1` unless it begins with `//`.
    pub path: &'static str,
    /// What it needs.
    pub access: Access,
}

macro_rules! table {
    ($($method:ident $path:literal $access:ident)*) => {
        /// All routes.
        pub const ACCESS: &[Row] = &[$(Row {
            method: stringify!($method),
            path: $path,
            access: table!(@ $access),
        }),*];
    };
    (@ Open) => { Access::Open };
    (@ SignedIn) => { Access::SignedIn };
    (@ $action:ident) => { Access::For(Action::$action) };
}

table! {
    GET "/health" Open
    GET "/ready" Open
    GET "/metrics" HealthRead
    GET "/openapi.json" Open

    GET "/sign-in" Open
    GET "/sign-in/oidc" Open
    GET "/sign-in/oidc/callback" Open
    POST "/sessions" Open
    GET "/sessions" SessionEnd
    DELETE "/sessions/{session}" SessionEnd
    GET "/session" SignedIn
    DELETE "/session" SignedIn
    POST "/sessions/challenge" Open
    POST "/sessions/passkey" Open
    POST "/session/proof/challenge" SignedIn
    POST "/session/proof" SignedIn
    GET "/session/proof/oidc" SignedIn
    GET "/session/passkeys" SignedIn
    POST "/session/passkeys" SignedIn
    POST "/session/passkeys/challenge" SignedIn
    DELETE "/session/passkeys/{passkey}" SignedIn
    POST "/session/password" SignedIn
    POST "/invitations/acceptance" Open

    GET "/members" MemberRead
    POST "/members" SignedIn
    GET "/members/{member}" MemberRead
    PATCH "/members/{member}" SignedIn
    DELETE "/members/{member}" SignedIn
    POST "/members/{member}/invitation" SignedIn

    GET "/api-keys" ApiKeyOwn
    POST "/api-keys" ApiKeyOwn
    DELETE "/api-keys/{key}" ApiKeyOwn

    GET "/tenant" SignedIn
    GET "/settings" SettingRead
    GET "/policies" PolicyRead

    GET "/sites" SiteRead
    POST "/sites" SiteAdd
    GET "/sites/{site}" SiteRead
    PATCH "/sites/{site}" SiteChange
    DELETE "/sites/{site}" SiteRemove
    PUT "/sites/{site}/credentials" CredentialSet
    DELETE "/sites/{site}/credentials" CredentialSet
    POST "/sites/{site}/check" SiteRead
    POST "/consents" CredentialSet
    GET "/consents/callback" Open
    GET "/sites/{site}/coverage" SiteRead

    GET "/sites/{site}/contacts" ContactRead
    POST "/sites/{site}/contacts" ContactAdd
    DELETE "/sites/{site}/contacts/{person}" ContactStrikeOff
    GET "/sites/{site}/safeguards" PolicyRead
    POST "/sites/{site}/safeguards/policy" PolicyChange
    POST "/sites/{site}/safeguards/removal" ContactRemove
    POST "/sites/{site}/safeguards/confirmation" SafeguardConfirm
    POST "/sites/{site}/safeguards/objection" SafeguardObject

    GET "/sites/{site}/backups" BackupRead
    POST "/sites/{site}/backups" BackupRun
    GET "/sites/{site}/points" PointRead
    GET "/sites/{site}/points/{point}" PointRead
    GET "/sites/{site}/points/{point}/changes" PointContent
    GET "/sites/{site}/points/{point}/object" PointContent
    PUT "/sites/{site}/points/{point}/pin" PointPin
    DELETE "/sites/{site}/points/{point}/pin" PointPin
    POST "/sites/{site}/verifications" BackupRun
    POST "/sites/{site}/prunings/preview" PointRead
    POST "/sites/{site}/prunings" PointPrune

    GET "/schedules" BackupRead
    POST "/schedules" ScheduleChange
    PATCH "/schedules/{schedule}" ScheduleChange
    DELETE "/schedules/{schedule}" ScheduleChange

    GET "/connections" ConnectionRead
    POST "/connections" ConnectionCreate
    GET "/connections/{connection}" ConnectionRead
    PATCH "/connections/{connection}" ConnectionRename
    POST "/activations" ConnectionActivate
    POST "/connections/{connection}/release" ConnectionRelease
    POST "/connections/{connection}/reset" ConnectionAsk
    POST "/connections/{connection}/revocation" ConnectionAsk
    POST "/connections/{connection}/reinstatement" ConnectionAsk
    POST "/connections/{connection}/objection" ConnectionObject
    POST "/connections/{connection}/confirmation" ConnectionConfirm
    POST "/connections/{connection}/token" ConnectionIssueToken
    POST "/connections/{connection}/token-check" ConnectionCheckToken
    POST "/connections/{connection}/suspension" ConnectionSuspend
    POST "/connections/{connection}/vote" ConnectionVote
    POST "/connections/{connection}/resumption" ConnectionResume
    POST "/connections/{connection}/deactivation" ConnectionDeactivate

    GET "/requests" RequestRead
    GET "/connections/{connection}/request" RequestRead
    POST "/connections/{connection}/request" RequestOpen
    POST "/connections/{connection}/request/code" RequestConfirm
    POST "/connections/{connection}/request/confirmation" RequestConfirm
    POST "/connections/{connection}/request/approval" RequestApprove
    POST "/connections/{connection}/request/denial" RequestDeny
    POST "/connections/{connection}/request/proof" RequestProve
    POST "/connections/{connection}/request/veto" RequestVeto
    POST "/connections/{connection}/request/cancellation" RequestCancel

    GET "/connections/{connection}/plan" RecoveryPlan
    POST "/connections/{connection}/plan" RecoveryPlan
    POST "/connections/{connection}/recovery" RecoveryStart
    GET "/recoveries" RecoveryRead
    GET "/recoveries/{recovery}" RecoveryRead
    GET "/recoveries/{recovery}/progress" RecoveryReport
    GET "/recoveries/{recovery}/failures" RecoveryReport
    GET "/recoveries/{recovery}/causes" RecoveryReport
    GET "/recoveries/{recovery}/report" RecoveryReport
    POST "/recoveries/{recovery}/pause" RecoveryPause
    POST "/recoveries/{recovery}/resumption" RecoveryPause
    POST "/recoveries/{recovery}/cancellation" RecoveryCancel
    POST "/recoveries/{recovery}/removal" RecoveryRemove

    GET "/jobs" JobRead
    GET "/jobs/{job}" JobRead
    POST "/jobs/{job}/pause" JobControl
    POST "/jobs/{job}/cancellation" JobControl
    POST "/jobs/{job}/resumption" JobControl
    POST "/jobs/{job}/repetition" JobControl

    GET "/audit" AuditRead
    GET "/audit/head" AuditRead
    GET "/audit/export" AuditExport

    GET "/messages" NotificationChange
    GET "/webhooks" NotificationChange
    POST "/webhooks" NotificationChange
    PATCH "/webhooks/{webhook}" NotificationChange
    DELETE "/webhooks/{webhook}" NotificationChange

    GET "//stop/{link}" Open
    POST "//stop/{link}" Open
}

impl Row {
    /// The whole path.
    pub fn whole_path(&self) -> String {
        match self.path.strip_prefix('/') {
            Some(rest) if rest.starts_with('/') => rest.to_owned(),
            _ => format!("{PREFIX}{}", self.path),
        }
    }
}

/// What a request needs; nothing for a route that is not in the table. HEAD is a GET without a body.
pub(crate) fn of(method: &Method, path: &str) -> Option<Access> {
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    let row = ACCESS.iter().find(|row| row.method == method && row.whole_path() == path);
    row.map(|row| row.access)
}
