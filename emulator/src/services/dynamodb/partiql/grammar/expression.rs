//! Expressions, from `OR`, which binds least, to terms.

use super::super::invalid::Malformed;
use super::super::lexer::Token;
use super::super::literal;
use super::super::tree::{Call, Expr, Type};
use super::Parser;
use crate::services::dynamodb::expression::{Element, Path};
use crate::services::dynamodb::value::MAX_LEVELS;

/// The keywords that are operators.
const OPERATORS: [&str; 7] = ["AND", "BETWEEN", "IN", "IS", "LIKE", "NOT", "OR"];
/// The keywords that functions are called by.
const FUNCTIONS: [&str; 19] = [
    "AVG",
    "CAST",
    "CHARACTER_LENGTH",
    "CHAR_LENGTH",
    "COALESCE",
    "COUNT",
    "EXISTS",
    "EXTRACT",
    "LOWER",
    "MAX",
    "MIN",
    "NULLIF",
    "POSITION",
    "SUBSTRING",
    "SUM",
    "TRANSLATE",
    "TRIM",
    "UPPER",
    "OCTET_LENGTH",
];

impl Parser {
    pub(super) fn expression(&mut self) -> Result<Expr, Malformed> {
        self.within(Parser::disjunction)
    }

    fn disjunction(&mut self) -> Result<Expr, Malformed> {
        let mut all = vec![self.conjunction()?];
        while self.take_keyword("OR") {
            self.check_right_hand()?;
            all.push(self.conjunction()?);
        }
        Ok(if all.len() > 1 { Expr::Or(all) } else { all.remove(0) })
    }

    fn conjunction(&mut self) -> Result<Expr, Malformed> {
        let mut all = vec![self.negation()?];
        while self.take_keyword("AND") {
            self.check_right_hand()?;
            all.push(self.negation()?);
        }
        Ok(if all.len() > 1 { Expr::And(all) } else { all.remove(0) })
    }

    fn negation(&mut self) -> Result<Expr, Malformed> {
        if !self.take_keyword("NOT") {
            return self.comparison();
        }
        Ok(Expr::Not(Box::new(self.within(Parser::negation)?)))
    }

    fn comparison(&mut self) -> Result<Expr, Malformed> {
        let left = self.sum()?;
        if let Token::Operator(operator @ ("=" | "<>" | "!=" | "<" | "<=" | ">" | ">=")) = *self.token() {
            self.advance();
            self.check_right_hand()?;
            let operator = if operator == "!=" { "<>" } else { operator };
            return Ok(Expr::Binary(operator, Box::new(left), Box::new(self.sum()?)));
        }
        if self.take_keyword("IS") {
            let is_negated = self.take_keyword("NOT");
            let is = Expr::Is(Box::new(left), self.type_name()?);
            return Ok(negated(is, is_negated));
        }
        let is_negated = self.is_keyword("NOT")
            && matches!(self.ahead(1), Token::Keyword(word) if ["BETWEEN", "IN", "LIKE"].contains(&word.as_str()));
        if is_negated {
            self.advance();
        }
        let found = if self.take_keyword("BETWEEN") {
            self.check_right_hand()?;
            let lower = self.sum()?;
            if !self.take_keyword("AND") {
                return Err(Malformed::Expected("Expected AND keyword"));
            }
            if self.is_at_end() {
                return Err(Malformed::Expected("Expected expression after AND"));
            }
            Expr::Between(Box::new([left, lower, self.sum()?]))
        } else if self.take_keyword("IN") {
            self.check_right_hand()?;
            let among = if self.take_sign("(") { Expr::List(self.some_to(")")?) } else { self.sum()? };
            Expr::In(Box::new(left), Box::new(among))
        } else if self.take_keyword("LIKE") {
            self.check_right_hand()?;
            Expr::Binary("LIKE", Box::new(left), Box::new(self.sum()?))
        } else {
            return Ok(left);
        };
        Ok(negated(found, is_negated))
    }

    fn sum(&mut self) -> Result<Expr, Malformed> {
        let mut left = self.unary()?;
        let mut count = 0;
        while let Token::Operator(operator @ ("+" | "-" | "*" | "/" | "%" | "||")) = *self.token() {
            count += 1;
            if count > super::MOST_LEVELS {
                return Err(Malformed::Unreadable);
            }
            self.advance();
            self.check_right_hand()?;
            left = Expr::Binary(operator, Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Malformed> {
        let Token::Operator(sign @ ("-" | "+")) = *self.token() else { return self.term() };
        self.advance();
        match self.within(Parser::unary)? {
            Expr::Number(digits) if sign == "-" && !digits.starts_with('-') => {
                Ok(Expr::Number(format!("-{digits}")))
            }
            number @ Expr::Number(_) if sign == "+" => Ok(number),
            _ => Err(Malformed::UnexpectedOperator),
        }
    }

    fn term(&mut self) -> Result<Expr, Malformed> {
        let term = match self.token() {
            Token::Text(text) => Expr::Text(text.clone()),
            Token::Number(digits) => {
                literal::check_scale(digits)?;
                Expr::Number(digits.clone())
            }
            Token::Parameter(which) => Expr::Parameter(*which),
            Token::Keyword(word) if word == "NULL" => Expr::Null,
            Token::Keyword(word) if word == "MISSING" => Expr::Missing,
            Token::Keyword(word) if word == "TRUE" => Expr::Bool(true),
            Token::Keyword(word) if word == "FALSE" => Expr::Bool(false),
            Token::Keyword(word) if word == "FROM" => {
                self.within(Parser::update_by_from)?;
                return Err(Malformed::Leftover);
            }
            Token::Keyword(word)
                if FUNCTIONS.contains(&word.as_str()) && *self.ahead(1) == Token::Sign("(") =>
            {
                let name = word.to_ascii_lowercase();
                return self.call(name);
            }
            Token::Name(name) if *self.ahead(1) == Token::Sign("(") => {
                let name = name.clone();
                return self.call(name);
            }
            Token::Name(_) | Token::Quoted(_) => return self.path().map(Expr::Path),
            Token::Sign("[") => {
                self.advance();
                return self.list_to("]");
            }
            Token::Sign("<<") => {
                self.advance();
                return Ok(Expr::Bag(self.to(">>")?));
            }
            Token::Sign("{") => return self.structure(),
            Token::Sign("(") => {
                self.advance();
                let mut all = self.some_to(")")?;
                return Ok(if all.len() == 1 { all.remove(0) } else { Expr::List(all) });
            }
            _ => return Err(self.no_term()),
        };
        self.advance();
        Ok(term)
    }

    /// What is said where a term should begin and none does.
    pub(super) fn no_term(&self) -> Malformed {
        match self.token() {
            Token::Keyword(word) if OPERATORS.contains(&word.as_str()) => Malformed::UnexpectedOperator,
            Token::Keyword(_) => Malformed::UnexpectedKeyword,
            Token::Operator(_) => Malformed::UnexpectedOperator,
            _ => Malformed::UnexpectedTerm,
        }
    }

    fn check_right_hand(&self) -> Result<(), Malformed> {
        if *self.token() == Token::End { Err(Malformed::MissingRightHand) } else { Ok(()) }
    }

    fn list_to(&mut self, end: &'static str) -> Result<Expr, Malformed> {
        self.to(end).map(Expr::List)
    }

    /// The expressions up to a closing sign.
    fn to(&mut self, end: &'static str) -> Result<Vec<Expr>, Malformed> {
        if self.take_sign(end) {
            return Ok(Vec::new());
        }
        self.some_to(end)
    }

    /// The same where there is at least one.
    fn some_to(&mut self, end: &'static str) -> Result<Vec<Expr>, Malformed> {
        let all = self.all(Parser::expression)?;
        self.expect_sign(end)?;
        Ok(all)
    }

    fn structure(&mut self) -> Result<Expr, Malformed> {
        self.advance();
        if self.take_sign("}") {
            return Ok(Expr::Struct(Vec::new()));
        }
        let entries = self.all(|parser| {
            let name = parser.expression()?;
            parser.expect_sign(":")?;
            Ok((name, parser.expression()?))
        })?;
        self.expect_sign("}")?;
        Ok(Expr::Struct(entries))
    }

    fn call(&mut self, name: String) -> Result<Expr, Malformed> {
        let at = self.position();
        self.advance();
        self.advance();
        let first_at = self.position();
        if self.is_keyword("SELECT") {
            let select = self.within(Parser::select)?;
            self.expect_sign(")")?;
            return match name.as_str() {
                "exists" => Ok(Expr::Exists(Box::new(select))),
                _ => Err(Malformed::UnexpectedKeyword),
            };
        }
        let operands = if *self.token() == Token::Operator("*") {
            self.advance();
            self.expect_sign(")")?;
            vec![Expr::Star]
        } else {
            self.to(")")?
        };
        Ok(Expr::Call(Call { name, operands, at, first_at }))
    }

    /// A name and steps: `.name`, `[1]` or `['name']`.
    pub(super) fn path(&mut self) -> Result<Path, Malformed> {
        let mut path = Path::of(self.take_name().ok_or_else(|| self.no_term())?);
        loop {
            let step = if self.take_sign(".") {
                Element::Name(self.take_name().ok_or(Malformed::PathDot)?)
            } else if self.take_sign("[") {
                let is_negative = *self.token() == Token::Operator("-");
                if is_negative {
                    self.advance();
                }
                let at = self.position();
                let step = match self.token() {
                    Token::Number(digits) => digits.parse().ok().map(Element::Index),
                    Token::Text(name) if !is_negative => Some(Element::Name(name.clone())),
                    _ => None,
                };
                let step = step.ok_or(Malformed::Expected("Invalid path component"))?;
                // Source: github.com/floci-io/floci, DynamoDbPartiQLEdgeCaseIntegrationTest.java, captured from DynamoDB.
                if let (true, &Element::Index(index @ 1..)) = (is_negative, &step) {
                    return Err(Malformed::NegativeIndex(index, at));
                }
                self.advance();
                self.expect_sign("]")?;
                step
            } else {
                return Ok(path);
            };
            path.steps.push(step);
            if path.steps.len() >= MAX_LEVELS {
                return Err(Malformed::Unreadable);
            }
        }
    }

    fn type_name(&mut self) -> Result<Type, Malformed> {
        let (Token::Keyword(word) | Token::Name(word)) = self.token() else { return Err(Malformed::NoType) };
        let word = word.to_ascii_uppercase();
        let found = match word.as_str() {
            "MISSING" => Type::Missing,
            "NULL" => Type::Of(&["NULL"]),
            "BOOL" | "BOOLEAN" => Type::Of(&["BOOL"]),
            "STRING" | "SYMBOL" | "CHAR" | "CHARACTER" | "VARCHAR" => Type::Of(&["S"]),
            "NUMERIC" | "DECIMAL" | "DEC" | "INT" | "INTEGER" | "SMALLINT" | "INT2" | "INT4" | "INT8"
            | "INTEGER2" | "INTEGER4" | "INTEGER8" | "FLOAT" | "REAL" | "DOUBLE" => Type::Of(&["N"]),
            "BLOB" => Type::Of(&["B"]),
            "STRUCT" | "TUPLE" => Type::Of(&["M"]),
            "LIST" => Type::Of(&["L"]),
            "BAG" => Type::Of(&["SS", "NS", "BS"]),
            _ => return Err(Malformed::NoType),
        };
        self.advance();
        if word == "DOUBLE" && !self.take_keyword("PRECISION") {
            return Err(Malformed::NoType);
        }
        if word.starts_with("CHAR") {
            self.take_keyword("VARYING");
        }
        Ok(found)
    }
}

fn negated(expression: Expr, is_negated: bool) -> Expr {
    if is_negated { Expr::Not(Box::new(expression)) } else { expression }
}
