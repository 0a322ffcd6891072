//! DescribeLimits and DescribeEndpoints: what is the same for every table of an account.
//!
//! Sources: API reference, "DescribeLimits" and "DescribeEndpoints"; Developer Guide, "Quotas".

use super::throughput::{ACCOUNT_UNITS, TABLE_UNITS};
use crate::gateway::Caller;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    DescribeEndpointsRequest, DescribeEndpointsResponse, DescribeLimitsInput, DescribeLimitsOutput, Endpoint,
};

/// For how long an endpoint is good.
const MINUTES: i64 = 1440;

impl DynamoDb {
    /// Tells how many units an account and a table may have.
    pub(in crate::services::dynamodb) async fn describe_limits(
        &self,
        _: &Caller,
        _: DescribeLimitsInput,
    ) -> Result<DescribeLimitsOutput, DynamoDbError> {
        Ok(DescribeLimitsOutput {
            account_max_read_capacity_units: Some(ACCOUNT_UNITS),
            account_max_write_capacity_units: Some(ACCOUNT_UNITS),
            table_max_read_capacity_units: Some(TABLE_UNITS),
            table_max_write_capacity_units: Some(TABLE_UNITS),
        })
    }

    /// Tells where DynamoDB is in the region.
    pub(in crate::services::dynamodb) async fn describe_endpoints(
        &self,
        caller: &Caller,
        _: DescribeEndpointsRequest,
    ) -> Result<DescribeEndpointsResponse, DynamoDbError> {
        Ok(DescribeEndpointsResponse {
            endpoints: Some(vec![Endpoint {
                address: Some(format!("dynamodb.{}.amazonaws.com", caller.region)),
                cache_period_in_minutes: Some(MINUTES),
            }]),
        })
    }
}
