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

pub mod accounts;
pub mod api_keys;
pub mod audit;
pub mod backups;
pub mod captures;
pub mod challenges;
pub mod connections;
pub mod errands;
pub mod jobs;
pub mod journal;
pub mod kept_answers;
pub mod messages;
pub mod passkeys;
pub mod people;
pub mod queue_model;
pub mod recoveries;
pub mod safeguards;
pub mod sample;
pub mod schedules;
pub mod secrets;
pub mod sessions;
pub mod sites;
pub mod speed;
pub mod statements;
pub mod transactions;
pub mod transitions;
pub mod webhooks;

use std::sync::Arc;

use async_trait::async_trait;

use crate::Store;

/// One database, empty at first, that can be opened again and again.
#[async_trait]
pub trait Bench: Send + Sync {
    /// Opens the database, beside whoever has it open already.
    async fn open(&self) -> Arc<dyn Store>;
    /// Every row of every table, as text; bytes as hexadecimal digits, in whichever case.
    async fn dump(&self) -> String;
    /// The names of the tables.
    async fn tables(&self) -> Vec<String>;
    /// Another empty database of the same kind.
    async fn another(&self) -> Box<dyn Bench>;
}

/// Makes a test of each function of the suite. `$bench` is the path of an async function that gives a fresh bench, or none if
/// there is no such database here, which it has said then.
#[macro_export]
macro_rules! conformance_suite {
    ($bench:path) => {
        $crate::conformance_suite! { @ $bench;
            transactions: what_is_not_saved_leaves_no_trace, a_change_and_its_event_are_one,
                readers_see_what_was_saved_before_they_began, a_reader_cannot_write, writers_wait_for_each_other,
                what_was_saved_is_there_after_reopening, the_only_tenant_is_made_once;
            sites: a_site_reads_back_whole, names_and_cloud_ids_are_unique_for_a_tenant, another_tenants_site_is_not_found,
                an_unknown_site_cannot_be_changed, known_names_keep_their_dates, a_vault_head_only_goes_forward,
                a_removed_site_is_found_by_history_alone, a_removed_site_gives_its_name_free,
                a_removed_site_that_is_added_again_is_itself;
            people: addresses_are_found_in_any_case, contacts_keep_the_date_of_their_registration,
                another_tenants_person_is_no_contact, a_person_who_is_gone_is_found_by_id_alone;
            passkeys: a_passkey_reads_back_whole, a_passkey_is_one_persons, what_was_asked_is_taken_once;
            errands: who_comes_back_is_known_once;
            accounts: a_password_is_replaced, an_invitation_is_found_by_its_hash_alone_until_it_is_used,
                another_tenants_person_has_no_account;
            sessions: a_session_reads_back_whole, a_session_that_changes_its_secret_is_found_by_the_new_one,
                all_sessions_of_a_person_end_at_once, old_sessions_are_forgotten, another_tenants_session_is_not_changed, an_ended_session_stays_ended;
            api_keys: a_key_reads_back_whole, keys_are_listed_for_all_or_for_one, a_revoked_key_keeps_its_date;
            secrets: no_secret_lies_in_the_database;
            connections: a_state_reads_back_whole, the_latest_request_is_the_states, evidence_is_replaced,
                a_token_is_found_across_tenants, a_revoked_connection_gives_its_name_free,
                another_tenants_connection_is_not_found;
            challenges: a_code_is_replaced_and_used_once, a_code_belongs_to_one_person_request_and_tenant;
            transitions: each_event_is_stored_and_audited_once, a_refusal_changes_nothing_and_is_audited,
                what_follows_of_itself_follows, a_veto_takes_the_job_from_its_worker,
                a_suspension_brings_the_job_to_rest, a_request_that_ends_ends_its_job;
            safeguards: the_settings_policy_counts_until_the_source_has_its_own, contacts_are_saved_as_they_are,
                sources_with_a_waiting_change_are_listed, another_tenants_source_has_no_safeguards,
                each_safeguard_event_is_saved_and_audited_once, a_refused_safeguard_event_changes_nothing_and_is_audited,
                a_change_is_frozen_under_a_request_and_follows_of_itself, a_connection_goes_by_its_sources_policy,
                the_barred_do_not_confirm_and_supporters_are_counted;
            audit: numbers_have_no_gaps, writers_at_once_make_one_chain, pages_go_on_where_they_ended,
                events_are_found_by_all_that_is_said_of_them;
            backups: every_table_is_copied_or_left_out_by_name, a_copy_fills_an_empty_database,
                a_database_with_something_in_it_is_not_filled, a_broken_copy_fills_nothing;
            jobs: a_job_reads_back_whole, an_unfinished_job_with_the_same_key_is_given_instead,
                a_job_is_about_something_of_its_tenant, the_most_urgent_and_then_the_oldest_goes_first,
                claimers_at_once_never_get_the_same_job, a_stale_lease_writes_nothing,
                a_refused_write_takes_its_transaction_with_it, only_so_many_write_to_the_same_thing,
                only_so_many_of_a_tenant_run, a_failed_attempt_is_tried_again_later, a_job_that_kills_its_workers_rests,
                a_dead_holders_lease_has_run_out, a_request_to_stop_reaches_the_worker, a_seized_job_is_nobodys,
                jobs_are_listed_a_page_at_a_time;
            queue_model: whatever_is_done_the_queue_does_as_the_model;
            schedules: a_schedule_reads_back_whole, what_is_due_comes_the_longest_due_first,
                a_due_schedule_makes_one_job_however_often_it_was_missed,
                a_schedule_of_an_unknown_kind_moves_on_without_a_job;
            recoveries: a_run_reads_back_whole, a_job_does_one_recovery, recoveries_are_listed_a_page_at_a_time;
            messages: a_message_reads_back_whole, the_longest_due_is_sent_first, one_sender_takes_a_message,
                what_was_sent_is_forgotten, what_was_not_sent_waits_or_is_given_up, messages_are_listed_a_page_at_a_time,
                another_tenants_message_is_missing;
            webhooks: a_webhook_reads_back_whole, a_webhook_is_changed_and_removed, another_tenants_webhook_is_missing;
            kept_answers: an_answer_reads_back_whole, a_key_is_kept_once_for_each_person, old_answers_are_forgotten,
                another_tenants_answer_is_not_found;
            captures: a_capture_reads_back_whole, a_job_does_one_capture;
            journal: a_row_reads_back_whole, recording_again_replaces, a_stale_lease_is_refused_whole,
                a_refusal_costs_others_nothing, pages_see_every_row_once, a_row_that_changes_state_is_not_lost,
                counts_and_targets, another_tenants_recovery_is_missing, many_recorders_at_once,
                what_was_recorded_is_there_after_reopening, keys_are_in_the_order_of_their_bytes;
        }
    };
    (@ $bench:path; $($area:ident: $($test:ident),+;)+) => {$(
        mod $area {$(
            #[tokio::test]
            async fn $test() {
                if let Some(bench) = $bench().await {
                    $crate::conformance::$area::$test(&bench).await;
                }
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
            include_str!("accounts.rs"),
            include_str!("api_keys.rs"),
            include_str!("audit.rs"),
            include_str!("backups.rs"),
            include_str!("captures.rs"),
            include_str!("challenges.rs"),
            include_str!("connections.rs"),
            include_str!("errands.rs"),
            include_str!("jobs.rs"),
            include_str!("journal.rs"),
            include_str!("kept_answers.rs"),
            include_str!("messages.rs"),
            include_str!("passkeys.rs"),
            include_str!("people.rs"),
            include_str!("queue_model.rs"),
            include_str!("recoveries.rs"),
            include_str!("safeguards.rs"),
            include_str!("schedules.rs"),
            include_str!("secrets.rs"),
            include_str!("sessions.rs"),
            include_str!("sites.rs"),
            include_str!("transactions.rs"),
            include_str!("transitions.rs"),
            include_str!("webhooks.rs"),
        ];
        let tests = areas.iter().flat_map(|area| area.lines()).filter_map(|line| line.strip_prefix("pub async fn "));
        let forgotten: Vec<_> =
            tests.filter_map(|test| test.split('(').next()).filter(|test| !list.contains(test)).collect();
        assert_eq!(forgotten, [""; 0]);
    }
}
