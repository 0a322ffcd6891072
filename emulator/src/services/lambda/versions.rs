//! PublishVersion and ListVersionsByFunction.
//!
//! Sources: API reference, PublishVersion; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json:
//! TestLambdaVersions).

use super::configuration::{Told, describe};
use super::page::{number_key, page};
use super::{Lambda, LambdaError, named};
use crate::gateway::Caller;
use ruststack_models::lambda::types::{
    FunctionConfiguration, ListVersionsByFunctionRequest, ListVersionsByFunctionResponse,
    PublishVersionRequest,
};

impl Lambda {
    /// Publishes `$LATEST` as a version. Where nothing has changed since the last, that one is told.
    pub(super) async fn publish_version(
        &self,
        caller: &Caller,
        input: PublishVersionRequest,
    ) -> Result<FunctionConfiguration, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), None)?;
        self.change(&named, |function| {
            let latest = &function.latest;
            if input.revision_id.as_ref().is_some_and(|wanted| *wanted != latest.revision_id) {
                return Err(LambdaError::revision());
            }
            let is = &latest.code.sha256;
            if let Some(wanted) = input.code_sha256.filter(|wanted| !wanted.is_empty() && wanted != is) {
                return Err(LambdaError::invalid(format!(
                    "CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({is}). Please try again with the CodeSHA256 in $LATEST."
                )));
            }
            let description = input.description.filter(|description| !description.is_empty());
            let version = function.publish(description, || caller.fresh.uuid(), caller.now);
            Ok(describe(&version, version.qualified_arn(), Told::Settled))
        })
    }

    /// Tells `$LATEST` and the versions of a function.
    pub(super) async fn list_versions_by_function(
        &self,
        caller: &Caller,
        input: ListVersionsByFunctionRequest,
    ) -> Result<ListVersionsByFunctionResponse, LambdaError> {
        let function = self.function(&named(caller, input.function_name.as_deref(), None)?)?;
        let latest = std::iter::once((0, &function.latest));
        let published = function.versions.iter().map(|(number, version)| (*number, version));
        let all = latest.chain(published).map(|(number, version)| {
            (number_key(number), describe(version, version.qualified_arn(), Told::Listed))
        });
        let (versions, next_marker) = page(all, input.marker.as_deref(), input.max_items);
        Ok(ListVersionsByFunctionResponse { next_marker, versions: Some(versions) })
    }
}
