//! TagResource, UntagResource and ListTags: of functions and of code signing configurations.
//!
//! Source: API reference; Developer Guide, "Using tags on Lambda functions"; recordings of AWS that localstack publishes
//! (test_lambda_api.snapshot.json: TestLambdaTags).

use super::name::Named;
use super::{Lambda, LambdaError};
use crate::gateway::Caller;
use ruststack_models::lambda::types::{
    ListTagsRequest, ListTagsResponse, TagResourceRequest, UntagResourceRequest,
};
use ruststack_wire::value::Unit;
use std::collections::BTreeMap;

/// How many tags a resource may have.
const MOST: usize = 50;

/// What has tags.
enum Tagged {
    Function(Named),
    SigningConfig(String),
}

impl Lambda {
    /// Adds tags to a resource, or gives those that it has other values.
    pub(super) async fn tag_resource(
        &self,
        caller: &Caller,
        input: TagResourceRequest,
    ) -> Result<Unit, LambdaError> {
        let tagged = Tagged::of(caller, input.resource.as_deref())?;
        let tags = input.tags.unwrap_or_default();
        if tags.is_empty() {
            return Err(LambdaError::invalid("An error occurred and the request cannot be processed."));
        }
        self.change_tags(caller, &tagged, |kept| {
            let added = tags.keys().filter(|key| !kept.contains_key(*key)).count();
            check_count(kept.len() + added)?;
            kept.extend(tags);
            Ok(())
        })
    }

    /// Takes tags from a resource. That it does not have them is no error.
    pub(super) async fn untag_resource(
        &self,
        caller: &Caller,
        input: UntagResourceRequest,
    ) -> Result<Unit, LambdaError> {
        let tagged = Tagged::of(caller, input.resource.as_deref())?;
        let keys = input.tag_keys.unwrap_or_default();
        self.change_tags(caller, &tagged, |kept| {
            kept.retain(|key, _| !keys.contains(key));
            Ok(())
        })
    }

    /// Tells the tags of a resource.
    pub(super) async fn list_tags(
        &self,
        caller: &Caller,
        input: ListTagsRequest,
    ) -> Result<ListTagsResponse, LambdaError> {
        let tags = match Tagged::of(caller, input.resource.as_deref())? {
            Tagged::Function(named) => self.function(&named)?.tags.clone(),
            Tagged::SigningConfig(arn) => self.signing_config(caller, &arn)?.tags,
        };
        Ok(ListTagsResponse { tags: Some(tags.into_iter().collect()) })
    }

    fn change_tags(
        &self,
        caller: &Caller,
        tagged: &Tagged,
        change: impl FnOnce(&mut BTreeMap<String, String>) -> Result<(), LambdaError>,
    ) -> Result<Unit, LambdaError> {
        match tagged {
            Tagged::Function(named) => self.change(named, |function| {
                change(&mut function.tags)?;
                function.revise(None, caller.fresh.uuid());
                Ok(())
            })?,
            Tagged::SigningConfig(arn) => {
                self.change_signing_config(caller, arn, |config| change(&mut config.tags))?;
            }
        }
        Ok(Unit::default())
    }
}

impl Tagged {
    fn of(caller: &Caller, arn: Option<&str>) -> Result<Tagged, LambdaError> {
        let arn = arn.unwrap_or_default();
        match arn.split(':').nth(5) {
            Some("function") => {}
            Some("code-signing-config") => return Ok(Tagged::SigningConfig(arn.to_owned())),
            _ => return Err(LambdaError::no_resource()),
        }
        let named = Named::of(&caller.account, &caller.region, arn, None)?;
        if named.qualifier.is_some() {
            return Err(LambdaError::invalid(
                "Tags on function aliases and versions are not supported. Please specify a function ARN.",
            ));
        }
        Ok(Tagged::Function(named))
    }
}

/// Refuses more tags than a resource may have.
pub(super) fn check_count(count: usize) -> Result<(), LambdaError> {
    if count > MOST {
        return Err(LambdaError::invalid("Number of tags exceeds resource tag limit."));
    }
    Ok(())
}
