//! What every adapter must do, as tests that each adapter instantiates.
//!
//! An adapter gives a [`Bench`] and calls [`conformance_suite!`](crate::conformance_suite) in its tests:
//!
//! ```text
//! store::conformance_suite!(crate::bench);
//! ```

#![expect(clippy::unwrap_used, reason = "these are tests, though they are compiled into the library for the adapters")]
#![expect(clippy::missing_panics_doc, reason = "a test panics to say that it failed")]
#![expect(missing_docs, reason = "the names of the tests are sentences")]

pub mod audit;
pub mod captures;
pub mod challenges;
pub mod connections;
pub mod journal;
pub mod people;
pub mod recoveries;
pub mod sample;
pub mod sites;
pub mod transactions;
pub mod transitions;

use std::sync::Arc;

use async_trait::async_trait;

use crate::Store;

/// One database, empty at first, that can be opened again and again.
#[async_trait]
pub trait Bench: Send + Sync {
    /// Opens the database, beside whoever has it open already.
    async fn open(&self) -> Arc<dyn Store>;
}

/// Makes a test of each function of the suite. `$bench` is the path of an async function that gives a fresh bench.
#[macro_export]
macro_rules! conformance_suite {
    ($bench:path) => {
        $crate::conformance_suite! { @ $bench;
            transactions: what_is_not_saved_leaves_no_trace, a_change_and_its_event_are_one,
                readers_see_what_was_saved_before_they_began, a_reader_cannot_write, writers_wait_for_each_other,
                what_was_saved_is_there_after_reopening, the_only_tenant_is_made_once;
            sites: a_site_reads_back_whole, names_and_cloud_ids_are_unique_for_a_tenant, another_tenants_site_is_not_found,
                an_unknown_site_cannot_be_changed, known_names_keep_their_dates, a_vault_head_only_goes_forward;
            people: addresses_are_found_in_any_case, contacts_keep_the_date_of_their_registration,
                another_tenants_person_is_no_contact;
            connections: a_state_reads_back_whole, the_latest_request_is_the_states, evidence_is_replaced,
                a_token_is_found_across_tenants, a_revoked_connection_gives_its_name_free,
                another_tenants_connection_is_not_found;
            challenges: a_code_is_replaced_and_used_once, a_code_belongs_to_one_person_request_and_tenant;
            transitions: each_event_is_stored_and_audited_once, a_refusal_changes_nothing_and_is_audited,
                what_follows_of_itself_follows;
            audit: numbers_have_no_gaps, writers_at_once_make_one_chain, pages_go_on_where_they_ended;
            recoveries: a_run_reads_back_whole, one_holder_at_a_time, a_lease_that_ran_out_is_taken_over,
                a_stale_lease_writes_nothing, a_request_to_stop_reaches_the_worker, a_seized_run_is_nobodys,
                a_run_that_is_over_cannot_be_taken;
            captures: a_site_has_one_unfinished_capture, an_abandoned_capture_goes_on_with_its_progress;
            journal: a_row_reads_back_whole, recording_again_replaces, a_stale_lease_is_refused_whole,
                a_refusal_costs_others_nothing, pages_see_every_row_once, a_row_that_changes_state_is_not_lost,
                counts_and_targets, another_tenants_recovery_is_missing, many_recorders_at_once,
                what_was_recorded_is_there_after_reopening;
        }
    };
    (@ $bench:path; $($area:ident: $($test:ident),+;)+) => {$(
        mod $area {$(
            #[tokio::test]
            async fn $test() {
                $crate::conformance::$area::$test(&$bench().await).await;
            }
        )+}
    )+};
}

#[cfg(test)]
mod tests {
    /// A test that no adapter runs would pass for ever.
    #[test]
    fn the_suite_names_every_test() {
        let list = include_str!("mod.rs");
        let areas = [
            include_str!("audit.rs"),
            include_str!("captures.rs"),
            include_str!("challenges.rs"),
            include_str!("connections.rs"),
            include_str!("journal.rs"),
            include_str!("people.rs"),
            include_str!("recoveries.rs"),
            include_str!("sites.rs"),
            include_str!("transactions.rs"),
            include_str!("transitions.rs"),
        ];
        let tests = areas.iter().flat_map(|area| area.lines()).filter_map(|line| line.strip_prefix("pub async fn "));
        let forgotten: Vec<_> =
            tests.filter_map(|test| test.split('(').next()).filter(|test| !list.contains(test)).collect();
        assert_eq!(forgotten, [""; 0]);
    }
}
