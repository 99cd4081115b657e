// A casebook on a real server: what one member notes a colleague reads, another authority does not even find, and who was
// removed no longer opens.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeNext, keyring, membership, own, sign } from "../../src/agent/acting.ts";
import { appendSettled } from "../../src/agent/append.ts";
import { noteInCasebook, readCasebook } from "../../src/agent/casebook.ts";
import { members, removeMember } from "../../src/agent/people.ts";
import { casebookChain } from "../../src/record/chains.ts";
import { generateIdentity } from "../../src/crypto/age/hybrid.ts";
import { sealBody } from "../../src/agent/seal.ts";
import { addFile, newPackage } from "../../src/agent/state.ts";
import type { CasebookNote } from "../../src/record/casebook_bodies.ts";
import type { StatementOf } from "../../src/record/statement.ts";
import { dayAt } from "../../src/casework/date.ts";
import { signInHere, type WebPerson } from "./support/people.ts";
import { hasBinaries, openWorld, type Started, type World } from "./support/world.ts";

const rejected = async (run: Promise<unknown>): Promise<string> =>
  run.then(() => "nothing failed", (error: { key?: string }) => error.key ?? String(error));
const today = dayAt(Date.now() / 1000, 0);

describe.skipIf(!hasBinaries)("casebook", () => {
  let world: World;
  let started: Started;
  let first: WebPerson;
  let second: WebPerson;
  let other: WebPerson;
  const [dossier, linked] = ["ab".repeat(32), "cd".repeat(32)];
  const me = (person: WebPerson): string => membership(person.state).member;

  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
    first = await signInHere(world, started, "SEN1");
    second = await signInHere(world, started, "SEN2");
    other = await signInHere(world, started, "OTP1");
  }, 600_000);
  afterAll(async () => {
    await world?.end();
  }, 300_000);

  it("is empty until something is noted, and then the same for every colleague", async () => {
    expect(await readCasebook(first.state)).toMatchObject({ assignments: [], links: [], remarks: [], unreadable: 0, incomplete: false });
    await noteInCasebook(first.state, { assigned: { dossier, member: me(second), deputy: me(first) } });
    await noteInCasebook(first.state, { remark: { dossier, text: "Cafe\u0301: page 2." } });
    await noteInCasebook(second.state, { link: { dossier: linked, other: dossier, relation: "renewal" } });
    for (const [person, mine] of [[first, true], [second, true]] as const) {
      const book = await readCasebook(person.state);
      expect(book.assignments).toMatchObject([{ dossier, mine, member: { member: me(second), left: false }, by: { member: me(first) } }]);
      expect(book.remarks.map(({ text }) => text)).toEqual(["Café: page 2."]);
      expect(book.links).toMatchObject([{ dossier: linked, other: dossier, relation: "renewal", by: { member: me(second) } }]);
    }
    expect((await members(first.state)).map(({ displayName }) => displayName)).toContain((await readCasebook(first.state)).assignments[0]!.member.name);
  }, 300_000);

  it("refuses what says nothing new, whom it does not know, and what cannot be", async () => {
    const said = (note: Parameters<typeof noteInCasebook>[1]) => rejected(noteInCasebook(second.state, note));
    expect(await said({ assigned: { dossier, member: me(second), deputy: me(first) } })).toBe("casebook.nothing_changed");
    expect(await said({ assigned: { dossier: linked } })).toBe("casebook.nothing_changed");
    expect(await said({ assigned: { dossier, member: me(other) } })).toBe("member.unknown");
    expect(await said({ assigned: { dossier, member: me(first), deputy: me(first) } })).toBe("casebook.own_deputy");
    expect(await said({ link: { dossier, other: dossier, relation: "reply" } })).toBe("casebook.link_itself");
    expect(await said({ remark: { dossier, text: "" } })).toBe("casebook.remark_length");
    expect(await said({ deputy: { member: me(first), deputy: me(second), from: "2027-02-30", until: "2027-03-01" } })).toBe("casebook.days");
  }, 300_000);

  it("the days of an absence make it a deputy's, and the command line reads the same", async () => {
    await noteInCasebook(first.state, { assigned: { dossier, member: me(second) } });
    expect((await readCasebook(first.state)).assignments[0]!.mine).toBe(false);
    await noteInCasebook(second.state, { deputy: { member: me(second), deputy: me(first), from: today, until: today } });
    const book = await readCasebook(first.state);
    expect(book.assignments[0]).toMatchObject({ mine: true, acting: { member: me(first) } });
    expect(book.deputyships).toMatchObject([{ today: true, from: today, until: today }]);
    const { json } = await world.run("SEN1", "casebook", "list");
    expect(json.assignments).toMatchObject([{ dossier, mine: true, acting_today: { member: me(first) } }]);
    expect(json.notes[0].text).toBe("Café: page 2.");
    expect((await world.run("SEN1", "request", "note", dossier, "From the command line.")).code).toBe(0);
    expect((await readCasebook(second.state)).remarks.map(({ text }) => text)).toContain("From the command line.");
  }, 300_000);

  it("is not there for another authority, whatever it asks", async () => {
    const { generations: [generation] } = await keyring(first.state);
    const chain = casebookChain(membership(first.state).authority, generation!);
    expect(await rejected(other.state.environment.server.chain(chain, 0, 10))).toBe("access.not_found");
    expect(await readCasebook(other.state)).toMatchObject({ assignments: [], remarks: [] });
  }, 300_000);

  it("what cannot be read is told, and takes nothing from the others", async () => {
    const { state } = first;
    const before = await readCasebook(state);
    const authority = membership(state).authority;
    const chain = casebookChain(authority, (await keyring(state)).generations[0]!);
    const { number, recipient } = own(state).generation(authority)!;
    const said: CasebookNote = { remark: { dossier, text: "Of another statement." } };
    // One that says it is another statement's, one that is sealed to nobody here.
    for (const to of [recipient, generateIdentity().recipient.text]) {
      await appendSettled(state, async () => {
        const { replayed } = state.casebooks.known(chain)!;
        const statement = composeNext(state, replayed.head, chain, "note", { generation: number, sealed: "" }) as StatementOf<"note">;
        const file = sealBody({ chain, author: statement.author, nonce: "00".repeat(16), files: [], note: said }, to);
        const built = newPackage();
        built.statements.push(await sign(state, { ...statement, body: { generation: number, sealed: file.sha256 } }));
        addFile(built, file);
        return built;
      });
      await readCasebook(state);
    }
    await noteInCasebook(state, { remark: { dossier, text: "And on." } });
    const after = await readCasebook(second.state);
    expect(after.unreadable).toBe(2);
    expect(after.remarks.map(({ text }) => text)).toEqual([...before.remarks.map(({ text }) => text), "And on."]);
    expect(after.assignments).toHaveLength(before.assignments.length);
    const { json } = await world.run("SEN1", "casebook", "list");
    expect(json.acts.filter((one: { problem?: string }) => one.problem === "unreadable")).toHaveLength(2);
    expect(json.notes.at(-1).text).toBe("And on.");
  }, 300_000);

  it("goes on after a removal under new keys, and all that somebody had is handed over at once", async () => {
    const leaver = me(second);
    await removeMember(first.state, leaver);
    expect(own(first.state).generation(membership(first.state).authority)!.number).toBe(2);
    const before = await readCasebook(first.state);
    expect(before.assignments[0]!.member).toMatchObject({ member: leaver, left: true });
    expect(before.assignments[0]!.member.name).not.toBe("");
    await noteInCasebook(first.state, { handOver: { from: leaver, to: me(first) } });
    await noteInCasebook(first.state, { remark: { dossier, text: "After." } });
    const after = await readCasebook(first.state);
    expect(after.assignments[0]).toMatchObject({ member: { member: me(first), left: false }, mine: true });
    expect(after.remarks.at(-1)!.text).toBe("After.");
    expect(after.remarks.length).toBe(before.remarks.length + 1);
    expect(await rejected(noteInCasebook(first.state, { handOver: { from: leaver, to: me(first) } }))).toBe("casebook.nothing_changed");
    expect(await rejected(readCasebook(second.state))).not.toBe("nothing failed");
  }, 180_000);
});
