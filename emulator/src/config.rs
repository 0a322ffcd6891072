//! How an emulator is set up.

use ruststack_wire::sign::verify::{Secrets, Unknown};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// The account of a caller whose access key is not an account itself.
pub const DEFAULT_ACCOUNT: &str = "000000000000";
/// The region of a caller who names none.
pub const DEFAULT_REGION: &str = "us-east-1";

/// How an emulator is set up.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Who may call.
    pub auth: Auth,
    /// The services that are switched off, by name.
    pub disabled: HashSet<String>,
    /// Whether all accounts and regions have the same tables in DynamoDB.
    pub dynamodb_is_shared: bool,
    /// For how many milliseconds a table of DynamoDB is made, changed or deleted before it is ready or gone.
    pub dynamodb_transition_ms: u32,
    /// What runs functions.
    pub lambda_executor: LambdaExecutor,
    /// What new ids are made from; the same seed gives the same ids.
    pub seed: Option<u64>,
}

/// What runs functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LambdaExecutor {
    /// Processes of this machine.
    #[default]
    Process,
    /// Nothing: functions are kept and told of, and Invoke answers 501.
    None,
}

/// Who may call.
#[derive(Debug, Clone, Default)]
pub enum Auth {
    /// Anybody: signatures are not checked, only whether a presigned URL has expired.
    #[default]
    Accept,
    /// Who signs rightly with one of these keys.
    Verify(Credentials),
}

/// Access keys and what belongs to each.
#[derive(Debug, Clone, Default)]
pub struct Credentials(HashMap<String, Credential>);

/// What belongs to an access key.
#[derive(Clone)]
struct Credential {
    secret: String,
    session_token: Option<String>,
    account: Option<String>,
    user_arn: Option<String>,
}

impl Credentials {
    /// Reads a file in the form of `~/.aws/credentials`: sections with `aws_access_key_id`,
    /// `aws_secret_access_key` and, where wanted, `aws_session_token`, `aws_account_id` and `aws_user_arn`: the ARN of
    /// the user whose key it is, where it is not that of the account's root user.
    ///
    /// The error names the line and what was expected there, never a secret.
    pub fn parse(text: &str) -> Result<Credentials, String> {
        let mut credentials = Credentials::default();
        let mut section: Option<Section> = None;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            let number = index + 1;
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if line.starts_with('[') && line.ends_with(']') {
                credentials.close(section.replace(Section { line: number, ..Section::default() }))?;
                continue;
            }
            let Some((name, value)) = line.split_once('=') else {
                return Err(format!("line {number}: expected `name = value` or `[profile]`"));
            };
            let section = section.as_mut().ok_or(format!("line {number}: expected `[profile]` first"))?;
            let value = value.trim().to_owned();
            match name.trim() {
                "aws_access_key_id" => section.access_key_id = Some(value),
                "aws_secret_access_key" => section.secret = Some(value),
                "aws_session_token" => section.session_token = Some(value),
                "aws_account_id" => section.account = Some(value),
                "aws_user_arn" => section.user_arn = Some(value),
                _ => {}
            }
        }
        credentials.close(section)?;
        if credentials.0.is_empty() {
            return Err("expected a profile with aws_access_key_id and aws_secret_access_key".into());
        }
        Ok(credentials)
    }

    /// Adds a key with its secret.
    pub fn add(&mut self, access_key_id: &str, secret: &str) {
        let secret = secret.to_owned();
        let credential = Credential { secret, session_token: None, account: None, user_arn: None };
        self.0.insert(access_key_id.to_owned(), credential);
    }

    /// The account of a key, where one is given, by itself or in the ARN of the user.
    pub(crate) fn account(&self, access_key_id: &str) -> Option<&str> {
        let credential = self.0.get(access_key_id)?;
        let of_user = || credential.user_arn.as_deref()?.split(':').nth(4);
        credential.account.as_deref().or_else(of_user)
    }

    /// The ARN of the user whose key it is, where one is given.
    pub(crate) fn user_arn(&self, access_key_id: &str) -> Option<&str> {
        self.0.get(access_key_id)?.user_arn.as_deref()
    }

    fn close(&mut self, section: Option<Section>) -> Result<(), String> {
        let Some(section) = section else { return Ok(()) };
        let (Some(key), Some(secret)) = (section.access_key_id, section.secret) else {
            let line = section.line;
            return Err(format!(
                "line {line}: expected aws_access_key_id and aws_secret_access_key in the profile"
            ));
        };
        let Section { session_token, account, user_arn, .. } = section;
        let credential = Credential { secret, session_token, account, user_arn };
        self.0.insert(key, credential);
        Ok(())
    }
}

/// A section as far as it has been read.
#[derive(Default)]
struct Section {
    line: usize,
    access_key_id: Option<String>,
    secret: Option<String>,
    session_token: Option<String>,
    account: Option<String>,
    user_arn: Option<String>,
}

impl Secrets for Credentials {
    fn find(&self, access_key_id: &str, session_token: Option<&str>) -> Result<String, Unknown> {
        let credential = self.0.get(access_key_id).ok_or(Unknown::AccessKey)?;
        if credential.session_token.as_deref() != session_token {
            return Err(Unknown::Token);
        }
        Ok(credential.secret.clone())
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_profiles_is_read() {
        let text = "# mine\n[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key=secret\naws_account_id = 111122223333\n";
        let credentials = Credentials::parse(text).unwrap();
        assert_eq!(credentials.find("AKIDEXAMPLE", None).ok().as_deref(), Some("secret"));
        assert!(matches!(credentials.find("AKIDEXAMPLE", Some("t")), Err(Unknown::Token)));
        assert_eq!(credentials.account("AKIDEXAMPLE"), Some("111122223333"));
        assert!(!format!("{credentials:?}").contains("secret"));
    }

    #[test]
    fn a_user_has_a_name_and_an_account() {
        let text = "[u]\naws_access_key_id = A\naws_secret_access_key = s\naws_user_arn = arn:aws:iam::111122223333:user/u\n";
        let credentials = Credentials::parse(text).unwrap();
        assert_eq!(credentials.account("A"), Some("111122223333"));
        assert_eq!(credentials.user_arn("A"), Some("arn:aws:iam::111122223333:user/u"));
    }

    #[test]
    fn a_bad_file_is_told_by_its_line() {
        for (text, told) in [
            ("x", "line 1: expected `name = value` or `[profile]`"),
            ("a = b", "line 1: expected `[profile]` first"),
            (
                "\n[p]\naws_access_key_id = A",
                "line 2: expected aws_access_key_id and aws_secret_access_key in the profile",
            ),
            ("", "expected a profile with aws_access_key_id and aws_secret_access_key"),
        ] {
            assert_eq!(Credentials::parse(text).unwrap_err(), told);
        }
    }
}
