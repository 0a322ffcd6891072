//! `ruststack event`: prints an event as a service gives it to a function, so that one can be invoked by hand.
//!
//! Ids and moments are those of the services' documentation or of now; nothing is looked up.

mod http;
mod records;
#[cfg(test)]
mod tests;

use crate::Outcome;
use clap::{Args, Subcommand};
use ruststack_wire::Timestamp;
use serde_json::Value as Json;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// The account that events come from.
const ACCOUNT: &str = "123456789012";

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    kind: Kind,
    /// The region that the event comes from
    #[arg(long, env = "AWS_DEFAULT_REGION", default_value = "us-east-1", global = true)]
    region: String,
    /// Print it in one line
    #[arg(long, global = true)]
    compact: bool,
}

#[derive(Subcommand)]
enum Kind {
    /// A request to a REST API of API Gateway (payload format 1.0)
    ApigwV1(http::Request),
    /// A request to an HTTP API of API Gateway, or to a function's URL (payload format 2.0)
    ApigwV2(http::Request),
    /// A request to an Application Load Balancer
    Alb(http::Request),
    /// What happened to an object of S3
    S3(records::S3),
    /// Messages of a queue of SQS
    Sqs(records::Sqs),
    /// A message of a topic of SNS
    Sns(records::Sns),
    /// A change of an item of DynamoDB, as its stream tells it
    Dynamodb(records::DynamoDb),
}

/// Prints the event.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    let is_compact = arguments.compact;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let event = arguments.event(Timestamp::from_millis(since.as_millis() as i64))?;
    println!("{}", if is_compact { event.to_string() } else { format!("{event:#}") });
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn event(self, now: Timestamp) -> Result<Json, String> {
        let region = &self.region;
        Ok(match self.kind {
            Kind::ApigwV1(request) => request.read()?.rest_api(region, now),
            Kind::ApigwV2(request) => request.read()?.http_api(region, now),
            Kind::Alb(request) => request.read()?.load_balancer(region),
            Kind::S3(happened) => happened.event(region, now),
            Kind::Sqs(messages) => messages.event(region, now)?,
            Kind::Sns(message) => message.event(region, now)?,
            Kind::Dynamodb(change) => change.event(region, now)?,
        })
    }
}

/// Text that is given as it is, or as `@FILE` as what the file holds; `-` is the standard input.
fn content(given: &str) -> Result<Vec<u8>, String> {
    let told = |error: std::io::Error| format!("{given}: {error}");
    match given.strip_prefix('@') {
        Some("-") => {
            let mut all = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin(), &mut all).map_err(told)?;
            Ok(all)
        }
        Some(path) => std::fs::read(path).map_err(told),
        None => Ok(given.as_bytes().to_vec()),
    }
}

/// The same, which has to be text.
fn text(given: &str) -> Result<String, String> {
    String::from_utf8(content(given)?).map_err(|_| format!("{given}: expected text in UTF-8"))
}
