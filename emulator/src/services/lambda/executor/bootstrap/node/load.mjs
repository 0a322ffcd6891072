// The handler that a name means, loaded.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { fault } from "./errors.mjs";

const root = process.env.LAMBDA_TASK_ROOT;
const require = createRequire(import.meta.url);

/** Takes a name such as `lib/app.handler` apart: the folder, the module, and the members. */
function _splitHandlerString(name) {
  if (name.includes("..")) {
    throw fault(
      "Runtime.MalformedHandlerName",
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const base = path.basename(name);
  const match = /^([^.]*)\.(.*)$/.exec(base);
  if (!match) throw fault("Runtime.MalformedHandlerName", "Bad handler");
  return [name.slice(0, name.length - base.length), match[1], match[2]];
}

/** Whether a file is there. */
const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

/** Whether Node.js takes a file for a module of ECMAScript: by the nearest package. */
function isModule(file) {
  for (let folder = path.dirname(file); folder.startsWith(root); folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (isFile(manifest)) return JSON.parse(fs.readFileSync(manifest)).type === "module";
  }
  return false;
}

/** Loads the module: in whichever of its forms it is there. */
async function _tryRequire(folder, module) {
  const file = path.resolve(root, folder, module);
  if (isFile(file)) return require(file);
  if (isFile(`${file}.js`)) {
    return isModule(`${file}.js`) ? await import(pathToFileURL(`${file}.js`).href) : require(`${file}.js`);
  }
  if (isFile(`${file}.mjs`)) return await import(pathToFileURL(`${file}.mjs`).href);
  if (isFile(`${file}.cjs`)) return require(`${file}.cjs`);
  return require(require.resolve(module, { paths: [root, path.join(root, folder)] }));
}

/** The module, or what is wrong with it. */
async function _loadUserApp(folder, module) {
  try {
    return await _tryRequire(folder, module);
  } catch (error) {
    if (error instanceof SyntaxError) throw fault("Runtime.UserCodeSyntaxError", String(error));
    if (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND") {
      throw fault("Runtime.ImportModuleError", String(error));
    }
    throw error;
  }
}

/** The handler of a name. */
export async function load(name) {
  const [folder, module, members] = _splitHandlerString(name);
  const loaded = await _loadUserApp(folder, module);
  const step = (from) => members.split(".").reduce((each, member) => each?.[member], from);
  const handler = step(loaded) ?? step(loaded?.default);
  if (handler === undefined) throw fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") throw fault("Runtime.HandlerNotFound", `${name} is not a function`);
  return handler;
}
