//! Objects that name people whom Jira no longer takes.

use std::collections::BTreeMap;

use recovery::prove::Report;

use crate::bench::{Bench, apply, journal, prove};
use crate::twice::second;

/// Makes a deactivated account the lead of all components, the driver of all versions and the owner of all filters.
fn put_in_charge(bench: &Bench) {
    bench.sites.source().alter(|state| {
        let gone = state.users.values().find(|user| !user.active && &*user.account_type == "atlassian").unwrap();
        let gone = gone.account_id.clone();
        state.components.values_mut().for_each(|component| {
            component.lead = Some(gone.clone());
            component.assignee_type = "COMPONENT_LEAD".into();
        });
        state.versions.values_mut().for_each(|version| version.driver = Some(gone.clone()));
        state.filters.values_mut().for_each(|filter| filter.owner = gone.clone());
    });
}

fn suffered(report: &Report) -> BTreeMap<&str, u64> {
    let losses = ["component.lead", "version.driver", "filter.owner", "filter.name"];
    losses.into_iter().filter_map(|name| Some((name, report.losses.by_name.get(name)?.count))).collect()
}

#[tokio::test]
async fn what_deactivated_people_led_and_owned_arrives_without_them() {
    let bench = Bench::generated(20, 9).await;
    put_in_charge(&bench);
    bench.capture().await;
    let recovery = bench.recovery(journal());
    apply(&recovery).await.unwrap();
    let report = prove(&recovery).await;
    assert!(report.holds, "{report}");
    for kind in ["component", "version", "filter"] {
        assert!(report.kinds[kind].restored > 0, "{report}");
        assert_eq!(report.kinds[kind].failed, 0, "{report}");
    }
    // Of the filters of one name, only the first can have it: they all belong to the account that recovers.
    assert_eq!(suffered(&report).len(), 4, "{report}");
}

#[tokio::test]
async fn what_deactivated_people_owned_is_known_again_by_a_second_recovery() {
    let bench = Bench::generated(20, 9).await;
    put_in_charge(&bench);
    bench.capture().await;
    let first = bench.recovery(journal());
    apply(&first).await.unwrap();
    let second = second(&bench, &first);
    apply(&second).await.unwrap();
    let report = prove(&second).await;
    let filters = &report.kinds["filter"];
    assert!((filters.restored, filters.missing) == (0, 0) && filters.matched > 1, "{report}");
}
