//! Ten thousand malformed requests from a seeded generator: each is refused in AWS's form, and nothing else happens.

use crate::serve::binary;
use fastrand::Rng;
use ruststack_harness::process::Server;

/// How many requests are sent.
const REQUESTS: usize = 10_000;
/// What the generator starts from; another seed gives other requests.
const SEED: u64 = 20_260_602;

#[test]
fn ten_thousand_malformed_requests_are_refused() {
    let server = Server::start(binary(), &[]);
    assert!(exchange(&server, &request("PUT", "/bucket", &[], b"")).starts_with("HTTP/1.1 200"));
    let mut random = Rng::with_seed(SEED);
    let before = resident_kib(&server);
    for number in 0..REQUESTS {
        let (kind, bytes) = malformed(&mut random, number);
        let answer = exchange(&server, &bytes);
        let told = || {
            format!(
                "{kind}, number {number}: {:?}\nis answered\n{answer}",
                String::from_utf8_lossy(&bytes[..bytes.len().min(600)])
            )
        };
        let status: u16 = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        assert!((400..500).contains(&status) || status == 501, "{}", told());
        assert!(is_in_aws_form(&answer), "{}", told());
    }
    let after = resident_kib(&server);
    assert!(after < before + 32 * 1024, "{before} KiB became {after} KiB");
    let metrics = exchange(&server, &request("GET", "/_ruststack/metrics", &[], b""));
    assert!(metrics.contains("\"panics\":0"), "{metrics}");
    let good = request("PUT", "/bucket/key", &[], b"hello");
    assert!(exchange(&server, &good).starts_with("HTTP/1.1 200"), "the next good request works");
}

fn exchange(server: &Server, bytes: &[u8]) -> String {
    String::from_utf8_lossy(&server.exchange(bytes)).into_owned()
}

fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n").into_bytes();
    let has_length = headers.iter().any(|(name, _)| matches!(*name, "content-length" | "transfer-encoding"));
    for (name, value) in headers {
        bytes.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    if !has_length {
        bytes.extend(format!("content-length: {}\r\n", body.len()).into_bytes());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    bytes
}

/// One request that nobody may take, and what is wrong with it.
fn malformed(random: &mut Rng, number: usize) -> (&'static str, Vec<u8>) {
    let junk = |random: &mut Rng, length: usize| -> Vec<u8> { (0..length).map(|_| random.u8(..)).collect() };
    let word =
        |random: &mut Rng| -> String { (0..random.usize(1..12)).map(|_| random.alphabetic()).collect() };
    const CHUNKED: (&str, &str) = ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    match number % 16 {
        0 => {
            let length = random.usize(2..5000);
            let missing = random.usize(1..length);
            let sent = junk(random, length - missing);
            (
                "a body that ends early",
                request("PUT", "/bucket/key", &[("content-length", &length.to_string())], &sent),
            )
        }
        1 => {
            let sizes = ["zz", "-1", "ffffffffffffffffff", "", " ", "0x5", "5\r"];
            let body = format!("{}\r\nhello\r\n0\r\n\r\n", sizes[random.usize(..sizes.len())]);
            (
                "a bad chunk size",
                request(
                    "PUT",
                    "/bucket/key",
                    &[CHUNKED, ("x-amz-decoded-content-length", "5")],
                    body.as_bytes(),
                ),
            )
        }
        2 => {
            let wrong = random.u32(6..1000).to_string();
            (
                "a wrong decoded length",
                request(
                    "PUT",
                    "/bucket/key",
                    &[CHUNKED, ("x-amz-decoded-content-length", &wrong)],
                    b"5\r\nhello\r\n0\r\n\r\n",
                ),
            )
        }
        3 => {
            let bodies = [
                "<Delete><Object><Key>a</Key></Object>",
                "<Delete>",
                "not xml",
                "<Delete></Delete>",
                "<!DOCTYPE a><Delete/>",
                "<Delete><Object/></Delete>",
                "\u{0}",
                "<a>&b;</a>",
            ];
            let body = bodies[random.usize(..bodies.len())];
            let md5 = md5_base64(body.as_bytes());
            ("bad XML", request("POST", "/bucket?delete", &[("content-md5", &md5)], body.as_bytes()))
        }
        4 => {
            let length = random.usize(1..300);
            let body = junk(random, length);
            let md5 = md5_base64(&body);
            ("junk instead of XML", request("POST", "/bucket?delete", &[("content-md5", &md5)], &body))
        }
        5 => {
            let name = format!("DynamoDB_20120810.{}", word(random));
            (
                "an unknown operation",
                request(
                    "POST",
                    "/",
                    &[("x-amz-target", &name), ("content-type", "application/x-amz-json-1.0")],
                    b"{}",
                ),
            )
        }
        6 => {
            let bodies: [&[u8]; 5] = [b"{", b"[]", b"{\"TableName\": }", b"\xff\xfe", b"{\"a\":1}}"];
            let body = bodies[random.usize(..bodies.len())];
            (
                "bad JSON",
                request(
                    "POST",
                    "/",
                    &[
                        ("x-amz-target", "DynamoDB_20120810.PutItem"),
                        ("content-type", "application/x-amz-json-1.0"),
                    ],
                    body,
                ),
            )
        }
        7 => {
            let body = format!("Action={}&Version=2011-06-15", word(random));
            (
                "an unknown action",
                request(
                    "POST",
                    "/",
                    &[("content-type", "application/x-www-form-urlencoded")],
                    body.as_bytes(),
                ),
            )
        }
        8 => {
            let forms = ["%zz=%ff", "Action=%ff", "Version=1", "", "Action", "&&&=&"];
            (
                "a bad form",
                request(
                    "POST",
                    "/",
                    &[("content-type", "application/x-www-form-urlencoded")],
                    forms[random.usize(..forms.len())].as_bytes(),
                ),
            )
        }
        9 => {
            let value = "a".repeat(random.usize(9_000..60_000));
            ("a huge header", request("PUT", "/bucket/key", &[("x-amz-meta-big", &value)], b""))
        }
        10 => {
            let value = "a".repeat(random.usize(600_000..700_000));
            ("a head beyond all bounds", request("PUT", "/bucket/key", &[("x-amz-meta-big", &value)], b""))
        }
        11 => {
            let lines = [
                "GET",
                "GET /",
                "BREW / HTTP/9.9",
                "\r\n\r\n\u{0}",
                "GET /\u{1} HTTP/1.1",
                ": :",
                "HTTP/1.1 200 OK",
            ];
            let line = lines[random.usize(..lines.len())];
            ("no HTTP", format!("{line}\r\nhost localhost\r\n\r\n").into_bytes())
        }
        12 => {
            let lengths = ["-1", "x", "1, 2", "99999999999999999999", "0x10", "+5x"];
            (
                "a wrong length",
                request(
                    "PUT",
                    "/bucket/key",
                    &[("content-length", lengths[random.usize(..lengths.len())])],
                    b"hello",
                ),
            )
        }
        13 => {
            let sizes = ["g", "-5", "fffffffffffffffff", "5 5"];
            let body = format!("{}\r\nhello\r\n0\r\n\r\n", sizes[random.usize(..sizes.len())]);
            (
                "bad transfer coding",
                request("PUT", "/bucket/key", &[("transfer-encoding", "chunked")], body.as_bytes()),
            )
        }
        14 => {
            let (name, value) = [
                ("content-md5", "!"),
                ("x-amz-checksum-crc32", "AAAA"),
                ("x-amz-checksum-sha256", "x"),
                ("content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="),
                ("x-amz-storage-class", "GOLD"),
                ("if-none-match", "\"a\""),
                ("x-amz-sdk-checksum-algorithm", "CRC31"),
            ][random.usize(..7)];
            ("a header that lies", request("PUT", "/bucket/key", &[(name, value)], b"hello"))
        }
        _ => {
            let targets = [
                "/bucket?max-keys=x",
                "/bucket?max-keys=-1",
                "/bucket?encoding-type=x",
                "/bucket?list-type=2&continuation-token=x",
                "/A_B",
                "/nobucket?acl",
                "/bucket/key?partNumber=x",
                "/nobucket/key",
                "/bucket/absent",
            ];
            ("a bad target", request("GET", targets[random.usize(..targets.len())], &[], b""))
        }
    }
}

/// Whether an answer is an error of AWS's: XML with a code, JSON with a type, or a header that names it.
fn is_in_aws_form(answer: &str) -> bool {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    (body.contains("<Error>") && body.contains("<Code>") && body.contains("<Message>"))
        || body.contains("\"__type\":")
        || head.contains("x-amzn-errortype")
}

fn md5_base64(bytes: &[u8]) -> String {
    ruststack_wire::sign::checksum::Algorithm::Md5.digest(bytes).to_base64()
}

/// The resident memory of the server, as Linux counts it; 0 elsewhere.
fn resident_kib(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}
