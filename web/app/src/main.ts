import { mount } from "svelte";
import App from "./ui/App.svelte";
import { allTexts, startTexts } from "./ui/i18n/index.svelte";
import { startRouter } from "./ui/router.svelte";
import { startSession } from "./ui/session.svelte";

await startTexts();
startRouter();
mount(App, { target: document.getElementById("page")! });
await startSession();
// The other screens' texts come behind the first screen.
await allTexts();
