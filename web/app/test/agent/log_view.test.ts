// The whole log as the web client verifies it, against a log that lies: the real one signs nothing false, so here is one
// of our own, with its witnesses.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { exportEvidence, listAlarms, requireNoStandingAlarm, resolveAlarm } from "../../src/agent/alarms.ts";
import { ChainCopy } from "../../src/agent/chain_copy.ts";
import { day, silentObserver, type Environment } from "../../src/agent/environment.ts";
import { LogView } from "../../src/agent/log_view.ts";
import type { ServerPort } from "../../src/agent/ports.ts";
import { openProfile } from "../../src/agent/profile.ts";
import { Failure } from "../../src/base/failure.ts";
import { base64Encode } from "../../src/crypto/base64.ts";
import { concat, hexDecode, utf8, type Bytes } from "../../src/crypto/bytes.ts";
import { systemRandom } from "../../src/crypto/random.ts";
import { generateSigningKey, sign, type SigningKey } from "../../src/crypto/sign.ts";
import { cryptoReady } from "../../src/crypto/sodium.ts";
import { checkpointText, cosignedText } from "../../src/tlog/checkpoint.ts";
import { encodeBundle, entryOf, type Entry } from "../../src/tlog/entry.ts";
import { createLogTree } from "../../src/tlog/logTree.ts";
import { makeNoteKey, noteKeyText, signatureType, type NoteKey } from "../../src/tlog/note.ts";
import { carriageHere } from "./support/carrier.ts";
import { hasBinaries, memoryPlaces } from "./support/world.ts";

const origin = "log.example/log/0";
const now = 1_800_000_000;

interface Signer { key: SigningKey; note: NoteKey }
const signer = (name: string, type: (typeof signatureType)[keyof typeof signatureType]): Signer => {
  const key = generateSigningKey();
  return { key, note: makeNoteKey(name, type, key.verifyKey) };
};
const line = ({ note }: Signer, signature: Bytes): string =>
  `— ${note.name} ${base64Encode(concat(hexDecode(note.id) as Bytes, signature))}\n`;

/** A log that signs whatever it is told to. */
function makeLog() {
  const log = signer(origin, signatureType.ed25519);
  const witnesses = ["one", "two", "three"].map((name) => signer(`${name}.example`, signatureType.cosignature));
  const checkpoint = (entries: readonly Entry[], cosigned: { at: number; by: number[] } | null = null): string => {
    const tree = createLogTree();
    for (const entry of entries) tree.push(entry);
    const text = checkpointText({ origin, head: { size: entries.length, root: tree.rootAt(entries.length) }, extensions: [] });
    let note = `${text}\n${line(log, sign(log.key, utf8(text)))}`;
    for (const i of cosigned?.by ?? []) {
      const witness = witnesses[i] as Signer;
      const at = new Uint8Array(8);
      new DataView(at.buffer).setBigUint64(0, BigInt(cosigned?.at ?? 0));
      note += line(witness, concat(at, sign(witness.key, utf8(cosignedText(BigInt(cosigned?.at ?? 0), text)))));
    }
    return note;
  };
  const alone = `log ${noteKeyText(log.note)}\nquorum none\n`;
  const watched = `log ${noteKeyText(log.note)}\n${
    witnesses.map(({ note }, i) => `witness w${i} ${noteKeyText(note)}\n`).join("")}group all 2 w0 w1 w2\nquorum all\n`;
  return { log, checkpoint, alone, watched };
}

const entries = (count: number, salt = ""): Entry[] =>
  Array.from({ length: count }, (_, i) => {
    const id = utf8(`${salt}${i}`.padEnd(32, "."));
    return entryOf(utf8("chain".padEnd(32, ".")), i, id);
  });

describe("the log as it was verified", () => {
  let environment: Environment;
  let served: { newest: string; witnessed: string | null; entries: Entry[] };
  let wall = now;
  beforeAll(() => cryptoReady);
  beforeEach(async () => {
    wall = now;
    served = { newest: "", witnessed: null, entries: [] };
    const server = {
      origin: "https://log.example",
      checkpoint: async () => served.newest,
      witnessedCheckpoint: async () => served.witnessed ?? Promise.reject(new Failure("not_found", "log.no_checkpoint")),
      entryBundle: async (_: number, index: number, width: number) =>
        encodeBundle(served.entries.slice(index * 256, index * 256 + width)),
      offerCheckpoint: async () => undefined,
    } as unknown as ServerPort;
    const profile = await openProfile({ name: "rogatory", indexedDB: new IDBFactory(), places: memoryPlaces() });
    environment = {
      server,
      profile,
      carriage: carriageHere({ profile, origin: "https://log.example", fetch: () => Promise.reject(new TypeError("no line")) }),
      clock: { wall: () => wall, monotonicSeconds: () => 0, pause: async () => undefined },
      observer: silentObserver,
    };
  });
  const serve = (log: ReturnType<typeof makeLog>, all: Entry[], cosigned?: { at: number; by: number[] }): void => {
    served = { newest: log.checkpoint(all, cosigned), witnessed: null, entries: all };
  };
  const failing = (run: Promise<unknown>): Promise<Failure> =>
    run.then(() => { throw new Error("it did not fail"); }, (error: unknown) => error as Failure);

  it("reads on, and from its own copy after a reload", async () => {
    const log = makeLog();
    serve(log, entries(300));
    const view = new LogView(log.alone);
    await view.advance(environment);
    expect([view.size, view.countingSize, view.witnessed]).toEqual([300, 300, false]);
    serve(log, entries(600));
    await view.advance(environment);
    const again = new LogView(log.alone);
    await again.restore(environment.profile);
    expect(again.head()).toEqual(view.head());
    let bundles = 0;
    const { entryBundle } = environment.server;
    environment.server.entryBundle = (...args) => {
      bundles += 1;
      return entryBundle(...args);
    };
    await again.advance(environment);
    expect(bundles).toBe(0);
  });

  it("refuses a log that went back, another key, and entries that are not the root's", async () => {
    const log = makeLog();
    serve(log, entries(20));
    const view = new LogView(log.alone);
    await view.advance(environment);
    serve(log, entries(10));
    expect(await failing(view.advance(environment))).toMatchObject({ code: "integrity", key: "log.rolled_back" });
    served.newest = makeLog().checkpoint(entries(30));
    expect(await failing(view.advance(environment))).toMatchObject({ code: "integrity", key: "log.signature" });
    serve(log, entries(30));
    served.entries = entries(30).map((entry, i) => (i === 25 ? { ...entry, id: systemRandom(32) } : entry));
    const failure = await failing(view.advance(environment));
    expect(failure).toMatchObject({ code: "integrity", key: "log.entries" });
    expect(failure.arguments["evidence"]).toMatch(/^evidence\/1800000000-log-entries-/);
    // None of it changed what was verified, and none of it is a proof of two histories.
    expect(view.size).toBe(20);
    await requireNoStandingAlarm(environment.profile);
    serve(log, entries(30));
    await view.advance(environment);
    expect(view.size).toBe(30);
  });

  it("takes a fork for a fork: an alarm that stands, and evidence that anybody can check", async () => {
    const log = makeLog();
    serve(log, entries(20));
    const view = new LogView(log.alone);
    await view.advance(environment);
    serve(log, entries(40, "other"));
    expect(await failing(view.advance(environment))).toMatchObject({ code: "integrity", key: "log.forked" });
    // Again, in another session: the same alarm, not another.
    const again = new LogView(log.alone);
    await again.restore(environment.profile);
    expect(await failing(again.advance(environment))).toMatchObject({ key: "log.forked" });
    const alarms = await listAlarms(environment.profile);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toMatchObject({ what: "log.forked", standing: true, at: now });
    expect(await failing(requireNoStandingAlarm(environment.profile))).toMatchObject({ key: "alarm.standing" });
    verifiesNatively(await exportEvidence(environment.profile, alarms[0]!.name), "two_histories");
    expect(await failing(resolveAlarm(environment.profile, alarms[0]!.name, " "))).toMatchObject({ key: "alarm.reason_needed" });
    await resolveAlarm(environment.profile, alarms[0]!.name, "note verbale 7");
    await requireNoStandingAlarm(environment.profile);
    expect(await listAlarms(environment.profile)).toMatchObject([{ standing: false, resolution: "note verbale 7" }]);
  });

  it("stands by a fork that a full disk cannot keep: told, held in memory, and kept when there is room", async () => {
    const log = makeLog();
    serve(log, entries(20));
    const view = new LogView(log.alone);
    await view.advance(environment);
    serve(log, entries(40, "other"));
    const told: string[] = [];
    const profile = Object.create(environment.profile) as Environment["profile"];
    let full = true;
    profile.save = (name, bytes) =>
      full ? Promise.reject(new Failure("storage_full", "profile.full")) : environment.profile.save(name, bytes);
    const tight = { ...environment, profile, observer: { ...silentObserver, onNotice: ({ key }: { key: string }) => void told.push(key) } };
    expect(await failing(view.advance(tight))).toMatchObject({ key: "log.forked", arguments: { evidence: "-" } });
    expect(told).toEqual(["alarm.not_kept"]);
    expect(await failing(requireNoStandingAlarm(profile))).toMatchObject({ key: "alarm.standing" });
    expect(await listAlarms(profile)).toEqual([]);
    full = false;
    expect(await failing(requireNoStandingAlarm(profile))).toMatchObject({ key: "alarm.standing" });
    const alarms = await listAlarms(environment.profile);
    expect(alarms).toMatchObject([{ what: "log.forked", standing: true }]);
    verifiesNatively(await exportEvidence(environment.profile, alarms[0]!.name), "two_histories");
    await resolveAlarm(profile, alarms[0]!.name, "note verbale 8");
    await requireNoStandingAlarm(profile);
  });

  it("finds two statements for one place", async () => {
    const log = makeLog();
    const chain = "ab".repeat(32);
    const one = entryOf(hexDecode(chain) as Bytes, 0, systemRandom(32));
    serve(log, [...entries(5), one, { ...one, id: systemRandom(32) }]);
    const view = new LogView(log.alone);
    await view.advance(environment);
    expect(view.places(chain, 0)).toHaveLength(2);
    expect(await failing(view.twoForOnePlace(environment, chain, 0, "{}"))).toMatchObject({ key: "chain.forked" });
    const [alarm] = await listAlarms(environment.profile);
    verifiesNatively(await exportEvidence(environment.profile, alarm!.name), "two_statements");
  });

  it("says that a chain is incomplete when the log has more than the server gives", async () => {
    const log = makeLog();
    const chain = "cd".repeat(32);
    serve(log, [entryOf(hexDecode(chain) as Bytes, 0, systemRandom(32))]);
    environment.server.chain = async () => ({ headSeq: -1, items: [] });
    const view = new LogView(log.alone);
    await view.advance(environment);
    const copy = new ChainCopy(chain);
    await copy.update(environment, view);
    expect(copy.incomplete).toBe(true);
  });

  it("counts what two of three witnesses saw, and signs nothing on a log older than a day", async () => {
    const log = makeLog();
    serve(log, entries(10), { at: now - 60, by: [0, 2] });
    const view = new LogView(log.watched);
    await view.advance(environment);
    expect([view.size, view.countingSize, view.quorumTime]).toEqual([10, 10, now - 60]);
    served = { newest: log.checkpoint(entries(12)), witnessed: log.checkpoint(entries(10), { at: now, by: [0, 1] }), entries: entries(12) };
    await view.advance(environment);
    expect([view.size, view.countingSize, view.quorumTime]).toEqual([12, 10, now]);
    view.requireFresh(environment.clock);
    wall = now + day + 3600;
    expect(await failing((async () => view.requireFresh(environment.clock))())).toMatchObject({ code: "unavailable", key: "log.not_fresh" });
    // One witness alone, or a time ahead of every clock, is no quorum.
    served = { newest: log.checkpoint(entries(12), { at: wall, by: [1] }), witnessed: null, entries: entries(12) };
    await view.advance(environment);
    expect(view.isFresh(environment.clock)).toBe(false);
    served.newest = log.checkpoint(entries(12), { at: wall + 3600, by: [0, 1, 2] });
    await view.advance(environment);
    expect(view.isFresh(environment.clock)).toBe(false);
    expect(view.disputed(11, wall + 3600 + 601)).toBe(true);
    expect(view.disputed(11, wall + 3600)).toBe(false);
  });
});

/** The command line, which shares no code with this, says the same of the archive. */
function verifiesNatively(archive: Bytes, finding: string): void {
  if (!hasBinaries) return;
  const folder = mkdtempSync(join(tmpdir(), "rogatory-evidence-"));
  try {
    const file = join(folder, "evidence.tar");
    writeFileSync(file, archive);
    const rogatory = fileURLToPath(new URL("../../../../build/release/bin/rogatory", import.meta.url));
    const said = execFileSync(rogatory, ["--json", "verify", "evidence", file], { encoding: "utf8" });
    expect(said).toContain(finding);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
