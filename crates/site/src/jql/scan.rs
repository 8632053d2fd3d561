//! Takes a query apart: its fields and values, and the text between them. Every character of the query is in exactly one part.

use super::subject::{self, Subject};
use crate::names::Names;

/// A part of a query.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'q> {
    /// What means the same on every site.
    Text(&'q str),
    /// What may have another id elsewhere.
    Found(Found<'q>),
}

/// A field or a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'q> {
    /// A custom field by its number: `cf[10010]`, `customfield_10010`.
    Field { text: &'q str, number: String },
    /// What a field is compared with.
    Value(Value<'q>),
}

/// What a field is compared with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Value<'q> {
    /// What the field holds.
    pub(super) subject: Subject,
    /// As it stands in the query.
    pub(super) text: &'q str,
    /// Without quotes and escapes.
    pub(super) word: String,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
}

impl Value<'_> {
    pub(super) fn is_number(&self) -> bool {
        !self.word.is_empty() && self.word.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(super) fn is_bare_number(&self) -> bool {
        self.is_number() && !self.quoted
    }

    /// Another word in its place: in quotes where this one is, or where the word needs them.
    pub(super) fn written(&self, word: &str) -> String {
        let is_plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if word == self.word {
            self.text.to_owned()
        } else if is_plain && !self.quoted {
            word.to_owned()
        } else {
            format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
        }
    }
}

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Field,
    Operator,
    Value,
    /// `AND`, `OR`, `)`, or a word of a search in the history.
    Junction,
    /// A field to sort by.
    Order,
}

/// Takes a query apart. What does not follow the grammar is text.
pub(super) fn scan<'q>(query: &'q str, names: &Names) -> Vec<Part<'q>> {
    let tokens = tokens(query);
    let mut scanner = Scanner {
        names,
        expect: Expect::Field,
        subject: Subject::Plain,
        field: Subject::Plain,
        around: None,
        open: Vec::new(),
    };
    let mut parts = Vec::with_capacity(tokens.len());
    for (place, token) in tokens.iter().enumerate() {
        let opens =
            || tokens[place + 1..].iter().find(|next| next.kind != Kind::Space).is_some_and(|next| next.text == "(");
        parts.push(scanner.part(token, opens).map_or(Part::Text(token.text), Part::Found));
    }
    parts
}

struct Scanner<'n> {
    names: &'n Names,
    expect: Expect,
    /// Of the values that come now.
    subject: Subject,
    /// Of the clause.
    field: Subject,
    /// What the values around a function are, between its name and its bracket.
    around: Option<Subject>,
    /// For each open bracket, what comes after it, and the subject then.
    open: Vec<(Expect, Subject)>,
}

impl Scanner<'_> {
    fn part<'q>(&mut self, token: &Token<'q>, opens: impl Fn() -> bool) -> Option<Found<'q>> {
        match token.kind {
            Kind::Space => None,
            Kind::Sign => {
                self.sign(token.text);
                None
            }
            Kind::Word | Kind::Quoted => self.word(token, opens),
        }
    }

    fn sign(&mut self, sign: &str) {
        match sign {
            "(" => {
                let after = if self.expect == Expect::Value { Expect::Junction } else { self.expect };
                let subject = self.around.take().unwrap_or_else(|| self.subject.clone());
                self.open.push((after, subject));
            }
            ")" => {
                let (after, subject) = self.open.pop().unwrap_or((Expect::Junction, Subject::Plain));
                // A bracket around clauses is followed by a junction too.
                self.expect = if after == Expect::Field { Expect::Junction } else { after };
                self.subject = subject;
            }
            "," if self.expect == Expect::Junction => {
                self.expect = if self.open.is_empty() { Expect::Order } else { Expect::Value }
            }
            "&" | "|" => self.expect = Expect::Field,
            _ if self.expect == Expect::Operator => {
                self.expect = Expect::Value;
            }
            _ => {}
        }
    }

    fn word<'q>(&mut self, token: &Token<'q>, opens: impl Fn() -> bool) -> Option<Found<'q>> {
        let lower = if token.kind == Kind::Word { token.text.to_ascii_lowercase() } else { String::new() };
        match self.expect {
            Expect::Field => match lower.as_str() {
                "not" | "and" | "or" => None,
                "order" => {
                    self.expect = Expect::Order;
                    None
                }
                _ => {
                    self.field = subject::of_field(&token.word(), self.names);
                    self.subject = self.field.clone();
                    self.expect = Expect::Operator;
                    numbered_field(token)
                }
            },
            Expect::Operator => {
                match lower.as_str() {
                    "in" | "is" | "was" => self.expect = Expect::Value,
                    "changed" => self.expect = Expect::Junction,
                    _ => {}
                }
                None
            }
            Expect::Value => self.value(token, &lower, opens),
            Expect::Junction => {
                self.junction(&lower);
                None
            }
            Expect::Order => {
                if matches!(lower.as_str(), "by" | "asc" | "desc") {
                    None
                } else {
                    numbered_field(token)
                }
            }
        }
    }

    fn value<'q>(&mut self, token: &Token<'q>, lower: &str, opens: impl Fn() -> bool) -> Option<Found<'q>> {
        // After `is` and `was`.
        if matches!(lower, "not" | "in") {
            return None;
        }
        if token.kind == Kind::Word && opens() {
            let arguments = subject::of_function(lower, &self.field);
            self.around = Some(std::mem::replace(&mut self.subject, arguments));
            return None;
        }
        self.expect = Expect::Junction;
        if matches!(lower, "empty" | "null") || self.subject == Subject::Plain {
            return None;
        }
        let value = Value {
            subject: self.subject.clone(),
            text: token.text,
            word: token.word(),
            quoted: token.kind == Kind::Quoted,
        };
        Some(Found::Value(value))
    }

    fn junction(&mut self, lower: &str) {
        match lower {
            "and" | "or" | "not" => self.expect = Expect::Field,
            "order" => self.expect = Expect::Order,
            "from" | "to" => (self.expect, self.subject) = (Expect::Value, self.field.clone()),
            "by" => (self.expect, self.subject) = (Expect::Value, Subject::User),
            "after" | "before" | "on" | "during" => (self.expect, self.subject) = (Expect::Value, Subject::Plain),
            _ => {}
        }
    }
}

/// A custom field by its number.
fn numbered_field<'q>(token: &Token<'q>) -> Option<Found<'q>> {
    let number = subject::field_number(&token.word())?;
    Some(Found::Field { text: token.text, number })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Space,
    Word,
    Quoted,
    Sign,
}

#[derive(Debug)]
struct Token<'q> {
    kind: Kind,
    text: &'q str,
}

impl Token<'_> {
    /// Without quotes and escapes.
    fn word(&self) -> String {
        if self.kind != Kind::Quoted {
            return self.text.to_owned();
        }
        let mut letters = self.text[1..].chars();
        let mut word = String::new();
        let quote = self.text.chars().next();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => word.extend(letters.next()),
                _ if Some(letter) == quote => break,
                _ => word.push(letter),
            }
        }
        word
    }
}

fn tokens(query: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = query;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            _ if first.is_whitespace() => (Kind::Space, run(rest, char::is_whitespace)),
            '"' | '\'' => (Kind::Quoted, quoted(rest, first)),
            _ if is_sign(first) => (Kind::Sign, first.len_utf8()),
            _ => (Kind::Word, word(rest)),
        };
        let (text, after) = rest.split_at(length);
        tokens.push(Token { kind, text });
        rest = after;
    }
    tokens
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !belongs(letter)).unwrap_or(text.len())
}

fn is_sign(letter: char) -> bool {
    "()=!<>~,&|".contains(letter)
}

/// A word; `cf [ 10010 ]` is one too.
fn word(text: &str) -> usize {
    let length = run(text, |letter| !letter.is_whitespace() && !is_sign(letter) && !matches!(letter, '"' | '\''));
    if !text[..length].eq_ignore_ascii_case("cf") && !text[..length].to_ascii_lowercase().starts_with("cf[") {
        return length;
    }
    let bracket = run(&text[2..], char::is_whitespace) + 2;
    match text[bracket..].find(']') {
        Some(end) if text[bracket..].starts_with('[') => bracket + end + 1,
        _ => length,
    }
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return place + 1,
            _ => {}
        }
    }
    text.len()
}
