//! Filters (saved searches).
//!
//! A filter belongs to who makes it, and only its owner may change it, so it is made in steps: under a name and with a
//! description that say whose it is going to be ([`Claim`]); then it gets its own name, its sharing and its star; then its
//! owner. Until the last step an interrupted recovery finds it again by that description. What cannot have its own name or
//! owner says in its description whose it was ([`Origin`]), by which a later recovery finds it again. The steps are in
//! `steps`, what is written into descriptions in `notes`.

mod notes;
mod sharing;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use futures::FutureExt;
use jira::{Call, Error, Jira};
use notes::{Claim, Origin, with_query};
use serde_json::{Value, json};
use sharing::{each, normal_shares, recipient, shares};
use steps::{furnish, give, post, read_one};

use super::support::{account_of, delete, flag, lose, one_by_one, put_pages, text};
use crate::jql;
use crate::kind::{Kind, KindName, Made, Object, Removal, SiteKind, Writer};
use crate::losses::{Loss, Occurrence};
use crate::names::Names;
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
        delete(jira, Call::delete("/rest/api/3/filter/{id}").arg("id", &object.key)).await
    }
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
mod tests;
