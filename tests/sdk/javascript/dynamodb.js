// DynamoDB through the AWS SDK for JavaScript v3: the client, and lib-dynamodb's documents. Runs against AWS_ENDPOINT_URL;
// throws at the first surprise.

import assert from "node:assert/strict";
import {
  CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  BatchWriteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand,
  paginateScan,
} from "@aws-sdk/lib-dynamodb";

const TableName = process.argv[2] ?? "javascript-table";
const client = new DynamoDBClient({ region: "us-east-1" });
const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

await client.send(new CreateTableCommand({
  TableName, BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, { AttributeName: "sk", AttributeType: "N" }],
}));
await waitUntilTableExists({ client, minDelay: 1, maxDelay: 2, maxWaitTime: 10 }, { TableName });
const { Table } = await client.send(new DescribeTableCommand({ TableName }));
assert.ok(Table.CreationDateTime instanceof Date);
assert.equal(Table.TableStatus, "ACTIVE");

const Item = { pk: "a", sk: 1, text: "ä", bytes: new Uint8Array([0, 255]), flags: [true, null, { deep: new Set(["x"]) }], none: undefined };
await documents.send(new PutCommand({ TableName, Item }));
const got = await documents.send(new GetCommand({ TableName, Key: { pk: "a", sk: 1 } }));
assert.deepEqual(got.Item.flags, [true, null, { deep: new Set(["x"]) }]);
assert.deepEqual(got.Item.bytes, new Uint8Array([0, 255]));
assert.ok(!("none" in got.Item));

const PutRequests = Array.from({ length: 25 }, (_, sk) => ({ PutRequest: { Item: { pk: "b", sk, even: sk % 2 === 0 } } }));
const { UnprocessedItems } = await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: PutRequests } }));
assert.deepEqual(UnprocessedItems, {});
const queried = await documents.send(new QueryCommand({
  TableName, KeyConditionExpression: "pk = :p AND sk >= :s", FilterExpression: "even = :e", ScanIndexForward: false,
  ExpressionAttributeValues: { ":p": "b", ":s": 20, ":e": true },
}));
assert.deepEqual(queried.Items.map(({ sk }) => sk), [24, 22, 20]);
let scanned = 0;
for await (const page of paginateScan({ client: documents, pageSize: 4 }, { TableName })) scanned += page.Count;
assert.equal(scanned, 26);

const { Attributes } = await documents.send(new UpdateCommand({
  TableName, Key: { pk: "a", sk: 1 }, UpdateExpression: "SET #t = :t", ExpressionAttributeNames: { "#t": "text" },
  ExpressionAttributeValues: { ":t": "o" }, ReturnValues: "UPDATED_OLD",
}));
assert.deepEqual(Attributes, { text: "ä" });
await assert.rejects(
  documents.send(new TransactWriteCommand({ TransactItems: [
    { Put: { TableName, Item: { pk: "c", sk: 1 } } },
    { Delete: { TableName, Key: { pk: "a", sk: 1 }, ConditionExpression: "attribute_not_exists(pk)" } },
  ] })),
  ({ name, CancellationReasons }) =>
    name === "TransactionCanceledException" && CancellationReasons[1].Code === "ConditionalCheckFailed",
);
await assert.rejects(
  client.send(new PutItemCommand({ TableName, Item: { pk: { S: "a" }, sk: { N: "x" } } })),
  { name: "ValidationException" },
);
const bare = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: "c" }, sk: { N: "1" } } }));
assert.equal(bare.Item, undefined);
await client.send(new DeleteTableCommand({ TableName }));
