//! The schema: which node may hold which, with which attributes and marks.

use super::attributes::Shape::{
    Anything, BorderColor, Color, Flag, Number, Numbers, OneOf, StatusColor, Text, Within, Words, Words1,
};
use super::attributes::{Attribute, may, must};

/// What a node may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content {
    pub(super) allowed: &'static [&'static str],
    pub(super) least: usize,
    pub(super) most: usize,
}

/// A type of node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) attributes: &'static [Attribute],
    pub(super) content: Content,
}

const fn any(allowed: &'static [&'static str]) -> Content {
    Content { allowed, least: 0, most: usize::MAX }
}

const fn some(allowed: &'static [&'static str]) -> Content {
    Content { allowed, least: 1, most: usize::MAX }
}

const NOTHING: Content = Content { allowed: &[], least: 0, most: 0 };

const INLINE: &[&str] = &[
    "text",
    "date",
    "emoji",
    "hardBreak",
    "inlineCard",
    "mention",
    "placeholder",
    "status",
    "inlineExtension",
    "mediaInline",
];

const IN_DOCUMENT: &[&str] = &[
    "blockCard",
    "codeBlock",
    "mediaSingle",
    "paragraph",
    "taskList",
    "orderedList",
    "bulletList",
    "blockquote",
    "decisionList",
    "embedCard",
    "extension",
    "heading",
    "mediaGroup",
    "rule",
    "panel",
    "table",
    "bodiedExtension",
    "expand",
    "layoutSection",
    "syncBlock",
    "bodiedSyncBlock",
];

const IN_LAYOUT: &[&str] = &[
    "blockCard",
    "paragraph",
    "mediaSingle",
    "codeBlock",
    "taskList",
    "bulletList",
    "orderedList",
    "heading",
    "mediaGroup",
    "decisionList",
    "rule",
    "panel",
    "blockquote",
    "extension",
    "embedCard",
    "table",
    "expand",
    "bodiedExtension",
];

const NOT_NESTABLE: &[&str] = &[
    "paragraph",
    "panel",
    "blockquote",
    "orderedList",
    "bulletList",
    "rule",
    "heading",
    "codeBlock",
    "mediaGroup",
    "mediaSingle",
    "decisionList",
    "taskList",
    "table",
    "blockCard",
    "embedCard",
    "extension",
];

const IN_EXPAND: &[&str] = &[
    "paragraph",
    "panel",
    "blockquote",
    "orderedList",
    "bulletList",
    "rule",
    "heading",
    "codeBlock",
    "mediaGroup",
    "mediaSingle",
    "decisionList",
    "taskList",
    "table",
    "blockCard",
    "embedCard",
    "extension",
    "nestedExpand",
];

const IN_NESTED_EXPAND: &[&str] = &[
    "paragraph",
    "heading",
    "mediaSingle",
    "mediaGroup",
    "codeBlock",
    "bulletList",
    "orderedList",
    "taskList",
    "decisionList",
    "rule",
    "panel",
    "blockquote",
    "extension",
];

const IN_CELL: &[&str] = &[
    "paragraph",
    "panel",
    "blockquote",
    "orderedList",
    "bulletList",
    "rule",
    "heading",
    "codeBlock",
    "mediaSingle",
    "mediaGroup",
    "decisionList",
    "taskList",
    "blockCard",
    "embedCard",
    "extension",
    "nestedExpand",
];

const IN_PANEL: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "blockCard",
    "mediaGroup",
    "mediaSingle",
    "codeBlock",
    "taskList",
    "rule",
    "decisionList",
    "extension",
];

const IN_LIST_ITEM: &[&str] =
    &["paragraph", "bulletList", "orderedList", "taskList", "mediaSingle", "codeBlock", "extension"];

const IN_QUOTE: &[&str] =
    &["paragraph", "orderedList", "bulletList", "codeBlock", "mediaSingle", "mediaGroup", "extension"];

const IN_CAPTION: &[&str] = &["text", "hardBreak", "mention", "emoji", "date", "placeholder", "inlineCard", "status"];

/// What the document itself holds.
pub(super) const DOCUMENT: Content = any(IN_DOCUMENT);

const LAYOUTS: &[&str] = &["wide", "full-width", "center", "wrap-right", "wrap-left", "align-end", "align-start"];

const LOCAL_ID: Attribute = may("localId", Text);

const CELL: &[Attribute] = &[
    may("colspan", Number),
    may("rowspan", Number),
    may("colwidth", Numbers),
    may("background", Text),
    LOCAL_ID,
    may("valign", OneOf(&["top", "middle", "bottom"])),
];

const EXTENSION: &[Attribute] = &[
    must("extensionKey", Words),
    must("extensionType", Words),
    may("parameters", Anything),
    may("text", Text),
    may("layout", OneOf(&["wide", "full-width", "default"])),
    may("localId", Words),
];

const CODE_BLOCK: &[Attribute] =
    &[may("language", Text), may("uniqueId", Text), LOCAL_ID, may("wrap", Flag), may("hideLineNumbers", Flag)];

const PANEL: &[Attribute] = &[
    must("panelType", OneOf(&["info", "note", "tip", "warning", "error", "success", "custom"])),
    may("panelIcon", Text),
    may("panelIconId", Text),
    may("panelIconText", Text),
    may("panelColor", Text),
    LOCAL_ID,
];

const MEDIA: &[Attribute] = &[
    must("type", OneOf(&["link", "file", "external"])),
    LOCAL_ID,
    may("id", Words),
    may("alt", Text),
    may("collection", Text),
    may("height", Number),
    may("width", Number),
    may("occurrenceKey", Words),
    may("url", Text),
];

const MEDIA_INLINE: &[Attribute] = &[
    may("type", OneOf(&["link", "file", "image"])),
    LOCAL_ID,
    must("id", Words),
    may("alt", Text),
    must("collection", Text),
    may("occurrenceKey", Words),
    may("width", Number),
    may("height", Number),
    may("data", Anything),
];

const TABLE: &[Attribute] = &[
    may("displayMode", OneOf(&["default", "fixed"])),
    may("isNumberColumnEnabled", Flag),
    may("layout", OneOf(&["wide", "full-width", "center", "align-end", "align-start", "default"])),
    may("localId", Words),
    may("width", Number),
];

const EMBED_CARD: &[Attribute] = &[
    must("url", Text),
    must("layout", OneOf(LAYOUTS)),
    may("width", Within(0.0, 100.0)),
    may("originalHeight", Number),
    may("originalWidth", Number),
    LOCAL_ID,
];

const BLOCK_CARD: &[Attribute] = &[
    may("url", Text),
    may("data", Anything),
    may("datasource", Anything),
    may("width", Number),
    may("layout", OneOf(LAYOUTS)),
    LOCAL_ID,
];

const MEDIA_SINGLE: &[Attribute] = &[
    LOCAL_ID,
    may("width", Within(0.0, f64::MAX)),
    must("layout", OneOf(LAYOUTS)),
    may("widthType", OneOf(&["percentage", "pixel"])),
];

const MENTION: &[Attribute] = &[
    must("id", Text),
    LOCAL_ID,
    may("text", Text),
    may("accessLevel", Text),
    may("userType", OneOf(&["DEFAULT", "SPECIAL", "APP"])),
];

const TASK: &[Attribute] = &[must("localId", Text), must("state", OneOf(&["TODO", "DONE"]))];

const EMOJI: &[Attribute] = &[must("shortName", Text), may("id", Text), may("text", Text), LOCAL_ID];

const STATUS: &[Attribute] = &[must("text", Words), must("color", StatusColor), LOCAL_ID, may("style", Text)];

const LAYOUT_COLUMN: &[Attribute] =
    &[must("width", Within(0.0, 100.0)), LOCAL_ID, may("valign", OneOf(&["top", "middle", "bottom"]))];

/// The rule of a node; none for a type that does not exist.
pub(super) fn node(name: &str) -> Option<Node> {
    let (attributes, content): (&'static [Attribute], Content) = match name {
        "paragraph" => (&[LOCAL_ID], any(INLINE)),
        "heading" => (const { &[must("level", Within(1.0, 6.0)), LOCAL_ID] }, any(INLINE)),
        "bulletList" => (&[LOCAL_ID], some(&["listItem"])),
        "orderedList" => (const { &[may("order", Within(0.0, f64::MAX)), LOCAL_ID] }, some(&["listItem"])),
        "listItem" => (&[LOCAL_ID], some(IN_LIST_ITEM)),
        "codeBlock" => (CODE_BLOCK, any(&["text"])),
        "blockquote" => (&[LOCAL_ID], some(IN_QUOTE)),
        "panel" => (PANEL, some(IN_PANEL)),
        "rule" => (&[LOCAL_ID], NOTHING),
        "table" => (TABLE, some(&["tableRow"])),
        "tableRow" => (&[LOCAL_ID], any(&["tableCell", "tableHeader"])),
        "tableCell" | "tableHeader" => (CELL, some(IN_CELL)),
        "expand" => (const { &[may("title", Text), LOCAL_ID] }, some(IN_EXPAND)),
        "nestedExpand" => (const { &[may("title", Text), LOCAL_ID] }, some(IN_NESTED_EXPAND)),
        "mediaSingle" => (MEDIA_SINGLE, Content { allowed: &["media", "caption"], least: 1, most: 2 }),
        "mediaGroup" => (&[], some(&["media"])),
        "media" => (MEDIA, NOTHING),
        "mediaInline" => (MEDIA_INLINE, NOTHING),
        "caption" => (&[LOCAL_ID], any(IN_CAPTION)),
        "taskList" => (const { &[must("localId", Text)] }, some(&["taskItem", "taskList", "blockTaskItem"])),
        "taskItem" => (TASK, any(INLINE)),
        "blockTaskItem" => (TASK, some(&["paragraph", "extension"])),
        "decisionList" => (const { &[must("localId", Text)] }, some(&["decisionItem"])),
        "decisionItem" => (const { &[must("localId", Text), must("state", Text)] }, any(INLINE)),
        "layoutSection" => (&[LOCAL_ID], Content { allowed: &["layoutColumn"], least: 2, most: 3 }),
        "layoutColumn" => (LAYOUT_COLUMN, some(IN_LAYOUT)),
        "blockCard" => (BLOCK_CARD, NOTHING),
        "embedCard" => (EMBED_CARD, NOTHING),
        "inlineCard" => (const { &[may("url", Text), may("data", Anything), LOCAL_ID] }, NOTHING),
        "hardBreak" => (const { &[may("text", OneOf(&["\n"])), LOCAL_ID] }, NOTHING),
        "mention" => (MENTION, NOTHING),
        "emoji" => (EMOJI, NOTHING),
        "date" => (const { &[must("timestamp", Words), LOCAL_ID] }, NOTHING),
        "status" => (STATUS, NOTHING),
        "placeholder" => (const { &[must("text", Text), LOCAL_ID] }, NOTHING),
        "extension" | "inlineExtension" => (EXTENSION, NOTHING),
        "bodiedExtension" => (EXTENSION, some(NOT_NESTABLE)),
        "syncBlock" => (const { &[must("resourceId", Text), must("localId", Text)] }, NOTHING),
        "bodiedSyncBlock" => (const { &[must("resourceId", Text), must("localId", Text)] }, some(IN_LAYOUT)),
        _ => return None,
    };
    Some(Node { attributes, content })
}

/// The attributes of a mark; none for a mark that does not exist.
pub(super) fn mark(name: &str) -> Option<&'static [Attribute]> {
    Some(match name {
        "strong" | "em" | "strike" | "underline" | "code" => &[],
        "link" => {
            const {
                &[
                    must("href", Text),
                    may("title", Text),
                    may("id", Text),
                    may("collection", Text),
                    may("occurrenceKey", Text),
                ]
            }
        }
        "subsup" => const { &[must("type", OneOf(&["sub", "sup"]))] },
        "textColor" | "backgroundColor" => const { &[must("color", Color)] },
        "annotation" => const { &[must("id", Text), must("annotationType", OneOf(&["inlineComment"]))] },
        "alignment" => const { &[must("align", OneOf(&["center", "end"]))] },
        "indentation" => const { &[must("level", Within(1.0, 6.0))] },
        "fontSize" => const { &[must("fontSize", OneOf(&["small"]))] },
        "breakout" => const { &[must("mode", OneOf(&["wide", "full-width"])), may("width", Number)] },
        "border" => const { &[must("size", Within(1.0, 3.0)), must("color", BorderColor)] },
        "dataConsumer" => const { &[must("sources", Words1)] },
        "fragment" => const { &[must("localId", Words), may("name", Text)] },
        _ => return None,
    })
}

/// Marks a text may have.
pub(super) const TEXT_MARKS: &[&str] =
    &["link", "em", "strong", "strike", "subsup", "underline", "textColor", "annotation", "backgroundColor", "code"];

/// Marks a node may have where it stands.
pub(super) fn marks_of(parent: &str, node: &str) -> Vec<&'static str> {
    let is_cell = matches!(parent, "tableCell" | "tableHeader");
    let is_open = matches!(parent, "doc" | "layoutColumn" | "bodiedSyncBlock");
    match node {
        "paragraph" if is_open => vec!["alignment", "indentation", "fontSize"],
        "paragraph" if is_cell => vec!["alignment", "fontSize"],
        "paragraph" => vec!["fontSize"],
        "heading" if is_open || is_cell => vec!["alignment", "indentation"],
        "codeBlock" | "expand" if parent == "doc" => vec!["breakout"],
        "layoutSection" | "syncBlock" | "bodiedSyncBlock" => vec!["breakout"],
        "media" | "mediaInline" => vec!["dataConsumer", "link", "annotation", "border"],
        "mediaSingle" => vec!["link"],
        "extension" | "inlineExtension" | "bodiedExtension" => vec!["dataConsumer", "fragment"],
        "table" => vec!["fragment"],
        _ => Vec::new(),
    }
}
