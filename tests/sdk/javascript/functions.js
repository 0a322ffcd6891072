// Functions that stream through the AWS SDK for JavaScript v3 with its defaults, and through a URL.
// Runs against AWS_ENDPOINT_URL; throws at the first surprise.

import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import {
  AddPermissionCommand, CreateFunctionCommand, CreateFunctionUrlConfigCommand, DeleteFunctionCommand, InvokeCommand,
  InvokeWithResponseStreamCommand, LambdaClient, UpdateFunctionCodeCommand, waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";

const FunctionName = process.argv[2] ?? "javascript-function";
const lambda = new LambdaClient({ region: "us-east-1" });

/** An archive with one file, stored as it is. */
function archive(name, text) {
  const data = Buffer.from(text);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), data]);
  const rest = Buffer.alloc(14);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, rest, Buffer.from(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\x05\x06"), end]);
}

/** What comes of an invocation: its chunks, and how it ended. */
async function streamed(payload) {
  const { EventStream, ExecutedVersion } = await lambda.send(
    new InvokeWithResponseStreamCommand({ FunctionName, Payload: JSON.stringify(payload), LogType: "Tail" }),
  );
  assert.equal(ExecutedVersion, "$LATEST");
  const chunks = [];
  let complete;
  for await (const event of EventStream) {
    if (event.PayloadChunk) chunks.push(Buffer.from(event.PayloadChunk.Payload).toString());
    else complete = event.InvokeComplete;
  }
  return { chunks, complete };
}

const handler = `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  const wait = () => new Promise((go) => setTimeout(go, 300));
  if (event.rawPath) stream = awslambda.HttpResponseStream.from(stream, { statusCode: 202, headers: { "x-own": event.rawPath } });
  stream.write("one ");
  await wait();
  if (event.fails) throw new TypeError("no more");
  stream.write("two");
  stream.end();
});`;
await lambda.send(new CreateFunctionCommand({
  FunctionName,
  Role: "arn:aws:iam::000000000000:role/lambda",
  Runtime: `nodejs${process.versions.node.split(".")[0]}.x`,
  Handler: "app.handler",
  Code: { ZipFile: archive("app.js", handler) },
}));
await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20 }, { FunctionName });

const { chunks, complete } = await streamed({});
assert.deepEqual(chunks, ["one ", "two"]);
assert.equal(complete.ErrorCode, undefined);
assert.match(Buffer.from(complete.LogResult, "base64").toString(), /^START RequestId: .*\nEND RequestId: .*\nREPORT /s);

const failed = await streamed({ fails: true });
assert.deepEqual(failed.chunks, ["one "]);
assert.equal(failed.complete.ErrorCode, "Unhandled");
assert.equal(JSON.parse(failed.complete.ErrorDetails).errorMessage, "no more");

// Who asks for the whole gets the whole.
const whole = await lambda.send(new InvokeCommand({ FunctionName, Payload: "{}" }));
assert.equal(Buffer.from(whole.Payload).toString(), "one two");

// A URL passes on what comes when it comes.
const { FunctionUrl } = await lambda.send(
  new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE", InvokeMode: "RESPONSE_STREAM" }),
);
await lambda.send(
  new AddPermissionCommand({
    FunctionName, StatementId: "url", Action: "lambda:InvokeFunctionUrl", Principal: "*", FunctionUrlAuthType: "NONE",
  }),
);
const id = new URL(FunctionUrl).host.split(".")[0];
const answer = await fetch(new URL(`/_ruststack/lambda-url/${id}/a/b`, process.env.AWS_ENDPOINT_URL));
assert.deepEqual([answer.status, answer.headers.get("x-own")], [202, "/a/b"]);
const came = [];
for await (const chunk of answer.body) came.push([Buffer.from(chunk).toString(), Date.now()]);
assert.deepEqual(came.map(([text]) => text), ["one ", "two"]);
assert.ok(came[1][1] - came[0][1] > 150, "the first came before the second was there");

// A function that does not stream gives one part.
await lambda.send(new UpdateFunctionCodeCommand({
  FunctionName, ZipFile: archive("app.js", "exports.handler = async (event) => ({ event });"),
}));
assert.deepEqual((await streamed({ a: 1 })).chunks, ['{"event":{"a":1}}']);
await lambda.send(new DeleteFunctionCommand({ FunctionName }));
