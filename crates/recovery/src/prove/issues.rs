//! Issues with all that hangs on them, a hundred at a time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use futures::{FutureExt, StreamExt, TryStreamExt};
use serde_json::Value;
use site::kind::{IssueContext, Operation, Writer};
use site::kinds::attachment;
use site::kinds::issue::{self, FetchedIssue, prepare};
use site::marks::PROPERTY;
use site::sprint_members::SprintMembers;
use site::{IssueKind, Kind, KindName, Object, Occurrence};

use super::pairing::{self, Side};
use super::tally::Tally;
use super::{Proof, verdict};
use crate::apply::{JournalIssues, PointContents, context, operation_sources, parts};
use crate::bundles::{Bundle, batches, bundles};
use crate::journal::{Row, State};
use crate::objects::{ISSUE, split};
use crate::orphans::lost_parent;
use crate::progress::Meter;
use crate::room::Room;
use crate::{Error, MemorySink, Result};

/// How many issues are read back at once, and about how many bytes of JSON: what is compared is in memory four times, as
/// JSON and as normal forms of both sides, each many times as large.
const CHUNK: usize = 100;
const CHUNK_BYTES: usize = 256 << 10;
/// How many such batches are worked on at once. An issue with megabytes is worked on alone.
const IN_FLIGHT: usize = 3;

/// Compares all issues.
pub(super) async fn prove(proof: &Proof<'_>, tally: &mut Tally) -> Result<()> {
    let recovery = proof.recovery;
    let issues = JournalIssues::new(recovery.journal.clone(), recovery.id);
    let writer = Writer {
        jira: recovery.standby.clone(),
        translation: proof.translation.clone(),
        marks: recovery.marks.clone(),
        issues: Arc::new(issues),
        contents: Arc::new(PointContents::new(recovery.view.clone())),
        sprints: Arc::new(SprintMembers::default()),
    };
    let meter =
        Meter::new(proof.told, &recovery.ambient.clock, "proving issues", recovery.view.counts().get(ISSUE).copied());
    let (writer, meter, room) = (&writer, &meter, Room::new(IN_FLIGHT * CHUNK_BYTES));
    let chunks = batches(bundles(&recovery.view, &recovery.kinds), CHUNK, CHUNK_BYTES);
    // The next batch is not read before this one has its room.
    let with_room = chunks.and_then(move |chunk| {
        let permit = room.clone().take(chunk.iter().map(|bundle| bundle.bytes).sum());
        async move { Ok((chunk, permit.await)) }
    });
    let with_room = with_room.boxed();
    let proven = with_room.map_ok(|(chunk, permit)| async move {
        let _permit = permit;
        Chunk { proof, writer, tally: Tally::default() }.prove(chunk, meter).await
    });
    let mut proven = std::pin::pin!(proven.try_buffered(IN_FLIGHT));
    while let Some(chunk) = proven.try_next().await? {
        tally.merge(chunk);
    }
    Ok(())
}

/// A batch of issues.
struct Chunk<'p> {
    proof: &'p Proof<'p>,
    writer: &'p Writer,
    tally: Tally,
}

/// What is on the standby, by the issue's id there.
#[derive(Default)]
struct There {
    issues: HashMap<String, Object>,
    hanging: HashMap<(KindName, String), Vec<Object>>,
    /// Issues whose answers cannot be used, and why.
    unreadable: HashMap<String, String>,
    /// What hangs on issues and cannot be read: kind, key, reason.
    unread: Vec<(KindName, String, String)>,
}

impl Chunk<'_> {
    async fn prove(mut self, chunk: Vec<Bundle>, meter: &Meter<'_>) -> Result<Tally> {
        self.proof.check()?;
        let count = chunk.len() as u64;
        let recovery = self.proof.recovery;
        let keys: Vec<String> = chunk.iter().map(|bundle| bundle.issue.key.clone()).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let rows = recovery.journal.find(recovery.id, ISSUE, &keys).await?;
        let rows: HashMap<String, Row> = rows.into_iter().map(|row| (row.source.clone(), row)).collect();
        let contexts: Vec<Option<IssueContext>> = chunk
            .iter()
            .map(|bundle| rows.get(&bundle.issue.key).filter(|row| row.state == State::Confirmed).and_then(context))
            .collect();
        let mut there = self.read(contexts.iter().flatten()).await?;
        for (kind, key, reason) in std::mem::take(&mut there.unread) {
            self.tally.problem(kind, &key, &format!("it cannot be read back: {reason}"));
        }
        for (bundle, context) in chunk.into_iter().zip(contexts) {
            match context {
                Some(context) => self.compare(bundle, &context, &mut there).await?,
                None => self.not_made(&bundle, rows.get(&bundle.issue.key)),
            }
        }
        meter.advance(count);
        Ok(self.tally)
    }

    /// Reads issues and what hangs on them from the standby, as capture does from a source.
    async fn read(&self, contexts: impl Iterator<Item = &IssueContext>) -> Result<There> {
        let ids: Vec<&str> = contexts.map(|context| context.target_id.as_str()).collect();
        let mut there = There::default();
        if ids.is_empty() {
            return Ok(there);
        }
        let jira = &self.proof.recovery.standby;
        let unexpected =
            |error: serde_json::Error| Error::Answer { what: "issues".to_owned(), reason: error.to_string() };
        let fetched = jira.bulk_fetch(&ids, &[PROPERTY]).await?;
        there.unreadable.extend(fetched.unreadable.into_iter().map(|(id, error)| (id, error.to_string())));
        let issues: Vec<FetchedIssue> =
            fetched.issues.iter().map(|raw| FetchedIssue::parse(raw).map_err(unexpected)).collect::<Result<_>>()?;
        for issue in &issues {
            let body = issue.body().map_err(unexpected)?;
            let body = serde_json::from_str(body.get()).map_err(unexpected)?;
            there.issues.insert(issue.id.clone(), Object { kind: ISSUE, key: issue.id.clone(), body });
        }
        let kinds = self.proof.recovery.kinds.hanging.iter();
        let readings: Vec<_> = kinds.map(|kind| self.read_kind(*kind, &issues).boxed()).collect();
        for found in futures::future::try_join_all(readings).await? {
            there.unread.extend(found.failed);
            for object in found.objects.into_values().flatten() {
                let issue = split(&object.key).0.to_owned();
                there.hanging.entry((object.kind, issue)).or_default().push(object);
            }
        }
        Ok(there)
    }

    /// Reads one kind. When an answer cannot be used, each issue is asked for alone, so that only the culprit stays unproven.
    async fn read_kind(&self, kind: &dyn IssueKind, issues: &[FetchedIssue]) -> Result<MemorySink> {
        let jira = &self.proof.recovery.standby;
        let mut sink = MemorySink::default();
        match kind.read(jira, issues, &mut sink).await {
            Err(site::sink::Error::Jira(error)) if error.concerns_one_object() => {}
            Err(error) => return Err(error.into()),
            Ok(()) => return Ok(sink),
        }
        sink.take(kind.name());
        for issue in issues {
            match kind.read(jira, std::slice::from_ref(issue), &mut sink).await {
                Err(site::sink::Error::Jira(error)) if error.concerns_one_object() => {
                    sink.failed.push((kind.name(), issue.id.clone(), error.to_string()));
                }
                result => result?,
            }
        }
        Ok(sink)
    }

    /// Counts an issue that this recovery did not make, and what hangs on it.
    fn not_made(&mut self, bundle: &Bundle, row: Option<&Row>) {
        let key = bundle.issue.body.get("key").and_then(Value::as_str).unwrap_or_default();
        let in_scope = parts(key).is_some_and(|(project, _)| self.proof.recovery.settings.takes_project(project));
        let sizes = bundle.hanging.iter().map(|(kind, objects)| (*kind, objects.len() as u64));
        let all = std::iter::once((ISSUE, 1)).chain(sizes);
        for (kind, count) in all {
            let counts = self.tally.kind(kind);
            match row {
                _ if !in_scope => counts.skipped += count,
                Some(row) if row.state == State::Failed => counts.failed += count,
                Some(row) if row.state == State::Skipped && row.target.is_some() => counts.matched += count,
                Some(row) if row.state == State::Skipped => {
                    let reason = row.reason.as_deref().unwrap_or_default();
                    (0..count).for_each(|_| self.tally.cannot(kind, reason));
                }
                _ => counts.missing += count,
            }
        }
        if in_scope && row.is_none() {
            self.tally.problem(ISSUE, &bundle.issue.key, "it was never sent; run the recovery again");
        }
    }

    async fn compare(&mut self, bundle: Bundle, context: &IssueContext, there: &mut There) -> Result<()> {
        let Some(target) = there.issues.remove(&context.target_id) else {
            match there.unreadable.remove(&context.target_id) {
                Some(reason) => self.tally.unread(ISSUE, &bundle.issue.key, &reason),
                None => self.tally.missing(ISSUE, &bundle.issue.key),
            }
            for (kind, objects) in &bundle.hanging {
                self.tally.kind(kind).missing += objects.len() as u64;
            }
            return Ok(());
        };
        self.tally.key(&context.source_key, &context.target_key);
        let (mut losses, mut operations) = self.issue(&bundle, context, &target).await?;
        let (mut hanging, mut sides_of) = (bundle.hanging, HashMap::new());
        for kind in &self.proof.recovery.kinds.hanging {
            let objects = hanging.remove(kind.name()).unwrap_or_default();
            let source = sides(&objects, |object| kind.normal(object, &self.proof.source.names));
            // A kind whose normal form is null has nothing that could be compared: it is restored in another form.
            self.tally.kind(kind.name()).in_other_form += (objects.len() - source.len()) as u64;
            sides_of.insert(kind.name(), source);
            if !objects.is_empty() {
                let of_kind = kind.operations(context, objects, self.writer, &mut losses).await?;
                // What they would send is as large again as the objects, and only whose they are is asked.
                operations.extend(of_kind.into_iter().map(|operation| Operation { body: Value::Null, ..operation }));
            }
        }
        let targets = self.targets(operations).await?;
        for loss in losses.iter().filter(|loss| loss.kind != ISSUE) {
            self.tally.lose(self.proof.recovery.kinds.named(&loss.kind), std::slice::from_ref(loss));
        }
        for kind in &self.proof.recovery.kinds.hanging {
            let source = sides_of.remove(kind.name()).unwrap_or_default();
            let found = there.hanging.remove(&(kind.name(), context.target_id.clone())).unwrap_or_default();
            self.hanging(*kind, &source, &found, &losses, &targets);
        }
        Ok(())
    }

    /// Compares the issue itself. Returns its losses and the operations on it that are not of any object.
    async fn issue(
        &mut self,
        bundle: &Bundle,
        context: &IssueContext,
        target: &Object,
    ) -> Result<(Vec<Occurrence>, Vec<Operation>)> {
        let (kind, object) = (&issue::Issue, &bundle.issue);
        let mut prepared = prepare(object, &self.proof.translation);
        if !prepared.media.is_empty() {
            let attachments = bundle.hanging.get("attachment").cloned().unwrap_or_default();
            let media = attachment::media(context, attachments, Some(&prepared.media), self.writer).await?;
            prepared.place_media(&object.key, &media);
        }
        let mut losses = std::mem::take(&mut prepared.losses);
        losses.extend(lost_parent(object, &prepared, &self.proof.projects, &*self.writer.issues).await?);
        let verdict = verdict::compare(
            &kind.normal(object, &self.proof.source.names),
            &kind.normal(target, &self.proof.standby.names),
            &verdict::of(&losses, ISSUE, &object.key),
        );
        self.tally.lose(Some(kind), &losses);
        self.tally.unfounded(verdict.unfounded);
        self.tally.found(ISSUE, &object.key, &context.target_key, verdict.unexplained, verdict.losses);
        Ok((losses, prepared.operations(&context.source_id, &self.writer.marks)))
    }

    /// What the journal says of these operations.
    async fn targets(&self, operations: Vec<Operation>) -> Result<Targets> {
        let recovery = self.proof.recovery;
        let mut by_kind: BTreeMap<KindName, Vec<Operation>> = BTreeMap::new();
        for operation in operations {
            by_kind.entry(operation.kind).or_default().push(operation);
        }
        let mut targets = Targets::default();
        for (kind, operations) in by_kind {
            let sources = operation_sources(&operations);
            let keys: Vec<&str> = sources.iter().map(String::as_str).collect();
            for row in recovery.journal.find(recovery.id, kind, &keys).await? {
                if row.state == State::Failed {
                    targets.failed.insert((kind, row.source.clone()));
                }
                if let Some(target) = row.target {
                    if operations.iter().any(|operation| operation.content.is_some()) {
                        targets.files.insert(target.clone());
                    }
                    targets.of.entry(kind).or_default().insert(row.source, target);
                }
            }
        }
        Ok(targets)
    }

    fn hanging(
        &mut self,
        kind: &'static dyn IssueKind,
        source: &[Side],
        found: &[Object],
        losses: &[Occurrence],
        targets: &Targets,
    ) {
        let name = kind.name();
        let standby: Vec<Side> = sides(found, |object| kind.normal(object, &self.proof.standby.names));
        let none = HashMap::new();
        let pairs = pairing::pair(source, &standby, targets.of.get(name).unwrap_or(&none));
        for (one, two) in pairs.both {
            let (one, two) = (&source[one], &standby[two]);
            let verdict = verdict::compare(&one.normal, &two.normal, &verdict::of(losses, name, &one.key));
            self.tally.unfounded(verdict.unfounded);
            self.tally.found(name, &one.key, &two.key, verdict.unexplained, verdict.losses);
        }
        for absent in pairs.absent {
            let key = &source[absent].key;
            if targets.failed.contains(&(name, key.clone())) {
                self.tally.kind(name).failed += 1;
            } else if let Some(loss) = verdict::of(losses, name, key).first() {
                self.tally.cannot(name, &loss.loss);
            } else {
                self.tally.missing(name, key);
            }
        }
        for extra in pairs.extra {
            let extra = &standby[extra];
            let own = split(&extra.key).1;
            if name == "attachment" && targets.files.contains(own) {
                continue;
            }
            let twice = source.iter().any(|object| object.normal == extra.normal);
            let what = if twice { "a duplicate" } else { "the recovery point does not have it" };
            self.tally.extra(name, &extra.key, what);
        }
    }
}

/// Where the operations on one issue went.
#[derive(Default)]
struct Targets {
    /// By kind and source key: the own id on the standby.
    of: HashMap<KindName, HashMap<String, String>>,
    /// Files that operations of any kind attached.
    files: HashSet<String>,
    /// What Jira refused.
    failed: HashSet<(KindName, String)>,
}

fn sides(objects: &[Object], normal: impl Fn(&Object) -> Value) -> Vec<Side> {
    let sides = objects.iter().map(|object| Side { key: object.key.clone(), normal: normal(object) });
    sides.filter(|side| !side.normal.is_null()).collect()
}
