//! The examples of AWS's documentation, and bodies that are cut, changed or invented.

use bytes::Bytes;

use super::{ChunkError, ChunkSignatures, Decoder, Trailers, encode_signed, encode_unsigned_with_trailer};
use crate::sign::canonical::SigningKey;
use crate::sign::checksum::Algorithm;
use crate::sign::credential::CredentialScope;
use crate::sign::payload::Framing;

/// The chain of the documentation's examples, which begins at a seed signature.
fn chain(seed: &str) -> ChunkSignatures {
    let scope = CredentialScope {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        date: "20130524".to_owned(),
        region: "us-east-1".to_owned(),
        service: "s3".to_owned(),
    };
    let key = SigningKey::derive("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", &scope);
    ChunkSignatures::new(key, scope, "20130524T000000Z".to_owned(), seed.to_owned())
}

fn decode(decoder: Decoder, pieces: &[&[u8]]) -> Result<(Vec<u8>, Trailers), ChunkError> {
    let mut decoder = decoder;
    let mut out = Vec::new();
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece), &mut out)?;
    }
    Ok((out.concat(), decoder.finish()?))
}

fn trailers(pairs: &[(&str, &str)]) -> Trailers {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>, "Example: PUT Object".
#[test]
fn the_documentations_chunks_are_signed_and_verified() {
    let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    let content = vec![b'a'; 66560];
    let body = encode_signed(content.chunks(65536), None, chain(seed));

    let text = String::from_utf8(body.clone()).unwrap();
    let headers: Vec<&str> = text.split("\r\n").filter(|line| line.contains(';')).collect();
    assert_eq!(
        headers,
        [
            "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ]
    );
    assert_eq!(body.len(), 66824);

    let decoder = || Decoder::new(Framing::Signed).unwrap().verifying(chain(seed)).expecting_length(66560);
    assert_eq!(decode(decoder(), &[&body]), Ok((content, Vec::new())));

    let mut changed = body;
    changed[40_000] = b'b';
    let error = decode(decoder(), &[&changed]).unwrap_err();
    assert!(matches!(error, ChunkError::Mismatch { .. }), "{error:?}");
    assert_eq!(error.refusal().code, "SignatureDoesNotMatch");
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>, "Example: PUT Object".
#[test]
fn the_documentations_trailers_are_signed_and_verified() {
    let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    let content = vec![b'a'; 66560];
    let checksum = trailers(&[("x-amz-checksum-crc32c", "sOO8/Q==")]);
    assert_eq!(Algorithm::Crc32c.digest(&content).to_base64(), "sOO8/Q==");
    let body = encode_signed(content.chunks(65536), Some(&checksum), chain(seed));

    let text = String::from_utf8(body.clone()).unwrap();
    for signature in [
        ";chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n",
        ";chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n",
        ";chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n",
        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
    ] {
        assert!(text.contains(signature), "{signature}");
    }

    let decoder = || {
        let decoder = Decoder::new(Framing::SignedTrailer).unwrap().verifying(chain(seed));
        decoder.expecting_length(66560).expecting_trailers("x-amz-checksum-crc32c")
    };
    assert_eq!(decode(decoder(), &[&body]), Ok((content, checksum)));
    let changed = text.replace("sOO8/Q==", "sOO8/A==");
    assert!(matches!(decode(decoder(), &[changed.as_bytes()]), Err(ChunkError::Mismatch { .. })));
    let unsigned = text.replace("x-amz-trailer-signature", "x-amz-checksum-sha1");
    assert_eq!(decode(decoder(), &[unsigned.as_bytes()]), Err(ChunkError::MalformedTrailer));
}

#[test]
fn where_a_body_is_cut_makes_no_difference() {
    let content: Vec<u8> = (0..8200_u32).map(|index| (index % 256) as u8).collect();
    let checksum = trailers(&[("x-amz-checksum-crc32", "AAAAAA=="), ("x-other", "b")]);
    let signed = encode_signed(content.chunks(8192), Some(&checksum), chain("seed"));
    let unsigned = encode_unsigned_with_trailer(content.chunks(8192), &checksum);
    for (framing, body) in [(Framing::SignedTrailer, signed), (Framing::UnsignedTrailer, unsigned)] {
        let decoder = || Decoder::new(framing).unwrap().verifying(chain("seed")).expecting_length(8200);
        let expected = Ok((content.clone(), checksum.clone()));
        let ends = (0..200).chain(8150..body.len());
        for end in ends {
            let (first, second) = body.split_at(end);
            assert_eq!(decode(decoder(), &[first, second]), expected, "{framing:?} cut at {end}");
            assert_eq!(
                decode(decoder(), &[first]),
                Err(ChunkError::Incomplete),
                "{framing:?} ended at {end}"
            );
        }
        let bytes: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(decode(decoder(), &bytes), expected);
    }
}

#[test]
fn what_is_decoded_is_not_copied() {
    let body = Bytes::from(encode_unsigned_with_trailer([&b"hello world"[..]], &[]));
    let mut out = Vec::new();
    let mut decoder = Decoder::new(Framing::UnsignedTrailer).unwrap();
    decoder.push(body.clone(), &mut out).unwrap();
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].as_ptr(), body[3..].as_ptr());
}

#[test]
fn broken_bodies_are_refused_in_s3s_words() {
    let refused = |body: &str| {
        let decoder = Decoder::new(Framing::UnsignedTrailer).unwrap().expecting_length(5);
        let decoder = decoder.expecting_trailers("X-Amz-Checksum-Crc32");
        decode(decoder, &[body.as_bytes()]).unwrap_err().refusal().code
    };
    let good = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    let decoder = Decoder::new(Framing::UnsignedTrailer).unwrap().expecting_length(5);
    assert!(decode(decoder.expecting_trailers("x-amz-checksum-crc32"), &[good.as_bytes()]).is_ok());

    for body in [
        "",
        "5\r\nhello",
        "5\r\nhelloX\r\n",
        "g\r\n",
        "-5\r\nhello\r\n",
        "5\nhello\n",
        "10000000000000000\r\n",
        "6\r\nhello!\r\n0\r\n\r\n",
        "3\r\nhel\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\nmore",
        "ffffffffffffffff\r\n",
    ] {
        assert_eq!(refused(body), "IncompleteBody", "{body:?}");
    }
    for trailer in ["x-amz-checksum-crc32 AAAAAA==", ":AAAA", "x-amz-checksum-sha1:AAAAAA=="] {
        let body = good.replace("x-amz-checksum-crc32:AAAAAA==", trailer);
        assert_eq!(refused(&body), "MalformedTrailerError", "{trailer}");
    }
    assert_eq!(decode(Decoder::new(Framing::Signed).unwrap(), &[b"5\r\n"]), Err(ChunkError::Incomplete));
}

/// Seen on AWS: <https://github.com/versity/versitygw/issues/1683>.
#[test]
fn only_the_last_chunk_may_be_small() {
    let body = encode_unsigned_with_trailer([&b"hel"[..], &b"lo"[..]], &[]);
    let error = decode(Decoder::new(Framing::UnsignedTrailer).unwrap(), &[&body]).unwrap_err();
    assert_eq!(error, ChunkError::TooSmall { chunk: 2, size: 3 });
    let members = error.refusal().members;
    assert_eq!(members, [("Chunk", "2".to_owned()), ("BadChunkSize", "3".to_owned())]);
}

#[test]
fn ecdsa_is_refused_by_name() {
    for framing in [Framing::EcdsaSigned, Framing::EcdsaSignedTrailer] {
        let error = Decoder::new(framing).unwrap_err();
        assert_eq!(error.refusal().status, 501);
        assert!(error.to_string().contains(framing.as_str()));
    }
}

#[test]
fn an_error_stays_and_a_line_has_an_end() {
    let mut decoder = Decoder::new(Framing::UnsignedTrailer).unwrap();
    let mut out = Vec::new();
    let endless = Bytes::from(vec![b'0'; 1 << 20]);
    assert_eq!(decoder.push(endless, &mut out), Err(ChunkError::Incomplete));
    assert_eq!(decoder.push(Bytes::from_static(b"0\r\n\r\n"), &mut out), Err(ChunkError::Incomplete));
    assert_eq!(decoder.finish(), Err(ChunkError::Incomplete));
}

#[test]
fn invented_bodies_never_panic() {
    let mut random = 42_u64;
    let mut next = |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % bound as u64) as usize
    };
    let pieces: [&[u8]; 12] = [
        b"0",
        b"5",
        b"\r\n",
        b"\r",
        b"\n",
        b"hello",
        b";chunk-signature=",
        b"ff",
        b"x-amz-trailer-signature:",
        b":",
        b"\xff",
        b"a",
    ];
    for _ in 0..50_000 {
        let framing = [Framing::Signed, Framing::SignedTrailer, Framing::UnsignedTrailer][next(3)];
        let mut decoder = Decoder::new(framing).unwrap().verifying(chain("seed"));
        let mut out = Vec::new();
        for _ in 0..next(20) {
            let piece = pieces[next(pieces.len())];
            if decoder.push(Bytes::from_static(piece), &mut out).is_err() {
                break;
            }
        }
        let _ = decoder.finish();
    }
}
