"""S3's core through boto3 with its defaults: checksums, chunked uploads, paging, errors.

Runs against AWS_ENDPOINT_URL; fails with a traceback at the first surprise. With `forms` behind the bucket it sends signed
forms too, which a proxy that signs anew cannot pass on: their signature is in the body.
"""

import io
import os
import sys
import urllib.error
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError, MissingDependencyException

BUCKET = sys.argv[1] if len(sys.argv) > 1 else "boto3-bucket"


def code(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{call} succeeded")


def in_parts(s3):
    """Uploads in parts: by the transfer manager, copied by it, and call by call with the SDK's own checksums."""
    body = os.urandom(12_000_000)
    config = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    s3.upload_fileobj(io.BytesIO(body), BUCKET, "parts/whole", Config=config)
    head = s3.head_object(Bucket=BUCKET, Key="parts/whole", PartNumber=3)
    assert (head["PartsCount"], head["ContentLength"]) == (3, 12_000_000 - (10 << 20)), head
    s3.copy({"Bucket": BUCKET, "Key": "parts/whole"}, BUCKET, "parts/copy", Config=config)
    for key in ("parts/whole", "parts/copy"):
        got = io.BytesIO()
        s3.download_fileobj(BUCKET, key, got, Config=config)
        assert got.getvalue() == body, key

    upload = {"Bucket": BUCKET, "Key": "parts/calls"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = s3.upload_part(PartNumber=1, Body=body[: 5 << 20], **upload)
    assert [part["PartNumber"] for part in s3.list_parts(**upload)["Parts"]] == [1]
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    done = s3.complete_multipart_upload(MultipartUpload=parts, **upload)
    assert done["ETag"].endswith('-1"') and done["ChecksumType"] == "FULL_OBJECT", done
    upload["UploadId"] = s3.create_multipart_upload(Bucket=BUCKET, Key="parts/calls")["UploadId"]
    s3.abort_multipart_upload(**upload)
    assert code(s3.list_parts, **upload) == ("NoSuchUpload", 404)


def post(url, fields, file):
    """Sends a form as a browser does, and tells the status and the body of the answer."""
    edge = "a-boundary-that-no-field-has"
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="file.txt"\r\n\r\n')
    body = "".join(parts).encode() + file + f"\r\n--{edge}--\r\n".encode()
    request = urllib.request.Request(url, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def forms(s3, signer):
    """Forms that are signed beforehand: a good one, one that has been changed, files of another size."""
    fields = {"success_action_status": "201", "x-amz-meta-one": "1"}
    conditions = [{name: value} for name, value in fields.items()] + [["content-length-range", 1, 1 << 20]]
    signed = signer.generate_presigned_post(BUCKET, "forms/${filename}", fields, conditions)
    status, body = post(signed["url"], signed["fields"], b"posted")
    assert status == 201 and "<Key>forms/file.txt</Key>" in body, (status, body)
    got = s3.get_object(Bucket=BUCKET, Key="forms/file.txt")
    assert (got["Body"].read(), got["Metadata"]) == (b"posted", {"one": "1"}), got
    for change, file, code in [
        ({"x-amz-meta-one": "2"}, b"posted", "AccessDenied"),
        ({"x-amz-meta-two": "2"}, b"posted", "AccessDenied"),
        ({"key": "elsewhere"}, b"posted", "AccessDenied"),
        ({}, b"", "EntityTooSmall"),
        ({}, bytes(2 << 20), "EntityTooLarge"),
    ]:
        status, body = post(signed["url"], {**signed["fields"], **change}, file)
        assert status in (400, 403) and f"<Code>{code}</Code>" in body, (status, body)
    s3.delete_object(Bucket=BUCKET, Key="forms/file.txt")


def main():
    s3 = boto3.client("s3", region_name="us-east-1")
    identity = boto3.client("sts", region_name="us-east-1").get_caller_identity()
    assert identity["Account"].isdigit() and identity["Account"] in identity["Arn"], identity

    s3.create_bucket(Bucket=BUCKET)
    assert BUCKET in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] is None

    put = s3.put_object(Bucket=BUCKET, Key="a/ä b+c.txt", Body=b"hello", ContentType="text/plain", Metadata={"one": "1"})
    assert put["ETag"] == '"5d41402abc4b2a76b9719d911017c592"', put
    assert put["ChecksumCRC32"] == "NhCmhg==", put
    got = s3.get_object(Bucket=BUCKET, Key="a/ä b+c.txt")
    assert (got["Body"].read(), got["ContentType"], got["Metadata"]) == (b"hello", "text/plain", {"one": "1"})
    part = s3.get_object(Bucket=BUCKET, Key="a/ä b+c.txt", Range="bytes=1-3")
    assert (part["Body"].read(), part["ContentRange"]) == (b"ell", "bytes 1-3/5")
    for algorithm in ("CRC32C", "CRC64NVME", "SHA1", "SHA256"):
        try:
            s3.put_object(Bucket=BUCKET, Key=f"sum/{algorithm}", Body=b"x" * 100, ChecksumAlgorithm=algorithm)
        except MissingDependencyException:
            pass  # The SDK needs an extension of its own for some.
    stream = io.BytesIO(os.urandom(3_000_000))
    s3.put_object(Bucket=BUCKET, Key="stream", Body=stream)
    assert s3.head_object(Bucket=BUCKET, Key="stream")["ContentLength"] == 3_000_000

    for number in range(12):
        s3.put_object(Bucket=BUCKET, Key=f"page/{number:02}", Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="page/", PaginationConfig={"PageSize": 5})
    keys = [entry["Key"] for page in pages for entry in page["Contents"]]
    assert keys == [f"page/{number:02}" for number in range(12)], keys
    rolled = s3.list_objects_v2(Bucket=BUCKET, Delimiter="/")
    assert {"Prefix": "page/"} in rolled["CommonPrefixes"], rolled
    old = s3.list_objects(Bucket=BUCKET, Prefix="a/")
    assert old["Contents"][0]["Key"] == "a/ä b+c.txt", old

    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "a/ä b+c.txt"})
    assert s3.get_object(Bucket=BUCKET, Key="copy")["Body"].read() == b"hello"
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "copy"}, ExpiresIn=60)
    assert urllib.request.urlopen(url).read() == b"hello"

    in_parts(s3)
    for version in ("s3", "s3v4") if "forms" in sys.argv[2:] else ():
        config = Config(signature_version=version)
        forms(s3, boto3.client("s3", region_name="us-east-1", config=config))

    assert code(s3.get_object, Bucket=BUCKET, Key="absent") == ("NoSuchKey", 404)
    assert code(s3.head_object, Bucket=BUCKET, Key="absent") == ("404", 404)
    assert code(s3.list_objects_v2, Bucket="no-such-bucket-here") == ("NoSuchBucket", 404)
    assert code(s3.put_object, Bucket=BUCKET, Key="copy", Body=b"x", IfNoneMatch="*") == ("PreconditionFailed", 412)
    assert code(s3.delete_bucket, Bucket=BUCKET) == ("BucketNotEmpty", 409)

    everything = [{"Key": entry["Key"]} for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    deleted = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": everything})
    assert len(deleted["Deleted"]) == len(everything), deleted
    s3.delete_bucket(Bucket=BUCKET)
    print("boto3: passed")


main()
