// Errors as they are told: to the caller, and to the log.

import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = process.env.LAMBDA_TASK_ROOT;
const own = path.dirname(fileURLToPath(import.meta.url));
const here = pathToFileURL(own).href;
/** A place in one of these files, with where it is in it. */
const place = new RegExp(`(file://)?${RegExp.escape?.(own) ?? own.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}/\\w+\\.mjs`, "g");

/** A text with paths as they would be on AWS. */
export const shown = (text) => text.replace(place, "$1/var/runtime/index.mjs").replaceAll(root, "/var/task");

/** The lines of a stack: those are left out that come before the handler is called. */
function lines(error) {
  const told = String(error.stack ?? error).split("\n");
  const isOurs = (line) => line?.includes(here) ?? false;
  const call = told.findIndex((line) => line.includes(" Runtime.handleOnce") && isOurs(line));
  const isLeft = (line, index) =>
    line.startsWith("    at ") &&
    ((call >= 0 && index > call) || (line.includes("processTicksAndRejections") && isOurs(told[index - 1])));
  return told.filter((line, index) => !isLeft(line, index)).map(shown);
}

/** An error as the caller is told it. */
export function told(error) {
  if (error instanceof Error) {
    return { errorType: error.name ?? "Error", errorMessage: error.message, trace: lines(error) };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/** An error as the log is told it, with what it has besides: as text has it, and as JSON has it. */
export function logged(given) {
  const error = given instanceof Error ? given : new Error(String(given));
  const known = { errorType: error.name ?? "Error", errorMessage: error.message };
  const stack = lines(error);
  return { text: { ...known, code: error.code, ...error, stack }, json: { ...known, stackTrace: stack, ...error } };
}

/** JSON, with errors in it as text has them. */
export const json = (value) => JSON.stringify(value, (_, part) => (part instanceof Error ? logged(part).text : part));

/** An error of the runtime's own. */
export function fault(kind, message) {
  const error = new Error(shown(message));
  Object.defineProperty(error, "name", { value: kind, enumerable: false });
  error.stack = `${kind}: ${error.message}\n${error.stack.split("\n").filter((line) => line.startsWith("    at ")).slice(1).join("\n")}`;
  return error;
}
