//! Configuration, compared whole.

use std::collections::HashMap;

use futures::TryStreamExt;
use site::names::unnumbered;
use site::{Object, Occurrence, SiteKind, Translation};

use super::tally::Tally;
use super::{Proof, verdict};
use crate::apply::{self, COMPLETED};
use crate::journal::{Row, State, rows_of_kind};
use crate::objects::{ISSUE, called};
use crate::progress::Meter;
use crate::{Recovery, Result, Side};

/// Says where configuration went, by the journal.
pub(super) async fn bind(recovery: &Recovery, standby: &mut Side, translation: &mut Translation) -> Result<()> {
    for kind in recovery.kinds.configuration() {
        let mut rows = rows_of_kind(recovery.journal.clone(), recovery.id, kind.name());
        while let Some(row) = rows.try_next().await? {
            if let Some(target) = &row.target {
                apply::bind(translation, recovery, kind.name(), &row.source, target);
                same_number(standby, translation, kind.name(), &row.source, target);
            }
        }
    }
    translation.standby = standby.names.clone();
    Ok(())
}

/// Of several objects with one name, each is numbered on its side; the journal knows which is which.
fn same_number(standby: &mut Side, translation: &Translation, kind: &'static str, source: &str, target: &str) {
    let (one, two) = (translation.source.identity(kind, source), standby.names.identity(kind, target));
    if let (Some(one), Some(two)) = (one, two)
        && one != two
        && unnumbered(one) == unnumbered(two)
    {
        let one = one.to_owned();
        standby.names.bind(kind, target.to_owned(), one);
    }
}

/// Compares all kinds of configuration.
pub(super) async fn prove(proof: &Proof<'_>, tally: &mut Tally) -> Result<()> {
    debug_assert!(proof.recovery.kinds.configuration().all(|kind| kind.name() != ISSUE));
    let total = proof.recovery.kinds.configuration().map(|kind| proof.source.of(kind.name()).len() as u64).sum();
    let meter = Meter::new(proof.told, &proof.recovery.ambient.clock, "proving configuration", Some(total));
    for kind in proof.recovery.kinds.configuration() {
        proof.check()?;
        let rows = rows(proof.recovery, kind.name()).await?;
        let completed = completed(proof.recovery, kind).await?;
        for object in proof.source.of(kind.name()) {
            let refused = completed.get(&object.key).map_or(&[][..], Vec::as_slice);
            prove_object(proof, kind, object, rows.get(&object.key), refused, tally);
        }
        meter.advance(proof.source.of(kind.name()).len() as u64);
    }
    Ok(())
}

async fn rows(recovery: &Recovery, kind: &'static str) -> Result<HashMap<String, Row>> {
    let rows = rows_of_kind(recovery.journal.clone(), recovery.id, kind);
    Ok(rows.map_ok(|row| (row.source.clone(), row)).try_collect().await?)
}

/// What Jira refused after the creation of an object, by its key.
async fn completed(recovery: &Recovery, kind: &dyn SiteKind) -> Result<HashMap<String, Vec<Occurrence>>> {
    let name = format!("{}{COMPLETED}", kind.name());
    let mut found = HashMap::new();
    let mut after = String::new();
    loop {
        let rows = recovery.journal.of_kind(recovery.id, &name, &after, 1000).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after.clone_from(&last.source);
        for row in rows {
            let refused = row.reason.as_deref().and_then(|reason| serde_json::from_str(reason).ok());
            found.insert(row.source, refused.unwrap_or_default());
        }
    }
}

fn prove_object(
    proof: &Proof<'_>,
    kind: &'static dyn SiteKind,
    object: &Object,
    row: Option<&Row>,
    refused: &[Occurrence],
    tally: &mut Tally,
) {
    let name = kind.name();
    let Some(row) = row else { return tally.missing(name, &object.key) };
    match (row.state, &row.target) {
        (State::Failed, _) => tally.kind(name).failed += 1,
        (State::Skipped, None) => {
            let reason = row.reason.as_deref().unwrap_or_default();
            if reason.ends_with("is not part of this recovery") {
                tally.kind(name).skipped += 1;
            } else {
                {
                    let identity = proof.source.names.identity(name, &object.key).unwrap_or(&object.key);
                    tally.cannot_make(name, &called(object, identity), reason);
                }
                // Not being there is a loss too, and the report names it.
                let losses = kind.translate(object, &proof.translation).losses;
                tally.lose(Some(kind), &losses);
            }
        }
        (_, None) => tally.missing(name, &object.key),
        (state, Some(target)) => {
            let Some(there) = proof.standby.get(name, target) else { return tally.missing(name, &object.key) };
            let losses: Vec<Occurrence> =
                kind.translate(object, &proof.translation).losses.into_iter().chain(refused.iter().cloned()).collect();
            let normal = kind.normal(object, &proof.source.names);
            let verdict = verdict::compare(
                &normal,
                &kind.normal(there, &proof.standby.names),
                &losses.iter().collect::<Vec<_>>(),
            );
            if state == State::Confirmed {
                tally.lose(Some(kind), &losses);
                tally.unfounded(verdict.unfounded);
                tally.found(name, &object.key, target, verdict.unexplained, verdict.losses);
            } else {
                tally.matched(name, &object.key, target, verdict.unexplained);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an object is called on the standby after it was paired with one that is called `source` there.
    fn called(source: &str, standby: &str) -> String {
        let mut side = Side::new("https://standby.example");
        side.names.bind("resolution", "7".to_owned(), standby.to_owned());
        let mut translation = Translation::default();
        translation.source.bind("resolution", "1".to_owned(), source.to_owned());
        same_number(&mut side, &translation, "resolution", "1", "7");
        side.names.identity("resolution", "7").unwrap().to_owned()
    }

    #[test]
    fn a_number_follows_the_source_and_a_name_does_not() {
        assert_eq!(called("Done#3", "Done#2"), "Done#3");
        assert_eq!(called("Done", "Done#2"), "Done");
        assert_eq!(called("Gate", "Gate #2 north"), "Gate #2 north");
        assert_eq!(called("Gate#1 south", "Gate#2 north"), "Gate#2 north");
        assert_eq!(called("Gate", "Gate#2#1"), "Gate#2#1");
    }
}
