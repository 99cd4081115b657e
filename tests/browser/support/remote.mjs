// A browser for tests written in Python: reads one JSON line a request, {id, code, args}, runs `code` as the body of an
// async function with (page, context, args, tools), and answers {id, value} or {id, error}. It keeps what the page wrote
// to its console, what its policy refused, and what it downloaded.
import { createInterface } from "node:readline";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder, chromium } from "./playwright.mjs";

// Whoever sits there lets the page use the camera.
const { ROGATORY_BROWSER_CAMERA: film } = process.env;
const camera = film ? ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${film}`] : [];
const launch = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    // Beside ignoreHTTPSErrors, by which alone each request that meets the certificate is begun again, and some too often (ERR_TOO_MANY_RETRIES).
    "--ignore-certificate-errors", ...camera],
};
const browser = await chromium.launch(launch);
const people = new Map();
const profiles = [];

// A refused request is logged by the browser itself, whatever the page makes of it.
const ordinary = /^Failed to load resource: (the server responded with a status of (4\d\d|503)|net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED|CONNECTION))/;

/** A browser's own private window has its storage in memory, and little of it: `onDisk` is a profile as people have one. */
async function contextOf({ onDisk, ...options }) {
  const all = { ignoreHTTPSErrors: true, acceptDownloads: true, viewport: { width: 1280, height: 900 }, ...options };
  if (!onDisk) return browser.newContext(all);
  const folder = await mkdtemp(join(tmpdir(), "rogatory-profile-"));
  const context = await chromium.launchPersistentContext(folder, { ...launch, ...all });
  profiles.push({ context, folder });
  return context;
}

async function person(name, options) {
  const context = await contextOf(options);
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !ordinary.test(message.text())) troubles.push(`${message.type()}: ${message.text().slice(0, 400)}`);
  });
  page.on("pageerror", (error) => troubles.push(`exception: ${error.message}`));
  // However busy the machine: only what hangs takes longer.
  context.setDefaultTimeout(90_000);
  context.setDefaultNavigationTimeout(90_000);
  await context.addInitScript(() => {
    globalThis.readingFiles = 0;
    for (const name of ["text", "arrayBuffer"]) {
      const read = Blob.prototype[name];
      Blob.prototype[name] = function () {
        globalThis.readingFiles += 1;
        return read.call(this).finally(() => { globalThis.readingFiles -= 1; });
      };
    }
    document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  if (process.env.ROGATORY_BROWSER_TALK) {
    page.on("response", (response) => console.error(`${response.status()} ${response.request().method()} ${response.url()}`));
    context.on("requestfailed", (request) => console.error(`failed ${request.method()} ${request.url()} ${request.failure()?.errorText}`));
  }
  const downloads = [];
  const folder = await mkdtemp(join(tmpdir(), "rogatory-downloads-"));
  page.on("download", (download) => {
    const path = join(folder, `${downloads.length}-${download.suggestedFilename().replaceAll("/", "_")}`);
    downloads.push(download.saveAs(path).then(() => ({ name: download.suggestedFilename(), path })));
  });
  people.set(name, { context, page, troubles, downloads });
}

const violations = async (builder) => (await builder.analyze()).violations
  .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
const tools = {
  axe: (page) => violations(new AxeBuilder({ page })),
  contrast: (page) => violations(new AxeBuilder({ page }).withRules(["color-contrast"])),
};

/** A text in the reader's language comes as a regular expression (wording.py). */
const revived = (one) => (one !== null && typeof one === "object" && "regex" in one ? new RegExp(one.regex, one.flags) : one);

for await (const line of createInterface({ input: process.stdin })) {
  const { id, who, code, args, open } = JSON.parse(line);
  let reply;
  try {
    if (open !== undefined) {
      await person(who, open);
      reply = { id, value: null };
    } else {
      const { context, page, troubles, downloads } = people.get(who);
      const run = new Function("page", "context", "args", "tools", "troubles", "downloads", `return (async () => { ${code} })();`);
      reply = { id, value: (await run(page, context, args.map(revived), tools, troubles, downloads)) ?? null };
    }
  } catch (error) {
    reply = { id, error: String(error?.message ?? error).slice(0, 3000) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
for (const { context, folder } of profiles) {
  await context.close();
  await rm(folder, { recursive: true, force: true });
}
await browser.close();
