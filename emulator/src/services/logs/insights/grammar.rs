//! Reads a query.

use super::functions::Function;
use super::lexer::{Kind, Token, Unexpected, tokens};
use super::syntax::{Aggregate, Command, Commands, Expression, Matcher, Named, Operator, Order};
use regex::{Regex, RegexBuilder};

/// How deep expressions may stand in each other, and how many terms a sum or a product may have.
const DEEPEST: usize = 50;
/// How large a compiled regular expression may be, in bytes.
const REGEX_SIZE: usize = 1 << 20;

/// Why a query cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Malformed {
    /// The sentence, and from where to where in the query.
    Unexpected(String, (usize, usize)),
    /// A command that is not here.
    NotImplemented(String),
}

/// Reads a query.
pub(super) fn parse(query: &str) -> Result<Commands, Malformed> {
    let tokens = tokens(query).map_err(|Unexpected { start, end }| unexpected(query, start, end))?;
    let mut parser = Parser { query, tokens, at: 0, depth: 0 };
    let mut commands = Commands::default();
    while parser.take("|") {}
    while !parser.is_done() {
        if let Some(command) = parser.command()? {
            commands.0.push(command);
        }
        if !parser.is_done() {
            parser.expect("|")?;
        }
    }
    Ok(commands)
}

fn unexpected(query: &str, start: usize, end: usize) -> Malformed {
    let symbol = query.get(start..end).filter(|symbol| !symbol.is_empty()).unwrap_or("<EOF>");
    let before = query.get(..start).unwrap_or(query);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let sentence = format!("unexpected symbol found {symbol} at line {line} and position {column}");
    Malformed::Unexpected(sentence, (start, end))
}

struct Parser<'q> {
    query: &'q str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

type Parsed<T> = Result<T, Malformed>;

impl Parser<'_> {
    fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    /// The complaint about what comes next.
    fn refuse<T>(&self) -> Parsed<T> {
        let end = self.query.len();
        let (start, end) = self.tokens.get(self.at).map_or((end, end), |token| (token.start, token.end));
        Err(unexpected(self.query, start, end))
    }

    /// Takes a sign, if it comes next.
    fn take(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Kind::Sign(next)) if *next == sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.take(sign) { Ok(()) } else { self.refuse() }
    }

    /// Takes a word, whatever its case, if it comes next.
    fn take_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Kind::Word(next)) if next.eq_ignore_ascii_case(word));
        self.at += usize::from(is_next);
        is_next
    }

    /// A command; none of those that say where to look, which the request says.
    fn command(&mut self) -> Parsed<Option<Command>> {
        let Some(Kind::Word(word)) = self.peek().cloned() else { return self.refuse() };
        self.at += 1;
        let command = match word.to_ascii_lowercase().as_str() {
            "fields" => Command::Fields(self.list()?),
            "display" => Command::Display(self.list()?),
            "filter" | "where" => Command::Filter(self.expression()?),
            "sort" | "order" => self.sort()?,
            "limit" | "head" => match self.peek() {
                Some(Kind::Number(number)) => {
                    let limit = *number as usize;
                    self.at += 1;
                    Command::Limit(limit)
                }
                _ => return self.refuse(),
            },
            "stats" => {
                let aggregates = self.list()?;
                let by = if self.take_word("by") { self.list()? } else { Vec::new() };
                Command::Stats(aggregates, by)
            }
            "parse" => self.parse_command()?,
            "dedup" => {
                let fields = self.list()?.into_iter().map(|named| named.expression);
                Command::Dedup(fields.collect())
            }
            "source" => {
                while !self.is_done() && !matches!(self.peek(), Some(Kind::Sign("|"))) {
                    self.at += 1;
                }
                return Ok(None);
            }
            "pattern" | "diff" | "anomaly" | "unnest" | "unmask" | "lookup" | "join" | "filterindex"
            | "tail" => {
                return Err(Malformed::NotImplemented(word));
            }
            _ => {
                self.at -= 1;
                return self.refuse();
            }
        };
        Ok(Some(command))
    }

    fn sort(&mut self) -> Parsed<Command> {
        self.take_word("by");
        let mut keys = Vec::new();
        loop {
            let key = self.expression()?;
            let order = if self.take_word("desc") { Order::Descending } else { Order::Ascending };
            self.take_word("asc");
            keys.push((key, order));
            if !self.take(",") {
                return Ok(Command::Sort(keys));
            }
        }
    }

    /// `parse @message "* [*]" as a, b`, or with a regular expression whose groups have names.
    fn parse_command(&mut self) -> Parsed<Command> {
        let has_field = !matches!(self.peek(), Some(Kind::Text(_) | Kind::Regex(..)));
        let field = if has_field { self.primary()? } else { Expression::Field("@message".to_owned()) };
        let regex = match self.peek().cloned() {
            Some(Kind::Text(glob)) => self.regex(&globbed(&glob), false)?,
            Some(Kind::Regex(expression, is_blind)) => self.regex(&expression, is_blind)?,
            _ => return self.refuse(),
        };
        self.at += 1;
        let mut names: Vec<String> = regex.capture_names().flatten().map(str::to_owned).collect();
        if self.take_word("as") {
            names.clear();
            loop {
                match self.peek().cloned() {
                    Some(Kind::Word(name) | Kind::Quoted(name)) => names.push(name),
                    _ => return self.refuse(),
                }
                self.at += 1;
                if !self.take(",") {
                    break;
                }
            }
        }
        if names.len() + 1 != regex.captures_len() {
            return self.refuse();
        }
        Ok(Command::Parse(field, regex, names))
    }

    /// A regular expression, which the guide lets stand with `(?<name>...)`.
    fn regex(&self, expression: &str, is_blind: bool) -> Parsed<Regex> {
        let built = RegexBuilder::new(expression).case_insensitive(is_blind).size_limit(REGEX_SIZE).build();
        built.or_else(|_| self.refuse())
    }

    /// Expressions between commas, each with the name it is given or as it is written.
    fn list(&mut self) -> Parsed<Vec<Named>> {
        let mut list = Vec::new();
        loop {
            let start = self.tokens.get(self.at).map_or(self.query.len(), |token| token.start);
            let expression = self.expression()?;
            let end = self.tokens.get(self.at - 1).map_or(start, |token| token.end);
            let written = self.query.get(start..end).unwrap_or_default();
            let name = match (&expression, self.take_word("as"), self.peek().cloned()) {
                (_, true, Some(Kind::Word(name) | Kind::Quoted(name))) => {
                    self.at += 1;
                    name
                }
                (_, true, _) => return self.refuse(),
                (Expression::Field(name), ..) => name.clone(),
                (..) => written.to_owned(),
            };
            list.push(Named { expression, name });
            // The guide lets the fields of a list stand without commas too.
            if !self.take(",") {
                return Ok(list);
            }
        }
    }

    fn expression(&mut self) -> Parsed<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.refuse();
        }
        let expression = self.or();
        self.depth -= 1;
        expression
    }

    fn or(&mut self) -> Parsed<Expression> {
        let first = self.and()?;
        let mut parts = vec![first];
        while self.take_word("or") {
            parts.push(self.and()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn and(&mut self) -> Parsed<Expression> {
        let first = self.not()?;
        let mut parts = vec![first];
        while self.take_word("and") {
            parts.push(self.not()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn not(&mut self) -> Parsed<Expression> {
        let mut is_turned = false;
        while self.take_word("not") {
            is_turned = !is_turned;
        }
        let inner = self.comparison()?;
        Ok(if is_turned { Expression::Not(Box::new(inner)) } else { inner })
    }

    fn comparison(&mut self) -> Parsed<Expression> {
        let left = self.sum()?;
        let ahead = self.at;
        let is_turned = self.take_word("not");
        if self.take_word("like") || (!is_turned && self.take("=~")) {
            return self
                .matcher()
                .map(|matcher| turned(Expression::Like(Box::new(left), matcher), is_turned));
        }
        if self.take_word("in") {
            return self.items().map(|items| turned(Expression::In(Box::new(left), items), is_turned));
        }
        self.at = ahead;
        const SIGNS: [(&str, Operator); 7] = [
            ("=", Operator::Equal),
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<", Operator::Less),
            ("<=", Operator::LessOrEqual),
            (">", Operator::Greater),
            (">=", Operator::GreaterOrEqual),
        ];
        match SIGNS.iter().find(|(sign, _)| self.take(sign)) {
            Some((_, operator)) => Ok(binary(left, *operator, self.sum()?)),
            None => Ok(left),
        }
    }

    fn matcher(&mut self) -> Parsed<Matcher> {
        let matcher = match self.peek().cloned() {
            Some(Kind::Text(text)) => Matcher::Contains(text),
            Some(Kind::Regex(expression, is_blind)) => Matcher::Regex(self.regex(&expression, is_blind)?),
            _ => return self.refuse(),
        };
        self.at += 1;
        Ok(matcher)
    }

    fn items(&mut self) -> Parsed<Vec<Expression>> {
        self.expect("[")?;
        let mut items = Vec::new();
        while !self.take("]") {
            items.push(self.expression()?);
            if !self.take(",") {
                self.expect("]")?;
                break;
            }
        }
        Ok(items)
    }

    fn sum(&mut self) -> Parsed<Expression> {
        let mut left = self.product()?;
        for _ in 0..DEEPEST {
            let operator = match self.peek() {
                Some(Kind::Sign("+")) => Operator::Plus,
                Some(Kind::Sign("-")) => Operator::Minus,
                _ => return Ok(left),
            };
            self.at += 1;
            left = binary(left, operator, self.product()?);
        }
        self.refuse()
    }

    fn product(&mut self) -> Parsed<Expression> {
        let mut left = self.primary()?;
        for _ in 0..DEEPEST {
            let operator = match self.peek() {
                Some(Kind::Sign("*")) => Operator::Times,
                Some(Kind::Sign("/")) => Operator::Divide,
                Some(Kind::Sign("%")) => Operator::Remainder,
                Some(Kind::Sign("^")) => Operator::Power,
                _ => return Ok(left),
            };
            self.at += 1;
            left = binary(left, operator, self.primary()?);
        }
        self.refuse()
    }

    fn primary(&mut self) -> Parsed<Expression> {
        let Some(kind) = self.peek().cloned() else { return self.refuse() };
        self.at += 1;
        match kind {
            Kind::Number(number) => Ok(Expression::Number(number)),
            Kind::Duration(millis) => Ok(Expression::Duration(millis)),
            Kind::Text(text) => Ok(Expression::Text(text)),
            Kind::Quoted(name) => Ok(Expression::Field(name)),
            Kind::Sign("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Kind::Sign("-") => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return self.refuse();
                }
                let inner = self.primary();
                self.depth -= 1;
                Ok(Expression::Negative(Box::new(inner?)))
            }
            Kind::Word(name) if self.take("(") => self.call(&name),
            Kind::Word(name) => Ok(Expression::Field(name)),
            Kind::Regex(..) | Kind::Sign(_) => {
                self.at -= 1;
                self.refuse()
            }
        }
    }

    /// A function or an aggregate, of which the name and the bracket have been read.
    fn call(&mut self, name: &str) -> Parsed<Expression> {
        let named = self.at - 2;
        let mut arguments = Vec::new();
        if self.take("*") {
            self.expect(")")?;
        } else {
            while !self.take(")") {
                arguments.push(self.expression()?);
                if !self.take(",") {
                    self.expect(")")?;
                    break;
                }
            }
        }
        if let Some(aggregate) = Aggregate::of(name) {
            let is_count = aggregate == Aggregate::Count;
            let wanted = if aggregate == Aggregate::Percentile { 2 } else { 1 };
            if arguments.len() == wanted || (is_count && arguments.is_empty()) {
                return Ok(Expression::Aggregate(aggregate, arguments));
            }
        } else if let Some(function) = Function::of(name).filter(|function| function.takes(arguments.len())) {
            return Ok(Expression::Call(function, arguments));
        }
        self.at = named;
        self.refuse()
    }
}

fn binary(left: Expression, operator: Operator, right: Expression) -> Expression {
    Expression::Binary(Box::new(left), operator, Box::new(right))
}

fn turned(expression: Expression, is_turned: bool) -> Expression {
    if is_turned { Expression::Not(Box::new(expression)) } else { expression }
}

/// A glob as a regular expression: each `*` is a part.
fn globbed(glob: &str) -> String {
    let parts: Vec<String> = glob.split('*').map(regex::escape).collect();
    let last = parts.len() - 1;
    let mut expression = String::new();
    for (index, part) in parts.iter().enumerate() {
        expression.push_str(part);
        if index + 1 == last && parts[last].is_empty() {
            // A star at the end takes all that is left.
            expression.push_str("((?s:.)*)");
        } else if index < last {
            expression.push_str("((?s:.)*?)");
        }
    }
    expression
}
