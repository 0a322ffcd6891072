//! The recorder's own calls: one that deletes something, and one that asks how old a bucket is.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt as _, Limited};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_cassettes::AuthKind;
use ruststack_wire::shape::Location;
use ruststack_wire::sign::signer::Payload;
use ruststack_wire::{Body, Operation, Protocol, Service};
use serde_json::Value;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Made;
use crate::courier::point;
use crate::proxy::Proxy;
use crate::upstream::Destination;

const LONGEST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_ANSWER: usize = 1 << 20;
/// How far the clocks of one answer and another's may be apart.
const CLOCKS: time::Duration = time::Duration::seconds(30);
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// What a key may have in a path as it is.
const KEY: &AsciiSet = &PLAIN.remove(b'/');

/// A request that deletes, before it is known where it goes.
#[derive(Debug, PartialEq)]
struct Deletion {
    method: &'static str,
    path_and_query: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

pub(super) async fn delete(made: &Made, proxy: &Proxy) -> Result<(), String> {
    let service = ruststack_models::service(made.service);
    let deleter =
        service.zip(made.deleter).and_then(|(service, name)| Some((service, service.operation(name)?)));
    let (service, operation) = deleter.ok_or("nobody has told the recorder how it is deleted")?;
    if let Some(pattern) = proxy.gate.denies(service.name, operation.name) {
        return Err(format!("--deny {pattern} keeps it"));
    }
    let (head, body) = call(&made.region, service, operation, &made.names, proxy).await?;
    match head.status.is_success() {
        true => Ok(()),
        false => Err(told(operation, &head, &body)),
    }
}

/// Whether a bucket is no older than the call that seemed to create it; if not, why a cleanup leaves it.
pub(super) async fn is_new_bucket(made: &Made, proxy: &Proxy) -> Result<(), String> {
    let unsure = |why: String| format!("nobody knows whether it was there before: {why}");
    let service = &ruststack_models::s3::SERVICE;
    let operation = service.operation("ListBuckets").ok_or("the models know no ListBuckets")?;
    let (name, asked_at) = match (made.names.first(), made.at) {
        (Some((_, Value::String(name))), Some(at)) => (name, at),
        _ => return Err(unsure("its answer had no date".to_owned())),
    };
    let prefix = [("Prefix", Value::from(name.as_str()))];
    let (head, body) = call(&made.region, service, operation, &prefix, proxy).await.map_err(unsure)?;
    if !head.status.is_success() {
        return Err(unsure(told(operation, &head, &body)));
    }
    let text = String::from_utf8_lossy(&body);
    let mut buckets =
        text.split("<Bucket>").skip(1).filter(|one| one.contains(&format!("<Name>{name}</Name>")));
    let date =
        buckets.next().and_then(|one| one.split_once("<CreationDate>")?.1.split_once("</CreationDate>"));
    let created = date.and_then(|(date, _)| OffsetDateTime::parse(date, &Rfc3339).ok());
    match created {
        Some(created) if created >= asked_at - CLOCKS => Ok(()),
        Some(_) => Err("it was there before".to_owned()),
        None => Err(unsure("it is not listed".to_owned())),
    }
}

/// Sends a call of our own, and gives what came.
pub(super) async fn call(
    region: &str,
    service: &'static Service,
    operation: &'static Operation,
    names: &[(&'static str, Value)],
    proxy: &Proxy,
) -> Result<(http::response::Parts, Bytes), String> {
    let deletion = deletion(service, operation, names)?;
    let to = Destination {
        service: Some(service),
        signing_name: service.signing_name,
        region,
        host: "",
        bucket: None,
        path_and_query: &deletion.path_and_query,
    };
    let target = proxy.courier.upstream.target(&to).ok_or("it has no host")?;
    let mut request = http::Request::builder().method(deletion.method);
    for (name, value) in &deletion.headers {
        request = request.header(*name, value);
    }
    let request = request.header(CONTENT_LENGTH, deletion.body.len());
    let (mut parts, ()) = request.body(()).map_err(|error| error.to_string())?.into_parts();
    point(&mut parts, &target);
    let credentials = proxy.courier.credentials(&proxy.account).await.map_err(|error| error.0)?;
    let payload = Payload::Bytes(deletion.body.as_bytes());
    proxy
        .courier
        .sign(&target, service.signing_name, &credentials, &mut parts, payload, AuthKind::Header)
        .map_err(|error| error.0)?;
    let answer = async {
        let sent = proxy.courier.send(parts, Body::from(deletion.body.into_bytes()), &target).await;
        let (head, body) = sent.map_err(|error| error.0)?.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER).collect().await.map_err(|error| error.to_string())?;
        Ok::<_, String>((head, body.to_bytes()))
    };
    let answer = tokio::time::timeout(LONGEST_WAIT, answer).await;
    answer.unwrap_or_else(|_| Err(format!("{} gave no answer in time", target.origin())))
}

fn told(operation: &Operation, head: &http::response::Parts, body: &Bytes) -> String {
    format!("{} answered {} {}", operation.name, head.status.as_u16(), code(&head.headers, body))
}

/// The request that tells an operation these names.
fn deletion(
    service: &'static Service,
    operation: &'static Operation,
    names: &[(&'static str, Value)],
) -> Result<Deletion, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut deletion = Deletion {
        method: operation.method,
        path_and_query: "/".to_owned(),
        headers: Vec::new(),
        body: String::new(),
    };
    match service.protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => {
            let version = if service.protocol == Protocol::AwsJson10 { "1.0" } else { "1.1" };
            let prefix = service.target_prefix.unwrap_or_default();
            deletion.headers.push((CONTENT_TYPE.as_str(), format!("application/x-amz-json-{version}")));
            deletion.headers.push(("x-amz-target", format!("{prefix}.{}", operation.name)));
            let members = names.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            deletion.body = Value::Object(members).to_string();
        }
        Protocol::AwsQuery => {
            let form = "application/x-www-form-urlencoded; charset=utf-8";
            deletion.headers.push((CONTENT_TYPE.as_str(), form.to_owned()));
            deletion.body = format!("Action={}&Version={}", operation.name, service.api_version);
            for (name, value) in names {
                deletion.body.push_str(&format!("&{name}={}", utf8_percent_encode(&text(value), PLAIN)));
            }
        }
        Protocol::RestJson | Protocol::RestXml => {
            deletion.path_and_query = operation.uri.to_owned();
            for (name, value) in names {
                let input = operation.input.ok_or("it takes nothing")?;
                let index = input.index_of(name).ok_or_else(|| format!("it takes no {name}"))?;
                let member = &input.members()[index];
                let wire = member.wire_name.unwrap_or(member.name);
                let value = text(value);
                let path = &deletion.path_and_query;
                deletion.path_and_query = match member.location {
                    Location::Uri => path
                        .replace(&format!("{{{wire}}}"), &utf8_percent_encode(&value, PLAIN).to_string())
                        .replace(&format!("{{{wire}+}}"), &utf8_percent_encode(&value, KEY).to_string()),
                    Location::Query => {
                        let mark = if path.contains('?') { '&' } else { '?' };
                        format!("{path}{mark}{wire}={}", utf8_percent_encode(&value, PLAIN))
                    }
                    _ => return Err(format!("{name} does not stand in its address")),
                };
            }
        }
    }
    Ok(deletion)
}

/// The code of an error. Its message stays out, since it may repeat what is secret.
fn code(headers: &http::HeaderMap, body: &Bytes) -> String {
    let text = String::from_utf8_lossy(body);
    let in_xml =
        || text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(code, _)| code);
    let in_json =
        || text.split_once("\"__type\":\"").and_then(|(_, rest)| rest.split_once('"')).map(|(code, _)| code);
    let in_header = headers.get("x-amzn-errortype").and_then(|code| code.to_str().ok());
    let code = in_header.or_else(in_xml).or_else(in_json).unwrap_or_default();
    code.chars().filter(char::is_ascii_graphic).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(service: &str, operation: &str, names: &[(&'static str, Value)]) -> String {
        let service = ruststack_models::service(service).unwrap();
        let deletion = deletion(service, service.operation(operation).unwrap(), names).unwrap();
        let target = deletion.headers.iter().find(|(name, _)| *name == "x-amz-target");
        let target = target.map(|(_, value)| format!(" {value}")).unwrap_or_default();
        format!("{} {}{target} {}", deletion.method, deletion.path_and_query, deletion.body)
    }

    #[test]
    fn each_protocol_is_told_in_its_own_way() {
        let names = [("Bucket", "b".into()), ("Key", "a b/ü?c".into()), ("VersionId", "1+2".into())];
        assert_eq!(check("s3", "DeleteObject", &names), "DELETE /b/a%20b/%C3%BC%3Fc?versionId=1%2B2 ");
        let upload = [("Bucket", "b".into()), ("Key", "k".into()), ("UploadId", "u/1".into())];
        assert_eq!(check("s3", "AbortMultipartUpload", &upload), "DELETE /b/k?uploadId=u%2F1 ");
        assert_eq!(
            check(
                "secretsmanager",
                "DeleteSecret",
                &[("SecretId", "s".into()), ("ForceDeleteWithoutRecovery", true.into())]
            ),
            "POST / secretsmanager.DeleteSecret {\"SecretId\":\"s\",\"ForceDeleteWithoutRecovery\":true}"
        );
        assert_eq!(
            check("iam", "DeletePolicy", &[("PolicyArn", "arn:aws:iam::1:policy/x".into())]),
            "POST / Action=DeletePolicy&Version=2010-05-08&PolicyArn=arn%3Aaws%3Aiam%3A%3A1%3Apolicy%2Fx"
        );
        let layer = [("LayerName", "l".into()), ("VersionNumber", "3".into())];
        assert_eq!(check("lambda", "DeleteLayerVersion", &layer), "DELETE /2018-10-31/layers/l/versions/3 ");
    }
}
