// What administrators and auditors may ask: web/client/admin_calls.cpp.
import { base64Encode } from "../crypto/base64.ts";
import { fieldsOfReply, type Fields } from "./answer.ts";
import type { Calls } from "./calls.ts";
import type { ServerPort, SessionRow } from "./ports.ts";
import { boardRows, cursorOf, nextCursorOf } from "./server_rows.ts";

type AdminCalls = Pick<ServerPort,
  "adminParties" | "createParty" | "inviteFounder" | "suspendParty" | "resumeParty" | "suspendAccount" |
  "resumeAccount" | "setQuota" | "support" | "adminSessions" | "adminEndSession" | "audit" | "counts">;

export function adminCalls(calls: Calls): AdminCalls {
  const read = async (path: string): Promise<Fields> => fieldsOfReply(await calls.get(path));
  const done = async (method: string, path: string, body?: unknown): Promise<void> =>
    void (await calls.write(method, path, body));
  const party = (code: string): string => `/api/v1/admin/parties/${encodeURIComponent(code)}`;
  const account = (name: string): string => `/api/v1/admin/accounts/${encodeURIComponent(name)}`;

  return {
    adminParties: async () => boardRows(await read("/api/v1/admin/parties")),
    createParty: (code, name) => done("POST", "/api/v1/admin/parties", { code, name }),
    inviteFounder: (code, invitation) => done("POST", `${party(code)}/invitation`, {
      invitation_id: invitation.invitationId,
      redeem_sha256: invitation.redeemSha256,
      card: base64Encode(invitation.card),
      not_after: invitation.notAfter,
      member_id: invitation.memberId,
      ...(invitation.succeeds === undefined ? {} : { succeeds: invitation.succeeds }),
    }),
    suspendParty: (code, reason) => done("POST", `${party(code)}/suspension`, { reason }),
    resumeParty: (code, reason) => done("DELETE", `${party(code)}/suspension`, { reason }),
    suspendAccount: (name, reason) => done("POST", `${account(name)}/suspension`, { reason }),
    resumeAccount: (name, reason) => done("DELETE", `${account(name)}/suspension`, { reason }),
    setQuota: (code, bytes) =>
      bytes === null ? done("DELETE", `${party(code)}/quota`) : done("PUT", `${party(code)}/quota`, { bytes }),
    support: async (code) => {
      const f = fieldsOfReply(await calls.write("POST", "/api/v1/admin/support", { code }));
      return {
        cause: f.text("cause"), at: f.integer("at"), userName: f.textOrEmpty("user_name"),
        seconds: f.has("seconds") ? f.integer("seconds") : 0,
      };
    },
    adminSessions: async () => {
      const rows: SessionRow[] = [];
      let cursor = "";
      for (;;) {
        const f = await read(`/api/v1/admin/sessions?limit=500${cursorOf(cursor)}`);
        for (const row of f.items("items")) {
          rows.push({
            id: row.text("id"), scope: row.text("scope"), address: "", userName: row.text("user_name"),
            createdAt: row.integer("created_at"), lastSeenAt: row.integer("last_seen_at"), current: false,
          });
        }
        const { nextCursor } = nextCursorOf(f);
        // A cursor that does not move would go round for ever.
        if (nextCursor === undefined || nextCursor === cursor) return rows;
        cursor = nextCursor;
      }
    },
    adminEndSession: (id) => done("DELETE", `/api/v1/admin/sessions/${encodeURIComponent(id)}`),
    audit: async (cursor) => {
      const f = await read(`/api/v1/admin/audit?limit=200${cursorOf(cursor)}`);
      return {
        items: f.items("items").map((row) => ({
          number: row.natural("id"), at: row.integer("at"), actor: row.textOrEmpty("actor"), action: row.text("action"),
          subject: row.textOrEmpty("subject"), outcome: row.text("outcome"),
        })),
        ...nextCursorOf(f),
      };
    },
    counts: async () => {
      const f = await read("/api/v1/admin/counts");
      return f.entries().map(([name]) => ({ name, value: f.natural(name) }));
    },
  };
}
