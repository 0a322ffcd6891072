//! Requests over HTTP, as API Gateway and load balancers hand them to a function.
//!
//! Sources: API Gateway Developer Guide, "Input format of a Lambda function for proxy integration" and "Create AWS Lambda
//! proxy integrations for HTTP APIs"; Elastic Load Balancing, "Use Lambda functions as targets of an Application Load
//! Balancer".

use super::{ACCOUNT, content};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use ruststack_wire::Timestamp;
use serde_json::{Map, Value as Json, json};

/// The id of the API in API Gateway's documentation.
const API: &str = "70ixmpl4fl";
/// Whom requests come from (RFC 5737: an address for documentation).
const SOURCE: &str = "203.0.113.1";
/// The id of a request in API Gateway's documentation.
const REQUEST_ID: &str = "JKJaXmPLvHcESHA=";

#[derive(Args)]
pub(super) struct Request {
    /// The method
    #[arg(long, default_value = "GET")]
    method: String,
    /// The path; a query may follow it
    #[arg(long, default_value = "/")]
    path: String,
    /// A parameter of the query; may be given again
    #[arg(long, value_name = "NAME=VALUE")]
    query: Vec<String>,
    /// A header; may be given again
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// The body, or @FILE, or @- for the standard input
    #[arg(long)]
    body: Option<String>,
    /// The stage
    #[arg(long)]
    stage: Option<String>,
}

/// A request, read.
pub(super) struct Read {
    method: String,
    path: String,
    stage: Option<String>,
    /// Names and values, as they are without encoding.
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    /// Takes the arguments apart.
    pub(super) fn read(self) -> Result<Read, String> {
        let (path, in_path) = self.path.split_once('?').unwrap_or((&self.path, ""));
        if !path.starts_with('/') {
            return Err(format!("--path {path}: expected a path that begins with /"));
        }
        let mut query: Vec<(String, String)> =
            form_urlencoded::parse(in_path.as_bytes()).into_owned().collect();
        for pair in &self.query {
            let (name, value) = pair.split_once('=').ok_or(format!("--query {pair}: expected NAME=VALUE"))?;
            query.push((name.to_owned(), value.to_owned()));
        }
        let mut headers = Vec::new();
        for header in &self.header {
            let (name, value) =
                header.split_once(':').ok_or(format!("--header {header}: expected NAME: VALUE"))?;
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let body = self.body.as_deref().map(content).transpose()?;
        if let Some(body) = &body {
            headers.push(("content-length".to_owned(), body.len().to_string()));
        }
        let path = path.to_owned();
        Ok(Read { method: self.method, path, stage: self.stage, query, headers, body })
    }
}

impl Read {
    /// As a REST API gives it.
    pub(super) fn rest_api(&self, region: &str, now: Timestamp) -> Json {
        let host = format!("{API}.execute-api.{region}.amazonaws.com");
        let stage = self.stage.as_deref().unwrap_or("Prod");
        let headers = self.headers(&host, "https");
        let (body, is_encoded) = self.text();
        json!({
            "resource": "/{proxy+}",
            "path": self.path,
            "httpMethod": self.method,
            "headers": single(&headers, str::to_owned),
            "multiValueHeaders": several(&headers),
            "queryStringParameters": present(single(&self.query, str::to_owned)),
            "multiValueQueryStringParameters": present(several(&self.query)),
            "pathParameters": {"proxy": self.path.trim_start_matches('/')},
            "stageVariables": null,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": API,
                "domainName": host,
                "domainPrefix": API,
                "extendedRequestId": REQUEST_ID,
                "httpMethod": self.method,
                "identity": {"sourceIp": SOURCE, "userAgent": self.user_agent()},
                "path": format!("/{stage}{}", self.path),
                "protocol": "HTTP/1.1",
                "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
                "requestTime": now.common_log(),
                "requestTimeEpoch": now.millis(),
                "resourceId": "123456",
                "resourcePath": "/{proxy+}",
                "stage": stage,
            },
            "body": body,
            "isBase64Encoded": is_encoded,
        })
    }

    /// As an HTTP API gives it.
    pub(super) fn http_api(&self, region: &str, now: Timestamp) -> Json {
        let host = format!("{API}.execute-api.{region}.amazonaws.com");
        let stage = self.stage.as_deref().unwrap_or("$default");
        let headers = self.headers(&host, "https");
        let is_cookie = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("cookie");
        let cookies: Vec<&str> =
            headers.iter().filter(is_cookie).flat_map(|(_, value)| value.split("; ")).collect();
        let others: Vec<(String, String)> =
            headers.iter().filter(|header| !is_cookie(header)).cloned().collect();
        let raw_query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
        let (body, is_encoded) = self.text();
        let mut event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": raw_query,
            "headers": joined(&others, str::to_ascii_lowercase),
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": API,
                "domainName": host,
                "domainPrefix": API,
                "http": {
                    "method": self.method,
                    "path": self.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": SOURCE,
                    "userAgent": self.user_agent(),
                },
                "requestId": REQUEST_ID,
                "routeKey": "$default",
                "stage": stage,
                "time": now.common_log(),
                "timeEpoch": now.millis(),
            },
            "isBase64Encoded": is_encoded,
        });
        if !cookies.is_empty() {
            event["cookies"] = cookies.into();
        }
        if !self.query.is_empty() {
            event["queryStringParameters"] = joined(&self.query, str::to_owned).into();
        }
        if !body.is_null() {
            event["body"] = body;
        }
        event
    }

    /// As a load balancer gives it, without headers of several values.
    pub(super) fn load_balancer(&self, region: &str) -> Json {
        let group = format!(
            "arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:targetgroup/lambda-279XGJDqGZ5rsrHC2Fjr/49e9d65c45c6791a"
        );
        let headers = self.headers(&format!("lambda-alb-1334523864.{region}.elb.amazonaws.com"), "http");
        let (body, is_encoded) = self.text();
        json!({
            "requestContext": {"elb": {"targetGroupArn": group}},
            "httpMethod": self.method,
            "path": self.path,
            "queryStringParameters": single(&self.query, str::to_owned),
            "headers": single(&headers, str::to_ascii_lowercase),
            "body": if body.is_null() { "".into() } else { body },
            "isBase64Encoded": is_encoded,
        })
    }

    /// The headers, with those that are there anyway.
    fn headers(&self, host: &str, scheme: &str) -> Vec<(String, String)> {
        let port = if scheme == "https" { "443" } else { "80" };
        let known = [
            ("host", host),
            ("user-agent", "ruststack"),
            ("x-forwarded-for", SOURCE),
            ("x-forwarded-port", port),
            ("x-forwarded-proto", scheme),
        ];
        let is_given = |name: &str| self.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        let missing = known.into_iter().filter(|(name, _)| !is_given(name));
        let missing = missing.map(|(name, value)| (name.to_owned(), value.to_owned()));
        missing.chain(self.headers.iter().cloned()).collect()
    }

    fn user_agent(&self) -> &str {
        let given = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
        given.map_or("ruststack", |(_, value)| value)
    }

    /// The body as events have it, and whether it is encoded: what is no text is.
    fn text(&self) -> (Json, bool) {
        match self.body.as_deref().map(std::str::from_utf8) {
            None => (Json::Null, false),
            Some(Ok(text)) => (text.into(), false),
            Some(Err(_)) => (STANDARD.encode(self.body.as_deref().unwrap_or_default()).into(), true),
        }
    }
}

/// Pairs by name: of those of one name the last.
fn single(pairs: &[(String, String)], named: fn(&str) -> String) -> Map<String, Json> {
    pairs.iter().map(|(name, value)| (named(name), value.as_str().into())).collect()
}

/// Pairs by name: those of one name with commas in between.
fn joined(pairs: &[(String, String)], named: fn(&str) -> String) -> Map<String, Json> {
    let mut all: Map<String, Json> = Map::new();
    for (name, value) in pairs {
        match all.get_mut(&named(name)) {
            Some(Json::String(known)) => *known = format!("{known},{value}"),
            _ => drop(all.insert(named(name), value.as_str().into())),
        }
    }
    all
}

/// Pairs by name: all values of each.
fn several(pairs: &[(String, String)]) -> Map<String, Json> {
    let mut all: Map<String, Json> = Map::new();
    for (name, value) in pairs {
        let values = all.entry(name).or_insert_with(|| Json::Array(Vec::new()));
        if let Json::Array(values) = values {
            values.push(value.as_str().into());
        }
    }
    all
}

/// `null` where there is nothing.
fn present(all: Map<String, Json>) -> Json {
    if all.is_empty() { Json::Null } else { all.into() }
}
