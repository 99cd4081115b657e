// The port platform/ports/server.hpp over fetch, by web/api/openapi.yaml: web/client's HttpsServer, file by file of its
// calls. Sessions are cookies that no script sees; an enrolment's token is held here.
import { base64Encode } from "../crypto/base64.ts";
import { hexEncode } from "../crypto/bytes.ts";
import { Failure } from "../base/failure.ts";
import { fieldsOfReply, notUnderstood, requireOk, type Fields, type Reply } from "./answer.ts";
import { makeCalls, randomKey, type Calls, type Fetch } from "./calls.ts";
import { cursorOf, invitationRows, nextCursorOf, noticesRow, partyRows } from "./server_rows.ts";
import { adminCalls } from "./server_admin.ts";
import { repairCalls } from "./server_repair.ts";
import { jsonOfAssertion, jsonOfNewPasskey, sessionCalls } from "./server_session.ts";
import { transferCalls } from "./server_transfers.ts";
import type {
  AccountKind, Append, Appended, EnrolmentState, InvitationKind, Me, ServerPort, SessionScope,
} from "./ports.ts";

const largestBundle = 2 * 1024 * 1024;
const largestState = 16 * 1024 * 1024;
const largestBlob = 1024 * 1024;
const largestPage = 256 * 1024 * 1024;

/** C2SP tlog-tiles: the index in groups of three digits, all but the last behind an 'x'; ".p/W" for a partial tile. */
export function tileName(index: number, width: number): string {
  let name = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    name = `x${String(rest % 1000).padStart(3, "0")}/${name}`;
  }
  return width === 256 ? name : `${name}.p/${width}`;
}

/** As many days as a server can keep backups; anything else says nothing. */
const daysOrNone = (days: number): number | undefined => days >= 1 && days <= 3650 ? days : undefined;

/** An entity tag's version without its quotes. */
const unquoted = (tag: string | null): string => (tag ?? "").replace(/^"(.*)"$/, "$1");

const jsonOf = (append: Append): unknown => ({
  statements: append.envelopes.map((envelope) => ({ envelope })),
  blobs: append.blobs.map(({ sha256, data }) => ({ sha256, data: base64Encode(data) })),
});

const appendedOf = (reply: Reply): Appended[] =>
  fieldsOfReply(reply).items("items").map((item) => ({
    id: item.hex("id", 32), index: item.natural("index"), proof: item.text("proof"),
  }));

const oneOf = <T extends string>(text: string, names: readonly T[], otherwise: T): T =>
  names.find((name) => name === text) ?? otherwise;

async function nullIfNone<T>(asked: () => Promise<T>): Promise<T | null> {
  try {
    return await asked();
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return null;
    throw error;
  }
}

const textOf = (reply: Reply): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(reply.body);
  } catch {
    throw notUnderstood(reply);
  }
};

export interface ServerOptions {
  /** "https://host[:port]": the page's own origin. */
  origin: string;
  /** Of the worker; a test gives one that carries cookies. */
  fetch?: Fetch;
}

export function makeServer(options: ServerOptions): ServerPort {
  let enrolment = "";
  const calls: Calls = makeCalls(options.origin, options.fetch ?? ((url, init) => fetch(url, init)), () => enrolment);
  const read = async (path: string): Promise<Fields> => fieldsOfReply(await calls.get(path));
  const done = async (reply: Promise<Reply>): Promise<void> => void (await reply);

  return {
    origin: options.origin,
    enrolmentToken: () => enrolment,
    useEnrolment: (token) => { enrolment = token; },
    leaveEnrolment: () => { enrolment = ""; },

    // --- without a session -----------------------------------------------------------------------------------------
    about: async () => {
      const f = await read("/api/v1/server");
      return {
        name: f.text("name"), version: f.text("version"), logOrigin: f.text("log_origin"), logKey: f.text("log_key"),
        time: f.integer("time"), training: f.has("training") && f.truth("training"),
        backupsKeptDays: f.has("backups_kept_days") ? daysOrNone(f.integer("backups_kept_days")) : undefined,
      };
    },
    challenge: async (userName) => {
      const f = fieldsOfReply(await calls.write("POST", "/api/v1/sign-in/challenge", { user_name: userName }));
      return { challenge: f.base64("challenge"), expiresAt: f.integer("expires_at") };
    },
    signIn: async (order) => {
      const reply = await calls.write("POST", "/api/v1/sign-in", {
        user_name: order.userName,
        challenge: base64Encode(order.challenge),
        with: order.with,
        ...(order.signature === undefined ? {} : { signature: base64Encode(order.signature) }),
        ...(order.totp === undefined ? {} : { totp: order.totp }),
        ...(order.passkey === undefined ? {} : { passkey: jsonOfAssertion(order.passkey) }),
      });
      const f = fieldsOfReply(reply);
      if (reply.status === 202) return { availableAt: f.integer("available_at") };
      const scope: SessionScope = f.text("scope") === "kit" ? "kit" : "full";
      return { session: { scope, expiresAt: f.integer("expires_at") }, availableAt: 0 };
    },
    redeem: async (secret) => {
      // An invitation may be answered beside a session that goes on (a further authority): its token is kept apart, in
      // the worker, and never takes the place of the session's cookie.
      const f = fieldsOfReply(await calls.write("POST", "/api/v1/invitations/redeem", { redeem: base64Encode(secret) }, "apart"));
      enrolment = f.text("token");
      return {
        invitationId: f.hex("invitation_id", 16),
        kind: oneOf<InvitationKind>(f.text("kind"), ["founder", "authority", "rekey", "administrator", "recovery"], "member"),
        card: f.base64("card"),
        expiresAt: f.integer("expires_at"),
      };
    },
    checkpoint: async (log) => textOf(await calls.get(`/log/${log}/checkpoint`, 64 * 1024)),
    witnessedCheckpoint: async (log) => textOf(await calls.get(`/log/${log}/checkpoint.witnessed`, 64 * 1024)),
    firstWitnessedCheckpoint: async (log, covers) =>
      textOf(await calls.get(`/log/${log}/checkpoint.witnessed?covers=${covers}`, 64 * 1024)),
    successor: async (log) => textOf(await calls.get(`/log/${log}/successor`, 4 * 1024)),
    tile: async (log, level, index, width) =>
      (await calls.get(`/log/${log}/tile/${level}/${tileName(index, width)}`, 256 * 32)).body,
    // 256 entries of 64 bytes, each behind its length in two.
    entryBundle: async (log, index, width) =>
      (await calls.get(`/log/${log}/tile/entries/${tileName(index, width)}`, 256 * 66)).body,

    // --- enrolment -------------------------------------------------------------------------------------------------
    totpSecret: async () => fieldsOfReply(await calls.write("POST", "/api/v1/enrolment/totp")).base64("secret"),
    enrol: async (order) => appendedOf(await calls.write("POST", "/api/v1/enrolment", {
      user_name: order.userName,
      language: order.language,
      sign_in_key: hexEncode(order.signInKey),
      kit_key: hexEncode(order.kitKey),
      ...(order.totp === undefined ? {} : { totp: order.totp }),
      ...(order.newPasskey === undefined ? {} : { new_passkey: jsonOfNewPasskey(order.newPasskey) }),
      ...(order.passkey === undefined ? {}
        : { passkey: jsonOfAssertion(order.passkey.assertion), challenge: base64Encode(order.passkey.challenge) }),
      ...(order.record === undefined ? {} : { record: base64Encode(order.record) }),
      ...(order.mac === undefined ? {} : { mac: base64Encode(order.mac) }),
      ...(order.bundle === undefined ? {} : { bundle: base64Encode(order.bundle) }),
      ...(order.append === undefined ? {} : { append: jsonOf(order.append) }),
    })),
    enterSession: async (challenge, signature) => void (await calls.write("POST", "/api/v1/enrolment/session", {
      challenge: base64Encode(challenge), signature: base64Encode(signature),
    }, "enters")),
    enrolmentState: async () =>
      oneOf<EnrolmentState>((await read("/api/v1/enrolment")).text("state"), ["live", "answered"], "open"),

    // --- own account -----------------------------------------------------------------------------------------------
    me: async (): Promise<Me> => {
      const f = await read("/api/v1/me");
      return {
        userName: f.text("user_name"),
        kind: oneOf<AccountKind>(f.text("kind"), ["administrator", "auditor", "service"], "member"),
        bundleVersion: f.natural("bundle_version"),
        language: f.text("language"),
        secondFactors: f.texts("second_factors"),
        ...(f.has("kit_tried_at") ? { kitTriedAt: f.integer("kit_tried_at") } : {}),
        memberships: f.items("memberships").map((row) => ({
          register: row.hex("register", 32), party: row.text("party"), authority: row.hex("authority", 16),
          member: row.hex("member", 16), role: row.text("role"),
        })),
      };
    },
    bundle: async () => {
      const reply = await calls.get("/api/v1/me/bundle", largestBundle);
      const tag = unquoted(reply.headers.get("etag"));
      if (!/^[0-9]{1,15}$/.test(tag)) throw notUnderstood(reply);
      return { version: Number(tag), bundle: reply.body };
    },
    replaceBundle: (change) => done(calls.write("PUT", "/api/v1/me/bundle", {
      expected_version: change.expectedVersion,
      bundle: base64Encode(change.bundle),
      sign_in_key: hexEncode(change.signInKey),
      kit_key: hexEncode(change.kitKey),
      challenge: base64Encode(change.challenge),
      signed_with: change.signedWith,
      signature: base64Encode(change.signature),
      ...(change.fresh === undefined ? {} : { totp_secret: base64Encode(change.fresh.totpSecret), totp: change.fresh.totp }),
    })),
    endKitAttempt: () => done(calls.write("DELETE", "/api/v1/me/kit-attempt")),
    kitAttempts: async (authority) => (await read(`/api/v1/kit-attempts?authority=${authority}`)).items("items").map((row) => ({
      member: row.hex("member", 16),
      ...(row.has("since") ? { since: row.integer("since"), availableAt: row.integer("available_at") } : {}),
      ...(row.has("used_at") ? { usedAt: row.integer("used_at") } : {}),
    })),
    state: () => nullIfNone(async () => {
      const reply = await calls.get("/api/v1/me/state", largestState);
      return { tag: unquoted(reply.headers.get("etag")), state: reply.body };
    }),
    replaceState: async (expectedTag, state) => {
      const reply = requireOk(await calls.send({
        method: "PUT",
        path: "/api/v1/me/state",
        headers: {
          "Idempotency-Key": randomKey(),
          "If-Match": `"${expectedTag === "" ? "0" : expectedTag}"`,
          "Content-Type": "application/octet-stream",
        },
        body: state as BodyInit,
      }));
      return unquoted(reply.headers.get("etag"));
    },
    sessions: async () => (await read("/api/v1/me/sessions")).items("items").map((row) => ({
      id: row.text("id"), scope: row.text("scope"), address: "", createdAt: row.integer("created_at"),
      lastSeenAt: row.integer("last_seen_at"), current: row.truth("current"), userName: "",
    })),
    endSession: (id) => done(calls.write("DELETE", `/api/v1/me/sessions/${encodeURIComponent(id)}`)),
    notices: () => nullIfNone(async () => noticesRow(await read("/api/v1/me/notices"))),
    setNotices: ({ address, every, quiet }) =>
      done(calls.write("PUT", "/api/v1/me/notices", { address, every, ...(quiet ? { quiet } : {}) })),
    removeNotices: () => done(calls.write("DELETE", "/api/v1/me/notices")),
    signOut: () => done(calls.write("DELETE", "/api/v1/session")),

    // --- statements ------------------------------------------------------------------------------------------------
    parties: async () => partyRows(await read("/api/v1/parties")),
    chain: async (chain, fromSeq, limit) => {
      const reply = await calls.get(`/api/v1/chains/${chain}?from=${fromSeq}&limit=${limit}`, largestPage);
      const f = fieldsOfReply(reply);
      return {
        headSeq: f.integer("head_seq"),
        items: f.items("items").map((row) => ({
          seq: row.natural("seq"), id: row.hex("id", 32), index: row.natural("index"), envelope: row.text("envelope"),
        })),
      };
    },
    append: async (append) => appendedOf(await calls.write("POST", "/api/v1/statements", jsonOf(append))),
    blob: async (chain, sha256) => (await calls.get(`/api/v1/chains/${chain}/blobs/${sha256}`, largestBlob)).body,
    dossiers: async (authority, cursor) => {
      const f = await read(`/api/v1/dossiers?authority=${authority}${cursorOf(cursor)}`);
      return {
        items: f.items("items").map((row) => ({
          chain: row.hex("chain", 32), kind: row.text("kind"), openedAt: row.integer("opened_at"),
          headSeq: row.integer("head_seq"), lastIndex: row.natural("last_index"),
        })),
        ...nextCursorOf(f),
      };
    },

    // --- invitations -----------------------------------------------------------------------------------------------
    invite: async (order) => appendedOf(await calls.write("POST", "/api/v1/invitations", {
      append: jsonOf(order.append),
      invitation_id: order.invitationId,
      redeem_sha256: order.redeemSha256,
      card: base64Encode(order.card),
      kept_code: base64Encode(order.keptCode),
    })),
    invitations: async (authority) => invitationRows(await read(`/api/v1/invitations?authority=${authority}`)),
    cancelInvitation: (invitation) => done(calls.write("DELETE", `/api/v1/invitations/${invitation}`)),
    beginRecovery: (order) => done(calls.write("POST", "/api/v1/recoveries", {
      authority: order.authority,
      invitation_id: order.invitationId,
      member_id: order.memberId,
      not_after: order.notAfter,
      redeem_sha256: order.redeemSha256,
      card: base64Encode(order.card),
      kept_code: base64Encode(order.keptCode),
    })),
    recoveries: async (authority) => invitationRows(await read(`/api/v1/recoveries?authority=${authority}`)),

    ...repairCalls(calls),
    ...sessionCalls(calls),
    ...transferCalls(calls),
    ...adminCalls(calls),
  };
}
