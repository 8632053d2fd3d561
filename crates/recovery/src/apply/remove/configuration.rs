//! Configuration: what belongs to something goes with it, the rest in the reverse of the order in which it was made.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::TryStreamExt;
use jira::Outcome;
use serde_json::Value;
use site::scaffold::Scaffold;
use site::{KindName, Object, Removal, SiteKind};

use super::report::RemovalReport;
use super::{is_made, is_removed, projects, removed};
use crate::apply::ambiguity::ATTEMPTS;
use crate::apply::run::Run;
use crate::journal::{Row, State, rows_of_kind};
use crate::{Kinds, Result, Side, side};

/// The standby as it is when the issues are gone.
pub(super) struct Surroundings {
    /// Its configuration.
    pub standby: Side,
    /// Ids of the issues that this recovery made and that are gone: search may still find them for a while.
    pub gone: HashSet<u64>,
    /// The highest number that the recovery used, by project key.
    pub highest: BTreeMap<String, u32>,
    /// What this recovery made and what stays, by kind and id, with the reason.
    kept: HashMap<(KindName, String), String>,
}

impl Surroundings {
    pub(super) async fn look(run: &Run<'_>, gone: HashSet<u64>, highest: BTreeMap<String, u32>) -> Result<Self> {
        let recovery = run.recovery;
        let standby = Side::of_site(&recovery.standby, &recovery.kinds, &recovery.standby_address).await?;
        let mut around = Self { standby, gone, highest, kept: HashMap::new() };
        let projects = projects::judge(run, &around).await?;
        around.kept.extend(projects.into_iter().map(|(id, reason)| (("project", id), reason)));
        Ok(around)
    }

    /// What something is called on the standby.
    pub(super) fn name(&self, kind: KindName, id: &str) -> String {
        self.standby.names.identity(kind, id).unwrap_or(id).to_owned()
    }
}

/// Removes the configuration that the recovery made.
pub(super) async fn remove(run: &Run<'_>, mut around: Surroundings, report: &mut RemovalReport) -> Result<()> {
    let kinds = order(&run.recovery.kinds);
    let meter = run.meter("removing configuration", Some(kinds.len() as u64));
    for kind in kinds {
        run.check()?;
        remove_kind(run, kind, &mut around, report).await?;
        // Statuses come after it: the scaffold's workflow has them all.
        if kind.name() == "project" && made_projects(run).await? {
            for part in Scaffold::fall(&run.recovery.standby).await? {
                report.fail("scaffold", &part, "other projects stand in it");
            }
        }
        meter.advance(1);
    }
    Ok(())
}

/// Owners before what goes with them, otherwise in the reverse of the order of recovery.
fn order(kinds: &Kinds) -> Vec<&'static dyn SiteKind> {
    let mut waiting: Vec<_> = kinds.configuration().collect();
    waiting.reverse();
    let mut placed = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let names: Vec<KindName> = waiting.iter().map(|kind| kind.name()).collect();
        let free = waiting.iter().position(|kind| kind.owner().is_none_or(|owner| !names.contains(&owner)));
        placed.push(waiting.remove(free.unwrap_or_default()));
    }
    placed
}

/// Whether the recovery made a project, whatever became of it: then it put up the scaffold, or used it.
async fn made_projects(run: &Run<'_>) -> Result<bool> {
    let rows = rows_of_kind(run.recovery.journal.clone(), run.recovery.id, "project");
    Ok(rows.try_any(|row| std::future::ready(is_made(&row) || is_removed(&row))).await?)
}

/// Removes what was made of one kind.
async fn remove_kind(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    around: &mut Surroundings,
    report: &mut RemovalReport,
) -> Result<()> {
    let mut rows = made(run, kind, around).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut refusals = HashMap::new();
    for attempt in 1..=ATTEMPTS {
        let there = side::read(&run.recovery.standby, kind).await?;
        rows = close_gone(run, rows, &there).await?;
        let last = attempt == ATTEMPTS || rows.iter().all(|row| refusals.contains_key(&row.source));
        if rows.is_empty() || last {
            break;
        }
        let unclear = ask(run, kind, &rows, &there, around, &mut refusals).await?;
        if unclear {
            run.settling.wait().await;
        }
    }
    for row in rows {
        let target = row.target.unwrap_or_default();
        let name = around.name(kind.name(), &target);
        if let Some(reason) = around.kept.get(&(kind.name(), target)) {
            report.keep(kind.name(), &name, reason.as_str());
        } else {
            let refused = refusals.remove(&row.source);
            report.fail(kind.name(), &name, refused.unwrap_or_else(|| "Jira did not delete it".to_owned()));
        }
    }
    Ok(())
}

/// The rows of what the recovery made of a kind, the last first.
async fn made(run: &Run<'_>, kind: &'static dyn SiteKind, around: &Surroundings) -> Result<Vec<Row>> {
    let mut rows: HashMap<String, Row> = HashMap::new();
    let mut all = rows_of_kind(run.recovery.journal.clone(), run.recovery.id, kind.name());
    while let Some(mut row) = all.try_next().await? {
        if matches!(row.state, State::Intent | State::Ambiguous) {
            // Sent, and not there before: what is called so now is what was sent.
            let identity = run.source.names.identity(kind.name(), &row.source);
            let found = identity.and_then(|identity| around.standby.names.id(kind.name(), identity));
            row.target = found.map(str::to_owned);
            row.state = State::Confirmed;
        }
        if is_made(&row) {
            rows.insert(row.source.clone(), row);
        }
    }
    let mut objects = run.source.of(kind.name()).to_vec();
    kind.sort(&mut objects);
    Ok(objects.iter().rev().filter_map(|object| rows.remove(&object.key)).collect())
}

/// Records what is not there any more; the rest is returned.
async fn close_gone(run: &Run<'_>, rows: Vec<Row>, there: &[Object]) -> Result<Vec<Row>> {
    let there: HashSet<&str> = there.iter().map(|object| object.key.as_str()).collect();
    let is_there = |row: &Row| row.target.as_deref().is_some_and(|id| there.contains(id));
    let (left, gone): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(is_there);
    let gone: Vec<Row> = gone.into_iter().map(|row| removed(run, row)).collect();
    run.record(&gone).await?;
    Ok(left)
}

/// Asks Jira to delete what may go. Returns whether some outcome is unclear.
async fn ask(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    rows: &[Row],
    there: &[Object],
    around: &mut Surroundings,
    refusals: &mut HashMap<String, String>,
) -> Result<bool> {
    let mut unclear = false;
    for row in rows {
        run.check()?;
        if refusals.contains_key(&row.source) {
            continue;
        }
        let Some(object) = there.iter().find(|object| Some(&object.key) == row.target.as_ref()) else { continue };
        if let Some(reason) = stays(run, kind, row, object, around).await? {
            refusals.insert(row.source.clone(), reason.clone());
            around.kept.insert((kind.name(), object.key.clone()), reason);
            continue;
        }
        if row.attempt == 0 {
            refusals.insert(
                row.source.clone(),
                "Jira made it with what it belongs to, and deletes it with that".to_owned(),
            );
            continue;
        }
        let answer = run.settling.timed(kind.remove(&run.recovery.standby, object, there)).await;
        match answer {
            // Said so by Jira and still there at the next look: that look is the last one.
            Ok(Removal::Asked) => _ = refusals.insert(row.source.clone(), "Jira still shows it".to_owned()),
            Ok(Removal::ByHand(how)) => _ = refusals.insert(row.source.clone(), how.to_owned()),
            Err(error @ jira::Error::Credentials { .. }) => return Err(error.into()),
            Err(error) => match error.outcome() {
                Outcome::NotDone => return Err(error.into()),
                Outcome::Rejected => _ = refusals.insert(row.source.clone(), error.to_string()),
                Outcome::Ambiguous => unclear = true,
            },
        }
    }
    Ok(unclear)
}

/// Why an object stays, if it does.
async fn stays(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    row: &Row,
    object: &Object,
    around: &Surroundings,
) -> Result<Option<String>> {
    if let Some(reason) = around.kept.get(&(kind.name(), object.key.clone())) {
        return Ok(Some(reason.clone()));
    }
    if let Some((owner, id)) = kind.owner_of(object)
        && around.kept.contains_key(&(owner, id))
    {
        return Ok(Some(format!("it belongs to a {owner} that is kept")));
    }
    if !is_called_as_made(run, kind, row, object, around) {
        return Ok(Some("it is not called any more as this recovery called it".to_owned()));
    }
    used(run, kind, object, around).await
}

/// Whether an object still has the name by which the recovery made it.
fn is_called_as_made(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    row: &Row,
    object: &Object,
    around: &Surroundings,
) -> bool {
    let made = run.source.names.identity(kind.name(), &row.source);
    let now = around.standby.names.identity(kind.name(), &object.key);
    if made.map(unnumbered) == now.map(unnumbered) {
        return true;
    }
    // An identity also says whose something is, or of which project, which may be another on the standby. Then its plain
    // name decides, which may end with its id on the source where two would have had the same.
    let name = |object: &Object| object.body.get("name").and_then(Value::as_str).map(str::to_owned);
    let made = run.source.get(kind.name(), &row.source).and_then(name);
    made.zip(name(object)).is_some_and(|(made, now)| now == made || now == format!("{made} ({})", row.source))
}

/// An identity without the number that tells accidental namesakes apart.
fn unnumbered(identity: &str) -> &str {
    let numbered = identity.rsplit_once('#').filter(|(_, number)| number.parse::<u32>().is_ok());
    numbered.map_or(identity, |(plain, _)| plain)
}

/// Which issue that stays would lose something.
async fn used(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    object: &Object,
    around: &Surroundings,
) -> Result<Option<String>> {
    let Some(jql) = kind.used_by(object) else { return Ok(None) };
    let mut found = Box::pin(run.recovery.standby.search_ids(&jql));
    loop {
        match found.try_next().await {
            Ok(None) => return Ok(None),
            Ok(Some(issue)) if around.gone.contains(&issue) => {}
            Ok(Some(issue)) => return Ok(Some(format!("issues use it, the first has the id {issue}"))),
            Err(jira::Error::Rejected { messages, .. }) => {
                let told = messages.join("; ");
                return Ok(Some(format!("it could not be found out whether issues use it: {told}")));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_something_comes_after_it_and_all_else_before_what_it_needs() {
        let order: Vec<KindName> = order(&Kinds::registry()).iter().map(|kind| kind.name()).collect();
        let place = |name: &str| order.iter().position(|kind| *kind == name).unwrap();
        for kind in site::registry::SITE_KINDS {
            match kind.owner() {
                Some(owner) => assert!(place(owner) < place(kind.name()), "{} with {owner}", kind.name()),
                None => {
                    for need in kind.depends_on().iter().filter(|need| order.contains(need)) {
                        assert!(place(kind.name()) < place(need), "{} before {need}", kind.name());
                    }
                }
            }
        }
    }

    #[test]
    fn the_number_of_a_namesake_is_no_part_of_its_name() {
        assert_eq!((unnumbered("Sprint 1#2"), unnumbered("C#"), unnumbered("C#x")), ("Sprint 1", "C#", "C#x"));
    }
}
