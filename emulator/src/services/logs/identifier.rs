//! How a log group is called: by its name, or by its ARN.
//!
//! Source: API reference, `logGroupIdentifier` of each operation.

use super::LogsError;
use std::borrow::Cow;

/// A log group as a request names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identifier<'a> {
    /// The account and the region, where an ARN says them.
    pub(super) place: Option<(&'a str, &'a str)>,
    pub(super) name: &'a str,
}

impl<'a> Identifier<'a> {
    /// Reads a name or an ARN, with or without `:*` behind it.
    pub(super) fn of(text: &'a str) -> Identifier<'a> {
        let Some((region, account, name)) = resource(text, "log-group") else {
            return Identifier { place: None, name: text };
        };
        Identifier { place: Some((account, region)), name: name.strip_suffix(":*").unwrap_or(name) }
    }

    /// The one of two parameters that names the log group
    /// (recordings of AWS in localstack's test_logs_streams.snapshot.json for the sentence).
    pub(super) fn either(
        name: Option<&'a str>,
        identifier: Option<&'a str>,
    ) -> Result<Identifier<'a>, LogsError> {
        match (name, identifier) {
            (Some(name), None) => Ok(Identifier { place: None, name }),
            (None, Some(identifier)) => Ok(Identifier::of(identifier)),
            (Some(_), Some(_)) => Err(LogsError::Validation(Cow::Borrowed(
                "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
            ))),
            (None, None) => {
                Err(LogsError::invalid("Either logGroupName or logGroupIdentifier must be specified."))
            }
        }
    }
}

/// The region, the account and the name that the ARN of a resource of this kind says.
pub(super) fn resource<'a>(arn: &'a str, kind: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let mut parts = arn.strip_prefix("arn:")?.splitn(5, ':');
    let (_partition, service) = (parts.next()?, parts.next()?);
    let (region, account) = (parts.next()?, parts.next()?);
    let name = parts.next()?.strip_prefix(kind)?.strip_prefix(':')?;
    (service == "logs").then_some((region, account, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_group_has_a_name_or_an_arn() {
        assert_eq!(Identifier::of("/aws/a").name, "/aws/a");
        for arn in
            ["arn:aws:logs:eu-west-1:1:log-group:/aws/a", "arn:aws:logs:eu-west-1:1:log-group:/aws/a:*"]
        {
            let found = Identifier::of(arn);
            assert_eq!((found.place, found.name), (Some(("1", "eu-west-1")), "/aws/a"));
        }
    }
}
