//! What is on the standby already, and what is to be made.

use std::collections::{BTreeMap, HashMap, HashSet};

use site::{KindName, Names, Object, SiteKind};

use super::super::late::was_passed_over;
use super::super::run::Run;
use crate::Result;
use crate::journal::{Row, State};
use crate::scope::project_of;

/// What the journal says of what was not made because it was there.
pub(super) const THERE: &str = "it is on the standby already";

/// Matches objects with what is on the standby, and records what needs no creation; the others are returned.
pub(super) async fn decide(
    run: &Run<'_>,
    names: &Names,
    kind: &'static dyn SiteKind,
    objects: &[Object],
    there: &[Object],
    rows: &mut HashMap<String, Row>,
) -> Result<Vec<Object>> {
    let mut standby = names.clone();
    standby.learn(kind, there);
    let born = born(run, kind, objects).await?;
    let (mut missing, mut changed) = (Vec::new(), Vec::new());
    for object in objects {
        let mut row = rows.remove(&object.key).unwrap_or_else(|| run.row(kind.name(), &object.key));
        if run.is_open(&row) {
            let passed_over = was_passed_over(&row);
            match match_object(run, kind, object, &standby, born.contains(&object.key), &mut row) {
                Decision::Settled => {
                    let comes_late = passed_over && row.target.is_some();
                    changed.extend(comes_late.then(|| run.late.note(run, kind.name(), &object.key)));
                    changed.push(row.clone());
                }
                Decision::Create => missing.push(object.clone()),
            }
        }
        rows.insert(object.key.clone(), row);
    }
    run.record(&changed).await?;
    Ok(missing)
}

/// The objects that came with what this recovery created: nobody on the standby chose them.
async fn born(run: &Run<'_>, kind: &'static dyn SiteKind, objects: &[Object]) -> Result<HashSet<String>> {
    let mut by_parent: BTreeMap<KindName, Vec<(String, &str)>> = BTreeMap::new();
    for object in objects {
        if let Some((parent, key)) = kind.born_with(object) {
            by_parent.entry(parent).or_default().push((key, &object.key));
        }
    }
    let mut born = HashSet::new();
    for (parent, children) in by_parent {
        let parents: Vec<&str> = children.iter().map(|(key, _)| key.as_str()).collect();
        let rows = run.rows(parent, &parents).await?;
        let made = |key: &str| rows.get(key).is_some_and(|row| row.state == State::Confirmed);
        born.extend(children.iter().filter(|(key, _)| made(key)).map(|(_, child)| (*child).to_owned()));
    }
    Ok(born)
}

enum Decision {
    /// The row says what became of it.
    Settled,
    /// It must be created.
    Create,
}

fn match_object(
    run: &Run<'_>,
    kind: &'static dyn SiteKind,
    object: &Object,
    standby: &Names,
    born: bool,
    row: &mut Row,
) -> Decision {
    let identity = run.source.names.identity(kind.name(), &object.key);
    let found = identity.and_then(|identity| standby.id(kind.name(), identity));
    match found {
        Some(id) => {
            row.target = Some(id.to_owned());
            // Sent before, with an unclear outcome: what is there now is what was sent.
            let sent = row.attempt > 0 || born;
            row.state = if sent { State::Confirmed } else { State::Skipped };
            row.reason = (!sent).then(|| THERE.to_owned());
            Decision::Settled
        }
        None => match cannot(run, kind, object) {
            Some(reason) => {
                row.state = State::Skipped;
                row.reason = Some(reason);
                Decision::Settled
            }
            None => Decision::Create,
        },
    }
}

/// Why an object that is not on the standby is not made either.
fn cannot(run: &Run<'_>, kind: &'static dyn SiteKind, object: &Object) -> Option<String> {
    out_of_scope(run, object).or_else(|| kind.cannot_create(object))
}

fn out_of_scope(run: &Run<'_>, object: &Object) -> Option<String> {
    let project = run.source.get("project", &project_of(object)?)?;
    let key = project.body.get("key")?.as_str()?;
    (!run.recovery.settings.takes_project(key)).then(|| format!("project {key} is not part of this recovery"))
}
