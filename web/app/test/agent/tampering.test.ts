// What a lying server or a lying author sends is refused with the native client's key, and no plain byte comes out.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { authorityOf, dossier, keyring, membership, own } from "../../src/agent/acting.ts";
import { openEntry, previewAttachment, saveAttachment } from "../../src/agent/get.ts";
import { showDossier } from "../../src/agent/inbox.ts";
import { receipts } from "../../src/agent/receipts.ts";
import { resolveAuthority } from "../../src/agent/recipients.ts";
import { addEntry, send } from "../../src/agent/send.ts";
import { synchronise } from "../../src/agent/synchronise.ts";
import type { Fetch } from "../../src/agent/calls.ts";
import type { AuthorityRef } from "../../src/model/ids.ts";
import { forge, withChunks, type Forgery } from "./support/forger.ts";
import { bytesOf, place, signInHere, sourceOf, unrestricted, type WebPerson } from "./support/people.ts";
import { hasBinaries, openBrowser, openWorld, type Started, type World } from "./support/world.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const rejected = async (run: Promise<unknown>): Promise<{ code: string; key: string }> =>
  run.then(() => ({ code: "", key: "nothing failed" }), (error) => ({ code: error.code, key: error.key ?? String(error) }));

describe.skipIf(!hasBinaries)("refused", () => {
  let world: World;
  let started: Started;
  let sen: WebPerson;
  let otp: WebPerson;
  let prosecutor: AuthorityRef;
  const document = bytesOf(200_000, 7);

  beforeAll(async () => {
    world = openWorld();
    started = await world.start();
    await world.do({ do: "cast", cast: "two_parties" });
    sen = await signInHere(world, started, "SEN1");
    otp = await signInHere(world, started, "OTP1");
    prosecutor = await resolveAuthority(sen.state, "X-OTP");
  }, 300_000);
  beforeEach(() => otp.browser.intercept(null));
  afterAll(() => world?.end(), 60_000);

  describe("what the server changes", () => {
    let chain: string;
    let attachment: string;
    let other: string;
    /** Every answer whose address says `what`, changed. */
    const changed = (what: RegExp, change: (bytes: Uint8Array, url: string) => Promise<Uint8Array> | Uint8Array): void =>
      otp.browser.intercept((next): Fetch => async (url, init) => {
        const reply = await next(url, init);
        if (!what.test(String(url)) || reply.status >= 300) return reply;
        const bytes = await change(new Uint8Array(await reply.arrayBuffer()), String(url));
        const headers = new Headers(reply.headers);
        if (headers.has("content-length")) headers.set("content-length", String(bytes.length));
        return new Response(bytes as Uint8Array<ArrayBuffer>, { status: reply.status, headers });
      });
    const flipped = (bytes: Uint8Array): Uint8Array => {
      const out = bytes.slice();
      out[out.length - 1]! ^= 1;
      return out;
    };
    const forget = async (): Promise<void> => {
      for (const name of await otp.browser.profile.placed("incoming")) await otp.browser.profile.removePlace(name);
    };
    const nothingSaved = async (key: string): Promise<void> => {
      const target = place();
      await forget();
      expect((await rejected(saveAttachment(otp.state, chain, 1, attachment, target.to))).key).toBe(key);
      expect([target.state(), target.bytes().length]).toEqual(["aborted", 0]);
      await forget();
      expect((await rejected(previewAttachment(otp.state, chain, 1, attachment))).key).toBe(key);
    };
    beforeAll(async () => {
      const order = {
        files: [sourceOf("pièce.bin", document)], to: ["X-OTP"], title: "T", message: "M", policy: unrestricted, together: false,
      };
      const [sent] = await send(sen.state, order);
      chain = sent!.chain;
      attachment = sent!.files[0]!.attachment;
      [other] = (await send(sen.state, { ...order, files: [] })).map((each) => each.chain) as [string];
    }, 300_000);

    it("a sealed body or grant", async () => {
      changed(/\/blobs\//, flipped);
      const refused = await rejected(openEntry(otp.state, chain, 1));
      expect(refused).toEqual({ code: "integrity", key: "blob.digest" });
      expect(await otp.browser.profile.list("evidence")).not.toEqual([]);
      // Nothing was said, and nothing is shown.
      expect(await receipts(sen.state, chain)).toEqual([]);
      expect((await showDossier(otp.state, chain)).entries[0]).toMatchObject({ opened: false, message: "" });
    });

    it("the grant of another dossier in the place of this one's", async () => {
      const theirs = (await otp.browser.environment.server.chain(other, 0, 1)).items[0]!.envelope;
      const payload = JSON.parse(Buffer.from(JSON.parse(theirs).payload, "base64").toString());
      const grant = payload.body.epoch.grants.find((line: { party: string }) => line.party === prosecutor.party).grant;
      const swapped = await otp.browser.environment.server.blob(other, grant);
      const mine = JSON.parse(Buffer.from(JSON.parse((await otp.browser.environment.server.chain(chain, 0, 1)).items[0]!.envelope)
        .payload, "base64").toString()).body.epoch.grants.find((line: { party: string }) => line.party === prosecutor.party).grant;
      changed(new RegExp(`/blobs/${mine}`), () => swapped);
      expect(await rejected(openEntry(otp.state, chain, 1))).toEqual({ code: "integrity", key: "blob.digest" });
    });

    it("a file: another byte, chunks in another order", async () => {
      otp.browser.intercept(null);
      expect(await openEntry(otp.state, chain, 1)).toMatchObject({ title: "T", message: "M", outcome: "ok" });
      changed(/\/attachments\//, flipped);
      await nothingSaved("attachment.digest");
      changed(/\/attachments\//, (bytes) => withChunks(bytes, ([a, b, ...rest]) => [b!, a!, ...rest]));
      await nothingSaved("attachment.digest");
    });

    it("a file cut short or made longer", async () => {
      changed(/\/attachments\//, (bytes) => withChunks(bytes, (chunks) => chunks.slice(0, -1)));
      await nothingSaved("attachment.truncated");
      changed(/\/attachments\//, (bytes) => Buffer.concat([bytes, Buffer.from("x")]));
      await nothingSaved("attachment.size");
    });

    it("a file that it keeps back, or says was withdrawn", async () => {
      for (const status of [404, 410]) {
        otp.browser.intercept((next): Fetch => async (url, init) => {
          if (!String(url).includes("/attachments/")) return next(url, init);
          const type = status === 410 ? "attachment.withdrawn" : "not_found";
          return new Response(JSON.stringify({ type: `urn:rogatory:problem:${type}`, title: type, status }), {
            status, headers: { "content-type": "application/problem+json" },
          });
        });
        await nothingSaved("attachment.withheld");
      }
      expect((await showDossier(otp.state, chain)).entries[0]?.attachments).toMatchObject([{ state: "withheld" }]);
    });

    it("statements that it keeps back", async () => {
      await addEntry(sen.state, { chain, files: [], title: "", message: "Suite" });
      otp.browser.intercept((next): Fetch => async (url, init) => {
        const reply = await next(url, init);
        if (!String(url).includes(`/chains/${chain}?`)) return reply;
        const page = await reply.json() as { head_seq: number; items: { seq: number }[] };
        const items = page.items.filter((item) => item.seq < 2);
        return new Response(JSON.stringify({ ...page, head_seq: 1, items }), { status: 200, headers: { "content-type": "application/json" } });
      });
      expect(await rejected(openEntry(otp.state, chain, 1))).toEqual({ code: "integrity", key: "dossier.incomplete" });
      expect(await showDossier(otp.state, chain)).toMatchObject({ state: "incomplete", warnings: ["incomplete"] });
      expect(await rejected(addEntry(otp.state, { chain, files: [], title: "", message: "x" })))
        .toMatchObject({ code: "integrity" });
    });

    it("and after all that the true file opens", async () => {
      otp.browser.intercept(null);
      const target = place();
      await saveAttachment(otp.state, chain, 1, attachment, target.to);
      expect([target.state(), sha256(target.bytes())]).toEqual(["closed", sha256(document)]);
    });
  });

  describe("what its author sealed wrongly", () => {
    const made = (forgery: Omit<Forgery, "to">) => forge(sen.state, { to: prosecutor, ...forgery });
    const said = async (chain: string): Promise<string[]> =>
      (await receipts(sen.state, chain)).filter((row) => row.authority.partyCode === "X-OTP").map((row) => row.kind);
    const unreadable = async (forgery: Omit<Forgery, "to">): Promise<void> => {
      const { chain, attachment } = await made({ plaintext: document, ...forgery });
      expect(await openEntry(otp.state, chain, 1)).toMatchObject({ outcome: "unreadable", opened: false, message: "", unread: false });
      expect(await said(chain)).toEqual(["fetched", "unreadable"]);
      const target = place();
      expect((await rejected(saveAttachment(otp.state, chain, 1, attachment, target.to))).key).toBe("entry.unreadable");
      expect([target.state(), target.bytes().length]).toEqual(["aborted", 0]);
    };
    const wrongFile = async (forgery: Omit<Forgery, "to">, key: string): Promise<void> => {
      const { chain, attachment } = await made({ plaintext: document, ...forgery });
      const target = place();
      expect(await rejected(saveAttachment(otp.state, chain, 1, attachment, target.to))).toEqual({ code: "integrity", key });
      expect([target.state(), target.bytes().length]).toEqual(["aborted", 0]);
      expect(await said(chain)).toEqual(["fetched", "unreadable"]);
      expect((await showDossier(otp.state, chain)).entries[0]).toMatchObject({ outcome: "unreadable" });
    };

    it("a grant that names another dossier, epoch or policy", async () => {
      await unreadable({ grant: (honest) => ({ ...honest, chain: "ab".repeat(32) }) });
      await unreadable({ grant: (honest) => ({ ...honest, epoch: 2 }) });
      await unreadable({ grant: (honest) => ({ ...honest, policy: "cd".repeat(32) }) });
    }, 300_000);

    it("a sealed body that speaks of another statement", async () => {
      await unreadable({ body: (honest) => ({ ...honest, nonce: "00".repeat(16) }) });
      await unreadable({ body: (honest) => ({ ...honest, files: [] }) });
      await unreadable({ body: (honest) => ({ ...honest, files: [{ ...honest.files[0]!, name: "autre.bin" }] }) });
    }, 300_000);

    it("a file whose chunks were reordered, dropped or repeated, though the digest is signed", async () => {
      await wrongFile({ ciphertext: (file) => withChunks(file, ([a, b, ...rest]) => [b!, a!, ...rest]) }, "attachment.does_not_open");
      await wrongFile({ ciphertext: (file) => withChunks(file, (chunks) => chunks.slice(0, -1)) }, "attachment.does_not_open");
      await wrongFile({ ciphertext: (file) => withChunks(file, (chunks) => [...chunks, chunks.at(-1)!]) }, "attachment.does_not_open");
    }, 300_000);

    it("a file that is not what its author said", async () => {
      await wrongFile({ file: (honest) => ({ ...honest, sha256: "ef".repeat(32) }) }, "attachment.not_as_described");
      await wrongFile({ file: (honest) => ({ ...honest, size: honest.size - 1 }) }, "attachment.not_as_described");
    }, 300_000);
  });

  it("a colleague's keyring that lacks a generation blames nobody who granted a key", async () => {
    const [sent] = await send(sen.state, {
      files: [sourceOf("pièce.bin", document)], to: ["X-OTP"], title: "T", message: "M", policy: unrestricted, together: false,
    });
    const { authority } = membership(otp.state);
    const whole = await keyring(otp.state);
    const digest = own(otp.state).keyring(authority)!;
    // As openKeyring gives it where somebody replaced the newest one by noise: an older one.
    otp.state.keyrings.set(authority, { digest, keyring: { ...whole, generations: [] } });
    expect(await openEntry(otp.state, sent!.chain, 1)).toMatchObject({ opened: false, problem: "keyring.incomplete" });
    const saving = saveAttachment(otp.state, sent!.chain, 1, sent!.files[0]!.attachment, place().to);
    expect((await rejected(saving)).code).toBe("integrity");
    expect((await receipts(sen.state, sent!.chain)).map(({ kind }) => kind)).toEqual(["fetched"]);
    otp.state.keyrings.set(authority, { digest, keyring: whole });
    expect(await openEntry(otp.state, sent!.chain, 1)).toMatchObject({ title: "T", outcome: "ok" });
  }, 300_000);

  it("a grant that the server keeps back blames nobody either", async () => {
    const [sent] = await send(sen.state, {
      files: [], to: ["X-OTP"], title: "T", message: "M", policy: unrestricted, together: false,
    });
    await synchronise(otp.state);
    const known = await dossier(otp.state, sent!.chain);
    const [grant] = known.replayed.grants(authorityOf(otp.state));
    otp.browser.intercept((next): Fetch => async (url, init) => (String(url).includes(`/blobs/${grant!.file}`)
      ? new Response(JSON.stringify({ type: "urn:rogatory:problem:not_found", title: "not_found", status: 404 }), {
          status: 404, headers: { "content-type": "application/problem+json" },
        })
      : next(url, init)));
    expect(await openEntry(otp.state, sent!.chain, 1)).toMatchObject({ opened: false });
    expect((await receipts(sen.state, sent!.chain)).map(({ kind }) => kind)).toEqual(["fetched"]);
  }, 300_000);

  it("nobody who has no grant opens anything", async () => {
    const { chain } = await forge(sen.state, { to: prosecutor });
    const stranger = await openBrowser(started);
    expect(await rejected(stranger.environment.server.chain(chain, 0, 10))).toMatchObject({ code: "unauthenticated" });
  });
});
