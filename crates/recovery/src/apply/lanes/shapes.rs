//! What placeholders look like.
//!
//! Without them keys cannot be kept, so there is more than one try: an ordinary issue type with nothing but a summary, and
//! where a project wants more of every issue, the type that wants the least, with values that Jira itself lists. What is not
//! certain to be taken comes last in its request, where a refusal moves no other number. A shape that Jira refused is not
//! used again; when none is left, holes stay, and the report names them.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use crate::Result;
use crate::apply::meta::CreateMeta;

/// An issue type, and what it must say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub issue_type: String,
    pub fields: Map<String, Value>,
    /// Whether Jira wants something for which no value is known.
    is_doubtful: bool,
}

impl Shape {
    async fn of(meta: &CreateMeta, project: &str, issue_type: String) -> Result<Self> {
        let screen = meta.screen(project, &issue_type).await?;
        let known = screen.wanted().iter().filter_map(|(field, value)| Some((field.clone(), value.clone()?)));
        let is_doubtful = screen.wanted().values().any(Option::is_none);
        Ok(Self { issue_type, fields: known.collect(), is_doubtful })
    }

    fn is_plain(&self) -> bool {
        self.fields.is_empty() && !self.is_doubtful
    }
}

/// The shapes of one project.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    /// Those that were not refused, the best first.
    left: VecDeque<Shape>,
    /// Whether there are no others.
    is_complete: bool,
    /// Whether Jira took the first one before.
    is_proven: bool,
    /// Why Jira refused the last one.
    refusal: Option<String>,
}

impl Shapes {
    /// The shape of the next placeholder. None when Jira refused all.
    pub(super) async fn best(&mut self, meta: &CreateMeta, project: &str) -> Result<Option<&Shape>> {
        if self.left.is_empty() && !self.is_complete {
            self.look(meta, project).await?;
        }
        Ok(self.left.front())
    }

    /// Takes up the ordinary type alone as long as it wants nothing and is not refused; then all others.
    async fn look(&mut self, meta: &CreateMeta, project: &str) -> Result<()> {
        let mut types = meta.standard_types(project).await?.into_iter();
        let ordinary = types.next().filter(|_| self.refusal.is_none());
        if let Some(ordinary) = ordinary {
            self.left.push_back(Shape::of(meta, project, ordinary).await?);
            if self.left.iter().all(Shape::is_plain) {
                return Ok(());
            }
        }
        for issue_type in types {
            self.left.push_back(Shape::of(meta, project, issue_type).await?);
        }
        self.left.make_contiguous().sort_by_key(|shape| (shape.is_doubtful, shape.fields.len()));
        self.is_complete = true;
        Ok(())
    }

    /// Whether Jira may refuse the next placeholder.
    pub(super) fn are_risky(&self) -> bool {
        let is_plain = self.left.front().is_none_or(Shape::is_plain);
        !self.is_proven && (self.refusal.is_some() || !is_plain)
    }

    /// Jira took a placeholder.
    pub(super) fn accept(&mut self) {
        self.is_proven = true;
    }

    /// Jira refused a placeholder of this type.
    pub(super) fn refuse(&mut self, issue_type: Option<&str>, reason: &str) {
        let is_first = self.left.front().is_some_and(|shape| Some(shape.issue_type.as_str()) == issue_type);
        if is_first {
            self.left.pop_front();
            self.is_proven = false;
            self.refusal = Some(reason.to_owned());
        }
    }

    /// No placeholder is to be sent again.
    pub(super) fn give_up(&mut self, reason: &str) {
        *self = Self { is_complete: true, refusal: Some(reason.to_owned()), ..Self::default() };
    }

    /// Why no placeholder can be made, when none can.
    pub(super) fn end(&self) -> Option<&str> {
        let is_over = self.is_complete && self.left.is_empty();
        self.refusal.as_deref().filter(|_| is_over)
    }
}
