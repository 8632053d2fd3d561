//! Priorities.

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Jira};
use serde_json::{Value, json};

use super::support::{delete, lose, made, one_by_one, put_pages, text};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::Loss;
use crate::names::Names;
use crate::sink::{self, Sink};
use crate::translation::{Translated, Translation};

/// The kind `priority`.
pub struct Priority;

const ICON: Loss = Loss {
    id: "priority.icon",
    what: "An icon that is not one of Jira's own",
    instead: "Jira's icon for medium",
    always: false,
};
const COLOUR: Loss =
    Loss { id: "priority.colour", what: "A priority without a colour: Jira wants one", instead: "Grey", always: false };
const ORDER: Loss = Loss {
    id: "priority.order",
    what: "The order of priorities, which one is the default, and the priority schemes of projects",
    instead: "Priorities that are created come after those of the standby; the standby's default and default scheme stay",
    always: true,
};

/// The icons that a priority can be created with, by name: `/images/icons/priorities/{name}.png`.
const ICONS: [&str; 20] = [
    "blocker",
    "critical",
    "high",
    "highest",
    "low",
    "lowest",
    "major",
    "medium",
    "minor",
    "trivial",
    "blocker_new",
    "critical_new",
    "high_new",
    "highest_new",
    "low_new",
    "lowest_new",
    "major_new",
    "medium_new",
    "minor_new",
    "trivial_new",
];

impl Kind for Priority {
    fn name(&self) -> KindName {
        "priority"
    }

    fn title(&self) -> &'static str {
        "priorities"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &[]
    }

    fn losses(&self) -> &'static [Loss] {
        &[ICON, COLOUR, ORDER]
    }

    fn normal(&self, object: &Object, _names: &Names) -> Value {
        json!({
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "colour": text(&object.body, "statusColor").to_lowercase(),
            "icon": icon(object),
        })
    }
}

#[async_trait]
impl SiteKind for Priority {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        put_pages(jira, Call::get("/rest/api/3/priority/search"), self.name(), sink).await
    }

    fn identity(&self, object: &Object, _names: &Names) -> String {
        text(&object.body, "name").to_owned()
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    fn translate(&self, object: &Object, _translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let mut icon = icon(object);
        if !ICONS.contains(&icon) {
            lose(&mut translated, &ICON, object, "/icon", icon);
            icon = "medium";
        }
        let mut colour = text(&object.body, "statusColor");
        if colour.is_empty() {
            lose(&mut translated, &COLOUR, object, "/colour", text(&object.body, "name"));
            colour = "#999999";
        }
        translated.value = json!({
            "name": text(&object.body, "name"),
            "description": text(&object.body, "description"),
            "statusColor": colour,
            "iconUrl": format!("/images/icons/priorities/{icon}.png"),
        });
        translated
    }

    fn used_by(&self, object: &Object) -> Option<String> {
        Some(format!("priority = {}", object.key))
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete("/rest/api/3/priority/{id}").arg("id", &object.key)).await
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move { made(&writer.jira.json(Call::post("/rest/api/3/priority").json(&object.value)).await?) }
                .boxed()
        })
        .await
    }
}

/// The icon's name: `medium` of `https://host/images/icons/priorities/medium.svg`.
fn icon(object: &Object) -> &str {
    let file = text(&object.body, "iconUrl").rsplit('/').next().unwrap_or_default();
    file.split(['.', '?']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    #[test]
    fn an_icon_of_jira_is_kept_whatever_its_file_type() {
        let source = object(
            &Priority,
            "3",
            json!({"id": "3", "name": "Major", "statusColor": "#FF0000", "isDefault": true,
                "iconUrl": "https://source.example/images/icons/priorities/major.svg"}),
        );
        let sent = Priority.translate(&source, &translation());
        assert!(sent.losses.is_empty());
        insta::assert_json_snapshot!(sent.value, @r##"
        {
          "description": "",
          "iconUrl": "/images/icons/priorities/major.png",
          "name": "Major",
          "statusColor": "#FF0000"
        }
        "##);
        arrives(&Priority, &translation(), &source, &object(&Priority, "9", sent.value));
    }

    #[test]
    fn what_jira_does_not_take_is_replaced_and_named() {
        let source = object(&Priority, "3", json!({"name": "P0", "iconUrl": "https://elsewhere.example/fire.gif"}));
        let sent = Priority.translate(&source, &translation());
        let lost: Vec<_> = sent.losses.iter().map(|loss| (&*loss.loss, &*loss.path, &*loss.detail)).collect();
        assert_eq!(lost, [("priority.icon", "/icon", "fire"), ("priority.colour", "/colour", "P0")]);
        arrives(&Priority, &translation(), &source, &object(&Priority, "9", sent.value));
    }
}
