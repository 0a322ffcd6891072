//! TagResource, UntagResource and ListTagsForResource; TagLogGroup, UntagLogGroup and ListTagsLogGroup, which came before.
//!
//! Source: API reference, TagResource ("up to 50 tags"), and recordings of AWS in localstack's
//! test_logs_groups.snapshot.json: both families tell the same tags.

use crate::gateway::Caller;
use crate::services::logs::identifier::Identifier;
use crate::services::logs::{Logs, LogsError, destinations};
use ruststack_models::logs::types::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, ListTagsLogGroupRequest,
    ListTagsLogGroupResponse, TagLogGroupRequest, TagResourceRequest, UntagLogGroupRequest,
    UntagResourceRequest,
};
use ruststack_wire::IndexMap;
use ruststack_wire::value::Unit;
use std::collections::BTreeMap;

/// The most tags of a resource.
const MOST_TAGS: usize = 50;

impl Logs {
    /// Adds tags to a log group or a destination, in the place of those with the same key.
    pub(in crate::services::logs) async fn tag_resource(
        &self,
        caller: &Caller,
        input: TagResourceRequest,
    ) -> Result<Unit, LogsError> {
        let arn = input.resource_arn.unwrap_or_default();
        let new = input.tags.unwrap_or_default();
        self.of(caller, &arn, |tags| add(tags, new, &arn))?
    }

    /// Takes tags away from a log group or a destination.
    pub(in crate::services::logs) async fn untag_resource(
        &self,
        caller: &Caller,
        input: UntagResourceRequest,
    ) -> Result<Unit, LogsError> {
        let keys = input.tag_keys.unwrap_or_default();
        self.of(caller, &input.resource_arn.unwrap_or_default(), |tags| remove(tags, &keys))
    }

    /// Tells the tags of a log group or a destination.
    pub(in crate::services::logs) async fn list_tags_for_resource(
        &self,
        caller: &Caller,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse, LogsError> {
        let told = self.of(caller, &input.resource_arn.unwrap_or_default(), |tags| told(tags))?;
        Ok(ListTagsForResourceResponse { tags: Some(told) })
    }

    /// Looks at the tags of the resource that an ARN names, or changes them.
    fn of<T>(
        &self,
        caller: &Caller,
        arn: &str,
        use_tags: impl FnOnce(&mut Tags) -> T,
    ) -> Result<T, LogsError> {
        if let Some((space, name)) = self.destination(arn) {
            let mut destinations = space.destinations();
            let destination = destinations.get_mut(name).ok_or_else(destinations::missing)?;
            return Ok(use_tags(&mut destination.tags));
        }
        let group = self.group(caller, Identifier::of(arn))?;
        Ok(use_tags(&mut group.write(caller.now.millis()).settings.tags))
    }

    /// Adds tags to a log group.
    pub(in crate::services::logs) async fn tag_log_group(
        &self,
        caller: &Caller,
        input: TagLogGroupRequest,
    ) -> Result<Unit, LogsError> {
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let mut contents = group.write(caller.now.millis());
        add(&mut contents.settings.tags, input.tags.unwrap_or_default(), &group.arn())
    }

    /// Takes tags away from a log group.
    pub(in crate::services::logs) async fn untag_log_group(
        &self,
        caller: &Caller,
        input: UntagLogGroupRequest,
    ) -> Result<Unit, LogsError> {
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let mut contents = group.write(caller.now.millis());
        Ok(remove(&mut contents.settings.tags, &input.tags.unwrap_or_default()))
    }

    /// Tells the tags of a log group.
    pub(in crate::services::logs) async fn list_tags_log_group(
        &self,
        caller: &Caller,
        input: ListTagsLogGroupRequest,
    ) -> Result<ListTagsLogGroupResponse, LogsError> {
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let contents = group.read(caller.now.millis());
        Ok(ListTagsLogGroupResponse { tags: Some(told(&contents.settings.tags)) })
    }
}

type Tags = BTreeMap<String, String>;

fn told(tags: &Tags) -> IndexMap<String, String> {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn add(tags: &mut Tags, new: IndexMap<String, String>, resource: &str) -> Result<Unit, LogsError> {
    let mut all = tags.clone();
    all.extend(new);
    if all.len() > MOST_TAGS {
        return Err(LogsError::TooManyTags(resource.to_owned()));
    }
    *tags = all;
    Ok(Unit::default())
}

fn remove(tags: &mut Tags, keys: &[String]) -> Unit {
    tags.retain(|key, _| !keys.contains(key));
    Unit::default()
}
