//! TestMetricFilter: a pattern is tried on some messages.

use crate::gateway::Caller;
use crate::services::logs::pattern::Pattern;
use crate::services::logs::{Logs, LogsError};
use ruststack_models::logs::types::{
    MetricFilterMatchRecord, TestMetricFilterRequest, TestMetricFilterResponse,
};

impl Logs {
    /// Tells which messages a pattern lets through, counted from nought, and what it extracts
    /// (API reference, TestMetricFilter, "Examples").
    pub(in crate::services::logs) async fn test_metric_filter(
        &self,
        _: &Caller,
        input: TestMetricFilterRequest,
    ) -> Result<TestMetricFilterResponse, LogsError> {
        let pattern = Pattern::parse(input.filter_pattern.as_deref().unwrap_or_default())
            .map_err(|error| LogsError::invalid(error.0))?;
        let messages = input.log_event_messages.unwrap_or_default();
        let numbered = (0_i64..).zip(messages);
        let matches = numbered.filter(|(_, message)| pattern.matches(message));
        let records = matches.map(|(number, message)| MetricFilterMatchRecord {
            event_number: Some(number),
            extracted_values: Some(pattern.extract(&message).into_iter().collect()),
            event_message: Some(message),
        });
        Ok(TestMetricFilterResponse { matches: Some(records.collect()) })
    }
}
