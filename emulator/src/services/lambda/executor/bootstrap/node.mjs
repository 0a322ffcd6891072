// What runs a function in Node.js: takes its events from the Runtime API, and tells what the handler gives.
//
// Sources: Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes", "Define Lambda function handler in
// Node.js", "Using the Lambda context object to retrieve Node.js function information", "Log and monitor Node.js Lambda
// functions", "Response streaming for Lambda functions"; the sentences of errors as AWS's users report them; those of streams
// as AWS's runtime client has them (aws-lambda-ric 4.0.2).

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { format } from "node:util";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const root = process.env.LAMBDA_TASK_ROOT;
const structured = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId = "";

/** Sends a request to the Runtime API; gives the status, the headers and the body. */
function ask(method, place, body = "", headers = {}) {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const options = { host, port, method, agent, path: `/2018-06-01/runtime${place}` };
    options.headers = { ...headers, "content-length": bytes.length };
    const request = http.request(options, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.end(bytes);
  });
}

/** Writes text of any number of lines as one event of the log. */
function write(text) {
  const data = Buffer.from(text);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(0xa55a0003, 0);
  head.writeUInt32BE(data.length, 4);
  head.writeBigUInt64BE(BigInt(Date.now()) * 1000n, 8);
  let rest = Buffer.concat([head, data]);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(2, rest));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

const LEVELS = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 };
const least = structured ? (LEVELS[process.env.AWS_LAMBDA_LOG_LEVEL] ?? LEVELS.INFO) : 0;

/** Tells what a function logs, in the form of its log. */
function log(level, ...parts) {
  if (LEVELS[level] < least) return;
  const timestamp = new Date().toISOString();
  if (!structured) {
    write(`${timestamp}\t${requestId || undefined}\t${level}\t${format(...parts)}\n`);
    return;
  }
  const told = { timestamp, level, requestId: requestId || undefined };
  const error = parts.find((part) => part instanceof Error);
  if (parts.length === 1 && !error) {
    told.message = parts[0];
  } else {
    told.message = format(...parts);
    if (error) Object.assign(told, { errorType: error.name, errorMessage: error.message, stackTrace: lines(error) });
  }
  write(`${JSON.stringify(told)}\n`);
}

/** A stack as it is told: paths as they would be on AWS, nothing that is ours. */
function lines(error) {
  const own = pathToFileURL(process.argv[1]).href;
  const told = String(error.stack ?? error).split("\n");
  return told.filter((line) => !line.includes(own)).map((line) => line.replaceAll(root, "/var/task"));
}

/** An error as it is told. */
function told(error) {
  if (error instanceof Error) {
    return { errorType: error.name ?? "Error", errorMessage: error.message, trace: lines(error) };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function fault(kind, message, cause) {
  const error = new Error(message);
  error.name = kind;
  error.stack = [`${kind}: ${message}`, ...(cause ? lines(cause) : lines(error).slice(1))].join("\n");
  return error;
}

/** The handler that a name such as `app.handler` means, loaded. */
async function handlerNamed(name) {
  const base = path.basename(name);
  const match = /^([^.]*)\.(.*)$/.exec(base);
  if (!match || name.includes("..")) {
    throw fault("Runtime.MalformedHandlerName", name.includes("..") ? `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.` : "Bad handler");
  }
  const [, module, members] = match;
  const file = path.join(root, name.slice(0, name.length - base.length), module);
  const found = [".js", ".mjs", ".cjs", ""].map((end) => file + end).find((each) => fs.existsSync(each) && fs.statSync(each).isFile());
  let loaded;
  try {
    if (found === undefined) {
      const places = createRequire(path.join(root, "index.js"));
      loaded = places(places.resolve(module));
    } else {
      loaded = await import(pathToFileURL(found).href);
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw fault("Runtime.UserCodeSyntaxError", String(error), error);
    if (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND") {
      throw fault("Runtime.ImportModuleError", `Error: ${error.message.replaceAll(root, "/var/task")}`, error);
    }
    throw error;
  }
  const step = (from) => members.split(".").reduce((each, member) => each?.[member], from);
  const handler = step(loaded) ?? step(loaded.default);
  if (handler === undefined) {
    throw fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw fault("Runtime.HandlerNotFound", `${name} is not a function`);
  }
  return handler;
}

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
function streams(handler) {
  const kind = handler[STREAMING];
  if (kind && kind !== "response") {
    throw fault("Runtime.MalformedStreamingHandler", "Only response streaming is supported.");
  }
  return kind === "response";
}

/** An answer on its way: what the handler writes to, and a promise of how it was taken. */
function answerOf(highWaterMark) {
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
  const place = `/2018-06-01/runtime/invocation/${requestId}/response`;
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

/** Runs a handler once that streams its answer. */
async function runStreaming(handler, event, context) {
  const { stream, taken } = answerOf(handler[HIGH_WATER_MARK]);
  try {
    const given = handler(event, stream, context);
    if (typeof given?.then !== "function") throw new Error("Streaming does not support non-async handlers.");
    if ((await given) !== undefined) console.warn("Streaming handlers ignore return values.");
    await taken;
    if (!stream.writableFinished) throw new Error("Response stream is not finished.");
  } catch (error) {
    const found = told(error);
    logError("Invoke Error", found);
    if (!stream.writableEnded) {
      stream.addTrailers({
        "Lambda-Runtime-Function-Error-Type": failing(found)["lambda-runtime-function-error-type"],
        "Lambda-Runtime-Function-Error-Body": Buffer.from(JSON.stringify(found)).toString("base64"),
      });
      stream.end();
    }
    await taken.catch(() => {});
  }
}

/** Runs a handler once, in whichever of its three forms it answers first. */
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    let answered;
    const settle = (error, result) => {
      if (error !== undefined && error !== null) return reject(error);
      if (context.callbackWaitsForEmptyEventLoop && answered === "callback") {
        process.once("beforeExit", () => resolve(result));
        return;
      }
      resolve(result);
    };
    const callback = (error, result) => {
      answered ??= "callback";
      settle(error, result);
    };
    Object.assign(context, {
      done: (error, result) => (answered ??= "done") && settle(error, result),
      fail: (error) => reject(error ?? "handled"),
      succeed: (result) => (answered ??= "done") && settle(undefined, result),
    });
    const result = handler(event, context, callback);
    if (typeof result?.then === "function") {
      result.then(resolve, reject);
    } else if (handler.length < 3 && answered === undefined) {
      // Nothing more can come but by the context, when the event loop is empty.
      process.once("beforeExit", () => resolve(null));
    }
  });
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const context = headers["lambda-runtime-client-context"];
  const identity = headers["lambda-runtime-cognito-identity"];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: context ? JSON.parse(context) : undefined,
    identity: identity ? JSON.parse(identity) : undefined,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Tells the log of an error. */
function logError(title, found) {
  log("ERROR", `${title} \t${JSON.stringify({ errorType: found.errorType, errorMessage: found.errorMessage, stack: found.trace })}`);
}

const failing = (error) => ({
  "content-type": "application/json",
  "lambda-runtime-function-error-type": error.errorType.replace(/[^\x20-\x7e]/g, "?"),
});

for (const [name, level] of Object.entries({ log: "INFO", info: "INFO", debug: "DEBUG", trace: "TRACE", warn: "WARN", error: "ERROR" })) {
  console[name] = (...parts) => log(level, ...parts);
}

async function fatal(kind, error) {
  const found = told(error);
  const isRejection = kind === "Runtime.UnhandledPromiseRejection";
  const message = isRejection ? String(error) : found.errorMessage;
  const cause = { errorType: kind, errorMessage: message, reason: isRejection ? found : undefined, trace: found.trace };
  const title = isRejection ? "Unhandled Promise Rejection" : "Uncaught Exception";
  log("ERROR", `${title} \t${JSON.stringify({ ...cause, trace: undefined, stack: found.trace })}`);
  await ask("POST", requestId ? `/invocation/${requestId}/error` : "/init/error", JSON.stringify(cause), failing(cause)).catch(() => {});
  process.exit(129);
}
process.on("uncaughtException", (error) => fatal(error instanceof Error ? error.name : "Error", error));
process.on("unhandledRejection", (error) => fatal("Runtime.UnhandledPromiseRejection", error));

let handler;
let isStreaming;
try {
  handler = await handlerNamed(process.env._HANDLER);
  isStreaming = streams(handler);
} catch (error) {
  const found = told(error);
  logError("Uncaught Exception", found);
  await ask("POST", "/init/error", JSON.stringify(found), failing(found));
  process.exit(1);
}

for (;;) {
  const { status, headers, body } = await ask("GET", "/invocation/next");
  if (status !== 200) process.exit(1);
  requestId = headers["lambda-runtime-aws-request-id"];
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  if (isStreaming) {
    await runStreaming(handler, JSON.parse(body.toString() || "null"), contextOf(headers));
    continue;
  }
  try {
    const result = await run(handler, JSON.parse(body.toString() || "null"), contextOf(headers));
    const text = JSON.stringify(result === undefined ? null : result);
    await ask("POST", `/invocation/${requestId}/response`, text, { "content-type": "application/json" });
  } catch (error) {
    const found = told(error);
    logError("Invoke Error", found);
    await ask("POST", `/invocation/${requestId}/error`, JSON.stringify(found), failing(found));
  }
}
