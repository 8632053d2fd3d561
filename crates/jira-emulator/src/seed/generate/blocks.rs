//! Blocks of documents, one function for each type.

use serde_json::{Value, json};

use super::adf::{item, leaf, mark, mark_with, marked, node, node_with, paragraph, text, with_marks};
use super::documents::Scene;
use super::words;

/// A block for a scene.
pub(super) type Block = fn(&mut Scene<'_>) -> Value;

/// All blocks.
pub(super) const BLOCKS: &[Block] = &[
    heading,
    styled,
    aligned,
    indented,
    small,
    linked,
    inline_nodes,
    bullet_list,
    ordered_list,
    task_list,
    decision_list,
    code_block,
    wide_code,
    blockquote,
    panel,
    expand,
    table,
    rule,
    media_single,
    media_group,
    captioned,
    columns,
    block_card,
    embed_card,
];

/// Blocks that only hold text.
pub(super) const SIMPLE: &[Block] = &[heading, bullet_list, ordered_list, code_block, blockquote, panel];

fn local_id(scene: &mut Scene<'_>) -> String {
    scene.chance.uuid().to_string()
}

fn sentence(scene: &mut Scene<'_>) -> String {
    words::sentence(scene.chance)
}

fn words_paragraph(scene: &mut Scene<'_>) -> Value {
    let words = sentence(scene);
    paragraph(vec![text(&words)])
}

fn heading(scene: &mut Scene<'_>) -> Value {
    let level = 1 + scene.chance.below(6);
    let words = words::phrase(scene.chance);
    node_with("heading", json!({ "level": level }), vec![text(&words)])
}

/// Every mark that text can have.
fn styled(scene: &mut Scene<'_>) -> Value {
    let color = mark_with("textColor", json!({ "color": "#bf2600" }));
    let background = mark_with("backgroundColor", json!({ "color": "#fedec8" }));
    let below = mark_with("subsup", json!({ "type": "sub" }));
    let above = mark_with("subsup", json!({ "type": "sup" }));
    let note = mark_with("annotation", json!({ "id": local_id(scene), "annotationType": "inlineComment" }));
    paragraph(vec![
        marked("Bold", vec![mark("strong")]),
        text(" and "),
        marked("leaning", vec![mark("em")]),
        text(", "),
        marked("both, underlined", vec![mark("strong"), mark("em"), mark("underline")]),
        text(", "),
        marked("struck", vec![mark("strike")]),
        text(", H"),
        marked("2", vec![below]),
        text("O, m"),
        marked("3", vec![above]),
        text(", "),
        marked("tide_level()", vec![mark("code")]),
        text(", "),
        marked("red", vec![color]),
        text(" on "),
        marked("sand", vec![background]),
        text(", "),
        marked("discussed", vec![note]),
        text("."),
    ])
}

fn aligned(scene: &mut Scene<'_>) -> Value {
    let align = scene.chance.word(&["center", "end"]);
    with_marks(words_paragraph(scene), vec![mark_with("alignment", json!({ "align": align }))])
}

fn indented(scene: &mut Scene<'_>) -> Value {
    with_marks(words_paragraph(scene), vec![mark_with("indentation", json!({ "level": 2 }))])
}

fn small(scene: &mut Scene<'_>) -> Value {
    with_marks(words_paragraph(scene), vec![mark_with("fontSize", json!({ "fontSize": "small" }))])
}

/// Links outward, and to another issue of the same site by its address.
fn linked(scene: &mut Scene<'_>) -> Value {
    let issue = format!("{}/browse/{}", scene.url, scene.other);
    let link = |href: &str| mark_with("link", json!({ "href": href }));
    paragraph(vec![
        text("Compare "),
        marked(&scene.other, vec![link(&issue)]),
        text(" with the "),
        marked("tide tables", vec![link("https://tides.example/2025?port=har&x=1#top"), mark("strong")]),
        text(" or ask "),
        marked("the office", vec![link("mailto:office@example.com")]),
        text("."),
    ])
}

/// Everything that stands in a line and is not text.
fn inline_nodes(scene: &mut Scene<'_>) -> Value {
    let mention = scene.chance.one(scene.people).map(|person| {
        leaf("mention", json!({ "id": person.account, "text": format!("@{}", person.name), "accessLevel": "" }))
    });
    let issue = format!("{}/browse/{}", scene.url, scene.other);
    let status = json!({ "text": "AT SEA", "color": "yellow", "localId": local_id(scene), "style": "" });
    let mut content = vec![text("Seen by ")];
    content.extend(mention);
    content.extend([
        text(" on "),
        leaf("date", json!({ "timestamp": "1735689600000" })),
        text(" "),
        leaf("status", status),
        node_leaf("hardBreak"),
        leaf("emoji", json!({ "shortName": ":anchor:", "id": "2693", "text": "⚓" })),
        text(" like "),
        leaf("inlineCard", json!({ "url": issue })),
        text(" "),
    ]);
    if let Some((id, name)) = scene.files.first() {
        content.push(leaf("mediaInline", json!({ "type": "file", "id": id, "collection": "", "alt": name })));
    }
    paragraph(content)
}

fn node_leaf(kind: &str) -> Value {
    json!({ "type": kind })
}

fn bullet_list(scene: &mut Scene<'_>) -> Value {
    let inner = node("orderedList", vec![item(&sentence(scene)), item("Then wait.")]);
    let outer = node("listItem", vec![words_paragraph(scene), inner]);
    node("bulletList", vec![item(&sentence(scene)), outer, item(&sentence(scene))])
}

fn ordered_list(scene: &mut Scene<'_>) -> Value {
    let items = (0..2 + scene.chance.below(3)).map(|_| item(&sentence(scene))).collect();
    node_with("orderedList", json!({ "order": 3 }), items)
}

fn task_list(scene: &mut Scene<'_>) -> Value {
    let mut task = |state: &str| {
        let attrs = json!({ "localId": local_id(scene), "state": state });
        node_with("taskItem", attrs, vec![text(&sentence(scene))])
    };
    let tasks = vec![task("DONE"), task("TODO")];
    node_with("taskList", json!({ "localId": local_id(scene) }), tasks)
}

fn decision_list(scene: &mut Scene<'_>) -> Value {
    let attrs = json!({ "localId": local_id(scene), "state": "DECIDED" });
    let decision = node_with("decisionItem", attrs, vec![text(&sentence(scene))]);
    node_with("decisionList", json!({ "localId": local_id(scene) }), vec![decision])
}

fn code_block(scene: &mut Scene<'_>) -> Value {
    let code = format!("fn draught(tide: f64) -> f64 {{\n\t// {}\n\ttide.max(0.0) * 1.025\n}}\n", sentence(scene));
    node_with("codeBlock", json!({ "language": "rust" }), vec![text(&code)])
}

fn wide_code(scene: &mut Scene<'_>) -> Value {
    with_marks(code_block(scene), vec![mark_with("breakout", json!({ "mode": "wide" }))])
}

fn blockquote(scene: &mut Scene<'_>) -> Value {
    node("blockquote", vec![words_paragraph(scene), words_paragraph(scene)])
}

fn panel(scene: &mut Scene<'_>) -> Value {
    let kind = scene.chance.word(&["info", "note", "warning", "error", "success"]);
    node_with("panel", json!({ "panelType": kind }), vec![words_paragraph(scene)])
}

fn expand(scene: &mut Scene<'_>) -> Value {
    let title = words::phrase(scene.chance);
    let inner = node_with("nestedExpand", json!({ "title": "Even more" }), vec![words_paragraph(scene)]);
    node_with("expand", json!({ "title": title }), vec![words_paragraph(scene), inner])
}

fn table(scene: &mut Scene<'_>) -> Value {
    let cell = |kind: &str, words: &str| node_with(kind, json!({}), vec![paragraph(vec![text(words)])]);
    let head = node("tableRow", vec![cell("tableHeader", "Pier"), cell("tableHeader", "Depth in m")]);
    let row = |scene: &mut Scene<'_>| {
        let depth = format!("{}.{}", scene.chance.between(4, 18), scene.chance.between(0, 9));
        node("tableRow", vec![cell("tableCell", words::remark(scene.chance)), cell("tableCell", &depth)])
    };
    let wide = node_with("tableCell", json!({ "colspan": 2, "background": "#e6fcff" }), vec![words_paragraph(scene)]);
    let rows = vec![head, row(scene), row(scene), node("tableRow", vec![wide])];
    node_with("table", json!({ "isNumberColumnEnabled": false, "layout": "default", "localId": local_id(scene) }), rows)
}

fn rule(_: &mut Scene<'_>) -> Value {
    node_leaf("rule")
}

fn media(scene: &mut Scene<'_>) -> Option<Value> {
    let (id, name) = scene.chance.one(scene.files)?;
    let attrs = json!({ "type": "file", "id": id, "collection": "", "alt": name, "width": 640, "height": 480 });
    Some(leaf("media", attrs))
}

/// A picture from the issue's files; a paragraph where it has none.
pub(super) fn media_single(scene: &mut Scene<'_>) -> Value {
    match media(scene) {
        Some(media) => node_with("mediaSingle", json!({ "layout": "center" }), vec![media]),
        None => words_paragraph(scene),
    }
}

fn media_group(scene: &mut Scene<'_>) -> Value {
    let files: Vec<Value> = [media(scene), media(scene)].into_iter().flatten().collect();
    if files.is_empty() { words_paragraph(scene) } else { node("mediaGroup", files) }
}

/// A picture from elsewhere with a border and a caption.
fn captioned(scene: &mut Scene<'_>) -> Value {
    let media = leaf("media", json!({ "type": "external", "url": "https://pictures.example/harbour.png" }));
    let border = mark_with("border", json!({ "size": 2, "color": "#091e4224" }));
    let media = with_marks(media, vec![border]);
    let caption = node("caption", vec![text(&sentence(scene))]);
    let attrs = json!({ "layout": "wide", "width": 66.67, "widthType": "percentage" });
    node_with("mediaSingle", attrs, vec![media, caption])
}

fn columns(scene: &mut Scene<'_>) -> Value {
    let mut column = || node_with("layoutColumn", json!({ "width": 50 }), vec![words_paragraph(scene)]);
    node("layoutSection", vec![column(), column()])
}

/// Another issue of the site.
fn block_card(scene: &mut Scene<'_>) -> Value {
    leaf("blockCard", json!({ "url": format!("{}/browse/{}", scene.url, scene.other) }))
}

/// A page elsewhere.
fn embed_card(_: &mut Scene<'_>) -> Value {
    leaf("embedCard", json!({ "url": "https://charts.example/tide", "layout": "center", "width": 80 }))
}
