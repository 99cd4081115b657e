// The page that checks evidence from a file: script, styles, fonts and WebAssembly stand in it, and its own policy forbids it
// every network (tooling/single_file.ts).
import { mount } from "svelte";
import Offline from "./Offline.svelte";
import { allTexts, startTexts } from "../ui/i18n/index.svelte";

async function start(): Promise<void> {
  await startTexts();
  await allTexts();
  mount(Offline, { target: document.getElementById("page")! });
}
void start();
