// The trusted end as the screens know it: AgentApi over the files of this folder. It runs in its worker (worker.ts), and
// in a test as it is. One call at a time: what reads and signs must not find its state changed under it. A transfer gives
// its turn away while it only moves ciphertext, so that one may read on beside it. A few calls go past the queue: those
// that answer a question, cancel, lock, or ask nothing of the server.
import { ensure, fail, isFailure } from "../base/failure.ts";
import { wipe } from "../crypto/bytes.ts";
import { passphraseStrength, proposePassphrase } from "../crypto/passphrase.ts";
import * as access from "./access_rules.ts";
import * as accountCalls from "./account_calls.ts";
import { accountOf } from "./account_here.ts";
import * as acts from "./acts.ts";
import * as alarms from "./alarms.ts";
import type { AgentApi, AgentEvents, LogStatus, Notice, PasskeyAnswer } from "./api.ts";
import * as approve from "./approve.ts";
import { makeBundleOf } from "./custody.ts";
import { closeBulk } from "./bulk.ts";
import * as drafts from "./drafts.ts";
import { enrolmentSteps, join } from "./enrol.ts";
import type { Environment, Observer } from "./environment.ts";
import { exportEverything } from "./export.ts";
import * as get from "./get.ts";
import { watchIdle, type Idle } from "./idle.ts";
import * as inbox from "./inbox.ts";
import * as invite from "./invite.ts";
import * as kept from "./kept_drafts.ts";
import * as library from "./library.ts";
import { parseKit } from "./kit.ts";
import * as monitor from "./monitor.ts";
import * as noticeImport from "./notice_import.ts";
import { noteInCasebook, readCasebook } from "./casebook.ts";
import * as notices from "./notices.ts";
import { readPaperKey } from "./paper_key.ts";
import * as parties from "./parties.ts";
import * as passkeys from "./passkeys.ts";
import { assertionOf, requestOptions } from "./passkeys.ts";
import * as people from "./people.ts";
import * as pin from "./pin.ts";
import * as recover from "./recover.ts";
import * as recoverySet from "./recovery_set.ts";
import { recoveryStatus } from "./recovery_view.ts";
import { receipts } from "./receipts.ts";
import { ownReport } from "./report.ts";
import * as reportRows from "./report_rows.ts";
import * as visa from "./visa.ts";
import * as requestActs from "./request_acts.ts";
import { listDeadlines } from "./deadlines.ts";
import { checkRequestLaw } from "./request_law.ts";
import * as enquiries from "./enquiries.ts";
import { sendRequest } from "./request_send.ts";
import { sendVersion } from "./request_versions.ts";
import * as requestView from "./request_view.ts";
import { resubmit } from "./resubmit.ts";
import * as rotation from "./rotation.ts";
import { sealToFile } from "./seal_to_file.ts";
import { search } from "./search.ts";
import { wipeUnlocked, type Unlocked } from "./secrets.ts";
import * as send from "./send.ts";
import type { AgentState } from "./state.ts";
import { actAs, logStatusOf, membershipsOf, openAgent, synchronise } from "./synchronise.ts";
import * as unlock from "./unlock.ts";
import { succession } from "./succession.ts";
import { verifyBundle } from "./verify_bundle.ts";
import * as writing from "./writing.ts";
import { verifyDossier } from "./verify.ts";

/** How long a sign-in waits for the first reading of the log before it goes on behind the screens. */
const patience = 5_000;

export type Tell = <Name extends keyof AgentEvents>(event: Name, ...values: Parameters<AgentEvents[Name]>) => void;

export interface Host {
  api: AgentApi;
  /** A hand on the machine. */
  touch(): void;
  stop(): void;
}

export interface HostOptions {
  world: Omit<Environment, "observer">;
  tell: Tell;
  /** Fails with "profile.in_use" as long as another tab has this profile. */
  ready?: () => Promise<void>;
}

type Api = { [Name in keyof AgentApi]: AgentApi[Name] };

export function makeHost({ world, tell, ready = () => Promise.resolve() }: HostOptions): Host {
  // --- what the screens are told and asked ---------------------------------------------------------------------------
  let cancelled = false;
  let nextQuestion = 1;
  const questions = new Map<number, (yes: boolean) => void>();
  const stepUps = new Map<number, (shown: boolean) => void>();
  /** Of the passkey request that the page is answering. */
  let passkeyChallenge: Uint8Array | undefined;
  const observer: Observer = {
    onTransfer: (transfer) => tell("transfer", transfer),
    onNotice: (notice) => tell("notice", notice),
    onProgress: (progress) => tell("progress", progress),
    confirm: (what: Notice[]) => answered(new Promise((resolve) => {
      const id = nextQuestion++;
      questions.set(id, resolve);
      tell("question", id, what);
    })),
    stepUp: () => answered(new Promise((resolve) => {
      const id = nextQuestion++;
      stepUps.set(id, resolve);
      tell("secondFactor", id);
    })),
    cancelled: () => cancelled,
  };
  const environment: Environment = { ...world, observer, aside: (run) => besideOthers(run), unattended: (run) => besideOthers(() => leftAlone(run)) };
  const { server, profile, clock, carriage } = environment;

  // --- who is there --------------------------------------------------------------------------------------------------
  let unlocked: Unlocked | undefined;
  let state: AgentState | undefined;
  let opening: Promise<AgentState> | undefined;
  let reading: { done: number; total: number } | undefined;
  let idle: Idle | undefined;
  let live: AbortController | undefined;
  /** While a question stands nobody may be there to answer it: the lock comes all the same. */
  const answered = (answer: Promise<boolean>): Promise<boolean> => {
    const watched = idle;
    watched?.waiting(true);
    return answer.finally(() => watched?.waiting(false));
  };
  const enrolment = enrolmentSteps(environment);
  /** Of a sheet that came in alone: the session is the server's, the keys are here, until the end or the next one. */
  let kitAlone: unlock.KitAlone | undefined;
  /** Drawn, and not signed yet: the sheet for the envelope lies in a printer. */
  let prepared: recoverySet.PreparedRecovery | undefined;
  const forgetPrepared = (): void => {
    if (prepared !== undefined) recoverySet.wipePrepared(prepared);
    prepared = undefined;
  };

  const lock = (why: "asked" | "idle" | "session_ended"): void => {
    cancelled = true;
    for (const answer of [...questions.values(), ...stepUps.values()]) answer(false);
    questions.clear();
    stepUps.clear();
    live?.abort();
    live = undefined;
    for (const { keyring } of state?.keyrings.values() ?? []) {
      for (const { seed } of keyring.generations) wipe(seed);
    }
    forgetPrepared();
    carriage.leave();
    if (unlocked !== undefined) wipeUnlocked(unlocked);
    unlocked = state = opening = reading = undefined;
    idle?.stop();
    idle = undefined;
    closeBulk();
    tell("locked", why);
  };

  const agentState = async (): Promise<AgentState> => {
    if (unlocked === undefined) return fail("unauthenticated", "session.none");
    if (state !== undefined) return state;
    if (unlocked.bundle === undefined) return fail("forbidden", "account.no_membership");
    ensure(opening !== undefined, "a member's state is being opened from his sign-in on");
    return opening;
  };

  /** From now on somebody is there. Waits a little for registers and log, which may be long to read the first time. */
  const enter = async (entered: Unlocked): Promise<void> => {
    unlocked = entered;
    state = undefined; // whoever was here before has nothing more to say
    idle ??= watchIdle(clock, lock, () => void server.me().catch(() => undefined));
    if (entered.bundle === undefined) return;
    const mine = openAgent(environment, entered, {
      onReading: (done, total) => { reading = { done, total }; },
    }).then((made) => {
      if (unlocked !== entered) return fail("unauthenticated", "session.none");
      state = made;
      reading = undefined;
      tell("changed");
      void listen(made);
      void takeUp(made);
      return made;
    });
    opening = mine;
    mine.catch(() => undefined);
    const soon = await Promise.race([mine, clock.pause(patience).then(() => undefined)]).catch((error: unknown) => {
      // Nobody is let in whose registers and log do not hold; the alarm says why.
      unlocked = opening = undefined;
      wipeUnlocked(entered);
      idle?.stop();
      idle = undefined;
      throw error;
    });
    if (soon === undefined) {
      mine.catch((error: unknown) => {
        if (unlocked !== entered) return;
        if (isFailure(error)) tell("notice", { key: error.key, arguments: error.arguments });
        lock("session_ended");
      });
    }
  };

  /** Something is new: read and verified behind the screens. Who cannot listen is asked by the page now and then. */
  const listen = async (mine: AgentState): Promise<void> => {
    const stop = live = new AbortController();
    while (!stop.signal.aborted) {
      try {
        for await (const size of server.logSizes(stop.signal)) {
          if (size > mine.log.size) void queued(async () => (state === mine ? synchronise(mine) : undefined)).catch(() => undefined);
        }
      } catch (error) {
        if (!isFailure(error) || error.code !== "unavailable") return;
      }
      await clock.pause(15_000);
    }
  };

  const partialStatus = async (): Promise<LogStatus> => {
    const { logOrigin, time } = await server.about();
    return {
      origin: logOrigin, size: reading?.done ?? 0, root: "", checkpointTime: time, witnessed: false, policy: "",
      countingSize: 0, fresh: true, quorum: 0, witnesses: [], complete: false,
    };
  };

  const account = () => unlocked ?? fail("unauthenticated", "session.none");

  // --- one call at a time --------------------------------------------------------------------------------------------
  let turn: Promise<void> = Promise.resolve();
  let release: () => void = () => undefined; // by whoever has the turn
  let lastSize = -1;

  const takeTurn = async (): Promise<void> => {
    let give: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => { give = resolve; });
    const before = turn;
    turn = before.then(() => mine);
    await before;
    release = give;
  };
  const besideOthers = async <T>(run: () => Promise<T>): Promise<T> => {
    const [who, acting] = [unlocked, state?.acting];
    release();
    try {
      return await run();
    } finally {
      await takeTurn();
      // Whoever began it is gone, or acts for another authority: nothing is signed in his place.
      if (unlocked !== who || state?.acting !== acting) fail("unavailable", "transfer.cancelled");
    }
  };

  const guarded = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (!isFailure(error)) throw error;
      const evidence = error.arguments["evidence"];
      if (error.code === "integrity" && evidence !== undefined) {
        const name = evidence.replace(/^evidence\/|\.json$/g, "");
        const alarm = (await alarms.listAlarms(profile)).find((row) => row.name === name);
        if (alarm !== undefined) tell("alarm", alarm);
      }
      // The session ended at the server: nothing that is open here may stay open.
      if (error.code === "unauthenticated" && ["session.missing", "session.ended"].includes(error.key) && unlocked !== undefined) {
        lock("session_ended");
      }
      throw error;
    } finally {
      if (state !== undefined && state.log.size !== lastSize) {
        lastSize = state.log.size;
        tell("changed");
      }
    }
  };
  const queued = async <T>(run: () => Promise<T>): Promise<T> => {
    await takeTurn();
    try {
      return await guarded(run);
    } finally {
      release();
    }
  };
  const withState = <T>(run: (state: AgentState) => T | Promise<T>): Promise<T> =>
    queued(async () => run(await agentState()));
  /** What may last longer than the lock waits. Nothing else puts the lock off: a call that a server makes last does not. */
  const lasting = async <T>(run: () => Promise<T>): Promise<T> => {
    const watched = idle;
    watched?.busy(true);
    try {
      return await run();
    } finally {
      watched?.busy(false);
    }
  };
  /** What goes on without this end is no reason to keep it open: keys leave the memory when nobody is there. */
  const leftAlone = async <T>(run: () => Promise<T>): Promise<T> => {
    const watched = idle;
    watched?.busy(false);
    try {
      return await run();
    } finally {
      watched?.busy(true);
    }
  };
  /** A transfer begins uncancelled. Several go on side by side; to cancel means all of them. */
  let transfers = 0;
  const transfer = <T>(run: (state: AgentState) => Promise<T>): Promise<T> =>
    withState(async (now) => {
      if (transfers++ === 0) cancelled = false;
      try {
        return await lasting(() => run(now));
      } finally {
        --transfers;
      }
    });

  /** What a person ordered and a lock interrupted, now that he is back. */
  const takeUp = async (mine: AgentState): Promise<void> => {
    const names = await drafts.ordered(mine).catch(() => []);
    for (const name of names) {
      void transfer(async (now) => {
        if (now !== mine) return;
        const keeps = (await drafts.drafts(now)).some((draft) => draft.name === name && draft.keeps === true);
        const { to } = await drafts.resumeDraft(now, name);
        tell("notice", keeps ? { key: "carrying.kept", arguments: {} } : { key: "carrying.sent", arguments: { to: to.join(", "), count: String(to.length) } });
        tell("changed");
      }).catch((error: unknown) => {
        if (unlocked === undefined || !isFailure(error)) return;
        // Stopped, or the person was quicker.
        if (["transfer.cancelled", "draft.under_way", "draft.unknown"].includes(error.key)) return;
        tell("notice", { key: "carrying.not_sent", arguments: {} });
        tell("notice", { key: `error.${error.key}`, arguments: error.arguments });
      });
    }
  };

  // A kit is handed to the screen as the call's answer; the server knows of it by then, so the screen shows it at once.
  const keptByScreen = (): Promise<void> => Promise.resolve();
  const challengeOf = (): Uint8Array => {
    const challenge = passkeyChallenge ?? fail("precondition_failed", "passkey.none");
    passkeyChallenge = undefined; // each is good once
    return challenge;
  };
  const factorOf = ({ totp, passkey }: { totp?: string | undefined; passkey?: PasskeyAnswer | undefined }): unlock.SecondFactor => ({
    totp,
    passkey: passkey === undefined ? undefined
      : { assertion: assertionOf(passkey), challenge: challengeOf(), prf: passkey.prf },
  });

  const past: Partial<Api> = {
    decide: async (question, yes) => {
      questions.get(question)?.(yes);
      questions.delete(question);
    },
    showSecondFactor: async (id, factor) => {
      const answer = stepUps.get(id);
      if (answer === undefined) return true;
      if (factor !== null) {
        try {
          const { totp, passkey } = factorOf(factor);
          await server.stepUp(passkey === undefined ? { totp: totp ?? "" }
            : { passkey: passkey.assertion, challenge: passkey.challenge });
        } catch (error) {
          if (isFailure(error) && error.code === "unauthenticated" && !error.key.startsWith("session.")) return false;
          throw error;
        }
      }
      stepUps.delete(id);
      answer(factor !== null);
      return true;
    },
    passkeyRequest: async (userName) => {
      passkeyChallenge = (await server.challenge(userName === "" ? (unlocked?.account.userName ?? "") : userName)).challenge;
      return requestOptions(server.origin, passkeyChallenge);
    },
    cancelTransfer: async () => {
      cancelled = true;
      await carriage.stop();
    },
    lock: async () => lock("asked"),
    account: () => accountOf(profile),
    proposePassphrase: async () => proposePassphrase(),
    checkPassphrase: async (passphrase, userName) => passphraseStrength(passphrase, userName),
    readKit: async (text) => {
      const { origin, userName } = parseKit(text);
      return { origin, userName };
    },
    readSheet: async (text) => parties.readSheet(text),
    readPaperKey: async (typed) => readPaperKey(typed),
    readBackKit: async (typed) => enrolment.readBackKit(typed),
    logStatus: async () => {
      account();
      return state === undefined ? partialStatus() : logStatusOf(state);
    },
    repairStatus: () => server.repairStatus(),
    serverInfo: async () => {
      const { name, version, logOrigin, time, training, backupsKeptDays } = await server.about();
      return { name, version, logOrigin, time, training, backupsKeptDays };
    },
  };

  const inTurn: Partial<Api> = {
    // before sign-in
    signIn: ({ userName, passphrase, totp, passkey }) => queued(async () => {
      const factor = factorOf({ totp, passkey });
      await enter(passphrase === "" && factor.passkey !== undefined
        ? await unlock.signInWithPasskey(environment, userName, factor.passkey)
        : await unlock.signIn(environment, { userName, passphrase, factor }));
    }),
    signInWithKit: ({ kit, newPassphrase, totp, passkey }) => queued(() => unlock.signInWithKit(
      environment, { kit, newPassphrase, factor: factorOf({ totp, passkey }) }, keptByScreen)),
    signInWithKitAlone: (kit) => queued(async () => {
      kitAlone = await unlock.signInWithKitAlone(environment, kit, keptByScreen);
      const { availableAt, setup } = kitAlone;
      return { availableAt, ...(setup === undefined ? {} : { setup }) };
    }),
    finishKitAlone: (newPassphrase, totp) => queued(async () => {
      const made = await (kitAlone?.finish?.(newPassphrase, totp) ?? fail("unauthenticated", "session.ended"));
      kitAlone = undefined;
      return made;
    }),
    takeUpDevice: ({ kit, passphrase, totp, passkey }) => queued(async () => {
      await enter(await unlock.signIn(environment, { kit, passphrase, factor: factorOf({ totp, passkey }) }));
    }),
    unlock: (passphrase, totp) => queued(async () => {
      await enter(await accountCalls.unlockAgain(environment, passphrase, totp));
    }),

    // enrolment
    beginEnrolment: (begin) => queued(() => enrolment.begin(begin)),
    takeUpEnrolment: () => queued(() => enrolment.takeUp()),
    forgetEnrolment: () => queued(() => enrolment.forget()),
    prepareTotp: (userName) => queued(() => enrolment.prepareTotp(userName ?? "")),
    preparePasskey: (userName) => queued(() => enrolment.preparePasskey(userName)),
    checkPredecessor: (code, succeeds, noteVerbale) =>
      queued(() => enrolment.checkPredecessor(code, succeeds, noteVerbale)),
    prepareKit: (way) => queued(() => enrolment.prepareKit(way)),
    answerEnrolment: (factor) => queued(() => enrolment.answer(factor)),
    resumeEnrolment: () => queued(() => enrolment.resume()),
    enterEnrolment: () => queued(async () => {
      const admitted = await enrolment.enter();
      if (admitted === "waiting" || admitted === "gone") return admitted;
      await enter(admitted);
      return "entered";
    }),
    join: (begin, displayName, passphrase, totp, passkey) => queued(() => join(
      environment, account(), begin, displayName, passphrase, factorOf({ totp, passkey }),
      async ({ partyCode, authorityName, role }) => {
        const yes = await observer.confirm([
          { key: "notice.join.welcome", arguments: { party: partyCode, authority: authorityName, role } },
        ]);
        if (!yes) fail("conflict", "join.declined");
      },
    )),

    // session
    synchronise: () => withState(async (now) => {
      await synchronise(now);
      return logStatusOf(now);
    }),
    // Old keys beside the new of one membership, while they are changed, are one membership.
    memberships: () => withState((now) => membershipsOf(now).filter((row, i, rows) => row.acting ||
      rows.findIndex((other) => other.member === row.member && (other.acting || other.role !== "")) === i)),
    actAs: (authority) => withState((now) => {
      actAs(now, authority);
      tell("changed");
      void takeUp(now);
    }),
    signOut: () => queued(async () => {
      try {
        await server.signOut();
      } catch (error) {
        // Ended or out of reach: here it ends in any case.
        if (!isFailure(error)) throw error;
      }
      lock("asked");
    }),

    // dossiers
    dossiers: () => withState(inbox.dossiers),
    dossier: (chain) => withState((now) => inbox.showDossier(now, chain)),
    send: (order) => transfer((now) => send.send(now, order)),
    addEntry: (order) => transfer((now) => send.addEntry(now, order)),
    keepWriting: (name, text) => withState((now) => writing.keepWriting(now, name, text)),
    keptWriting: (name) => withState((now) => writing.keptWriting(now, name)),
    drafts: () => withState(drafts.drafts),
    resumeDraft: (name, files) => transfer((now) => drafts.resumeDraft(now, name, files)),
    dropDraft: (name) => withState((now) => drafts.dropDraft(now, name)),
    keptDrafts: (open) => withState((now) => kept.keptDrafts(now, open)),
    keepDraft: (order) => transfer((now) => kept.keepDraft(now, order)),
    keepRequest: (order) => transfer((now) => kept.keepRequest(now, order)),
    keptRequest: (version) => withState((now) => kept.keptRequest(now, version)),
    sendDraft: (version, into) => transfer((now) => kept.sendDraft(now, version, into)),
    discardDraft: (chain) => withState((now) => kept.discardKeptDraft(now, chain)),
    approveDraft: (version) => withState((now) => kept.approveKeptDraft(now, version)),
    sealToFile: (order, to) => transfer((now) => sealToFile(now, order, to)),
    openEntry: (chain, seq) => withState((now) => get.openEntry(now, chain, seq)),
    restrictionsBeside: (chain, seq, file) => withState((now) => get.restrictionsBeside(now, chain, seq, file)),
    saveAttachment: (chain, seq, attachment, to) => transfer((now) => get.saveAttachment(now, chain, seq, attachment, to)),
    previewAttachment: (chain, seq, attachment) => transfer((now) => get.previewAttachment(now, chain, seq, attachment)),
    verifyDossier: (chain) => withState((now) => verifyDossier(now, chain)),
    receipts: (chain) => withState((now) => receipts(now, chain)),
    grant: (chain, to) => withState((now) => acts.grant(now, chain, to)),
    consent: (order) => withState((now) => acts.consent(now, order)),
    release: (chain, entries, policy) => withState((now) => acts.release(now, chain, entries, policy)),
    revoke: (chain, from) => withState((now) => acts.revoke(now, chain, from)),
    withdraw: (chain, seq, reason) => withState((now) => acts.withdraw(now, chain, seq, reason)),
    setPolicy: (chain, policy) => withState((now) => acts.setPolicy(now, chain, policy)),
    closeDossier: (chain) => withState((now) => acts.closeDossier(now, chain)),

    // the library
    library: () => withState(library.library),
    work: (chain) => withState((now) => library.showWork(now, chain)),
    publishWork: (order) => transfer((now) => library.publish(now, order)),
    shareWithNew: () => withState(library.shareWithNew),
    withdrawWork: (chain, seq, reason) => withState((now) => library.withdrawWork(now, chain, seq, reason)),

    // requests for assistance
    requests: () => withState(requestView.listRequests),
    request: (chain) => withState((now) => requestView.showRequest(now, chain)),
    chronology: (chain) => withState((now) => requestView.chronology(now, chain)),
    deadlines: (within, zone) => withState((now) => listDeadlines(now, within, zone)),
    checkRequestLaw: (order) => withState((now) => checkRequestLaw(now, order)),
    sendRequest: (order) => transfer((now) => sendRequest(now, order)),
    sendVersion: (order) => transfer((now) => sendVersion(now, order)),
    enquiries: () => withState(enquiries.listEnquiries),
    enquiry: (chain) => withState((now) => enquiries.showEnquiry(now, chain)),
    sendEnquiry: (order) => transfer((now) => enquiries.sendEnquiry(now, order)),
    answerEnquiry: (order) => transfer((now) => enquiries.answerEnquiry(now, order)),
    setRequestStatus: (order) => withState((now) => requestActs.setRequestStatus(now, order)),
    remind: (chain, message) => withState((now) => requestActs.remind(now, chain, message)),
    proposeDue: (chain, due, reason) => withState((now) => requestActs.proposeDue(now, chain, due, reason)),
    agreeDue: (chain, proposal) => withState((now) => requestActs.agreeDue(now, chain, proposal)),
    recordOffPlatform: (order) => withState((now) => requestActs.recordOffPlatform(now, order)),
    confirmOffPlatform: (chain, act) => withState((now) => requestActs.confirmOffPlatform(now, chain, act)),
    discloseRouting: (chain) => withState((now) => requestActs.discloseRouting(now, chain)),
    report: (order) => withState((now) => ownReport(now, order)),
    reportRows: () => withState(reportRows.listRows),
    reportRow: (chain) => withState((now) => reportRows.showRow(now, chain)),
    proposeReportRow: (order) => transfer((now) => reportRows.proposeRow(now, order)),
    answerReportRow: (chain, told, answer, words) => transfer((now) => reportRows.answerRow(now, chain, told, answer, words)),
    publishReportRow: (chain) => withState((now) => reportRows.publishRow(now, chain)),
    publishedRows: (order) => withState((now) => reportRows.publishedTable(now, order)),
    reopenDossier: (chain) => withState((now) => acts.reopenDossier(now, chain)),
    casebook: () => withState(readCasebook),
    noteInCasebook: (note) => withState((now) => noteInCasebook(now, note)),
    noticeBoards: (query) => withState((now) => notices.listNotices(now, query)),
    publishNotices: (kind, changes) => withState((now) => notices.publishNotices(now, kind, changes)),
    noticeConflicts: (kind, changes) => withState((now) => noticeImport.noticeConflicts(now, kind, changes)),
    readNotices: (kind, file, options) => withState((now) => noticeImport.readNotices(now, kind, file, options)),
    confirmNotices: (kind, ids) => withState((now) => notices.confirmNotices(now, kind, ids)),
    accessRules: () => withState(access.accessRules),
    setAccessRules: (rules, seen) => withState((now) => access.setAccessRules(now, rules, seen)),
    visaRule: () => withState(visa.visaRule),
    setVisa: (acts) => withState((now) => visa.setVisa(now, acts)),
    setPublisher: (authority, publisher) => withState((now) => notices.setPublisher(now, authority, publisher)),
    search: (words) => withState((now) => search(now, words)),
    exportEverything: (to) => transfer((now) => exportEverything(now, to)),
    makeBundle: (chain, selective, attachments, to) =>
      transfer((now) => makeBundleOf(now, chain, selective, attachments, to)),
    verifyBundle: (file, sheet) => queued(() => {
      cancelled = false;
      return lasting(() => verifyBundle(file, sheet, (done, total) => {
        observer.onTransfer({ phase: "open", name: file.name, done, total });
        if (cancelled) fail("unavailable", "transfer.cancelled");
      }));
    }),

    // people
    members: () => withState(people.members),
    inviteMember: (role, hours) => withState((now) => invite.inviteMember(now, role, hours)),
    inviteAgain: (member, hours) => withState((now) => invite.inviteAgain(now, member, hours)),
    addAuthority: (name, kind, hours) => withState((now) => invite.addAuthority(now, name, kind, hours)),
    pendingInvitations: () => withState(approve.pendingInvitations),
    approveInvitation: (invitation, digits) => withState((now) => approve.approveInvitation(now, invitation, digits)),
    cancelInvitation: (invitation) => withState((now) => invite.cancelInvitation(now, invitation)),
    removeMember: (member) => transfer((now) => people.removeMember(now, member)),
    replaceMember: (member, hours) => transfer((now) => people.replaceMember(now, member, hours)),
    formerMembers: () => withState(rotation.formerMembers),
    kept: (member) => transfer((now) => rotation.keptBy(now, member)),
    rotationStatus: () => withState(rotation.rotationStatus),
    resumeRotation: () => transfer(rotation.resumeRotation),
    setMemberRole: (member, role) => withState((now) => people.setMemberRole(now, member, role)),
    rekeySelf: (passphrase) => withState((now) => people.rekeySelf(now, passphrase)),
    rekeyAuthority: () => transfer(people.rekeyAuthority),

    // recovery of a lost authority
    recoveryStatus: () => withState(recoveryStatus),
    recoveryKeepers: () => withState(recoverySet.recoveryKeepers),
    prepareRecovery: (order) => withState(async (now) => {
      forgetPrepared();
      prepared = await recoverySet.prepareRecovery(now, order);
      return prepared.envelope;
    }),
    setRecovery: () => withState(async (now) => {
      await recoverySet.setRecovery(now, prepared ?? fail("precondition_failed", "recovery.not_prepared"));
      forgetPrepared();
    }),
    recoveryShares: () => withState(recoverySet.recoveryShares),
    proveShare: (authority) => withState((now) => recoverySet.proveShare(now, authority)),
    drillRecovery: (proofs, envelopes) => withState((now) => recoverySet.drillRecovery(now, { proofs, envelopes })),
    beginRecovery: (authority, hours) => withState((now) => recover.beginRecovery(now, authority, hours)),
    approveRecovery: (authority, invitation, digits) =>
      withState((now) => recover.approveRecovery(now, authority, invitation, digits)),
    refuseRecovery: (candidate) => withState((now) => recover.refuseRecovery(now, candidate)),
    finishRecovery: ({ userName, passphrase, totp, passkey }, envelopes) => queued(async () => {
      const entering = await unlock.signIn(environment, { userName, passphrase, factor: factorOf({ totp, passkey }) });
      try {
        const done = await recover.finishRecovery(environment, entering, envelopes);
        await enter(entering);
        return done;
      } catch (error) {
        if (unlocked !== entering) wipeUnlocked(entering);
        throw error;
      }
    }),

    // Parties
    parties: () => withState(parties.listParties),
    pinByFingerprint: (code, digits) => withState((now) => pin.pinByFingerprint(now, code, digits)),
    pinBySheet: (sheet) => withState((now) => pin.pinBySheet(now, sheet)),
    unpin: (code) => withState((now) => pin.unpin(now, code)),
    succession: (code, to) => withState((now) => succession(now, code, to)),
    makeSheet: (codes) => withState((now) => parties.makeSheet(now, codes)),
    registerNews: () => withState(async (now) => {
      await synchronise(now);
      return monitor.registerNews(now);
    }),
    acknowledgeRegister: () => withState(monitor.acknowledgeRegister),

    resubmitLog: () => queued(() => lasting(() => resubmit(environment))),

    // alarms
    alarms: () => queued(() => alarms.listAlarms(profile)),
    resolveAlarm: (name, reason) => queued(async () => {
      account();
      await alarms.resolveAlarm(profile, name, reason);
    }),
    exportEvidence: (name) => queued(() => alarms.exportEvidence(profile, name)),

    // account
    sessions: () => queued(() => server.sessions()),
    endSession: (id) => queued(() => server.endSession(id)),
    notices: () => queued(() => server.notices()),
    setNotices: (wanted) => queued(() => server.setNotices(wanted)),
    removeNotices: () => queued(() => server.removeNotices()),
    changePassphrase: (old, fresh) => queued(() => unlock.changePassphrase(environment, account(), old, fresh)),
    makeNewKit: (passphrase) => queued(() => unlock.makeNewKit(environment, account(), passphrase, keptByScreen)),
    kitTriedAt: () => queued(async () => (await server.me()).kitTriedAt ?? null),
    endKitAttempt: () => queued(() => server.endKitAttempt()),
    kitAttempts: () => withState(people.kitAttempts),
    checkKit: (kit) => queued(() => unlock.checkKit(environment, account(), kit)),
    passkeys: () => queued(() => passkeys.listPasskeys(environment)),
    preparePasskeyForAccount: () => queued(async () => {
      const { userName } = account().account;
      passkeyChallenge = (await server.challenge(userName)).challenge;
      return passkeys.creationOptions(server.origin, userName, passkeyChallenge);
    }),
    addPasskey: (name, answer, passphrase) => queued(() =>
      passkeys.addPasskey(environment, account(), name, answer, challengeOf(), passphrase)),
    removePasskey: (id, passphrase) => queued(() => passkeys.removePasskey(environment, account(), id, passphrase)),

    // administrators and auditors
    adminParties: () => queued(async () => (await server.adminParties()).map(({ registerChain: _, foundedId, ...row }) =>
      ({ ...row, founded: foundedId !== undefined }))),
    setQuota: (code, bytes) => queued(() => server.setQuota(code, bytes)),
    support: (code) => queued(() => server.support(code)),
    createParty: (code, name) => queued(() => server.createParty(code, name)),
    inviteFounder: (code, days, anew) => queued(() => invite.inviteFounder(environment, code, days, anew ?? false)),
    suspendParty: (code, reason) => queued(() => server.suspendParty(code, reason)),
    resumeParty: (code, reason) => queued(() => server.resumeParty(code, reason)),
    suspendAccount: (user, reason) => queued(() => server.suspendAccount(user, reason)),
    resumeAccount: (user, reason) => queued(() => server.resumeAccount(user, reason)),
    adminSessions: () => queued(() => server.adminSessions()),
    adminEndSession: (id) => queued(() => server.adminEndSession(id)),
    audit: (cursor) => queued(async () => {
      const { items, nextCursor } = await server.audit(cursor);
      return { items, ...(nextCursor === undefined ? {} : { next: nextCursor }) };
    }),
    counts: () => queued(() => server.counts()),
  };

  const all = { ...past, ...inTurn } as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const api = Object.fromEntries(Object.entries(all).map(([name, run]) => [name, async (...args: unknown[]) => {
    await ready();
    return run(...args);
  }])) as unknown as AgentApi;
  return {
    api,
    touch: () => idle?.touch(),
    stop: () => {
      idle?.stop();
      live?.abort();
    },
  };
}
