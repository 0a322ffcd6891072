//! Access: ownership, public access blocks, access control lists.

use super::{Answer, Aws};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::sign::checksum::Algorithm;

const OTHER: &str = "AWS4-HMAC-SHA256 Credential=444455556666/20260304/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
const EVERYBODY: &str = "http://acs.amazonaws.com/groups/global/AllUsers";

impl Aws {
    /// Puts a body with the checksum that the operation wants.
    pub(super) async fn put(&self, uri: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let md5 = STANDARD.encode(Algorithm::Md5.digest(body.as_bytes()).as_bytes());
        let mut all = vec![("content-md5", md5.as_str())];
        all.extend_from_slice(headers);
        self.send("PUT", uri, &all, body.to_owned()).await
    }

    /// Says who owns the objects of `bucket`.
    pub(super) async fn own(&self, ownership: &str) -> Answer {
        let rule = format!("<Rule><ObjectOwnership>{ownership}</ObjectOwnership></Rule>");
        self.put("/bucket?ownershipControls", &[], &format!("<OwnershipControls>{rule}</OwnershipControls>"))
            .await
    }

    /// Lets anybody have access to `bucket` who is given it.
    pub(super) async fn open(&self) {
        assert_eq!(self.send("DELETE", "/bucket?publicAccessBlock", &[], "").await.status, 204);
    }
}

#[tokio::test]
async fn a_new_bucket_has_no_lists_and_nothing_public() {
    let aws = Aws::start().await;
    let controls = aws.send("GET", "/bucket?ownershipControls", &[], "").await;
    assert_eq!(controls.text("ObjectOwnership"), "BucketOwnerEnforced");
    let block = aws.send("GET", "/bucket?publicAccessBlock", &[], "").await;
    assert_eq!(block.text("BlockPublicAcls"), "true");
    assert_eq!(block.text("RestrictPublicBuckets"), "true");
    let acl = aws.send("GET", "/bucket?acl", &[], "").await;
    let id = acl.text("ID").to_owned();
    assert!(acl.xml().ends_with(&format!(
        "<AccessControlPolicy xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>{id}</ID></Owner>\
         <AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:type=\"CanonicalUser\"><ID>{id}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>\
         </AccessControlList></AccessControlPolicy>"
    )), "{}", acl.xml());
    for canned in ["private", "public-read"] {
        let put = aws.put("/bucket?acl", &[("x-amz-acl", canned)], "").await;
        assert_eq!(put.error(), (400, "AccessControlListNotSupported"));
    }
    assert_eq!(aws.put("/bucket?acl", &[], acl.xml()).await.status, 200);
    aws.send("PUT", "/bucket/k", &[], "body").await;
    assert_eq!(aws.put("/bucket/k?acl", &[("x-amz-acl", "bucket-owner-full-control")], "").await.status, 200);
    let refused = aws.put("/bucket/k?acl", &[("x-amz-grant-read", "uri=x")], "").await;
    assert_eq!(refused.error(), (400, "AccessControlListNotSupported"));
}

#[tokio::test]
async fn lists_are_put_and_read_back() {
    let aws = Aws::start().await;
    assert_eq!(aws.own("ObjectWriter").await.status, 200);
    let blocked = aws.put("/bucket?acl", &[("x-amz-acl", "public-read")], "").await;
    assert_eq!(blocked.error(), (403, "AccessDenied"));
    assert!(blocked.text("Message").starts_with("User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutBucketAcl on resource: &quot;arn:aws:s3:::bucket&quot; because public ACLs"));
    aws.open().await;
    assert_eq!(aws.put("/bucket?acl", &[("x-amz-acl", "public-read")], "").await.status, 200);
    let acl = aws.send("GET", "/bucket?acl", &[], "").await;
    assert_eq!((acl.all("Permission"), acl.text("URI")), (vec!["FULL_CONTROL", "READ"], EVERYBODY));
    assert_eq!(aws.own("BucketOwnerEnforced").await.error(), (400, "InvalidBucketAclWithObjectOwnership"));

    let grants = format!("uri=\"{EVERYBODY}\", id={}", "a".repeat(64));
    aws.send("PUT", "/bucket/k", &[("x-amz-grant-read", &grants)], "body").await;
    let acl = aws.send("GET", "/bucket/k?acl", &[], "").await;
    assert_eq!(acl.all("Permission"), ["READ", "READ"]);
    let back = aws.put("/bucket/k?acl", &[], acl.xml()).await;
    assert_eq!(back.status, 200, "{}", back.xml());
    assert_eq!(aws.send("GET", "/bucket/k?acl", &[], "").await.xml(), acl.xml());
    let copy = [("x-amz-copy-source", "bucket/k")];
    assert_eq!(aws.send("PUT", "/bucket/copy", &copy, "").await.status, 200);
    assert_eq!(aws.send("GET", "/bucket/copy?acl", &[], "").await.all("Permission"), ["FULL_CONTROL"]);
    let begun = aws.send("POST", "/bucket/parts?uploads", &[("x-amz-acl", "authenticated-read")], "").await;
    let uri = format!("/bucket/parts?uploadId={}", begun.text("UploadId"));
    let part = aws.send("PUT", &format!("{uri}&partNumber=1"), &[], "part").await;
    let list = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part></CompleteMultipartUpload>",
        part.header("etag").expect("an ETag")
    );
    assert_eq!(aws.send("POST", &uri, &[], list).await.status, 200);
    let acl = aws.send("GET", "/bucket/parts?acl", &[], "").await;
    assert!(acl.text("URI").ends_with("AuthenticatedUsers"));
}

#[tokio::test]
async fn what_is_no_list_is_refused() {
    let aws = Aws::start().await;
    aws.own("BucketOwnerPreferred").await;
    let both = [("x-amz-acl", "private"), ("x-amz-grant-read", "id=1")];
    for (headers, body, expected) in [
        (&[][..], "", (400, "MissingSecurityHeader")),
        (&both, "", (400, "InvalidRequest")),
        (&[("x-amz-acl", "privat")], "", (400, "InvalidArgument")),
        (&[("x-amz-grant-read", "nonsense")], "", (400, "InvalidArgument")),
        (&[("x-amz-grant-read", "id=12")], "", (400, "InvalidArgument")),
        (&[("x-amz-grant-read", "uri=\"http://x\"")], "", (400, "InvalidArgument")),
        (&[("x-amz-grant-read", "emailAddress=\"a@example.com\"")], "", (405, "MethodNotAllowed")),
        (&[("x-amz-acl", "private")], "<AccessControlPolicy/>", (400, "UnexpectedContent")),
        (&[], "<AccessControlPolicy><AccessControlList/></AccessControlPolicy>", (400, "MalformedACLError")),
        (&[], "<AccessControl", (400, "MalformedACLError")),
    ] {
        let refused = aws.put("/bucket?acl", headers, body).await;
        assert_eq!(refused.error(), expected, "{headers:?} {body}");
    }
    let unknown = aws.put("/bucket?acl", &[("x-amz-acl", "privat")], "").await;
    assert!(unknown.xml().contains("<Message></Message><ArgumentName>x-amz-acl</ArgumentName>"));
    let two = aws.own("A</ObjectOwnership></Rule><Rule><ObjectOwnership>ObjectWriter").await;
    assert_eq!((two.error(), aws.own("Me").await.error()), ((400, "MalformedXML"), (400, "MalformedXML")));
}

#[tokio::test]
async fn writers_of_other_accounts_own_their_objects_or_give_them() {
    let aws = Aws::start().await;
    let bucket_owner = aws.send("GET", "/bucket?acl", &[], "").await.text("ID").to_owned();
    let put = async |key: &str, headers: &[(&str, &str)]| {
        let mut all = vec![("authorization", OTHER), ("x-amz-date", "20260304T000000Z")];
        all.extend_from_slice(headers);
        assert_eq!(aws.send("PUT", key, &all, "body").await.status, 200);
        let acl = aws.send("GET", &format!("{key}?acl"), &[], "").await;
        acl.all("ID").into_iter().map(|id| id == bucket_owner).collect::<Vec<bool>>()
    };
    let control = [("x-amz-acl", "bucket-owner-full-control")];
    assert_eq!(put("/bucket/enforced", &control).await, [true, true]);
    aws.own("ObjectWriter").await;
    assert_eq!(put("/bucket/own", &[]).await, [false, false]);
    assert_eq!(put("/bucket/shared", &control).await, [false, false, true]);
    aws.own("BucketOwnerPreferred").await;
    assert_eq!(put("/bucket/given", &control).await, [true, true]);
    assert_eq!(put("/bucket/kept", &[]).await, [false, false]);
    assert_eq!(aws.send("DELETE", "/bucket?ownershipControls", &[], "").await.status, 204);
    let none = aws.send("GET", "/bucket?ownershipControls", &[], "").await;
    assert_eq!((none.error(), none.text("BucketName")), ((404, "OwnershipControlsNotFoundError"), "bucket"));
    assert_eq!(put("/bucket/later", &control).await, [false, false, true]);
    aws.own("BucketOwnerEnforced").await;
    assert_eq!(aws.send("GET", "/bucket/own?acl", &[], "").await.text("ID"), bucket_owner);
}

#[tokio::test]
async fn a_bucket_is_made_with_a_list() {
    let aws = Aws::start().await;
    let writer = ("x-amz-object-ownership", "ObjectWriter");
    for (headers, expected) in [
        (&[("x-amz-acl", "public-read")][..], (400, "InvalidBucketAclWithObjectOwnership")),
        (&[("x-amz-grant-read", "id=1")], (400, "InvalidArgument")),
        (&[writer, ("x-amz-acl", "public-read")], (400, "InvalidBucketAclWithBlockPublicAccessError")),
        (&[("x-amz-object-ownership", "Me")], (400, "InvalidArgument")),
    ] {
        assert_eq!(aws.send("PUT", "/other", headers, "").await.error(), expected, "{headers:?}");
    }
    let made = aws.send("PUT", "/other", &[writer, ("x-amz-acl", "log-delivery-write")], "").await;
    assert_eq!(made.status, 200);
    let acl = aws.send("GET", "/other?acl", &[], "").await;
    assert_eq!(acl.all("Permission"), ["FULL_CONTROL", "WRITE", "READ_ACP"]);
}

#[tokio::test]
async fn public_access_is_blocked_in_part() {
    let aws = Aws::start().await;
    let one = "<PublicAccessBlockConfiguration><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>";
    assert_eq!(aws.put("/bucket?publicAccessBlock", &[], one).await.status, 200);
    let block = aws.send("GET", "/bucket?publicAccessBlock", &[], "").await;
    assert!(block.xml().ends_with(
        "<BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>\
         <BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets>\
         </PublicAccessBlockConfiguration>"
    ));
    aws.open().await;
    let none = aws.send("GET", "/bucket?publicAccessBlock", &[], "").await;
    assert_eq!(
        (none.error(), none.text("BucketName")),
        ((404, "NoSuchPublicAccessBlockConfiguration"), "bucket")
    );
}

fn statement(change: &str) -> String {
    let mut members = vec![
        ("Effect", "\"Allow\""),
        ("Principal", "{\"AWS\":\"111122223333\"}"),
        ("Action", "\"s3:GetObject\""),
        ("Resource", "\"arn:aws:s3:::bucket/*\""),
    ];
    if let Some((name, value)) = change.split_once('=') {
        members.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            members.push((name, value));
        }
    }
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

#[tokio::test]
async fn a_policy_is_given_back_as_it_was_put() {
    let aws = Aws::start().await;
    let none = aws.send("GET", "/bucket?policy", &[], "").await;
    assert_eq!((none.error(), none.text("BucketName")), ((404, "NoSuchBucketPolicy"), "bucket"));
    assert_eq!(aws.send("GET", "/bucket?policyStatus", &[], "").await.error(), (404, "NoSuchBucketPolicy"));
    let policy = format!("{{ \"Version\": \"2012-10-17\",\n \"Statement\": [{}] }}", statement(""));
    assert_eq!(aws.put("/bucket?policy", &[], &policy).await.status, 204);
    let got = aws.send("GET", "/bucket?policy", &[], "").await;
    assert_eq!((got.xml(), got.header("content-type")), (policy.as_str(), Some("application/json")));
    let status = aws.send("GET", "/bucket?policyStatus", &[], "").await;
    assert_eq!(status.text("IsPublic"), "false");

    let public = format!("{{\"Statement\":{}}}", statement("Principal=\"*\""));
    let refused = aws.put("/bucket?policy", &[], &public).await;
    assert_eq!(refused.error(), (403, "AccessDenied"));
    assert!(refused.text("Message").ends_with(
        "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
    ));
    aws.open().await;
    assert_eq!(aws.put("/bucket?policy", &[], &public).await.status, 204);
    assert_eq!(aws.send("GET", "/bucket?policyStatus", &[], "").await.text("IsPublic"), "true");
    assert!(
        aws.send("GET", "/bucket?policy", &[], "")
            .await
            .xml()
            .starts_with("{\"Version\":\"2008-10-17\",\"Statement\":")
    );
    for _ in 0..2 {
        assert_eq!(aws.send("DELETE", "/bucket?policy", &[], "").await.status, 204);
    }
    assert_eq!(aws.send("GET", "/bucket?policy", &[], "").await.status, 404);
}

#[tokio::test]
async fn what_is_no_policy_of_the_bucket_is_refused() {
    let aws = Aws::start().await;
    let too_long = format!("Sid=\"{}\"", "x".repeat(20 << 10));
    for (change, sentence) in [
        ("Principal=", "Missing required field Principal"),
        ("Resource=", "Statement is missing required element"),
        ("Effect=", "Missing required field Effect"),
        ("Effect=\"hello\"", "Invalid effect: hello"),
        ("Principal={\"AWS\":\"user\"}", "Invalid principal in policy"),
        ("Principal={\"AWS\":\"arn:aws:iam::111122223333:user/*\"}", "Invalid principal in policy"),
        ("Principal=\"user\"", "Invalid policy syntax."),
        ("Action=\"invalid_action\"", "Policy has invalid action"),
        ("Action=\"s3:Nothing\"", "Policy has invalid action"),
        ("Resource=\"*\"", "Policy has invalid resource"),
        ("Resource=\"arn:aws:s3:::other/*\"", "Policy has invalid resource"),
        ("Resource=\"arn:aws:s3:::bucket\"", "Action does not apply to any resource(s) in statement"),
        (
            "Action=[\"s3:GetObject\",\"s3:ListBucket\"]",
            "Action does not apply to any resource(s) in statement",
        ),
        ("Condition={\"StringEquals\":{\"prefix\":\"a\"}}", "Policy has an invalid condition key"),
        (too_long.as_str(), "Policy exceeds the maximum allowed document size."),
    ] {
        let policy = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}", statement(change));
        let refused = aws.put("/bucket?policy", &[], &policy).await;
        assert_eq!(
            (refused.error(), refused.text("Message")),
            ((400, "MalformedPolicy"), sentence),
            "{change}"
        );
    }
    for (policy, sentence) in [
        ("<Policy/>", "Policies must be valid JSON and the first byte must be &apos;{&apos;"),
        ("{}", "Missing required field Statement"),
        ("{\"Statement\":[]}", "Could not parse the policy: Statement is empty!"),
    ] {
        let refused = aws.put("/bucket?policy", &[], policy).await;
        assert_eq!((refused.error(), refused.text("Message")), ((400, "MalformedPolicy"), sentence));
    }
    for good in [
        "Action=\"s3:*\"",
        "Action=[\"s3:Get*\",\"s3:PutObject\"]",
        "Principal={\"AWS\":[\"arn:aws:iam::111122223333:role/team/R\",\"arn:aws:iam::111122223333:root\"]}",
        "Principal={\"Service\":\"logging.s3.amazonaws.com\"}",
        "Resource=[\"arn:aws:s3:::bucket/a\",\"arn:aws:s3:::bucket\"]",
    ] {
        let policy = format!("{{\"Statement\":[{}]}}", statement(good));
        assert_eq!(aws.put("/bucket?policy", &[], &policy).await.status, 204, "{good}");
    }
}
