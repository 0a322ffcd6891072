//! Tags of objects and buckets: pairs of a key and a value, within bounds.
//!
//! Sources: S3 User Guide, "Categorizing your objects using tags" (bounds and characters); the sentences as reported of
//! S3 itself: versitygw issues 1214, 1216, 1232 and 2039, boto3 issue 1213, open-io/swift3 pull request 92,
//! cloud-custodian issue 370; localstack's recordings of S3 (tests/aws/services/s3/test_s3_api.snapshot.json,
//! TestS3BucketObjectTagging).

use super::S3Error;
use percent_encoding::percent_decode_str;
use ruststack_models::s3::types::{Tag, Tagging};

/// The most tags of an object.
const MOST_OF_OBJECT: usize = 10;
/// The most tags of a bucket.
const MOST_OF_BUCKET: usize = 50;
/// The longest key, in UTF-16 units.
const LONGEST_KEY: usize = 128;
/// The longest value, in UTF-16 units.
const LONGEST_VALUE: usize = 256;

/// What is said of a key of an object's tag that AWS keeps for itself, and of a bucket's.
const OF_OBJECT: &str = "Your TagKey cannot be prefixed with aws:";
const OF_BUCKET: &str = "System tags cannot be added/updated by requester";

/// The tags of an object or a bucket, in the order they were given in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tags(Vec<(String, String)>);

impl Tags {
    /// Reads the header `x-amz-tagging`: `key=value&key=value`, each URL-encoded.
    pub(super) fn of_header(header: Option<&str>) -> Result<Tags, S3Error> {
        let Some(header) = header else { return Ok(Tags::default()) };
        let malformed = || S3Error::InvalidArgument {
            message: "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters \
                      without tag name duplicates.",
            name: "x-amz-tagging",
            value: header.to_owned(),
        };
        let decode = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8().map(|text| text.into_owned()).map_err(|_| malformed())
        };
        let mut tags = Tags::default();
        for pair in header.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if value.contains('=') {
                return Err(malformed());
            }
            let (key, value) = (decode(key)?, decode(value)?);
            if tags.has(&key) {
                return Err(malformed());
            }
            tags.add(key, value, OF_OBJECT)?;
        }
        tags.within(MOST_OF_OBJECT)
    }

    /// Reads the tags that an object is to have.
    pub(super) fn of_object(tagging: Option<Tagging>) -> Result<Tags, S3Error> {
        Tags::read(tagging, OF_OBJECT)?.within(MOST_OF_OBJECT)
    }

    /// Reads the tags that a bucket is to have.
    pub(super) fn of_bucket(tagging: Option<Tagging>) -> Result<Tags, S3Error> {
        Tags::read(tagging, OF_BUCKET)?.within(MOST_OF_BUCKET)
    }

    /// Each tag is looked at before they are counted (scality/cloudserver pull request 4451, of S3 itself).
    fn read(tagging: Option<Tagging>, reserved: &'static str) -> Result<Tags, S3Error> {
        let set = tagging.and_then(|tagging| tagging.tag_set).ok_or(S3Error::MalformedXml)?;
        let mut tags = Tags::default();
        for Tag { key, value } in set {
            let (Some(key), Some(value)) = (key, value) else { return Err(S3Error::MalformedXml) };
            if tags.has(&key) {
                let message = "Cannot provide multiple Tags with the same key";
                return Err(S3Error::InvalidTag { message, key: Some(key), value: None });
            }
            tags.add(key, value, reserved)?;
        }
        Ok(tags)
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(known, _)| known == key)
    }

    /// Adds a tag; `reserved` is what is said of a key that AWS keeps for itself.
    fn add(&mut self, key: String, value: String, reserved: &'static str) -> Result<(), S3Error> {
        if key.is_empty() || !is_good(&key, LONGEST_KEY) {
            let message = "The TagKey you have provided is invalid";
            return Err(S3Error::InvalidTag { message, key: Some(key), value: None });
        }
        if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            return Err(S3Error::InvalidTag { message: reserved, key: Some(key), value: None });
        }
        if !is_good(&value, LONGEST_VALUE) {
            let message = "The TagValue you have provided is invalid";
            return Err(S3Error::InvalidTag { message, key: Some(key), value: Some(value) });
        }
        self.0.push((key, value));
        Ok(())
    }

    fn within(self, most: usize) -> Result<Tags, S3Error> {
        match most {
            _ if self.0.len() <= most => Ok(self),
            MOST_OF_OBJECT => Err(S3Error::TooManyTags("Object tags cannot be greater than 10")),
            _ => Err(S3Error::TooManyTags("Bucket tag count cannot be greater than 50")),
        }
    }

    /// The value of this key.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are, where there are any.
    pub(super) fn count(&self) -> Option<i32> {
        i32::try_from(self.0.len()).ok().filter(|count| *count > 0)
    }

    /// As answers have them.
    pub(super) fn to_set(&self) -> Vec<Tag> {
        let tag =
            |(key, value): &(String, String)| Tag { key: Some(key.clone()), value: Some(value.clone()) };
        self.0.iter().map(tag).collect()
    }
}

/// Whether a key or value is short enough and of letters, digits, blanks and `+ - = . _ : / @`.
fn is_good(text: &str, longest: usize) -> bool {
    text.encode_utf16().count() <= longest
        && text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "+-=._:/@".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::Fault;

    #[track_caller]
    fn check(header: &str, expected: Result<&[(&str, &str)], &str>) {
        let found = Tags::of_header(Some(header)).map_err(|error| Fault::from(error).code.into_owned());
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let expected = expected.map(|tags| Tags(tags.iter().map(owned).collect())).map_err(str::to_owned);
        assert_eq!(found, expected, "{header}");
    }

    #[test]
    fn a_header_is_a_query() {
        check("", Ok(&[]));
        check("&", Ok(&[]));
        check("a=1&b=", Ok(&[("a", "1"), ("b", "")]));
        check("key", Ok(&[("key", "")]));
        check("a+b=%C3%A4%2B", Ok(&[("a b", "ä+")]));
        check("a=1&a=2", Err("InvalidArgument"));
        check("a=%FF", Err("InvalidArgument"));
        check("=1", Err("InvalidTag"));
        check("a=%26", Err("InvalidTag"));
        check("AWS:a=1", Err("InvalidTag"));
        check(&format!("{}=1", "k".repeat(129)), Err("InvalidTag"));
        check(&format!("k={}", "v".repeat(257)), Err("InvalidTag"));
        check("0=&1=&2=&3=&4=&5=&6=&7=&8=&9=&10=", Err("BadRequest"));
    }

    #[test]
    fn each_tag_is_looked_at_before_they_are_counted() {
        let read = |keys: &[String]| {
            let tag = |key: &String| Tag { key: Some(key.clone()), value: Some("v".into()) };
            let set = Some(keys.iter().map(tag).collect());
            let told = Tags::of_bucket(Some(Tagging { tag_set: set }));
            told.err().map(|error| Fault::from(error).message.unwrap_or_default().into_owned())
        };
        let mut keys: Vec<String> = (0..50).map(|index| index.to_string()).collect();
        assert_eq!(read(&keys), None);
        keys.push("last".into());
        assert_eq!(read(&keys).as_deref(), Some("Bucket tag count cannot be greater than 50"));
        keys.push("0".into());
        assert_eq!(read(&keys).as_deref(), Some("Cannot provide multiple Tags with the same key"));
    }
}
