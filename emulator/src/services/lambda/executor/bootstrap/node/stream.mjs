// Answers that come in parts: what functions are given to say that they stream, and the answer on its way.
//
// Source: Lambda Developer Guide, "Response streaming for Lambda functions"; the sentences as AWS's runtime client has them.

import http from "node:http";
import { host, port } from "./api.mjs";
import { fault } from "./errors.mjs";
import { current } from "./log.mjs";

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");

/** What functions are given to say that they stream, and what goes before their bytes. */
globalThis.awslambda = {
  ...globalThis.awslambda,
  streamifyResponse(handler, options) {
    handler[STREAMING] = "response";
    if (typeof options?.highWaterMark === "number") handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
    return handler;
  },
  HttpResponseStream: class HttpResponseStream {
    static from(stream, metadata) {
      stream.setContentType("application/vnd.awslambda.http-integration-response");
      const prelude = JSON.stringify(metadata);
      stream._onBeforeFirstWrite = (write) => {
        write(prelude);
        write(new Uint8Array(8));
      };
      return stream;
    }
  },
};

/** Whether a handler streams its answer. */
export function streams(handler) {
  const kind = handler[STREAMING];
  if (kind && kind !== "response") {
    throw fault("Runtime.MalformedStreamingHandler", "Only response streaming is supported.");
  }
  return kind === "response";
}

/** An answer on its way: what the handler writes to, and a promise of how it was taken. */
export function answerOf(handler) {
  const highWaterMark = handler[HIGH_WATER_MARK];
  let isWritten = false;
  let settle;
  const taken = new Promise((resolve, reject) => (settle = { resolve, reject }));
  taken.catch(() => {});
  const headers = {
    "Lambda-Runtime-Function-Response-Mode": "streaming",
    Trailer: ["Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"],
    "Content-Type": "application/octet-stream",
    "Transfer-Encoding": "chunked",
  };
  const place = `/2018-06-01/runtime/invocation/${current.requestId}/response`;
  const own = { agent: false, ...(highWaterMark && { highWaterMark }) };
  const stream = http.request({ host, port, method: "POST", path: place, headers, ...own }, (answer) => {
    answer.on("data", () => {});
    answer.on("end", settle.resolve);
    answer.on("error", settle.reject);
  });
  stream.on("error", settle.reject);
  const write = stream.write.bind(stream);
  stream.setContentType = (type) => {
    if (isWritten) throw fault("Runtime.InvalidStreamingOperation", "Cannot set content-type, too late.");
    stream.setHeader("Content-Type", type);
  };
  stream.write = (chunk, encoding, callback) => {
    const isPlain = typeof chunk === "string" || chunk instanceof Uint8Array;
    if (!isWritten) stream._onBeforeFirstWrite?.((bytes) => write(bytes));
    isWritten = true;
    return write(isPlain ? chunk : JSON.stringify(chunk), encoding, callback);
  };
  return { stream, taken };
}
