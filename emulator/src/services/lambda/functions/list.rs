//! ListFunctions.
//!
//! Source: API reference, ListFunctions (50 at most); recordings of AWS that localstack publishes
//! (test_lambda_api.snapshot.json: test_list_functions).

use crate::gateway::Caller;
use crate::services::lambda::configuration::{Told, describe};
use crate::services::lambda::page::{number_key, page};
use crate::services::lambda::{Lambda, LambdaError};
use ruststack_models::lambda::types::{ListFunctionsRequest, ListFunctionsResponse};

/// The most functions of a page.
const MOST: i32 = 50;

impl Lambda {
    /// Tells the caller's functions by name: `$LATEST` of each, or all versions.
    pub(in crate::services::lambda) async fn list_functions(
        &self,
        caller: &Caller,
        input: ListFunctionsRequest,
    ) -> Result<ListFunctionsResponse, LambdaError> {
        let space = self.own_space(caller);
        let functions = space.functions();
        let max_items = Some(input.max_items.unwrap_or(MOST).min(MOST));
        let marker = input.marker.as_deref();
        let (functions, next_marker) = if input.function_version.is_some() {
            let all = functions.values().flat_map(|function| {
                let latest = std::iter::once((0, &function.latest));
                let published = function.versions.iter().map(|(number, version)| (*number, version));
                latest.chain(published).map(|(number, version)| {
                    let key = format!("{}:{}", function.name, number_key(number));
                    (key, describe(version, version.qualified_arn(), Told::Listed))
                })
            });
            page(all, marker, max_items)
        } else {
            let latest = functions.values().map(|function| {
                (function.name.clone(), describe(&function.latest, function.arn.clone(), Told::Listed))
            });
            page(latest, marker, max_items)
        };
        Ok(ListFunctionsResponse { next_marker, functions: Some(functions) })
    }
}
