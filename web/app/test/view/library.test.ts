import { describe, expect, it } from "vitest";
import type { EntryView, WorkView } from "../../src/agent/api";
import {
  answers, documentsOf, facetsOf, inLanguage, isNew, lackingOf, languageName, languagesOf, placeOfItem, saysOf, workTitle,
} from "../../src/ui/view/library";
import { day, entry, france, now, prosecutor } from "./scenes.ts";

const pdf = (name: string): EntryView["attachments"][number] =>
  ({ attachment: name.padEnd(32, "0"), sealedSize: 10, name, type: "application/pdf", size: 8, state: "available" });
const work = (change: Partial<WorkView> & { says?: EntryView["work"]; files?: string[]; at?: number }): WorkView => {
  const { says, files = ["a.pdf"], at = now, ...rest } = change;
  return {
    chain: "ab".repeat(32), publisher: prosecutor, own: false, withdrawn: false, lacking: [], current: 0,
    versions: [entry({ at, attachments: files.map(pdf), ...(says === undefined ? {} : { work: says }) })], ...rest,
  };
};
const guide = work({
  files: ["guide-en.pdf", "guide-fr.pdf", "annexe.pdf"],
  says: { kind: "guide", titleEn: "Freezing", titleFr: "Le gel, « pas à pas »", version: "2.0", date: "2026-11-01", languages: ["en", "fr", "fr"], summaryFr: "Vingt décisions." },
});
const course = work({ chain: "cd".repeat(32), publisher: france, says: { kind: "training", titleEn: "Crypto-assets", version: "1", date: "2026-01-01", languages: ["es"] }, lacking: ["MLI/CENTIF"] });
const gone: WorkView = { ...work({ withdrawn: true }), versions: [entry({ warnings: ["withdrawn"] })] };
delete gone.current;

describe("the library", () => {
  it("speaks the reader's language, or the one there is", () => {
    expect([workTitle(guide, "en"), workTitle(guide, "fr"), workTitle(course, "fr"), workTitle(gone, "en")])
      .toEqual(["Freezing", "Le gel, « pas à pas »", "Crypto-assets", ""]);
    expect(inLanguage(undefined, undefined, "en")).toBe("");
    // What would turn the text that follows it is written visibly.
    expect(inLanguage("a\u202eb", undefined, "en")).not.toContain("\u202e");
    expect([languageName("fr", "en"), languageName("es", "fr"), languageName("q1x", "en")]).toEqual(["French", "espagnol", "q1x"]);
  });

  it("sets the documents of a version side by side, by language, English and French first", () => {
    expect(documentsOf(guide.versions[0]!).map(({ language, files }) => [language, files.map(({ name }) => name)]))
      .toEqual([["en", ["guide-en.pdf"]], ["fr", ["guide-fr.pdf", "annexe.pdf"]]]);
    expect(languagesOf({ ...saysOf(guide)!, languages: ["es", "fr", "ar", "en", "es"] })).toEqual(["en", "fr", "es", "ar"]);
    expect(documentsOf(gone.versions[0]!)).toEqual([]);
  });

  it("is searched by kind, language of a document and words, whatever their case and accents", () => {
    const found = (filter: object): boolean => answers(guide, { kind: "", language: "", words: "", ...filter });
    expect([{}, { kind: "guide" }, { language: "fr" }, { words: "DECISIONS gel" }, { words: "annexe 2.0" }, { words: "  " }].map(found)).toEqual(Array(6).fill(true));
    expect([{ kind: "training" }, { language: "es" }, { words: "gel surrender" }].map(found)).toEqual(Array(3).fill(false));
    expect([answers(gone, { kind: "", language: "", words: "" }), answers(gone, { kind: "", language: "", words: "x" })]).toEqual([true, false]);
  });

  it("offers only what some work is, and counts it", () => {
    const { kinds, languages } = facetsOf([course, guide, gone]);
    expect([...kinds]).toEqual([["guide", 1], ["training", 1]]);
    expect([...languages].sort()).toEqual([["en", 1], ["es", 1], ["fr", 1]]);
  });

  it("says what is new to a reader, and of one's own works who lacks them", () => {
    expect([isNew(guide, now - day), isNew(guide, now), isNew({ ...guide, own: true }, 0), isNew(gone, 0)]).toEqual([true, false, false, false]);
    expect(lackingOf([course, { ...guide, lacking: ["MLI/CENTIF", "BEN/FIU"] }])).toEqual(["BEN/FIU", "MLI/CENTIF"]);
  });

  it("is where the way back from one of its documents leads", () => {
    expect([placeOfItem("library", "ab", "1"), placeOfItem("share", "ab", "1")]).toEqual(["/library/ab", "/files/ab/items/1"]);
  });
});
