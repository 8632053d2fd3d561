use super::*;
use crate::kinds::support::testing::{arrives, object, translation};

fn sides() -> Translation {
    let mut translation = translation();
    translation.bind_user("ann", "ann");
    translation.bind("project-category", "10000", "77");
    translation.source.bind("project-category", "10000".to_owned(), "Tools".to_owned());
    translation.standby.bind("project-category", "77".to_owned(), "Tools".to_owned());
    translation
}

fn project() -> Object {
    let body = json!({
        "id": "10000", "key": "ARK", "name": "The Ark", "projectTypeKey": "software", "simplified": false,
        "style": "classic", "lead": {"accountId": "ann", "displayName": "Ann"}, "url": "https://source.example/wiki",
        "projectCategory": {"id": "10000", "name": "Tools"}, "projectKeys": ["ARK"], "assigneeType": "UNASSIGNED",
    });
    object(&Project, "10000", body)
}

#[test]
fn a_project_is_created_in_the_scaffold() {
    let translated = Project.translate(&project(), &sides());
    assert_eq!(translated.losses, []);
    let scaffold = Scaffold { workflow_scheme: 5, notification_scheme: 6 };
    insta::assert_json_snapshot!(request(&translated.value, &scaffold, "me"), @r#"
    {
      "assigneeType": "UNASSIGNED",
      "categoryId": 77,
      "description": "",
      "key": "ARK",
      "leadAccountId": "ann",
      "name": "The Ark",
      "notificationScheme": 6,
      "projectTypeKey": "software",
      "url": "https://standby.example/wiki",
      "workflowScheme": 5
    }
    "#);
    let mut standby = project();
    standby.body["url"] = "https://standby.example/wiki".into();
    standby.body["projectCategory"]["id"] = "77".into();
    arrives(&Project, &sides(), &project(), &standby);
}

#[test]
fn what_cannot_be_kept_is_named() {
    let mut source = project();
    source.body["simplified"] = true.into();
    source.body["archived"] = true.into();
    source.body["projectTypeKey"] = "product_discovery".into();
    source.body["lead"]["accountId"] = "gone".into();
    source.body["projectCategory"]["id"] = "9".into();
    source.body["projectKeys"] = json!(["OLD", "ARK"]);
    let translated = Project.translate(&source, &sides());
    let mut lost: Vec<_> = translated.losses.iter().map(|loss| format!("{} {}", loss.path, loss.detail)).collect();
    lost.sort();
    insta::assert_debug_snapshot!(lost, @r#"
    [
        "/archived ARK",
        "/category Tools",
        "/lead Ann",
        "/managed ARK",
        "/oldKeys OLD",
        "/type product_discovery",
    ]
    "#);
    let mut standby = project();
    standby.body["lead"]["accountId"] = "me".into();
    standby.body["projectCategory"] = Value::Null;
    standby.body["url"] = "https://standby.example/wiki".into();
    arrives(&Project, &sides(), &source, &standby);
}

#[test]
fn without_a_lead_the_recovery_leads() {
    let mut source = project();
    source.body["lead"]["accountId"] = "gone".into();
    let mut sides = sides();
    let scaffold = Scaffold { workflow_scheme: 5, notification_scheme: 6 };
    let lead = |sides: &Translation| {
        let value = Project.translate(&source, sides).value;
        request(&value, &scaffold, "me")["leadAccountId"].clone()
    };
    assert_eq!(lead(&sides), "me");
    sides.set_fallback(Some("stand-in".to_owned()));
    assert_eq!(lead(&sides), "stand-in");
}

#[test]
fn only_a_refused_lead_is_replaced() {
    let refused = |field: &str| Error::Rejected {
        call: "POST /rest/api/3/project".to_owned(),
        status: 400,
        messages: vec!["no".to_owned()],
        fields: vec![(field.to_owned(), "no".to_owned())],
    };
    assert!(refuses_lead(&refused("projectLead")));
    assert!(!refuses_lead(&refused("projectKey")));
}
