// The Runtime API: what is asked of it, over one connection that is kept.

import http from "node:http";

export const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Sends a request to the Runtime API; gives the status, the headers and the body. */
export function ask(method, place, body = "", headers = {}) {
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

/** The headers that an error is told with. */
export const failing = (error) => ({
  "content-type": "application/json",
  "lambda-runtime-function-error-type": error.errorType.replace(/[^\x20-\x7e]/g, "?"),
});
