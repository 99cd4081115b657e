// What several calls read and write alike.
import type { Fields } from "./answer.ts";
import type { PartyRow } from "./ports.ts";

export const partyRows = (fields: Fields): PartyRow[] =>
  fields.items("items").map((row) => ({
    code: row.text("code"),
    name: row.text("name"),
    state: row.text("state"),
    ...(row.has("register") ? { registerChain: row.hex("register", 32) } : {}),
    ...(row.has("founded_id") ? { foundedId: row.hex("founded_id", 32) } : {}),
  }));

export const cursorOf = (cursor: string | undefined): string =>
  cursor === undefined || cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
export const nextCursorOf = (fields: Fields): { nextCursor?: string } =>
  fields.has("next_cursor") ? { nextCursor: fields.text("next_cursor") } : {};
