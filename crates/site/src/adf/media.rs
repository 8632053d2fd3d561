//! Files shown in documents. They are named by their id in the media service, which is neither the attachment's id nor the
//! same on another site (quirks §6).

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::losses::MEDIA;
use super::{Note, Rewritten, content, kind, map_content, with_content};

/// What the files of one issue are called on the standby: from media ids of the source to media ids of the standby.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// By media id on the source.
    pub targets: HashMap<String, String>,
}

/// The media ids of the files that a document shows.
pub fn media_ids(node: &Value) -> BTreeSet<String> {
    let mut ids: BTreeSet<String> = content(node).iter().flat_map(media_ids).collect();
    ids.extend(file_id(node).map(str::to_owned));
    ids
}

/// Replaces the files of the source by those of the standby. What is not there is replaced by its name in brackets.
pub fn place(document: &Value, media: &Media) -> Rewritten {
    let mut notes = Vec::new();
    let document = place_node(document, String::new(), media, &mut notes);
    Rewritten { document, notes }
}

/// How many characters [`place`] may add to a document at most.
pub(crate) fn most_added(node: &Value) -> usize {
    let own = file_id(node).map_or(0, |_| super::length::units(&name_in_brackets(node)));
    own + content(node).iter().map(most_added).sum::<usize>()
}

/// What [`place`] writes instead of the files that a document shows, while they are not there.
pub fn names_of_files(document: &Value) -> Vec<String> {
    let own = file_id(document).map(|_| name_in_brackets(document));
    own.into_iter().chain(content(document).iter().flat_map(names_of_files)).collect()
}

fn place_node(node: &Value, path: String, media: &Media, notes: &mut Vec<Note>) -> Value {
    match kind(node) {
        "media" | "mediaInline" if file_id(node).is_some() => match target(node, media) {
            Some(id) => with_id(node, id),
            None => replaced(node, path, notes, |name| json!({ "type": "text", "text": name })),
        },
        "mediaSingle" | "mediaGroup" if content(node).iter().any(|child| is_lost(child, media)) => {
            place_block(node, path, media, notes)
        }
        _ => map_content(node, &path, |child, path| place_node(child, path, media, notes)),
    }
}

/// A block of files can hold nothing else, so it becomes a paragraph as soon as one of them is lost; a group keeps the files
/// that it still has when there are any.
fn place_block(node: &Value, path: String, media: &Media, notes: &mut Vec<Note>) -> Value {
    let kept: Vec<Value> = content(node)
        .iter()
        .filter(|child| kind(child) == "media")
        .filter_map(|child| {
            file_id(child).map_or(Some(child.clone()), |_| target(child, media).map(|id| with_id(child, id)))
        })
        .collect();
    if kind(node) == "mediaGroup" && !kept.is_empty() {
        for lost in content(node).iter().filter(|child| is_lost(child, media)) {
            notes.push(Note { loss: MEDIA.id, path: path.clone(), detail: name_in_brackets(lost) });
        }
        return with_content(node, kept);
    }
    let mut line = Vec::new();
    for child in content(node) {
        if is_lost(child, media) {
            line.push(replaced(child, path.clone(), notes, |name| json!({ "type": "text", "text": name })));
        } else if kind(child) == "caption" {
            line.push(json!({ "type": "text", "text": " " }));
            line.extend(content(child).iter().map(|inline| place_node(inline, path.clone(), media, notes)));
        }
    }
    json!({ "type": "paragraph", "content": line })
}

fn replaced(node: &Value, path: String, notes: &mut Vec<Note>, make: impl FnOnce(&str) -> Value) -> Value {
    let name = name_in_brackets(node);
    notes.push(Note { loss: MEDIA.id, path, detail: name.clone() });
    make(&name)
}

fn with_id(node: &Value, id: &str) -> Value {
    let mut node = node.clone();
    node["attrs"]["id"] = id.into();
    node
}

fn is_lost(node: &Value, media: &Media) -> bool {
    file_id(node).is_some() && target(node, media).is_none()
}

fn target<'a>(node: &Value, media: &'a Media) -> Option<&'a str> {
    media.targets.get(file_id(node)?).map(String::as_str)
}

/// The media id of a node that shows a file of the site (not a picture from elsewhere).
fn file_id(node: &Value) -> Option<&str> {
    if !matches!(kind(node), "media" | "mediaInline") || node["attrs"]["type"] == "external" {
        return None;
    }
    node["attrs"]["id"].as_str()
}

fn name_in_brackets(node: &Value) -> String {
    let name = node["attrs"]["alt"].as_str().filter(|alt| !alt.is_empty()).unwrap_or("file");
    format!("[{name}]")
}
