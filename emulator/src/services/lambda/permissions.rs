//! AddPermission, RemovePermission and GetPolicy.
//!
//! Source: API reference; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json:
//! TestLambdaPermissions).

use super::name::{LATEST, Named, qualified};
use super::policy::{self, Grant};
use super::{Lambda, LambdaError, named};
use crate::gateway::Caller;
use ruststack_models::lambda::types::{
    AddPermissionRequest, AddPermissionResponse, GetPolicyRequest, GetPolicyResponse, RemovePermissionRequest,
};
use ruststack_wire::value::Unit;

impl Lambda {
    /// Lets somebody call a function, one of its versions or an alias.
    pub(super) async fn add_permission(
        &self,
        caller: &Caller,
        input: AddPermissionRequest,
    ) -> Result<AddPermissionResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        if named.qualifier.as_deref() == Some(LATEST) {
            return Err(LambdaError::invalid("We currently do not support adding policies for $LATEST."));
        }
        let principal = policy::principal(input.principal.as_deref().unwrap_or_default())?;
        let qualifier = named.qualifier.clone();
        self.change(&unqualified(&named), |function| {
            if let Some(qualifier) = &qualifier {
                function.check_qualifier(qualifier)?;
            }
            check_revision(function.revision(qualifier.as_deref()), input.revision_id.as_deref())?;
            let via_url = input.invoked_via_function_url.map(|via_url| via_url.to_string());
            let statement = Grant {
                id: input.statement_id.as_deref().unwrap_or_default(),
                principal,
                action: input.action.as_deref().unwrap_or_default(),
                resource: &qualified(&function.arn, qualifier.as_deref()),
                conditions: vec![
                    ("StringEquals", "AWS:SourceAccount", input.source_account),
                    ("StringEquals", "lambda:EventSourceToken", input.event_source_token),
                    ("StringEquals", "lambda:FunctionUrlAuthType", input.function_url_auth_type),
                    ("StringEquals", "aws:PrincipalOrgID", input.principal_org_id),
                    ("Bool", "lambda:InvokedViaFunctionUrl", via_url),
                    ("ArnLike", "AWS:SourceArn", input.source_arn),
                ],
            }
            .statement();
            let told = statement.json.clone();
            let place = qualifier.clone().unwrap_or_default();
            policy::add(function.policies.entry(place).or_default(), statement)?;
            function.revise(qualifier.as_deref(), caller.fresh.uuid());
            Ok(AddPermissionResponse { statement: Some(told) })
        })
    }

    /// Takes a statement back.
    pub(super) async fn remove_permission(
        &self,
        caller: &Caller,
        input: RemovePermissionRequest,
    ) -> Result<Unit, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        if self.find(&named).is_none() {
            return Err(LambdaError::not_found(format!("No policy found for: {}", named.qualified_arn())));
        }
        let qualifier = named.qualifier.clone();
        self.change(&unqualified(&named), |function| {
            if let Some(qualifier) = &qualifier {
                function.check_qualifier(qualifier)?;
            }
            let place = qualifier.clone().unwrap_or_default();
            let missing = || LambdaError::not_found("No policy is associated with the given resource.");
            let revision = function.revision(qualifier.as_deref()).to_owned();
            let statements = function.policies.get_mut(&place).ok_or_else(missing)?;
            check_revision(&revision, input.revision_id.as_deref())?;
            policy::remove(statements, input.statement_id.as_deref().unwrap_or_default())?;
            if statements.is_empty() {
                function.policies.remove(&place);
            }
            function.revise(qualifier.as_deref(), caller.fresh.uuid());
            Ok(Unit::default())
        })
    }

    /// Tells the policy of a function, one of its versions or an alias.
    pub(super) async fn get_policy(
        &self,
        caller: &Caller,
        input: GetPolicyRequest,
    ) -> Result<GetPolicyResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let function = self.function(&named)?;
        let qualifier = named.qualifier.as_deref();
        let statements = function.policies.get(qualifier.unwrap_or_default());
        let statements = statements.ok_or_else(LambdaError::no_resource)?;
        Ok(GetPolicyResponse {
            policy: Some(policy::document(statements)),
            revision_id: Some(function.revision(qualifier).to_owned()),
        })
    }
}

fn unqualified(named: &Named) -> Named {
    Named { qualifier: None, ..named.clone() }
}

fn check_revision(is: &str, wanted: Option<&str>) -> Result<(), LambdaError> {
    if wanted.is_none_or(|wanted| wanted == is) { Ok(()) } else { Err(LambdaError::revision()) }
}
