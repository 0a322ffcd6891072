"""DynamoDB through boto3 with its defaults: the client, the resource, its conditions, batches, pages and waiters.

Runs against AWS_ENDPOINT_URL; fails at the first surprise.
"""

import decimal
import sys

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

name = sys.argv[1]
client = boto3.client("dynamodb")
resource = boto3.resource("dynamodb")


def refused(call, code, sentence=None):
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert sentence is None or error.response["Error"]["Message"] == sentence, error.response
        return error.response
    raise AssertionError(f"expected {code}")


table = resource.create_table(
    TableName=name,
    KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "song", "KeyType": "RANGE"}],
    AttributeDefinitions=[
        {"AttributeName": "artist", "AttributeType": "S"},
        {"AttributeName": "song", "AttributeType": "S"},
        {"AttributeName": "released", "AttributeType": "N"},
    ],
    LocalSecondaryIndexes=[
        {
            "IndexName": "by-release",
            "KeySchema": [
                {"AttributeName": "artist", "KeyType": "HASH"},
                {"AttributeName": "released", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    GlobalSecondaryIndexes=[
        {
            "IndexName": "of-year",
            "KeySchema": [{"AttributeName": "released", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["label"]},
        }
    ],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
table.reload()
assert table.table_status == "ACTIVE"

# Every type comes back as it went.
everything = {
    "artist": "all", "song": "types", "released": decimal.Decimal("1999"), "price": decimal.Decimal("-12.50"),
    "cover": b"\x00\xff", "gold": True, "gone": None, "tags": {"a", "b"}, "charts": {decimal.Decimal(1), decimal.Decimal(2)},
    "prints": {b"x", b"y"}, "members": [{"name": "ä"}, decimal.Decimal("1E+2"), []], "empty": "", "map": {},
}
table.put_item(Item=everything)
assert table.get_item(Key={"artist": "all", "song": "types"}, ConsistentRead=True)["Item"] == everything

with table.batch_writer() as batch:
    for number in range(60):
        batch.put_item(Item={
            "artist": f"artist-{number % 3}", "song": f"song-{number:02}", "released": 1970 + number % 5,
            "label": f"label-{number % 2}", "seconds": 100 + number,
        })
assert table.scan(Select="COUNT")["Count"] == 61

# Pages of a query, forward and backward.
songs, arguments = [], {"KeyConditionExpression": Key("artist").eq("artist-1") & Key("song").begins_with("song-")}
page = table.query(Limit=6, **arguments)
while True:
    songs += [item["song"] for item in page["Items"]]
    if "LastEvaluatedKey" not in page:
        break
    page = table.query(Limit=6, ExclusiveStartKey=page["LastEvaluatedKey"], **arguments)
assert songs == sorted(songs) and len(songs) == 20
backward = table.query(ScanIndexForward=False, Limit=2, **arguments)
assert [item["song"] for item in backward["Items"]] == songs[:-3:-1]
pages = client.get_paginator("scan").paginate(TableName=name, PaginationConfig={"PageSize": 7})
assert sum(page["Count"] for page in pages) == 61
parts = [table.scan(Segment=segment, TotalSegments=4)["Count"] for segment in range(4)]
assert sum(parts) == 61

# Indexes show what they project.
of_year = table.query(IndexName="of-year", KeyConditionExpression=Key("released").eq(1971), ReturnConsumedCapacity="INDEXES")
assert of_year["Count"] == 12 and set(of_year["Items"][0]) == {"artist", "song", "released", "label"}
assert of_year["ConsumedCapacity"]["GlobalSecondaryIndexes"]["of-year"]["CapacityUnits"] == 0.5
by_release = table.query(
    IndexName="by-release", KeyConditionExpression=Key("artist").eq("artist-0") & Key("released").between(1970, 1971),
    FilterExpression=Attr("seconds").gt(120), ProjectionExpression="song, seconds",
)
assert all(item["seconds"] > 120 for item in by_release["Items"]) and by_release["ScannedCount"] == 8
refused(lambda: table.query(IndexName="of-year", ConsistentRead=True, KeyConditionExpression=Key("released").eq(1)),
        "ValidationException", "Consistent reads are not supported on global secondary indexes")

# Updates, conditions, what they give back.
key = {"artist": "artist-0", "song": "song-00"}
updated = table.update_item(
    Key=key, UpdateExpression="SET #l = list_append(if_not_exists(#l, :none), :one) ADD plays :n REMOVE label",
    ExpressionAttributeNames={"#l": "listeners"},
    ExpressionAttributeValues={":none": [], ":one": ["me"], ":n": 5}, ReturnValues="ALL_NEW",
)["Attributes"]
assert updated["listeners"] == ["me"] and updated["plays"] == 5 and "label" not in updated
response = refused(
    lambda: table.put_item(Item=key, ConditionExpression=Attr("artist").not_exists(),
                           ReturnValuesOnConditionCheckFailure="ALL_OLD"),
    "ConditionalCheckFailedException", "The conditional request failed")
assert response["Item"]["plays"] == {"N": "5"}
table.delete_item(Key=key, ConditionExpression=Attr("plays").eq(5))
assert "Item" not in table.get_item(Key=key)

# Transactions are all or nothing.
response = refused(
    lambda: client.transact_write_items(TransactItems=[
        {"Put": {"TableName": name, "Item": {"artist": {"S": "t"}, "song": {"S": "1"}}}},
        {"ConditionCheck": {"TableName": name, "Key": {"artist": {"S": "t"}, "song": {"S": "2"}},
                            "ConditionExpression": "attribute_exists(artist)"}},
    ]), "TransactionCanceledException")
assert [reason["Code"] for reason in response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
assert client.transact_get_items(TransactItems=[
    {"Get": {"TableName": name, "Key": {"artist": {"S": "t"}, "song": {"S": "1"}}}}])["Responses"] == [{}]

# What was there before expressions.
old = client.query(TableName=name, KeyConditions={
    "artist": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "artist-2"}]}}, AttributesToGet=["song"])
assert old["Count"] == 20 and set(old["Items"][0]) == {"song"}

refused(lambda: client.describe_table(TableName="absent-table"), "ResourceNotFoundException",
        "Requested resource not found: Table: absent-table not found")
assert name in client.list_tables()["TableNames"]
table.delete()
table.wait_until_not_exists()
