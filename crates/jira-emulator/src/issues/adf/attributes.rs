//! Attributes of nodes and marks.

use serde_json::Value;

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Text,
    /// A text that is not empty.
    Words,
    Number,
    Within(f64, f64),
    Flag,
    OneOf(&'static [&'static str]),
    /// `#` and six hexadecimal digits.
    Color,
    /// A color of six or eight digits.
    BorderColor,
    /// A color of a status lozenge.
    StatusColor,
    Numbers,
    Words1,
    Anything,
}

/// An attribute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) shape: Shape,
}

pub(super) const fn must(name: &'static str, shape: Shape) -> Attribute {
    Attribute { name, required: true, shape }
}

pub(super) const fn may(name: &'static str, shape: Shape) -> Attribute {
    Attribute { name, required: false, shape }
}

impl Shape {
    pub(super) fn fits(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::Text => value.is_string(),
            Self::Words => text.is_some_and(|text| !text.is_empty()),
            Self::Number => value.is_number(),
            Self::Within(least, most) => value.as_f64().is_some_and(|number| (least..=most).contains(&number)),
            Self::Flag => value.is_boolean(),
            Self::OneOf(words) => text.is_some_and(|text| words.contains(&text)),
            Self::Color => text.is_some_and(|text| is_color(text, &[6])),
            Self::BorderColor => text.is_some_and(|text| is_color(text, &[6, 8])),
            Self::StatusColor => text.is_some_and(|text| {
                matches!(text, "neutral" | "purple" | "blue" | "red" | "yellow" | "green") || is_color(text, &[6])
            }),
            Self::Numbers => value.as_array().is_some_and(|list| list.iter().all(Value::is_number)),
            Self::Words1 => value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string)),
            Self::Anything => true,
        }
    }
}

fn is_color(text: &str, lengths: &[usize]) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| lengths.contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// Attributes that some nodes have in one of several combinations.
pub(super) fn combination_fits(node: &str, attrs: &Value) -> bool {
    let has = |name: &str| attrs.get(name).is_some();
    match node {
        "blockCard" => has("url") || has("data") || has("datasource"),
        "inlineCard" => has("url") || has("data"),
        "media" => match attrs["type"].as_str() {
            Some("external") => has("url") && !has("id") && !has("collection"),
            _ => has("id") && has("collection") && !has("url"),
        },
        "mediaSingle" if attrs["widthType"] == "pixel" => has("width"),
        "mediaSingle" => attrs.is_null() || attrs["width"].as_f64().is_none_or(|width| width <= 100.0),
        _ => true,
    }
}
