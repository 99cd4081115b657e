// A draft under a visa: where it may go, and what is missing; and a request as a draft's file, written and read back.
import { describe, expect, it } from "vitest";
import { parseRequestFile, requestFile } from "../../src/agent/request_draft.ts";
import type { DossierView, RequestOrder } from "../../src/agent/api";
import { emptyContent } from "../../src/model/request_content.ts";
import { filesFor, needsVisa } from "../../src/ui/view/kept_drafts.ts";

const label = (partyCode: string, authority: string) => ({ partyCode, authorityName: authority, foundedId: "", authority });
const [own, court, france] = [label("SEN", "crf"), label("X-OTP", "otp"), label("FRA", "crf-fr")];
const file = (change: Partial<DossierView>): DossierView =>
  ({ chain: "c", kind: "share", state: "open", draft: false, participants: [own, court], own, ...change }) as DossierView;

describe("a draft under a visa", () => {
  it("goes into files of exactly its recipients", () => {
    const draft = { to: [{ partyCode: "X-OTP", authority: "otp" }] };
    const kinds = (files: DossierView[]): string[] => filesFor(draft as never, files).map(({ kind }) => kind);
    expect(kinds([file({}), file({ kind: "request" })])).toEqual(["share", "request"]);
    expect(kinds([file({ participants: [own, court, france] }), file({ participants: [own, france] }), file({ state: "closed" }),
      file({ draft: true }), file({ kind: "library" }), file({ participants: [court, france] })])).toEqual([]);
    expect(filesFor({ to: [{ partyCode: "X-OTP" }, { partyCode: "FRA" }] } as never, [file({}), file({ participants: [own, court, france] })])).toHaveLength(1);
  });

  it("lacks one as what it would be sent", () => {
    const rule = (...acts: ("request" | "reply" | "share")[]) => ({ acts, awaits: false });
    const nobody = { approvedBy: [] };
    expect(needsVisa(rule("share"), nobody, undefined)).toBe(true);
    expect(needsVisa(rule("share"), nobody, "share")).toBe(true);
    expect(needsVisa(rule("share"), nobody, "request")).toBe(false);
    expect(needsVisa(rule("reply"), nobody, "request")).toBe(true);
    expect(needsVisa(rule("request"), nobody, "asks")).toBe(true);
    expect(needsVisa(rule("request"), nobody, undefined)).toBe(false);
    expect(needsVisa(rule("request", "reply", "share"), { approvedBy: ["CRF-10"] }, undefined)).toBe(false);
  });
});

describe("a request as a draft's file", () => {
  const order: RequestOrder = {
    form: {
      title: "Navire", unconfirmed: true, due: 1_900_000_000,
      routing: { reference: "SEN/1", nature: "judicial_assistance", kinds: ["tracing"], urgency: "urgent", language: "fr" } as never,
      content: { ...emptyContent(), blocks: { facts: "Du bois." } as never, lawReason: "Urgent." },
    },
    to: "FRA/CRF", with: [], offPlatform: false, confidential: true, message: "", files: [],
    policy: { onward: "own_party", caveats: [], handling: [], words: "" }, lawElements: ["date of the order"],
  };
  const bytesOf = async (one: RequestOrder): Promise<Uint8Array> => new Uint8Array(await requestFile(one).file.arrayBuffer());

  it("comes back as it was", async () => {
    const { form, offPlatform, confidential, lawElements } = order;
    const back = parseRequestFile(await bytesOf(order));
    expect(back).toMatchObject({ offPlatform, confidential, lawElements });
    expect(back.form).toMatchObject({ title: form.title, due: form.due, unconfirmed: true, routing: form.routing });
    expect(back.form.content).toMatchObject({ blocks: { facts: "Du bois." }, lawReason: "Urgent." });
  });

  it("is refused where it is none", async () => {
    const text = new TextDecoder().decode(await bytesOf(order));
    for (const wrong of ["", "{}", ` ${text}`, text.replace('"v":1', '"v":2'), text.replace('"tracing"', '"trawling"'), text.replace('"due":1900000000', '"due":"x"'),
      text.replace('"confidential":true', '"confidential":1')]) {
      expect(() => parseRequestFile(new TextEncoder().encode(wrong)), wrong).toThrow("draft.request_malformed");
    }
  });
});
