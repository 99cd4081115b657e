import { describe, expect, it } from "vitest";
import { isAddressRange } from "../../src/agent/address_range.ts";
import type { AccessRulesView } from "../../src/agent/api.ts";
import { accessSentences, rulesOf, wrongIn, writtenOf } from "../../src/ui/view/access_rules.ts";
import { say, sentence } from "../../src/ui/view/sentence.ts";
import { speaker } from "./catalogue.ts";

const none: AccessRulesView = { ranges: [], factor: "any", idle: 900, absolute: 43_200, exportRefused: false, nativeOnly: false, certificate: false, may: true };

describe("ranges of addresses", () => {
  it("are what the server takes", () => {
    for (const range of ["192.0.2.0/24", "192.0.2.77/24", "0.0.0.0/0", "192.0.2.1", "255.255.255.255/032", "2001:db8::/32", "2001:DB8:0:7::/64", "::/0", "::",
      "1:2:3:4:5:6:7:8", "1::8/64", "::ffff:192.0.2.0/24", "::ffff:c000:201/32", "2001:db8:1:2:3:4:192.0.2.1/40"]) {
      expect([range, isAddressRange(range)]).toEqual([range, true]);
    }
    for (const range of ["", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/8x", "2001:db8::/65", "2001:db8::/129", "x/8",
      "192.0.2.0 /8", " 192.0.2.0", "192.0.2.01", "192.0.2.256", "1.2.3", "1.2.3.4.5", "1::2::3", ":1", ":::", "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "::1.2.3", "1.2.3.4::", "::1.2.3.4:1", "fe80::1%eth0", "192.0.2.0/24/24", "::ffff:192.0.2.0/33", "0:0:0:0:0:0:ffff:1/65"]) {
      expect([range, isAddressRange(range)]).toEqual([range, false]);
    }
  });
});

describe("access rules", () => {
  it("are said in plain words", () => {
    expect(accessSentences(none)).toEqual([
      sentence("rules.is.anywhere"), sentence("rules.is.factor_any"), sentence("rules.is.idle", { minutes: 15 }),
      sentence("rules.is.absolute", { hours: 12 }), sentence("rules.is.export"),
    ]);
    expect(accessSentences({ ...none, ranges: ["192.0.2.0/24"], certificate: true, nativeOnly: true, factor: "code", absolute: 1800, exportRefused: true })).toEqual([
      sentence("rules.is.from", { ranges: { list: ["192.0.2.0/24"] } }), sentence("rules.is.certificate"), sentence("rules.is.native"), sentence("rules.is.factor_code"),
      sentence("rules.is.idle", { minutes: 15 }), sentence("rules.is.absolute_minutes", { minutes: 30 }), sentence("rules.is.no_export"),
    ]);
  });

  it("have a sentence in both languages, whatever they are", () => {
    for (const factor of ["any", "code", "passkey"] as const) {
      for (const on of [true, false]) {
        const rules = { ...none, factor, exportRefused: on, nativeOnly: on, certificate: on, absolute: on ? 1800 : 3600, ranges: on ? ["192.0.2.0/24"] : [] };
        for (const language of ["en", "fr"] as const) {
          for (const one of accessSentences(rules)) expect(say(speaker(language), one)).toMatch(/\.$/u);
        }
      }
    }
  });

  it("come back as they were written, and what cannot be is named at its field", () => {
    const rules = { ranges: ["192.0.2.0/24", "2001:db8::/48"], factor: "code", idle: 300, absolute: 28_800, exportRefused: true } as const;
    expect(rulesOf(writtenOf({ ...rules, ranges: [...rules.ranges] }))).toEqual(rules);
    expect(rulesOf({ ...writtenOf(none), ranges: "192.0.2.0/24" })).toMatchObject({ ranges: [] }); // left behind a closed question
    expect(rulesOf({ ...writtenOf(none), from: "ranges", ranges: " 192.0.2.1,\n2001:db8::/48 ;" })).toMatchObject({ ranges: ["192.0.2.1", "2001:db8::/48"] });
    expect(wrongIn(writtenOf(none))).toEqual([]);
    expect(wrongIn({ ...writtenOf(none), from: "ranges", idle: "16", absolute: "0" }).map(({ id }) => id)).toEqual(["ranges", "idle", "absolute"]);
    expect(wrongIn({ ...writtenOf(none), idle: "1.5", absolute: "" }).map(({ id }) => id)).toEqual(["idle", "absolute"]);
  });
});
