// fetch as a browser does it for a page of this origin: the session cookie kept from scripts, the origin's headers set.
import { request } from "node:https";
import { Readable } from "node:stream";
import type { Fetch } from "../../../src/agent/calls.ts";

/** `line`: the port of a line to the server (slow_line.ts), as a network that the browser knows nothing of. */
export function browserLikeFetch(origin: string, certificate: string, line?: () => number | undefined): Fetch {
  const cookies = new Map<string, string>();
  return async (url, init) => {
    const target = new URL(url);
    if (target.origin !== origin) throw new TypeError("another origin");
    const headers = new Headers(init.headers);
    headers.set("Host", target.host);
    headers.set("Sec-Fetch-Site", "same-origin");
    if (init.method !== "GET" && init.method !== "HEAD") headers.set("Origin", origin);
    if (init.credentials !== "omit" && cookies.size > 0) {
      headers.set("Cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    }
    const body = init.body == null ? undefined : Buffer.from(await new Response(init.body).arrayBuffer());
    if (body !== undefined) headers.set("Content-Length", String(body.length));
    else if (init.method === "POST" || init.method === "PUT") headers.set("Content-Length", "0");
    return new Promise<Response>((resolve, reject) => {
      const sent = request(
        {
          host: target.hostname, port: line?.() ?? target.port, servername: target.hostname, path: target.pathname + target.search, method: init.method ?? "GET",
          ca: certificate, headers: Object.fromEntries(headers), ...(init.signal == null ? {} : { signal: init.signal }),
        },
        (reply) => {
          for (const line of reply.headers["set-cookie"] ?? []) {
            const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
            if (value === "" || /max-age=0/i.test(line)) cookies.delete(name);
            else cookies.set(name, value);
          }
          const status = reply.statusCode ?? 0;
          const seen = new Headers();
          for (const [name, value] of Object.entries(reply.headers)) {
            if (name !== "set-cookie" && typeof value === "string") seen.set(name, value);
          }
          const bare = status === 204 || status === 304 || init.method === "HEAD";
          if (bare) reply.resume();
          resolve(new Response(bare ? null : (Readable.toWeb(reply) as ReadableStream), { status, headers: seen }));
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  };
}
