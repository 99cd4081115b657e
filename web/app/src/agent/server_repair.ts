// What is asked of a server whose log was put back to an older copy, and brought to it: web/client/https_log_repair.cpp.
import { base64Encode } from "../crypto/base64.ts";
import { fieldsOf, fieldsOfReply, parseJson, requireOk, type Fields, type Reply } from "./answer.ts";
import type { Calls } from "./calls.ts";
import type { RepairStatus, ServerPort } from "./ports.ts";

const path = "/api/v1/log/repair";

const statusOf = (f: Fields): RepairStatus => ({
  behind: f.truth("behind"),
  repairable: f.truth("repairable"),
  size: f.natural("size"),
  target: f.natural("target"),
  entries: f.natural("entries"),
  missing: f.natural("missing"),
  lost: f.natural("lost"),
  lostFrom: f.natural("lost_from"),
});

/** The status inside an answer to brought statements. */
function innerStatus(reply: Reply): RepairStatus {
  const value = parseJson(reply) as { status?: unknown };
  return statusOf(fieldsOf(value.status, reply));
}

type RepairCalls = Pick<ServerPort, "offerCheckpoint" | "repairStatus" | "repairEntries" | "repairStatements">;

export function repairCalls(calls: Calls): RepairCalls {
  return {
    offerCheckpoint: async (log, note) => void requireOk(await calls.send({
      method: "POST", path: `/log/${log}/checkpoint`, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: note,
    })),
    repairStatus: async () => statusOf(fieldsOfReply(await calls.get(path))),
    repairEntries: async (from, entries, consistency) => statusOf(fieldsOfReply(await calls.write("POST", `${path}/entries`, {
      from, entries: base64Encode(entries), consistency: base64Encode(consistency),
    }))),
    repairStatements: async (statements, blobs) => {
      const reply = await calls.write("POST", `${path}/statements`, {
        statements, blobs: blobs.map(({ sha256, data }) => ({ sha256, data: base64Encode(data) })),
      });
      const f = fieldsOfReply(reply);
      return {
        placed: f.natural("placed"), blobs: f.natural("blobs"), wanted: f.items("wanted").length,
        status: innerStatus(reply),
      };
    },
  };
}
