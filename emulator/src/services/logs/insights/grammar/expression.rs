//! Reads an expression of a query: `or`, `and`, `not`, comparisons, sums, products, and what they are of.

use super::{DEEPEST, Parsed, Parser};
use crate::services::logs::insights::functions::Function;
use crate::services::logs::insights::lexer::Kind;
use crate::services::logs::insights::syntax::{Aggregate, Expression, Matcher, Operator};

impl Parser<'_> {
    /// An expression.
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
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

    /// A number, a text, a field, a call, or what stands in parentheses.
    pub(super) fn primary(&mut self) -> Parsed<Expression> {
        let Some(kind) = self.peek().cloned() else { return self.refuse() };
        self.at += 1;
        match kind {
            Kind::Number(number) => Ok(Expression::Number(number)),
            Kind::Duration(millis) => Ok(Expression::Duration(millis)),
            Kind::Months(months) => Ok(Expression::Months(months)),
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
