//! The places of an answer whose value AWS itself does not promise. Rules are data: where, what form the value
//! has instead, and why. A value under a rule must still have the form, and be the same wherever it stands again.
//!
//! Of headers, `connection`, `keep-alive`, `transfer-encoding` and their like belong to the connection and not to
//! the answer; they are not compared ([`is_connection_matter`]).

mod book;
mod clock;
mod form;
mod invocation;
mod making;
mod pattern;
mod signature;
mod table;
mod text;

pub use book::Rulebook;
pub use clock::{Clock, Skew};
pub use form::Form;
pub(crate) use pattern::written;
pub use pattern::{Pattern, Segment};
pub use table::RULES;

use std::borrow::Cow;

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The service, or `*`.
    pub service: Cow<'static, str>,
    /// The operation, or `*`; several are separated by `|`.
    pub operation: Cow<'static, str>,
    /// Where in the answer.
    pub place: Place,
    /// What can be said of the value.
    pub form: Form,
    /// Why AWS cannot promise the value.
    pub reason: Cow<'static, str>,
}

/// Where in an answer a rule holds.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a header, named in small letters.
    Header(Cow<'static, str>),
    /// In the body, at a path such as `**.Error.HostId`; positions in lists are left out.
    Member(Cow<'static, str>),
    /// In every member that the model calls a timestamp.
    Timestamps,
    /// The answer as a whole.
    Answer,
}

impl Rule {
    /// A name by which a report counts the rule.
    pub fn name(&self) -> String {
        let place = match &self.place {
            Place::Header(name) => format!("header {name}"),
            Place::Member(path) => path.clone().into_owned(),
            Place::Timestamps => "timestamps".to_owned(),
            Place::Answer => "answer".to_owned(),
        };
        match (&*self.service, &*self.operation) {
            ("*", "*") => place,
            (service, "*") => format!("{service}: {place}"),
            (service, operation) => format!("{service} {operation}: {place}"),
        }
    }

    fn holds_for(&self, service: &str, operation: &str) -> bool {
        (self.service == "*" || self.service == service)
            && (self.operation == "*" || self.operation.split('|').any(|own| own == operation))
    }
}

/// Whether a header belongs to the connection between two programs and not to the answer. AWS and a proxy on the
/// way choose these anew for each connection.
pub fn is_connection_matter(header: &str) -> bool {
    ["connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection"]
        .contains(&header)
}
