//! The grammar of queries.

use super::lexer::{Token, tokens};

/// A query.
#[derive(Debug, PartialEq)]
pub(super) struct Query {
    /// What issues must be like; none is every issue.
    pub(super) condition: Option<Node>,
    /// Fields to sort by, and whether downwards.
    pub(super) order: Vec<(String, bool)>,
}

/// A condition.
#[derive(Debug, PartialEq)]
pub(super) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Clause(Clause),
    /// Bare words: a search in texts.
    Words,
}

/// A condition on one field.
#[derive(Debug, PartialEq)]
pub(super) struct Clause {
    pub(super) field: String,
    pub(super) operator: Operator,
    pub(super) operands: Vec<Operand>,
}

/// What joins field and operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Is,
    IsNot,
    Contains,
    ContainsNot,
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    Text(String),
    /// `EMPTY` or `NULL`.
    Empty,
    /// A function by its name in lower case; its arguments are not used.
    Function(String),
}

/// Reads a query.
pub(super) fn parse(text: &str) -> Result<Query, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    let condition = if parser.at_end() || parser.sees("order") { None } else { Some(parser.any()?) };
    let order = parser.order()?;
    match parser.next() {
        None => Ok(Query { condition, order }),
        Some(token) => Err(unexpected(&token)),
    }
}

fn unexpected(token: &Token) -> String {
    let shown = match token {
        Token::Word(text) | Token::Quoted(text) => text.as_str(),
        Token::Sign(sign) => sign,
    };
    format!("Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{shown}'.")
}

const ENDED: &str = "Error in the JQL Query: The query ends where more is expected.";

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn at_end(&self) -> bool {
        self.peek().is_none()
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.at += 1;
        token
    }

    fn sees(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|token| token.is(keyword))
    }

    fn takes(&mut self, keyword: &str) -> bool {
        let takes = self.sees(keyword);
        self.at += usize::from(takes);
        takes
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let takes = matches!(self.peek(), Some(Token::Sign(seen)) if *seen == sign);
        self.at += usize::from(takes);
        takes
    }

    fn any(&mut self) -> Result<Node, String> {
        let mut nodes = vec![self.all()?];
        while self.takes("or") {
            nodes.push(self.all()?);
        }
        Ok(one_or(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, String> {
        let mut nodes = vec![self.term()?];
        while self.takes("and") {
            nodes.push(self.term()?);
        }
        Ok(one_or(nodes, Node::All))
    }

    fn term(&mut self) -> Result<Node, String> {
        if self.takes("not") || self.takes_sign("!") {
            return Ok(Node::Not(Box::new(self.term()?)));
        }
        if self.takes_sign("(") {
            let inner = self.any()?;
            return if self.takes_sign(")") { Ok(inner) } else { Err(ENDED.into()) };
        }
        self.clause()
    }

    fn clause(&mut self) -> Result<Node, String> {
        let field = match self.next() {
            Some(Token::Word(field) | Token::Quoted(field)) => field,
            Some(token) => return Err(unexpected(&token)),
            None => return Err(ENDED.into()),
        };
        let Some(operator) = self.operator() else {
            return self.words();
        };
        let operands = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            _ => vec![self.operand()?],
        };
        Ok(Node::Clause(Clause { field, operator, operands }))
    }

    /// Words without an operator search in texts.
    fn words(&mut self) -> Result<Node, String> {
        while let Some(token) = self.peek() {
            match token {
                Token::Sign(")") => break,
                Token::Sign(_) => return Err(unexpected(token)),
                token if token.is("and") || token.is("or") || token.is("order") => break,
                _ => self.at += 1,
            }
        }
        Ok(Node::Words)
    }

    fn operator(&mut self) -> Option<Operator> {
        let signs = [
            ("=", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<", Operator::Less),
            ("<=", Operator::LessOrEqual),
            (">", Operator::Greater),
            (">=", Operator::GreaterOrEqual),
            ("~", Operator::Contains),
            ("!~", Operator::ContainsNot),
        ];
        if let Some((_, operator)) = signs.into_iter().find(|(sign, _)| self.takes_sign(sign)) {
            return Some(operator);
        }
        if self.takes("in") {
            return Some(Operator::In);
        }
        if self.takes("is") {
            return Some(if self.takes("not") { Operator::IsNot } else { Operator::Is });
        }
        let negated = self.sees("not") && self.tokens.get(self.at + 1).is_some_and(|token| token.is("in"));
        negated.then(|| {
            self.at += 2;
            Operator::NotIn
        })
    }

    fn list(&mut self) -> Result<Vec<Operand>, String> {
        if !self.takes_sign("(") {
            return Ok(vec![self.operand()?]);
        }
        let mut operands = vec![self.operand()?];
        while self.takes_sign(",") {
            operands.push(self.operand()?);
        }
        if self.takes_sign(")") { Ok(operands) } else { Err(ENDED.into()) }
    }

    fn operand(&mut self) -> Result<Operand, String> {
        match self.next() {
            Some(Token::Quoted(text)) => Ok(Operand::Text(text)),
            Some(token) if token.is("empty") || token.is("null") => Ok(Operand::Empty),
            Some(Token::Word(word)) if self.takes_sign("(") => {
                while !self.takes_sign(")") {
                    self.next().ok_or(ENDED)?;
                }
                Ok(Operand::Function(word.to_ascii_lowercase()))
            }
            Some(Token::Word(word)) => Ok(Operand::Text(word)),
            Some(token) => Err(unexpected(&token)),
            None => Err(ENDED.into()),
        }
    }

    fn order(&mut self) -> Result<Vec<(String, bool)>, String> {
        let mut order = Vec::new();
        if !self.takes("order") {
            return Ok(order);
        }
        if !self.takes("by") {
            return Err(ENDED.into());
        }
        loop {
            let field = match self.next() {
                Some(Token::Word(field) | Token::Quoted(field)) => field,
                Some(token) => return Err(unexpected(&token)),
                None => return Err(ENDED.into()),
            };
            let downwards = self.takes("desc");
            if !downwards {
                self.takes("asc");
            }
            order.push((field, downwards));
            if !self.takes_sign(",") {
                return Ok(order);
            }
        }
    }
}

fn one_or(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match nodes.len() {
        1 => nodes.remove(0),
        _ => many(nodes),
    }
}
