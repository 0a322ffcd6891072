// Large uploads, presigned URLs, streams, paginators and waiters of the AWS SDK for JavaScript v3.
// Runs against AWS_ENDPOINT_URL; throws at the first surprise.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  CreateBucketCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand,
  ListObjectVersionsCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client, paginateListBuckets,
  paginateListObjectsV2, waitUntilBucketExists, waitUntilObjectNotExists,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const Bucket = process.argv[2] ?? "javascript-storage-bucket";
const s3 = new S3Client({ region: "us-east-1", forcePathStyle: true });
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

await s3.send(new CreateBucketCommand({ Bucket }));
await waitUntilBucketExists({ client: s3, minDelay: 1, maxWaitTime: 5 }, { Bucket });

// 20 MiB of unknown length, in parts, with progress; read back piece by piece.
const body = randomBytes(20 << 20);
const pieces = function* () {
  for (let at = 0; at < body.length; at += 700_000) yield body.subarray(at, at + 700_000);
};
const progress = [];
const upload = new Upload({
  client: s3,
  partSize: 6 << 20,
  params: { Bucket, Key: "large/ü", Body: Readable.from(pieces()), ContentType: "x/y", Metadata: { one: "1" }, Tagging: "a=b" },
});
upload.on("httpUploadProgress", ({ loaded }) => progress.push(loaded));
const done = await upload.done();
assert.match(done.ETag, /-4"$/);
assert.equal(done.Key, "large/ü");
assert.equal(Math.max(...progress), body.length);
const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "large/ü", ChecksumMode: "ENABLED" }));
assert.deepEqual([head.ContentLength, head.ContentType, head.Metadata, head.TagCount], [body.length, "x/y", { one: "1" }, 1]);
assert.ok(head.ChecksumCRC32.endsWith("-4"), head.ChecksumCRC32);
const hash = createHash("sha256");
const got = await s3.send(new GetObjectCommand({ Bucket, Key: "large/ü" }));
assert.equal(got.TagCount, 1);
for await (const chunk of got.Body) hash.update(chunk);
assert.equal(hash.digest("hex"), sha256(body));
const range = await s3.send(new GetObjectCommand({ Bucket, Key: "large/ü", Range: "bytes=-1000" }));
assert.deepEqual(Buffer.from(await range.Body.transformToByteArray()), body.subarray(-1000));
const small = await new Upload({ client: s3, params: { Bucket, Key: "small", Body: "few" } }).done();
assert.equal(small.ETag, `"${createHash("md5").update("few").digest("hex")}"`);

// What is given up leaves no object.
const controller = new Upload({ client: s3, params: { Bucket, Key: "given/up", Body: Readable.from(pieces()) } });
setTimeout(() => controller.abort(), 5);
await assert.rejects(controller.done(), { name: "AbortError" });
await waitUntilObjectNotExists({ client: s3, minDelay: 1, maxWaitTime: 5 }, { Bucket, Key: "given/up" });

// URLs for others: read with a name of its own, written with a type that is signed, deleted.
const url = (command) => getSignedUrl(s3, command, { expiresIn: 60 });
const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "by url", ContentType: "text/css" }), {
  expiresIn: 60, signableHeaders: new Set(["content-type"]),
});
assert.equal((await fetch(put, { method: "PUT", body: "a{}", headers: { "content-type": "text/css" } })).status, 200);
assert.equal((await fetch(put, { method: "PUT", body: "a{}", headers: { "content-type": "text/xml" } })).status, 403);
const read = await fetch(await url(new GetObjectCommand({ Bucket, Key: "by url", ResponseContentType: "x/z" })));
assert.deepEqual([await read.text(), read.headers.get("content-type")], ["a{}", "x/z"]);
assert.equal((await fetch(await url(new HeadObjectCommand({ Bucket, Key: "by url" })), { method: "HEAD" })).headers.get("content-length"), "3");
assert.equal((await fetch(await url(new DeleteObjectCommand({ Bucket, Key: "by url" })), { method: "DELETE" })).status, 204);
assert.equal((await fetch(await url(new GetObjectCommand({ Bucket, Key: "by url" })))).status, 404);

// Lists, page by page.
const names = Array.from({ length: 7 }, (_, number) => `page/${number} +é`);
for (const Key of names) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
const listed = [];
let pages = 0;
for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket, Prefix: "page/" })) {
  pages += 1;
  listed.push(...page.Contents.map(({ Key }) => Key));
}
assert.deepEqual([pages, listed], [3, names]);
const buckets = [];
for await (const page of paginateListBuckets({ client: s3, pageSize: 1 }, { Prefix: Bucket })) buckets.push(...page.Buckets.map(({ Name }) => Name));
assert.deepEqual(buckets, [Bucket]);

// Versions, and all of them taken away at once.
await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: "small", Body: "more" }));
const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: "small" }));
assert.equal(marker.DeleteMarker, true);
const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "small" }));
assert.deepEqual(Versions.map((version) => version.VersionId), [VersionId, "null"]);
assert.equal(DeleteMarkers[0].VersionId, marker.VersionId);
const { Deleted } = await s3.send(new DeleteObjectsCommand({
  Bucket, Delete: { Objects: [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId })) },
}));
assert.equal(Deleted.length, 3);
console.log("javascript's storage: passed");
