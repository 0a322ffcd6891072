//! Stories of forms that browsers send.

use super::{Answer, Aws};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ruststack_wire::Body;
use ruststack_wire::sign::canonical::SigningKey;
use ruststack_wire::sign::credential::CredentialScope;
use serde_json::json;

const MULTIPART: (&str, &str) = ("content-type", "multipart/form-data; boundary=edge");
const CREDENTIAL: &str = "AKIDEXAMPLE/20260101/us-east-1/s3/aws4_request";
/// The file of every form.
const FILE: &str = "something body";

/// A form with these fields and then the file `my-file`.
fn form(fields: &[(&str, &str)]) -> String {
    form_of(fields, "; filename=\"my-file\"", FILE)
}

fn form_of(fields: &[(&str, &str)], file_name: &str, file: &str) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&part(&format!("; name=\"{name}\""), value));
    }
    body.push_str(&part(&format!("; name=\"file\"{file_name}"), file));
    body.push_str(&part("; name=\"submit\"", "Upload"));
    body + "--edge--\r\n"
}

fn part(named: &str, value: &str) -> String {
    format!("--edge\r\nContent-Disposition: form-data{named}\r\n\r\n{value}\r\n")
}

/// The policy of the bucket `bucket` with these conditions, until the end of 2999.
fn policy(conditions: &str) -> String {
    STANDARD.encode(format!(
        "{{\"expiration\": \"2999-12-31T00:00:00Z\", \"conditions\": [{{\"bucket\": \"bucket\"}}, {conditions}]}}"
    ))
}

impl Aws {
    async fn post(&self, fields: &[(&str, &str)]) -> Answer {
        self.send("POST", "/bucket", &[MULTIPART], form(fields)).await
    }
}

#[tokio::test]
async fn a_form_is_stored_as_its_fields_say() {
    let aws = Aws::start().await;
    let fields = [
        ("key", "user/${filename}"),
        ("Content-Type", "text/plain"),
        ("x-amz-meta-TEST-2", "b"),
        ("x-amz-storage-class", "STANDARD_IA"),
        ("tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"),
    ];
    let posted = aws.post(&fields).await;
    assert_eq!((posted.status, posted.xml()), (204, ""));
    assert_eq!(posted.header("location"), Some("http://localhost:4566/bucket/user%2Fmy-file"));
    assert_eq!(posted.header("etag"), Some("\"43281e21fce675ac3bcb3524b38ca4ed\""));
    assert_eq!(posted.header("x-amz-checksum-type"), Some("FULL_OBJECT"));
    assert!(posted.header("x-amz-checksum-crc64nvme").is_some());
    assert_eq!((posted.header("content-type"), posted.header("content-length")), (None, None));

    let got = aws.send("GET", "/bucket/user/my-file", &[], "").await;
    assert_eq!((got.status, got.xml()), (200, FILE));
    assert_eq!(got.header("content-type"), Some("text/plain"));
    assert_eq!(got.header("x-amz-meta-test-2"), Some("b"));
    assert_eq!(got.header("x-amz-storage-class"), Some("STANDARD_IA"));
    assert_eq!(got.header("x-amz-tagging-count"), Some("1"));
}

#[tokio::test]
async fn a_form_says_how_it_is_answered() {
    let aws = Aws::start().await;
    let status = async |fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("key", "k")].iter().chain(fields).copied().collect();
        let posted = aws.post(&fields).await;
        (posted.status, posted.header("location").unwrap_or_default().to_owned())
    };
    let own = "http://localhost:4566/bucket/k".to_owned();
    assert_eq!(status(&[("success_action_status", "200")]).await, (200, own.clone()));
    assert_eq!(status(&[("success_action_status", "404")]).await, (204, own.clone()));
    assert_eq!(status(&[("success_action_redirect", "/wrong/redirect/relative")]).await, (204, own));
    let (code, location) = status(&[("redirect", "http://h/done"), ("success_action_status", "201")]).await;
    let expected = "http://h/done?bucket=bucket&key=k&etag=%2243281e21fce675ac3bcb3524b38ca4ed%22";
    assert_eq!((code, location.as_str()), (303, expected));

    let headers = [MULTIPART, ("host", "bucket.s3.amazonaws.com")];
    let body = form(&[("key", "key-${filename}"), ("success_action_status", "201")]);
    let posted = aws.send("POST", "/", &headers, body).await;
    assert_eq!((posted.status, posted.header("content-type")), (201, Some("application/xml")));
    let location = "http://bucket.s3.amazonaws.com/key-my-file";
    assert_eq!(posted.header("location"), Some(location));
    let expected = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{location}</Location>\
         <Bucket>bucket</Bucket><Key>key-my-file</Key><ETag>\"43281e21fce675ac3bcb3524b38ca4ed\"</ETag></PostResponse>"
    );
    assert_eq!(posted.xml(), expected);
}

#[tokio::test]
async fn a_file_without_a_name_leaves_its_place() {
    let aws = Aws::start().await;
    let body = form_of(&[("key", "as-field-${filename}")], "", FILE);
    assert_eq!(aws.send("POST", "/bucket", &[MULTIPART], body).await.status, 204);
    let got = aws.send("HEAD", "/bucket/as-field-$%7Bfilename%7D", &[], "").await;
    assert_eq!((got.status, got.header("content-type")), (200, Some("binary/octet-stream")));
}

#[tokio::test]
async fn forms_that_are_none_are_refused() {
    let aws = Aws::start().await;
    let refused = async |body: String, content_type: &str, code: &str, status: u16| {
        let answer = aws.send("POST", "/bucket", &[("content-type", content_type)], body).await;
        assert_eq!(answer.error(), (status, code), "{}", answer.xml());
        answer.text("Message").to_owned()
    };
    let good = MULTIPART.1;
    let told = refused("x".into(), "text/html", "PreconditionFailed", 412).await;
    assert_eq!(told, "At least one of the pre-conditions you specified did not hold");
    refused("x".into(), "multipart/form-data", "MalformedPOSTRequest", 400).await;
    refused("no edge".into(), good, "MalformedPOSTRequest", 400).await;
    let cut = form(&[("key", "k")]);
    refused(cut[..cut.len() - 30].into(), good, "MalformedPOSTRequest", 400).await;
    let told = refused(part("; name=\"key\"", "k") + "--edge--\r\n", good, "InvalidArgument", 400).await;
    assert_eq!(told, "POST requires exactly one file upload per request.");
    let two = part("; name=\"key\"", "k") + &part("; name=\"file\"", "1") + &part("; name=\"file\"", "2");
    refused(two + "--edge--\r\n", good, "InvalidArgument", 400).await;
    let told = refused(form(&[]), good, "InvalidArgument", 400).await;
    assert_eq!(
        told,
        "Bucket POST must contain a field named &apos;key&apos;.  If it is specified, please check the order of the fields."
    );
    let long = "a".repeat(30_000);
    refused(form(&[("key", "k"), ("x-amz-meta-a", &long)]), good, "MaxPostPreDataLengthExceeded", 400).await;
    refused(form(&[("key", "k"), ("x-amz-storage-class", "FakeClass")]), good, "InvalidStorageClass", 400)
        .await;
    refused(form(&[("key", "k"), ("tagging", "not-xml")]), good, "MalformedXML", 400).await;
    refused(form(&[("key", "")]), good, "InvalidArgument", 400).await;
    assert_eq!(aws.send("GET", "/bucket", &[], "").await.all("Key"), Vec::<&str>::new());
    assert_eq!(
        aws.send("POST", "/gone", &[MULTIPART], form(&[("key", "k")])).await.error(),
        (404, "NoSuchBucket")
    );
}

#[tokio::test]
async fn a_policy_is_held_against_form_and_file() {
    let aws = Aws::start().await;
    let sized = policy(r#"{"key": "k"}, ["content-length-range", 5, 10]"#);
    let post = async |file: &str| {
        let body = form_of(&[("key", "k"), ("policy", &sized)], "", file);
        aws.send("POST", "/bucket", &[MULTIPART], body).await
    };
    let large = post("012345678901").await;
    assert_eq!(large.error(), (400, "EntityTooLarge"));
    assert_eq!((large.text("ProposedSize"), large.text("MaxSizeAllowed")), ("12", "10"));
    let small = post("0").await;
    assert_eq!(small.error(), (400, "EntityTooSmall"));
    assert_eq!((small.text("ProposedSize"), small.text("MinSizeAllowed")), ("1", "5"));
    assert_eq!(aws.send("HEAD", "/bucket/k", &[], "").await.status, 404);
    assert_eq!(post("01234").await.status, 204);

    let other = policy(r#"{"key": "other"}"#);
    let denied = aws.post(&[("key", "k"), ("policy", &other)]).await;
    assert_eq!(denied.error(), (403, "AccessDenied"));
    assert_eq!(
        denied.text("Message"),
        "Invalid according to Policy: Policy Condition failed: [&quot;eq&quot;, &quot;$key&quot;, &quot;other&quot;]"
    );
}

#[tokio::test]
async fn a_form_comes_in_pieces_of_any_size() {
    let aws = Aws::start().await;
    let file: String = "0123456789\r\n--edg\r\n".repeat(20_000);
    let body = Bytes::from(form_of(&[("key", "k")], "", &file));
    for size in [1 << 16, 4099] {
        let pieces: Vec<Bytes> = (0..body.len())
            .step_by(size)
            .map(|start| body.slice(start..(start + size).min(body.len())))
            .collect();
        let request =
            http::Request::post("/bucket").header("host", "localhost").header(MULTIPART.0, MULTIPART.1);
        let request = request.body(Body::chunks(pieces)).expect("a request");
        assert_eq!(aws.emulator().answer(request).await.status(), 204);
        assert_eq!(aws.send("GET", "/bucket/k", &[], "").await.body, file);
    }
}

/// A form that is signed over its policy.
fn signed<'a>(policy: &'a str, signature: &'a mut String, region: &str) -> Vec<(&'static str, &'a str)> {
    let scope = CredentialScope {
        access_key_id: "AKIDEXAMPLE".into(),
        date: "20260101".into(),
        region: region.into(),
        service: "s3".into(),
    };
    *signature = SigningKey::derive("secret", &scope).sign(policy);
    vec![
        ("key", "k"),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", CREDENTIAL),
        ("x-amz-date", "20260101T000000Z"),
        ("policy", policy),
        ("x-amz-signature", signature),
    ]
}

const COVERED: &str = r#"["starts-with", "$key", ""], ["starts-with", "$x-amz-algorithm", ""],
    ["starts-with", "$x-amz-credential", ""], ["starts-with", "$x-amz-date", ""]"#;

#[tokio::test]
async fn a_signature_is_verified_where_that_is_asked() {
    let aws = Aws::start_strict(json!({})).await;
    let (policy, mut signature) = (policy(COVERED), String::new());
    let fields = signed(&policy, &mut signature, "us-east-1");
    let posted = aws.post(&fields).await;
    assert_eq!(posted.status, 204, "{}", posted.xml());
    let change = |name: &str, value: Option<&'static str>| {
        let mut changed = fields.clone();
        changed.retain(|(known, _)| *known != name);
        changed.extend(value.map(|value| ("x-amz-signature", value)));
        changed
    };
    let wrong = aws.post(&change("x-amz-signature", Some("00"))).await;
    assert_eq!(wrong.error(), (403, "SignatureDoesNotMatch"));
    assert_eq!(wrong.text("StringToSign"), policy);
    let missing = aws.post(&change("x-amz-signature", None)).await;
    assert_eq!(
        (missing.error(), missing.text("ArgumentName")),
        ((400, "InvalidArgument"), "X-Amz-Signature")
    );
    // Nobody may write into a bucket that is not public.
    assert_eq!(aws.post(&[("key", "k"), ("policy", &policy)]).await.error(), (403, "AccessDenied"));
}

#[tokio::test]
async fn nobody_needs_to_sign_where_the_public_may_write() {
    let statement = json!({
        "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::bucket/*",
    });
    let aws = Aws::start_strict(json!({
        "public_access_block": {},
        "policy": {"Version": "2012-10-17", "Statement": [statement]},
    }))
    .await;
    assert_eq!(aws.post(&[("key", "k")]).await.status, 204);
    let tagged = [
        ("key", "k"),
        ("tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"),
    ];
    assert_eq!(aws.post(&tagged).await.error(), (403, "AccessDenied"));
}

#[tokio::test]
async fn a_form_is_signed_for_the_region_of_its_bucket() {
    let aws = Aws::start_strict(json!({"region": "us-west-1"})).await;
    let (policy, mut signature) = (policy(COVERED), String::new());
    let fields = signed(&policy, &mut signature, "us-east-1");
    let refused = aws.post(&fields).await;
    assert_eq!(refused.error(), (400, "InvalidArgument"));
    assert_eq!(
        refused.text("Message"),
        "the region &apos;us-east-1&apos; is wrong; expecting &apos;us-west-1&apos;"
    );
    assert_eq!((refused.text("Region"), refused.text("ArgumentValue")), ("us-west-1", CREDENTIAL));
}
