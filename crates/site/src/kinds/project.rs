//! Projects.

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Error, Jira};
use serde_json::{Value, json};

use super::support::{account_of, delete, flag, lose, made, one_by_one, put_pages, target_number, text, texts};
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::scaffold::Scaffold;
use crate::sink::{self, Sink};
use crate::translation::{Person, Translated, Translation};

mod losses;

use losses::{ALL, ARCHIVED, CATEGORY, LEAD, OLD_KEYS, TEAM_MANAGED, TYPE};

/// The kind `project`.
pub struct Project;

impl Kind for Project {
    fn name(&self) -> KindName {
        "project"
    }

    fn title(&self) -> &'static str {
        "projects"
    }

    fn depends_on(&self) -> &'static [KindName] {
        // Fields are put on the default screens, which new projects take.
        &["user", "project-category", "issue-type", "priority", "status", "field"]
    }

    fn losses(&self) -> &'static [Loss] {
        ALL
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let body = &object.body;
        let category = body.get("projectCategory").map(|category| names.reference("project-category", category));
        json!({
            "key": text(body, "key"),
            "name": text(body, "name"),
            "description": text(body, "description"),
            "type": text(body, "projectTypeKey"),
            "managed": if is_team_managed(body) { "team" } else { "company" },
            "lead": account_of(body, "lead").map(|account| names.user(account)),
            "category": category.filter(|category| !category.is_null()),
            "url": names.text(text(body, "url")),
            "assigneeType": body.get("assigneeType"),
            "archived": flag(body, "archived"),
            "oldKeys": old_keys(body),
        })
    }
}

#[async_trait]
impl SiteKind for Project {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        put_pages(jira, search(), self.name(), sink).await
    }

    fn identity(&self, object: &Object, _names: &Names) -> String {
        text(&object.body, "key").to_owned()
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let body = &object.body;
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let mut value = json!({
            "key": text(body, "key"),
            "name": text(body, "name"),
            "description": text(body, "description"),
            "projectTypeKey": project_type(object, &mut translated),
        });
        match text(body, "url") {
            "" => {}
            url => value["url"] = translation.address(url).into(),
        }
        if let Some(assignee) = body.get("assigneeType").filter(|kind| !kind.is_null()) {
            value["assigneeType"] = assignee.clone();
        }
        if let Some(lead) = lead(object, translation, &mut translated) {
            value["leadAccountId"] = lead.into();
        }
        if let Some(category) = category(object, translation, &mut translated) {
            value["categoryId"] = category.into();
        }
        if is_team_managed(body) {
            lose(&mut translated, &TEAM_MANAGED, object, "/managed", text(body, "key"));
        }
        if flag(body, "archived") {
            lose(&mut translated, &ARCHIVED, object, "/archived", text(body, "key"));
        }
        if let old @ [_, ..] = &*old_keys(body) {
            lose(&mut translated, &OLD_KEYS, object, "/oldKeys", old.join(", "));
        }
        translated.value = value;
        translated
    }

    fn batch(&self) -> usize {
        10
    }

    /// For good, not into the recycle bin: a key in the bin stays taken, and the next recovery could not use it. The pipeline
    /// removes a project only when nothing is in it any more that others made.
    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        let call = Call::delete("/rest/api/3/project/{project}").arg("project", &object.key);
        delete(jira, call.query("enableUndo", false)).await
    }

    /// New projects stand in the scaffold: see [`crate::scaffold`].
    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        let ready = async { Ok((Scaffold::stand(&writer.jira).await?, writer.jira.myself().await?)) };
        let (scaffold, myself) = match ready.await {
            Ok(ready) => ready,
            Err(error) => return objects.iter().map(|_| Err(Error::clone(&error))).collect(),
        };
        let (scaffold, myself) = (&scaffold, myself.account_id.as_str());
        one_by_one(objects, |object| {
            async move {
                let body = request(&object.value, scaffold, myself);
                match post(&writer.jira, &body).await {
                    // A lead who was deactivated is refused, and with him the project: then the recovery leads it.
                    Err(error) if refuses_lead(&error) && body["leadAccountId"] != myself => {
                        post(&writer.jira, &json_with(body, "leadAccountId", myself)).await
                    }
                    result => result,
                }
            }
            .boxed()
        })
        .await
    }

    /// Says when another than the wanted lead had to be taken.
    async fn complete(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        let Some(wanted) = object.value.get("leadAccountId").and_then(Value::as_str) else { return Ok(Vec::new()) };
        let project: Value = writer.jira.json(Call::get("/rest/api/3/project/{project}").arg("project", id)).await?;
        if account_of(&project, "lead").is_none_or(|lead| lead == wanted) {
            return Ok(Vec::new());
        }
        Ok(vec![Occurrence {
            loss: LEAD.id.to_owned(),
            kind: self.name().to_owned(),
            key: object.source.clone(),
            path: "/lead".to_owned(),
            detail: format!("Jira does not take {wanted} as lead"),
        }])
    }

    /// Its category may have come later.
    async fn revise(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        if let Some(category) = object.value.get("categoryId") {
            let call = Call::put("/rest/api/3/project/{project}").arg("project", id);
            writer.jira.done(call.json(&json!({ "categoryId": category }))).await?;
        }
        self.complete(writer, object, id).await
    }
}

async fn post(jira: &Jira, body: &Value) -> jira::Result<Made> {
    made(&jira.json(Call::post("/rest/api/3/project").json(body)).await?)
}

fn refuses_lead(error: &Error) -> bool {
    matches!(error, Error::Rejected { fields, .. } if fields.iter().any(|(field, _)| field == "projectLead"))
}

fn json_with(mut body: Value, member: &str, value: &str) -> Value {
    body[member] = value.into();
    body
}

/// All projects, archived ones too, with what the list leaves out unless asked.
pub(super) fn search() -> Call {
    Call::get("/rest/api/3/project/search")
        .query("expand", "description,lead,url,projectKeys")
        .query("status", "live")
        .query("status", "archived")
}

/// The request that creates a project: Jira wants a lead, and a type because no template is given.
fn request(value: &Value, scaffold: &Scaffold, recovery_account: &str) -> Value {
    let mut body = value.clone();
    if body.get("leadAccountId").is_none() {
        body["leadAccountId"] = recovery_account.into();
    }
    body["workflowScheme"] = scaffold.workflow_scheme.into();
    body["notificationScheme"] = scaffold.notification_scheme.into();
    body
}

fn is_team_managed(body: &Value) -> bool {
    flag(body, "simplified") || text(body, "style") == "next-gen"
}

/// The type; one that cannot be created becomes software.
fn project_type<'a>(object: &'a Object, translated: &mut Translated) -> &'a str {
    match text(&object.body, "projectTypeKey") {
        kind @ ("software" | "business" | "service_desk") => kind,
        other => {
            lose(translated, &TYPE, object, "/type", other);
            "software"
        }
    }
}

/// The lead on the standby, or who stands in; nobody means the recovery's own account.
fn lead(object: &Object, translation: &Translation, translated: &mut Translated) -> Option<String> {
    if let Some(account) = account_of(&object.body, "lead") {
        if let Person::Account(target) = translation.user(account) {
            return Some(target.to_owned());
        }
        let name = object.body.pointer("/lead/displayName").and_then(Value::as_str).unwrap_or(account);
        lose(translated, &LEAD, object, "/lead", name);
    } else {
        lose(translated, &LEAD, object, "/lead", "nobody");
    }
    translation.fallback().map(str::to_owned)
}

fn category(object: &Object, translation: &Translation, translated: &mut Translated) -> Option<u64> {
    let id = object.body.pointer("/projectCategory/id").and_then(id_text)?;
    let target = target_number(translation, "project-category", &id);
    if target.is_none() {
        let name = object.body.pointer("/projectCategory/name").and_then(Value::as_str);
        lose(translated, &CATEGORY, object, "/category", name.unwrap_or(&id));
    }
    target
}

/// Keys that the project had before: Jira still knows them.
fn old_keys(body: &Value) -> Vec<String> {
    let mut keys = texts(body, "projectKeys");
    keys.retain(|key| key != text(body, "key"));
    keys.sort_unstable();
    keys
}

#[cfg(test)]
mod tests;
