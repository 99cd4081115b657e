// Words as people type them, and what is shown around them.
import { describe, expect, it } from "vitest";
import { excerptOf, folded } from "../../src/agent/search.ts";

describe("words", () => {
  it("are compared without case and accents", () => {
    for (const [typed, stands] of [["societe", "Société"], ["OEUVRE", "œuvre"], ["ἀθηνα", "ΑΘΗΝΑ"], ["istanbul", "İstanbul"]]) {
      expect(folded(typed!)).toBe(folded(stands!));
    }
  });
});

describe("an excerpt", () => {
  const text = `${"Premier paragraphe. ".repeat(20)}Le compte de la société Baobab à Dakar.${" Suite du texte.".repeat(20)}`;
  it("shows the words around the hit, and says where it was cut", () => {
    const excerpt = excerptOf(text, ["societe"]);
    expect(excerpt).toContain("Le compte de la société Baobab à Dakar.");
    expect(excerpt.startsWith("… ")).toBe(true);
    expect(excerpt.endsWith(" …")).toBe(true);
    expect(excerpt.length).toBeLessThan(260);
  });
  it("begins at the beginning where nothing stands in it", () => {
    expect(excerptOf("Court.", ["absent"])).toBe("Court.");
    expect(excerptOf("", ["absent"])).toBe("");
  });
  it("never ends within a character", () => {
    const emoji = "😀".repeat(400);
    for (let cut = 0; cut < 8; ++cut) {
      expect(excerptOf(`${"a".repeat(cut)} ${emoji} cible ${emoji}`, ["cible"])).not.toMatch(/\p{Cs}/u);
    }
  });
});
