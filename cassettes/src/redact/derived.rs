//! Headers that are computed from the body: stated anew when redaction has changed it, if they were right before.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Crc;
use md5::{Digest as _, Md5};

use crate::format::Headers;
use crate::reader::sha256;

/// The headers that told the truth about the body, with how to compute them.
pub(crate) struct Derived(Vec<(&'static str, Compute)>);

type Compute = fn(&[u8]) -> String;

const COMPUTED: [(&str, Compute); 4] = [
    ("content-length", |body| body.len().to_string()),
    ("content-md5", |body| BASE64.encode(Md5::digest(body))),
    ("x-amz-content-sha256", sha256),
    ("x-amz-crc32", crc32),
];

impl Derived {
    /// Those that hold for this body.
    pub(crate) fn of(headers: &Headers, body: &[u8]) -> Derived {
        let true_of =
            |(name, compute): &(&str, Compute)| headers.get(name).is_some_and(|value| value == compute(body));
        Derived(COMPUTED.into_iter().filter(true_of).collect())
    }

    /// Makes them hold for another body.
    pub(crate) fn restate(&self, headers: &mut Headers, body: &[u8]) {
        for (name, compute) in &self.0 {
            headers.set(name, &compute(body));
        }
    }
}

fn crc32(body: &[u8]) -> String {
    let mut crc = Crc::new();
    crc.update(body);
    crc.sum().to_string()
}
