// The page says what the server can read. Here the database's own definition is held against it: a table or column that
// nobody told the reader about fails the build.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { allMessages } from "../../tooling/catalogue.ts";
import { clearSubjects, sealedSubjects } from "../../src/ui/clear_list.ts";

const migrations = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..", "storage", "migrations");

function schema(): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  for (const name of readdirSync(migrations).filter((one) => one.endsWith(".sql")).sort()) {
    const sql = readFileSync(join(migrations, name), "utf8").replace(/--.*$/gm, "");
    // In the order in which they stand: a table may be dropped and made anew.
    const steps = /CREATE TABLE (\w+) \(([^]*?)\n\)|ALTER TABLE (\w+) ADD COLUMN (\w+)|DROP TABLE (?:IF EXISTS )?(\w+)|ALTER TABLE (\w+) RENAME TO (\w+)/g;
    for (const [, created, body, altered, column, dropped, from, to] of sql.matchAll(steps)) {
      if (created !== undefined) {
        tables.set(created, new Set(body!.split("\n").map((line) => /^ {2}([a-z_0-9]+) [A-Z]/.exec(line)?.[1]).filter((one) => one !== undefined)));
      } else if (altered !== undefined) tables.get(altered)!.add(column!);
      else if (dropped !== undefined) tables.delete(dropped);
      else {
        tables.set(to!, tables.get(from!)!);
        tables.delete(from!);
      }
    }
  }
  return tables;
}
const tables = schema();
const subjects = [...clearSubjects, ...sealedSubjects];

test("the database's definition was read", () => {
  expect(tables.size).toBeGreaterThan(20);
  expect([...tables.get("account")!]).toContain("kit_waiting_since");
  expect([...tables.get("log")!]).toContain("policy");
});

test("every table of the server stands in the list", () => {
  const told = new Set(subjects.flatMap((subject) => subject.holds));
  const untold = [...tables].filter(([table, columns]) => !told.has(table) && [...columns].some((column) => !told.has(`${table}.${column}`)));
  expect(untold.map(([table]) => table)).toEqual([]);
});

test("the list names nothing that the server does not have, and nothing twice", () => {
  const all = subjects.flatMap((subject) => subject.holds);
  expect(new Set(all).size).toBe(all.length);
  for (const one of all) {
    const [table, column] = one.split(".");
    expect(tables.has(table!), one).toBe(true);
    if (column) expect(tables.get(table!)!.has(column), one).toBe(true);
  }
});

test("whole columns of sealed bytes are told as sealed, and no others", () => {
  expect(sealedSubjects.flatMap((subject) => subject.holds).sort()).toEqual([
    "account.bundle", "account.bundle_version", "account.state", "account.state_version", "inline_blob.data", "invitation.card",
    "invitation.kept_code", "pending_credentials.bundle", "repair_blob",
  ]);
});

test("each subject has its words in both languages", () => {
  for (const language of ["en", "fr"] as const) {
    const messages = allMessages(language);
    for (const { key } of clearSubjects) for (const part of ["what", "why", "kept"]) expect(messages).toHaveProperty([`clear_list.${key}.${part}`]);
    for (const { key } of sealedSubjects) expect(messages).toHaveProperty([`clear_list.${key}.what`]);
  }
});
