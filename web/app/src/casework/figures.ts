// Mirror of platform/casework/figures.hpp: what the report counts, from data/figures.csv. Figures of one division are the
// parts of a whole: requests by organ, by nature, by way, by outcome. The others overlap.
import { data, dataRows } from "./data.ts";
import type { Language } from "./date.ts";

export interface Figure { name: string; partOf: string; division: string; title: Record<Language, string> }

/** In the order in which they are printed. */
export const figures: Figure[] = dataRows(data.figures).map(([name, partOf, division, en, fr]) =>
  ({ name: name!, partOf: partOf!, division: division!, title: { en: en!, fr: fr! } }));

const places = new Map(figures.map((figure, index) => [figure.name, index]));
export const figureIndex = (name: string): number | undefined => places.get(name);
