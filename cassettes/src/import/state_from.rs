//! State that a recording itself shows to have been there before it began.

use std::collections::HashSet;

use bytes::Bytes;
use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};

use crate::format::{Body, Headers, Interaction, Request, Response};
use crate::reader::hex;
use crate::redact::{Redacted, Redactor, Sensitive};

/// An object larger than this is not made up.
const LARGEST_FILLER: usize = 1 << 24;

/// The objects that S3 lists before the recording writes or deletes them, with all that the listing says, and the owner.
/// An object's body is the known one of that MD5 and size; else filler, and then its ETag is not its MD5.
pub(super) fn s3_listings(interactions: &[Interaction], known: &[Body]) -> Map<String, Value> {
    let mut touched: HashSet<(String, String)> = HashSet::new();
    let mut objects = Vec::new();
    let mut owner = None;
    for Interaction { request, response, .. } in interactions {
        let Some(response) = response.as_ref().filter(|response| response.status < 300) else { continue };
        let text = response.body.bytes();
        let text = String::from_utf8_lossy(&text);
        if !text.contains("<ListBucketResult") {
            if ["PUT", "POST", "DELETE"].contains(&request.method.as_str()) {
                touched.insert(address(request));
            }
            continue;
        }
        let url_encoded = element(&text, "EncodingType").is_some_and(|coding| coding == "url");
        let bucket = element(&text, "Name").unwrap_or_default();
        for contents in text.split("<Contents>").skip(1).filter_map(|rest| rest.split("</Contents>").next()) {
            let Some(key) = element(contents, "Key") else { continue };
            let key = if url_encoded { unpercent(&key.replace('+', " ")) } else { key };
            owner = owner.or_else(|| element(contents.split("<Owner>").nth(1)?, "ID"));
            if touched.insert((bucket.clone(), key.clone())) {
                objects.push(object(&bucket, &key, contents, known));
            }
        }
    }
    let mut state = Map::new();
    if !objects.is_empty() {
        state.insert("s3".to_owned(), json!({ "objects": objects }));
    }
    if let Some(owner) = owner {
        state.insert("account".to_owned(), json!({ "canonical_id": owner }));
    }
    state
}

fn object(bucket: &str, key: &str, listed: &str, known: &[Body]) -> Value {
    let etag = element(listed, "ETag").unwrap_or_default();
    let size: usize = element(listed, "Size").and_then(|size| size.parse().ok()).unwrap_or_default();
    let md5 = etag.trim_matches('"');
    let same = |body: &&Body| body.bytes().len() == size && hex(&Md5::digest(body.bytes())) == md5;
    let filler = || {
        Body::inexact(Bytes::from(vec![b'x'; size.min(LARGEST_FILLER)]), "only its ETag and size are known")
    };
    let body = known.iter().find(same).cloned().unwrap_or_else(filler);
    let checksum = element(listed, "ChecksumAlgorithm")
        .map(|algorithm| json!({ "algorithm": algorithm, "type": element(listed, "ChecksumType") }));
    json!({
        "bucket": bucket,
        "key": key,
        "last_modified": element(listed, "LastModified"),
        "etag": etag,
        "size": size,
        "storage_class": element(listed, "StorageClass"),
        "checksum": checksum,
        "body": body,
    })
}

/// Bucket and key of a request, from a virtual-hosted or a path-style address.
fn address(request: &Request) -> (String, String) {
    let path = unpercent(request.path.trim_start_matches('/'));
    let host = request.host();
    match host.split_once(".s3.").or_else(|| host.split_once(".s3-")) {
        Some((bucket, _)) => (bucket.to_owned(), path),
        None => {
            let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
            (bucket.to_owned(), key.to_owned())
        }
    }
}

/// The items that DynamoDB returns from a whole table before the recording writes any, as requests to put them.
pub(super) fn dynamodb_scans(interactions: &[Interaction]) -> Vec<Redacted<Request>> {
    let mut seeds = Vec::new();
    let mut redactor = Redactor::default();
    for Interaction { request, response, .. } in interactions {
        let target = request.headers.get("x-amz-target").unwrap_or_default();
        let Some((service, operation)) =
            target.split_once('.').filter(|(service, _)| service.starts_with("DynamoDB_"))
        else {
            continue;
        };
        if !["Scan", "Query", "GetItem", "BatchGetItem", "DescribeTable"].contains(&operation) {
            break;
        }
        let (Some(Response { status: 200, body, .. }), "Scan") = (response, operation) else { continue };
        let (Ok(Value::Object(asked)), Ok(answer)) =
            (serde_json::from_slice(&request.body.bytes()), serde_json::from_slice::<Value>(&body.bytes()))
        else {
            continue;
        };
        for item in answer["Items"].as_array().into_iter().flatten() {
            let put = json!({ "TableName": asked.get("TableName"), "Item": item });
            let seed = Request {
                method: "POST".to_owned(),
                origin: request.origin.clone(),
                path: "/".to_owned(),
                auth: request.auth.clone(),
                headers: Headers::from_iter([
                    ("content-type", "application/x-amz-json-1.0"),
                    ("x-amz-target", &format!("{service}.PutItem")),
                ]),
                body: Body::exact(put.to_string()),
                ..Request::default()
            };
            let seed = redactor.redact_request(seed, &Sensitive::default());
            if !seeds.contains(&seed) {
                seeds.push(seed);
            }
        }
    }
    seeds
}

/// The text of the first element of this name.
fn element(xml: &str, name: &str) -> Option<String> {
    let start = xml.find(&format!("<{name}>"))? + name.len() + 2;
    let rest = &xml[start..];
    let text = &rest[..rest.find(&format!("</{name}>"))?];
    Some(unescape(text))
}

/// Undoes the entities of XML.
fn unescape(text: &str) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        made.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(';').unwrap_or(0);
        let entity = rest.get(1..end).unwrap_or_default();
        let code = match entity.strip_prefix("#x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => entity.strip_prefix('#').and_then(|digits| digits.parse().ok()),
        };
        let known = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => code.and_then(char::from_u32),
        };
        made.push(known.unwrap_or('&'));
        rest = &rest[if known.is_some() { end + 1 } else { 1 }..];
    }
    made + rest
}

/// Undoes percent-encoding; what is none stays.
fn unpercent(text: &str) -> String {
    let bytes = crate::scan::patterns::unpercent(text.as_bytes());
    bytes.map_or_else(|| text.to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_listed_before_it_is_written_was_there() {
        let listing = r#"<ListBucketResult><Name>b</Name><Contents><Key>a&amp;&#x62;</Key>
            <LastModified>2024-08-20T22:38:15.000Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>
            <Size>5</Size></Contents><Contents><Key>new</Key><ETag>"x"</ETag><Size>3</Size></Contents></ListBucketResult>"#;
        let call = |method: &str, path: &str, body: &'static str| Interaction {
            request: Request::of_url(method, &format!("https://b.s3.us-west-1.amazonaws.com{path}")).unwrap(),
            response: Some(Response { status: 200, body: Body::exact(body), ..Response::default() }),
            ..Interaction::default()
        };
        let state =
            s3_listings(&[call("PUT", "/new", ""), call("GET", "/", listing)], &[Body::exact("hello")]);
        let objects = state["s3"]["objects"].as_array().unwrap();
        assert_eq!(objects.len(), 1);
        assert_eq!(objects[0]["key"], "a&b");
        assert_eq!(objects[0]["checksum"], Value::Null);
        assert_eq!(objects[0]["body"], json!({ "text": "hello" }));
    }

    #[test]
    fn entities_that_are_none_stay() {
        assert_eq!(unescape("a & b &nope; &#x110000; &"), "a & b &nope; &#x110000; &");
    }
}
