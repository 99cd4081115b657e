// Decrypted words stay in the page: the browser writes a window's title and address into its history, in clear.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { nameScreen } from "../../src/ui/router.svelte.ts";

const ui = join(dirname(fileURLToPath(import.meta.url)), "../../src/ui");
const sources = readdirSync(ui, { recursive: true, encoding: "utf8" }).filter((name) => /\.(svelte|ts)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(ui, name), "utf8") }));
afterEach(() => vi.unstubAllGlobals());

/** The attributes of each <Page> or <DossierTask>, braces balanced. */
function pages(text: string): string[] {
  return [...text.matchAll(/<(?:Page|DossierTask)\b/g)].map(({ index }) => {
    let [depth, at] = [0, index];
    for (; at < text.length && !(text[at] === ">" && depth === 0); ++at) depth += text[at] === "{" ? 1 : text[at] === "}" ? -1 : 0;
    return text.slice(index, at);
  });
}
function attribute(page: string, name: string): string | undefined {
  const at = page.search(new RegExp(`\\b${name}=\\{`));
  if (at < 0) return undefined;
  let [depth, end] = [0, page.indexOf("{", at)];
  const begin = end + 1;
  do depth += page[end] === "{" ? 1 : page[end] === "}" ? -1 : 0; while (depth > 0 && ++end < page.length);
  return page.slice(begin, end);
}
/** Texts of the catalogue, with nothing put in but numbers. */
const generic = (expression: string): boolean =>
  [...expression.matchAll(/\bt\(("[^"]*"|`[^`]*`)(, \{ (?:seq|count|number)[^}]*\})?\)|\bt\(([^)]*)\)/g)].every((one) => one[3] === undefined) &&
  !/printable|[nN]ame\b|draftTitle|\bcode\b|\.title\b/.test(expression.replace(/"[^"]*"|`[^`]*`/g, ""));

test("the window is called by its own title where a screen gives one", () => {
  const shown = { title: "", body: {}, activeElement: {}, getElementById: () => null };
  vi.stubGlobal("document", shown);
  nameScreen("Comptes de la société Baobab", "File");
  expect(shown.title).toBe("File – Rogatory");
  nameScreen("Files");
  expect(shown.title).toBe("Files – Rogatory");
});

test("a title that names somebody or says what was sealed is not the window's", () => {
  const found: string[] = [];
  for (const { name, text } of sources) {
    for (const page of pages(text)) {
      if (name.endsWith("shared/DossierTask.svelte")) continue; // hands on what its own callers are held to
      const title = attribute(page, "inWindow") ?? attribute(page, "title") ?? (/\{title\}/.test(page) ? "known.title" : "");
      if (!generic(title)) found.push(`${name}: ${title}`);
    }
  }
  expect(found).toEqual([]);
});

test("the check finds what it is for", () => {
  for (const one of ["printable(known.value.dossier.title)", 't("kept.title", { name })', "row.name", "draftTitle(draft) ?? t(\"x.y\")", "code", "known.title"]) {
    expect(generic(one), one).toBe(false);
  }
  for (const one of ['t("x.y")', 't(`reply.title.${step}`)', 't("x.y", { seq })', 'done ? t("x.a") : t("x.b")']) expect(generic(one), one).toBe(true);
  expect(pages('<Page title={t("a", { name: "}" })} back="/x" wide>')[0]).toContain("wide");
});

test("screens write nothing into the browser's storage, console, notifications or title but where it is looked at here", () => {
  const ways = /\b(?:localStorage|sessionStorage|indexedDB)\b|\bconsole\.|\bnew Notification\b|showNotification|document\.(?:title|cookie)|\bhistory\.(?:pushState|replaceState)/g;
  const found = new Set(sources.flatMap(({ name, text }) => [...text.matchAll(ways)].map(([way]) => `${name}: ${way}`)));
  expect([...found].sort()).toEqual([
    "features.ts: indexedDB", // whether the browser has it
    "i18n/index.svelte.ts: localStorage", // the language
    "last_here.ts: localStorage", // when this person was here last
    "router.svelte.ts: document.title",
    "router.svelte.ts: history.pushState",
    "router.svelte.ts: history.replaceState",
  ]);
});
