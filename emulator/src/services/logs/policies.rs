//! PutResourcePolicy, DescribeResourcePolicies and DeleteResourcePolicy: who may write logs. They are kept and told.
//!
//! Source: recordings of AWS in localstack's test_logs_resource_policies.snapshot.json; API reference, PutResourcePolicy
//! ("up to 10 resource policies per region").

use super::{Logs, LogsError, page};
use crate::gateway::Caller;
use ruststack_models::logs::types::{
    DeleteResourcePolicyRequest, DescribeResourcePoliciesRequest, DescribeResourcePoliciesResponse,
    PutResourcePolicyRequest, PutResourcePolicyResponse, ResourcePolicy,
};
use ruststack_wire::value::{Unit, copy};
use std::ops::Bound;

/// The most policies of an account in a region.
const MOST_POLICIES: usize = 10;
const ACCOUNT: &str = "ACCOUNT";
const RESOURCE: &str = "RESOURCE";

impl Logs {
    /// Puts a policy of the account, by its name, or of a resource, by its ARN.
    pub(super) async fn put_resource_policy(
        &self,
        caller: &Caller,
        input: PutResourcePolicyRequest,
    ) -> Result<PutResourcePolicyResponse, LogsError> {
        let (scope, key) = match (&input.resource_arn, &input.policy_name) {
            (Some(arn), _) => (RESOURCE, arn.clone()),
            (None, Some(name)) => (ACCOUNT, name.clone()),
            (None, None) => return Err(LogsError::invalid("Policy name must be specified.")),
        };
        let space = self.space(&caller.account, &caller.region);
        let mut policies = space.policies();
        let is_new = !policies.contains_key(&(scope, key.clone()));
        let of_account = policies.keys().filter(|(scope, _)| *scope == ACCOUNT).count();
        if is_new && scope == ACCOUNT && of_account >= MOST_POLICIES {
            return Err(LogsError::LimitExceeded);
        }
        check_revision(policies.get(&(scope, key.clone())), input.expected_revision_id.as_deref())?;
        let revision_id = (scope == RESOURCE).then(|| caller.fresh.uuid());
        let policy = ResourcePolicy {
            policy_name: input.policy_name,
            policy_document: input.policy_document,
            last_updated_time: Some(caller.now.millis()),
            policy_scope: Some(scope.to_owned()),
            resource_arn: input.resource_arn,
            revision_id: revision_id.clone(),
        };
        let told = copy(&policy);
        policies.insert((scope, key), policy);
        Ok(PutResourcePolicyResponse { resource_policy: Some(told), revision_id })
    }

    /// Tells the policies of the account, or of resources where the caller asks for those.
    pub(super) async fn describe_resource_policies(
        &self,
        caller: &Caller,
        input: DescribeResourcePoliciesRequest,
    ) -> Result<DescribeResourcePoliciesResponse, LogsError> {
        let is_of_resources = input.resource_arn.is_some() || input.policy_scope.as_deref() == Some(RESOURCE);
        let scope = if is_of_resources { RESOURCE } else { ACCOUNT };
        let after = page::after(input.next_token.as_deref())?.unwrap_or_default();
        let space = self.space(&caller.account, &caller.region);
        let policies = space.policies();
        let of_scope = policies
            .range((Bound::Excluded((scope, after)), Bound::Unbounded))
            .take_while(|((of, _), _)| *of == scope)
            .filter(|((_, key), _)| input.resource_arn.as_ref().is_none_or(|arn| arn == key));
        let (page, next_token) =
            page::cut(of_scope, page::limit(input.limit, page::PAGE), |((_, key), _)| key.clone());
        let told = page.into_iter().map(|(_, policy)| copy(policy));
        Ok(DescribeResourcePoliciesResponse { resource_policies: Some(told.collect()), next_token })
    }

    /// Deletes a policy.
    pub(super) async fn delete_resource_policy(
        &self,
        caller: &Caller,
        input: DeleteResourcePolicyRequest,
    ) -> Result<Unit, LogsError> {
        let name = input.policy_name.unwrap_or_default();
        let key = match &input.resource_arn {
            Some(arn) => (RESOURCE, arn.clone()),
            None => (ACCOUNT, name.clone()),
        };
        let space = self.space(&caller.account, &caller.region);
        let mut policies = space.policies();
        check_revision(policies.get(&key), input.expected_revision_id.as_deref())?;
        let missing = || LogsError::NotFound(format!("Policy with name [{name}] does not exist.").into());
        policies.remove(&key).map(|_| Unit::default()).ok_or_else(missing)
    }
}

/// Refuses to change a policy that is no longer the one that the caller saw.
fn check_revision(policy: Option<&ResourcePolicy>, expected: Option<&str>) -> Result<(), LogsError> {
    let Some(expected) = expected else { return Ok(()) };
    let is_it = policy.is_some_and(|policy| policy.revision_id.as_deref() == Some(expected));
    let refused =
        || LogsError::invalid("The specified expectedRevisionId does not match the current revision.");
    is_it.then_some(()).ok_or_else(refused)
}
