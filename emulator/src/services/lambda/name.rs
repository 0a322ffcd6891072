//! How a request names a function: by name, partial ARN or ARN, with a qualifier in it, besides it, or both.
//!
//! Sources: API reference, GetFunction, "FunctionName"; recordings of AWS that localstack publishes
//! (test_lambda_api.snapshot.json: test_ops_with_arn_qualifier_mismatch, test_get_function_wrong_region).

use super::LambdaError;

/// The qualifier of what has not been published.
pub(super) const LATEST: &str = "$LATEST";

/// A function as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) name: String,
    /// A version or an alias, where one is named.
    pub(super) qualifier: Option<String>,
}

impl Named {
    /// Reads a reference of a caller in this account and region.
    pub(super) fn of(
        account: &str,
        region: &str,
        reference: &str,
        qualifier: Option<&str>,
    ) -> Result<Named, LambdaError> {
        let parts: Vec<&str> = reference.split(':').collect();
        let mut rest = parts.as_slice();
        if let ["arn", _, "lambda", more @ ..] = rest
            && !more.is_empty()
        {
            rest = more;
        }
        let said_region = take(&mut rest, is_region);
        let said_account = take(&mut rest, is_account);
        take(&mut rest, |part| part == "function");
        let (name, derived) = match rest {
            [name] => (*name, None),
            [name, derived] => (*name, Some(*derived)),
            _ => return Err(LambdaError::invalid(format!("Invalid function name: {reference}"))),
        };
        if let Some(said) = said_region.filter(|said| *said != region) {
            return Err(LambdaError::not_found(format!(
                "Functions from '{said}' are not reachable in this region ('{region}')"
            )));
        }
        let qualifier = qualifier.filter(|qualifier| !qualifier.is_empty());
        let qualifier = match (derived, qualifier) {
            (Some(derived), Some(said)) if derived != said => return Err(LambdaError::qualifiers_differ()),
            (derived, said) => derived.or(said),
        };
        Ok(Named {
            account: said_account.unwrap_or(account).to_owned(),
            region: region.to_owned(),
            name: name.to_owned(),
            qualifier: qualifier.map(str::to_owned),
        })
    }

    /// The ARN of the function.
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:{}:function:{}", self.region, self.account, self.name)
    }

    /// The ARN of what is named: with the qualifier, where there is one.
    pub(super) fn qualified_arn(&self) -> String {
        qualified(&self.arn(), self.qualifier.as_deref())
    }
}

/// An ARN with a qualifier, where there is one.
pub(super) fn qualified(arn: &str, qualifier: Option<&str>) -> String {
    match qualifier {
        Some(qualifier) => format!("{arn}:{qualifier}"),
        None => arn.to_owned(),
    }
}

/// Whether a qualifier is the number of a version; others are aliases.
pub(super) fn is_number(qualifier: &str) -> bool {
    !qualifier.is_empty() && qualifier.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes the first part where it is as wanted and something comes after it.
fn take<'a>(rest: &mut &[&'a str], is_wanted: impl Fn(&str) -> bool) -> Option<&'a str> {
    match *rest {
        [first, more @ ..] if !more.is_empty() && is_wanted(first) => {
            *rest = more;
            Some(first)
        }
        _ => None,
    }
}

fn is_account(part: &str) -> bool {
    part.len() == 12 && is_number(part)
}

/// Whether this is a region, such as `eu-west-1`: names of functions have no such end where an account follows.
fn is_region(part: &str) -> bool {
    let mut pieces = part.rsplitn(2, '-');
    let ends_in_digit = pieces.next().is_some_and(|end| end.len() == 1 && is_number(end));
    ends_in_digit && pieces.next().is_some_and(|head| head.len() > 3 && head.as_bytes()[2] == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::Fault;

    fn read(reference: &str, qualifier: Option<&str>) -> Result<Named, String> {
        Named::of("111122223333", "eu-west-1", reference, qualifier)
            .map_err(|error| Fault::from(error).message.unwrap_or_default().into_owned())
    }

    #[test]
    fn a_function_is_named_in_many_ways() {
        let plain = read("orders", None).expect("a name");
        assert_eq!(plain.arn(), "arn:aws:lambda:eu-west-1:111122223333:function:orders");
        for reference in [
            "function:orders",
            "111122223333:orders",
            "111122223333:function:orders",
            "eu-west-1:111122223333:function:orders",
            "arn:aws:lambda:eu-west-1:111122223333:function:orders",
        ] {
            assert_eq!(read(reference, None).as_ref(), Ok(&plain), "{reference}");
            let qualified = read(&format!("{reference}:live"), Some("live")).expect("a qualifier");
            assert_eq!(qualified.qualified_arn(), format!("{}:live", plain.arn()));
        }
        assert_eq!(read("function", None).map(|named| named.name), Ok("function".to_owned()));
    }

    #[test]
    fn a_wrong_region_or_another_qualifier_is_refused() {
        assert_eq!(
            read("arn:aws:lambda:us-east-1:111122223333:function:orders", None),
            Err("Functions from 'us-east-1' are not reachable in this region ('eu-west-1')".to_owned())
        );
        assert_eq!(
            read("orders:1", Some("2")),
            Err("The derived qualifier from the function name does not match the specified qualifier."
                .to_owned())
        );
    }
}
