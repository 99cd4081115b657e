"use strict";
// What a person waits for before signing in: the shipped page from a real server, over a slow and distant line, with nothing
// in the browser's cache; then once more, as on the second day.
//
// The line is ours, between browser and server, so that it also slows TLS handshakes and what workers fetch: so many bits a
// second for all connections together, and half the round trip each way. Interactive: the sign-in form takes what is typed
// and the trusted end has answered.
const { spawn, spawnSync } = require("node:child_process");
const { X509Certificate, createHash } = require("node:crypto");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { setTimeout: pause } = require("node:timers/promises");

const top = path.resolve(__dirname, "../..");
const tree = process.env.ROGATORY_BUILD_DIR ?? path.join(top, "build/release");
const programs = process.env.ROGATORY_BIN_DIR ?? path.join(tree, "bin");
const pages = process.env.ROGATORY_WEB_FOLDER ?? path.join(tree, "pages");

const freePort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** A line to `port`: its bits a second and its round trip; counts what came down it. */
async function slowLine(port, { bitsPerSecond, roundTrip }) {
  const free = { up: 0, down: 0 }; // when the line can take the next byte
  const line = { down: 0 };
  const carry = (from, to, way) => from.on("data", (piece) => {
    const now = Date.now();
    free[way] = Math.max(free[way], now) + (piece.length * 8000) / bitsPerSecond;
    if (way === "down") line.down += piece.length;
    setTimeout(() => to.writable && to.write(piece), free[way] - now + roundTrip / 2);
    from.pause();
    setTimeout(() => from.resume(), Math.max(0, free[way] - now)); // no more than the line holds is on its way
  }).on("end", () => setTimeout(() => to.end(), roundTrip)).on("error", () => to.destroy());
  const server = net.createServer((browser) => {
    // A connection is made by one round trip of its own.
    const peer = net.connect(port, "127.0.0.1");
    browser.pause();
    peer.on("connect", () => setTimeout(() => browser.resume(), roundTrip));
    carry(browser, peer, "up");
    carry(peer, browser, "down");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(line, { port: server.address().port, close: () => server.close() });
}

async function startServer(folder) {
  const [port, management] = [await freePort(), await freePort()];
  const data = path.join(folder, "data");
  const made = spawnSync(path.join(programs, "rogatoryd"), ["init", "--data", data, "--host", `localhost:${port}`, "--self-signed",
    "--admin-code-out", path.join(folder, "code"), "--sheet-out", path.join(folder, "sheet")], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
  const config = path.join(data, "rogatoryd.toml");
  const kept = fs.readFileSync(config, "utf8").split("\n").filter((text) => !/^(\[web\]|# folder|folder =)/.test(text)).join("\n");
  fs.writeFileSync(config, `${kept.replace("port = 8444", `port = ${management}`)}\n\n[web]\nfolder = "${pages}"\n`);
  const process_ = spawn(path.join(programs, "rogatoryd"), ["serve", "--config", config], { stdio: "ignore" });
  for (let turn = 0; turn < 200; turn += 1) {
    const ready = await fetch(`http://127.0.0.1:${management}/readyz`).then((reply) => reply.ok, () => false);
    if (ready) return { port, certificate: path.join(data, "server.pem"), stop: () => process_.kill("SIGTERM") };
    await pause(50);
  }
  process_.kill("SIGKILL");
  throw new Error("rogatoryd was not ready");
}

/** {first, again: {kilobytes, files, seconds}} of one browser without a cache. */
async function firstLoad(folder, launch, line) {
  if (!fs.existsSync(path.join(pages, "manifest.json"))) throw new Error(`no pages in ${pages}: cmake --build --preset release --target web_app`);
  const server = await startServer(fs.mkdtempSync(path.join(folder, "server-")));
  const slow = await slowLine(server.port, line);
  try {
    // A certificate that is merely put up with is not cached for: this one is known.
    const key = new X509Certificate(fs.readFileSync(server.certificate)).publicKey.export({ type: "spki", format: "der" });
    const context = await launch([`--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`]);
    const visits = {};
    let files = new Set();
    context.on("response", (response) => files.add(new URL(response.url()).pathname));
    for (const visit of ["first", "again"]) {
      const page = await context.newPage();
      files = new Set();
      const before = slow.down;
      const started = Date.now();
      await page.goto(`https://localhost:${slow.port}/sign-in`, { waitUntil: "commit", timeout: 180_000 });
      const field = page.locator("#user-name");
      await field.waitFor({ timeout: 180_000 });
      await field.fill("somebody");
      await page.waitForFunction(() => document.querySelector("#user-name").value === "somebody");
      const seconds = (Date.now() - started) / 1000;
      await page.waitForLoadState("networkidle");
      visits[visit] = { seconds, kilobytes: (slow.down - before) / 1000, files: files.size };
      await page.close();
    }
    await context.close();
    return visits;
  } finally {
    slow.close();
    server.stop();
  }
}

module.exports = { firstLoad };
