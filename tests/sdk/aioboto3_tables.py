"""aioboto3: the resource, many calls at once. Runs against AWS_ENDPOINT_URL."""

import asyncio
import sys

import aioboto3
from boto3.dynamodb.conditions import Attr, Key

name = sys.argv[1]


async def main():
    session = aioboto3.Session()
    async with session.resource("dynamodb") as resource:
        table = await resource.create_table(
            TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}], BillingMode="PAY_PER_REQUEST",
        )
        await table.wait_until_exists()
        await asyncio.gather(*(table.put_item(Item={"id": number, "even": number % 2 == 0}) for number in range(50)))
        # Only one of many that want to be first is.
        first = [
            table.update_item(Key={"id": 0}, UpdateExpression="SET winner = :w",
                              ConditionExpression="attribute_not_exists(winner)", ExpressionAttributeValues={":w": who})
            for who in range(20)
        ]
        outcomes = await asyncio.gather(*first, return_exceptions=True)
        assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1
        await asyncio.gather(*(
            table.update_item(Key={"id": 1}, UpdateExpression="ADD visits :one", ExpressionAttributeValues={":one": 1})
            for _ in range(50)
        ))
        assert (await table.get_item(Key={"id": 1}))["Item"]["visits"] == 50
        even = await table.scan(FilterExpression=Attr("even").eq(True))
        assert even["Count"] == 25
        assert (await table.query(KeyConditionExpression=Key("id").eq(7)))["Count"] == 1
        async with table.batch_writer() as batch:
            for number in range(50):
                await batch.delete_item(Key={"id": number})
        assert (await table.scan())["Count"] == 0
        await table.delete()


asyncio.run(main())
