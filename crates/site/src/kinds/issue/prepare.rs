//! Preparing an issue for the standby: every field into the standby's ids, every loss by name.

use serde_json::{Value, json};

use super::losses::{ESTIMATE, FIELD, FIELD_TYPE, LINE, PARENT, PROJECT, REPORTER, SECURITY, STATUS, TYPE};
use super::normal::{is_empty, parent_key};
use super::shape::{Shape, called, shape};
use super::values::Values;
use super::{Parent, Prepared, fields};
use crate::adf::{self, plain};
use crate::kind::{KindName, Object};
use crate::kinds::shared::{occurrence, pointer_step, text};
use crate::losses::{Loss, Occurrence};
use crate::names::id_text;
use crate::translation::Translation;

/// The longest summary (quirks §6).
const SUMMARY_LIMIT: usize = 255;

/// See [`super::prepare`].
pub(super) fn prepare(object: &Object, translation: &Translation) -> Prepared {
    let mut preparation = Preparation { object, translation, prepared: Prepared::default() };
    preparation.frame();
    for (id, value) in fields(&object.body) {
        preparation.field(id, value);
    }
    if object.body["fields"].get("reporter").is_some_and(is_empty) {
        preparation.lose(&REPORTER, "reporter", "nobody".to_owned());
    }
    preparation.prepared
}

struct Preparation<'a> {
    object: &'a Object,
    translation: &'a Translation,
    prepared: Prepared,
}

impl Preparation<'_> {
    /// Project, type, status and parent.
    fn frame(&mut self) {
        let issue = &self.object.body;
        issue["key"].as_str().unwrap_or_default().clone_into(&mut self.prepared.key);
        self.prepared.project = self.target("project", "project", "/project", &PROJECT).unwrap_or_default();
        self.prepared.issue_type = self.target("issue-type", "issuetype", "/type", &TYPE).unwrap_or_default();
        self.prepared.status = self.target("status", "status", "/status", &STATUS);
        self.prepared.subtask = issue["fields"]["issuetype"]["subtask"].as_bool().unwrap_or_default();
        self.prepared.parent = parent_key(issue, &self.translation.source).map(|key| Parent {
            source_id: issue["fields"]["parent"].get("id").and_then(id_text).unwrap_or_default(),
            source_key: key.to_owned(),
        });
    }

    fn target(&mut self, kind: KindName, field: &str, path: &str, loss: &Loss) -> Option<String> {
        let value = &self.object.body["fields"][field];
        let id = value.get("id").and_then(id_text)?;
        let target = self.translation.target(kind, &id).map(str::to_owned);
        if target.is_none() {
            let name = value["name"].as_str().map_or_else(|| format!("<{id}>"), str::to_owned);
            self.prepared.losses.push(occurrence(loss, self.subject(), path, name));
        }
        target
    }

    fn field(&mut self, id: &str, value: &Value) {
        if is_empty(value) {
            return;
        }
        let shape = shape(id, &self.translation.source);
        match shape {
            Shape::Frame | Shape::Decided | Shape::OtherKind | Shape::Sprints => {}
            Shape::Security => {
                let level = value["name"].as_str().unwrap_or_default().to_owned();
                self.lose(&SECURITY, id, level);
            }
            Shape::Unknown => self.lose(&FIELD_TYPE, id, called(id, &self.translation.source)),
            _ => match self.target_field(id) {
                Some(target) => self.write(id, &target, shape, value),
                None => self.lose(&FIELD, id, called(id, &self.translation.source)),
            },
        }
    }

    fn target_field(&self, id: &str) -> Option<String> {
        let bound = self.translation.target("field", id).map(str::to_owned);
        bound.or_else(|| (!id.starts_with("customfield_")).then(|| id.to_owned()))
    }

    fn write(&mut self, id: &str, target: &str, shape: Shape, value: &Value) {
        match shape {
            Shape::Document if adf::is_document(value) => self.document(id, target, value),
            Shape::Estimates => self.estimates(id, target, value),
            Shape::Line | Shape::Document => {
                let line = plain::translate(value.as_str().unwrap_or_default(), self.translation);
                let line = if id == "summary" { self.summary(line) } else { line };
                self.set(target, line.into());
            }
            Shape::Labels => self.labels(id, target, value),
            _ => {
                let mut values = Values { translation: self.translation, field: id, lost: Vec::new() };
                let written = values.translate(shape, value);
                for (loss, detail) in values.lost {
                    self.lose(loss, id, detail);
                }
                if !is_empty(&written) {
                    self.set(target, written);
                }
            }
        }
    }

    fn set(&mut self, target: &str, value: Value) {
        self.prepared.fields.insert(target.to_owned(), value);
    }

    fn document(&mut self, id: &str, target: &str, value: &Value) {
        let file = format!("lifeboat-{id}-{}.json", self.object.key);
        let text = text::prepare(value, None, file, self.translation);
        for note in text.notes {
            let path = format!("{}{}", self.path(id), note.path);
            self.prepared.losses.push(self.lost(note.loss, path, note.detail));
        }
        self.prepared.files.extend(text.file);
        let media = adf::media_ids(&text.document);
        if media.is_empty() {
            self.set(target, text.document);
        } else {
            self.prepared.media.extend(media);
            self.prepared.late.insert(target.to_owned(), text.document);
            self.prepared.late_paths.insert(target.to_owned(), self.path(id));
        }
    }

    /// In minutes, because what a day or an hour is differs from site to site; after the worklogs, which would change them.
    fn estimates(&mut self, id: &str, target: &str, value: &Value) {
        let mut estimates = serde_json::Map::new();
        for (written, read, called) in [
            ("originalEstimate", "originalEstimateSeconds", "original"),
            ("remainingEstimate", "remainingEstimateSeconds", "remaining"),
        ] {
            let Some(seconds) = value[read].as_u64() else { continue };
            if seconds % 60 != 0 {
                let path = format!("{}/{called}", self.path(id));
                self.prepared.losses.push(self.lost(ESTIMATE.id, path, format!("{seconds} s")));
            }
            estimates.insert(written.to_owned(), json!(format!("{}m", seconds / 60)));
        }
        if !estimates.is_empty() {
            self.prepared.late.insert(target.to_owned(), Value::Object(estimates));
        }
    }

    fn summary(&mut self, summary: String) -> String {
        let repaired: String = summary.replace(['\n', '\r'], " ").chars().take(SUMMARY_LIMIT).collect();
        if repaired != summary {
            self.lose(&LINE, "summary", summary);
        }
        repaired
    }

    fn labels(&mut self, id: &str, target: &str, value: &Value) {
        let mut labels = Vec::new();
        for label in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
            let repaired: String = label.split_whitespace().collect::<Vec<_>>().join("_");
            if repaired != label {
                self.lose(&LINE, id, label.to_owned());
            }
            labels.push(repaired);
        }
        self.set(target, json!(labels));
    }

    fn lose(&mut self, loss: &Loss, field: &str, detail: String) {
        let path = self.path(field);
        self.prepared.losses.push(self.lost(loss.id, path, detail));
    }

    fn lost(&self, loss: &str, path: String, detail: String) -> Occurrence {
        let (kind, key) = (self.object.kind.to_owned(), self.object.key.clone());
        Occurrence { loss: loss.to_owned(), kind, key, path, detail }
    }

    fn path(&self, field: &str) -> String {
        format!("/fields/{}", pointer_step(&called(field, &self.translation.source)))
    }

    fn subject(&self) -> (&'static str, &str) {
        (self.object.kind, &self.object.key)
    }
}

/// The loss of a parent that is not part of the recovery.
pub(super) fn lost_parent(object: &Object, parent: &Parent) -> Occurrence {
    occurrence(&PARENT, (object.kind, &object.key), "/parent", parent.source_key.clone())
}
