//! Refusals that AWS was recorded to give: our canonical request, string to sign and members are its.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{OneKey, data};
use crate::sign::amz_date;
use crate::sign::checksum::Algorithm;
use crate::sign::chunked::Decoder;
use crate::sign::payload::{Declared, PayloadHash};
use crate::sign::refusal::Family;
use crate::sign::verify::verify;

#[test]
fn a_presigned_url_used_with_another_method_is_refused_as_recorded() {
    let Some(folder) = data("RUSTSTACK_RECORDINGS", "recordings") else { return };
    let file = folder.join("go-replayers/head/blob/s3blob/TestConformance/TestSignedURL.replay");
    let recording: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();

    let mut count = 0;
    for entry in recording["Entries"].as_array().unwrap() {
        let body = STANDARD.decode(entry["Response"]["Body"].as_str().unwrap()).unwrap();
        let body = String::from_utf8(body).unwrap().replace("&amp;", "&");
        if element(&body, "Code") == Some("SignatureDoesNotMatch") {
            is_refused_like(entry, &body);
            count += 1;
        }
    }
    assert_eq!(count, 4);
}

fn is_refused_like(entry: &Value, body: &str) {
    let text = |name: &str| element(body, name).unwrap().to_owned();
    let date = text("StringToSign").lines().nth(1).unwrap().to_owned();
    let scope = text("StringToSign").lines().nth(2).unwrap().replace('/', "%2F");
    let (access_key_id, signature) = (text("AWSAccessKeyId"), text("SignatureProvided"));

    // The recording is without what was secret or changes.
    let url = entry["Request"]["URL"].as_str().unwrap().replace("=CLEARED", &format!("={date}"));
    let url = format!("{url}&X-Amz-Credential={access_key_id}%2F{scope}&X-Amz-Signature={signature}");
    let host = url.strip_prefix("https://").unwrap().split('/').next().unwrap().to_owned();
    let request = http::Request::builder().method(entry["Request"]["Method"].as_str().unwrap());
    let request = request.uri(url).header("host", host).header("accept-encoding", "gzip").body(()).unwrap();

    let key = OneKey { access_key_id, secret: "another".to_owned(), token: None };
    let now = amz_date::parse(&date).unwrap();
    let error = verify(&request.into_parts().0, PayloadHash::Streamed, &key, now).unwrap_err();
    let refusal = error.refusal(Family::S3);

    assert_eq!(refusal.status, 403);
    assert_eq!((refusal.code, refusal.message.as_str()), ("SignatureDoesNotMatch", text("Message").as_str()));
    let mut told = "</Message>".to_owned();
    for (name, value) in &refusal.members {
        told.push_str(&format!("<{name}>{value}</{name}>"));
    }
    assert!(body.contains(&told), "{told}\nis not in\n{body}");
}

fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
}

/// The secret is the one that the AWS SDK for Rust signs its own recordings with.
#[test]
fn an_sdks_recorded_upload_is_verified_and_unwrapped() {
    let Some(folder) = data("RUSTSTACK_RECORDINGS", "recordings") else { return };
    let name = "aws__sdk__integration-tests__s3__tests__data__aws_chunked__custom-chunk-size.json";
    let text = std::fs::read(folder.join("smithy-dvr").join(name)).unwrap();
    let recording: Value = serde_json::from_slice(&text).unwrap();
    let events = recording["events"].as_array().unwrap();

    let sent = &events[0]["action"]["Request"]["request"];
    let mut request = http::Request::builder().method("PUT").uri(sent["uri"].as_str().unwrap());
    for (name, values) in sent["headers"].as_object().unwrap() {
        request = request.header(name, values[0].as_str().unwrap());
    }
    let parts = request.body(()).unwrap().into_parts().0;
    let key = OneKey {
        access_key_id: "ANOTREAL".to_owned(),
        secret: "notrealrnrELgWzOk3IfjzDKtFBhDby".to_owned(),
        token: None,
    };
    let now = amz_date::parse("20090213T233130Z").unwrap();
    let verified = verify(&parts, PayloadHash::Streamed, &key, now).unwrap();

    let Declared::Chunked(framing) = verified.payload else { panic!("{:?}", verified.payload) };
    let decoder = Decoder::new(framing).unwrap().verifying(verified.chunk_signatures());
    let mut decoder = decoder.expecting_length(10_240).expecting_trailers("x-amz-checksum-crc32");
    let mut content = Vec::new();
    let pieces = events.iter().filter(|event| event["action"]["Data"]["direction"] == "Request");
    for piece in pieces {
        let text = piece["action"]["Data"]["data"]["Utf8"].as_str().unwrap().to_owned();
        decoder.push(text.into(), &mut content).unwrap();
    }
    let trailers = decoder.finish().unwrap();
    let checksum = Algorithm::Crc32.digest(&content.concat());
    assert_eq!(trailers, [("x-amz-checksum-crc32".to_owned(), checksum.to_base64())]);
}
