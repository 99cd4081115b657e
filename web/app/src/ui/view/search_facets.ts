// What was found, narrowed down: by whose it is, what it is, when it was, and whether documents come with it.
import type { SearchHit } from "../../agent/api";

export const facets = ["party", "what", "year", "files"] as const;
export type Facet = (typeof facets)[number];
export type Chosen = Partial<Record<Facet, string>>;

export function facetOf(hit: SearchHit, facet: Facet): string {
  switch (facet) {
    case "party": return hit.from.partyCode;
    case "what": return hit.what;
    case "year": return String(new Date(hit.at * 1000).getFullYear());
    case "files": return hit.files > 0 ? "with" : "without";
  }
}

const fits = (hit: SearchHit, chosen: Chosen, but?: Facet): boolean =>
  facets.every((facet) => facet === but || (chosen[facet] ?? "") === "" || facetOf(hit, facet) === chosen[facet]);

export const narrowed = (hits: readonly SearchHit[], chosen: Chosen): SearchHit[] => hits.filter((hit) => fits(hit, chosen));

/** The values of a facet among what the other facets leave, each with its count; what is chosen is among them, even at 0. */
export function valuesOfFacet(hits: readonly SearchHit[], facet: Facet, chosen: Chosen): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  if ((chosen[facet] ?? "") !== "") counts.set(chosen[facet]!, 0);
  for (const hit of hits) {
    if (!fits(hit, chosen, facet)) continue;
    const value = facetOf(hit, facet);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const order = facet === "year" ? -1 : 1;
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => (a.value < b.value ? -order : order));
}
