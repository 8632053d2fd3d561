//! Filters (saved searches).
//!
//! A filter belongs to who makes it, and only its owner may change it, so it is made in steps: under a name and with a
//! description that say whose it is going to be ([`Claim`]); then it gets its own name, its sharing and its star; then its
//! owner. Until the last step an interrupted recovery finds it again by that description. What cannot have its own name or
//! owner says in its description whose it was ([`Origin`]), by which a later recovery finds it again.

mod notes;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Error, Jira};
use notes::{Claim, Origin, with, with_query, without};
use serde_json::{Value, json};

use super::support::{account_of, called, delete, flag, lose, made, one_by_one, put_pages, text};
use crate::jql;
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::sink::{self, Sink};
use crate::translation::{Person, Translated, Translation};

/// The kind `filter`.
pub struct Filter;

const QUERY: Loss = Loss {
    id: "filter.query",
    what: "A query that names by id what the standby lacks, or an issue by id, or which Jira refuses there",
    instead: "The filter finds nothing; its description ends with the query of the source",
    always: false,
};
const SHARE: Loss = Loss {
    id: "filter.share",
    what: "A permission to see or change a filter for somebody or something that the standby lacks, or which Jira refuses",
    instead: "The filter is restored without that permission",
    always: false,
};
const OWNER: Loss = Loss {
    id: "filter.owner",
    what: "An owner who is missing on the standby, or to whom Jira does not give the filter",
    instead: "The account that runs the recovery owns the filter; its description ends with its owner on the source",
    always: false,
};
const NAME: Loss = Loss {
    id: "filter.name",
    what: "A name that another filter of the account that runs the recovery has",
    instead: "The filter's name ends with its number on the source; its description ends with its name there",
    always: false,
};
const PERSONAL: Loss = Loss {
    id: "filter.personal",
    what: "Subscriptions, columns, and who else has a filter among the favourites",
    instead: "Subscriptions and numbers are in the recovery point; a filter that is a favourite becomes one of the account \
              that runs the recovery",
    always: true,
};

/// Every project has issues in it, so no issue is without one.
const FINDS_NOTHING: &str = "project is EMPTY";

/// What is read: nothing that changes with every use.
const EXPAND: &str = "description,favourite,favouritedCount,jql,owner,sharePermissions,editPermissions,subscriptions";

const ONE: &str = "/rest/api/3/filter/{id}";
const SHARES: [(&str, &str); 2] = [("sharePermissions", "/shares"), ("editPermissions", "/editors")];

impl Kind for Filter {
    fn name(&self) -> KindName {
        "filter"
    }

    fn title(&self) -> &'static str {
        "filters"
    }

    /// Whatever a query can name.
    fn depends_on(&self) -> &'static [KindName] {
        &[
            "user",
            "group",
            "project-role",
            "resolution",
            "link-type",
            "field-option",
            "component",
            "version",
            "issue",
            "sprint",
        ]
    }

    fn losses(&self) -> &'static [Loss] {
        &[QUERY, SHARE, OWNER, NAME, PERSONAL]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        let body = &object.body;
        let origin = Origin::of(body, names);
        json!({
            "name": origin.name,
            "description": origin.description(),
            "jql": jql::normal(text(body, "jql"), names),
            "owner": origin.account,
            "shares": normal_shares(body, "sharePermissions", names),
            "editors": normal_shares(body, "editPermissions", names),
            "favourite": flag(body, "favourite"),
        })
    }
}

#[async_trait]
impl SiteKind for Filter {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let call =
            Call::get("/rest/api/3/filter/search").query("overrideSharePermissions", true).query("orderBy", "id");
        put_pages(jira, call.query("expand", EXPAND), self.name(), sink).await
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        if let Some(claim) = Claim::of(&object.body) {
            return claim.identity.to_owned();
        }
        Origin::of(&object.body, names).identity()
    }

    fn cannot_create(&self, _object: &Object) -> Option<String> {
        None
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let body = &object.body;
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        let (mut query, mut description) = (text(body, "jql").to_owned(), text(body, "description").to_owned());
        match jql::translate(&query, translation) {
            Ok(there) => query = there,
            Err(missing) => {
                lose_query(&mut translated, object, &missing);
                description = with_query(&description, &query);
                FINDS_NOTHING.clone_into(&mut query);
            }
        }
        let shares = SHARES.map(|(member, path)| shares(object, member, path, translation, &mut translated));
        let owner = owner(object, translation, &mut translated);
        translated.value = json!({
            "name": text(body, "name"),
            "description": description,
            "jql": query,
            "sharePermissions": shares[0],
            "editPermissions": shares[1],
            "favourite": flag(body, "favourite"),
            "owner": owner,
            "origin": Origin::note(body, &translation.source),
            "identity": self.identity(object, &translation.source),
        });
        translated
    }

    /// Those that others refer to come first, else by id.
    fn sort(&self, objects: &mut Vec<Object>) {
        objects.sort_by(|one, two| (one.key.len(), &one.key).cmp(&(two.key.len(), &two.key)));
        let mut waiting: Vec<Object> = std::mem::take(objects);
        let mut placed = BTreeSet::new();
        while !waiting.is_empty() {
            let left: BTreeMap<&str, &str> = waiting
                .iter()
                .flat_map(|filter| [(&*filter.key, &*filter.key), (text(&filter.body, "name"), &*filter.key)])
                .collect();
            let is_free = |filter: &Object| {
                let needs = jql::filters(text(&filter.body, "jql"));
                needs.iter().all(|need| left.get(need.as_str()).is_none_or(|key| *key == filter.key))
            };
            let free: BTreeSet<String> =
                waiting.iter().filter(|filter| is_free(filter)).map(|filter| filter.key.clone()).collect();
            // Filters in a circle are not possible; if there were one, it is taken as it stands.
            let (ready, rest) = waiting.into_iter().partition(|filter| free.is_empty() || free.contains(&filter.key));
            waiting = rest;
            placed.extend(free);
            objects.extend::<Vec<Object>>(ready);
        }
    }

    /// Private at first, whatever the account shares new filters with.
    /// Each is created after those that it names. Afterwards only those of one name are in each other's way.
    fn lane_afterwards(&self, object: &Object) -> String {
        text(&object.body, "name").to_lowercase()
    }

    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        one_by_one(objects, |object| {
            async move {
                let (query, description) = (text(&object.value, "jql"), text(&object.value, "description"));
                let claim = Claim { identity: text(&object.value, "identity") };
                match post(&writer.jira, object, query, &claim.on(description)).await {
                    Err(Error::Rejected { .. }) if query != FINDS_NOTHING => {
                        let description = claim.on(&with_query(description, query));
                        post(&writer.jira, object, FINDS_NOTHING, &description).await
                    }
                    result => result,
                }
            }
            .boxed()
        })
        .await
    }

    /// What is refused is found by comparing, so that a repetition names the same.
    async fn complete(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        let mut there = read_one(&writer.jira, id).await?;
        if Claim::of(&there).is_some() {
            furnish(&writer.jira, object, &mut there, id).await?;
        }
        let wanted = object.value["owner"].as_str();
        if let Some(account) = wanted.filter(|account| account_of(&there, "owner") != Some(account)) {
            give(&writer.jira, object, &there, id, account).await?;
        }
        Ok(refused(object, &read_one(&writer.jira, id).await?))
    }

    async fn remove(&self, jira: &Jira, object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        delete(jira, Call::delete(ONE).arg("id", &object.key)).await
    }
}

/// A name that no other filter of the recovery has.
fn name_at_first(object: &Translated) -> String {
    const LONGEST: usize = 255;
    let end = format!(" ({})", object.source);
    let name: String = text(&object.value, "name").chars().take(LONGEST - end.len()).collect();
    name + &end
}

async fn post(jira: &Jira, object: &Translated, query: &str, description: &str) -> jira::Result<Made> {
    let body =
        json!({ "name": name_at_first(object), "description": description, "jql": query, "sharePermissions": [] });
    made(&jira.json(Call::post("/rest/api/3/filter").json(&body)).await?)
}

async fn read_one(jira: &Jira, id: &str) -> jira::Result<Value> {
    jira.json(Call::get(ONE).arg("id", id).query("overrideSharePermissions", true)).await
}

/// Whether Jira took it. What is neither taken nor refused is an error.
fn accepted(result: jira::Result<()>) -> jira::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(Error::Rejected { .. } | Error::Forbidden { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives an unfinished filter its star, its permissions and its own name, which ends the claim. `there` is what it was, and
/// then has the name and the description that it has now.
async fn furnish(jira: &Jira, object: &Translated, there: &mut Value, id: &str) -> jira::Result<()> {
    if flag(&object.value, "favourite") && !flag(there, "favourite") {
        let call = Call::put("/rest/api/3/filter/{id}/favourite").arg("id", id);
        accepted(jira.done(call.json(&json!({}))).await)?;
    }
    let mut body = json!({ "name": text(there, "name"), "description": text(there, "description") });
    for (member, _) in SHARES {
        share(jira, object, member, &mut body, id).await?;
    }
    let (description, origin) = (Claim::taken_off(text(there, "description")), text(&object.value, "origin"));
    let is_given_away = object.value["owner"].is_string();
    body["description"] = if is_given_away { description.to_owned() } else { with(description, origin) }.into();
    body["name"] = text(&object.value, "name").into();
    if !accepted(put(jira, id, &body).await)? {
        body["name"] = text(there, "name").into();
        body["description"] = with(description, origin).into();
        accepted(put(jira, id, &body).await)?;
    }
    for member in ["name", "description"] {
        there[member] = body[member].take();
    }
    Ok(())
}

async fn describe(jira: &Jira, id: &str, name: &str, description: &str) -> jira::Result<()> {
    put(jira, id, &json!({ "name": name, "description": description })).await
}

/// Gives the filter to its owner. While it is not theirs its description says whose it is.
async fn give(jira: &Jira, object: &Translated, there: &Value, id: &str, account: &str) -> jira::Result<()> {
    let (name, description) = (text(there, "name"), text(there, "description"));
    let origin = text(&object.value, "origin");
    // Only who owns it may change it, so an earlier attempt's note goes first.
    let is_called_so = name == text(&object.value, "name");
    let own = if is_called_so { without(description, origin) } else { description };
    if own != description {
        accepted(describe(jira, id, name, own).await)?;
    }
    let call = Call::put("/rest/api/3/filter/{id}/owner").arg("id", id).json(&json!({ "accountId": account }));
    if !accepted(jira.done(call).await)? {
        accepted(describe(jira, id, name, &with(own, origin)).await)?;
    }
    Ok(())
}

/// All permissions at once, or else one more at a time: each that Jira takes.
async fn share(jira: &Jira, object: &Translated, member: &str, body: &mut Value, id: &str) -> jira::Result<()> {
    body[member] = object.value[member].clone();
    if object.value[member] == json!([]) || accepted(put(jira, id, body).await)? {
        return Ok(());
    }
    let mut taken = Vec::new();
    for share in each(&object.value, member) {
        taken.push(share.clone());
        body[member] = json!(taken);
        if !accepted(put(jira, id, body).await)? {
            taken.pop();
        }
    }
    body[member] = json!(taken);
    Ok(())
}

async fn put(jira: &Jira, id: &str, body: &Value) -> jira::Result<()> {
    jira.done(Call::put(ONE).arg("id", id).query("overrideSharePermissions", true).json(body)).await
}

/// What the filter on the standby is not as it was wanted.
fn refused(object: &Translated, there: &Value) -> Vec<Occurrence> {
    let mut losses = Vec::new();
    let mut lose = |loss: &Loss, path: &str, detail: &str| {
        losses.push(Occurrence {
            loss: loss.id.to_owned(),
            kind: Filter.name().to_owned(),
            key: object.source.clone(),
            path: path.to_owned(),
            detail: detail.to_owned(),
        });
    };
    let wanted = &object.value;
    if text(there, "name") != text(wanted, "name") {
        lose(&NAME, "/name", text(there, "name"));
    }
    if text(there, "jql") != text(wanted, "jql") {
        lose(&QUERY, "/jql", "Jira refuses it");
        lose(&QUERY, "/description", "Jira refuses it");
    }
    if let Some(owner) = wanted["owner"].as_str().filter(|owner| account_of(there, "owner") != Some(owner)) {
        lose(&OWNER, "/owner", &format!("Jira does not give it to {owner}"));
    }
    if flag(wanted, "favourite") != flag(there, "favourite") {
        lose(&PERSONAL, "/favourite", "Jira does not make it a favourite");
    }
    for (member, path) in SHARES {
        let has: BTreeSet<String> = each(there, member).map(recipient).collect();
        for absent in each(wanted, member).map(recipient).filter(|share| !has.contains(share)) {
            lose(&SHARE, path, &format!("Jira refuses {absent}"));
        }
    }
    losses
}

fn each<'a>(body: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    body[member].as_array().into_iter().flatten()
}

fn id_of(share: &Value, member: &str, id: &str) -> Option<String> {
    share.get(member)?.get(id).and_then(id_text)
}

/// To whom a permission is given, by ids, the same whether asked for or told.
fn recipient(share: &Value) -> String {
    let ids = [("user", "accountId"), ("group", "groupId"), ("project", "id"), ("role", "id")];
    let ids: Vec<String> = ids.into_iter().filter_map(|(member, id)| id_of(share, member, id)).collect();
    let kind = match text(share, "type") {
        "authenticated" => "loggedin",
        "projectRole" => "project",
        kind => kind,
    };
    [&[kind.to_owned()], &*ids].concat().join(" ")
}

/// Permissions by name, sorted.
fn normal_shares(body: &Value, member: &str, names: &Names) -> Vec<String> {
    let normal = |share: &Value| {
        let named = |member: &str, kind: KindName| id_of(share, member, "id").map(|id| called(names, kind, &id));
        match text(share, "type") {
            "user" => format!("user {}", names.user(account_of(share, "user").unwrap_or_default())),
            "group" => {
                format!("group {}", group(share, names).map_or_else(String::new, |id| called(names, "group", &id)))
            }
            "project" | "projectRole" => {
                let project = named("project", "project").unwrap_or_default();
                let role = named("role", "project-role").map(|role| format!(", role {role}"));
                format!("project {project}{}", role.unwrap_or_default())
            }
            _ => recipient(share),
        }
    };
    let mut shares: Vec<String> = each(body, member).map(normal).collect();
    shares.sort_unstable();
    shares
}

/// The id of the group: the name alone stands for it on sites that do not tell ids.
fn group(share: &Value, names: &Names) -> Option<String> {
    let by_name = || names.named("group", share.pointer("/group/name")?.as_str()?).map(str::to_owned);
    id_of(share, "group", "groupId").or_else(by_name)
}

/// The permissions in the standby's ids; a loss for each that cannot be said there.
fn shares(
    object: &Object,
    member: &str,
    path: &str,
    translation: &Translation,
    translated: &mut Translated,
) -> Vec<Value> {
    let mut shares = Vec::new();
    for share in each(&object.body, member) {
        match translated_share(share, translation) {
            Some(share) => shares.push(share),
            None => lose(translated, &SHARE, object, path, recipient(share)),
        }
    }
    shares
}

fn translated_share(share: &Value, translation: &Translation) -> Option<Value> {
    let target =
        |member: &str, kind: KindName| translation.target(kind, &id_of(share, member, "id")?).map(str::to_owned);
    Some(match text(share, "type") {
        "global" => json!({ "type": "global" }),
        "loggedin" | "authenticated" => json!({ "type": "authenticated" }),
        "user" => match translation.user(account_of(share, "user")?) {
            Person::Account(account) => json!({ "type": "user", "user": { "accountId": account } }),
            Person::Missing => return None,
        },
        "group" => {
            let group = translation.target("group", &group(share, &translation.source)?)?;
            json!({ "type": "group", "group": { "groupId": group } })
        }
        "project" | "projectRole" => {
            let mut body = json!({ "type": "project", "project": { "id": target("project", "project")? } });
            if share.get("role").is_some() {
                // Roles have numbers for ids.
                body["role"] = json!({ "id": target("role", "project-role")?.parse::<u64>().ok()? });
            }
            body
        }
        _ => return None,
    })
}

fn owner(object: &Object, translation: &Translation, translated: &mut Translated) -> Option<String> {
    let account = account_of(&object.body, "owner");
    match account.map(|account| translation.user(account)) {
        Some(Person::Account(target)) => return Some(target.to_owned()),
        Some(Person::Missing) | None => {
            lose(translated, &OWNER, object, "/owner", account.unwrap_or("nobody owns it on the source"));
        }
    }
    None
}

fn lose_query(translated: &mut Translated, object: &Object, missing: &str) {
    for path in ["/jql", "/description"] {
        lose(translated, &QUERY, object, path, format!("the standby has no counterpart of {missing}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, object, translation};

    fn sides() -> Translation {
        let mut translation = translation();
        for (kind, source, standby, name) in [
            ("project", "10000", "20000", "ARK"),
            ("project-role", "10002", "20002", "Developers"),
            ("group", "g1", "g2", "crew"),
            ("filter", "10100", "20100", "Leaks / ann"),
        ] {
            translation.bind(kind, source, standby);
            translation.source.bind(kind, source.to_owned(), name.to_owned());
            translation.standby.bind(kind, standby.to_owned(), name.to_owned());
        }
        translation.bind_user("ann", "ann");
        translation
    }

    fn filter(key: &str, jql: &str, owner: &str, project: &str) -> Object {
        let role = if project == "10000" { 10002 } else { 20002 };
        let group = if project == "10000" { "g1" } else { "g2" };
        let body = json!({
            "id": key, "name": "Leaks", "description": "All of them", "jql": jql, "favourite": true,
            "owner": { "accountId": owner, "displayName": owner },
            "sharePermissions": [
                { "id": 1, "type": "project", "project": { "id": project }, "role": { "id": role } },
                { "id": 2, "type": "group", "group": { "name": "crew", "groupId": group } },
                { "id": 3, "type": "loggedin" },
            ],
            "editPermissions": [{ "id": 4, "type": "user", "user": { "accountId": "ann" } }],
        });
        object(&Filter, key, body)
    }

    #[test]
    fn ids_in_query_and_permissions_are_translated() {
        let source = filter("10101", "project = 10000 AND filter = 10100", "ann", "10000");
        let translated = Filter.translate(&source, &sides());
        assert_eq!(translated.losses, []);
        insta::assert_json_snapshot!(translated.value, @r#"
        {
          "description": "All of them",
          "editPermissions": [
            {
              "type": "user",
              "user": {
                "accountId": "ann"
              }
            }
          ],
          "favourite": true,
          "identity": "Leaks / ann",
          "jql": "project = 20000 AND filter = 20100",
          "name": "Leaks",
          "origin": "[On the source: Leaks, owned by ann (ann)]",
          "owner": "ann",
          "sharePermissions": [
            {
              "project": {
                "id": "20000"
              },
              "role": {
                "id": 20002
              },
              "type": "project"
            },
            {
              "group": {
                "groupId": "g2"
              },
              "type": "group"
            },
            {
              "type": "authenticated"
            }
          ]
        }
        "#);
        let standby = filter("20101", "project = 20000 AND filter = 20100", "ann", "20000");
        arrives(&Filter, &sides(), &source, &standby);
        assert_eq!(refused(&translated, &standby.body), []);
        insta::assert_json_snapshot!(Filter.normal(&source, &sides().source), @r#"
        {
          "description": "All of them",
          "editors": [
            "user ann"
          ],
          "favourite": true,
          "jql": "project = {ARK} AND filter = {Leaks}",
          "name": "Leaks",
          "owner": "ann",
          "shares": [
            "group crew",
            "loggedin",
            "project ARK, role Developers"
          ]
        }
        "#);
    }

    #[test]
    fn what_cannot_be_said_on_the_standby_is_named() {
        let mut source = filter("10101", "project = 10009", "bob", "10000");
        source.body["editPermissions"] =
            json!([{ "type": "project-unknown" }, { "type": "user", "user": { "accountId": "bob" } }]);
        let translated = Filter.translate(&source, &sides());
        let lost: Vec<_> = translated.losses.iter().map(|loss| (&*loss.loss, &*loss.path, &*loss.detail)).collect();
        insta::assert_debug_snapshot!(lost, @r#"
        [
            (
                "filter.query",
                "/jql",
                "the standby has no counterpart of project 10009",
            ),
            (
                "filter.query",
                "/description",
                "the standby has no counterpart of project 10009",
            ),
            (
                "filter.share",
                "/editors",
                "project-unknown",
            ),
            (
                "filter.share",
                "/editors",
                "user bob",
            ),
            (
                "filter.owner",
                "/owner",
                "bob",
            ),
        ]
        "#);
        assert_eq!(translated.value["jql"], FINDS_NOTHING);
        assert_eq!(translated.value["description"], "All of them\n\nThe query on the source: project = 10009");
        let mut standby = filter("20101", FINDS_NOTHING, "recoverer", "20000");
        standby.body["description"] = translated.value["description"].clone();
        standby.body["editPermissions"] = json!([]);
        arrives(&Filter, &sides(), &source, &standby);
    }

    #[test]
    fn what_jira_refused_is_seen_afterwards() {
        let translated = Filter.translate(&filter("10101", "project = 10000", "ann", "10000"), &sides());
        let mut standby = filter("20101", FINDS_NOTHING, "recoverer", "20000");
        standby.body["name"] = "Leaks (10101)".into();
        standby.body["favourite"] = false.into();
        standby.body["sharePermissions"] = json!([{ "type": "loggedin" }]);
        let refused = refused(&translated, &standby.body);
        let paths: Vec<&str> = refused.iter().map(|loss| &*loss.path).collect();
        assert_eq!(paths, ["/name", "/jql", "/description", "/owner", "/favourite", "/shares", "/shares"]);
    }

    #[test]
    fn an_unfinished_filter_is_known_by_whose_it_is_going_to_be() {
        let source = filter("10101", "project = 10000", "ann", "10000");
        let translated = Filter.translate(&source, &sides());
        let claim = Claim { identity: text(&translated.value, "identity") };
        let mut standby = filter("20101", "project = 20000", "recoverer", "20000");
        standby.body["name"] = name_at_first(&translated).into();
        standby.body["description"] = claim.on("All of them").into();
        assert_eq!(Filter.identity(&standby, &sides().standby), Filter.identity(&source, &sides().source));
        assert_eq!(Claim::taken_off(text(&standby.body, "description")), "All of them");
        standby.body["description"] = "All of them".into();
        assert_eq!(Filter.identity(&standby, &sides().standby), "Leaks (10101) / recoverer");
    }

    #[test]
    fn a_filter_without_its_name_and_owner_is_known_by_where_it_came_from() {
        let source = filter("10101", "project = 10000", "bob", "10000");
        let translated = Filter.translate(&source, &sides());
        let mut standby = filter("20101", "project = 20000", "recoverer", "20000");
        standby.body["name"] = name_at_first(&translated).into();
        standby.body["description"] = with("All of them", text(&translated.value, "origin")).into();
        assert_eq!(Filter.identity(&standby, &sides().standby), Filter.identity(&source, &sides().source));
        assert_eq!(Filter.normal(&standby, &sides().standby), Filter.normal(&source, &sides().source));
    }

    /// Backwards: what was restored is the source, and is called there as it was at first.
    #[test]
    fn a_restored_filter_that_is_restored_again_stays_the_same() {
        let first = filter("10101", "project = 10000", "bob", "10000");
        let mut source = filter("10109", "project = 10000", "recoverer", "10000");
        source.body["description"] = with("All of them", &Origin::note(&first.body, &sides().source)).into();
        let translated = Filter.translate(&source, &sides());
        assert_eq!(translated.value["identity"], "Leaks / bob");
        let description = with(text(&translated.value, "description"), text(&translated.value, "origin"));
        let mut standby = filter("20101", "project = 20000", "another", "20000");
        standby.body["description"] = description.into();
        assert_eq!(Filter.identity(&standby, &sides().standby), "Leaks / bob");
    }

    #[test]
    fn filters_come_after_those_that_they_refer_to() {
        let named = |key: &str, name: &str, jql: &str| {
            let mut filter = filter(key, jql, "ann", "10000");
            filter.body["name"] = name.into();
            filter
        };
        let mut filters = vec![
            named("9", "nine", "filter = 10"),
            named("10", "ten", "filter in (\"eleven\", 99)"),
            named("11", "eleven", "project = ARK"),
            named("12", "twelve", "filter = 12"),
        ];
        Filter.sort(&mut filters);
        let keys: Vec<&str> = filters.iter().map(|filter| &*filter.key).collect();
        assert_eq!(keys, ["11", "12", "10", "9"]);
    }

    #[test]
    fn a_long_name_has_room_for_its_number() {
        let mut source = filter("10101", "", "ann", "10000");
        source.body["name"] = "⚓".repeat(255).into();
        let name = name_at_first(&Filter.translate(&source, &sides()));
        assert_eq!(name.chars().count(), 255);
        assert!(name.ends_with("⚓ (10101)"));
    }
}
