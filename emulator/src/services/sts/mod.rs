//! Security Token Service: who am I.

use super::{Authorize, operations};
use crate::gateway::Caller;
use ruststack_models::sts::types::{GetCallerIdentityRequest, GetCallerIdentityResponse};
use ruststack_wire::Fault;

/// STS keeps nothing.
pub struct Sts;

operations! { Sts: sts of sts {
    GET_CALLER_IDENTITY => get_caller_identity,
}}

impl Authorize for Sts {}

impl Sts {
    /// Tells the caller's account and principal: the root user, since there are no others yet.
    async fn get_caller_identity(
        &self,
        caller: &Caller,
        _: GetCallerIdentityRequest,
    ) -> Result<GetCallerIdentityResponse, Fault> {
        let account = &caller.account;
        Ok(GetCallerIdentityResponse {
            user_id: Some(account.clone()),
            account: Some(account.clone()),
            arn: Some(format!("arn:aws:iam::{account}:root")),
        })
    }
}
