// Attachments (ciphertext): downloads by range, uploads by tus. web/client/record_calls.cpp.
import { base64Encode } from "../crypto/base64.ts";
import { utf8 } from "../crypto/bytes.ts";
import { Failure, fail } from "../base/failure.ts";
import { notUnderstood, problemOf, type Reply } from "./answer.ts";
import type { Calls, Request } from "./calls.ts";
import type { ServerPort, UploadTicket } from "./ports.ts";

type TransferCalls = Pick<ServerPort,
  "download" | "beginUpload" | "uploadOffset" | "upload" | "abandonUpload">;

const tus = "1.0.0";

const numberOf = (text: string | null): number | null =>
  text !== null && /^[0-9]{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;

/** The size behind the slash of "bytes 10-99/100", if the range begins where it was asked to. */
function totalOf(contentRange: string | null, offset: number): number | null {
  if (contentRange === null || !contentRange.startsWith(`bytes ${offset}-`)) return null;
  return numberOf(contentRange.slice(contentRange.indexOf("/") + 1));
}

function durableOffset(reply: Reply): number {
  if (Math.floor(reply.status / 100) !== 2) {
    const problem = problemOf(reply);
    if (reply.status === 409) return fail("conflict", "upload.offset", {}, problem.key);
    throw problem;
  }
  const offset = numberOf(reply.headers.get("upload-offset"));
  if (offset === null) throw notUnderstood(reply);
  return offset;
}

const tusRequest = (method: string, ticket: UploadTicket): Request => ({
  method, path: ticket.location, bearer: ticket.ticket, headers: { "Tus-Resumable": tus },
});

export function transferCalls(calls: Calls): TransferCalls {
  let patchIsBlocked = false; // a proxy answered PATCH itself: POST instead

  return {
    download: async (chain, attachment, sha256, offset, sink, signal) => {
      const tag = `"${sha256}"`;
      const opened = await calls.open({
        method: "GET",
        path: `/api/v1/chains/${chain}/attachments/${attachment}`,
        headers: offset > 0 ? { Range: `bytes=${offset}-`, "If-Range": tag } : {},
        signal,
      });
      const { status, headers } = opened.response;
      if (status !== 200 && status !== 206) {
        const parts: Uint8Array[] = [];
        let size = 0;
        for await (const part of opened.chunks()) if ((size += part.length) <= 64 * 1024) parts.push(part);
        const body = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
        // The whole is there already: a range that begins at the end cannot be satisfied.
        const range = headers.get("content-range");
        if (status === 416 && offset > 0 && range !== null && numberOf(range.slice(range.indexOf("/") + 1)) === offset) {
          return { total: offset };
        }
        throw problemOf({ status, headers, body });
      }
      // Another file than the statement names, or a server that sends the whole where the rest was asked for: nothing
      // of it may be joined to what is there.
      if (headers.get("etag") !== tag || (offset > 0) !== (status === 206)) return fail("integrity", "client.other_file");
      const total = status === 206 ? totalOf(headers.get("content-range"), offset) : numberOf(headers.get("content-length"));
      if (total === null) return fail("unavailable", "client.answer_not_understood", { request: `HTTP ${status}` });
      let taken = 0;
      let sinking = false;
      try {
        for await (const part of opened.chunks()) {
          taken += part.length;
          sinking = true;
          await sink(part);
          sinking = false;
        }
      } catch (error) {
        // What a sink has taken stays taken: the caller resumes from there.
        if (!sinking && taken > 0 && error instanceof Failure && error.key !== "transfer.cancelled") {
          return fail("unavailable", "client.transfer_cut", { bytes: String(offset + taken) }, error.key);
        }
        throw error;
      }
      if (offset + taken !== total) return fail("unavailable", "client.transfer_cut", { bytes: String(offset + taken) });
      return { total };
    },

    beginUpload: async (chain, attachment, authority, size) => {
      const metadata = (name: string, id: string): string => `${name} ${base64Encode(utf8(id))}`;
      const reply = await calls.send({
        method: "POST",
        path: "/api/v1/uploads",
        headers: {
          "Tus-Resumable": tus,
          "Upload-Length": String(size),
          "Upload-Metadata": [metadata("chain", chain), metadata("attachment", attachment),
            metadata("authority", authority)].join(","),
        },
      });
      if (reply.status !== 201) throw problemOf(reply);
      let location = reply.headers.get("location") ?? "";
      if (location.startsWith(calls.origin)) location = location.slice(calls.origin.length);
      const ticket = { location, ticket: reply.headers.get("upload-ticket") ?? "" };
      if (!location.startsWith("/api/v1/uploads/") || ticket.ticket === "") throw notUnderstood(reply);
      return ticket;
    },

    uploadOffset: async (ticket) => {
      const reply = await calls.send(tusRequest("HEAD", ticket));
      // A HEAD has no body to say why.
      if (reply.status === 404) return fail("not_found", "upload.not_found");
      if (reply.status === 410) return fail("expired", "upload.expired");
      return durableOffset(reply);
    },

    upload: async (ticket, offset, bytes, signal) => {
      const send = (override: boolean): Promise<Reply> => {
        const request = tusRequest(override ? "POST" : "PATCH", ticket);
        return calls.send({
          ...request,
          headers: {
            ...request.headers,
            ...(override ? { "X-HTTP-Method-Override": "PATCH" } : {}),
            "Upload-Offset": String(offset),
            "Content-Type": "application/offset+octet-stream",
          },
          body: bytes as BodyInit,
          patient: true,
          signal,
        });
      };
      let reply = await send(patchIsBlocked);
      // Only what our server says has the header: anything else that refuses PATCH stands in between.
      if (!patchIsBlocked && [403, 405, 501].includes(reply.status) && reply.headers.get("tus-resumable") === null &&
          !(reply.headers.get("content-type") ?? "").startsWith("application/problem+json")) {
        patchIsBlocked = true;
        reply = await send(true);
      }
      return durableOffset(reply);
    },

    abandonUpload: async (ticket) => {
      const reply = await calls.send(tusRequest("DELETE", ticket));
      if (Math.floor(reply.status / 100) !== 2 && reply.status !== 404 && reply.status !== 410) throw problemOf(reply);
    },
  };
}
