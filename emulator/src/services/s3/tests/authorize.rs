//! Who may do what, where it is decided: stories of an owner, a user of the owner's account, another account and nobody.

use super::Answer;
use crate::config::Credentials;
use crate::{Auth, Config, Emulator};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ruststack_wire::Body;
use ruststack_wire::sign::checksum::Algorithm;
use ruststack_wire::sign::signer::{self, Payload, Scope};

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Owner,
    Alice,
    Other,
    Nobody,
}

use Who::{Alice, Nobody, Other, Owner};

const PROFILES: &str = "
[owner]
aws_access_key_id = 111122223333
aws_secret_access_key = test
[alice]
aws_access_key_id = ALICE
aws_secret_access_key = test
aws_user_arn = arn:aws:iam::111122223333:user/team/alice
[other]
aws_access_key_id = 444455556666
aws_secret_access_key = test
";

const BODY: &str = "body";

struct Aws(Emulator);

impl Aws {
    /// An emulator that decides, with a bucket of the owner's and an object in it.
    async fn start() -> Aws {
        let credentials = Credentials::parse(PROFILES).expect("profiles");
        let aws = Aws(Emulator::new(Config { auth: Auth::Verify(credentials), ..Config::default() }));
        aws.owner("PUT", "/bucket", "").await;
        aws.owner("PUT", "/bucket/k", BODY).await;
        aws
    }

    async fn send(&self, who: Who, method: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let md5 = STANDARD.encode(Algorithm::Md5.digest(body.as_bytes()).as_bytes());
        let mut request = http::Request::builder().method(method).uri(uri).header("host", "localhost");
        request = request.header("content-md5", md5).header("user-agent", "story/1");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        let key = match who {
            Owner => "111122223333",
            Alice => "ALICE",
            Other => "444455556666",
            Nobody => "",
        };
        if who != Nobody {
            let credentials = signer::Credentials {
                access_key_id: key.into(),
                secret_access_key: "test".into(),
                session_token: None,
            };
            let scope = Scope { region: "us-east-1", service: "s3" };
            let now = self.0.clock().now().into();
            signer::sign(&mut parts, Payload::Bytes(body.as_bytes()), &credentials, scope, now)
                .expect("signed");
        }
        let request = http::Request::from_parts(parts, Body::from(Bytes::from(body.to_owned())));
        let (parts, body) = self.0.answer(request).await.into_parts();
        let body = body.collect(1 << 20).await.expect("a body");
        assert_eq!(self.0.panics(), 0, "{who:?} {method} {uri}");
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// What the owner does, which succeeds.
    #[track_caller]
    fn owner(&self, method: &str, uri: &str, body: &str) -> impl Future<Output = Answer> {
        let (method, uri, body) = (method.to_owned(), uri.to_owned(), body.to_owned());
        async move {
            let answer = self.send(Owner, &method, &uri, &[], &body).await;
            assert!(answer.status < 300, "{method} {uri}: {}", answer.xml());
            answer
        }
    }

    /// Gives the bucket a policy of these statements, public or not.
    async fn policy(&self, statements: &str) {
        let policy = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}");
        self.owner("PUT", "/bucket?policy", &policy).await;
    }

    /// Lets the bucket be public.
    async fn open(&self) {
        self.owner("DELETE", "/bucket?publicAccessBlock", "").await;
    }

    /// Lets the bucket have access control lists.
    async fn lists(&self, ownership: &str) {
        let rule = format!("<Rule><ObjectOwnership>{ownership}</ObjectOwnership></Rule>");
        self.owner(
            "PUT",
            "/bucket?ownershipControls",
            &format!("<OwnershipControls>{rule}</OwnershipControls>"),
        )
        .await;
    }

    /// The status of a request without a body.
    async fn status(&self, who: Who, method: &str, uri: &str) -> u16 {
        self.send(who, method, uri, &[], "").await.status
    }
}

fn statement(effect: &str, principal: &str, action: &str, resource: &str, condition: &str) -> String {
    let condition = if condition.is_empty() { String::new() } else { format!(",\"Condition\":{condition}") };
    format!(
        "{{\"Effect\":\"{effect}\",\"Principal\":{principal},\"Action\":{action},\"Resource\":\"arn:aws:s3:::bucket{resource}\"{condition}}}"
    )
}

const ALL: &str = "\"*\"";
const THE_OTHER: &str = "{\"AWS\":\"444455556666\"}";

#[tokio::test]
async fn only_the_owners_account_may_without_a_policy() {
    let aws = Aws::start().await;
    for (method, uri) in
        [("GET", "/bucket/k"), ("GET", "/bucket"), ("GET", "/bucket?policyStatus"), ("PUT", "/bucket/n")]
    {
        for who in [Other, Nobody] {
            let refused = aws.send(who, method, uri, &[], "").await;
            assert_eq!(
                (refused.error(), refused.text("Message")),
                ((403, "AccessDenied"), "Access Denied"),
                "{who:?}"
            );
        }
    }
    assert_eq!(aws.status(Alice, "GET", "/bucket/k").await, 200);
    assert_eq!(aws.status(Other, "GET", "/none").await, 404);
    assert_eq!((aws.status(Other, "GET", "/").await, aws.status(Nobody, "GET", "/").await), (200, 403));
    assert_eq!(
        (aws.status(Other, "PUT", "/others").await, aws.status(Nobody, "PUT", "/nobodys").await),
        (200, 403)
    );
    assert_eq!(aws.status(Owner, "HEAD", "/others").await, 403);
}

#[tokio::test]
async fn a_policy_lets_another_account_read() {
    let aws = Aws::start().await;
    aws.policy(&statement("Allow", THE_OTHER, "\"s3:GetObject\"", "/k*", "")).await;
    assert_eq!(aws.status(Other, "GET", "/bucket/k").await, 200);
    assert_eq!(aws.status(Nobody, "GET", "/bucket/k").await, 403);
    assert_eq!(aws.status(Other, "GET", "/bucket/k?versionId=null").await, 403);
    assert_eq!(aws.status(Other, "GET", "/bucket/k?tagging").await, 403);
    // Who may not list is not told which keys are missing.
    assert_eq!(aws.send(Other, "GET", "/bucket/k2", &[], "").await.error(), (403, "AccessDenied"));
    assert_eq!(aws.status(Other, "HEAD", "/bucket/k2").await, 403);
    assert_eq!(aws.send(Owner, "GET", "/bucket/k2", &[], "").await.error(), (404, "NoSuchKey"));
    let list = statement("Allow", THE_OTHER, "\"s3:ListBucket\"", "", "");
    aws.policy(&format!("{},{list}", statement("Allow", THE_OTHER, "\"s3:GetObject\"", "/*", ""))).await;
    assert_eq!(aws.send(Other, "GET", "/bucket/k2", &[], "").await.error(), (404, "NoSuchKey"));
    assert_eq!(aws.status(Other, "HEAD", "/bucket").await, 200);
}

#[tokio::test]
async fn a_denial_is_told_to_the_owners_account() {
    let aws = Aws::start().await;
    let alice = "{\"AWS\":\"arn:aws:iam::111122223333:user/team/alice\"}";
    aws.policy(&statement("Deny", alice, "\"s3:GetObject\"", "/*", "")).await;
    let refused = aws.send(Alice, "GET", "/bucket/k", &[], "").await;
    assert_eq!(refused.error(), (403, "AccessDenied"));
    assert_eq!(
        refused.text("Message").replace("&quot;", "\""),
        "User: arn:aws:iam::111122223333:user/team/alice is not authorized to perform: s3:GetObject on resource: \
         \"arn:aws:s3:::bucket/k\" with an explicit deny in a resource-based policy"
    );
    assert_eq!(aws.status(Owner, "GET", "/bucket/k").await, 200);
    // The root user is never locked out of the policy.
    aws.open().await;
    let policy = format!(
        "{},{}",
        statement("Deny", ALL, "\"s3:*\"", "/*", ""),
        statement("Deny", ALL, "\"s3:*\"", "", "")
    );
    aws.policy(&policy).await;
    assert_eq!(aws.status(Owner, "GET", "/bucket/k").await, 403);
    assert_eq!(aws.status(Alice, "DELETE", "/bucket?policy").await, 403);
    assert_eq!(aws.status(Owner, "DELETE", "/bucket?policy").await, 204);
    assert_eq!(aws.status(Owner, "GET", "/bucket/k").await, 200);
}

#[tokio::test]
async fn what_is_public_is_for_nobody_too_unless_it_is_restricted() {
    let aws = Aws::start().await;
    aws.open().await;
    aws.policy(&statement("Allow", ALL, "\"s3:GetObject\"", "/*", "")).await;
    assert_eq!(
        (aws.status(Nobody, "GET", "/bucket/k").await, aws.status(Other, "GET", "/bucket/k").await),
        (200, 200)
    );
    let missing = aws.send(Nobody, "GET", "/bucket/none", &[], "").await;
    assert_eq!((missing.error(), missing.text("Message")), ((403, "AccessDenied"), "Access Denied"));
    let restrict = "<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>";
    aws.owner("PUT", "/bucket?publicAccessBlock", restrict).await;
    for (who, status) in [(Nobody, 403), (Other, 403), (Alice, 200)] {
        assert_eq!(aws.status(who, "GET", "/bucket/k").await, status, "{who:?}");
    }
}

#[tokio::test]
async fn conditions_ask_about_the_request() {
    let aws = Aws::start().await;
    let list = |condition: &str| statement("Allow", THE_OTHER, "\"s3:ListBucket\"", "", condition);
    for (statements, method, uri, headers, status) in [
        (list("{\"StringEquals\":{\"s3:prefix\":\"a/\"}}"), "GET", "/bucket?prefix=a/", &[][..], 200),
        (list("{\"StringEquals\":{\"s3:prefix\":\"a/\"}}"), "GET", "/bucket?prefix=b/", &[], 403),
        (
            list("{\"NumericLessThanEquals\":{\"s3:max-keys\":\"10\"}}"),
            "GET",
            "/bucket?max-keys=10",
            &[],
            200,
        ),
        (
            list("{\"NumericLessThanEquals\":{\"s3:max-keys\":\"10\"}}"),
            "GET",
            "/bucket?max-keys=11",
            &[],
            403,
        ),
        (list("{\"StringLike\":{\"aws:UserAgent\":\"story/*\"}}"), "GET", "/bucket", &[], 200),
        (
            list("{\"StringEquals\":{\"aws:Referer\":\"http://a\"}}"),
            "GET",
            "/bucket",
            &[("referer", "http://a")],
            200,
        ),
        (list("{\"Bool\":{\"aws:SecureTransport\":\"true\"}}"), "GET", "/bucket", &[], 403),
        (list("{\"StringEquals\":{\"aws:PrincipalAccount\":\"444455556666\"}}"), "GET", "/bucket", &[], 200),
        (list("{\"ArnEquals\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:root\"}}"), "GET", "/bucket", &[], 200),
        (
            list("{\"DateLessThan\":{\"aws:CurrentTime\":\"2020-01-01T00:00:00Z\"}}"),
            "GET",
            "/bucket",
            &[],
            403,
        ),
        (list("{\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}}"), "GET", "/bucket", &[], 403),
        (
            statement(
                "Allow",
                THE_OTHER,
                "[\"s3:PutObject\",\"s3:PutObjectTagging\"]",
                "/*",
                "{\"StringEquals\":{\"s3:RequestObjectTag/team\":\"a\"}}",
            ),
            "PUT",
            "/bucket/n",
            &[("x-amz-tagging", "team=a")],
            200,
        ),
        (
            statement("Allow", THE_OTHER, "\"s3:PutObject\"", "/*", ""),
            "PUT",
            "/bucket/n",
            &[("x-amz-tagging", "team=a")],
            403,
        ),
        (
            statement(
                "Allow",
                THE_OTHER,
                "[\"s3:PutObject\",\"s3:PutObjectAcl\"]",
                "/*",
                "{\"StringEquals\":{\"s3:x-amz-acl\":\"bucket-owner-full-control\"}}",
            ),
            "PUT",
            "/bucket/n",
            &[("x-amz-acl", "bucket-owner-full-control")],
            200,
        ),
        (
            statement(
                "Allow",
                THE_OTHER,
                "\"s3:GetObject\"",
                "/*",
                "{\"StringEquals\":{\"s3:ExistingObjectTag/Team\":\"b\"}}",
            ),
            "GET",
            "/bucket/tagged",
            &[],
            200,
        ),
        (
            statement(
                "Allow",
                THE_OTHER,
                "\"s3:GetObject\"",
                "/*",
                "{\"StringEquals\":{\"s3:ExistingObjectTag/team\":\"b\"}}",
            ),
            "GET",
            "/bucket/tagged",
            &[],
            403,
        ),
    ] {
        aws.send(Owner, "PUT", "/bucket/tagged", &[("x-amz-tagging", "Team=b")], BODY).await;
        aws.policy(&statements).await;
        assert_eq!(aws.send(Other, method, uri, headers, "").await.status, status, "{statements} {uri}");
    }
}

#[tokio::test]
async fn copies_need_the_source_and_many_are_deleted_one_by_one() {
    let aws = Aws::start().await;
    aws.owner("PUT", "/bucket/open", BODY).await;
    aws.owner("PUT", "/bucket/shut", BODY).await;
    let read = statement("Allow", THE_OTHER, "[\"s3:GetObject\",\"s3:DeleteObject\"]", "/open", "");
    aws.policy(&read).await;
    assert_eq!(aws.status(Other, "PUT", "/theirs").await, 200);
    for (key, status) in [("open", 200), ("shut", 403)] {
        let source = format!("bucket/{key}");
        let copied = aws.send(Other, "PUT", "/theirs/copy", &[("x-amz-copy-source", &source)], "").await;
        assert_eq!(copied.status, status, "{key}");
    }
    let both = "<Delete><Object><Key>open</Key></Object><Object><Key>shut</Key></Object></Delete>";
    let deleted = aws.send(Other, "POST", "/bucket?delete", &[], both).await;
    assert_eq!(
        (deleted.status, deleted.all("Code"), deleted.all("Message")),
        (200, vec!["AccessDenied"], vec!["Access Denied"])
    );
    assert_eq!(deleted.all("Key"), ["open", "shut"]);
    assert_eq!(aws.status(Owner, "GET", "/bucket/shut").await, 200);
}

#[tokio::test]
async fn lists_grant_where_there_are_lists() {
    let aws = Aws::start().await;
    aws.lists("ObjectWriter").await;
    aws.open().await;
    let write = [("x-amz-acl", "public-read-write")];
    assert_eq!(aws.send(Owner, "PUT", "/bucket?acl", &write, "").await.status, 200);
    assert_eq!(
        (aws.status(Nobody, "GET", "/bucket").await, aws.status(Nobody, "GET", "/bucket/k").await),
        (200, 403)
    );
    assert_eq!(
        aws.send(Owner, "PUT", "/bucket/k?acl", &[("x-amz-acl", "authenticated-read")], "").await.status,
        200
    );
    assert_eq!(
        (aws.status(Other, "GET", "/bucket/k").await, aws.status(Nobody, "GET", "/bucket/k").await),
        (200, 403)
    );

    // What another account writes is its own, and its owner says who reads it.
    assert_eq!(aws.send(Other, "PUT", "/bucket/theirs", &[], BODY).await.status, 200);
    let refused = aws.send(Alice, "GET", "/bucket/theirs", &[], "").await;
    assert!(
        refused.text("Message").ends_with("because no resource-based policy allows the s3:GetObject action")
    );
    assert_eq!(aws.status(Other, "GET", "/bucket/theirs").await, 200);
    let shared = [("x-amz-acl", "bucket-owner-read")];
    assert_eq!(aws.send(Other, "PUT", "/bucket/theirs", &shared, BODY).await.status, 200);
    assert_eq!(aws.status(Owner, "GET", "/bucket/theirs").await, 200);
    assert_eq!(aws.status(Owner, "GET", "/bucket/theirs?acl").await, 403);
    assert_eq!(aws.status(Owner, "DELETE", "/bucket/theirs").await, 204);

    // What nobody signs belongs to nobody.
    assert_eq!(
        aws.send(Nobody, "PUT", "/bucket/nobodys", &[("x-amz-acl", "public-read")], BODY).await.status,
        200
    );
    assert_eq!(aws.status(Owner, "GET", "/bucket/nobodys").await, 200);
    assert_eq!(aws.status(Owner, "GET", "/bucket/nobodys?acl").await, 403);
    let given = [("x-amz-acl", "bucket-owner-full-control")];
    assert_eq!(aws.send(Nobody, "PUT", "/bucket/nobodys", &given, BODY).await.status, 200);
    let acl = aws.send(Owner, "GET", "/bucket/nobodys?acl", &[], "").await;
    assert_eq!(acl.text("ID"), "65a011a29cdf8ec533ec3d1ccaae921c");

    let ignore = "<PublicAccessBlockConfiguration><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>";
    aws.owner("PUT", "/bucket?publicAccessBlock", ignore).await;
    assert_eq!(
        (aws.status(Nobody, "GET", "/bucket").await, aws.status(Other, "GET", "/bucket/k").await),
        (403, 403)
    );
    aws.owner("DELETE", "/bucket?publicAccessBlock", "").await;
    // Without lists nothing that they grant counts.
    aws.send(Owner, "PUT", "/bucket?acl", &[("x-amz-acl", "private")], "").await;
    aws.lists("BucketOwnerEnforced").await;
    assert_eq!(aws.status(Other, "GET", "/bucket/k").await, 403);
}

#[tokio::test]
async fn no_other_account_handles_the_policy() {
    let aws = Aws::start().await;
    aws.policy(&statement("Allow", THE_OTHER, "\"s3:*\"", "", "")).await;
    let refused = aws.send(Other, "GET", "/bucket?policy", &[], "").await;
    assert_eq!((refused.error(), refused.text("ResourceType")), ((405, "MethodNotAllowed"), "BUCKETPOLICY"));
    assert_eq!(aws.status(Other, "GET", "/bucket?policyStatus").await, 200);
}

#[tokio::test]
async fn an_address_is_known_of_who_connects() {
    use std::io::{Read, Write};

    let aws = Aws::start().await;
    let condition = |range: &str| {
        format!(
            "{{\"IpAddress\":{{\"aws:SourceIp\":\"{range}\"}},\"Bool\":{{\"aws:SecureTransport\":\"false\"}}}}"
        )
    };
    let address = ([127, 0, 0, 1], 0).into();
    let listener = crate::gateway::Listener::bind(address, None).await.expect("a port");
    let bound = listener.local_addr().expect("an address");
    tokio::spawn(listener.serve(aws.0.clone(), std::future::pending()));
    for (range, status) in [("127.0.0.0/8", "200"), ("203.0.113.0/24", "403")] {
        aws.policy(&statement("Allow", ALL, "\"s3:GetObject\"", "/*", &condition(range))).await;
        let told = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(bound)?;
            stream.write_all(b"GET /bucket/k HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
            let mut told = String::new();
            stream.read_to_string(&mut told).map(|_| told)
        });
        let told = told.await.expect("it runs").expect("an answer");
        assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{range}: {told}");
    }
}
