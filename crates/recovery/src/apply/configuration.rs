//! Configuration: each object is matched with what is on the standby by what it is called, or created.
//!
//! Kinds that need nothing of each other are restored side by side, and so are the objects of a kind that may overtake each
//! other ([`SiteKind::lane`]): a request at a time, a thousand objects would take a thousand times Jira's answering time.
//!
//! Start at [`restore`]; `decide` says what is there, `create` makes what is missing, `follow_up` finishes it.

mod create;
mod decide;
mod follow_up;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use follow_up::{Step, follow_up};
pub(super) use follow_up::{conclude, reopen};
use jira::Outcome;
use site::{KindName, Names, Object, SiteKind, Translation};

use super::ambiguity::ATTEMPTS;
use super::run::{Run, bind};
use super::side_by_side::side_by_side;
use crate::journal::{Row, State};
use crate::{Recovery, Result, Side, side};

/// How many objects of a kind are made at once, and how many kinds are restored at once. Jira's limits count by endpoint, so
/// kinds are not in each other's way.
const AT_ONCE: usize = 8;

/// What became of the objects of a kind.
struct Restored {
    kind: &'static dyn SiteKind,
    /// Those of the source, in the order of creation.
    objects: Vec<Object>,
    rows: HashMap<String, Row>,
    /// Those that are on the standby now.
    there: Vec<Object>,
}

/// Restores kinds, each after those that it depends on; the translation that knows them.
pub(super) async fn restore(
    run: &Run<'_>,
    mut translation: Arc<Translation>,
    kinds: &[&'static dyn SiteKind],
) -> Result<Arc<Translation>> {
    let total = kinds.iter().map(|kind| run.source.of(kind.name()).len() as u64).sum();
    let mut done = 0;
    for level in levels(kinds) {
        run.check()?;
        let restored = side_by_side(level, AT_ONCE, |kind| restore_kind(run, &translation, kind)).await?;
        for restored in &restored {
            learn(run, Arc::make_mut(&mut translation), restored);
            done += restored.objects.len() as u64;
            run.meter(restored.kind.title(), Some(total)).advance(done);
        }
        let translation = &translation;
        side_by_side(&restored, AT_ONCE, |Restored { kind, objects, rows, .. }| {
            follow_up(run, translation, *kind, objects, rows, Step::Complete)
        })
        .await?;
        if !run.late.is_empty() {
            revise(run, translation, &restored).await?;
        }
    }
    Ok(translation)
}

/// Writes objects again that name what came later than they.
async fn revise(run: &Run<'_>, translation: &Arc<Translation>, restored: &[Restored]) -> Result<()> {
    let before = run.late.before(run, translation);
    side_by_side(restored, AT_ONCE, |Restored { kind, objects, rows, .. }| {
        let changed =
            |object: &&Object| kind.translate(object, translation).value != kind.translate(object, &before).value;
        let changed: Vec<Object> = objects.iter().filter(changed).cloned().collect();
        async move { follow_up(run, translation, *kind, &changed, rows, Step::Revise).await }
    })
    .await?;
    Ok(())
}

/// Kinds in groups, of which each needs only those before it. The kinds themselves are in such an order.
fn levels(kinds: &[&'static dyn SiteKind]) -> Vec<Vec<&'static dyn SiteKind>> {
    let mut places: HashMap<KindName, usize> = HashMap::new();
    let mut levels: Vec<Vec<&'static dyn SiteKind>> = Vec::new();
    for kind in kinds {
        let after = kind.depends_on().iter().filter_map(|need| places.get(need)).max();
        let place = after.map_or(0, |place| place + 1);
        places.insert(kind.name(), place);
        levels.resize_with(levels.len().max(place + 1), Vec::new);
        levels[place].push(*kind);
    }
    levels
}

async fn restore_kind(run: &Run<'_>, known: &Arc<Translation>, kind: &'static dyn SiteKind) -> Result<Restored> {
    let mut objects = run.source.of(kind.name()).to_vec();
    kind.sort(&mut objects);
    let sources: Vec<&str> = objects.iter().map(|object| object.key.as_str()).collect();
    let mut rows = run.rows(kind.name(), &sources).await?;
    if rows.values().any(|row| matches!(row.state, State::Intent | State::Ambiguous)) {
        run.settling.since_begin().await;
    }
    let mut there = side::read(&run.recovery.standby, kind).await?;
    let mut missing = decide::decide(run, &known.standby, kind, &objects, &there, &mut rows).await?;
    let mut translation = known.clone();
    while !missing.is_empty() {
        bind_all(&mut translation, run.recovery, kind.name(), rows.values());
        let unclear = create::create(run, &translation, kind, &missing, &mut rows).await?;
        if !unclear.is_empty() {
            tracing::warn!(kind = kind.name(), count = unclear.len(), "creations with an unclear outcome");
            run.settling.wait().await;
        }
        if run.recovery.settings.safeguards.look || unclear.is_empty() {
            there = side::read(&run.recovery.standby, kind).await?;
        }
        missing = decide::decide(run, &known.standby, kind, &unclear, &there, &mut rows).await?;
        give_up(run, &mut missing, &mut rows).await?;
    }
    Ok(Restored { kind, objects, rows, there })
}

/// Says where objects went. Costs a copy while somebody else holds the translation.
fn bind_all<'r>(
    translation: &mut Arc<Translation>,
    recovery: &Recovery,
    kind: KindName,
    rows: impl Iterator<Item = &'r Row>,
) {
    let mut rows = rows.filter_map(|row| Some((&row.source, row.target.as_ref()?))).peekable();
    if rows.peek().is_some() {
        let translation = Arc::make_mut(translation);
        rows.for_each(|(source, target)| bind(translation, recovery, kind, source, target));
    }
}

/// Takes up what became of a kind: where its objects went, and what those on the standby are called.
fn learn(run: &Run<'_>, translation: &mut Translation, restored: &Restored) {
    let Restored { kind, objects, rows, there } = restored;
    run.listed.learn(kind.name(), there);
    for row in rows.values() {
        if let Some(target) = &row.target {
            bind(translation, run.recovery, kind.name(), &row.source, target);
        }
    }
    let mut standby = Side { names: std::mem::take(&mut translation.standby), ..Side::default() };
    standby.learn(*kind, there.clone());
    translation.standby = learnt(run, standby.names, *kind, objects, rows);
}

/// The standby's names with what was created called as on the source.
fn learnt(
    run: &Run<'_>,
    mut names: Names,
    kind: &'static dyn SiteKind,
    objects: &[Object],
    rows: &HashMap<String, Row>,
) -> Names {
    for object in objects {
        let identity = run.source.names.identity(kind.name(), &object.key);
        let target = rows.get(&object.key).and_then(|row| row.target.clone());
        if let (Some(identity), Some(target)) = (identity, target)
            && names.id(kind.name(), identity).is_none()
        {
            names.bind(kind.name(), target, identity.to_owned());
        }
    }
    for (account, source) in reversed(&run.recovery.settings.people.map) {
        names.users.insert(account, source);
    }
    names
}

/// Whom an account of the standby stands for.
pub(crate) fn reversed(people: &BTreeMap<String, String>) -> impl Iterator<Item = (String, String)> + '_ {
    people.iter().filter(|(source, target)| source != target).map(|(source, target)| (target.clone(), source.clone()))
}

/// What an error makes of a row.
pub(super) fn after(error: &jira::Error) -> State {
    if matches!(error, jira::Error::Credentials { .. }) {
        // Nobody is let in: nothing is wrong with the object, whose turn comes when there is a new token.
        return State::Planned;
    }
    match error.outcome() {
        Outcome::Rejected => State::Failed,
        Outcome::NotDone => State::Planned,
        Outcome::Ambiguous => State::Ambiguous,
    }
}

/// What is still unclear after all attempts has failed.
async fn give_up(run: &Run<'_>, missing: &mut Vec<Object>, rows: &mut HashMap<String, Row>) -> Result<()> {
    let mut failed = Vec::new();
    missing.retain(|object| match rows.get_mut(&object.key) {
        Some(row) if row.attempt >= ATTEMPTS => {
            row.state = State::Failed;
            row.reason = Some(format!("no clear answer in {ATTEMPTS} attempts, and it is not on the standby"));
            failed.push(row.clone());
            false
        }
        _ => true,
    });
    Ok(run.record(&failed).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_comes_after_all_that_it_needs_and_beside_what_it_does_not() {
        let kinds = crate::Kinds::registry().before_issues;
        let levels = levels(&kinds);
        let place = |name: &str| levels.iter().position(|level| level.iter().any(|kind| kind.name() == name));
        assert_eq!(levels.iter().map(Vec::len).sum::<usize>(), kinds.len());
        assert_eq!((place("user"), place("field"), place("status")), (Some(0), Some(0), Some(0)));
        for kind in &kinds {
            for need in kind.depends_on() {
                assert!(place(need) < place(kind.name()), "{} before {need}", kind.name());
            }
        }
        assert!(levels.len() < 6, "{}", levels.len());
    }
}
