//! DeleteFunction.
//!
//! Sources: API reference, DeleteFunction; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json:
//! test_delete_on_nonexisting_version, test_ops_with_arn_qualifier_mismatch);
//! <https://github.com/zappa/Zappa/issues/960> for versions that aliases stand for;
//! <https://github.com/floci-io/floci/pull/2824> for what the API was measured to do with versions that are not there.

use crate::gateway::Caller;
use crate::services::lambda::function::{Alias, Function};
use crate::services::lambda::name::{LATEST, is_number};
use crate::services::lambda::{Lambda, LambdaError, named};
use ruststack_models::lambda::types::{DeleteFunctionRequest, DeleteFunctionResponse};

impl Lambda {
    /// Deletes a function with all its versions, or one of these.
    pub(in crate::services::lambda) async fn delete_function(
        &self,
        caller: &Caller,
        input: DeleteFunctionRequest,
    ) -> Result<DeleteFunctionResponse, LambdaError> {
        let mut named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        match named.qualifier.take().as_deref() {
            Some(LATEST) => {
                return Err(LambdaError::invalid(
                    "$LATEST version cannot be deleted without deleting the function.",
                ));
            }
            Some(qualifier) => self.change(&named, |function| delete_version(function, qualifier))?,
            None => {
                let space = self.space(&named.account, &named.region);
                let deleted = space.functions_mut().remove(&named.name);
                let deleted = deleted.ok_or_else(|| LambdaError::no_function(named.arn()))?;
                let own = format!("{}:", deleted.arn);
                self.runner.retire(|revision| revision.starts_with(&own));
            }
        }
        Ok(DeleteFunctionResponse { status_code: Some(204) })
    }
}

/// Deletes a version that no alias stands for. That it is not there is no error.
fn delete_version(function: &mut Function, qualifier: &str) -> Result<(), LambdaError> {
    if !is_number(qualifier) {
        return Err(LambdaError::invalid("Deletion of aliases is not currently supported."));
    }
    let stands_for = |alias: &&Alias| alias.version == qualifier || alias.weights.contains_key(qualifier);
    let aliases: Vec<&str> =
        function.aliases.values().filter(stands_for).map(|alias| alias.name.as_str()).collect();
    if !aliases.is_empty() {
        return Err(LambdaError::conflict(format!(
            "Unable to delete version because the following aliases reference it: [{}]",
            aliases.join(", ")
        )));
    }
    if let Ok(number) = qualifier.parse::<u64>() {
        function.versions.remove(&number);
    }
    function.policies.remove(qualifier);
    function.provisioned.remove(qualifier);
    function.event_invoke.remove(qualifier);
    function.runtime_management.remove(qualifier);
    Ok(())
}
