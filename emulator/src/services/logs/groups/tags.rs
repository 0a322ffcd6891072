//! TagResource, UntagResource and ListTagsForResource; TagLogGroup, UntagLogGroup and ListTagsLogGroup, which came before.
//!
//! Source: API reference, TagResource ("up to 50 tags"), and recordings of AWS in localstack's
//! test_logs_groups.snapshot.json: both families tell the same tags.

use crate::gateway::Caller;
use crate::services::logs::identifier::Identifier;
use crate::services::logs::store::Group;
use crate::services::logs::{Logs, LogsError};
use ruststack_models::logs::types::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, ListTagsLogGroupRequest,
    ListTagsLogGroupResponse, TagLogGroupRequest, TagResourceRequest, UntagLogGroupRequest,
    UntagResourceRequest,
};
use ruststack_wire::IndexMap;
use ruststack_wire::value::Unit;

/// The most tags of a resource.
const MOST_TAGS: usize = 50;

impl Logs {
    /// Adds tags to a log group, in the place of those with the same key.
    pub(in crate::services::logs) async fn tag_resource(
        &self,
        caller: &Caller,
        input: TagResourceRequest,
    ) -> Result<Unit, LogsError> {
        let arn = input.resource_arn.unwrap_or_default();
        add(&*self.group(caller, Identifier::of(&arn))?, input.tags, caller.now.millis())
    }

    /// Takes tags away from a log group.
    pub(in crate::services::logs) async fn untag_resource(
        &self,
        caller: &Caller,
        input: UntagResourceRequest,
    ) -> Result<Unit, LogsError> {
        let arn = input.resource_arn.unwrap_or_default();
        remove(&*self.group(caller, Identifier::of(&arn))?, input.tag_keys, caller.now.millis())
    }

    /// Tells the tags of a log group.
    pub(in crate::services::logs) async fn list_tags_for_resource(
        &self,
        caller: &Caller,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse, LogsError> {
        let arn = input.resource_arn.unwrap_or_default();
        let group = self.group(caller, Identifier::of(&arn))?;
        Ok(ListTagsForResourceResponse { tags: Some(tags(&group, caller.now.millis())) })
    }

    /// Adds tags to a log group.
    pub(in crate::services::logs) async fn tag_log_group(
        &self,
        caller: &Caller,
        input: TagLogGroupRequest,
    ) -> Result<Unit, LogsError> {
        add(&*self.named(caller, input.log_group_name.as_deref())?, input.tags, caller.now.millis())
    }

    /// Takes tags away from a log group.
    pub(in crate::services::logs) async fn untag_log_group(
        &self,
        caller: &Caller,
        input: UntagLogGroupRequest,
    ) -> Result<Unit, LogsError> {
        remove(&*self.named(caller, input.log_group_name.as_deref())?, input.tags, caller.now.millis())
    }

    /// Tells the tags of a log group.
    pub(in crate::services::logs) async fn list_tags_log_group(
        &self,
        caller: &Caller,
        input: ListTagsLogGroupRequest,
    ) -> Result<ListTagsLogGroupResponse, LogsError> {
        let group = self.named(caller, input.log_group_name.as_deref())?;
        Ok(ListTagsLogGroupResponse { tags: Some(tags(&group, caller.now.millis())) })
    }
}

fn tags(group: &Group, now: i64) -> IndexMap<String, String> {
    group.read(now).settings.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn add(group: &Group, tags: Option<IndexMap<String, String>>, now: i64) -> Result<Unit, LogsError> {
    let mut contents = group.write(now);
    let mut all = contents.settings.tags.clone();
    all.extend(tags.unwrap_or_default());
    if all.len() > MOST_TAGS {
        return Err(LogsError::TooManyTags(group.arn()));
    }
    contents.settings.tags = all;
    Ok(Unit::default())
}

fn remove(group: &Group, keys: Option<Vec<String>>, now: i64) -> Result<Unit, LogsError> {
    let mut contents = group.write(now);
    for key in keys.unwrap_or_default() {
        contents.settings.tags.remove(&key);
    }
    Ok(Unit::default())
}
