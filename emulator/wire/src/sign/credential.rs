//! The credential scope: who signed, and for which day, region and service.

use http::request::Parts;

use super::canonical::Head;
use super::{amz_date, percent};

/// Query parameters, in lower case, that a presigned URL is signed with by Signature Version 4.
pub const SIGNATURE_PARAMETERS: &[&str] = &[
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
    "x-amz-security-token",
];
/// The same by Signature Version 2.
pub const SIGNATURE_V2_PARAMETERS: &[&str] =
    &["awsaccesskeyid", "signature", "expires", "x-amz-security-token"];

/// The parts of `AKIDEXAMPLE/20150830/us-east-1/service/aws4_request`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CredentialScope {
    /// The access key id.
    pub access_key_id: String,
    /// The day, `yyyymmdd`.
    pub date: String,
    /// The region. Empty for SigV4A, whose scope names none.
    pub region: String,
    /// The signing name of the service.
    pub service: String,
}

/// What is wrong with a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialProblem {
    /// It has not five parts.
    Shape,
    /// Its date is none.
    DateFormat(String),
    /// Its region is empty.
    EmptyRegion,
    /// It was signed for another region.
    Region {
        /// The region signed for.
        given: String,
        /// The region of the endpoint.
        expected: String,
    },
    /// It was signed for another service.
    Service {
        /// The service signed for.
        given: String,
        /// The service of the endpoint.
        expected: String,
    },
    /// It does not end in `aws4_request`.
    Terminal(String),
    /// Its day is not the day of the request.
    Date {
        /// The day in the credential.
        given: String,
        /// The day of the request.
        expected: String,
        /// The request's whole date.
        request_date: String,
    },
}

/// Where a request arrived, as far as that is known: what its credential has to be scoped to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Endpoint<'a> {
    /// The signing name of the service, where the endpoint has one of its own.
    pub service: Option<&'a str>,
    /// The region, where signing for another one is refused.
    pub region: Option<&'a str>,
}

impl CredentialScope {
    /// The scope a request claims, by header or by presigned query, whether or not its signature
    /// is any good. For routing and for finding the account.
    pub fn of(parts: &Parts) -> Option<CredentialScope> {
        CredentialScope::claimed(&Head::of(parts))
    }

    pub(super) fn claimed(head: &Head<'_>) -> Option<CredentialScope> {
        let in_header = head.header("authorization").filter(|value| value.starts_with("AWS4-"));
        // There are few signs of equality in a header, and many places where a name might begin.
        let is_named = |value: &str, at: usize| value[..at].ends_with("Credential");
        let named = in_header.and_then(|value| {
            value.match_indices('=').find_map(|(at, _)| is_named(value, at).then(|| &value[at + 1..]))
        });
        if let Some(rest) = named {
            let end = rest.find([',', ' ']).unwrap_or(rest.len());
            return CredentialScope::guess(&rest[..end]);
        }
        CredentialScope::guess(&percent::parameter(head.query, "X-Amz-Credential")?)
    }

    /// Reads a credential from its end, where its form is fixed.
    fn guess(credential: &str) -> Option<CredentialScope> {
        let (rest, _terminal) = credential.trim_end_matches('/').rsplit_once('/')?;
        let (rest, service) = rest.rsplit_once('/')?;
        let (rest, last) = rest.rsplit_once('/').unwrap_or((rest, ""));
        let (access_key_id, date, region) = match rest.rsplit_once('/') {
            Some((access_key_id, date)) => (access_key_id, date, last),
            None => (rest, last, ""),
        };
        Some(CredentialScope {
            access_key_id: access_key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }

    /// Reads a credential strictly. Problems come in the order in which S3 looks for them, which is
    /// measured: AWS documents the form alone.
    pub fn parse(
        credential: &str,
        endpoint: &Endpoint<'_>,
    ) -> Result<CredentialScope, Vec<CredentialProblem>> {
        let parts: Vec<&str> = credential.splitn(6, '/').collect();
        let &[access_key_id, date, region, service, terminal] = parts.as_slice() else {
            return Err(vec![CredentialProblem::Shape]);
        };
        let mut problems = Vec::new();
        if amz_date::parse_day(date).is_none() {
            problems.push(CredentialProblem::DateFormat(date.to_owned()));
        }
        if region.is_empty() {
            problems.push(CredentialProblem::EmptyRegion);
        } else if let Some(expected) = endpoint.region.filter(|expected| *expected != region) {
            problems
                .push(CredentialProblem::Region { given: region.to_owned(), expected: expected.to_owned() });
        }
        if let Some(expected) = endpoint.service.filter(|expected| *expected != service) {
            problems.push(CredentialProblem::Service {
                given: service.to_owned(),
                expected: expected.to_owned(),
            });
        }
        if terminal != "aws4_request" {
            problems.push(CredentialProblem::Terminal(terminal.to_owned()));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(CredentialScope {
            access_key_id: access_key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }

    /// `20150830/us-east-1/service/aws4_request`.
    pub fn path(&self) -> String {
        [&self.date, &self.region, &self.service, "aws4_request"].join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope_of(uri: &str, authorization: Option<&str>) -> Option<CredentialScope> {
        let mut request = http::Request::get(uri);
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        CredentialScope::of(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn the_scope_is_read_from_header_and_query() {
        let header = scope_of(
            "/",
            Some("AWS4-HMAC-SHA256 Credential=AK/20150830/eu-west-1/sqs/aws4_request,Signature=0"),
        );
        let query = scope_of("/?x=1&X-Amz-Credential=AK%2F20150830%2Feu-west-1%2Fsqs%2Faws4_request", None);
        assert_eq!(header, query);
        assert_eq!(header.unwrap().path(), "20150830/eu-west-1/sqs/aws4_request");
    }

    #[test]
    fn sigv4a_names_no_region() {
        let scope =
            scope_of("/", Some("AWS4-ECDSA-P256-SHA256 Credential=AK/20150830/s3/aws4_request, Signature=0"));
        let scope = scope.unwrap();
        assert_eq!(
            (scope.access_key_id.as_str(), scope.region.as_str(), scope.service.as_str()),
            ("AK", "", "s3")
        );
    }

    #[test]
    fn what_is_no_credential_gives_none() {
        for value in [
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=",
            "AWS4-HMAC-SHA256 Credential=a",
            "Basic x",
            "AWS4-X Credential=////",
        ] {
            assert_eq!(scope_of("/", Some(value)).filter(|scope| !scope.service.is_empty()), None, "{value}");
        }
    }
}
