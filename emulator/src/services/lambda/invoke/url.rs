//! Functions that are called by their URLs.

use super::{invocation, throttled};
use crate::gateway::Caller;
use crate::services::lambda::function::{Function, Url};
use crate::services::lambda::{Lambda, LambdaError};
use bytes::Bytes;
use serde_json::Value as Json;
use std::sync::Arc;

pub(crate) use super::stream::{Ending, Streamed};
pub(crate) use crate::services::lambda::executor::Part;
pub(crate) use crate::services::lambda::function::Cors;

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
        self.runner.check()?;
        let arn = &called.function.arn;
        let resolved = self.resolve(&caller.account, &caller.region, arn, called.qualifier.as_deref())?;
        let invocation = invocation(caller, &resolved, event.to_string().into());
        let permit = self.runner.permit(&resolved).map_err(throttled)?;
        let finished = self.runner.run(&resolved, invocation, caller).await;
        drop(permit);
        Ok(finished.outcome.body(&caller.ids.request_id))
    }

    /// Runs the function with this event: its answer, as it comes.
    pub(crate) fn stream_url(
        &self,
        caller: &Caller,
        called: &Called,
        event: &Json,
    ) -> Result<Streamed, LambdaError> {
        self.runner.check()?;
        let arn = &called.function.arn;
        let resolved = self.resolve(&caller.account, &caller.region, arn, called.qualifier.as_deref())?;
        let invocation = invocation(caller, &resolved, event.to_string().into());
        let permit = self.runner.permit(&resolved).map_err(throttled)?;
        Ok(self.runner.stream(resolved, invocation, caller, permit))
    }
}
