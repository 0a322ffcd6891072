//! PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy, of tables and of streams.
//!
//! A policy is kept as AWS gives it back: without spaces, its members in a fixed order, a list of one as its element, an
//! account as the ARN of its root user. Who has the same policy put again gets the same revision.
//!
//! Source: aws-controllers-k8s/dynamodb-controller, docs/api-quirks/table-policy-kinesis-autoscaling.md (DDB-TABLE-205 to
//! 214, 351 to 355) and details/DDB-TABLE-442.md.

use crate::gateway::Caller;
use crate::policy::STATEMENT_MEMBERS;
use crate::policy::{Document, Malformed, is_account};
use crate::services::dynamodb::store::Table;
use crate::services::dynamodb::tables::table_of_arn;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::shapes;
use ruststack_models::dynamodb::types::{
    DeleteResourcePolicyInput, DeleteResourcePolicyOutput, GetResourcePolicyInput, GetResourcePolicyOutput,
    PutResourcePolicyInput, PutResourcePolicyOutput,
};
use serde_json::Value as Json;
use std::sync::Arc;

/// The most bytes of a policy.
const MOST_BYTES: usize = 20_480;
/// The order of the members of a policy.
const DOCUMENT: [&str; 3] = ["Version", "Id", "Statement"];

impl DynamoDb {
    /// Puts a policy in the place of another.
    pub(in crate::services::dynamodb) async fn put_resource_policy(
        &self,
        caller: &Caller,
        input: PutResourcePolicyInput,
    ) -> Result<PutResourcePolicyOutput, DynamoDbError> {
        let policy = checked(&input.policy.unwrap_or_default())?;
        let arn = input.resource_arn.unwrap_or_default();
        let (table, whose) = self.resource(caller, &arn)?;
        let mut settings = table.settings();
        let current = settings.policies.get(&whose).cloned();
        if let Some(expected) = input.expected_revision_id {
            let fits = match &current {
                Some((_, revision)) => *revision == expected,
                None => expected == "NO_POLICY",
            };
            if !fits {
                return Err(not_the_revision(&arn));
            }
        }
        if let Some((known, revision)) = current
            && known == policy
        {
            return Ok(PutResourcePolicyOutput { revision_id: Some(revision) });
        }
        let revision = caller.now.millis().to_string();
        settings.policies.insert(whose, (policy, revision.clone()));
        Ok(PutResourcePolicyOutput { revision_id: Some(revision) })
    }

    /// Tells a policy.
    pub(in crate::services::dynamodb) async fn get_resource_policy(
        &self,
        caller: &Caller,
        input: GetResourcePolicyInput,
    ) -> Result<GetResourcePolicyOutput, DynamoDbError> {
        let arn = input.resource_arn.unwrap_or_default();
        let (table, whose) = self.resource(caller, &arn)?;
        let found = table.settings().policies.get(&whose).cloned();
        let (policy, revision) = found.ok_or_else(|| {
            DynamoDbError::Modelled(
                &shapes::POLICY_NOT_FOUND_EXCEPTION,
                format!("Resource-based policy not found for the provided ResourceArn: {arn}").into(),
            )
        })?;
        Ok(GetResourcePolicyOutput { policy: Some(policy), revision_id: Some(revision) })
    }

    /// Takes a policy away, if there is one.
    pub(in crate::services::dynamodb) async fn delete_resource_policy(
        &self,
        caller: &Caller,
        input: DeleteResourcePolicyInput,
    ) -> Result<DeleteResourcePolicyOutput, DynamoDbError> {
        let arn = input.resource_arn.unwrap_or_default();
        let (table, whose) = self.resource(caller, &arn)?;
        let mut settings = table.settings();
        let current = settings.policies.get(&whose).map(|(_, revision)| revision.clone());
        if input.expected_revision_id.is_some_and(|expected| Some(expected) != current) {
            return Err(not_the_revision(&arn));
        }
        let removed = settings.policies.remove(&whose);
        Ok(DeleteResourcePolicyOutput { revision_id: removed.map(|_| caller.now.millis().to_string()) })
    }

    /// The table that an ARN is of, and the label of its stream where the ARN is that of a stream.
    fn resource(&self, caller: &Caller, arn: &str) -> Result<(Arc<Table>, String), DynamoDbError> {
        let (of_table, label) = arn.split_once("/stream/").unwrap_or((arn, ""));
        let (region, account, name) = table_of_arn(of_table)?;
        if account != caller.account {
            return Err(DynamoDbError::validation(
                "This action is only supported by accounts that match the resource owner\u{2019}s account.",
            ));
        }
        if region != caller.region && !self.is_shared {
            return Err(DynamoDbError::parameter(format!("Invalid resource Arn: {arn}")));
        }
        let space = self.space(account, region);
        let table =
            self.living(&space, name, caller.now).ok_or_else(|| DynamoDbError::no_such_table(name))?;
        if !label.is_empty() && !space.streams().contains_key(arn) {
            return Err(DynamoDbError::ResourceNotFound(
                format!("Requested resource not found: Stream: {label} not found for Table: {name}").into(),
            ));
        }
        Ok((table, label.to_owned()))
    }
}

fn not_the_revision(arn: &str) -> DynamoDbError {
    DynamoDbError::Modelled(
        &shapes::POLICY_NOT_FOUND_EXCEPTION,
        format!("The policy revision ID provided did not match the current revision of the policy for the provided ResourceArn: {arn}").into(),
    )
}

/// Checks a policy, and gives it in the form in which it is kept.
pub(in crate::services::dynamodb) fn checked(text: &str) -> Result<String, DynamoDbError> {
    let invalid = |why: &str| DynamoDbError::parameter(format!("Invalid policy document: {why}"));
    if text.len() > MOST_BYTES {
        return Err(DynamoDbError::parameter(format!("Maximum policy size of {MOST_BYTES} bytes exceeded")));
    }
    Document::parse(text).map_err(|malformed| match malformed {
        Malformed::NotJson => invalid("This policy contains invalid Json"),
        Malformed::Missing(field) => invalid(&format!("Missing required field {field}")),
        Malformed::NoStatement | Malformed::EmptyStatement => {
            invalid("Could not parse the policy: Statement is empty!")
        }
        _ => invalid("Syntax error at position (1,1)"),
    })?;
    let document: Json =
        serde_json::from_str(text).map_err(|_| invalid("This policy contains invalid Json"))?;
    let statements = match &document["Statement"] {
        Json::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    if statements.iter().any(|statement| statement.get("Resource").or(statement.get("NotResource")).is_none())
    {
        return Err(invalid("Missing required field Resource"));
    }
    let statements: Vec<String> =
        statements.iter().map(|statement| ordered(statement, &STATEMENT_MEMBERS)).collect();
    let members = DOCUMENT.iter().filter_map(|name| {
        let value = match *name {
            "Statement" => format!("[{}]", statements.join(",")),
            "Version" => document.get("Version").map_or(r#""2008-10-17""#.to_owned(), Json::to_string),
            name => document.get(name)?.to_string(),
        };
        Some(format!("\"{name}\":{value}"))
    });
    Ok(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
}

/// A statement with its members in their order.
fn ordered(statement: &Json, names: &[&str]) -> String {
    let members = names.iter().filter_map(|name| {
        let value = statement.get(*name)?;
        let value = match *name {
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" | "Sid" | "Effect" => value.clone(),
            _ => single(value.clone()),
        };
        Some(format!("\"{name}\":{value}"))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn principal(value: &Json) -> Json {
    let Json::Object(kinds) = value else { return value.clone() };
    let kinds = kinds.iter().map(|(kind, whom)| {
        let root = |id: &Json| match id.as_str() {
            Some(id) if is_account(id) => Json::from(format!("arn:aws:iam::{id}:root")),
            _ => id.clone(),
        };
        let whom = match whom {
            Json::Array(all) => Json::Array(all.iter().map(root).collect()),
            one => root(one),
        };
        (kind.clone(), single(whom))
    });
    Json::Object(kinds.collect())
}

/// A list of one is its element.
fn single(value: Json) -> Json {
    match value {
        Json::Array(mut all) if all.len() == 1 => all.pop().unwrap_or_default(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_kept_in_one_form() {
        let text = r#"{ "Statement": {"Action": ["dynamodb:GetItem"], "Resource": "*", "Effect": "Allow",
            "Principal": {"AWS": "111122223333"}, "Sid": "a"}, "Version": "2012-10-17" }"#;
        assert_eq!(
            checked(text).expect("a policy"),
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"dynamodb:GetItem","Resource":"*"}]}"#
        );
    }
}
