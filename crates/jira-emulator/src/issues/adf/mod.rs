//! Atlassian Document Format: what Jira accepts as a rich text.
//!
//! [`check`] follows the schema in [`rules`]: unknown nodes, marks and attributes, children out of place and empty texts are
//! refused. Files that a document shows must be attachments of the site.

mod attributes;
mod rules;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::state::{RawJson, SiteState};
use attributes::Attribute;

/// The most characters of text in a document (quirks §6).
pub(crate) const LONGEST: usize = 32_767;

/// Why a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AdfProblem {
    /// It is not a document at all.
    NoDocument,
    /// It breaks the schema, or shows a file the site does not have.
    Invalid,
    /// Too much text.
    TooLong,
}

impl AdfProblem {
    /// Jira's words for a field.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::NoDocument => "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
            Self::Invalid => "INVALID_INPUT",
            Self::TooLong => {
                "CONTENT_LIMIT_EXCEEDED: The entered text is too long. It exceeds the allowed limit of 32,767 characters."
            }
        }
    }
}

/// Checks a document and makes it ready to be kept.
pub(crate) fn read(state: &SiteState, document: &Value) -> Result<RawJson, AdfProblem> {
    check(document, &|file| state.media.contains_key(&file))?;
    Ok(document.clone().into())
}

/// Checks a document against the schema; `is_file` says whether the site has a file.
pub(crate) fn check(document: &Value, is_file: &dyn Fn(Uuid) -> bool) -> Result<(), AdfProblem> {
    let is_document = document["type"] == "doc" && document["version"] == 1 && document["content"].is_array();
    if !is_document {
        return Err(AdfProblem::NoDocument);
    }
    if !keeps_to(document, &["type", "version", "content"]) {
        return Err(AdfProblem::Invalid);
    }
    let mut checker = Checker { is_file, length: 0 };
    if !checker.children("doc", rules::DOCUMENT, document) {
        return Err(AdfProblem::Invalid);
    }
    if checker.length > LONGEST { Err(AdfProblem::TooLong) } else { Ok(()) }
}

/// All text of a document on one line, as the changelog shows it.
pub(crate) fn plain_text(document: &RawJson) -> String {
    fn collect(node: &Value, text: &mut String) {
        text.push_str(node["text"].as_str().unwrap_or_default());
        for child in node["content"].as_array().into_iter().flatten() {
            collect(child, text);
        }
        if node["type"] == "paragraph" {
            text.push('\n');
        }
    }
    let mut text = String::new();
    collect(&document.value(), &mut text);
    text.truncate(text.trim_end().len());
    text
}

struct Checker<'a> {
    is_file: &'a dyn Fn(Uuid) -> bool,
    length: usize,
}

impl Checker<'_> {
    fn children(&mut self, parent: &str, content: rules::Content, node: &Value) -> bool {
        let children = match node.get("content") {
            None => &[][..],
            Some(Value::Array(children)) => children,
            Some(_) => return false,
        };
        (content.least..=content.most).contains(&children.len())
            && children.iter().all(|child| {
                let name = child["type"].as_str().unwrap_or_default();
                content.allowed.contains(&name) && self.node(parent, name, child)
            })
    }

    fn node(&mut self, parent: &str, name: &str, node: &Value) -> bool {
        if name == "text" {
            return self.text(parent, node);
        }
        let Some(rule) = rules::node(name) else { return false };
        keeps_to(node, &["type", "attrs", "content", "marks"])
            && attributes_fit(rule.attributes, node.get("attrs"))
            && attributes::combination_fits(name, &node["attrs"])
            && self.file_exists(name, &node["attrs"])
            && marks_fit(&rules::marks_of(parent, name), node)
            && self.children(name, rule.content, node)
    }

    fn text(&mut self, parent: &str, node: &Value) -> bool {
        let Some(text) = node["text"].as_str().filter(|text| !text.is_empty()) else { return false };
        self.length += text.chars().count();
        let allowed = if parent == "codeBlock" { &[][..] } else { rules::TEXT_MARKS };
        keeps_to(node, &["type", "text", "marks"]) && marks_fit(allowed, node) && code_stands_alone(node)
    }

    fn file_exists(&self, name: &str, attrs: &Value) -> bool {
        let shows_file =
            matches!(name, "media" | "mediaInline") && matches!(attrs["type"].as_str(), Some("file") | None);
        let id = attrs["id"].as_str().and_then(|id| id.parse().ok());
        !shows_file || id.is_some_and(self.is_file)
    }
}

fn keeps_to(node: &Value, members: &[&str]) -> bool {
    node.as_object().is_some_and(|node| node.keys().all(|member| members.contains(&member.as_str())))
}

fn attributes_fit(rules: &[Attribute], attrs: Option<&Value>) -> bool {
    let none = Map::new();
    let attrs = match attrs {
        None => &none,
        Some(Value::Object(attrs)) => attrs,
        Some(_) => return false,
    };
    let known = attrs
        .iter()
        .all(|(name, value)| rules.iter().find(|rule| rule.name == name).is_some_and(|rule| rule.shape.fits(value)));
    known && rules.iter().all(|rule| !rule.required || attrs.contains_key(rule.name))
}

fn marks_fit(allowed: &[&str], node: &Value) -> bool {
    let marks = match node.get("marks") {
        None => return true,
        Some(Value::Array(marks)) => marks,
        Some(_) => return false,
    };
    marks.iter().all(|mark| {
        let name = mark["type"].as_str().unwrap_or_default();
        allowed.contains(&name)
            && keeps_to(mark, &["type", "attrs"])
            && rules::mark(name).is_some_and(|attributes| attributes_fit(attributes, mark.get("attrs")))
    })
}

/// Code goes together with links and annotations only.
fn code_stands_alone(node: &Value) -> bool {
    let names: Vec<&str> =
        node["marks"].as_array().into_iter().flatten().filter_map(|mark| mark["type"].as_str()).collect();
    !names.contains(&"code") || names.iter().all(|name| matches!(*name, "code" | "link" | "annotation"))
}
