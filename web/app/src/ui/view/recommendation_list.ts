// What became of the Assembly's recommendations: the list that comes with the platform, and what Parties published since.
import type { NoticeView } from "../../agent/api";
import { joinedCell } from "../../casework/notice_values.ts";
import { isLate, shippedRecommendations, type RecommendationRow } from "../../casework/recommendations.ts";
import type { Values } from "../../casework/spreadsheet.ts";

type Language = "en" | "fr";

/** `by`: who published it; "": it comes with the platform. */
export interface RecommendationSaid extends RecommendationRow { by: string; at: number }
export interface RecommendationView { number: string; now: RecommendationSaid; history: RecommendationSaid[]; late: boolean }

const none = { en: "", fr: "" };

/** By number; of each the newest round stands, the others are its history, the first first. What has been ended says nothing. */
export function recommendationViews(rows: readonly NoticeView[], today: string, shipped: readonly RecommendationRow[] = shippedRecommendations): RecommendationView[] {
  const base = new Map<string, RecommendationRow>();
  const said: RecommendationSaid[] = shipped.map((row) => {
    base.set(row.number, row);
    return { ...row, by: "", at: 0 };
  });
  for (const { notice, party, at, ended } of rows) {
    if (notice.kind !== "recommendation_set" || ended) continue;
    // What is the same as in the list that comes with the platform is left out of a row.
    const { number, round, state, due, clusters, rowWith, addressee, text, note } = notice.row;
    const same = base.get(number);
    said.push({
      number, round, state, due: due ?? same?.due ?? "", clusters: clusters.length > 0 ? clusters : same?.clusters ?? [],
      rowWith: rowWith ?? same?.rowWith ?? "", addressee: addressee ?? same?.addressee ?? none, text: text ?? same?.text ?? none,
      note: note ?? same?.note ?? none, by: party, at,
    });
  }
  const byNumber = new Map<string, RecommendationSaid[]>();
  for (const one of said) byNumber.set(one.number, [...(byNumber.get(one.number) ?? []), one]);
  return [...byNumber].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })).map(([number, all]) => {
    const history = all.sort((a, b) => (a.round < b.round ? -1 : a.round > b.round ? 1 : a.at - b.at));
    // A meeting that is still to come has assessed nothing: whoever dates ahead does not stand above all others.
    const now = history.filter((one) => one.round <= today).at(-1) ?? history.at(-1)!;
    return { number, now, history, late: now.round <= today && now.due !== "" && isLate(now, today) };
  });
}

export const groupings = ["addressee", "due", "state"] as const;
export type Grouping = (typeof groupings)[number];
/** English, which is what the list is kept by: a group is the same in both languages. */
export const groupOf = ({ now }: RecommendationView, by: Grouping): string =>
  by === "addressee" ? now.addressee.en : by === "due" ? now.due : now.state;

export interface RecommendationGroup { name: string; views: RecommendationView[] }
/** In the order of the names; what has none comes last. */
export function grouped(views: readonly RecommendationView[], by: Grouping): RecommendationGroup[] {
  const out = new Map<string, RecommendationView[]>();
  for (const view of views) out.set(groupOf(view, by), [...(out.get(groupOf(view, by)) ?? []), view]);
  return [...out].map(([name, all]) => ({ name, views: all })).sort((a, b) => (a.name === "" ? 1 : b.name === "" ? -1 : a.name < b.name ? -1 : 1));
}

/** The meetings of which something is said, the newest first. */
export const roundsOf = (views: readonly RecommendationView[]): string[] =>
  [...new Set(views.flatMap(({ history }) => history.map(({ round }) => round)))].sort().reverse();
/** Of two rows of one number and meeting the later stands. */
export const rowsOfRound = (views: readonly RecommendationView[], round: string): RecommendationSaid[] =>
  views.flatMap(({ history }) => history.filter((one) => one.round === round).slice(-1));

/** As the sheet "recommendation" has it, history and all. */
export const recommendationValues = (views: readonly RecommendationView[]): Values[] => views.flatMap(({ history }) => history).map((one) => ({
  number: one.number, round: one.round, due: one.due, state: one.state, clusters: joinedCell(one.clusters), row_with: one.rowWith,
  addressee_en: one.addressee.en, addressee_fr: one.addressee.fr, text_en: one.text.en, text_fr: one.text.fr, note_en: one.note.en, note_fr: one.note.fr,
}));

export const textIn = (text: Record<Language, string>, language: Language): string => text[language];
