// Which screen stands at which address. History API; after a change of screen the heading has the focus and the window
// bears its title, as when a page loads.

import { tick, type Component } from "svelte";

/** Who may see a screen: anybody; whoever is signed in; members of authorities; administrators and auditors. */
export type Access = "open" | "signed_in" | "member" | "staff";

export interface Route {
  /** "/files/:chain": a named part is handed to the screen in `parameters`. */
  path: string;
  access: Access;
  /** Entry of the navigation that is marked while this screen is shown. */
  section?: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- screens have no properties but `parameters`
  load: () => Promise<{ default: Component<any> }>;
}

export type Parameters = Record<string, string>;

export interface NavigationItem {
  section: string;
  href: string;
  /** Key of its text. */
  text: string;
  access: Access;
  /** Roles that see it; absent: all. */
  roles?: string[];
}

const here = $state({ path: typeof location === "undefined" ? "/" : location.pathname, title: "" });
let focusWanted = false;
let arrivedAt = 0;

export function path(): string {
  return here.path;
}

export function match(routes: readonly Route[], path: string): { route: Route; parameters: Parameters } | undefined {
  const parts = path.split("/").filter(Boolean);
  for (const route of routes) {
    const wanted = route.path.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    const parameters: Parameters = {};
    const same = wanted.every((part, at) => {
      if (!part.startsWith(":")) return part === parts[at];
      try {
        parameters[part.slice(1)] = decodeURIComponent(parts[at]!);
      } catch {
        return false;
      }
      return true;
    });
    if (same) return { route, parameters };
  }
  return undefined;
}

export function navigate(to: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", to);
  else history.replaceState(null, "", to);
  arrive();
}

function arrive(): void {
  here.path = location.pathname;
  focusWanted = true;
  arrivedAt = Date.now();
  window.scrollTo(0, 0);
}

/**
 * Called by each screen with its heading. Moves the focus there if the screen is new to the reader. `inWindow`: what the
 * window is called where the heading says who or what it is about. The browser writes that into its history, in clear, and
 * shows it to whoever looks at the task bar: no word that was sealed, and nobody's name, stands there.
 */
export function nameScreen(title: string, inWindow: string = title): void {
  here.title = title;
  document.title = `${inWindow} – Rogatory`;
  // A screen that is drawn anew when its answers have come takes the focus with it: give it back.
  const lost = Date.now() - arrivedAt < 10_000 && (document.activeElement === null || document.activeElement === document.body);
  if (focusWanted || lost) void focusHeading();
}

/** A journey's next step is a new screen under the same address. */
export function stepChanged(): void {
  focusWanted = true;
  arrivedAt = Date.now();
  window.scrollTo(0, 0);
  void focusHeading();
}

async function focusHeading(): Promise<void> {
  await tick();
  const heading = document.getElementById("screen-title");
  if (!heading) return;
  focusWanted = false;
  heading.focus({ preventScroll: true });
}

export function startRouter(): void {
  window.addEventListener("popstate", arrive);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    const to = link.getAttribute("href") ?? "";
    if (!to.startsWith("/")) return;
    event.preventDefault();
    navigate(to);
  });
}
