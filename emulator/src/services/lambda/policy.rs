//! The statements of policies of functions and layers, in the JSON that AWS writes.
//!
//! Sources: API reference, AddPermission and AddLayerVersionPermission; Developer Guide, "Working with resource-based IAM
//! policies in Lambda"; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json: TestLambdaPermissions,
//! test_layer_policy_lifecycle).

use super::LambdaError;
use super::function::{Function, Statement};
use super::name::qualified;
use crate::gateway::Caller;
use crate::policy::{Caller as Principal, Context, Decision, Document, Request};
use serde_json::{Map, Value as Json, json};

/// Who is let do what, before it is JSON.
pub(super) struct Grant<'a> {
    pub(super) id: &'a str,
    pub(super) principal: Json,
    pub(super) action: &'a str,
    pub(super) resource: &'a str,
    /// Operator, key and value of each condition, in AWS's order.
    pub(super) conditions: Vec<(&'static str, &'static str, Option<String>)>,
}

impl Grant<'_> {
    /// The statement.
    pub(super) fn statement(self) -> Statement {
        let mut statement = json!({
            "Sid": self.id,
            "Effect": "Allow",
            "Principal": self.principal,
            "Action": self.action,
            "Resource": self.resource,
        });
        let mut conditions = Map::new();
        for (operator, key, value) in self.conditions {
            let Some(value) = value else { continue };
            let operator = conditions.entry(operator).or_insert_with(|| json!({}));
            operator[key] = value.into();
        }
        if !conditions.is_empty() {
            statement["Condition"] = conditions.into();
        }
        Statement { id: self.id.to_owned(), json: statement.to_string() }
    }
}

/// Whether the policy of a function, or of its alias, lets somebody call its URL.
pub(super) fn lets_call_url(
    function: &Function,
    qualifier: Option<&str>,
    auth_type: &str,
    caller: &Caller,
) -> bool {
    let statements = function.policies.get(qualifier.unwrap_or_default());
    let Some(Ok(policy)) = statements.map(|statements| Document::parse(&document(statements))) else {
        return false;
    };
    let arn = caller.principal_arn();
    let who = if caller.is_anonymous() {
        Principal::Anonymous
    } else {
        Principal::Signed { account: &caller.account, arn: &arn, canonical_id: None }
    };
    let resource = qualified(&function.arn, qualifier);
    let context = OfUrl(auth_type);
    let request =
        Request { caller: who, action: "lambda:InvokeFunctionUrl", resource: &resource, context: &context };
    policy.decide(&request) == Decision::Allow
}

/// What conditions ask of a call of a URL.
struct OfUrl<'a>(&'a str);

impl Context for OfUrl<'_> {
    fn values(&self, key: &str) -> Vec<String> {
        if key.eq_ignore_ascii_case("lambda:FunctionUrlAuthType") {
            vec![self.0.to_owned()]
        } else {
            Vec::new()
        }
    }
}

/// Who is meant: a service, an account, a user or role, or everybody.
pub(super) fn principal(text: &str) -> Result<Json, LambdaError> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text == "*" {
        Ok("*".into())
    } else if is_account {
        Ok(json!({"AWS": format!("arn:aws:iam::{text}:root")}))
    } else if text.starts_with("arn:") {
        Ok(json!({"AWS": text}))
    } else if text.contains('.') && !text.ends_with('.') {
        Ok(json!({"Service": text}))
    } else {
        Err(LambdaError::invalid(
            "The provided principal was invalid. Please check the principal and try again.",
        ))
    }
}

/// The policy with these statements.
pub(super) fn document(statements: &[Statement]) -> String {
    let statements: Vec<&str> = statements.iter().map(|statement| statement.json.as_str()).collect();
    format!(r#"{{"Version":"2012-10-17","Id":"default","Statement":[{}]}}"#, statements.join(","))
}

/// Adds a statement, whose id no other has.
pub(super) fn add(statements: &mut Vec<Statement>, statement: Statement) -> Result<(), LambdaError> {
    if statements.iter().any(|other| other.id == statement.id) {
        return Err(LambdaError::conflict(format!(
            "The statement id ({}) provided already exists. Please provide a new statement id, or remove the existing statement.",
            statement.id
        )));
    }
    statements.push(statement);
    Ok(())
}

/// Removes the statement of this id.
pub(super) fn remove(statements: &mut Vec<Statement>, id: &str) -> Result<(), LambdaError> {
    let missing = || LambdaError::not_found(format!("Statement {id} is not found in resource policy."));
    let at = statements.iter().position(|statement| statement.id == id).ok_or_else(missing)?;
    statements.remove(at);
    Ok(())
}
