//! GetAccountSettings.
//!
//! Source: API reference, AccountLimit and AccountUsage; Developer Guide, "Lambda quotas".

use super::code::Code;
use super::{Lambda, LambdaError};
use crate::gateway::Caller;
use ruststack_models::lambda::types::{
    AccountLimit, AccountUsage, GetAccountSettingsRequest, GetAccountSettingsResponse,
};
use std::sync::Arc;

/// How many calls run at once in a region.
pub(super) const CONCURRENCY: i32 = 1000;
/// 75 GB of code, 250 MB of it in one function, 50 MB as it is uploaded.
const TOTAL_CODE_SIZE: i64 = 80_530_636_800;
const CODE_SIZE_UNZIPPED: i64 = 262_144_000;
const CODE_SIZE_ZIPPED: i64 = 52_428_800;

impl Lambda {
    /// Tells the limits of the account in the region, and how much of them is used.
    pub(super) async fn get_account_settings(
        &self,
        caller: &Caller,
        _: GetAccountSettingsRequest,
    ) -> Result<GetAccountSettingsResponse, LambdaError> {
        let space = self.own_space(caller);
        let reserved = space.reserved();
        let functions = space.functions();
        let codes = functions.values().flat_map(|function| {
            let published = function.versions.values();
            std::iter::once(&function.latest).chain(published).map(|version| version.code.size)
        });
        let function_count = functions.len() as i64;
        let of_functions: i64 = codes.sum();
        let of_layers: i64 = space.layers().values().flat_map(|layer| layer.codes()).map(size).sum();
        Ok(GetAccountSettingsResponse {
            account_limit: Some(AccountLimit {
                total_code_size: Some(TOTAL_CODE_SIZE),
                code_size_unzipped: Some(CODE_SIZE_UNZIPPED),
                code_size_zipped: Some(CODE_SIZE_ZIPPED),
                concurrent_executions: Some(CONCURRENCY),
                unreserved_concurrent_executions: Some(CONCURRENCY - reserved),
            }),
            account_usage: Some(AccountUsage {
                total_code_size: Some(of_functions + of_layers),
                function_count: Some(function_count),
            }),
        })
    }
}

fn size(code: &Arc<Code>) -> i64 {
    code.size
}
