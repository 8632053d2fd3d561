//! A text on its way to the standby: rewritten, cut to what Jira takes, and attached as a file when it was cut.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::adf::{self, LIMIT, Media, Note, losses};
use crate::kind::{IssueContext, Writer};
use crate::kinds::attachment::NewFile;
use crate::losses::Occurrence;
use crate::translation::Translation;

/// A text that can be written as soon as its files are placed.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// The document in the standby's ids, apart from the files that it shows.
    pub document: Value,
    /// What goes in front. Kept apart, because losses are placed in the source's own nodes.
    header: Option<Value>,
    /// What was lost.
    pub notes: Vec<Note>,
    /// The whole text, when it had to be cut.
    pub file: Option<NewFile>,
}

/// Rewrites a document. `header` goes in front when there is room; `file` is the name under which the whole is attached if
/// it must be cut.
pub(crate) fn prepare(document: &Value, header: Option<Value>, file: String, translation: &Translation) -> Text {
    let cleaned = adf::clean(document);
    let translated = adf::translate(&cleaned.document, translation);
    let mut notes = cleaned.notes;
    notes.extend(translated.notes);
    let mut text = Text { document: translated.document, header: None, notes, file: None };
    let limit = LIMIT.saturating_sub(adf::most_added(&text.document));
    let length = adf::length(&text.document);
    let header = header.filter(|header| length > limit || length + adf::length(header) <= limit);
    let room = limit - header.as_ref().map_or(0, adf::length).min(limit);
    let note = format!("Cut: the whole text has {length} characters, more than Jira takes; it is attached as {file}.");
    if let Some(cut) = adf::cut(&text.document, room, &note) {
        text.document = cut.document;
        text.notes.push(Note { loss: losses::LONG.id, path: String::new(), detail: format!("{length} characters") });
        text.file = Some(NewFile::json(file, Bytes::from(document.to_string())));
    }
    text.header = header;
    text
}

impl Text {
    /// Places the files that the text shows.
    pub(crate) fn place(&mut self, media: &Media) {
        let placed = adf::place(&self.document, media);
        self.document = placed.document;
        self.notes.extend(placed.notes);
    }

    /// The document with its header.
    pub(crate) fn into_document(mut self) -> Value {
        if let Some(header) = self.header
            && let Some(content) = self.document.get_mut("content").and_then(Value::as_array_mut)
        {
            content.insert(0, header);
        }
        self.document
    }
}

/// The files that an issue's texts may show on the standby, asked for only when one of them shows any.
pub(crate) async fn media(texts: &[&Value], issue: &IssueContext, writer: &Writer) -> jira::Result<Arc<Media>> {
    if texts.iter().all(|text| adf::media_ids(text).is_empty()) {
        return Ok(Arc::default());
    }
    writer.issues.media(issue).await
}

/// What a text lost, as losses of its object; `path` is where the text stands in the object's normal form.
pub(crate) fn occurrences<'a>(
    notes: &'a [Note],
    (kind, key): (&'a str, &'a str),
    path: &'a str,
) -> impl Iterator<Item = Occurrence> + use<'a> {
    notes.iter().map(move |note| Occurrence {
        loss: note.loss.to_owned(),
        kind: kind.to_owned(),
        key: key.to_owned(),
        path: format!("{path}{}", note.path),
        detail: note.detail.clone(),
    })
}
