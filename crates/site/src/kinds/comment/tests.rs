use futures::executor::block_on;
use proptest::prelude::*;

use super::*;
use crate::adf::LIMIT;
use crate::kinds::shared::fixture::{self, PRESENT, names_of, object, restored, unexplained, writer};

fn comment(body: Value, more: Value) -> Object {
    let mut comment = json!({
        "id": "5", "author": { "accountId": PRESENT, "displayName": "Ann A" }, "body": body, "jsdPublic": true,
        "created": "2020-01-02T03:04:05.000+0100", "updated": "2020-01-03T03:04:05.000+0100",
    });
    comment.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object("comment", "1/5", comment)
}

fn operations(comments: Vec<Object>) -> (Vec<Operation>, Vec<Occurrence>) {
    let mut losses = Vec::new();
    let operations = block_on(Comment.operations(&fixture::issue(1), comments, &writer(), &mut losses)).unwrap();
    (operations, losses)
}

fn text(text: &str) -> Value {
    adf::document(vec![json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] })])
}

fn extras() -> impl Strategy<Value = Value> {
    let visibility = prop_oneof![
        Just(Value::Null),
        Just(json!({ "type": "role", "value": "Developers", "identifier": "Developers" })),
        Just(json!({ "type": "group", "value": "staff", "identifier": "g1" })),
        Just(json!({ "type": "group", "value": "staff" })),
    ];
    let properties = prop_oneof![
        Just(json!([])),
        Just(json!([{ "key": "app", "value": [1] }])),
        Just(json!([{ "key": INTERNAL, "value": { "internal": true } }])),
    ];
    (visibility, properties, any::<bool>()).prop_map(|(visibility, properties, public)| {
        let mut extras = json!({ "properties": properties, "jsdPublic": public });
        if !visibility.is_null() {
            extras["visibility"] = visibility;
        }
        extras
    })
}

proptest! {
    #[test]
    fn a_comment_arrives_but_for_its_losses(body in crate::adf::tests::documents(), extras in extras()) {
        let source = comment(body, extras);
        let (operations, losses) = operations(vec![source.clone()]);
        let translation = fixture::translation();
        let before = Comment.normal(&source, &translation.source);
        let after = Comment.normal(&restored(&operations[0]), &translation.standby);
        prop_assert_eq!(unexplained(&before, &after, &losses), Vec::<String>::new());
    }

    #[test]
    fn a_comment_can_be_restored_again(body in crate::adf::tests::documents(), extras in extras()) {
        let (first, _) = operations(vec![comment(body, extras)]);
        let mut once = restored(&first[0]);
        // The standby of the first recovery is the source of the second.
        once.body.as_object_mut().unwrap().remove("visibility");
        let again = adf::text_of(&operations(vec![once]).0[0].body["body"]);
        prop_assert_eq!(again.matches("Commented by").count(), 1, "{}", again);
    }
}

#[test]
fn a_comment_says_whose_it_was() {
    let (operations, losses) = operations(vec![comment(text("Hello"), json!({}))]);
    assert_eq!(losses, []);
    let header = &operations[0].body["body"]["content"][0];
    assert_eq!(*header, adf::aside("Commented by Ann A on 2020-01-02 02:04 UTC"));
    let mark = &operations[0].body["properties"][0];
    assert_eq!(mark["key"], "lifeboat");
    assert_eq!(writer().marks.recognise(&mark["value"]), Some(operations[0].id));
    assert_eq!(mark["value"]["original"]["author"], PRESENT);
}

#[test]
fn a_restriction_that_cannot_be_kept_keeps_the_comment_out() {
    for visibility in
        [json!({ "type": "group", "value": "guests", "identifier": "g2" }), json!({ "type": "role", "value": "?" })]
    {
        let (operations, losses) = operations(vec![comment(text("Secret"), json!({ "visibility": visibility }))]);
        assert!(operations.is_empty());
        assert_eq!(names_of(&losses), ["comment.visibility"]);
    }
}

#[test]
fn an_internal_comment_stays_internal() {
    let (operations, _) = operations(vec![comment(text("Internal"), json!({ "jsdPublic": false }))]);
    let properties = operations[0].body["properties"].as_array().unwrap();
    assert!(properties.contains(&json!({ "key": "sd.public.comment", "value": { "internal": true } })));
}

#[test]
fn a_long_comment_is_cut_and_attached_whole() {
    let (operations, losses) = operations(vec![comment(text(&"x".repeat(LIMIT + 1)), json!({}))]);
    let kinds: Vec<_> = operations.iter().map(|operation| operation.kind).collect();
    assert_eq!(kinds, ["attachment", "comment"]);
    assert_eq!(operations[0].source, "1/lifeboat-comment-5.json");
    assert!(adf::length(&operations[1].body["body"]) <= LIMIT);
    assert_eq!(names_of(&losses), ["text.long"]);
}

#[test]
fn a_comment_that_fits_alone_comes_whole_without_the_line() {
    let (operations, losses) = operations(vec![comment(text(&"x".repeat(LIMIT)), json!({}))]);
    assert_eq!(losses, []);
    assert_eq!(adf::length(&operations[0].body["body"]), LIMIT);
}

#[test]
fn comments_come_in_the_order_of_their_writing() {
    let at = |key: &str, created: &str| {
        let id = own_id(key).to_owned();
        let mut comment = comment(text("x"), json!({ "id": id, "created": created }));
        key.clone_into(&mut comment.key);
        comment
    };
    let (operations, _) = operations(vec![
        at("1/10", "2020-01-02T00:00:00.000+0000"),
        at("1/9", "2020-01-02T01:00:00.000+0100"),
        at("1/11", "2020-01-01T00:00:00.000+0000"),
    ]);
    let order: Vec<_> = operations.iter().map(|operation| operation.source.as_str()).collect();
    assert_eq!(order, ["1/11", "1/9", "1/10"]);
}
