"""What boto3 sets on buckets and objects, told back as it was set: every kind of configuration.

Runs against AWS_ENDPOINT_URL; fails with a traceback at the first surprise.
"""

import datetime
import json
import sys

import boto3
from botocore.exceptions import ClientError

BUCKET = sys.argv[1] if len(sys.argv) > 1 else "boto3-settings-bucket"
s3 = boto3.client("s3")


def code(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{call} succeeded")


def told(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def tags():
    tags = {"TagSet": [{"Key": "team", "Value": "a b"}, {"Key": "ü", "Value": ""}]}
    assert code(s3.get_bucket_tagging, Bucket=BUCKET) == ("NoSuchTagSet", 404)
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging=tags)
    assert told(s3.get_bucket_tagging(Bucket=BUCKET)) == tags
    s3.delete_bucket_tagging(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="tagged", Body=b"", Tagging="one=1&two=a%20b")
    assert s3.head_object(Bucket=BUCKET, Key="tagged")["ResponseMetadata"]["HTTPHeaders"]["x-amz-tagging-count"] == "2"
    got = s3.get_object_tagging(Bucket=BUCKET, Key="tagged")["TagSet"]
    assert got == [{"Key": "one", "Value": "1"}, {"Key": "two", "Value": "a b"}], got
    s3.put_object_tagging(Bucket=BUCKET, Key="tagged", Tagging=tags)
    source = {"Bucket": BUCKET, "Key": "tagged"}
    s3.copy_object(Bucket=BUCKET, Key="kept", CopySource=source)
    s3.copy_object(Bucket=BUCKET, Key="replaced", CopySource=source, TaggingDirective="REPLACE", Tagging="new=1")
    assert s3.get_object_tagging(Bucket=BUCKET, Key="kept")["TagSet"] == tags["TagSet"]
    assert s3.get_object_tagging(Bucket=BUCKET, Key="replaced")["TagSet"] == [{"Key": "new", "Value": "1"}]
    s3.delete_object_tagging(Bucket=BUCKET, Key="kept")
    assert s3.get_object_tagging(Bucket=BUCKET, Key="kept")["TagSet"] == []


def lists():
    """Access control lists, where the bucket's ownership allows them."""
    assert code(s3.put_bucket_acl, Bucket=BUCKET, ACL="public-read") == ("AccessControlListNotSupported", 400)
    place = f"{BUCKET}-lists"
    s3.create_bucket(Bucket=place, ObjectOwnership="ObjectWriter")
    rules = s3.get_bucket_ownership_controls(Bucket=place)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "ObjectWriter"}], rules
    assert code(s3.put_bucket_acl, Bucket=place, ACL="public-read") == ("AccessDenied", 403)
    s3.delete_public_access_block(Bucket=place)
    s3.put_bucket_acl(Bucket=place, ACL="public-read")
    acl = s3.get_bucket_acl(Bucket=place)
    everyone = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
    assert [(each["Grantee"]["Type"], each["Permission"]) for each in acl["Grants"]] == [
        ("CanonicalUser", "FULL_CONTROL"), ("Group", "READ"),
    ], acl
    assert acl["Grants"][1]["Grantee"] == everyone, acl
    policy = {"Owner": acl["Owner"], "Grants": acl["Grants"][:1]}
    s3.put_bucket_acl(Bucket=place, AccessControlPolicy=policy)
    assert len(s3.get_bucket_acl(Bucket=place)["Grants"]) == 1
    s3.put_object(Bucket=place, Key="public", Body=b"", ACL="public-read")
    assert s3.get_object_acl(Bucket=place, Key="public")["Grants"][1]["Grantee"] == everyone
    resource = boto3.resource("s3").Object(place, "public")
    resource.Acl().put(ACL="private")
    assert [each["Permission"] for each in resource.Acl().grants] == ["FULL_CONTROL"]


def policy():
    assert code(s3.get_bucket_policy, Bucket=BUCKET) == ("NoSuchBucketPolicy", 404)
    statement = {
        "Sid": "Plain", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/kept/*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=document)
    assert json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"]) == json.loads(document)
    assert s3.get_bucket_policy_status(Bucket=BUCKET)["PolicyStatus"] == {"IsPublic": False}
    assert code(s3.put_bucket_policy, Bucket=BUCKET, Policy="{") == ("MalformedPolicy", 400)
    s3.delete_bucket_policy(Bucket=BUCKET)


def settings():
    """What is put is what is got; what is deleted is gone."""
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}}
    noncurrent = {
        "ID": "versions", "Status": "Disabled", "Filter": {"And": {"Prefix": "v/", "Tags": [{"Key": "a", "Value": "b"}]}},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 40, "NewerNoncurrentVersions": 2},
        "NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "StorageClass": "GLACIER"}],
    }
    parts = {"ID": "parts", "Status": "Enabled", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    cors = {
        "ID": "web", "AllowedHeaders": ["*"], "AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://example.com"],
        "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 60,
    }
    website = {
        "IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"},
        "RoutingRules": [{"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyPrefixWith": "b/"}}],
    }
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]}
    lifecycle = {"Rules": [rule, noncurrent, parts]}
    for name, put, arguments, expected, absent in (
        ("lifecycle_configuration", "lifecycle_configuration", {"LifecycleConfiguration": lifecycle}, lifecycle, "NoSuchLifecycleConfiguration"),
        ("cors", "cors", {"CORSConfiguration": {"CORSRules": [cors]}}, {"CORSRules": [cors]}, "NoSuchCORSConfiguration"),
        ("website", "website", {"WebsiteConfiguration": website}, website, "NoSuchWebsiteConfiguration"),
    ):
        get = getattr(s3, f"get_bucket_{name}")
        assert code(get, Bucket=BUCKET) == (absent, 404), name
        getattr(s3, f"put_bucket_{put}")(Bucket=BUCKET, **arguments)
        got = told(get(Bucket=BUCKET))
        got.pop("TransitionDefaultMinimumObjectSize", None)
        assert got == expected, (name, got)
        getattr(s3, "delete_bucket_" + name.removesuffix("_configuration"))(Bucket=BUCKET)
        assert code(get, Bucket=BUCKET) == (absent, 404), name

    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=encryption)
    rules = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}, rules
    assert s3.put_object(Bucket=BUCKET, Key="sealed", Body=b"")["ServerSideEncryption"] == "AES256"

    assert told(s3.get_bucket_notification_configuration(Bucket=BUCKET)) == {}
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}, SkipDestinationValidation=True
    )
    assert told(s3.get_bucket_notification_configuration(Bucket=BUCKET)) == {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={})
    assert told(s3.get_bucket_notification_configuration(Bucket=BUCKET)) == {}


def lock():
    """Object lock: by default, for one object, and until the governor lets go."""
    place = f"{BUCKET}-lock"
    assert code(s3.get_object_lock_configuration, Bucket=BUCKET) == ("ObjectLockConfigurationNotFoundError", 404)
    s3.create_bucket(Bucket=place, ObjectLockEnabledForBucket=True)
    assert s3.get_bucket_versioning(Bucket=place)["Status"] == "Enabled"
    default = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    s3.put_object_lock_configuration(Bucket=place, ObjectLockConfiguration=default)
    assert s3.get_object_lock_configuration(Bucket=place)["ObjectLockConfiguration"] == default
    put = s3.put_object(Bucket=place, Key="kept", Body=b"kept")
    version = {"Bucket": place, "Key": "kept", "VersionId": put["VersionId"]}
    head = s3.head_object(**version)
    assert head["ObjectLockMode"] == "GOVERNANCE", head
    assert head["ObjectLockRetainUntilDate"] - head["LastModified"] >= datetime.timedelta(days=1), head
    assert code(s3.delete_object, **version) == ("AccessDenied", 403)
    s3.put_object_legal_hold(LegalHold={"Status": "ON"}, **version)
    assert s3.get_object_legal_hold(**version)["LegalHold"] == {"Status": "ON"}
    assert code(s3.delete_object, BypassGovernanceRetention=True, **version) == ("AccessDenied", 403)
    s3.put_object_legal_hold(LegalHold={"Status": "OFF"}, **version)
    until = datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc)
    s3.put_object_retention(Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until}, **version)
    assert s3.get_object_retention(**version)["Retention"] == {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    assert s3.delete_object(Bucket=place, Key="kept")["DeleteMarker"] is True
    s3.delete_object(BypassGovernanceRetention=True, **version)
    assert "Versions" not in s3.list_object_versions(Bucket=place)


def main():
    s3.create_bucket(Bucket=BUCKET)
    for step in (tags, lists, policy, settings, lock):
        step()
    print("boto3's settings: passed")


main()
