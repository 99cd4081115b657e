import { expect, it } from "vitest";
import type { SearchHit } from "../../src/agent/api";
import { narrowed, valuesOfFacet } from "../../src/ui/view/search_facets";

const hit = (seq: number, partyCode: string, what: SearchHit["what"], files: number, year: number): SearchHit =>
  ({ chain: "0a", seq, title: "", excerpt: "", at: Date.UTC(year, 5, 1) / 1000, from: { partyCode } as SearchHit["from"], what, files });
const hits = [hit(1, "SEN", "shared", 0, 2025), hit(2, "SEN", "answer", 2, 2026), hit(3, "FRA", "answer", 1, 2026), hit(4, "FRA", "request", 0, 2026)];
const seqs = (chosen: Parameters<typeof narrowed>[1]): number[] => narrowed(hits, chosen).map(({ seq }) => seq);

it("leaves what fits every facet that is chosen", () => {
  expect(seqs({})).toEqual([1, 2, 3, 4]);
  expect(seqs({ party: "SEN" })).toEqual([1, 2]);
  expect(seqs({ party: "SEN", what: "answer" })).toEqual([2]);
  expect(seqs({ files: "without", year: "2026" })).toEqual([4]);
  expect(seqs({ party: "KEN" })).toEqual([]);
});

it("counts the values of a facet among what the others leave, the newest year first", () => {
  expect(valuesOfFacet(hits, "year", {})).toEqual([{ value: "2026", count: 3 }, { value: "2025", count: 1 }]);
  expect(valuesOfFacet(hits, "what", { party: "FRA", what: "request" })).toEqual([{ value: "answer", count: 1 }, { value: "request", count: 1 }]);
  expect(valuesOfFacet(hits, "party", { party: "SEN", files: "without" })).toEqual([{ value: "FRA", count: 1 }, { value: "SEN", count: 1 }]);
});

it("keeps what is chosen among the values, even where nothing of it is left", () => {
  expect(valuesOfFacet(hits, "party", { party: "SEN", what: "request" })).toEqual([{ value: "FRA", count: 1 }, { value: "SEN", count: 0 }]);
});
