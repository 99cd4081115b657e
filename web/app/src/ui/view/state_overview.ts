// What States have done, by regional group: who said yes, partly, no, and of whom nobody has said anything.
import type { NoticeView } from "../../agent/api";
import { wordCodes } from "../../casework/sheet_words.ts";
import { overview, statesParties2021, type ProfileRow, type RegionCount, type State } from "../../casework/state_profile.ts";
import listed from "../../model/states_parties.json";
import { isState } from "../../model/party.ts";
import { statesParties } from "./states";

/** Of those that joined since the list of 2021 the file of their names says where they belong. */
const later = new Map((listed.states as { code: string; region?: string }[]).map(({ code, region }) => [code, region]));
const regions = new Map(statesParties2021.map(({ code, region }) => [code, region]));

export interface PlacedState extends State { name: string }
export const placedStates = (language: string, now = Date.now()): PlacedState[] =>
  statesParties(language, now).map(({ code, name }) => ({ code, name, region: regions.get(code) ?? later.get(code) ?? "" }));

/** `by`: who said it. */
export interface SaidOfState { row: ProfileRow; by: string; view: NoticeView }

/** By "state topic". A State's own word goes before what a body says of it; of several bodies the newest. */
export function saidOfStates(rows: readonly NoticeView[]): Map<string, SaidOfState> {
  const out = new Map<string, SaidOfState>();
  for (const view of rows) {
    if (view.notice.kind !== "profile_set") continue;
    const { topic, answer, dated, source, note = "", state: named } = view.notice.row;
    const state = named ?? view.party;
    if (!isState(state)) continue;
    const key = `${state} ${topic}`;
    const known = out.get(key);
    const itself = (by: string): boolean => by === state;
    if (known !== undefined && (itself(known.by) ? !itself(view.party) || known.row.dated >= dated : !itself(view.party) && known.row.dated >= dated)) continue;
    out.set(key, { row: { state, topic, answer, dated, source, note }, by: view.party, view });
  }
  return out;
}

/** Every region and topic, in the order of the words. */
export const countsOf = (said: ReadonlyMap<string, SaidOfState>, states: readonly State[], day: string): RegionCount[] =>
  overview([...said.values()].map(({ row }) => row), [...states], day);

/** By topic, of one region or, with "", of all together. */
export const topicCounts = (counts: readonly RegionCount[], region: string): RegionCount[] => wordCodes("state_topic").map((topic) => {
  const sum: RegionCount = { region, topic, yes: 0, partly: 0, no: 0, unknown: 0 };
  for (const one of counts) {
    if (one.topic !== topic || (region !== "" && one.region !== region)) continue;
    for (const name of ["yes", "partly", "no", "unknown"] as const) sum[name] += one[name];
  }
  return sum;
});

export interface StateLine { code: string; name: string; said: SaidOfState | undefined }
/** The States of a region ("": all) with what is said on a topic, by name. */
export const stateLines = (
  said: ReadonlyMap<string, SaidOfState>, states: readonly PlacedState[], region: string, topic: string, language: string,
): StateLine[] =>
  states.filter((state) => region === "" || state.region === region).sort((a, b) => a.name.localeCompare(b.name, language))
    .map(({ code, name }) => ({ code, name, said: said.get(`${code} ${topic}`) }));
