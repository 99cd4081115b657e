import { describe, expect, it } from "vitest";
import type { RequestView, VersionView, VersionedView } from "../../src/agent/api";
import { allMessages } from "../../tooling/catalogue.ts";
import { emptyContent } from "../../src/model/request_content.ts";
import { contentShown, firstFor, hasGiven, originalSentence, translatable, unopened, versionSentences } from "../../src/ui/view/versions";
import { entry, names, prosecutor, senegal } from "./scenes.ts";

const version = (change: Partial<VersionView> = {}): VersionView => ({
  language: "fr", state: "delivered", by: prosecutor, own: true, translator: "", due: "", late: 0, authentic: false, seq: 3, title: "", message: "", ...change,
});
const text = (versions: VersionView[], change: Partial<VersionedView> = {}): VersionedView =>
  ({ seq: 1, author: prosecutor, title: "Comptes", language: "en", authentic: true, versions, ...change });
const keys = (one: VersionView): string[] => versionSentences(text([one]), one, names, "en").map(({ key }) => key);

describe("a request in other languages", () => {
  it("shows a reader his own language first, the original's author before others, and else the original", () => {
    const own = version();
    expect(firstFor(text([own, version({ own: false, by: senegal, seq: 5 })]), "fr")).toBe(own);
    expect(firstFor(text([own]), "en")).toBeUndefined();
    expect(firstFor(text([own]), "es")).toBeUndefined();
    const awaited = version({ state: "asked" });
    delete awaited.seq;
    expect(firstFor(text([awaited]), "fr")).toBeUndefined();
    expect(firstFor(undefined, "fr")).toBeUndefined();
  });
  it("shows the rows of the original where a version has none", () => {
    const account = { key: "a1", number: "4711", signatories: [] };
    const original = { ...emptyContent(), blocks: { facts: "Facts." }, accounts: [account] };
    const translated = version({ content: { ...emptyContent(), blocks: { facts: "Les faits." } } });
    expect(contentShown(translated, original)).toMatchObject({ blocks: { facts: "Les faits." }, accounts: [account] });
    const ownRows = version({ content: { ...emptyContent(), accounts: [{ ...account, key: "b1" }] } });
    expect(contentShown(ownRows, original)?.accounts.map(({ key }) => key)).toEqual(["b1"]);
    expect(contentShown(translated, undefined)).toBe(translated.content);
  });
  it("says what is there, what is awaited and since when, and which text is authentic", () => {
    expect(keys(version())).toEqual(["version.there"]);
    expect(keys(version({ own: false }))).toEqual(["version.there_other"]);
    expect(keys(version({ translator: "LSS", authentic: true }))).toEqual(["version.there", "version.translated_by", "version.is_authentic"]);
    const awaited = version({ state: "asked", due: "2026-12-05", translator: "LSS" });
    delete awaited.seq;
    expect(keys(awaited)).toEqual(["version.asked_due", "version.translator_asked"]);
    expect(keys({ ...awaited, late: 3 })[0]).toBe("version.asked_late");
    expect(keys({ ...awaited, due: "" })[0]).toBe("version.asked");
    // Asked for anew, the one there stays.
    expect(keys(version({ state: "asked", due: "2026-12-05" }))).toEqual(["version.there", "version.asked_due"]);
    expect(originalSentence(text([], { authentic: false }), "en")).toBeNull();
    expect(originalSentence(text([]), "fr")).toMatchObject({ key: "version.original_authentic_in", values: { language: "anglais" } });
    expect(originalSentence(text([], { language: "" }), "fr")?.key).toBe("version.original_authentic");
    const known = allMessages("en");
    for (const key of [...keys(awaited), ...keys(version({ own: false }))]) expect(known).toHaveProperty([key]);
  });
  it("revises what this Party has given, and nobody else's", () => {
    const request = { texts: [text([version({ by: senegal, own: false })])] } as unknown as RequestView;
    expect(hasGiven(request, 1, "fr", senegal.partyCode)).toBeDefined();
    expect(hasGiven(request, 1, "fr", prosecutor.partyCode)).toBeUndefined();
    expect(hasGiven(request, 1, "es", senegal.partyCode)).toBeUndefined();
    expect(hasGiven(request, 2, "fr", senegal.partyCode)).toBeUndefined();
  });
  it("offers what was read and is no version itself", () => {
    const of = "ab".repeat(32);
    const entries = [
      entry({ seq: 1, opened: true }), entry({ seq: 2, opened: false }), entry({ seq: 3, opened: true, version: { of, language: "fr", state: "delivered", authentic: false } }),
      entry({ seq: 4, opened: true, warnings: ["withdrawn"] }), entry({ seq: 5, opened: false, warnings: ["withdrawn"] }),
    ];
    expect(translatable(entries).map(({ seq }) => seq)).toEqual([1]);
    expect(unopened(entries).map(({ seq }) => seq)).toEqual([2]);
  });
});
