// What runs a function in Node.js: takes its events from the Runtime API, and tells what the handler gives.
//
// Sources: Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes", "Define Lambda function handler in
// Node.js", "Using the Lambda context object to retrieve Node.js function information", "Log and monitor Node.js Lambda
// functions"; the sentences and forms of errors and logs as AWS's runtime client for Node.js gives them, beside which this is
// tested. Functions that stand in the stacks which callers are told have the names that they have there.

import { ask, failing } from "./api.mjs";
import { fault, logged, told } from "./errors.mjs";
import { load } from "./load.mjs";
import { current, install, logError } from "./log.mjs";
import { answerOf, streams } from "./stream.mjs";

/** What a handler failed with, and how the log is told it: as it was when it came. */
class Failed {
  constructor(error) {
    this.error = error;
    this.logged = logged(error);
  }
}

/** A handler, loaded, that is run again and again. */
class Runtime {
  constructor(handler) {
    this.handler = handler;
    this.isStreaming = streams(handler);
  }

  /** Runs the handler once, in whichever of its forms it answers first. */
  handleOnceNonStreaming(event, context) {
    let settle;
    const answered = new Promise((resolve, reject) => (settle = { resolve, reject }));
    let isAnswered = false;
    const complete = (error, result) => {
      isAnswered = true;
      if (error !== undefined && error !== null) settle.reject(new Failed(error));
      else settle.resolve(result);
    };
    const callback = (error, result) => {
      if (isAnswered) return;
      if (error !== undefined && error !== null) return complete(error);
      isAnswered = true;
      if (!context.callbackWaitsForEmptyEventLoop) return complete(undefined, result);
      process.removeListener("beforeExit", atTheEnd);
      process.once("beforeExit", () => complete(undefined, result));
    };
    // A handler that is waited for in vain has given nothing.
    const atTheEnd = () => complete(undefined, null);
    process.once("beforeExit", atTheEnd);
    Object.assign(context, {
      done: (error, result) => isAnswered || complete(error, result),
      fail: (error) => isAnswered || complete(error ?? "handled"),
      succeed: (result) => isAnswered || complete(undefined, result),
    });
    try {
      const given = this.handler(event, context, callback);
      if (typeof given?.then === "function") given.then(context.succeed, context.fail);
    } catch (error) {
      context.fail(error);
    }
    return answered.finally(() => process.removeListener("beforeExit", atTheEnd));
  }

  /** Runs a handler once that streams its answer. */
  async handleOnceStreaming(event, context) {
    const { stream, taken } = answerOf(this.handler);
    try {
      const given = this.handler(event, stream, context);
      if (typeof given?.then !== "function") throw new Error("Streaming does not support non-async handlers.");
      if ((await given) !== undefined) console.warn("Streaming handlers ignore return values.");
      await taken;
      if (!stream.writableFinished) throw new Error("Response stream is not finished.");
    } catch (error) {
      const found = told(error);
      logError("Invoke Error", logged(error));
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

  /** Serves one event. It is not waited for how the answer is taken: the next event is asked for in the same go. */
  async serve(event, context) {
    if (this.isStreaming) return this.handleOnceStreaming(event, context);
    const place = `/invocation/${current.requestId}`;
    try {
      const text = serialized(await this.handleOnceNonStreaming(event, context));
      ask("POST", `${place}/response`, text, { "content-type": "application/json" }).catch(() => {});
    } catch (error) {
      const failed = error instanceof Failed ? error : new Failed(error);
      const found = told(failed.error);
      logError("Invoke Error", failed.logged);
      ask("POST", `${place}/error`, JSON.stringify(found), failing(found)).catch(() => {});
    }
  }
}

/** An answer as JSON. */
function serialized(answer) {
  try {
    return JSON.stringify(answer === undefined ? null : answer) ?? "null";
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

/** What a handler is told about its invocation. */
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

/** Tells an error that nobody has caught, and ends. */
async function fatal(title, error) {
  const found = told(error);
  logError(title, logged(error));
  const place = current.requestId ? `/invocation/${current.requestId}/error` : "/init/error";
  await ask("POST", place, JSON.stringify(found), failing(found)).catch(() => {});
  process.exit(129);
}

install();
process.on("uncaughtException", (error) => fatal("Uncaught Exception", error));
process.on("unhandledRejection", (reason, promise) => {
  const error = fault("Runtime.UnhandledPromiseRejection", String(reason));
  fatal("Unhandled Promise Rejection", Object.assign(error, { reason, promise }));
});

let runtime;
try {
  runtime = new Runtime(await load(process.env._HANDLER));
} catch (error) {
  const found = told(error);
  logError("Uncaught Exception", logged(error));
  await ask("POST", "/init/error", JSON.stringify(found), failing(found));
  process.exit(1);
}

for (;;) {
  const { status, headers, body } = await ask("GET", "/invocation/next");
  if (status !== 200) process.exit(1);
  current.requestId = headers["lambda-runtime-aws-request-id"];
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  await runtime.serve(JSON.parse(body.toString() || "null"), contextOf(headers));
}
