// Protocol §7 on the real server, over a slow line: an upload outlives the session that began it, three times, a reload
// and a cut; what was ordered is signed once the person is back. And its ticket is good for nothing else.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AgentApi, Carrying, Notice } from "../../src/agent/api.ts";
import type { Fetch } from "../../src/agent/calls.ts";
import { carriedFile, decodeCarried, type Carried } from "../../src/agent/carriage.ts";
import { makeHost, type Host } from "../../src/agent/host.ts";
import { browserLikeFetch } from "./support/fetch.ts";
import { bytesOf, ownParty, sourceOf } from "./support/people.ts";
import { slowLine, type SlowLine } from "./support/slow_line.ts";
import {
  hasBinaries, items, openBrowser, openWorld, totpCode, totpUsedElsewhere, type Browser, type Facts, type Started, type World,
} from "./support/world.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const mebibyte = 1024 * 1024;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(!hasBinaries)("an upload over a slow line", () => {
  const size = 64 * mebibyte;
  let world: World;
  let started: Started;
  let folder: string;
  let facts: Facts;
  let browser: Browser;
  let line: SlowLine;
  let host: Host;
  let api: AgentApi;
  let shown: (Carrying | null)[];
  const notices: Notice[] = [];
  const locked: string[] = [];
  const patches: number[] = [];

  const signIn = async (): Promise<void> => {
    for (let attempt = 0; ; ++attempt) {
      try {
        const code = await totpCode(facts.totp);
        return (await api.account()) === null
          ? await api.takeUpDevice({ kit: facts.kit, passphrase: facts.passphrase, totp: code })
          : await api.unlock(facts.passphrase, code);
      } catch (error) {
        if ((error as { key?: string }).key !== "sign_in.refused" || attempt === 3) throw error;
      }
    }
  };
  const newHost = (): void => {
    host?.stop();
    const { observer: _, ...rest } = browser.environment;
    host = makeHost({ world: rest, tell: (event, ...values) => {
      if (event === "notice") notices.push(values[0] as Notice);
      if (event === "locked") locked.push(String(values[0]));
    } });
    api = host.api;
  };
  const carried = async (): Promise<Carried[]> => Promise.all((await browser.environment.carriage.handed())
    .map(async (id) => decodeCarried((await browser.profile.loadWrapped(carriedFile(id)))!)));
  const offset = async (): Promise<number> => {
    const [one] = (await carried()).sort((a, b) => b.total - a.total);
    return browser.environment.server.uploadOffset(one!.ticket);
  };
  /** The server ends it, and the page hears of it at its next question. */
  const endSession = async (): Promise<void> => {
    const mine = (await api.sessions()).find(({ current }) => current)!;
    await browser.environment.server.endSession(mine.id);
    await expect(api.sessions()).rejects.toMatchObject({ code: "unauthenticated" });
    expect(locked.at(-1)).toBe("session_ended");
  };
  /** Bytes reach the server while nobody has a session. */
  const movesOn = async (): Promise<number> => {
    const before = await offset();
    for (let turn = 0; turn < 300; ++turn) {
      const now = await offset();
      if (now > before) return now;
      await pause(200);
    }
    throw new Error(`nothing moved beyond ${before}: ${JSON.stringify([patches, shown.at(-1), line.up])}`);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rogatory-web-slow-"));
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
    facts = await world.facts("SEN1");
    totpUsedElsewhere(facts.totp);
    browser = await openBrowser(started);
    shown = browser.carried;
    browser.environment.clock.pause = (milliseconds) => pause(Math.min(milliseconds, 500));
    line = await slowLine(Number(new URL(started.url).port), 200_000);
    browser.intercept((next): Fetch => async (url, init) => {
      if (init.method === "PATCH") {
        expect(init.credentials).toBe("omit");
        patches.push(Number(new Headers(init.headers).get("Upload-Offset")));
      }
      return next(url, init);
    });
    newHost();
    await signIn();
    await api.synchronise();
  }, 300_000);
  afterAll(async () => {
    host?.stop();
    line?.close();
    await world?.end();
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);

  it("of 64 MiB outlives three sessions, a reload and a cut, and is signed once its sender is back", async () => {
    const small = bytesOf(300_000, 9);
    const large = bytesOf(size, 8);
    const received = async (): Promise<number> => items(await world.run("OTP1", "dossier", "list")).length;
    const before = await received();
    browser.line.port = line.port;
    const sending = api.send({
      files: [sourceOf("grand.bin", large), sourceOf("petit.bin", small)], to: ["X-OTP"], title: "Lente", message: "Texte",
      policy: ownParty, together: false,
    }).then(() => "sent", (error: { key: string }) => error.key);
    // Both are sealed before the first is up: nothing of what follows needs the person's keys.
    for (let turn = 0; (await carried()).length < 2; ++turn) {
      if (turn > 600) throw new Error("never sealed");
      await pause(100);
    }

    await endSession();
    expect(await sending).toBe("transfer.cancelled");
    expect(await movesOn()).toBeGreaterThan(0);
    await signIn();
    for (let turn = 0; (await api.drafts())[0]?.underWay !== true; ++turn) {
      if (turn > 100) throw new Error("not taken up");
      await pause(100);
    }
    expect((await api.drafts())[0]).toMatchObject({ stage: "uploading", missing: [] });

    await endSession();
    line.cut();
    line.off = true;
    await pause(1500);
    line.off = false;
    await movesOn();
    // The page goes, and with it its carrier; the next one begins from what lies in the browser, before anybody unlocks.
    browser.reopen();
    newHost();
    await movesOn();
    expect(shown.at(-1)).toMatchObject({ files: 2, total: (await carried()).reduce((sum, { total }) => sum + total, 0) });
    await signIn();

    await endSession();
    const reached = await movesOn();
    expect(reached).toBeLessThan(size);
    line.bytesPerSecond = 50_000_000;
    for (let turn = 0; shown.at(-1)?.left !== 0; ++turn) {
      if (turn > 1200) throw new Error(`not whole: ${JSON.stringify(shown.at(-1))}`);
      await pause(100);
    }
    // Whole, and nothing is signed for somebody who is not there.
    expect(await received()).toBe(before);
    expect(await browser.profile.list("drafts/plan")).toHaveLength(1);

    await signIn();
    for (let turn = 0; !notices.some(({ key }) => key === "carrying.sent"); ++turn) {
      if (turn > 600) throw new Error(`never sent: ${JSON.stringify(notices)}`);
      await pause(100);
    }
    expect(locked).toEqual(["session_ended", "session_ended", "session_ended"]);
    expect(await api.drafts()).toEqual([]);
    expect(await browser.profile.placed("outgoing")).toEqual([]);
    expect(await browser.environment.carriage.handed()).toEqual([]);
    const [view] = (await api.dossiers()).sort((a, b) => b.openedAt - a.openedAt);
    const out = mkdtempSync(join(folder, "got-"));
    await world.run("OTP1", "get", view!.chain, "1", "--out", out, "--yes");
    expect(sha256(readFileSync(join(out, "grand.bin")))).toBe(sha256(large));
    expect(sha256(readFileSync(join(out, "petit.bin")))).toBe(sha256(small));
    // It went on from where it was: nothing was sent from the beginning again.
    expect(patches.filter((at) => at === 0).length).toBeLessThanOrEqual(3);
  }, 600_000);

  it("its ticket is good for one upload's bytes and nothing else", async () => {
    browser.line.port = line.port;
    line.bytesPerSecond = 200_000;
    const two = [1, 2].map((seed) => sourceOf(`${seed}.bin`, bytesOf(3 * mebibyte, seed)));
    const sending = api.send({ files: two, to: ["X-OTP"], title: "Tickets", message: "", policy: ownParty, together: false })
      .catch((error: { key: string }) => error.key);
    for (let turn = 0; (await carried()).length < 2; ++turn) await pause(100);
    const [one, other] = await carried();
    // Somebody who has the ticket alone: no cookie of the session.
    const stranger = browserLikeFetch(started.url, started.certificate);
    const ask = async (method: string, path: string, more: Record<string, string> = {}, body?: string): Promise<number> => {
      const headers = { Authorization: `Bearer ${one!.ticket.ticket}`, "Rogatory-Client": "web", "Tus-Resumable": "1.0.0", ...more };
      return (await stranger(started.url + path, { method, headers, ...(body === undefined ? {} : { body }) })).status;
    };
    expect(await ask("HEAD", one!.ticket.location)).toBe(200);
    const bytes = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0" };
    expect(await ask("HEAD", other!.ticket.location)).toBe(404);
    expect(await ask("PATCH", other!.ticket.location, bytes, "x")).toBe(404);
    expect(await ask("DELETE", other!.ticket.location)).toBe(404);
    const ids = await browser.environment.carriage.handed();
    const chain = (await api.drafts())[0]!.chain;
    for (const path of ["/api/v1/me", "/api/v1/me/bundle", "/api/v1/me/sessions", "/api/v1/dossiers", `/api/v1/chains/${chain}`,
      `/api/v1/chains/${chain}/attachments/${ids[0]}`, "/api/v1/parties", "/api/v1/admin/sessions"]) {
      expect([path, [401, 403, 404].includes(await ask("GET", path))]).toEqual([path, true]);
    }
    const json = { "Content-Type": "application/json" };
    expect(await ask("POST", "/api/v1/statements", json, "{}")).toBe(401);
    expect(await ask("POST", "/api/v1/uploads", {
      "Upload-Length": "10", "Upload-Metadata": "chain eA==,attachment eA==,authority eA==",
    })).toBe(401);
    line.bytesPerSecond = 50_000_000;
    expect(await sending).toMatchObject([{ files: [{ name: "1.bin" }, { name: "2.bin" }] }]);
  }, 300_000);
});
