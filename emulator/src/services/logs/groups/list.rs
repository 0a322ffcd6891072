//! ListLogGroups: log groups by a small regular expression.

use crate::gateway::Caller;
use crate::services::logs::store::Group;
use crate::services::logs::{Logs, LogsError, page};
use ruststack_models::logs::types::{
    ListLogGroupsRequest, ListLogGroupsResponse, LogGroupSummary, TagFilter,
};
use std::ops::Bound;

impl Logs {
    /// Tells the names, the ARNs and the classes of log groups.
    pub(in crate::services::logs) async fn list_log_groups(
        &self,
        caller: &Caller,
        input: ListLogGroupsRequest,
    ) -> Result<ListLogGroupsResponse, LogsError> {
        let now = caller.now.millis();
        let tags = input.log_group_tags.unwrap_or_default();
        let is_wanted = |group: &Group| {
            input.log_group_name_pattern.as_deref().is_none_or(|pattern| matches(pattern, &group.name))
                && input.log_group_class.as_deref().is_none_or(|class| group.class == class)
                && (tags.is_empty() || tags.iter().all(|filter| has_tag(group, filter, now)))
                // Nothing here has a source or an index of fields.
                && input.data_sources.is_none()
                && input.field_index_names.is_none()
        };
        let after = page::after(input.next_token.as_deref())?;
        let from = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let space = self.space(&caller.account, &caller.region);
        let groups = space.groups();
        let wanted = groups
            .range::<str, _>((from, Bound::Unbounded))
            .map(|(_, group)| group)
            .filter(|group| is_wanted(group));
        let (page, next_token) =
            page::cut(wanted, page::limit(input.limit, page::PAGE), |group| group.name.clone());
        let told = page.into_iter().map(|group| LogGroupSummary {
            log_group_name: Some(group.name.clone()),
            log_group_arn: Some(group.arn()),
            log_group_class: Some(group.class.clone()),
        });
        Ok(ListLogGroupsResponse { log_groups: Some(told.collect()), next_token })
    }
}

/// Whether a name has one of the texts between `|`, at its beginning where `^` stands before it.
fn matches(pattern: &str, name: &str) -> bool {
    pattern.split('|').any(|text| match text.strip_prefix('^') {
        Some(start) => name.starts_with(start),
        None => name.contains(text),
    })
}

/// Whether a log group has a tag with one of these values; `*` stands for anything, and `!` turns it round.
fn has_tag(group: &Group, filter: &TagFilter, now: i64) -> bool {
    let contents = group.read(now);
    let tag = contents.settings.tags.get(filter.key.as_deref().unwrap_or_default());
    let values = filter.values.as_deref().unwrap_or_default();
    let Some(tag) = tag else { return false };
    values.is_empty() || values.iter().any(|value| is_value(value, tag))
}

fn is_value(wanted: &str, tag: &str) -> bool {
    let (is_turned, wanted) = wanted.strip_prefix('!').map_or((false, wanted), |wanted| (true, wanted));
    let (starts, ends) = (wanted.starts_with('*'), wanted.ends_with('*'));
    let text = wanted.trim_start_matches('*').trim_end_matches('*');
    let is_like = match (starts, ends) {
        (true, true) => tag.contains(text),
        (true, false) => tag.ends_with(text),
        (false, true) => tag.starts_with(text),
        (false, false) => tag == text,
    };
    is_like != is_turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_of_the_texts() {
        assert!(matches("^/aws|prod", "my/prod"));
        assert!(!matches("^prod", "my/prod"));
    }

    #[test]
    fn a_tag_is_like_a_value() {
        assert!(is_value("pro*", "prod") && is_value("!*x", "prod") && !is_value("!prod", "prod"));
    }
}
