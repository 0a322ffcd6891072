"""A little of S3, DynamoDB and Lambda's settings through boto3, asking the same in every run: what is recorded of one run
answers the next.

Runs against AWS_ENDPOINT_URL; fails at the first surprise. Takes a name, and optionally `deviate`, to ask for something
that no other run asks.
"""

import sys
import urllib.request

import boto3
from botocore.exceptions import ClientError

name = sys.argv[1]
s3 = boto3.client("s3")
dynamodb = boto3.client("dynamodb")

s3.create_bucket(Bucket=name)
s3.put_object(Bucket=name, Key="a b/ü.txt", Body=b"hello", Metadata={"who": "me"})
got = s3.get_object(Bucket=name, Key="a b/ü.txt")
assert got["Body"].read() == b"hello" and got["Metadata"] == {"who": "me"}, got
assert [own["Key"] for own in s3.list_objects_v2(Bucket=name)["Contents"]] == ["a b/ü.txt"]
assert s3.head_object(Bucket=name, Key="a b/ü.txt")["ContentLength"] == 5
url = s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "a b/ü.txt"})
assert urllib.request.urlopen(url).read() == b"hello"
try:
    s3.get_object(Bucket=name, Key="none")
    raise AssertionError("there is no such key")
except ClientError as error:
    assert error.response["Error"]["Code"] == "NoSuchKey", error.response
s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "a b/ü.txt"}]})
assert "Contents" not in s3.list_objects_v2(Bucket=name), "the same is asked again, and answered otherwise"

dynamodb.create_table(
    TableName=name,
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
dynamodb.get_waiter("table_exists").wait(TableName=name)
dynamodb.put_item(TableName=name, Item={"id": {"S": "1"}, "n": {"N": "1"}, "s": {"SS": ["a", "b"]}})
for expected in ["2", "3"]:
    counted = dynamodb.update_item(
        TableName=name,
        Key={"id": {"S": "1"}},
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
    )
    assert counted["Attributes"]["n"]["N"] == expected, counted

if sys.argv[2:] == ["deviate"]:
    try:
        dynamodb.get_item(TableName=name, Key={"id": {"S": "another"}})
        raise AssertionError("nobody recorded this")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "RustStackNoRecordedAnswer", error.response
        sentence = error.response["Error"]["Message"]
        assert 'Key.id.S was "1" and is "another"' in sentence, sentence
        assert error.response["ResponseMetadata"]["RetryAttempts"] == 0, "nobody tries that again"
dynamodb.get_item(TableName=name, Key={"id": {"S": "1"}})
print("offline: passed")
