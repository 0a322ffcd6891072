//! Statements: `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `EXISTS`, and the update that begins with `FROM`.

use super::super::invalid::Malformed;
use super::super::lexer::Token;
use super::super::tree::{Change, Expr, Order, Returning, Select, Source, Statement};
use super::Parser;

/// What part of a statement DynamoDB does not have.
const UNSUPPORTED: [&str; 4] = ["GROUP", "HAVING", "LIMIT", "UNION"];

impl Parser {
    pub(super) fn statement(&mut self) -> Result<Statement, Malformed> {
        if self.is_keyword("SELECT") {
            return self.select().map(Statement::Select);
        }
        if self.take_keyword("INSERT") {
            return self.insert();
        }
        if self.take_keyword("UPDATE") {
            return self.update();
        }
        if self.take_keyword("DELETE") {
            return self.delete();
        }
        if self.is_keyword("FROM") {
            return self.update_by_from();
        }
        Ok(match self.expression()? {
            Expr::Exists(select) => Statement::Exists(*select),
            Expr::Is(..) => Statement::Other("IsType"),
            Expr::Path(path) if path.is_nested() => Statement::Other("Path"),
            Expr::Path(_) => Statement::Other("VariableReference"),
            Expr::Parameter(_) => Statement::Other("Parameter"),
            Expr::Null | Expr::Bool(_) | Expr::Text(_) | Expr::Number(_) => Statement::Other("Literal"),
            Expr::Missing => Statement::Other("LiteralMissing"),
            Expr::List(_) | Expr::Bag(_) => Statement::Other("Seq"),
            Expr::Struct(_) => Statement::Other("Struct"),
            _ => Statement::Other("NAry"),
        })
    }

    /// From `SELECT` to the end of the statement or of the parentheses that it stands in.
    pub(super) fn select(&mut self) -> Result<Select, Malformed> {
        self.advance();
        let columns = match self.token() {
            Token::Operator("*") => {
                self.advance();
                None
            }
            _ => Some(self.all(Parser::expression)?),
        };
        if !self.take_keyword("FROM") {
            // A name behind a column is one for the column, which DynamoDB does not have.
            return Err(match self.token() {
                Token::Name(_) | Token::Quoted(_) if columns.is_some() => Malformed::Leftover,
                _ => Malformed::Expected("Expected FROM after SELECT list"),
            });
        }
        let source = self.source()?;
        let filter = self.filter()?;
        let mut order = Vec::new();
        if self.take_keyword("ORDER") {
            if !self.take_keyword("BY") {
                return Err(Malformed::Expected("Expected BY"));
            }
            order = self.all(Parser::order)?;
        }
        let mut unsupported = None;
        if let Token::Keyword(word) = self.token()
            && UNSUPPORTED.contains(&word.as_str())
        {
            unsupported = Some((word.clone(), self.position()));
            while !self.is_at_end() && !self.is_sign(")") {
                self.advance();
            }
        }
        Ok(Select { columns, source, filter, order, unsupported })
    }

    fn order(&mut self) -> Result<Order, Malformed> {
        let by = self.expression()?;
        let is_descending = self.take_keyword("DESC");
        if !is_descending {
            self.take_keyword("ASC");
        }
        Ok(Order { by, is_descending })
    }

    fn insert(&mut self) -> Result<Statement, Malformed> {
        if !self.take_keyword("INTO") {
            return Err(Malformed::UnexpectedKeyword);
        }
        let at = self.position();
        let names = self.simple_path()?;
        self.take_keyword("VALUE");
        let item = self.expression()?;
        Ok(Statement::Insert { table: Source { names, has_alias: false, at }, item })
    }

    fn update(&mut self) -> Result<Statement, Malformed> {
        let table = self.target()?;
        let changes = self.changes()?;
        let filter = self.filter()?;
        Ok(Statement::Update { table, changes, filter, returning: self.returning()? })
    }

    fn delete(&mut self) -> Result<Statement, Malformed> {
        if !self.take_keyword("FROM") {
            return Err(Malformed::Expected("Expected FROM after DELETE"));
        }
        let table = self.target()?;
        let filter = self.filter()?;
        Ok(Statement::Delete { table, filter, returning: self.returning()? })
    }

    /// `FROM table WHERE condition SET …`.
    pub(super) fn update_by_from(&mut self) -> Result<Statement, Malformed> {
        self.advance();
        let table = self.source()?;
        let filter = self.filter()?;
        let changes = self.changes()?;
        Ok(Statement::Update { table, changes, filter, returning: self.returning()? })
    }

    fn changes(&mut self) -> Result<Vec<Change>, Malformed> {
        let mut changes = Vec::new();
        loop {
            if self.take_keyword("SET") {
                changes.extend(self.all(|parser| {
                    let path = parser.path()?;
                    if *parser.token() != Token::Operator("=") {
                        return Err(Malformed::Expected("Expected '='"));
                    }
                    parser.advance();
                    Ok(Change::Set(path, parser.expression()?))
                })?);
            } else if self.take_keyword("REMOVE") {
                changes.extend(self.all(|parser| parser.path().map(Change::Remove))?);
            } else if changes.is_empty() {
                return Err(Malformed::NoManipulation);
            } else {
                return Ok(changes);
            }
        }
    }

    fn filter(&mut self) -> Result<Option<Expr>, Malformed> {
        self.take_keyword("WHERE").then(|| self.expression()).transpose()
    }

    fn returning(&mut self) -> Result<Option<Returning>, Malformed> {
        if !self.take_keyword("RETURNING") {
            return Ok(None);
        }
        let (is_modified, is_new) = match (self.word().as_str(), self.word().as_str()) {
            ("ALL", "OLD") => (false, false),
            ("ALL", "NEW") => (false, true),
            ("MODIFIED", "OLD") => (true, false),
            ("MODIFIED", "NEW") => (true, true),
            _ => {
                return Err(Malformed::Expected(
                    "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.",
                ));
            }
        };
        if *self.token() != Token::Operator("*") {
            return Err(Malformed::Expected("Expected * in a returning clause"));
        }
        self.advance();
        Ok(Some(Returning { is_modified, is_new }))
    }

    /// A word in capitals, whether or not it is a keyword; nothing where there is none.
    fn word(&mut self) -> String {
        let (Token::Name(word) | Token::Keyword(word)) = self.token() else { return String::new() };
        let word = word.to_ascii_uppercase();
        self.advance();
        word
    }

    /// What is read: the names of a table and an index.
    fn source(&mut self) -> Result<Source, Malformed> {
        let at = self.position();
        let names = match self.token() {
            Token::Name(_) | Token::Quoted(_) => self.simple_path()?,
            _ => return Err(self.no_term()),
        };
        Ok(Source { names, has_alias: self.alias(), at })
    }

    /// What is changed.
    fn target(&mut self) -> Result<Source, Malformed> {
        let at = self.position();
        let names = self.simple_path()?;
        Ok(Source { names, has_alias: self.alias(), at })
    }

    fn simple_path(&mut self) -> Result<Vec<String>, Malformed> {
        let mut names = vec![self.take_name().ok_or(Malformed::NoSimplePath)?];
        while self.take_sign(".") {
            names.push(self.take_name().ok_or(Malformed::PathDot)?);
        }
        Ok(names)
    }

    fn alias(&mut self) -> bool {
        let says_as = self.take_keyword("AS");
        self.take_name().is_some() || says_as
    }
}
