//! The fields of a form, and the PutObject that they amount to: most are called like its headers.

use super::super::tags::Tags;
use super::super::{S3Error, encoded_word};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_models::s3::operations::PUT_OBJECT;
use ruststack_models::s3::types::{PutObjectRequest, Tagging};
use ruststack_wire::IndexMap;
use ruststack_wire::codec::xml;
use ruststack_wire::protocol::{Incoming, Payload};
use ruststack_wire::{Body, Fault, Protocol};

/// What the name of a field of user metadata begins with.
const METADATA: &str = "x-amz-meta-";
/// Fields that are no header of PutObject's although they are called like one.
const NO_HEADERS: [&str; 2] = ["content-length", "x-amz-tagging"];

/// The fields of a form in their order. Their names are the same in any case.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Adds a field.
    pub(crate) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }

    /// The value of the first field of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The names, as they were sent.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// What PutObject is asked for, but for bucket and key.
    pub(super) fn put_object(&self, file: Body) -> Result<PutObjectRequest, Fault> {
        let mut headers = HeaderMap::new();
        let mut metadata = IndexMap::default();
        for (name, value) in &self.0 {
            let lower = name.to_ascii_lowercase();
            if let Some(name) = lower.strip_prefix(METADATA) {
                metadata.insert(name.to_owned(), encoded_word::encode_text(value));
                continue;
            }
            let name = if lower == "acl" { "x-amz-acl" } else { lower.as_str() };
            let name = HeaderName::from_bytes(name.as_bytes());
            let value: Vec<u8> = value.bytes().filter(|byte| *byte >= 0x20 && *byte != 0x7f).collect();
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(&value))
                && !NO_HEADERS.contains(&name.as_str())
            {
                headers.entry(name).or_insert(value);
            }
        }
        let mut input = PutObjectRequest::default();
        let incoming = Incoming { operation: PUT_OBJECT.operation, path: "", query: "", headers: &headers };
        let protocol = Protocol::RestXml;
        protocol
            .decode(&incoming, Payload::Stream(file), &mut input)
            .map_err(|error| protocol.undecodable(&error))?;
        input.metadata = Some(metadata);
        input.tagging = self.get("tagging").map(tagging).transpose()?;
        Ok(input)
    }
}

/// Tags as the header has them, of a document. One that is about something else says nothing of tags.
fn tagging(document: &str) -> Result<String, S3Error> {
    let document = Bytes::copy_from_slice(document.as_bytes());
    let mut tagging = Tagging::default();
    xml::parse(&document)
        .and_then(|element| xml::read_structure(&element, &mut tagging))
        .map_err(|_| S3Error::MalformedXml)?;
    let tags = match tagging.tag_set {
        Some(_) => Tags::of_object(Some(tagging))?,
        None => Tags::default(),
    };
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = tags
        .keys()
        .map(|key| format!("{}={}", encode(key), encode(tags.get(key).unwrap_or_default())))
        .collect();
    Ok(pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn fields_become_the_members_of_put_object() {
        let fields = fields(&[
            ("Acl", "public-read"),
            ("content-TYPE", "image/png"),
            ("Content-Length", "x"),
            ("x-amz-meta-TEST-2", "b"),
            ("x-amz-meta-name", "ÄMÄZÕÑ S3"),
            ("x-amz-storage-class", "STANDARD_IA"),
            ("tagging", "<Tagging><TagSet><Tag><Key>a b</Key><Value>1+2</Value></Tag></TagSet></Tagging>"),
        ]);
        let input = fields.put_object(Body::empty()).expect("good fields");
        assert_eq!(input.acl.as_deref(), Some("public-read"));
        assert_eq!(input.content_type.as_deref(), Some("image/png"));
        assert_eq!(input.storage_class.as_deref(), Some("STANDARD_IA"));
        assert_eq!(input.tagging.as_deref(), Some("a%20b=1%2B2"));
        let metadata = input.metadata.expect("metadata");
        assert_eq!(metadata["test-2"], "b");
        // As localstack's recording of S3 has it (test_post_object_with_metadata, of Unicode).
        assert_eq!(metadata["name"], "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=");
    }

    #[test]
    fn tags_come_as_a_document() {
        assert_eq!(tagging("<InvalidXmlTagging></InvalidXmlTagging>").ok().as_deref(), Some(""));
        assert!(matches!(tagging("not-xml"), Err(S3Error::MalformedXml)));
    }
}
