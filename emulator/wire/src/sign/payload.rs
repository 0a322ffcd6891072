//! What the head of a request says about its body: the value of `x-amz-content-sha256`.
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>.

/// The body's hash as the caller of [`verify`](crate::sign::verify::verify) knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadHash {
    /// The SHA-256 of the whole body, which was read already.
    Computed([u8; 32]),
    /// The body is still to come, and what the head claims of it is checked as it passes.
    Streamed,
}

impl PayloadHash {
    /// The hash of a body at hand.
    pub fn of(body: &[u8]) -> PayloadHash {
        use sha2::Digest;
        PayloadHash::Computed(sha2::Sha256::digest(body).into())
    }
}

/// What a request declares its body to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declared {
    /// `UNSIGNED-PAYLOAD`: the signature does not cover the body.
    Unsigned,
    /// The SHA-256 of the body, in hexadecimal as it was sent.
    Sha256(String),
    /// The body comes in chunks of its own framing.
    Chunked(Framing),
}

/// The forms of aws-chunked bodies, named as in `x-amz-content-sha256`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Each chunk carries a signature.
    Signed,
    /// Each chunk carries a signature, and so do the trailers.
    SignedTrailer,
    /// Nothing after the head is signed; trailers carry a checksum.
    UnsignedTrailer,
    /// As `Signed`, with SigV4A, which we do not verify.
    EcdsaSigned,
    /// As `SignedTrailer`, with SigV4A, which we do not verify.
    EcdsaSignedTrailer,
}

/// The value that leaves the body out of the signature.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

impl Framing {
    const ALL: [Framing; 5] = [
        Framing::Signed,
        Framing::SignedTrailer,
        Framing::UnsignedTrailer,
        Framing::EcdsaSigned,
        Framing::EcdsaSignedTrailer,
    ];

    /// The framing a value of `x-amz-content-sha256` names, if it names one.
    pub fn parse(value: &str) -> Option<Framing> {
        Framing::ALL.into_iter().find(|framing| framing.as_str() == value)
    }

    /// The name in `x-amz-content-sha256`.
    pub fn as_str(self) -> &'static str {
        match self {
            Framing::Signed => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            Framing::SignedTrailer => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            Framing::UnsignedTrailer => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            Framing::EcdsaSigned => "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
            Framing::EcdsaSignedTrailer => "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
        }
    }

    /// Whether each chunk carries a signature.
    pub fn is_signed(self) -> bool {
        self != Framing::UnsignedTrailer
    }

    /// Whether trailers follow the last chunk.
    pub fn has_trailers(self) -> bool {
        !matches!(self, Framing::Signed | Framing::EcdsaSigned)
    }
}

impl Declared {
    /// Reads a value of `x-amz-content-sha256`; S3 takes no other than these, spelt like this.
    pub fn parse(value: &str) -> Option<Declared> {
        if value == UNSIGNED_PAYLOAD {
            return Some(Declared::Unsigned);
        }
        if value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Some(Declared::Sha256(value.to_owned()));
        }
        Framing::parse(value).map(Declared::Chunked)
    }

    /// The value as it stands in `x-amz-content-sha256` and at the end of a canonical request.
    pub fn as_str(&self) -> &str {
        match self {
            Declared::Unsigned => UNSIGNED_PAYLOAD,
            Declared::Sha256(hex) => hex,
            Declared::Chunked(framing) => framing.as_str(),
        }
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
