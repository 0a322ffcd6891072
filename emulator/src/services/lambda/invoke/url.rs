//! Functions that are called by their URLs.

use super::{invocation, throttled};
use crate::gateway::Caller;
use crate::services::lambda::executor::Invocation;
use crate::services::lambda::function::{Function, Url};
use crate::services::lambda::pool::Permit;
use crate::services::lambda::{Lambda, LambdaError, Resolved, policy};
use bytes::Bytes;
use ruststack_wire::Fault;
use serde_json::Value as Json;
use std::sync::Arc;

pub(crate) use super::stream::{Ending, Streamed};
pub(crate) use crate::services::lambda::executor::Part;
pub(crate) use crate::services::lambda::function::Cors;

/// What callers are told who may not call, or call a URL that is nobody's.
pub(crate) const FORBIDDEN: &str = "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

/// What a URL stands for.
pub(crate) struct Called {
    /// The function.
    pub(in crate::services::lambda) function: Arc<Function>,
    /// The alias that the URL is of.
    pub(in crate::services::lambda) qualifier: Option<String>,
    /// What is said of the URL.
    pub(crate) url: Url,
}

/// Who may call a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    /// Anybody.
    Anybody,
    /// Who signs.
    WhoSigns,
}

impl Called {
    /// Who may call.
    pub(crate) fn permission(&self) -> Permission {
        if self.url.auth_type == "NONE" { Permission::Anybody } else { Permission::WhoSigns }
    }

    /// The region that the function is in.
    pub(crate) fn region(&self) -> &str {
        self.function.arn.split(':').nth(3).unwrap_or_default()
    }

    /// Whether the resource policy of the function, or of the alias, lets the caller call the URL; those of the function's own
    /// account need no policy.
    pub(crate) fn lets(&self, caller: &Caller) -> bool {
        let is_own = self.function.arn.split(':').nth(4) == Some(caller.account.as_str());
        if self.permission() == Permission::WhoSigns && is_own && !caller.is_anonymous() {
            return true;
        }
        policy::lets_call_url(&self.function, self.qualifier.as_deref(), &self.url.auth_type, caller)
    }

    /// Whether the answer is passed on as it comes.
    pub(crate) fn is_streamed(&self) -> bool {
        self.url.invoke_mode == "RESPONSE_STREAM"
    }
}

impl Lambda {
    /// Runs the function with this event: what it gives, and whether that is an error.
    pub(crate) async fn call_url(
        &self,
        caller: &Caller,
        called: &Called,
        event: &Json,
    ) -> Result<(Bytes, bool), LambdaError> {
        let (resolved, invocation, permit) = self.ready(caller, called, event).await?;
        let finished = self.runner.run(&resolved, invocation, caller).await;
        drop(permit);
        Ok(finished.outcome.body(&caller.ids.request_id))
    }

    /// Runs the function with this event: its answer, as it comes.
    pub(crate) async fn stream_url(
        &self,
        caller: &Caller,
        called: &Called,
        event: &Json,
    ) -> Result<Streamed, LambdaError> {
        let (resolved, invocation, permit) = self.ready(caller, called, event).await?;
        Ok(self.runner.stream(resolved, invocation, caller, permit))
    }

    /// What a call of a URL runs, what it is asked, and the right to run it.
    async fn ready(
        &self,
        caller: &Caller,
        called: &Called,
        event: &Json,
    ) -> Result<(Resolved, Invocation, Permit), LambdaError> {
        let arn = &called.function.arn;
        // The alias of a URL may be gone, and the URL stays.
        let resolved = self
            .resolve(&caller.account, &caller.region, arn, called.qualifier.as_deref())
            .map_err(|_| LambdaError::Fault(Fault::new("AccessDeniedException", 403, FORBIDDEN)))?;
        self.runner.check_runtime(&resolved).await?;
        let invocation = invocation(caller, &resolved, event.to_string().into());
        let permit = self.runner.permit(&resolved).map_err(throttled)?;
        Ok((resolved, invocation, permit))
    }
}
