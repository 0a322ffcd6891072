//! Whom a statement means.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Caller<'a> {
    /// Nobody has signed.
    Anonymous,
    /// A principal of an account.
    Signed {
        /// The twelve digits of the account.
        account: &'a str,
        /// The ARN of the user, the role session or the root user.
        arn: &'a str,
        /// The canonical user id of the account, for services that have one.
        canonical_id: Option<&'a str>,
    },
}

/// Whom a statement means: all who are named, or with `NotPrincipal` all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principals {
    /// Whom it names.
    pub named: Vec<Whom>,
    /// Whether it means all but those.
    pub is_inverted: bool,
}

/// One of those whom a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// `*`, by itself or as `AWS`: everybody, anonymous callers too.
    Everybody,
    /// An account: whoever it lets.
    Account(String),
    /// A principal by its ARN.
    Arn(String),
    /// An account by its canonical user id.
    CanonicalUser(String),
    /// A service, such as `logs.amazonaws.com`.
    Service(String),
    /// An identity provider.
    Federated(String),
}

impl Principals {
    /// Whether a caller is meant.
    pub fn include(&self, caller: &Caller<'_>) -> bool {
        self.named.iter().any(|whom| whom.is(caller)) != self.is_inverted
    }
}

impl Whom {
    /// Reads the value of `AWS`: an account, the ARN of its root user, which means the account, or another ARN.
    pub fn of_aws(text: &str) -> Whom {
        if text == "*" {
            return Whom::Everybody;
        }
        if is_account(text) {
            return Whom::Account(text.to_owned());
        }
        let mut parts = text.splitn(6, ':');
        match (parts.next(), parts.nth(1), parts.nth(1), parts.next()) {
            (Some("arn"), Some("iam"), Some(account), Some("root")) => Whom::Account(account.to_owned()),
            _ => Whom::Arn(text.to_owned()),
        }
    }

    fn is(&self, caller: &Caller<'_>) -> bool {
        match (self, caller) {
            (Whom::Everybody, _) => true,
            (_, Caller::Anonymous) => false,
            (Whom::Account(named), Caller::Signed { account, .. }) => named == account,
            (Whom::Arn(named), Caller::Signed { arn, .. }) => named == arn || is_session_of(arn, named),
            (Whom::CanonicalUser(named), Caller::Signed { canonical_id, .. }) => {
                canonical_id.is_some_and(|id| named.eq_ignore_ascii_case(id))
            }
            (Whom::Service(_) | Whom::Federated(_), Caller::Signed { .. }) => false,
        }
    }
}

/// Whether this is the number of an account.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `arn:aws:sts::…:assumed-role/Name/session` is a session of `arn:aws:iam::…:role/path/Name`.
fn is_session_of(session: &str, role: &str) -> bool {
    let (Some((of_session, name)), Some((of_role, path))) =
        (session.split_once(":assumed-role/"), role.split_once(":role/"))
    else {
        return false;
    };
    let name = name.split('/').next().unwrap_or_default();
    let account = |text: &str| text.rsplit(':').next().unwrap_or_default().to_owned();
    account(of_session) == account(of_role) && path.rsplit('/').next() == Some(name)
}
