//! The signature of a form that a browser sends: over the policy, as it came.
//!
//! Sources: S3 API reference, "Authenticating Requests in Browser-Based Uploads Using POST (AWS Signature Version 4)",
//! and User Guide, "Browser-based uploads using POST (AWS signature version 2)". The sentences as S3 answered: the
//! recordings of localstack's tests/aws/services/s3/test_s3.py (TestS3PresignedPost), meteor-slingshot issue 150 and
//! aws-sdk-js issue 2529 (region), outline issue 7060 (no key), s3upload issue 1 (date), aws-s3 issue 65 (members).

use super::amz_date;
use super::canonical::SigningKey;
use super::credential::{CredentialProblem, CredentialScope, Endpoint};
use super::refusal::{Family, MISMATCH, Refusal, SignatureError, spaced_hex};
use super::v2;
use super::verify::{Secrets, Unknown};
use http::StatusCode;
use subtle::ConstantTimeEq;

/// The fields of each version, in the order in which the first that is missing is told.
const OF_VERSION_4: [&str; 4] = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"];
const OF_VERSION_2: [&str; 2] = ["AWSAccessKeyId", "Signature"];

/// A form that is signed.
#[derive(Debug)]
pub struct SignedForm<'a> {
    /// The key of whoever signed.
    pub access_key_id: String,
    /// The region that is signed for, with the whole credential; version 2 names none.
    pub region: Option<(String, &'a str)>,
    policy: &'a str,
    signature: &'a str,
    token: Option<&'a str>,
    scope: Option<CredentialScope>,
}

impl<'a> SignedForm<'a> {
    /// Reads the fields of a form; `None` where nobody has signed it.
    pub fn read(field: impl Fn(&str) -> Option<&'a str>) -> Result<Option<SignedForm<'a>>, Refusal> {
        let has = |names: &[&str]| names.iter().any(|name| field(name).is_some());
        let (is_version_4, names) = match (has(&OF_VERSION_4), has(&OF_VERSION_2)) {
            (true, _) => (true, &OF_VERSION_4[..]),
            (false, true) => (false, &OF_VERSION_2[..]),
            (false, false) => return Ok(None),
        };
        let wanted = |name: &'static str| field(name).ok_or_else(|| missing_field(name));
        names.iter().try_for_each(|name| wanted(name).map(drop))?;
        let (policy, token) = (wanted("Policy")?, field("X-Amz-Security-Token"));
        if !is_version_4 {
            let access_key_id = wanted("AWSAccessKeyId")?.to_owned();
            let signature = wanted("Signature")?;
            return Ok(Some(SignedForm {
                access_key_id,
                region: None,
                policy,
                signature,
                token,
                scope: None,
            }));
        }
        let algorithm = wanted("X-Amz-Algorithm")?;
        if algorithm != "AWS4-HMAC-SHA256" {
            let message = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"";
            return Err(argument(message, "X-Amz-Algorithm", algorithm));
        }
        let credential = wanted("X-Amz-Credential")?;
        let endpoint = Endpoint { service: Some("s3"), region: None };
        let scope = CredentialScope::parse(credential, &endpoint)
            .map_err(|problems| argument(&words(problems.first()), "X-Amz-Credential", credential))?;
        if scope.access_key_id.is_empty() {
            let message = "a non-empty Access Key (AKID) must be provided in the credential.";
            return Err(argument(message, "X-Amz-Credential", credential));
        }
        let date = wanted("X-Amz-Date")?;
        if amz_date::parse(date).is_none() {
            let message = "X-Amz-Date must be formated via ISO8601 Long format";
            return Err(argument(message, "X-Amz-Date", date));
        }
        Ok(Some(SignedForm {
            access_key_id: scope.access_key_id.clone(),
            region: Some((scope.region.clone(), credential)),
            policy,
            signature: wanted("X-Amz-Signature")?,
            token,
            scope: Some(scope),
        }))
    }

    /// Checks the signature against the secret of whoever it says signed.
    pub fn verify(&self, secrets: &dyn Secrets) -> Result<(), Refusal> {
        let secret = secrets.find(&self.access_key_id, self.token).map_err(|unknown| {
            let token = self.token.unwrap_or_default().to_owned();
            let error = match unknown {
                Unknown::AccessKey => {
                    SignatureError::UnknownAccessKey { access_key_id: self.access_key_id.clone() }
                }
                Unknown::Token => SignatureError::InvalidToken { token },
                Unknown::ExpiredToken => SignatureError::ExpiredToken { token },
            };
            error.refusal(Family::S3)
        })?;
        let expected = match &self.scope {
            Some(scope) => SigningKey::derive(&secret, scope).sign(self.policy),
            None => v2::sign(&secret, self.policy),
        };
        if expected.as_bytes().ct_eq(self.signature.as_bytes()).into() {
            return Ok(());
        }
        Err(Refusal::new("SignatureDoesNotMatch", StatusCode::FORBIDDEN, MISMATCH)
            .with("AWSAccessKeyId", &*self.access_key_id)
            .with("StringToSign", self.policy)
            .with("SignatureProvided", self.signature)
            .with("StringToSignBytes", spaced_hex(self.policy.as_bytes())))
    }
}

/// The refusal of a form that lacks a field.
pub fn missing_field(name: &str) -> Refusal {
    let message = format!(
        "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
    );
    argument(&message, name, "")
}

/// The refusal of a form that is signed for another region than the bucket's.
pub fn wrong_region(given: &str, expected: &str, credential: &str) -> Refusal {
    let message = format!("the region '{given}' is wrong; expecting '{expected}'");
    argument(&message, "X-Amz-Credential", credential).with("Region", expected)
}

fn argument(message: &str, name: &str, value: &str) -> Refusal {
    Refusal::new("InvalidArgument", StatusCode::BAD_REQUEST, message)
        .with("ArgumentName", name)
        .with("ArgumentValue", value)
}

/// What is wrong with a credential, in the words of its other places.
fn words(problem: Option<&CredentialProblem>) -> String {
    match problem {
        Some(CredentialProblem::DateFormat(given)) => format!(
            "incorrect date format \"{given}\". This date in the credential must be in the format \"yyyyMMdd\"."
        ),
        Some(CredentialProblem::EmptyRegion) => {
            "a non-empty region must be provided in the credential.".to_owned()
        }
        Some(CredentialProblem::Service { given, expected }) => {
            format!("incorrect service \"{given}\". This endpoint belongs to \"{expected}\".")
        }
        Some(CredentialProblem::Terminal(given)) => {
            format!("incorrect terminal \"{given}\". This endpoint uses \"aws4_request\".")
        }
        _ => "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Documented;

    impl Secrets for Documented {
        fn find(&self, key: &str, token: Option<&str>) -> Result<String, Unknown> {
            match (key, token) {
                ("AKIAIOSFODNN7EXAMPLE", None) => Ok("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
                ("AKIAIOSFODNN7EXAMPLE", _) => Err(Unknown::Token),
                _ => Err(Unknown::AccessKey),
            }
        }
    }

    /// API reference, "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)".
    const POLICY: &str = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
    const SIGNATURE: &str = "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";

    fn documented() -> Vec<(&'static str, &'static str)> {
        vec![
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"),
            ("X-Amz-Date", "20151229T000000Z"),
            ("X-Amz-Signature", SIGNATURE),
            ("Policy", POLICY),
        ]
    }

    fn check(fields: &[(&'static str, &'static str)]) -> Result<bool, Refusal> {
        let form = SignedForm::read(|name| {
            fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
        })?;
        form.map_or(Ok(false), |form| form.verify(&Documented).map(|()| true))
    }

    #[test]
    fn the_documented_form_is_signed_rightly() {
        assert_eq!(check(&documented()), Ok(true));
        assert_eq!(check(&[("Policy", POLICY)]), Ok(false));
    }

    #[test]
    fn what_is_missing_or_wrong_is_told() {
        for (name, _) in &documented()[..4] {
            let mut fields = documented();
            fields.retain(|(known, _)| known != name);
            let refusal = check(&fields).unwrap_err();
            assert!(refusal.message.contains(&format!("named '{name}'.  If")), "{}", refusal.message);
        }
        let with = |name: &'static str, value: &'static str| {
            let mut fields = documented();
            fields.retain(|(known, _)| *known != name);
            fields.push((name, value));
            check(&fields).unwrap_err().code
        };
        assert_eq!(with("X-Amz-Signature", "00"), "SignatureDoesNotMatch");
        assert_eq!(with("Policy", "e30="), "SignatureDoesNotMatch");
        assert_eq!(with("X-Amz-Security-Token", "t"), "InvalidToken");
        assert_eq!(with("X-Amz-Credential", "A/20151229/us-east-1/s3/aws4_request"), "InvalidAccessKeyId");
        assert_eq!(with("X-Amz-Credential", "A/2015"), "InvalidArgument");
        assert_eq!(with("X-Amz-Date", "today"), "InvalidArgument");
        assert_eq!(with("X-Amz-Algorithm", "AWS4"), "InvalidArgument");
    }
}
