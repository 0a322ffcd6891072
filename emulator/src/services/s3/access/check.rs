//! Whether a policy can be that of a bucket.
//!
//! Sources: S3 User Guide, "Bucket policies for Amazon S3" (its size); the sentences are those that people report of S3:
//! aws-cli issue 2779, versitygw issues 645 to 650, 1536 and pull request 1176, noobaa-core issue 10058, aws-cdk issue
//! 6708, django-storages pull request 876.

use super::super::S3Error;
use super::actions;
use crate::policy::{Context, Document, Malformed, Pattern, Scope, Statement, Whom, is_account};

/// The longest policy, in bytes.
const LONGEST_POLICY: usize = 20 << 10;

/// Reads the policy of this bucket and checks that its statements can mean something to it.
pub(super) fn parse(text: &str, bucket: &str) -> Result<Document, S3Error> {
    if !text.starts_with('{') {
        return Err(told("Policies must be valid JSON and the first byte must be '{'"));
    }
    if text.len() > LONGEST_POLICY {
        return Err(told("Policy exceeds the maximum allowed document size."));
    }
    let document = Document::parse(text).map_err(malformed)?;
    for statement in &document.statements {
        check(statement, bucket)?;
    }
    Ok(document)
}

fn check(statement: &Statement, bucket: &str) -> Result<(), S3Error> {
    let principals = statement.principals.as_ref().ok_or_else(|| told("Missing required field Principal"))?;
    let resources =
        statement.resources.as_ref().ok_or_else(|| told("Statement is missing required element"))?;
    if !principals.named.iter().all(is_somebody) {
        return Err(told("Invalid principal in policy"));
    }
    if !statement.actions.patterns.iter().all(|pattern| actions_of(pattern).next().is_some()) {
        return Err(told("Policy has invalid action"));
    }
    if !resources.patterns.iter().all(|pattern| Reach::of(pattern, bucket).is_some()) {
        return Err(told("Policy has invalid resource"));
    }
    if statement.condition.clauses.iter().any(|clause| !clause.key.contains(':')) {
        return Err(told("Policy has an invalid condition key"));
    }
    if applies(&statement.actions, resources, bucket) {
        Ok(())
    } else {
        Err(told("Action does not apply to any resource(s) in statement"))
    }
}

/// Whether every action can be done with one of the resources.
fn applies(actions: &Scope, resources: &Scope, bucket: &str) -> bool {
    if actions.is_inverted || resources.is_inverted {
        return true;
    }
    let reached: Vec<Reach> =
        resources.patterns.iter().filter_map(|pattern| Reach::of(pattern, bucket)).collect();
    let is_reached =
        |is_object: bool| reached.iter().any(|reach| if is_object { reach.objects } else { reach.bucket });
    actions.patterns.iter().all(|pattern| actions_of(pattern).any(|(_, is_object)| is_reached(is_object)))
}

/// The actions that a pattern names.
fn actions_of(pattern: &Pattern) -> impl Iterator<Item = (&'static str, bool)> {
    actions::all().filter(|(action, _)| pattern.matches_ignoring_case(&format!("s3:{action}"), &Nothing))
}

/// What of a bucket a resource can be.
struct Reach {
    bucket: bool,
    objects: bool,
}

impl Reach {
    /// What of this bucket a resource can be; `None` where it is of another.
    fn of(pattern: &Pattern, bucket: &str) -> Option<Reach> {
        let rest = pattern.as_str().strip_prefix("arn:aws:s3:::")?.strip_prefix(bucket)?;
        match rest.chars().next() {
            None => Some(Reach { bucket: true, objects: false }),
            Some('/') => Some(Reach { bucket: false, objects: true }),
            Some('*') => Some(Reach { bucket: rest.len() == 1, objects: true }),
            Some(_) => None,
        }
    }
}

/// Whether a principal is of the form that one has. Users and roles are not looked up: there are none to be found.
fn is_somebody(whom: &Whom) -> bool {
    match whom {
        Whom::Everybody | Whom::Federated(_) => true,
        Whom::Account(account) => is_account(account),
        Whom::CanonicalUser(id) => id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
        Whom::Service(name) => name.contains(".amazonaws.com") || name.ends_with(".amazon.com"),
        Whom::Arn(arn) => {
            let parts: Vec<&str> = arn.splitn(6, ':').collect();
            let ["arn", _, service, "", account, name] = parts.as_slice() else { return false };
            let is_origin_access_identity = *account == "cloudfront" && !name.contains(' ');
            let kinds: &[&str] = match *service {
                "iam" => &["user/", "role/"],
                "sts" => &["assumed-role/", "federated-user/"],
                _ => return false,
            };
            let is_named =
                kinds.iter().any(|kind| name.strip_prefix(kind).is_some_and(|name| !name.is_empty()));
            is_named && !name.contains(['*', '?']) && (is_account(account) || is_origin_access_identity)
        }
    }
}

fn malformed(error: Malformed) -> S3Error {
    match error {
        Malformed::NotJson => told("This policy contains invalid Json"),
        Malformed::Version => told("The policy must contain a valid version string"),
        Malformed::UnknownField(name) => told(format!("Unknown field {name}")),
        Malformed::NoStatement => told("Missing required field Statement"),
        Malformed::EmptyStatement => told("Could not parse the policy: Statement is empty!"),
        Malformed::Missing("Action") => told("Statement is missing required element"),
        Malformed::Missing(name) => told(format!("Missing required field {name}")),
        Malformed::Effect(effect) => told(format!("Invalid effect: {effect}")),
        Malformed::Syntax => told("Invalid policy syntax."),
        Malformed::Operator(name) => told(format!("Invalid Condition type : {name}")),
    }
}

fn told(sentence: impl Into<String>) -> S3Error {
    S3Error::MalformedPolicy(sentence.into())
}

/// No circumstances: what a pattern names by itself.
struct Nothing;

impl Context for Nothing {
    fn values(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}
