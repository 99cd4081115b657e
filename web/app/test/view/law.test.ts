import { describe, expect, it } from "vitest";
import type { LawFindingView } from "../../src/agent/api";
import { lawSaid, needsReason } from "../../src/ui/view/law";

const finding = (key: string, needs: boolean, args: Record<string, string> = {}): LawFindingView =>
  ({ weight: needs ? "returned" : "note", key, arguments: args, ground: needs ? "1" : "", needsReason: needs });

describe("what the requested State's law says of a request", () => {
  const date = finding("law.element_missing", true, { element: "date of the order" });
  const language = finding("law.language", true, { languages: "fr" });
  const none = finding("law.channel_unknown", false);

  it("is what speaks against it, what must be in it, and what is to be known", () => {
    expect(lawSaid([language, date, none])).toEqual({ against: [language], elements: [date], notes: [none] });
  });

  it("asks for a reason until every element is in it, and always against the State's own words", () => {
    expect(needsReason([date, none], [])).toBe(true);
    expect(needsReason([date, none], ["date of the order"])).toBe(false);
    expect(needsReason([date, language], ["date of the order"])).toBe(true);
    expect(needsReason([none], [])).toBe(false);
  });
});
