//! Logs Insights: queries over the events of log groups.
//!
//! `syntax` is what a query is made of, `lexer` and `grammar` read it, `rows` is what it runs over, `evaluate`, `functions`
//! and `aggregates` what expressions mean, `run` the commands one after another. `queries` and `definitions` are the
//! operations, `records` those that look at one event or at the fields of a few.
//!
//! Source: User Guide, "CloudWatch Logs Insights language query syntax".

mod aggregates;
mod definitions;
mod evaluate;
mod functions;
mod grammar;
mod lexer;
mod queries;
mod records;
mod rows;
mod run;
mod syntax;
#[cfg(test)]
mod tests;
mod value;

pub(super) use queries::Query;
