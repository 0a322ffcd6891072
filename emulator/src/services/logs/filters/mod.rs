//! Metric filters and subscription filters of log groups.

mod metric;
mod subscription;
mod test;
