//! In what two objects differ, by their normal forms.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use site::Occurrence;

/// One place in which two normal forms differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// JSON pointer into the normal form; empty for the whole.
    pub path: String,
    /// What the first has there; null for nothing.
    pub source: Value,
    /// What the second has there; null for nothing.
    pub standby: Value,
}

/// Every place in which two normal forms differ, in the order of the first. Members that are null are as good as absent.
pub fn differences(source: &Value, standby: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(source, standby, &mut String::new(), &mut found);
    found
}

/// Whether one of the losses explains the difference: the loss names the same place, or one that contains it.
pub fn explained(difference: &Difference, losses: &[&Occurrence]) -> bool {
    losses.iter().any(|loss| {
        difference.path.strip_prefix(loss.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn walk(source: &Value, standby: &Value, path: &mut String, found: &mut Vec<Difference>) {
    match (source, standby) {
        (Value::Object(one), Value::Object(two)) => {
            let only_in_second = two.keys().filter(|name| !one.contains_key(*name));
            for name in one.keys().chain(only_in_second) {
                let (left, right) = (one.get(name).unwrap_or(&Value::Null), two.get(name).unwrap_or(&Value::Null));
                descend(&name.replace('~', "~0").replace('/', "~1"), left, right, path, found);
            }
        }
        (Value::Array(one), Value::Array(two)) => {
            for index in 0..one.len().max(two.len()) {
                let (left, right) = (one.get(index).unwrap_or(&Value::Null), two.get(index).unwrap_or(&Value::Null));
                descend(&index.to_string(), left, right, path, found);
            }
        }
        _ if source == standby => {}
        _ => found.push(Difference { path: path.clone(), source: source.clone(), standby: standby.clone() }),
    }
}

fn descend(step: &str, source: &Value, standby: &Value, path: &mut String, found: &mut Vec<Difference>) {
    let length = path.len();
    path.push('/');
    path.push_str(step);
    walk(source, standby, path, found);
    path.truncate(length);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn paths(one: &Value, two: &Value) -> Vec<String> {
        differences(one, two).into_iter().map(|difference| difference.path).collect()
    }

    #[test]
    fn differences_are_named_by_where_they_are() {
        let one = json!({"a": 1, "b": {"c/d": [1, 2, 3]}, "e": null});
        let two = json!({"a": 1, "b": {"c/d": [1, 5]}, "f": true});
        assert_eq!(paths(&one, &two), ["/b/c~1d/1", "/b/c~1d/2", "/f"]);
    }

    #[test]
    fn a_loss_explains_what_lies_below_its_path_and_nothing_beside_it() {
        let loss = |path: &str| Occurrence {
            loss: "x.y".into(),
            kind: "issue".into(),
            key: "1".into(),
            path: path.into(),
            detail: String::new(),
        };
        let difference = Difference { path: "/fields/text/0".into(), source: Value::Null, standby: json!(1) };
        assert!(explained(&difference, &[&loss("/fields/text")]));
        assert!(explained(&difference, &[&loss("")]));
        assert!(!explained(&difference, &[&loss("/fields/te"), &loss("/fields/text/0/1")]));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(json!(1)), Just(json!("x")), Just(json!(true))];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::btree_map("[a-c/~]{1,2}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn equal_values_have_no_differences_and_others_have_some(one in any_json(), two in any_json()) {
            prop_assert!(differences(&one, &one).is_empty());
            prop_assert_eq!(differences(&one, &two).is_empty(), one == two);
        }

        #[test]
        fn each_path_points_at_what_differs(one in any_json(), two in any_json()) {
            for difference in differences(&one, &two) {
                prop_assert_eq!(one.pointer(&difference.path).unwrap_or(&Value::Null), &difference.source);
                prop_assert_eq!(two.pointer(&difference.path).unwrap_or(&Value::Null), &difference.standby);
            }
        }
    }
}
