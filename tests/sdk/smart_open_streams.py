"""Streams through smart_open: compressed lines, parts, seeking, versions.

Runs against AWS_ENDPOINT_URL; fails with a traceback at the first surprise.
"""

import gzip
import hashlib
import os
import sys

import boto3
import smart_open
from smart_open import s3 as streams

BUCKET = sys.argv[1] if len(sys.argv) > 1 else "smart-open-bucket"
MIB = 1 << 20
client = boto3.client("s3")
WITH_CLIENT = {"client": client}


def open_(key, mode, **more):
    return smart_open.open(f"s3://{BUCKET}/{key}", mode, transport_params={**WITH_CLIENT, **more})


def main():
    client.create_bucket(Bucket=BUCKET)
    lines = [f"line {number} ü\n" for number in range(20_000)]
    with open_("lines.txt.gz", "w") as file:
        file.writelines(lines)
    with open_("lines.txt.gz", "r") as file:
        assert list(file) == lines
    stored = client.get_object(Bucket=BUCKET, Key="lines.txt.gz")["Body"].read()
    assert gzip.decompress(stored).decode() == "".join(lines)

    body = os.urandom(12 * MIB + 5)
    properties = {"ContentType": "text/x", "Metadata": {"by": "stream"}}
    with open_("parts", "wb", min_part_size=5 * MIB, client_kwargs={"S3.Client.create_multipart_upload": properties}) as file:
        for at in range(0, len(body), 65_537):
            file.write(body[at : at + 65_537])
    head = client.head_object(Bucket=BUCKET, Key="parts")
    assert (head["ContentLength"], head["ContentType"], head["Metadata"]) == (len(body), "text/x", {"by": "stream"}), head
    assert head["ETag"].endswith('-3"'), head
    with open_("parts", "rb") as file:
        assert hashlib.sha256(file.read()).digest() == hashlib.sha256(body).digest()
        file.seek(7 * MIB)
        assert file.read(9) == body[7 * MIB :][:9]
        file.seek(-3, os.SEEK_END)
        assert (file.read(), file.read()) == (body[-3:], b"")
    with open_("whole", "wb", multipart_upload=False) as file:
        file.write(b"in one")
    assert client.get_object(Bucket=BUCKET, Key="whole")["ETag"] == f'"{hashlib.md5(b"in one").hexdigest()}"'
    with open_("empty", "wb"):
        pass
    with open_("empty", "rb") as file:
        assert file.read() == b""

    try:
        with open_("given up", "wb") as file:
            file.write(body[: 6 * MIB])
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert "Uploads" not in client.list_multipart_uploads(Bucket=BUCKET), "what was given up is aborted"
    try:
        open_("absent", "rb").read()
    except OSError as error:
        assert "NoSuchKey" in str(error), error
    else:
        raise AssertionError("it is there")

    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for text in ("old", "new"):
        with open_("versioned", "w") as file:
            file.write(text)
    old = client.list_object_versions(Bucket=BUCKET, Prefix="versioned")["Versions"][1]["VersionId"]
    with open_("versioned", "r", version_id=old) as file:
        assert file.read() == "old"
    found = dict(streams.iter_bucket(BUCKET, prefix="w", workers=2))
    assert found == {"whole": b"in one"}, found
    print("smart_open: passed")


main()
