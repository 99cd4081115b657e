// The texts of the page. `t("key", {…})` reads the language it is in, so a component that calls it in its markup is
// written anew when the reader changes the language.

import { fill, placesOf, type MessageArguments, type ParsedMessage } from "./message";

export type Language = "en" | "fr";
export const languages: readonly Language[] = ["en", "fr"];

type Messages = Record<string, string | ParsedMessage>;
const packs: Record<Language, { first: () => Promise<{ default: Messages }>; rest: () => Promise<{ default: Messages }> }> = {
  en: { first: () => import("virtual:catalogue/en/first"), rest: () => import("virtual:catalogue/en/rest") },
  fr: { first: () => import("virtual:catalogue/fr/first"), rest: () => import("virtual:catalogue/fr/rest") },
};

const remembered = "rogatory.language";
const state = $state<{ language: Language; messages: Messages }>({ language: "en", messages: {} });
let wanted: "first" | "rest" = "first";

const loaded: Record<Language, Messages> = { en: {}, fr: {} };
const done: Record<Language, Set<string>> = { en: new Set(), fr: new Set() };

async function load(language: Language): Promise<void> {
  const missing = (wanted === "rest" ? (["first", "rest"] as const) : (["first"] as const))
    .filter((pack) => !done[language].has(pack));
  await Promise.all(missing.map(async (pack) => {
    Object.assign(loaded[language], (await packs[language][pack]()).default);
    done[language].add(pack);
  }));
}

function show(language: Language): void {
  state.language = language;
  // A new object, so that what has been written with fewer texts is written again.
  state.messages = { ...loaded[language] };
  document.documentElement.lang = language;
}

/** The language chosen here before, else the first of the browser's that there is. */
function preferred(): Language {
  try {
    const kept = localStorage.getItem(remembered);
    if (kept === "en" || kept === "fr") return kept;
  } catch {
    // Storage may be closed to us; the browser's own languages do as well.
  }
  for (const tag of navigator.languages) {
    const short = tag.slice(0, 2).toLowerCase();
    if (short === "en" || short === "fr") return short;
  }
  return "en";
}

export async function startTexts(): Promise<void> {
  const language = preferred();
  await load(language);
  show(language);
}

/** Fetches the texts of every screen behind the first ones. Routes that need them await it. */
export async function allTexts(): Promise<void> {
  wanted = "rest";
  if (done[state.language].has("rest")) return;
  await load(state.language);
  show(state.language);
}

export function language(): Language {
  return state.language;
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  show(language);
  try {
    localStorage.setItem(remembered, language);
  } catch {
    // Then it is asked again next time.
  }
}

/** For what is printed in both languages: fetches the texts of the other one too. */
export async function bothLanguages(): Promise<void> {
  wanted = "rest";
  await Promise.all(languages.map(load));
}

/** In a language that bothLanguages() has fetched, whichever the page is in. */
export function tIn(language: Language, key: string, values: MessageArguments = {}): string {
  const message = loaded[language][key];
  return message === undefined ? `<${key}>` : fill(message, language, values);
}

export function hasText(key: string): boolean {
  return key in state.messages;
}

export function t(key: string, values: MessageArguments = {}): string {
  const message = state.messages[key];
  if (message === undefined) return `<${key}>`;
  const filled = { ...values };
  for (const place of placesOf(message)) if (!(place in filled)) filled[place] = "";
  return fill(message, state.language, filled);
}
