// The log: what a function writes by its console, and what is told of its errors.

import fs from "node:fs";
import { format } from "node:util";
import { json, logged } from "./errors.mjs";

const isStructured = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const LEVELS = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 };
const least = isStructured ? (LEVELS[process.env.AWS_LAMBDA_LOG_LEVEL] ?? LEVELS.INFO) : 0;

/** The request that is served; nothing before the first. */
export const current = { requestId: undefined };

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

/** Tells what a function logs, in the form of its log. */
function log(level, ...parts) {
  if (parts.length === 0) parts.push(undefined);
  if (LEVELS[level] < least) return;
  const timestamp = new Date().toISOString();
  const { requestId } = current;
  if (!isStructured) {
    write(`${timestamp}\t${requestId}\t${level}\t${format(...parts)}\n`);
    return;
  }
  const record = { timestamp, level, requestId };
  const error = parts.find((part) => part instanceof Error);
  if (parts.length === 1 && !error) {
    record.message = parts[0];
  } else {
    record.message = format(...parts);
    if (error) Object.assign(record, logged(error).json);
  }
  write(JSON.stringify(record));
}

/** Tells the log of an error, in both its forms, that ended what the title says. */
export function logError(title, error) {
  if (!isStructured) {
    log("ERROR", `${title} \t${json(error.text)}`);
    return;
  }
  const { requestId } = current;
  write(JSON.stringify({ timestamp: new Date().toISOString(), level: "ERROR", requestId, message: error.json }));
}

/** Lets the console write to the log. */
export function install() {
  const levels = { log: "INFO", info: "INFO", debug: "DEBUG", trace: "TRACE", warn: "WARN", error: "ERROR" };
  for (const [name, level] of Object.entries(levels)) {
    console[name] = (...parts) => log(level, ...parts);
  }
}
