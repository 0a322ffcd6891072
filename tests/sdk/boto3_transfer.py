"""boto3's resource, its transfer manager, presigned URLs, waiters and paginators.

Runs against AWS_ENDPOINT_URL; fails with a traceback at the first surprise.
"""

import hashlib
import io
import os
import sys
import tempfile

import boto3
import requests
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

BUCKET = sys.argv[1] if len(sys.argv) > 1 else "boto3-transfer-bucket"
MIB = 1 << 20

s3 = boto3.client("s3")
bucket = boto3.resource("s3").Bucket(BUCKET)


def code(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{call} succeeded")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def large_objects():
    """80 MiB in ten threads, in and out with its metadata, and copied in parts."""
    body = os.urandom(80 * MIB)
    seen = []
    config = TransferConfig(max_concurrency=10)
    extra = {"Metadata": {"origin": "here"}, "ContentType": "application/x-noise"}
    bucket.upload_fileobj(io.BytesIO(body), "large/one", ExtraArgs=extra, Config=config, Callback=seen.append)
    assert sum(seen) == len(body), sum(seen)
    one = bucket.Object("large/one")
    assert (one.content_length, one.content_type, one.metadata) == (80 * MIB, "application/x-noise", {"origin": "here"})
    digests = [hashlib.md5(body[at : at + 8 * MIB]).digest() for at in range(0, len(body), 8 * MIB)]
    assert one.e_tag == f'"{hashlib.md5(b"".join(digests)).hexdigest()}-10"', one.e_tag

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "back")
        bucket.download_file("large/one", path, Config=config)
        with open(path, "rb") as file:
            assert sha256(file.read()) == sha256(body)
    bucket.copy({"Bucket": BUCKET, "Key": "large/one"}, "large/two", Config=config)
    two = bucket.Object("large/two").get()
    assert sha256(two["Body"].read()) == sha256(body)
    assert two["Metadata"] == {}, "a copy in parts is a new upload, and brings nothing along"
    assert s3.get_object_attributes(Bucket=BUCKET, Key="large/two", ObjectAttributes=["ObjectSize"])["ObjectSize"] == len(body)


def collections():
    """What a resource's collections give, page by page, and what they do at once."""
    for number in range(25):
        bucket.put_object(Key=f"many/{number:02}", Body=str(number).encode())
    keys = [entry.key for entry in bucket.objects.filter(Prefix="many/").page_size(10)]
    assert keys == [f"many/{number:02}" for number in range(25)], keys
    after = [entry.key for entry in bucket.objects.filter(Prefix="many/", Marker="many/20")]
    assert after == [f"many/{number:02}" for number in range(21, 25)], after
    entry = next(iter(bucket.objects.filter(Prefix="many/07")))
    assert (entry.size, entry.e_tag) == (1, f'"{hashlib.md5(b"7").hexdigest()}"'), entry
    assert entry.get()["Body"].read() == b"7"
    deleted = bucket.objects.filter(Prefix="many/").delete()
    assert sorted(each["Key"] for each in deleted[0]["Deleted"]) == keys, deleted
    assert list(bucket.objects.filter(Prefix="many/")) == []


def versions():
    """Versions are told newest first, and taken away one and all."""
    bucket.Versioning().enable()
    assert bucket.Versioning().status == "Enabled"
    kept = [bucket.put_object(Key="history", Body=text.encode()).version_id for text in ("one", "two", "three")]
    bucket.Object("history").delete()
    assert code(bucket.Object("history").get) == ("NoSuchKey", 404)
    told = [(each.id, each.is_latest, each.size) for each in bucket.object_versions.filter(Prefix="history")]
    assert [each[0] for each in told if each[2]] == kept[::-1], told
    marker = next(each for each in told if each[2] is None)
    assert marker[1] is True, told
    assert bucket.Object("history").Version(kept[1]).get()["Body"].read() == b"two"
    bucket.Object("history").Version(marker[0]).delete()
    assert bucket.Object("history").get()["Body"].read() == b"three"
    bucket.object_versions.filter(Prefix="history").delete()
    assert list(bucket.object_versions.filter(Prefix="history")) == []
    bucket.Versioning().suspend()
    assert bucket.put_object(Key="history", Body=b"null").version_id == "null"
    assert [each.id for each in bucket.object_versions.filter(Prefix="history")] == ["null"]


def presigned(version):
    """URLs for others: of each method, with headers that are signed too, and refused when they are changed."""
    signer = boto3.client("s3", config=Config(signature_version=version))

    def url(operation, **params):
        return signer.generate_presigned_url(operation, Params={"Bucket": BUCKET, **params}, ExpiresIn=60)

    put = url("put_object", Key="for/others", ContentType="text/plain", Metadata={"who": "me"})
    headers = {"Content-Type": "text/plain", "x-amz-meta-who": "me"}
    answer = requests.put(put, data=b"from a URL", headers=headers)
    assert (answer.status_code, answer.headers["ETag"]) == (200, f'"{hashlib.md5(b"from a URL").hexdigest()}"'), answer.text
    head = requests.head(url("head_object", Key="for/others"))
    assert (head.status_code, head.headers["Content-Length"], head.headers["x-amz-meta-who"]) == (200, "10", "me")
    get = url("get_object", Key="for/others", ResponseContentDisposition='attachment; filename="a b"')
    answer = requests.get(get)
    assert (answer.content, answer.headers["Content-Type"]) == (b"from a URL", "text/plain"), answer.text
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a b"', answer.headers
    assert requests.get(get, headers={"Range": "bytes=0-3"}).content == b"from"
    for changed in (get.replace("for/others", "for/all"), get.replace("Expires=", "Expires=2")):
        answer = requests.get(changed)
        assert (answer.status_code, "SignatureDoesNotMatch" in answer.text) == (403, True), answer.text
    answer = requests.put(put, data=b"x", headers={**headers, "x-amz-meta-who": "you"})
    assert answer.status_code == 403, answer.text
    assert requests.delete(url("delete_object", Key="for/others")).status_code == 204
    assert requests.get(get).status_code == 404

    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="for/parts")["UploadId"]
    parts = []
    for number, body in ((1, b"a" * 5 * MIB), (2, b"b")):
        part = url("upload_part", Key="for/parts", UploadId=upload, PartNumber=number)
        parts.append((number, requests.put(part, data=body).headers["ETag"]))
    told = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>" for number, etag in parts)
    complete = url("complete_multipart_upload", Key="for/parts", UploadId=upload)
    answer = requests.post(complete, data=f"<CompleteMultipartUpload>{told}</CompleteMultipartUpload>")
    assert answer.status_code == 200 and "-2&quot;</ETag>" in answer.text, answer.text
    assert s3.get_object(Bucket=BUCKET, Key="for/parts")["Body"].read() == b"a" * 5 * MIB + b"b"
    listed = requests.get(url("list_objects_v2", Prefix="for/"))
    assert "<Key>for/parts</Key>" in listed.text, listed.text


def waiters():
    """Waiters end at once when there is nothing to wait for, and give up when there is."""
    quick = {"Delay": 0, "MaxAttempts": 2}
    s3.get_waiter("bucket_exists").wait(Bucket=BUCKET, WaiterConfig=quick)
    s3.get_waiter("bucket_not_exists").wait(Bucket=f"{BUCKET}-absent", WaiterConfig=quick)
    s3.put_object(Bucket=BUCKET, Key="awaited", Body=b"")
    s3.get_waiter("object_exists").wait(Bucket=BUCKET, Key="awaited", WaiterConfig=quick)
    s3.get_waiter("object_not_exists").wait(Bucket=BUCKET, Key="absent", WaiterConfig=quick)
    try:
        s3.get_waiter("object_not_exists").wait(Bucket=BUCKET, Key="awaited", WaiterConfig=quick)
    except WaiterError as error:
        assert "Max attempts exceeded" in str(error), error
    else:
        raise AssertionError("it waited for nothing")


def paginators():
    """Every list operation that has pages, in pages of two."""
    def pages(operation, result, size="PageSize", **arguments):
        config = {size: 2}
        all_pages = list(s3.get_paginator(operation).paginate(PaginationConfig=config, **arguments))
        assert len(all_pages) > 1, (operation, all_pages)
        return [each for page in all_pages for each in page.get(result, [])]

    for letter in "abc":
        s3.create_bucket(Bucket=f"{BUCKET}-{letter}")
    names = [each["Name"] for each in pages("list_buckets", "Buckets", Prefix=f"{BUCKET}-")]
    assert names == [f"{BUCKET}-{letter}" for letter in "abc"], names
    place = f"{BUCKET}-a"
    s3.put_bucket_versioning(Bucket=place, VersioningConfiguration={"Status": "Enabled"})
    keys = ["a b", "c/d", "c/e", "f%2B+", "ü&<>\"'", "ü/\u2028"]
    for key in keys:
        for body in (b"old", b"new"):
            s3.put_object(Bucket=place, Key=key, Body=body)
    for operation in ("list_objects", "list_objects_v2"):
        assert [each["Key"] for each in pages(operation, "Contents", Bucket=place)] == keys, operation
        rolled = pages(operation, "CommonPrefixes", Bucket=place, Delimiter="/")
        assert [each["Prefix"] for each in rolled] == ["c/", "ü/"], (operation, rolled)
    told = pages("list_object_versions", "Versions", Bucket=place)
    assert [(each["Key"], each["IsLatest"]) for each in told] == [(key, new) for key in keys for new in (True, False)]
    uploads = [s3.create_multipart_upload(Bucket=place, Key=key)["UploadId"] for key in ("k1", "k1", "k2", "k3/x", "k3/y")]
    told = [each["UploadId"] for each in pages("list_multipart_uploads", "Uploads", Bucket=place)]
    assert sorted(told) == sorted(uploads), told
    upload = {"Bucket": place, "Key": "k2", "UploadId": uploads[2]}
    for number in (1, 2, 3, 7, 10_000):
        s3.upload_part(PartNumber=number, Body=b"part", **upload)
    assert [each["PartNumber"] for each in pages("list_parts", "Parts", **upload)] == [1, 2, 3, 7, 10_000]


def main():
    bucket.create()
    bucket.wait_until_exists()
    large_objects()
    collections()
    versions()
    for version in ("s3", "s3v4"):
        presigned(version)
    waiters()
    paginators()
    bucket.object_versions.delete()
    bucket.delete()
    bucket.wait_until_not_exists()
    assert BUCKET not in [each.name for each in boto3.resource("s3").buckets.all()]
    print("boto3's resource and transfer manager: passed")


main()
