import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dossierBadge, generalObstacle, type Standing } from "../../src/ui/view/badge";
import { failureOf } from "../../src/ui/view/failures";
import { inboxGroups, sinceYouWereHere } from "../../src/ui/view/inbox";
import { authorityName, codeGroups, digitGroups, partyName, printable } from "../../src/ui/view/names";
import { byName, comparisonNeeded, digitsAgree, peopleNotes, readBatch, removalObstacle, troubleSteps } from "../../src/ui/view/people";
import { passingOn, readingsOf } from "../../src/ui/view/readers";
import { findChoices, pickerLists, recipientChoices } from "../../src/ui/view/recipients";
import { canSend, draftRecipients, nowSendable } from "../../src/ui/view/kept_drafts";
import { statesParties } from "../../src/ui/view/states";
import type { KeptDraft } from "../../src/agent/api";
import { initialPreset, isRestricted, loosens, openPolicy, presetsFor, restrictionSentences, stricter } from "../../src/ui/view/restrictions";
import { say, sayValue } from "../../src/ui/view/sentence";
import { actSentence, deliveryOf, entryNotes, timeline } from "../../src/ui/view/timeline";
import { speaker } from "./catalogue";
import { day, dossier, entry, france, label, log, member, membership, names, now, party, policy, prosecutor, senegal } from "./scenes";

const standing: Standing = { log: log(), alarms: [], membership: membership(), live: true, online: true };
const both = [speaker("en"), speaker("fr")];

describe("the badge", () => {
  it("is ready when nothing stands in the way", () => expect(dossierBadge(dossier(), standing).tone).toBe("ready"));
  it("names the alarm before everything but a broken chain", () => {
    const alarmed = { ...standing, online: false, alarms: [{ name: "a", what: "fork", at: now, standing: true, resolution: "" }] };
    expect(dossierBadge(dossier({ state: "incomplete" }), alarmed).why.key).toBe("badge.why.alarm");
    expect(dossierBadge(dossier({ state: "broken" }), alarmed).why.key).toBe("badge.why.broken");
  });
  it("does not let one act on a file with a part missing, an unchecked key, or for a reader", () => {
    for (const [view, why] of [
      [dossier({ state: "incomplete" }), "incomplete"], [dossier({ warnings: ["participant_not_pinned"] }), "unpinned"],
      [dossier({ state: "closed" }), "closed"],
    ] as const) expect(dossierBadge(view, standing).why.key).toBe(`badge.why.${why}`);
    expect(generalObstacle({ ...standing, membership: membership({ role: "reader" }) })?.tone).toBe("reading");
    expect(generalObstacle({ ...standing, live: false })?.goto).toBe("people");
    expect(generalObstacle({ ...standing, log: log({ complete: false }) })?.tone).toBe("waiting");
  });
  it("has a sentence for each case in both languages", () => {
    for (const name of ["ready", "new", "alarm", "offline", "log_reading", "log_not_fresh", "role", "not_live", "broken", "incomplete", "unpinned", "closed", "pending"]) {
      for (const one of both) expect(one.text(`badge.why.${name}`)).not.toBe("");
    }
  });
});

describe("restrictions", () => {
  it("offers 'lead only' to nobody but the Prosecutor alone", () => {
    expect(presetsFor([prosecutor]).map((one) => one.name)).toContain("lead_only");
    expect(presetsFor([prosecutor, france]).map((one) => one.name)).not.toContain("lead_only");
    expect(presetsFor([france]).map((one) => one.name)).not.toContain("lead_only");
    expect(presetsFor([]).map((one) => one.name)).not.toContain("lead_only");
  });
  it("preselects nothing for a reply", () => {
    expect(initialPreset("reply", [france])).toBeNull();
    expect(initialPreset("reply", [prosecutor])).toBeNull();
  });
  it("calls a rule, an article, a code, words or a date a restriction, and nothing else", () => {
    expect(isRestricted(openPolicy)).toBe(false);
    for (const change of [{ onward: "own_party" as const }, { caveats: ["73"] }, { handling: ["H1"] }, { words: "x" }, { expiresAt: 1 }]) {
      expect(isRestricted({ ...openPolicy, ...change })).toBe(true);
    }
  });
  it("never reads as 'none' while the sealed half is not known", () => {
    const said = restrictionSentences(policy({ sealedHalfKnown: false })).map((one) => one.key);
    expect(said).toContain("restriction.more_once_opened");
  });
  it("reckons the stricter field by field and sees what loosens", () => {
    const one = { ...openPolicy, onward: "source_consent" as const, expiresAt: 20, caveats: ["73"] };
    const other = { ...openPolicy, onward: "own_party" as const, expiresAt: 10, handling: ["H2"] };
    expect(stricter(one, other)).toMatchObject({ onward: "source_consent", expiresAt: 10, caveats: ["73"], handling: ["H2"] });
    expect(loosens(policy({ onward: "participants_only" }), openPolicy)).toBe(true);
    expect(loosens(policy({ expiresAt: 10 }), { ...openPolicy, expiresAt: 20 })).toBe(true);
    expect(loosens(policy(), { ...openPolicy, onward: "source_consent" })).toBe(false);
  });
  it("is said in both languages, articles as the Court cites them", () => {
    const whole = policy({ caveats: ["93-8-b", "54-3-e", "73", "72"], handling: ["H0", "H1", "H2", "H3"], words: "Ask me.", reviewAt: now, expiresAt: now });
    for (const one of both) for (const what of restrictionSentences(whole)) expect(say(one, what)).not.toContain("undefined");
    expect(say(both[0]!, restrictionSentences(whole)[0]!)).toContain("(Art.\u00a093(8)(b))");
    expect(say(both[1]!, restrictionSentences(whole)[0]!)).toContain("(art.\u00a093-8-b)");
  });
});

describe("the timeline", () => {
  const acts = ["opened", "closed", "reopened", "granted", "revoked", "epoch_started", "policy_changed", "consented", "released", "withdrawn", "approved", "later_kind"];
  it("has a sentence for each act, one without effect and one it does not know, in both languages", () => {
    for (const kind of acts) {
      for (const isVoid of [false, true]) {
        const about = isVoid ? "void.closed" : kind === "policy_changed" ? "own_party" : "FRA/FIU";
        const what = actSentence({ seq: 1, id: "1", kind, author: senegal, at: now, void: isVoid, about }, names);
        if (isVoid && kind === "later_kind") continue;
        for (const one of both) expect(say(one, what)).toContain("CENTIF, Senegal");
      }
    }
  });
  it("keeps the order of the chain, whatever dates say, and leaves nothing out", () => {
    const late = entry({ seq: 1, id: "x", at: now + 999 });
    const early = entry({ seq: 2, id: "y", at: now - 999 });
    const receipts = [{ authority: prosecutor, memberName: "OTP-01", member: "m", kind: "fetched" as const, entrySeq: 1, at: now }];
    const events = timeline(dossier({ entries: [late, early] }), receipts, names);
    expect(events.filter((one) => one.entry).map((one) => one.id)).toEqual(["x", "y"]);
    expect(events).toHaveLength(4);
    expect(new Set(events.map((one) => one.id)).size).toBe(4);
  });
  it("explains an item that has no effect, does not open, is not checked or is held back", () => {
    const notes = entryNotes(entry({ void: true, outcome: "unreadable", warnings: ["sealed_to_stale_epoch", "not_yet_witnessed", "date_disputed", "withdrawn"] }));
    for (const one of both) for (const what of notes) expect(say(one, what).length).toBeGreaterThan(30);
    expect(notes).toHaveLength(6);
    expect(entryNotes(entry({ outcome: "unverified" }))[0]!.key).toBe("outcome.unverified");
  });
  it("lists authorities that have not downloaded yet", () => {
    const rows = deliveryOf(entry(), dossier({ participants: [senegal, prosecutor, france] }), [
      { authority: france, memberName: "FR-1", member: "m1", kind: "fetched", entrySeq: 1, at: 5 },
      { authority: france, memberName: "FR-1", member: "m1", kind: "opened_receipt", entrySeq: 1, at: 6 },
      { authority: france, memberName: "FR-1", member: "m1", kind: "opened_receipt", entrySeq: 2, at: 7 },
    ], names);
    expect(rows.map((row) => row.people)).toEqual([[], [{ name: "FR-1", fetchedAt: 5, openedAt: 6 }]]);
  });
});

describe("the inbox", () => {
  const unread = dossier({ chain: "cd".repeat(32), title: "", unread: 1, lastAt: now - 9 * day, lastIndex: now - 9 * day, entries: [entry({ unread: true, opened: false, title: "" })] });
  it("puts the unread first and knows no title of what was not opened", () => {
    const [group] = inboxGroups([dossier(), unread], [membership()], names, "all");
    expect(group!.rows.map((row) => row.title)).toEqual([null, "Comptes"]);
    expect(group!.unread).toBe(1);
    expect(group!.rows[0]!.bytes).toBe(4000);
  });
  it("stands in the log's order, whatever the senders' clocks say", () => {
    const [ahead, behind] = [dossier({ chain: "aa".repeat(32), lastIndex: 7, lastAt: now }), dossier({ chain: "bb".repeat(32), lastIndex: 8, lastAt: now - day })];
    for (const filter of ["all", "requests"] as const) {
      const kind = filter === "all" ? "share" : "request";
      const [group] = inboxGroups([{ ...ahead, kind }, { ...behind, kind }], [membership()], names, filter);
      expect(group!.rows.map((row) => row.chain)).toEqual([behind.chain, ahead.chain]);
    }
  });
  it("groups by the authority that takes part, and never drops a file that does not verify", () => {
    const broken = dossier({ state: "broken", own: label("", "", ""), entries: [], acts: [] });
    const other = membership({ authority: senegal.authority, partyCode: "SEN", authorityName: "CENTIF", acting: false });
    const groups = inboxGroups([unread, dossier({ own: senegal }), broken], [other, membership()], names, "all");
    expect(groups.map((group) => group.rows.length)).toEqual([2, 1]);
    expect(groups[0]!.acting).toBe(true);
  });
  it("tells what was missed after 60 days, and nothing before or on the first day", () => {
    const news = [{ seq: 3, id: "n", index: 3, kind: "member_added", memberName: "OTP-02", at: now - day, signedBy: "colleague" as const, void: false, counting: true, disputed: false }];
    expect(sinceYouWereHere(now - 59 * day, now, [unread], news, names)).toBeNull();
    expect(sinceYouWereHere(null, now, [unread], news, names)).toBeNull();
    const missed = sinceYouWereHere(now - 61 * day, now, [dossier({ policy: policy({ expiresAt: now - day, reviewAt: now + day }) })], news, names);
    expect([missed!.arrived.length, missed!.expired.length, missed!.due.length, missed!.people.length]).toEqual([1, 1, 1, 1]);
    for (const one of both) expect(say(one, missed!.people[0]!.sentence)).toContain("OTP-02");
  });
});

describe("names", () => {
  it("are never shown under a name that was not checked", () => {
    expect(say(both[0]!, authorityName(label("", "CENTIF", "abcdef0123456789"), names) as never)).toBe("Key not checked (abcdef012345)");
  });
  it("cannot turn the text around them", () => {
    expect(printable("evil\u202efdp.exe")).toBe("evil\ufffdfdp.exe");
    expect(printable("a\u0007b\nc")).toBe("a\ufffdb\nc");
  });
  it("hide nothing, and keep what belongs to the spelling of a word", () => {
    const rows = readFileSync(new URL("../../../../tests/vectors/text/printable.txt", import.meta.url), "utf8")
      .split("\n").filter((row) => row !== "" && !row.startsWith("#"));
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) {
      const [points = "", why = ""] = row.split("\t");
      const code = (point: string): string => String.fromCodePoint(Number.parseInt(point.replace("!", ""), 16));
      const all = points.split(" ");
      const shown = all.map((point) => (point.startsWith("!") ? "\ufffd" : code(point))).join("");
      expect(printable(all.map(code).join("")), why).toBe(shown);
    }
  });
  it("group digits in fives and codes in fours", () => {
    expect(digitGroups("1234512345")).toBe("12345 12345");
    expect(digitGroups("12345-1234 5 1")).toBe("12345 12345 1");
    expect(codeGroups("abcdefgh1")).toBe("abcd efgh 1");
  });
});

describe("recipients and readers", () => {
  const parties = [
    party("FRA"), party("SEN", { pinned: "" }), party("MLI", { fingerprint: "", authorities: [] }),
    party("KEN", { state: "suspended" }), party("NGA", { problem: "register.fork" }), party("GHA", { authorities: [] }),
  ];
  it("lists everybody, and says why one cannot receive yet and what to do", () => {
    const choices = recipientChoices(parties, null);
    expect(choices).toHaveLength(6);
    for (const choice of choices.filter((one) => one.obstacle !== null)) {
      for (const one of both) expect(say(one, choice.why!)).toContain(choice.partyName);
    }
    expect(choices.filter((one) => one.obstacle === null).map((one) => one.address)).toEqual(["FRA/FIU"]);
  });
  it("lists every State Party, with or without an account, in the reader's language", () => {
    const french = statesParties("fr");
    expect(french.length).toBeGreaterThanOrEqual(125);
    expect(new Set(french.map(({ code }) => code)).size).toBe(french.length);
    expect(statesParties("en", Date.parse("2022-01-01"))).toHaveLength(123);
    const choices = recipientChoices([...parties, party("SEN", { pinned: "" })], null, french);
    for (const { code } of french) expect(choices.some((one) => one.partyCode === code), code).toBe(true);
    const benin = choices.find((one) => one.partyCode === "BEN")!;
    expect(benin).toMatchObject({ obstacle: "no_account", partyName: "Bénin", address: "BEN" });
    expect(say(both[1]!, benin.why!)).toContain("Bénin");
    // Whom nobody has checked stands under the name of the Assembly's list, and names nobody to call.
    const unchecked = recipientChoices([party("SEN", { pinned: "", name: "Sngl", authorities: [] })], null, french).find((one) => one.partyCode === "SEN")!;
    expect([unchecked.partyName, unchecked.call]).toEqual(["Sénégal", null]);
    const suspended = choices.find((one) => one.partyCode === "KEN")!;
    expect(say(both[0]!, suspended.call!)).toContain("FIU-01");
  });
  it("calls the Court's bodies by their names in the reader's language, and finds them by these and their own", () => {
    const choices = recipientChoices([party("X-OTP", { name: "Office of the Prosecutor" }), party("X-REG", { name: "Registry", pinned: "" })], null);
    const named = (one: (typeof choices)[number]): string => String(sayValue(both[1]!, partyName(one.partyCode, one.partyName)));
    for (const typed of ["procureur", "prosecutor", "bureau du"]) {
      expect(findChoices(choices, typed, "fr", named).map((one) => one.partyCode), typed).toEqual(["X-OTP"]);
    }
    const unchecked = choices.find((one) => one.partyCode === "X-REG")!;
    expect(say(both[1]!, unchecked.why!)).toContain("Greffe");
    expect(say(both[0]!, unchecked.why!)).toContain("Registry");
  });
  it("say of a draft whether it can be sent by now", () => {
    const draft: KeptDraft = {
      chain: "00".repeat(32), seq: 1, read: true, title: "Comptes", message: "", to: [{ partyCode: "MLI" }, { partyCode: "FRA", authority: "FRA".padEnd(32, "0") }],
      together: false, policy: openPolicy, files: [], at: 1, author: "FIU-07", approvedBy: [], mayApprove: false,
    };
    const before = recipientChoices([party("FRA")], null, statesParties("en"));
    expect(draftRecipients(draft, before).map((one) => one.able)).toEqual([false, true]);
    expect(nowSendable([draft], before)).toEqual([]);
    const between = recipientChoices([party("FRA"), party("MLI", { pinned: "" })], null, statesParties("en"));
    expect(draftRecipients(draft, between)[0]!.why!.key).toBe("picker.not_checked");
    const after = recipientChoices([party("FRA"), party("MLI")], null, statesParties("en"));
    expect(canSend(draftRecipients(draft, after))).toBe(true);
    expect(nowSendable([draft], after)).toEqual([draft]);
    // One that could be sent all along is no news; nor is one that is for nobody.
    expect(nowSendable([{ ...draft, to: [draft.to[1]!] }, { ...draft, to: [] }, { ...draft, read: false }], after)).toEqual([]);
    expect(draftRecipients({ to: [{ partyCode: "XYZ" }] }, after)).toMatchObject([{ able: false, name: "XYZ" }]);
  });
  it("finds by name without accents, by code and by authority", () => {
    const choices = recipientChoices([party("SEN", { name: "Sénégal" }), party("FRA")], null);
    expect(findChoices(choices, "senegal", "fr")).toHaveLength(1);
    expect(findChoices(choices, "fra fiu", "fr")).toHaveLength(1);
    expect(findChoices(choices, "zz", "fr")).toHaveLength(0);
  });
  it("folds away who cannot receive yet, until somebody looks for them; who was chosen stays to be seen", () => {
    const choices = recipientChoices([...parties, party("NER")], null, statesParties("en"));
    const codes = (list: readonly { partyCode: string }[]): string[] => list.map(({ partyCode }) => partyCode);
    const first = pickerLists(choices, " ", "en", []);
    expect([codes(first.able).sort(), codes(first.apart)]).toEqual([["FRA", "NER"], []]);
    expect(first.folded.length).toBe(choices.length - 2);
    const typed = pickerLists(choices, "benin", "en", ["FRA/FIU", "MLI"]);
    expect([codes(typed.able), codes(typed.apart).sort(), typed.folded]).toEqual([["FRA"], ["BEN", "MLI"], []]);
    const after = pickerLists(choices, "", "en", ["BEN"]);
    expect([codes(after.apart), codes(after.folded).includes("BEN")]).toEqual([["BEN"], false]);
    // What is ticked where it is folded away, or unticked where it is shown, stays there until something is typed.
    const ticked = pickerLists(choices, "", "en", ["BEN"], new Map([["BEN", false], ["MLI", true]]));
    expect([codes(ticked.apart), codes(ticked.folded).includes("BEN")]).toEqual([["MLI"], true]);
  });
  it("says for each recipient who reads, and that they do not see one another", () => {
    const to = recipientChoices([party("FRA"), party("SEN")], null);
    const base = { to, own: "OTP", files: 2, hasMessage: true, policy: { ...openPolicy, onward: "source_consent" as const } };
    expect(readingsOf({ ...base, together: false })).toHaveLength(2);
    const [one] = readingsOf({ ...base, together: true });
    expect(one!.sentences.map((what) => what.key)).toContain("readers.see_one_another");
    for (const language of both) for (const what of one!.sentences) expect(say(language, what)).not.toMatch(/[{}]/u);
  });
  it("does not offer to pass on what its source closed, and names whom to ask", () => {
    const closed = dossier({ entries: [entry({ policy: policy({ onward: "participants_only" }) })] });
    expect(passingOn(closed, { partyCode: "FRA" }, names).possible).toBe(false);
    const asking = passingOn(dossier({ entries: [entry({ policy: policy({ onward: "source_consent" }) })] }), { partyCode: "FRA" }, names);
    expect(asking.ask.map((one) => sayValue(both[0]!, one))).toEqual(["CENTIF, Senegal"]);
    const within = dossier({ entries: [entry({ policy: policy({ onward: "own_party" }) })] });
    expect(passingOn(within, { partyCode: "FRA" }, names).possible).toBe(false);
    expect(passingOn(within, { partyCode: "X-OTP" }, names)).toMatchObject({ possible: true, ask: [] });
    expect(passingOn(dossier({ own: senegal, entries: [entry({ policy: policy({ onward: "participants_only" }) })] }), { partyCode: "FRA" }, names).possible).toBe(true);
  });
});

describe("people", () => {
  const chief = member("C-1", "custodian", true);
  it("does not offer to remove oneself or the last access manager", () => {
    const other = member("C-2", "custodian");
    const clerk = member("F-1", "officer");
    expect(removalObstacle(chief, [chief, other])?.key).toBe("people.not_yourself");
    expect(removalObstacle(other, [other, clerk])?.key).toBe("people.last_manager");
    expect(removalObstacle(clerk, [chief, clerk])).toBeNull();
    expect(peopleNotes([chief, clerk]).map((note) => note.what.key)).toEqual(["people.one_manager"]);
  });
  it("asks for the comparison above 72 hours and for every access manager", () => {
    expect([comparisonNeeded("reader", 72), comparisonNeeded("reader", 73), comparisonNeeded("custodian", 24)]).toEqual([false, true, true]);
  });
  it("compares digits and nothing else, and never two empty ones", () => {
    expect(digitsAgree("12345 67890", "1234567890")).toBe(true);
    expect(digitsAgree("12345", "12346")).toBe(false);
    expect(digitsAgree("", "")).toBe(false);
  });
  it("reads a list as French and English spreadsheets write it, and says which line it did not understand", () => {
    expect(readBatch("\ufefffonction;rôle\r\nCRF-07;agent habilité\r\n\"CRF-08\";Lecteur\r\n").rows).toEqual([
      { role: "officer", label: "CRF-07" }, { role: "reader", label: "CRF-08" },
    ]);
    expect(readBatch("FIU-1,officer\nFIU-2,king").problems).toHaveLength(1);
    expect(readBatch(Array.from({ length: 21 }, (_, i) => `A-${i},reader`).join("\n")).problems[0]!.key).toBe("batch.too_many");
    expect(readBatch("").problems).toHaveLength(1);
  });
  it("says what each task will do in both languages", () => {
    for (const trouble of ["leaves", "device", "suspected", "lost"] as const) {
      for (const one of both) for (const what of troubleSteps(trouble, chief)) expect(say(one, what)).not.toBe("");
    }
  });
});

describe("failures", () => {
  it("has a page with advice for each cause in both languages", () => {
    const thrown = [
      [{ code: "unavailable", key: "client.unreachable", arguments: {} }, false, "network"],
      [{ code: "unavailable", key: "client.unreachable", arguments: {} }, true, "server"],
      [{ code: "unauthenticated", key: "session.ended", arguments: {} }, true, "session"],
      [new DOMException("", "QuotaExceededError"), true, "quota"],
      [{ code: "too_many", key: "upload.quota", arguments: { what: "bytes" } }, true, "allowance"],
      [new DOMException("", "SecurityError"), true, "save_blocked"],
      [new DOMException("", "NotSupportedError"), true, "feature"],
      [{ code: "integrity", key: "grant.mismatch", arguments: {} }, true, "integrity"],
      [{ code: "conflict", key: "void.basis", arguments: {} }, true, "changed"],
      [{ code: "not_found", key: "dossier.unknown", arguments: {} }, true, "not_there"],
      [{ code: "forbidden", key: "grant.consent_needed", arguments: { owners: "x" } }, true, "not_allowed"],
      [{ code: "too_large", key: "preview.too_large", arguments: {} }, true, "too_large"],
      [{ code: "precondition_failed", key: "alarm.standing", arguments: {} }, true, "alarm"],
      [new DOMException("", "AbortError"), true, "interrupted"],
      [new Error("x"), true, "other"],
    ] as const;
    for (const [what, online, name] of thrown) {
      const failure = failureOf(what, online);
      expect(failure.name).toBe(name);
      for (const one of both) {
        expect(say(one, failure.title)).not.toBe("");
        expect(say(one, failure.advice)).not.toBe("");
      }
    }
  });
});

it("members stand by name, whatever the order of their ids, and numbers as people count", () => {
  const names = (language: string, ...all: string[]): string[] => byName(all.map((displayName) => ({ displayName })), language).map((one) => one.displayName);
  expect(names("en", "FIU-10", "aurelia.2", "FIU-2")).toEqual(["aurelia.2", "FIU-2", "FIU-10"]);
  expect(names("fr", "Zoé", "Élise", "eva")).toEqual(["Élise", "eva", "Zoé"]);
});
