//! The configurations of a bucket: what the corpus cannot show, since S3 makes it up or nobody has recorded it.

use super::{Answer, Aws};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::sign::checksum::Algorithm;

impl Aws {
    /// Puts a configuration, with the checksum that some operations want.
    async fn configure(&self, subresource: &str, body: &str) -> Answer {
        let md5 = STANDARD.encode(Algorithm::Md5.digest(body.as_bytes()).as_bytes());
        self.send("PUT", &format!("/bucket?{subresource}"), &[("content-md5", &md5)], body.to_owned()).await
    }

    /// Puts a lifecycle of one rule and gives the answer's code and sentence, or `200`.
    async fn lifecycle(&self, filter: &str, actions: &str) -> String {
        let body = format!(
            "<LifecycleConfiguration><Rule>{filter}<Status>Enabled</Status>{actions}</Rule></LifecycleConfiguration>"
        );
        told(&self.configure("lifecycle", &body).await)
    }
}

/// The code and the sentence of an answer, or its status.
fn told(answer: &Answer) -> String {
    match answer.status {
        200 | 204 => answer.status.to_string(),
        _ => format!("{}: {}", answer.text("Code"), answer.text("Message").replace("&apos;", "'")),
    }
}

#[tokio::test]
async fn a_configuration_comes_with_a_checksum_that_is_its_own() {
    let aws = Aws::start().await;
    let body = "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>";
    let bare = aws.send("PUT", "/bucket?cors", &[], body).await;
    assert_eq!(
        told(&bare),
        "InvalidRequest: Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
    );
    let wrong = STANDARD.encode([7; 16]);
    let answer = aws.send("PUT", "/bucket?cors", &[("content-md5", &wrong)], body).await;
    assert_eq!(answer.error(), (400, "BadDigest"));
    let answer = aws.send("PUT", "/bucket?cors", &[("content-md5", "none")], body).await;
    assert_eq!(answer.error(), (400, "InvalidDigest"));
    let answer = aws.send("PUT", "/bucket?cors", &[("x-amz-checksum-crc32", "AAAAAA==")], body).await;
    assert_eq!(answer.error(), (400, "BadDigest"));
    let policy = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}]}"#;
    assert_eq!(aws.send("PUT", "/bucket?policy", &[], policy).await.status, 204);
    // One that need not come is held against the body nevertheless.
    let status = "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>";
    assert_eq!(aws.send("PUT", "/bucket?accelerate", &[], status).await.status, 200);
    let answer = aws.send("PUT", "/bucket?accelerate", &[("content-md5", &wrong)], status).await;
    assert_eq!(answer.error(), (400, "BadDigest"));
}

#[tokio::test]
async fn a_document_fits_its_schema() {
    let aws = Aws::start().await;
    for (subresource, body) in [
        ("cors", "<CORSConfiguration/>"),
        ("cors", "<CORSConfiguration>"),
        ("requestPayment", "<RequestPaymentConfiguration/>"),
        ("website", "<WebsiteConfiguration><IndexDocument/></WebsiteConfiguration>"),
        ("logging", "<BucketLoggingStatus><LoggingEnabled/></BucketLoggingStatus>"),
        (
            "notification",
            "<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:Nothing</Event></QueueConfiguration></NotificationConfiguration>",
        ),
    ] {
        assert_eq!(aws.configure(subresource, body).await.error(), (400, "MalformedXML"), "{body}");
    }
    assert_eq!(aws.configure("cors", "").await.error(), (400, "MissingRequestBodyError"));
    let days = aws.lifecycle("<Prefix/>", "<Expiration><Days>many</Days></Expiration>").await;
    assert!(days.starts_with("MalformedXML"), "{days}");
}

#[tokio::test]
async fn another_owner_than_the_expected_is_refused() {
    let aws = Aws::start().await;
    for subresource in
        ["cors", "website", "lifecycle", "encryption", "logging", "notification", "metrics", "abac"]
    {
        let uri = format!("/bucket?{subresource}");
        let answer = aws.send("GET", &uri, &[("x-amz-expected-bucket-owner", "111111111111")], "").await;
        assert_eq!(answer.error(), (403, "AccessDenied"), "{subresource}");
    }
}

#[tokio::test]
async fn rules_without_an_id_get_one() {
    let aws = Aws::start().await;
    assert_eq!(aws.lifecycle("<Prefix/>", "<Expiration><Days>1</Days></Expiration>").await, "200");
    let rules = aws.send("GET", "/bucket?lifecycle", &[], "").await;
    assert_eq!(rules.text("ID").len(), 48);
    let body = "<NotificationConfiguration><TopicConfiguration><Topic>arn:aws:sns:us-east-1:1:t</Topic><Event>s3:ObjectCreated:*</Event></TopicConfiguration></NotificationConfiguration>";
    assert_eq!(aws.configure("notification", body).await.status, 200);
    assert_eq!(aws.send("GET", "/bucket?notification", &[], "").await.text("Id").len(), 48);
}

#[tokio::test]
async fn a_lifecycle_says_what_is_wrong_with_its_days() {
    let aws = Aws::start().await;
    let all = "<Filter><Prefix>a/</Prefix></Filter>";
    let transition = |days: i32, class: &str| {
        format!("<Transition><Days>{days}</Days><StorageClass>{class}</StorageClass></Transition>")
    };
    let expiration = |days: i32| format!("<Expiration><Days>{days}</Days></Expiration>");
    let noncurrent =
        |days: &str| format!("<NoncurrentVersionExpiration>{days}</NoncurrentVersionExpiration>");
    for (actions, expected) in [
        (expiration(0), "InvalidArgument: 'Days' for Expiration action must be a positive integer"),
        (transition(-1, "GLACIER"), "InvalidArgument: 'Days' in Transition action must be nonnegative"),
        (
            transition(29, "STANDARD_IA"),
            "InvalidArgument: 'Days' in Transition action must be greater than or equal to 30 for storageClass \
             'STANDARD_IA'",
        ),
        (
            transition(30, "GLACIER") + &expiration(30),
            "InvalidArgument: 'Days' in the Expiration action for filter '(prefix=a/)' must be greater than 'Days' in \
             the Transition action",
        ),
        (
            transition(1, "GLACIER") + &transition(2, "GLACIER"),
            "InvalidRequest: 'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter \
             '(prefix=a/)'",
        ),
        (
            noncurrent("<NewerNoncurrentVersions>1</NewerNoncurrentVersions>"),
            "InvalidArgument: 'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
        ),
        (
            "<AbortIncompleteMultipartUpload><DaysAfterInitiation>0</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
                .to_owned(),
            "InvalidArgument: 'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
        ),
        (transition(0, "GLACIER") + &expiration(1), "200"),
        (transition(30, "STANDARD_IA") + &transition(60, "GLACIER"), "200"),
    ] {
        assert_eq!(aws.lifecycle(all, &actions).await, expected, "{actions}");
    }
    let early = transition(30, "STANDARD_IA") + &transition(59, "GLACIER");
    assert!(aws.lifecycle(all, &early).await.starts_with("InvalidArgument"));
    let mixed = transition(1, "GLACIER") + "<Expiration><Date>2030-01-01T00:00:00Z</Date></Expiration>";
    assert!(aws.lifecycle(all, &mixed).await.starts_with("InvalidRequest: Found mixed"));
    let tagged = "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>";
    let marker = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>";
    assert!(aws.lifecycle(tagged, marker).await.starts_with("InvalidRequest"));
    let sized = "<Filter><ObjectSizeLessThan>9</ObjectSizeLessThan></Filter>";
    assert!(aws.lifecycle(sized, marker).await.starts_with("MalformedXML"));
}

#[tokio::test]
async fn ids_of_rules_are_short_and_differ() {
    let aws = Aws::start().await;
    let rule = |id: &str| {
        format!(
            "<Rule><ID>{id}</ID><Prefix/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
        )
    };
    let put = |rules: String| {
        let aws = &aws;
        async move {
            let body = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
            told(&aws.configure("lifecycle", &body).await)
        }
    };
    assert_eq!(put(rule("a") + &rule("b")).await, "200");
    assert_eq!(
        put(rule("a") + &rule("a")).await,
        "InvalidArgument: Rule ID must be unique. Found same ID for more than one rule"
    );
    assert_eq!(
        put(rule(&"i".repeat(256))).await,
        "InvalidArgument: ID length should not exceed allowed limit of 255"
    );
    assert!(put((0..1001).map(|index| rule(&index.to_string())).collect()).await.starts_with("MalformedXML"));
}

#[tokio::test]
async fn notifications_are_told_of_once() {
    let aws = Aws::start().await;
    let queue = |event: &str, prefix: &str, suffix: &str| {
        format!(
            "<QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>{event}</Event><Filter><S3Key>\
             <FilterRule><Name>prefix</Name><Value>{prefix}</Value></FilterRule>\
             <FilterRule><Name>suffix</Name><Value>{suffix}</Value></FilterRule></S3Key></Filter></QueueConfiguration>"
        )
    };
    let put = |all: String| {
        let aws = &aws;
        async move {
            let body = format!("<NotificationConfiguration>{all}</NotificationConfiguration>");
            told(&aws.configure("notification", &body).await)
        }
    };
    let (all, put_event) = ("s3:ObjectCreated:*", "s3:ObjectCreated:Put");
    assert_eq!(put(queue(all, "a/", "") + &queue(put_event, "b/", "")).await, "200");
    assert_eq!(put(queue(all, "a/", ".jpg") + &queue(all, "a/b", ".png")).await, "200");
    assert_eq!(put(queue(all, "", "") + &queue("s3:ObjectRemoved:*", "", "")).await, "200");
    let twice = put(queue(all, "a/", "jpg") + &queue(put_event, "a/b", "pg")).await;
    assert!(twice.starts_with("InvalidArgument: Configuration is ambiguously defined."), "{twice}");
    let twice = put(queue(all, "", "") + &queue(put_event, "", "")).await;
    assert!(twice.starts_with("InvalidArgument: Configurations overlap."), "{twice}");
}

#[tokio::test]
async fn configurations_are_listed_a_hundred_at_a_time() {
    let aws = Aws::start().await;
    for index in 0..101 {
        let body = format!("<MetricsConfiguration><Id>m{index:03}</Id></MetricsConfiguration>");
        let uri = format!("/bucket?metrics&id=m{index:03}");
        assert_eq!(aws.send("PUT", &uri, &[], body).await.status, 204);
    }
    let first = aws.send("GET", "/bucket?metrics", &[], "").await;
    assert_eq!((first.all("Id").len(), first.text("IsTruncated")), (100, "true"));
    let token = first.text("NextContinuationToken");
    let uri = format!("/bucket?metrics&continuation-token={}", token.replace('+', "%2B"));
    let second = aws.send("GET", &uri, &[], "").await;
    assert_eq!((second.all("Id"), second.text("IsTruncated")), (vec!["m100"], "false"));
    assert_eq!(second.text("ContinuationToken"), token);
    let forged = aws.send("GET", "/bucket?metrics&continuation-token=x", &[], "").await;
    assert_eq!(forged.error(), (400, "InvalidArgument"));
}

#[tokio::test]
async fn a_bucket_with_periods_is_not_accelerated() {
    let aws = Aws::start().await;
    assert_eq!(aws.send("PUT", "/a.bucket", &[], "").await.status, 200);
    let body = "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>";
    assert_eq!(
        told(&aws.send("PUT", "/a.bucket?accelerate", &[], body).await),
        "InvalidRequest: S3 Transfer Acceleration is not supported for buckets with periods (.) in their names"
    );
}

#[tokio::test]
async fn grants_for_logs_come_back_with_their_types() {
    let aws = Aws::start().await;
    let grants = "<TargetGrants><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                  xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee>\
                  <Permission>READ_ACP</Permission></Grant></TargetGrants>";
    let body = format!(
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>bucket</TargetBucket><TargetPrefix>log</TargetPrefix>\
         {grants}</LoggingEnabled></BucketLoggingStatus>"
    );
    assert_eq!(aws.configure("logging", &body).await.status, 200);
    let kept = aws.send("GET", "/bucket?logging", &[], "").await;
    assert!(kept.xml().contains(grants), "{}", kept.xml());
}
