//! Documents: descriptions, comments and the like.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::adf::{document, paragraph, text};
use super::blocks::{BLOCKS, SIMPLE};
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

impl Scene<'_> {
    /// A paragraph or two.
    pub(super) fn plain(&mut self) -> RawJson {
        let count = 1 + self.chance.below(2);
        document((0..count).map(|_| paragraph(vec![text(&words::paragraph(self.chance))])).collect())
    }

    /// A plain text most of the time, else a rich one.
    pub(super) fn usual(&mut self, rich_percent: u32) -> RawJson {
        if self.chance.percent(rich_percent) { self.rich() } else { self.plain() }
    }

    /// Some blocks of different types.
    pub(super) fn rich(&mut self) -> RawJson {
        let mut content = vec![paragraph(vec![text(&words::paragraph(self.chance))])];
        for _ in 0..1 + self.chance.below(3) {
            let block = BLOCKS[self.chance.below(BLOCKS.len())];
            content.push(block(self));
        }
        if !self.files.is_empty() {
            content.push(super::blocks::media_single(self));
        }
        document(content)
    }

    /// All blocks there are.
    pub(super) fn specimen(&mut self) -> RawJson {
        document(BLOCKS.iter().map(|block| block(self)).collect())
    }

    /// A text with more than `characters` characters, in simple blocks.
    pub(super) fn long(&mut self, characters: usize) -> RawJson {
        let mut content = Vec::new();
        let mut length = 0;
        while length <= characters {
            let block = match content.len() % 7 {
                3 => SIMPLE[self.chance.below(SIMPLE.len())](self),
                _ => paragraph(vec![text(&words::paragraph(self.chance))]),
            };
            length += text_length(&block);
            content.push(block);
        }
        document(content)
    }
}

/// Characters of the texts in a node.
pub(super) fn text_length(node: &Value) -> usize {
    let own = node["text"].as_str().map_or(0, |text| text.chars().count());
    own + node["content"].as_array().into_iter().flatten().map(text_length).sum::<usize>()
}
