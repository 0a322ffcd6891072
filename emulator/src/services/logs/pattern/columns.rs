//! Conditions on messages in columns, between blanks: what is in brackets or quotes is one column.

use super::condition::{Condition, Subject, number};
use super::expression::Expression;
use super::scanner::Scanner;
use super::{InvalidPattern, invalid};

/// What is asked of the columns of a message.
#[derive(Debug)]
pub(in crate::services::logs) struct Columns {
    /// Those from the beginning.
    first: Vec<Column>,
    /// Those from the end, where an ellipsis stands before them.
    last: Option<Vec<Column>>,
}

/// A column: its name, and what is asked of it.
#[derive(Debug, Default)]
struct Column {
    name: Option<String>,
    asked: Option<Expression<Condition>>,
}

impl Columns {
    /// Reads what stands between the brackets.
    pub(super) fn parse(text: &str) -> Result<Columns, InvalidPattern> {
        let mut scanner = Scanner::new(text);
        let mut columns = Columns { first: Vec::new(), last: None };
        scanner.blanks();
        if scanner.rest().is_empty() {
            columns.last = Some(Vec::new());
            return Ok(columns);
        }
        loop {
            scanner.blanks();
            if scanner.take("...") {
                if columns.last.is_some() {
                    return Err(invalid());
                }
                columns.last = Some(Vec::new());
            } else {
                let column = Column::parse(&mut scanner)?;
                columns.last.as_mut().unwrap_or(&mut columns.first).push(column);
            }
            scanner.blanks();
            if scanner.rest().is_empty() {
                return Ok(columns);
            }
            if !scanner.take(",") {
                return Err(invalid());
            }
        }
    }

    /// Whether a message has these columns, and they are such.
    pub(super) fn matches(&self, message: &str) -> bool {
        let fields = fields(message);
        self.aligned(&fields).is_some_and(|columns| {
            columns.iter().zip(&fields).all(|(column, field)| column.is_none_or(|column| column.holds(field)))
        })
    }

    /// What the columns of a message hold, by their names, or their numbers where they have none.
    pub(super) fn extract(&self, message: &str) -> Vec<(String, String)> {
        let fields = fields(message);
        let columns = self.aligned(&fields).unwrap_or_default();
        let told = columns.iter().zip(&fields).enumerate().map(|(index, (column, field))| {
            let name = column.and_then(|column| column.name.clone());
            (format!("${}", name.unwrap_or_else(|| (index + 1).to_string())), (*field).to_owned())
        });
        told.collect()
    }

    /// The column of each field; `None` where there are too few or too many.
    fn aligned(&self, fields: &[&str]) -> Option<Vec<Option<&Column>>> {
        let first = self.first.iter().map(Some);
        match &self.last {
            None => (fields.len() == self.first.len()).then(|| first.collect()),
            Some(last) => {
                let between = fields.len().checked_sub(self.first.len() + last.len())?;
                Some(first.chain(std::iter::repeat_n(None, between)).chain(last.iter().map(Some)).collect())
            }
        }
    }
}

impl Column {
    /// Reads a name, or conditions that each begin with it.
    fn parse(scanner: &mut Scanner<'_>) -> Result<Column, InvalidPattern> {
        let mut column = Column::default();
        let ahead = scanner.clone();
        column.name = name(scanner);
        scanner.blanks();
        if !matches!(scanner.peek(), None | Some(',')) {
            *scanner = ahead;
            let mut found = None;
            let asked = Expression::parse(scanner, &mut |scanner: &mut Scanner<'_>| {
                let name = name(scanner).ok_or_else(invalid)?;
                found.get_or_insert(name);
                scanner.blanks();
                Condition::parse(scanner)
            })?;
            column = Column { name: found, asked: Some(asked) };
        }
        Ok(column)
    }

    fn holds(&self, field: &str) -> bool {
        let subject = number(field).map_or(Subject::Text(field), |number| Subject::Number(number, field));
        self.asked.as_ref().is_none_or(|asked| asked.holds(&|condition: &Condition| condition.holds(subject)))
    }
}

fn name(scanner: &mut Scanner<'_>) -> Option<String> {
    let name = scanner.take_while(|character| character.is_alphanumeric() || "_-$.".contains(character));
    (!name.is_empty()).then(|| name.to_owned())
}

/// The fields of a message.
fn fields(message: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = message.trim_start();
    while let Some(first) = rest.chars().next() {
        let closing = match first {
            '"' => Some('"'),
            '[' => Some(']'),
            _ => None,
        };
        let enclosed = closing.and_then(|closing| rest[1..].split_once(closing));
        let (field, behind) =
            enclosed.unwrap_or_else(|| rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())));
        fields.push(field);
        rest = behind.trim_start();
    }
    fields
}
