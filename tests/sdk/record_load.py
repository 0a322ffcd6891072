"""Many clients at once through a recorder, each putting, getting, listing and deleting objects of its own.

Every answer is held against what was put: whatever the recorder loses, mixes up or changes ends in a traceback. Runs
against AWS_ENDPOINT_URL; the bucket and the number of clients are its arguments.
"""

import concurrent.futures
import hashlib
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

BUCKET, CLIENTS = sys.argv[1], int(sys.argv[2])


def work(number):
    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    s3 = boto3.session.Session().client("s3", config=config)
    seen = 0
    for round in range(4):
        key, body = f"{number}/{round}", os.urandom((number * 977 + round * 40_000) % 130_000)
        etag = s3.put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"]
        assert etag == f'"{hashlib.md5(body).hexdigest()}"', (key, etag)
        assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == body, key
        listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{number}/")["Contents"]
        assert [one["Key"] for one in listed] == [f"{number}/{at}" for at in range(round + 1)], listed
        try:
            s3.get_object(Bucket=BUCKET, Key=f"none-{number}-{round}")
            raise AssertionError("there is such a key")
        except ClientError as error:
            assert error.response["Error"]["Code"] == "NoSuchKey", error
        seen += 4
    return seen


boto3.client("s3", config=Config(s3={"addressing_style": "path"})).create_bucket(Bucket=BUCKET)
with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
    print("calls", 1 + sum(pool.map(work, range(CLIENTS))))
