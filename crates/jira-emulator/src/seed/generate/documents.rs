//! Documents: descriptions, comments and the like.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::adf::{document, paragraph, text};
use super::blocks::{BLOCKS, SIMPLE, media_single};
use super::chance::Chance;
use super::people::Person;
use super::words;
use crate::state::RawJson;

/// What the texts of an issue can refer to.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) chance: &'a mut Chance,
    /// Address of the site.
    pub(super) url: &'a str,
    pub(super) people: &'a [Person],
    /// Key of another issue of the site.
    pub(super) other: String,
    /// Media id and name of the files.
    pub(super) files: &'a [(Uuid, Arc<str>)],
}

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    /// A paragraph or two.
    Plain,
    /// Plain most of the time; so many times out of a hundred with blocks of several types.
    Usual {
        /// How many times.
        rich_percent: u32,
    },
    /// All blocks there are.
    Specimen,
    /// Beyond Jira's limit for texts.
    Long,
}

/// The most characters of text in a document that can be written today (quirks §6).
pub(super) const TEXT_LIMIT: usize = 32_767;

impl Scene<'_> {
    /// A document.
    pub(super) fn document(&mut self, style: Style) -> RawJson {
        let content = match style {
            Style::Usual { rich_percent } if self.chance.percent(rich_percent) => self.rich(),
            Style::Plain | Style::Usual { .. } => self.plain(),
            Style::Specimen => BLOCKS.iter().map(|block| block(self)).collect(),
            Style::Long => self.long(),
        };
        document(content)
    }

    fn plain(&mut self) -> Vec<Value> {
        let count = 1 + self.chance.below(2);
        (0..count).map(|_| paragraph(vec![text(&words::paragraph(self.chance))])).collect()
    }

    fn rich(&mut self) -> Vec<Value> {
        let mut content = vec![paragraph(vec![text(&words::paragraph(self.chance))])];
        for _ in 0..=self.chance.below(3) {
            let block = BLOCKS[self.chance.below(BLOCKS.len())];
            content.push(block(self));
        }
        if !self.files.is_empty() {
            content.push(media_single(self));
        }
        content
    }

    /// Simple blocks until the limit is passed.
    fn long(&mut self) -> Vec<Value> {
        let mut content = Vec::new();
        let mut length = 0;
        while length <= TEXT_LIMIT {
            let block = match content.len() % 7 {
                3 => SIMPLE[self.chance.below(SIMPLE.len())](self),
                _ => paragraph(vec![text(&words::paragraph(self.chance))]),
            };
            length += text_length(&block);
            content.push(block);
        }
        content
    }
}

/// Characters of the texts in a node.
pub(super) fn text_length(node: &Value) -> usize {
    let own = node["text"].as_str().map_or(0, |text| text.chars().count());
    own + node["content"].as_array().into_iter().flatten().map(text_length).sum::<usize>()
}
