import { mount } from "svelte";
import App from "./ui/App.svelte";
import { missingFeatures } from "./ui/features";
import { allTexts, startTexts } from "./ui/i18n/index.svelte";
import { startRouter } from "./ui/router.svelte";
import { browserSaving, tidyPassing } from "./ui/saving";
import { startSession } from "./ui/session.svelte";

await startTexts();
startRouter();
// Whoever opens this page next finds no plain file of the last visit, signed in or not.
tidyPassing(browserSaving());
const missing = missingFeatures();
mount(App, { target: document.getElementById("page")!, props: { missing } });
if (missing.length === 0) await startSession();
// The other screens' texts come behind the first screen.
await allTexts();
