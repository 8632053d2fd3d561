//! The traits that every kind implements. A kind is either the site's own ([`SiteKind`]: a project, a priority) or hangs on
//! an issue ([`IssueKind`]: a comment, an attachment).

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use jira::Jira;
use serde_json::Value;

use crate::adf::Media;
use crate::kinds::issue::FetchedIssue;
use crate::losses::{Loss, Occurrence};
use crate::marks::{Marks, OperationId};
use crate::names::Names;
use crate::sink::Sink;
use crate::sprint_members::SprintMembers;
use crate::translation::{Translated, Translation};

/// The name of a kind, as the vault, the plan and the report write it: `issue-type`, `comment`.
pub type KindName = &'static str;

/// One object of a site, as the vault keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its kind.
    pub kind: KindName,
    /// Its key in the vault: the id on the site; `{issue id}/{own id}` for what hangs on an issue.
    pub key: String,
    /// Its JSON, as the site gave it.
    pub body: Value,
}

/// What objects of a kind belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hangs {
    /// The site: configuration, read whole at each capture.
    OnSite,
    /// An issue: read with it.
    OnIssue,
}

/// What every kind says of itself.
pub trait Kind: Send + Sync {
    /// Its name.
    fn name(&self) -> KindName;

    /// The plural that people read: "issue types".
    fn title(&self) -> &'static str;

    /// The kinds that must be on the standby before this one. The order of recovery follows from it.
    fn depends_on(&self) -> &'static [KindName];

    /// What of this kind cannot be restored, by name, and what is done instead.
    fn losses(&self) -> &'static [Loss];

    /// The object with everything site-specific replaced: ids by names, the site's address by `{site}`, sets sorted; what
    /// Jira alone decides (dates of creation, `self`, avatars) left out. Two sites' objects are the same when their normal
    /// forms are equal. Never looks at the other site.
    fn normal(&self, object: &Object, names: &Names) -> Value;
}

/// What was made on the standby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its id there: for a kind with composite keys, the whole key.
    pub id: String,
    /// Whether it was there before and nothing was made: two things of the source may be one on the standby.
    pub found: bool,
}

impl Made {
    /// Made by the request.
    pub fn new(id: String) -> Self {
        Self { id, found: false }
    }

    /// There already.
    pub fn found(id: String) -> Self {
        Self { id, found: true }
    }
}

/// How an object is taken away again that a recovery made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Jira was asked to; whether it did is seen by reading the kind again.
    Asked,
    /// Jira's API cannot: what the operator can do by hand.
    ByHand(&'static str),
}

/// A kind of configuration: read whole, matched by what it is called, created one by one or in batches.
#[async_trait]
pub trait SiteKind: Kind {
    /// Reads every object of the kind.
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> crate::sink::Result<()>;

    /// What it is recognised by on another site: its name within what it belongs to. Unique on a site apart from
    /// accidents, which [`Names`] numbers.
    fn identity(&self, object: &Object, names: &Names) -> String;

    /// Why the API cannot create this one (a system field, a user), or `None` when it can. Such an object can only match.
    fn cannot_create(&self, object: &Object) -> Option<String>;

    /// What Jira makes this object with by itself (a project comes with actors in its roles): kind and key in the vault.
    /// When the recovery made that, the object is there although nobody chose it, and is completed like a created one.
    fn born_with(&self, _object: &Object) -> Option<(KindName, String)> {
        None
    }

    /// The object as it shall be written on the standby: ids translated, what cannot be said there left out and named.
    fn translate(&self, object: &Object, translation: &Translation) -> Translated;

    /// Puts objects into the order in which they are to be created: by id, as the site made them, unless the kind has an
    /// order of its own (versions, options, sprints).
    fn sort(&self, objects: &mut Vec<Object>) {
        objects.sort_by(|one, two| (one.key.len(), &one.key).cmp(&(two.key.len(), &two.key)));
    }

    /// How many objects one call to [`SiteKind::create`] takes at most.
    fn batch(&self) -> usize {
        1
    }

    /// Objects of different groups do not share a batch (options of different contexts).
    fn group(&self, _object: &Object) -> String {
        String::new()
    }

    /// Objects of one lane are created one after the other, in their order; those of different lanes may overtake each
    /// other. All are in the same lane, unless the kind says otherwise: an order on the screen, or a name that two share,
    /// comes from the order of creation.
    fn lane(&self, _object: &Object) -> String {
        String::new()
    }

    /// The same for what is done to them afterwards: [`SiteKind::complete`] and [`SiteKind::conclude`].
    fn lane_afterwards(&self, object: &Object) -> String {
        self.lane(object)
    }

    /// Creates translated objects; one result for each, in order. What must be done to an object once it exists belongs
    /// into [`SiteKind::complete`].
    async fn create(&self, writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>>;

    /// Finishes an object that [`SiteKind::create`] made: puts members into a group, issues into a sprint. Runs after the
    /// creation, and again when an interruption left it unclear whether it ran: everything in it must be harmless when
    /// repeated. Not called for objects that were on the standby before, unless they came with what the recovery made
    /// ([`SiteKind::born_with`]). Returns what Jira refused of it.
    async fn complete(&self, _writer: &Writer, _object: &Translated, _id: &str) -> jira::Result<Vec<Occurrence>> {
        Ok(Vec::new())
    }

    /// Writes again what of an object names others, because one of these came later than the object itself: Jira refused it
    /// for a while. For objects that the recovery made; harmless when repeated. Returns what Jira refused of it.
    async fn revise(&self, writer: &Writer, object: &Translated, id: &str) -> jira::Result<Vec<Occurrence>> {
        self.complete(writer, object, id).await
    }

    /// Jira makes some objects by itself with what it has no word for (a software project comes with a board): nobody chose
    /// them, and they go with what they came with.
    fn comes_by_itself(&self, object: &Object, names: &Names) -> bool {
        _ = names;
        self.born_with(object).is_some()
    }

    /// The kind whose objects take those of this kind with them when they are removed, so that nothing must be done for
    /// them: a project its components.
    fn owner(&self) -> Option<KindName> {
        None
    }

    /// What this object belongs to on the same site, kind and key: as long as that stays, this stays.
    fn owner_of(&self, _object: &Object) -> Option<(KindName, String)> {
        None
    }

    /// JQL that finds the issues which would lose something if this object were removed; `None` where Jira itself refuses
    /// to remove what is in use, or a removal can be undone.
    fn used_by(&self, _object: &Object) -> Option<String> {
        None
    }

    /// Takes away an object that a recovery made and nobody uses. `there` are all objects of the kind on the site. Harmless
    /// when repeated.
    async fn remove(&self, _jira: &Jira, _object: &Object, _there: &[Object]) -> jira::Result<Removal> {
        Ok(Removal::ByHand("Jira's API cannot delete it"))
    }

    /// Whether something of this object must wait until all issues are written, because issues could not use it after
    /// that: an option that is disabled.
    fn concludes(&self, _object: &Object) -> bool {
        false
    }

    /// Does what had to wait, for objects that [`SiteKind::concludes`] names and the recovery made. Harmless when repeated.
    async fn conclude(&self, _writer: &Writer, _object: &Translated, _id: &str) -> jira::Result<Vec<Occurrence>> {
        Ok(Vec::new())
    }

    /// Takes back what [`SiteKind::conclude`] did, because issues are to be written again. Harmless when repeated.
    async fn reopen(&self, _writer: &Writer, _object: &Translated, _id: &str) -> jira::Result<Vec<Occurrence>> {
        Ok(Vec::new())
    }
}

/// A kind of object that hangs on an issue.
#[async_trait]
pub trait IssueKind: Kind {
    /// Reads **all** objects of this kind of each of `issues`: what the pipeline knew under an issue and is not put again
    /// is taken for deleted. Uses what came with the issue where that is complete.
    async fn read(&self, jira: &Jira, issues: &[FetchedIssue], sink: &mut dyn Sink) -> crate::sink::Result<()>;

    /// What to do on the standby for one issue's `objects` (in key order). Usually one operation for each; none for what
    /// cannot be written, which is named in `losses`.
    async fn operations(
        &self,
        issue: &IssueContext,
        objects: Vec<Object>,
        writer: &Writer,
        losses: &mut Vec<Occurrence>,
    ) -> jira::Result<Vec<Operation>>;

    /// Performs one operation; the id that the standby gave, where it gives one.
    async fn apply(&self, issue: &IssueContext, operation: &Operation, writer: &Writer)
    -> jira::Result<Option<String>>;

    /// What of this kind is on the issue now, by strongly consistent reads: to find out whether an operation with an
    /// unclear outcome was done.
    async fn existing(&self, issue: &IssueContext, writer: &Writer) -> jira::Result<Vec<Existing>>;
}

/// One issue on both sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueContext {
    /// Id on the source.
    pub source_id: String,
    /// Key on the source.
    pub source_key: String,
    /// Id on the standby.
    pub target_id: String,
    /// Key on the standby: the same, unless it was taken there.
    pub target_key: String,
}

/// One thing to do to an issue on the standby.
#[derive(Clone)]
pub struct Operation {
    /// Its id, the same in every run of the same recovery.
    pub id: OperationId,
    /// Its kind.
    pub kind: KindName,
    /// Key of the object in the vault.
    pub source: String,
    /// What to send, in the standby's ids.
    pub body: Value,
    /// What it is recognised by where the kind has no marker: see [`Existing::natural`].
    pub natural: String,
    /// The bytes to upload.
    pub content: Option<Arc<dyn Content>>,
}

/// Something found on an issue of the standby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Existing {
    /// The operation whose marker it carries (with a valid MAC).
    pub operation: Option<OperationId>,
    /// What it is recognised by where the kind has no marker: name, size and hash of an attachment, type and ends of a link.
    pub natural: String,
    /// Its id.
    pub id: String,
}

/// Bytes that can be opened more than once.
#[async_trait]
pub trait Content: Send + Sync {
    /// How many.
    fn length(&self) -> u64;
    /// The bytes, from the beginning.
    async fn open(&self) -> std::io::Result<BoxStream<'static, std::io::Result<Bytes>>>;
}

/// What writing needs: the standby's client, the translation so far, and the recovery's marks.
#[derive(Clone)]
pub struct Writer {
    /// The standby.
    pub jira: Jira,
    /// From the source's ids to the standby's.
    pub translation: Arc<Translation>,
    /// What marks objects as made by this recovery.
    pub marks: Marks,
    /// Where issues of the recovery point went.
    pub issues: Arc<dyn IssueMap>,
    /// Bytes of objects of the recovery point.
    pub contents: Arc<dyn Contents>,
    /// Which issues were in which sprint; filled while issues are read, used when sprints are restored after them.
    pub sprints: Arc<SprintMembers>,
}

/// Where the issues of the recovery point are on the standby.
#[async_trait]
pub trait IssueMap: Send + Sync {
    /// The issue with this id on the source, or `None` when it is not part of the recovery (or could not be made).
    async fn by_source_id(&self, source_id: &str) -> jira::Result<Option<IssueContext>>;

    /// Whether the issue is part of the recovery and not there only because Jira refused it so far: it may come when the
    /// recovery is run again.
    async fn is_refused(&self, _source_id: &str) -> jira::Result<bool> {
        Ok(false)
    }

    /// The files of an issue as they are on the standby, for texts that show them; asked for only when one does, after the
    /// attachments were written. [`crate::kinds::attachment::media`] finds them. Without an answer, texts show names.
    async fn media(&self, _issue: &IssueContext) -> jira::Result<Arc<Media>> {
        Ok(Arc::default())
    }
}

/// The bytes that the recovery point has for an object.
#[async_trait]
pub trait Contents: Send + Sync {
    /// The bytes of the object with this kind and key, or `None` when the recovery point has none.
    async fn of(&self, kind: KindName, key: &str) -> jira::Result<Option<Arc<dyn Content>>>;
}
