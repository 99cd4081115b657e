// What is cut in the middle goes on, with the same bytes; what changed underneath is asked about. Real server.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dropDraft, drafts, resumeDraft } from "../../src/agent/drafts.ts";
import { openEntry, previewAttachment, saveAttachment } from "../../src/agent/get.ts";
import { dossiers, showDossier } from "../../src/agent/inbox.ts";
import { addEntry, send } from "../../src/agent/send.ts";
import type { Fetch } from "../../src/agent/calls.ts";
import type { AgentApi, Notice, SendOrder, Sent } from "../../src/agent/api.ts";
import { makeHost, type Host } from "../../src/agent/host.ts";
import { bytesOf, ownParty, place, reload, signInHere, sourceOf, type WebPerson } from "./support/people.ts";
import {
  hasBinaries, openBrowser, openWorld, totpCode, totpUsedElsewhere, type Browser, type Started, type World,
} from "./support/world.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const rejected = async (run: Promise<unknown>): Promise<{ code: string; key: string }> =>
  run.then(() => ({ code: "", key: "nothing failed" }), (error) => ({ code: error.code, key: error.key ?? String(error) }));
const isPatch = (init: RequestInit): boolean => init.method === "PATCH";
const isAppend = (url: string, init: RequestInit): boolean => init.method === "POST" && url.endsWith("/api/v1/statements");
const noLine = (): never => {
  throw new TypeError("the line is cut");
};

describe.skipIf(!hasBinaries)("interruptions", () => {
  let world: World;
  let started: Started;
  let folder: string;
  let sen: WebPerson;
  const large = bytesOf(9 * 1024 * 1024 + 5, 3);
  const order = (more: Partial<SendOrder> = {}): SendOrder => ({
    files: [sourceOf("grand.bin", large)], to: ["X-OTP"], title: "Titre", message: "Texte", policy: ownParty, together: false, ...more,
  });
  const nativeHas = async (chain: string, seq: number, name: string, bytes: Uint8Array): Promise<void> => {
    const out = mkdtempSync(join(folder, "got-"));
    await world.run("OTP1", "get", chain, String(seq), "--out", out, "--yes");
    expect(sha256(readFileSync(join(out, name)))).toBe(sha256(bytes));
  };
  const cut = (which: (url: string, init: RequestInit, nth: number) => boolean): void => {
    const counted = { patch: 0 };
    sen.browser.intercept((next): Fetch => async (url, init) => {
      if (isPatch(init)) ++counted.patch;
      return which(String(url), init, counted.patch) ? noLine() : next(url, init);
    });
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rogatory-web-files-"));
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
    sen = await signInHere(world, started, "SEN2");
    // Nobody waits in a test for a line to come back.
    sen.browser.environment.clock.pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 20)));
  }, 300_000);
  beforeEach(() => {
    sen.browser.intercept(null);
    sen.browser.answers.confirm = true;
    sen.browser.notices.length = 0;
  });
  afterAll(async () => {
    await world?.end();
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);

  it("an upload goes on after a reload from the byte the server has, with the same ciphertext", async () => {
    cut((_, init, nth) => isPatch(init) && nth > 1);
    expect(await rejected(send(sen.state, order()))).toEqual({ code: "unavailable", key: "upload.incomplete" });
    const [draft] = await drafts(sen.state);
    expect(draft).toMatchObject({ stage: "uploading", to: ["X-OTP/Office of the Prosecutor"] });
    const [staged] = await sen.browser.profile.placed("outgoing");
    const before = new Uint8Array((await sen.browser.profile.place(staged!)).size());
    (await sen.browser.profile.place(staged!)).readAt(0, before);

    await reload(sen);
    const offsets: number[] = [];
    const sentBytes: Uint8Array[] = [];
    sen.browser.intercept((next): Fetch => async (url, init) => {
      if (isPatch(init)) {
        offsets.push(Number(new Headers(init.headers).get("Upload-Offset")));
        sentBytes.push(new Uint8Array(await new Response(init.body).arrayBuffer()));
      }
      return next(url, init);
    });
    const sent = await resumeDraft(sen.state, draft!.name);
    expect(offsets[0]).toBe(1024 * 1024);
    // In as many pieces as it took, each what lay there before the reload.
    for (const [i, piece] of sentBytes.entries()) {
      expect(Buffer.from(piece).equals(before.subarray(offsets[i], offsets[i]! + piece.length))).toBe(true);
    }
    expect(offsets.at(-1)! + sentBytes.at(-1)!.length).toBe(before.length);
    expect(await drafts(sen.state)).toEqual([]);
    expect(await sen.browser.profile.placed("outgoing")).toEqual([]);
    await nativeHas(sent.chain, sent.seq, "grand.bin", large);
  }, 300_000);

  it("what is sent again goes on with the draft, and never twice", async () => {
    cut((_, init, nth) => isPatch(init) && nth > 1);
    await rejected(send(sen.state, order({ title: "Deux fois" })));
    const [draft] = await drafts(sen.state);
    sen.browser.intercept(null);
    await reload(sen);
    const [sent] = await send(sen.state, order({ title: "Deux fois" }));
    expect(sent!.chain).toBe(draft!.chain);
    expect(await drafts(sen.state)).toEqual([]);
  }, 300_000);

  it("a page that went away before it sealed asks for the file again", async () => {
    cut((url) => url.endsWith("/api/v1/uploads"));
    const second = sourceOf("second.bin", bytesOf(100, 4));
    await rejected(send(sen.state, order({ files: [sourceOf("premier.bin", large), second] })));
    await reload(sen);
    sen.browser.intercept(null);
    const [draft] = await drafts(sen.state);
    expect(draft).toMatchObject({ stage: "sealing" });
    expect(await rejected(resumeDraft(sen.state, draft!.name))).toEqual({ code: "invalid_input", key: "draft.files_needed" });
    const sent = await resumeDraft(sen.state, draft!.name, [second]);
    expect(sent.files.map((file) => file.name)).toEqual(["premier.bin", "second.bin"]);
    await nativeHas(sent.chain, sent.seq, "second.bin", bytesOf(100, 4));
  }, 300_000);

  it("an append whose answer is lost is settled by the same bytes", async () => {
    const bodies: string[] = [];
    sen.browser.intercept((next): Fetch => async (url, init) => {
      if (!isAppend(String(url), init)) return next(url, init);
      bodies.push(await new Response(init.body).text());
      await next(url, { ...init, body: bodies.at(-1)! });
      return noLine();
    });
    const refused = await rejected(send(sen.state, order({ files: [], title: "Réponse perdue" })));
    expect(refused).toEqual({ code: "unavailable", key: "append.unsettled" });
    expect(new Set(bodies).size).toBe(1);
    const [draft] = await drafts(sen.state);
    sen.browser.intercept(null);
    await reload(sen);
    const sent = await resumeDraft(sen.state, draft!.name);
    expect(sent).toMatchObject({ seq: 1, chain: draft!.chain });
    expect((await showDossier(sen.state, sent.chain)).entries).toHaveLength(1);
    expect(await sen.browser.profile.list("drafts/signed")).toEqual([]);
  }, 300_000);

  it("a draft is dropped with its ciphertext, unless it already stands", async () => {
    cut((_, init) => isPatch(init));
    await rejected(send(sen.state, order({ title: "Abandonné" })));
    sen.browser.intercept(null);
    const [draft] = await drafts(sen.state);
    await dropDraft(sen.state, draft!.name);
    expect(await drafts(sen.state)).toEqual([]);
    expect(await sen.browser.profile.placed("outgoing")).toEqual([]);
    expect(await rejected(dropDraft(sen.state, draft!.name))).toEqual({ code: "not_found", key: "draft.unknown" });
  }, 300_000);

  it("a plan lies in the profile under seal", async () => {
    cut((_, init) => isPatch(init));
    await rejected(send(sen.state, order({ title: "Secret-Titel-0815", message: "Secret-Text-0815" })));
    sen.browser.intercept(null);
    for (const name of await sen.browser.profile.list("drafts/plan")) {
      const text = Buffer.from((await sen.browser.profile.load(name))!).toString("latin1");
      expect(text.startsWith("age-encryption.org/v1")).toBe(true);
      expect(text).not.toContain("0815");
    }
    for (const { name } of await drafts(sen.state)) await dropDraft(sen.state, name);
  }, 300_000);

  describe("a file that changed while one was sending", () => {
    let chain: string;
    beforeAll(async () => {
      const [sent] = await send(sen.state, order({ files: [], title: "Base" }));
      chain = sent!.chain;
    }, 300_000);
    /** A further entry whose upload is cut, and then what the opener's colleague does. */
    const interrupted = async (...act: string[]): Promise<string> => {
      cut((_, init, nth) => isPatch(init) && nth > 1);
      await rejected(addEntry(sen.state, { chain, files: [sourceOf("suite.bin", large)], title: "", message: act.join(" ") }));
      sen.browser.intercept(null);
      await world.run("SEN1", ...act);
      return (await drafts(sen.state))[0]!.name;
    };

    it("asks the person, and sends nothing when he says no", async () => {
      const draft = await interrupted("policy", "set", chain, "--onward", "participants_only", "--yes");
      sen.browser.answers.confirm = false;
      expect(await rejected(resumeDraft(sen.state, draft))).toEqual({ code: "conflict", key: "entry.basis_changed" });
      expect(sen.browser.notices.map((notice) => notice.key)).toEqual(expect.arrayContaining(["change.policy"]));
      expect((await showDossier(sen.state, chain)).entries).toHaveLength(1);
    }, 300_000);

    it("seals to the new epoch when he says yes, from what the page had staged", async () => {
      const [draft] = await drafts(sen.state);
      const [old] = await sen.browser.profile.placed("outgoing");
      await reload(sen);
      const sent = await resumeDraft(sen.state, draft!.name);
      const view = await showDossier(sen.state, chain);
      expect(view.entries.at(-1)).toMatchObject({ seq: sent.seq, epoch: 2 });
      expect(await sen.browser.profile.placed("outgoing")).not.toContain(old);
      await nativeHas(chain, sent.seq, "suite.bin", large);
    }, 300_000);
  });

  it("a download goes on from the byte it has", async () => {
    const [sent] = await send(sen.state, order({ title: "À relire" }));
    const { attachments } = await openEntry(sen.state, sent!.chain, 1);
    const ranges: string[] = [];
    let cuts = 1;
    sen.browser.intercept((next): Fetch => async (url, init) => {
      const reply = await next(url, init);
      if (!String(url).includes("/attachments/")) return reply;
      ranges.push(new Headers(init.headers).get("Range") ?? "");
      if (cuts-- <= 0 || reply.body === null) return reply;
      let given = 0;
      const half = reply.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
        transform: (bytes, controller) => {
          given += bytes.length;
          controller.enqueue(bytes);
          if (given > 3 * 1024 * 1024) controller.error(new TypeError("the line is cut"));
        },
      }));
      return new Response(half, { status: reply.status, headers: reply.headers });
    });
    const target = place();
    await saveAttachment(sen.state, sent!.chain, 1, attachments[0]!.attachment, target.to);
    expect(sha256(target.bytes())).toBe(sha256(large));
    expect(ranges[0]).toBe("");
    expect(Number(/bytes=(\d+)-/.exec(ranges[1] ?? "")?.[1])).toBeGreaterThan(1024 * 1024);
  }, 300_000);

  it("ciphertext that was only shown is kept for a while, and gone with the session", async () => {
    const [sent] = await send(sen.state, order({ title: "Aperçu" }));
    const { attachments } = await openEntry(sen.state, sent!.chain, 1);
    const shown = await previewAttachment(sen.state, sent!.chain, 1, attachments[0]!.attachment);
    expect(sha256(shown.bytes)).toBe(sha256(large));
    await dossiers(sen.state);
    expect(await sen.browser.profile.placed("incoming")).toHaveLength(1);
    // One that was cut stays; one that is whole, and one whose draft is gone, do not.
    const orphan = await sen.browser.profile.place(`outgoing/${"0".repeat(32)}.age`);
    orphan.writeAt(0, new Uint8Array(10));
    orphan.close();
    await reload(sen);
    await dossiers(sen.state);
    expect(await sen.browser.profile.placed("incoming")).toEqual([]);
    expect(await sen.browser.profile.placed("outgoing")).toEqual([]);
  });

  it("a person stops a transfer, and goes on later", async () => {
    const observer = sen.browser.environment.observer;
    const cancelled = observer.cancelled;
    observer.cancelled = () => true;
    try {
      const key = (await rejected(send(sen.state, order({ title: "Arrêté" })))).key;
      expect(["transfer.cancelled", "upload.incomplete"]).toContain(key);
    } finally {
      observer.cancelled = cancelled;
    }
    const [sent] = await send(sen.state, order({ title: "Arrêté" }));
    await nativeHas(sent!.chain, 1, "grand.bin", large);
  }, 300_000);

  describe("while a transmission goes on", () => {
    let host: Host;
    let api: AgentApi;
    let browser: Browser;
    let chain: string;
    let sending: Promise<Sent[]>;
    let goOn: () => void;
    const listeners = new Set<(notice: Notice) => void>();
    const locks = new Set<(why: unknown) => void>();
    const heard = (which: (notice: Notice) => boolean): Promise<Notice> => new Promise((resolve) => {
      listeners.add((notice) => which(notice) && resolve(notice));
    });
    const hold = (): Promise<void> => {
      let reached: () => void;
      const isReached = new Promise<void>((resolve) => { reached = resolve; });
      const gate = new Promise<void>((resolve) => { goOn = resolve; });
      browser.intercept((next): Fetch => async (url, init) => {
        if (isPatch(init)) {
          reached();
          await gate;
        }
        return next(url, init);
      });
      return isReached;
    };
    const signedIn = async (): Promise<void> => {
      const facts = await world.facts("SEN1");
      totpUsedElsewhere(facts.totp);
      for (let attempt = 0; ; ++attempt) {
        try {
          const known = await api.account();
          const order = { kit: facts.kit, passphrase: facts.passphrase, totp: await totpCode(facts.totp) };
          return known === null ? await api.takeUpDevice(order) : await api.signIn(order);
        } catch (error) {
          if ((error as { key?: string }).key !== "sign_in.refused" || attempt === 3) throw error;
        }
      }
    };
    beforeAll(async () => {
      browser = await openBrowser(started);
      const { observer: _, ...rest } = browser.environment;
      host = makeHost({ world: rest, tell: (event, ...values) => {
        if (event === "locked") locks.forEach((tell) => tell(values[0]));
        if (event === "notice") listeners.forEach((listen) => listen(values[0] as Notice));
      } });
      api = host.api;
      await signedIn();
      [{ chain }] = (await api.send(order({ files: [], title: "Avant" }))) as [Sent];
    }, 300_000);
    afterAll(() => host?.stop());

    it("the screens read on, and its draft is left alone", async () => {
      const held = hold();
      sending = api.send(order({ title: "Longue" }));
      await held;
      expect((await api.dossiers()).some((each) => each.chain === chain)).toBe(true);
      expect(await api.openEntry(chain, 1)).toMatchObject({ title: "Avant" });
      await api.addEntry({ chain, files: [], title: "", message: "Entre-temps." });
      const [draft] = await api.drafts();
      expect(draft).toMatchObject({ stage: "uploading" });
      expect(await rejected(api.dropDraft(draft!.name))).toEqual({ code: "conflict", key: "draft.under_way" });
      expect(await rejected(api.resumeDraft(draft!.name))).toEqual({ code: "conflict", key: "draft.under_way" });
      expect(await rejected(api.send(order({ title: "Longue" })))).toEqual({ code: "conflict", key: "draft.under_way" });
      goOn();
      const [sent] = await sending;
      await nativeHas(sent!.chain, 1, "grand.bin", large);
      expect(await api.drafts()).toEqual([]);
    }, 300_000);

    it("locking leaves its bytes going up, nothing is signed for whoever is gone, and it is sent when he is back", async () => {
      const held = hold();
      sending = api.send(order({ title: "Verrouillée" }));
      const outcome = rejected(sending);
      await held;
      await api.lock();
      goOn();
      expect((await outcome).code).toBe("unavailable");
      expect(await rejected(api.drafts())).toMatchObject({ code: "unauthenticated" });
      const notice = heard(({ key }) => key === "carrying.sent");
      await signedIn();
      expect(await notice).toMatchObject({ arguments: { to: "X-OTP/Office of the Prosecutor" } });
      expect(await api.drafts()).toEqual([]);
      expect(await browser.environment.carriage.handed()).toEqual([]);
      const views = await api.dossiers();
      await nativeHas(views.sort((a, b) => b.openedAt - a.openedAt)[0]!.chain, 1, "grand.bin", large);
    }, 300_000);

    it("nobody's keys stay for it: the lock comes when nobody is there, and it is sent all the same", async () => {
      const held = hold();
      const outcome = rejected(api.send(order({ title: "Abandonnée" })));
      await held;
      const { clock } = browser.environment;
      const wall = clock.wall;
      const away = new Promise((resolve) => locks.add(resolve));
      clock.wall = () => wall() + 16 * 60;
      expect(await away).toBe("idle");
      clock.wall = wall;
      expect(await outcome).toEqual({ code: "unavailable", key: "transfer.cancelled" });
      goOn();
      const notice = heard(({ key }) => key === "carrying.sent");
      await signedIn();
      await notice;
      expect(await api.drafts()).toEqual([]);
    }, 300_000);

    it("what a person stopped is not taken up again without him", async () => {
      const held = hold();
      const outcome = rejected(api.send(order({ title: "Arrêtée" })));
      await held;
      await api.cancelTransfer();
      expect(await outcome).toEqual({ code: "unavailable", key: "transfer.cancelled" });
      goOn();
      expect(await browser.environment.carriage.handed()).toEqual([]);
      await api.lock();
      await signedIn();
      const [draft] = await api.drafts();
      expect(draft).toMatchObject({ stage: "uploading", underWay: false, missing: [] });
      await nativeHas((await api.resumeDraft(draft!.name)).chain, 1, "grand.bin", large);
    }, 300_000);
  });
});
