// What the page's own build makes of its catalogues, for tests written in Python: {language: {key: parsed message}} as one line of JSON.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const app = join(dirname(fileURLToPath(import.meta.url)), "../../../web/app");
const from = createRequire(join(app, "package.json"));
const load = (name) => import(pathToFileURL(from.resolve(name)).href);
const { runnerImport } = await load("vite");
const { parse } = await load("@formatjs/icu-messageformat-parser");
const { module: { allMessages, languages } } = await runnerImport(join(app, "tooling/catalogue.ts"), { configFile: false, logLevel: "error", root: app });
const parsed = (text) => parse(text, { ignoreTag: true, captureLocation: false });
const all = languages.map((language) => [language, Object.fromEntries(Object.entries(allMessages(language)).map(([key, text]) => [key, parsed(text)]))]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(all))}\n`);
