// S3's core through the AWS SDK for JavaScript v3 with its defaults: checksums, virtual hosts off, chunked streams.
// Runs against AWS_ENDPOINT_URL; throws at the first surprise.

import assert from "node:assert/strict";
import { Readable } from "node:stream";
import {
  CopyObjectCommand, CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, DeleteObjectsCommand,
  GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const Bucket = process.argv[2] ?? "javascript-bucket";
const s3 = new S3Client({ region: "us-east-1", forcePathStyle: true });
const sts = new STSClient({ region: "us-east-1" });

const { Account } = await sts.send(new GetCallerIdentityCommand({}));
assert.match(Account, /^\d{12}$/);
await s3.send(new CreateBucketCommand({ Bucket }));
const put = await s3.send(new PutObjectCommand({ Bucket, Key: "a/ä b+c", Body: "hello", ContentType: "text/plain" }));
assert.equal(put.ETag, '"5d41402abc4b2a76b9719d911017c592"');
assert.equal(put.ChecksumCRC32, "NhCmhg==");
const got = await s3.send(new GetObjectCommand({ Bucket, Key: "a/ä b+c" }));
assert.equal(await got.Body.transformToString(), "hello");
assert.equal(got.ContentType, "text/plain");

const pieces = Array.from({ length: 40 }, () => Buffer.alloc(65536, "x"));
await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body: Readable.from(pieces), ContentLength: 40 * 65536 }));
const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "stream" }));
assert.equal(head.ContentLength, 40 * 65536);

await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${encodeURIComponent("a/ä b+c")}` }));
const listed = await s3.send(new ListObjectsV2Command({ Bucket }));
assert.deepEqual(listed.Contents.map(({ Key }) => Key), ["a/ä b+c", "copy", "stream"]);
const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "copy" }), { expiresIn: 60 });
assert.equal(await (await fetch(url)).text(), "hello");

await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: "absent" })), { name: "NoSuchKey" });
await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket })), { name: "BucketNotEmpty" });
await s3.send(new DeleteObjectCommand({ Bucket, Key: "stream" }));
await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "a/ä b+c" }, { Key: "copy" }] } }));
await s3.send(new DeleteBucketCommand({ Bucket }));
console.log("javascript: passed");
