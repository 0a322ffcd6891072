//! UpdateFunctionCode and UpdateFunctionConfiguration.
//!
//! Sources: API reference; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json:
//! test_function_lifecycle, test_publish_with_update, TestLambdaRevisions).

use crate::gateway::Caller;
use crate::services::lambda::configuration::{Told, describe};
use crate::services::lambda::function::Function;
use crate::services::lambda::name::Named;
use crate::services::lambda::settings::Said;
use crate::services::lambda::source::Source;
use crate::services::lambda::version::Version;
use crate::services::lambda::{Lambda, LambdaError, named};
use ruststack_models::lambda::types::{
    FunctionConfiguration, UpdateFunctionCodeRequest, UpdateFunctionConfigurationRequest,
};
use std::sync::Arc;

impl Lambda {
    /// Gives a function other code, and publishes it where that is asked for.
    pub(in crate::services::lambda) async fn update_function_code(
        &self,
        caller: &Caller,
        mut input: UpdateFunctionCodeRequest,
    ) -> Result<FunctionConfiguration, LambdaError> {
        let named = whole(named(caller, input.function_name.as_deref(), None)?)?;
        check_revision(&*self.function(&named)?, input.revision_id.as_deref())?;
        let code = Arc::new(self.fetch(caller, Source::at_update(&mut input)).await?);
        let is_dry = input.dry_run == Some(true);
        let change = |function: &mut Function| {
            check_revision(function, input.revision_id.as_deref())?;
            let mut latest = next(function, caller);
            latest.code = code;
            if let Some(architecture) = input.architectures.take().and_then(|mut given| given.pop()) {
                latest.settings.architecture = architecture;
            }
            let told = told(&latest, caller);
            if is_dry {
                return Err(Stop::Dry(Box::new(told)));
            }
            function.latest = Arc::new(latest);
            if input.publish != Some(true) {
                return Ok(told);
            }
            let version = function.publish(None, || caller.fresh.uuid(), caller.now);
            Ok(describe(&version, version.qualified_arn(), Told::Made))
        };
        self.change_unless_dry(&named, change)
    }

    /// Changes what is said of a function.
    pub(in crate::services::lambda) async fn update_function_configuration(
        &self,
        caller: &Caller,
        mut input: UpdateFunctionConfigurationRequest,
    ) -> Result<FunctionConfiguration, LambdaError> {
        let named = whole(named(caller, input.function_name.as_deref(), None)?)?;
        check_revision(&*self.function(&named)?, input.revision_id.as_deref())?;
        let layers = match input.layers.take() {
            Some(arns) => Some(self.laid(caller, arns)?),
            None => None,
        };
        let said = Said::at_update(&mut input);
        self.change(&named, |function| {
            check_revision(function, input.revision_id.as_deref())?;
            let mut latest = next(function, caller);
            latest.settings.apply(said)?;
            if let Some(layers) = layers {
                latest.layers = layers;
            }
            let told = told(&latest, caller);
            function.latest = Arc::new(latest);
            Ok(told)
        })
    }

    fn change_unless_dry(
        &self,
        named: &Named,
        change: impl FnOnce(&mut Function) -> Result<FunctionConfiguration, Stop>,
    ) -> Result<FunctionConfiguration, LambdaError> {
        let mut dry = None;
        let changed = self.change(named, |function| match change(function) {
            Ok(told) => Ok(Some(told)),
            Err(Stop::Dry(told)) => {
                dry = Some(*told);
                Err(LambdaError::no_resource())
            }
            Err(Stop::Refused(error)) => Err(error),
        });
        match (dry, changed) {
            (Some(told), _) => Ok(told),
            (None, changed) => changed.map(Option::unwrap_or_default),
        }
    }
}

/// Why nothing is changed.
enum Stop {
    /// It was only asked what would become of it.
    Dry(Box<FunctionConfiguration>),
    Refused(LambdaError),
}

impl From<LambdaError> for Stop {
    fn from(error: LambdaError) -> Stop {
        Stop::Refused(error)
    }
}

/// What `$LATEST` becomes, before it is changed.
fn next(function: &Function, caller: &Caller) -> Version {
    let mut latest = Version::clone(&function.latest);
    latest.revision_id = caller.fresh.uuid();
    latest.last_modified = caller.now;
    latest
}

/// A change under way. The function has another revision when it is done.
fn told(latest: &Version, caller: &Caller) -> FunctionConfiguration {
    let mut told = describe(latest, latest.function_arn.clone(), Told::Changed);
    told.revision_id = Some(caller.fresh.uuid());
    told
}

/// Refuses to change anything but `$LATEST`.
fn whole(named: Named) -> Result<Named, LambdaError> {
    match named.qualifier.as_deref() {
        None | Some("$LATEST") => Ok(Named { qualifier: None, ..named }),
        Some(_) => Err(LambdaError::invalid(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
        )),
    }
}

fn check_revision(function: &Function, wanted: Option<&str>) -> Result<(), LambdaError> {
    let is_current = wanted.is_none_or(|wanted| wanted == function.latest.revision_id);
    if is_current { Ok(()) } else { Err(LambdaError::revision()) }
}
