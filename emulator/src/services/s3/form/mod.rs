//! POST Object: a form that a browser sends, stored as PutObject stores what comes in headers.
//!
//! `fields` is what stands before the file, `policy` what its signer allows, `size` how large the file may be. Who signed
//! has been found out before.
//!
//! Sources: S3 API reference, "POST Object", "Creating an HTML Form" and "Creating a POST Policy"; the answers as
//! recorded of S3 in localstack's tests/aws/services/s3/test_s3.snapshot.json (TestS3PresignedPost).

mod fields;
mod policy;
mod size;

pub(crate) use fields::Fields;

use super::errors::EMPTY_KEY;
use super::happening::Kind;
use super::{S3, S3Error};
use crate::gateway::Caller;
use crate::services::Authorize;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use policy::Policy;
use ruststack_models::s3::operations::PUT_OBJECT;
use ruststack_models::s3::types::PutObjectOutput;
use ruststack_wire::sign::form;
use ruststack_wire::{Body, Fault};

/// What a form says for the name of the file that the user chose.
const FILE_NAME: &str = "${filename}";
/// What stays as it is in a query made of a form.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b' ');

/// A form, up to and with its file.
pub(crate) struct Form {
    /// The bucket that it was sent to.
    pub(crate) bucket: String,
    /// The region that it is signed for, and the credential that says so.
    pub(crate) signed_for: Option<(String, String)>,
    /// The fields before the file.
    pub(crate) fields: Fields,
    /// The name of the file, where its part has one.
    pub(crate) file_name: Option<String>,
    /// The file.
    pub(crate) file: Body,
}

/// What became of a form.
#[derive(Debug)]
pub(crate) struct Posted {
    /// What PutObject tells of the object.
    pub(crate) output: PutObjectOutput,
    /// The key, in which the name of the file has been put.
    pub(crate) key: String,
    /// What the form wants answered.
    pub(crate) then: Then,
}

/// How a form is answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// With nothing (200).
    Empty,
    /// With a description of the object (201).
    Document,
    /// With nothing, and a status that says so (204).
    NoContent,
    /// With a redirect (303).
    Redirect(String),
}

impl S3 {
    /// Stores the file of a form, if its policy allows that.
    pub(crate) async fn post_object(&self, caller: &Caller, form: Form) -> Result<Posted, Fault> {
        let Form { bucket, signed_for, fields, file_name, file } = form;
        let key = fields.get("key").ok_or_else(|| missing("key"))?;
        let key = match &file_name {
            Some(name) => key.replace(FILE_NAME, base_name(name)),
            None => key.to_owned(),
        };
        if let (Some((region, credential)), Some(found)) = (&signed_for, self.buckets.get(&bucket))
            && *region != found.region
        {
            return Err(crate::gateway::fault(form::wrong_region(region, &found.region, credential)));
        }
        let limits = match fields.get("policy") {
            Some(text) => Policy::parse(text)?.check(caller.now, &fields, &bucket, &key)?,
            None => Vec::new(),
        };
        if key.is_empty() {
            return Err(EMPTY_KEY.told().into());
        }
        let then = then(&fields);
        let mut input = fields.put_object(size::within(file, limits))?;
        input.bucket = Some(bucket.clone());
        input.key = Some(key.clone());
        let pass = self.authorize(caller, PUT_OBJECT.operation, &input)?;
        let output =
            self.write_object(caller, input, Kind::Post).await.map_err(|error| pass.tell(error.into()))?;
        let then = match then {
            Then::Redirect(url) => Then::Redirect(redirect(&url, &bucket, &key, output.etag.as_deref())),
            other => other,
        };
        Ok(Posted { output, key, then })
    }
}

fn missing(name: &str) -> Fault {
    crate::gateway::fault(form::missing_field(name))
}

/// The name of a file without its folders, of whichever system.
fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// What the form wants answered; what it says otherwise is passed over.
fn then(fields: &Fields) -> Then {
    let redirect = fields.get("success_action_redirect").or_else(|| fields.get("redirect"));
    let is_url = |url: &&str| ["http://", "https://"].iter().any(|start| url.starts_with(start));
    match (redirect.filter(is_url), fields.get("success_action_status")) {
        (Some(url), _) => Then::Redirect(url.to_owned()),
        (None, Some("200")) => Then::Empty,
        (None, Some("201")) => Then::Document,
        _ => Then::NoContent,
    }
}

/// Where the browser is sent: what the URL has already stays before what is told of the object
/// (<https://github.com/layervault/layervault_ruby_client/issues/8> shows one).
fn redirect(url: &str, bucket: &str, key: &str, etag: Option<&str>) -> String {
    let encode = |text: &str| utf8_percent_encode(text, PLAIN).to_string().replace(' ', "+");
    let joint = if url.contains('?') { '&' } else { '?' };
    let (key, etag) = (encode(key), encode(etag.unwrap_or_default()));
    format!("{url}{joint}bucket={}&key={key}&etag={etag}", encode(bucket))
}

/// What is wrong with a policy as a document.
fn invalid_policy(why: impl std::fmt::Display) -> S3Error {
    S3Error::InvalidPolicyDocument(format!("Invalid Policy: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_its_last_name() {
        for name in ["file.txt", "/home/me/file.txt", "C:\\Program Files\\directory1\\file.txt"] {
            assert_eq!(base_name(name), "file.txt");
        }
    }

    #[test]
    fn a_redirect_keeps_its_query_and_tells_of_the_object() {
        let etag = Some("\"00\"");
        assert_eq!(
            redirect("http://h/p?a=b c", "b", "k/my file", etag),
            "http://h/p?a=b c&bucket=b&key=k%2Fmy+file&etag=%2200%22"
        );
        assert_eq!(redirect("http://h/p", "b", "k", etag), "http://h/p?bucket=b&key=k&etag=%2200%22");
    }
}
