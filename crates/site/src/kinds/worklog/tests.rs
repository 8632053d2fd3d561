use futures::executor::block_on;
use proptest::prelude::*;

use super::*;
use crate::kinds::shared::fixture::{self, PRESENT, names_of, object, restored, unexplained, writer};

fn worklog(more: Value) -> Object {
    let mut worklog = json!({
        "id": "5", "author": { "accountId": PRESENT, "displayName": "Ann A" },
        "created": "2020-01-02T03:04:05.000+0100", "updated": "2020-01-03T03:04:05.000+0100",
        "started": "2020-01-01T09:00:00.000+0100", "timeSpent": "1h", "timeSpentSeconds": 3600,
    });
    worklog.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object("worklog", "1/5", worklog)
}

fn operations(worklog: Object) -> (Vec<Operation>, Vec<Occurrence>) {
    let mut losses = Vec::new();
    let operations = block_on(Worklog.operations(&fixture::issue(1), vec![worklog], &writer(), &mut losses)).unwrap();
    (operations, losses)
}

proptest! {
    #[test]
    fn a_worklog_arrives_but_for_its_losses(comment in crate::adf::tests::documents(), seconds in 60u64..100_000) {
        let source = worklog(json!({ "comment": comment, "timeSpentSeconds": seconds }));
        let (operations, losses) = operations(source.clone());
        let translation = fixture::translation();
        let before = Worklog.normal(&source, &translation.source);
        let after = Worklog.normal(&restored(&operations[0]), &translation.standby);
        prop_assert_eq!(unexplained(&before, &after, &losses), Vec::<String>::new());
    }
}

#[test]
fn work_is_logged_for_when_it_began_with_a_line_about_who_logged_it() {
    let (operations, losses) = operations(worklog(json!({})));
    assert_eq!(losses, []);
    assert_eq!(operations[0].body["started"], "2020-01-01T08:00:00.000+0000");
    assert_eq!(operations[0].body["timeSpentSeconds"], 3600);
    assert_eq!(adf::text_of(&operations[0].body["comment"]), "Logged by Ann A on 2020-01-02 02:04 UTC");
}

#[test]
fn a_restriction_that_cannot_be_kept_keeps_the_worklog_out() {
    let (operations, losses) = operations(worklog(json!({ "visibility": { "type": "role", "value": "Nobody" } })));
    assert!(operations.is_empty());
    assert_eq!(names_of(&losses), ["worklog.visibility"]);
}
