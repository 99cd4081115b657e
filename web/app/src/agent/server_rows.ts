// What several calls read and write alike.
import type { Fields } from "./answer.ts";
import type { BoardRow, InvitationRow, NoticesRow, PartyRow } from "./ports.ts";

export const partyRows = (fields: Fields): PartyRow[] =>
  fields.items("items").map((row) => ({
    code: row.text("code"),
    name: row.text("name"),
    state: row.text("state"),
    ...(row.has("register") ? { registerChain: row.hex("register", 32) } : {}),
    ...(row.has("founded_id") ? { foundedId: row.hex("founded_id", 32) } : {}),
  }));

export function boardRows(fields: Fields): BoardRow[] {
  const parties = partyRows(fields);
  return fields.items("items").map((row, i) => ({
    ...parties[i]!,
    stage: row.text("stage"),
    waitsFor: row.textOrEmpty("waits_for"),
    ...(row.has("since") ? { since: row.integer("since") } : {}),
    ...(row.has("seen_on") ? { seenOn: row.integer("seen_on") } : {}),
    recovery: row.text("recovery"),
    authorities: row.natural("authorities"),
    authoritiesLive: row.natural("authorities_live"),
    custodians: row.natural("custodians"),
    pinnedBy: row.natural("pinned_by"),
    bytes: row.natural("bytes"),
    quota: row.natural("quota"),
    ownQuota: row.truth("own_quota"),
    sessions: row.natural("sessions"),
  }));
}

export const invitationRows = (fields: Fields): InvitationRow[] =>
  fields.items("items").map((row) => ({
    invitationId: row.hex("invitation_id", 16),
    authority: row.hex("authority", 16),
    role: row.text("role"),
    state: row.text("state"),
    notAfter: row.integer("not_after"),
    ...(row.has("record") ? { record: row.base64("record") } : {}),
    ...(row.has("mac") ? { mac: row.base64("mac") } : {}),
    ...(row.has("kept_code") ? { keptCode: row.base64("kept_code") } : {}),
  }));

export function noticesRow(row: Fields): NoticesRow {
  const quiet = row.has("quiet") ? row.object("quiet") : undefined;
  return {
    address: row.text("address"),
    every: row.natural("every"),
    ...(quiet ? { quiet: { from: quiet.natural("from"), until: quiet.natural("until") } } : {}),
    refused: row.truth("refused"),
    ...(row.has("sent_at") ? { sentAt: row.integer("sent_at") } : {}),
    ...(row.has("failed_at") ? { failedAt: row.integer("failed_at") } : {}),
    failure: row.textOrEmpty("failure"),
  };
}

export const cursorOf = (cursor: string | undefined): string =>
  cursor === undefined || cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
export const nextCursorOf = (fields: Fields): { nextCursor?: string } =>
  fields.has("next_cursor") ? { nextCursor: fields.text("next_cursor") } : {};
