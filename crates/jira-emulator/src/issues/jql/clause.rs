//! From conditions to tests on issues.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::parser::{Clause, Node, Operand, Operator};
use super::{Indexed, dates, fields};
use crate::issues::view::View;
use crate::state::{AccountId, Issue, SiteState};

/// A test on an issue.
pub(super) type Predicate<'a> = Box<dyn Fn(&Indexed<'_>) -> bool + 'a>;

/// Turns a condition into a test, and gathers what is wrong with it.
pub(super) struct Compiler<'a> {
    pub(super) state: &'a SiteState,
    pub(super) caller: Option<AccountId>,
    pub(super) problems: Vec<String>,
    /// Every issue that fits was updated at this time or later.
    pub(super) updated_since: Option<Timestamp>,
    /// The filters whose queries are being read.
    within: Vec<u64>,
    zone: TimeZone,
    now: Timestamp,
}

fn never<'a>() -> Predicate<'a> {
    Box::new(|_| false)
}

impl<'a> Compiler<'a> {
    pub(super) fn new(view: &View<'a>, now: Timestamp) -> Self {
        Self {
            state: view.state,
            caller: view.viewer().cloned(),
            problems: Vec::new(),
            updated_since: None,
            within: Vec::new(),
            zone: view.zone().clone(),
            now,
        }
    }

    pub(super) fn compile(&mut self, node: &Node) -> Predicate<'a> {
        self.note_lower_bound(node);
        if let Node::All(nodes) = node {
            for node in nodes {
                self.note_lower_bound(node);
            }
        }
        self.node(node)
    }

    /// A condition on `updated` that all others are joined to by AND.
    fn note_lower_bound(&mut self, node: &Node) {
        if let Node::Clause(Clause { field, operator: Operator::Greater | Operator::GreaterOrEqual, operands }) = node
            && is_updated(field)
            && let Some(Operand::Text(text)) = operands.first()
            && let Some(at) = dates::read(text, &self.zone, self.now)
        {
            self.updated_since = self.updated_since.max(Some(at));
        }
    }

    fn node(&mut self, node: &Node) -> Predicate<'a> {
        match node {
            Node::All(nodes) => {
                let tests: Vec<_> = nodes.iter().map(|node| self.node(node)).collect();
                Box::new(move |issue| tests.iter().all(|test| test(issue)))
            }
            Node::Any(nodes) => {
                let tests: Vec<_> = nodes.iter().map(|node| self.node(node)).collect();
                Box::new(move |issue| tests.iter().any(|test| test(issue)))
            }
            Node::Not(node) => {
                let test = self.node(node);
                Box::new(move |issue| !test(issue))
            }
            Node::Clause(clause) => self.clause(clause),
            Node::Words => never(),
        }
    }

    fn clause(&mut self, clause: &Clause) -> Predicate<'a> {
        let field = clause.field.to_ascii_lowercase();
        match field.as_str() {
            "id" | "key" | "issue" | "issuekey" | "workitemkey" => self.identity(clause),
            "updated" | "updateddate" => self.time(clause, |issue| Some(issue.updated)),
            "created" | "createddate" => self.time(clause, |issue| Some(issue.issue.created)),
            "resolved" | "resolutiondate" => self.time(clause, |issue| issue.issue.resolved),
            "due" | "duedate" => self.due(clause),
            "filter" | "request" | "savedfilter" | "searchrequest" => self.filters(clause),
            "summary" | "text" | "description" | "comment" | "environment" => text(clause),
            _ => self.named(clause, &field),
        }
    }

    /// Ids and keys: exact ones must exist, ranges need not.
    fn identity(&mut self, clause: &Clause) -> Predicate<'a> {
        let texts = texts(clause);
        let is_range =
            !matches!(clause.operator, Operator::Equal | Operator::NotEqual | Operator::In | Operator::NotIn);
        if is_range {
            return self.range(clause, &texts);
        }
        let mut ids = Vec::new();
        for text in texts {
            let known = self.state.issue_id(&text).filter(|id| self.state.issues.contains_key(id));
            ids.extend(known);
            if known.is_none() {
                let what = if text.parse::<u64>().is_ok() { "A value with ID" } else { "An issue with key" };
                self.problems.push(format!("{what} '{text}' does not exist for field '{}'.", clause.field));
            }
        }
        let negated = matches!(clause.operator, Operator::NotEqual | Operator::NotIn);
        ids.sort_unstable();
        Box::new(move |issue| ids.binary_search(&issue.issue.id).is_ok() != negated)
    }

    fn range(&mut self, clause: &Clause, texts: &[String]) -> Predicate<'a> {
        let (operator, state) = (clause.operator, self.state);
        let [text] = texts else {
            self.problems.push(format!("The operator does not fit the field '{}'.", clause.field));
            return never();
        };
        if let Ok(id) = text.parse::<u64>() {
            return Box::new(move |issue| holds(operator, issue.issue.id.cmp(&id)));
        }
        let parts = text.rsplit_once('-').and_then(|(project, number)| {
            let project = state.project_by_key(&project.to_ascii_uppercase())?;
            Some((project, number.parse::<u64>().ok()?))
        });
        let Some((project, number)) = parts else {
            self.problems.push(format!("The issue key '{text}' for field '{}' is invalid.", clause.field));
            return never();
        };
        Box::new(move |issue| {
            let own = state.projects.get(&issue.issue.project).map_or("", |project| &project.key);
            holds(operator, (own, issue.issue.number).cmp(&(&*project.key, number)))
        })
    }

    /// Other filters, by id or by name: the issues that they find.
    fn filters(&mut self, clause: &Clause) -> Predicate<'a> {
        let tests: Vec<Predicate<'a>> = texts(clause).iter().filter_map(|text| self.filter(clause, text)).collect();
        let negated = matches!(clause.operator, Operator::NotEqual | Operator::NotIn);
        Box::new(move |issue| tests.iter().any(|test| test(issue)) != negated)
    }

    fn filter(&mut self, clause: &Clause, text: &str) -> Option<Predicate<'a>> {
        let (state, id) = (self.state, text.parse().ok());
        let caller = self.caller.as_deref().unwrap_or_default();
        let mut visible = state.filters.values().filter(|filter| filter.is_visible_to(state, caller));
        let found = visible.find(|filter| Some(filter.id) == id || filter.name.eq_ignore_ascii_case(text));
        let Some(filter) = found.filter(|filter| !self.within.contains(&filter.id)) else {
            self.problems.push(format!("The value '{text}' does not exist for the field '{}'.", clause.field));
            return None;
        };
        let query = match super::parser::parse(&filter.jql) {
            Ok(query) => query,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        self.within.push(filter.id);
        let test = query.condition.map_or_else(|| -> Predicate<'a> { Box::new(|_| true) }, |node| self.node(&node));
        self.within.pop();
        Some(test)
    }

    fn moment(&mut self, clause: &Clause) -> Option<Timestamp> {
        let read = match clause.operands.first() {
            Some(Operand::Text(text)) => dates::read(text, &self.zone, self.now),
            Some(Operand::Function(name)) if name == "now" => Some(self.now),
            Some(Operand::Function(name)) if name == "startofday" => {
                let today = self.now.to_zoned(self.zone.clone());
                today.start_of_day().ok().map(|start| start.timestamp())
            }
            _ => None,
        };
        if read.is_none() {
            let shown = texts(clause).join(", ");
            self.problems.push(format!(
                "Date value '{shown}' for field '{}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
                clause.field
            ));
        }
        read
    }

    fn time(&mut self, clause: &Clause, of: impl Fn(&Indexed<'_>) -> Option<Timestamp> + 'a) -> Predicate<'a> {
        let operator = clause.operator;
        if let Some(negated) = asks_for_nothing(clause) {
            return Box::new(move |issue| of(issue).is_none() != negated);
        }
        let Some(at) = self.moment(clause) else { return never() };
        Box::new(move |issue| of(issue).is_some_and(|time| holds(operator, time.cmp(&at))))
    }

    fn due(&mut self, clause: &Clause) -> Predicate<'a> {
        let zone = self.zone.clone();
        self.time(clause, move |issue| {
            issue.issue.due.and_then(|due| due.to_zoned(zone.clone()).ok()).map(|due| due.timestamp())
        })
    }

    /// Fields with values that have names or ids.
    fn named(&mut self, clause: &Clause, field: &str) -> Predicate<'a> {
        let Some(values) = fields::find(self.state, field) else {
            self.problems
                .push(format!("Field '{}' does not exist or you do not have permission to view it.", clause.field));
            return never();
        };
        if let Some(negated) = asks_for_nothing(clause) {
            return Box::new(move |issue| values.of(issue.issue).is_empty() != negated);
        }
        let mut wanted = Vec::new();
        for operand in &clause.operands {
            match self.value(&values, operand, clause) {
                Ok(found) => wanted.extend(found),
                Err(problem) => self.problems.push(problem),
            }
        }
        let negated = match clause.operator {
            Operator::Equal | Operator::In | Operator::Contains => false,
            Operator::NotEqual | Operator::NotIn | Operator::ContainsNot => true,
            _ => {
                self.problems.push(format!("The operator is not supported by the '{}' field.", clause.field));
                return never();
            }
        };
        Box::new(move |issue| matches(&values, issue.issue, &wanted, negated))
    }

    fn value(&self, values: &fields::Values<'a>, operand: &Operand, clause: &Clause) -> Result<Vec<String>, String> {
        match operand {
            Operand::Text(text) => values
                .resolve(text)
                .ok_or_else(|| format!("The value '{text}' does not exist for the field '{}'.", clause.field)),
            Operand::Function(name) if name == "currentuser" => {
                Ok(self.caller.iter().map(|caller| caller.to_lowercase()).collect())
            }
            Operand::Function(name) => Err(format!("Unable to find JQL function '{name}()'.")),
            Operand::Empty => Ok(vec![String::new()]),
        }
    }
}

/// The texts a field is compared with.
fn texts(clause: &Clause) -> Vec<String> {
    let text = |operand: &Operand| match operand {
        Operand::Text(text) => Some(text.clone()),
        _ => None,
    };
    clause.operands.iter().filter_map(text).collect()
}

fn is_updated(field: &str) -> bool {
    field.eq_ignore_ascii_case("updated") || field.eq_ignore_ascii_case("updatedDate")
}

/// `is EMPTY`, `= EMPTY`, `is not EMPTY`, `!= EMPTY`: whether it is negated.
fn asks_for_nothing(clause: &Clause) -> Option<bool> {
    let [Operand::Empty] = clause.operands[..] else { return None };
    match clause.operator {
        Operator::Is | Operator::Equal => Some(false),
        Operator::IsNot | Operator::NotEqual => Some(true),
        _ => None,
    }
}

/// Issues without any value fit no negated condition, as in Jira; `in (a, EMPTY)` takes them too.
fn matches(values: &fields::Values<'_>, issue: &Issue, wanted: &[String], negated: bool) -> bool {
    let own = values.of(issue);
    if own.is_empty() {
        return !negated && wanted.iter().any(String::is_empty);
    }
    own.iter().any(|value| wanted.contains(value)) != negated
}

fn holds(operator: Operator, order: std::cmp::Ordering) -> bool {
    match operator {
        Operator::Equal | Operator::In => order.is_eq(),
        Operator::NotEqual | Operator::NotIn => order.is_ne(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        _ => false,
    }
}

/// Texts are searched for words in the summary only.
fn text<'a>(clause: &Clause) -> Predicate<'a> {
    let negated = clause.operator == Operator::ContainsNot;
    let Some(Operand::Text(text)) = clause.operands.first() else { return never() };
    let words: Vec<String> =
        text.to_lowercase().split_whitespace().map(|word| word.trim_matches(['"', '*']).to_owned()).collect();
    Box::new(move |issue| {
        let summary = issue.issue.summary.to_lowercase();
        words.iter().all(|word| summary.contains(word)) != negated
    })
}
