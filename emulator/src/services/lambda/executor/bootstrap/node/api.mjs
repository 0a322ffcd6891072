// The Runtime API: what is asked of it, over one connection that is kept. It answers one request after the other, with the
// length of each answer.

import net from "node:net";

export const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const END = Buffer.from("\r\n\r\n");

let socket;
let received = Buffer.alloc(0);
/** Who waits for answers, in the order of their requests. */
const waiting = [];

/** Takes an answer out of what has come: the status, the headers by lower-case name, and the body; nothing where it is not whole. */
function taken() {
  const end = received.indexOf(END);
  if (end < 0) return undefined;
  const [first, ...lines] = received.toString("latin1", 0, end).split("\r\n");
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const from = end + END.length;
  const length = Number(headers["content-length"] ?? 0);
  if (received.length < from + length) return undefined;
  const body = received.subarray(from, from + length);
  received = received.subarray(from + length);
  return { status: Number(first.split(" ")[1]), headers, body };
}

function connect() {
  socket = net.connect(Number(port), host);
  socket.setNoDelay(true);
  socket.on("data", (piece) => {
    received = received.length === 0 ? piece : Buffer.concat([received, piece]);
    for (let answer; waiting.length > 0 && (answer = taken()); ) {
      waiting.shift().resolve(answer);
    }
    // While the handler runs, only what the handler does keeps the program alive.
    if (waiting.length === 0) socket.unref();
  });
  const gone = (error) => {
    socket = undefined;
    for (const { reject } of waiting.splice(0)) reject(error ?? new Error("the Runtime API is gone"));
  };
  socket.on("error", gone);
  socket.on("close", () => gone());
}

/** Sends a request to the Runtime API; gives the status, the headers and the body. */
export function ask(method, place, body = "", headers = {}) {
  return new Promise((resolve, reject) => {
    if (!socket) connect();
    waiting.push({ resolve, reject });
    const bytes = Buffer.from(body);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `${method} /2018-06-01/runtime${place} HTTP/1.1\r\nhost: ${host}:${port}\r\ncontent-length: ${bytes.length}\r\n${lines.join("")}\r\n`;
    socket.ref();
    socket.write(Buffer.concat([Buffer.from(head, "latin1"), bytes]));
  });
}

/** The headers that an error is told with. */
export const failing = (error) => ({
  "content-type": "application/json",
  "lambda-runtime-function-error-type": error.errorType.replace(/[^\x20-\x7e]/g, "?"),
});
