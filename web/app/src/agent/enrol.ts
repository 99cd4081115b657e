// Enrolment, in steps (platform/agent/enrol.cpp): redeem → card → register checked → keys → kit printed and read back →
// record, MAC → one request. Between the steps nothing but the invitation's code, the sheet and the session it opened
// lies in the profile, encrypted under a key that this browser does not hand out: a reload begins again at the kit, with
// the same session. Keys and passphrase live in memory alone until the server has the account.
import { ensure, fail, isFailure } from "../base/failure.ts";
import { equal, fromUtf8, utf8, wipe } from "../crypto/bytes.ts";
import { encodeCanonicalJson } from "../crypto/canonicalJson.ts";
import type { InvitationSecrets } from "../crypto/invitation.ts";
import { checkPassphrase } from "../crypto/passphrase.ts";
import {
  generateAccountKey, generateKitSecret, signInText, type AccountKey, type KitSecret,
} from "../crypto/password.ts";
import { sign } from "../crypto/sign.ts";
import { fingerprintDigits } from "../record/fingerprint.ts";
import { canonicalJson } from "../record/keys.ts";
import { maxMemberships, type BundleMembership, type UserBundle } from "../record/user_bundle.ts";
import { accountOf } from "./account_here.ts";
import { answerInvitation } from "./answer_invitation.ts";
import type {
  Account, EnrolmentBegin, EnrolmentOutcome, EnrolmentWay, PasskeyAnswer, TotpSetup, Welcome,
} from "./api.ts";
import { copyBundle, sealBundle } from "./bundle.ts";
import { checkInvitation, secretsOf, welcomeOf, type CheckedInvitation } from "./check_invitation.ts";
import type { Environment } from "./environment.ts";
import { found, predecessor, prepareFounding, type Founding } from "./found.ts";
import { parseKit, writeKit } from "./kit.ts";
import { creationOptions, newPasskeyOf, prfRecipient } from "./passkeys.ts";
import type { Enrolment, ProfileStore, Redeemed } from "./ports.ts";
import {
  adoptPendingAccount, kitKeys, loadAccountKey, passphraseKeys, savePendingAccount, type KitKeys,
  type PassphraseKeys, type Unlocked,
} from "./secrets.ts";
import { totpSetup } from "./totp_text.ts";
import { loadSecrets, rewriteBundle, type SecondFactor } from "./unlock.ts";

const enrolmentFile = "enrolment.json";
const openFile = "enrolment-open"; // wrapped

type Stage = "posting" | "posted";
interface Remembered { outcome: EnrolmentOutcome; stage: Stage }

/** What survives an interruption: no secret, and nothing that could not be made again. */
const remember = (profile: ProfileStore, outcome: EnrolmentOutcome, stage: Stage): Promise<void> =>
  profile.save(enrolmentFile, utf8(encodeCanonicalJson({
    authority: outcome.foundAuthority, comparison_digits: outcome.comparisonDigits, party_digits: outcome.partyDigits,
    stage, state: outcome.state,
  })));

async function recall(profile: ProfileStore): Promise<Remembered | null> {
  const stored = await profile.load(enrolmentFile);
  if (stored === null) return null;
  const json = canonicalJson(stored, 64 * 1024);
  if (typeof json !== "object" || Array.isArray(json)) return fail("invalid_input", "profile.damaged");
  const text = (name: string): string => {
    const value = json[name];
    return typeof value === "string" ? value : "";
  };
  return {
    outcome: {
      state: text("state") === "live" ? "live" : "answered", comparisonDigits: text("comparison_digits"),
      partyDigits: text("party_digits"), foundAuthority: text("authority"),
    },
    stage: text("stage") === "posted" ? "posted" : "posting",
  };
}

const isUserName = (text: string): boolean => /^[a-z0-9._-]{3,64}$/.test(text);

interface Credentials {
  account: Account;
  accountKey: AccountKey;
  kitSecret: KitSecret;
  kit: KitKeys;
  passphrase: PassphraseKeys;
}

function makeCredentials(account: Account, passphrase: string): Credentials {
  const accountKey = generateAccountKey();
  const kitSecret = generateKitSecret();
  return {
    account, accountKey, kitSecret, kit: kitKeys(accountKey, kitSecret),
    passphrase: passphraseKeys(passphrase, accountKey, account),
  };
}

/** An enrolment that is under way in this worker. */
interface Journey {
  begin: EnrolmentBegin;
  secrets: InvitationSecrets;
  redeemed: Redeemed;
  welcome: Welcome;
  checked?: CheckedInvitation;
  founding?: Founding;
  way?: EnrolmentWay;
  credentials?: Credentials;
  passkeyChallenge?: Uint8Array;
  kitReadBack: boolean;
}

export interface EnrolmentSteps {
  begin(begin: EnrolmentBegin): Promise<Welcome>;
  /** After a reload: the welcome of the invitation that was begun here, its session taken up again; null: none was. */
  takeUp(): Promise<Welcome | null>;
  prepareTotp(userName: string): Promise<TotpSetup>;
  preparePasskey(userName: string): Promise<unknown>;
  /** Founding anew: that there is such a register to follow, before any key is made. */
  checkPredecessor(code: string, succeeds: string, noteVerbale: string): Promise<void>;
  prepareKit(way: EnrolmentWay): Promise<string>;
  readBackKit(typed: string): boolean;
  answer(factor: { totp?: string; passkey?: PasskeyAnswer }): Promise<EnrolmentOutcome>;
  resume(): Promise<EnrolmentOutcome | null>;
  /** Once admitted: what the account opens, by the session that answered. "waiting"; "gone": nothing here to go on with. */
  enter(): Promise<Unlocked | "waiting" | "gone">;
  /** The person turned back: the session ends, what was kept goes. */
  forget(): Promise<void>;
}

function firstBundle({ passphrase, kit }: Credentials, membership: BundleMembership, passkey?: PasskeyAnswer): UserBundle {
  const bundle: UserBundle = {
    version: 1,
    recipients: [
      { use: "unlock", recipient: passphrase.unlock.recipient.text },
      { use: "kit", recipient: kit.identity.recipient.text },
    ],
    memberships: [membership],
  };
  if (passkey?.prf !== undefined) {
    bundle.recipients.push({ use: "passkey", recipient: prfRecipient(passkey.prf) });
  }
  return bundle;
}

/** The session that the code opened has served. An answer that gets lost costs a row in a list until it expires. */
async function endEnrolmentSession({ server }: Environment): Promise<void> {
  if (server.enrolmentToken() === "") return;
  try {
    await server.signOut();
  } catch (error) {
    if (!isFailure(error)) throw error;
  } finally {
    server.leaveEnrolment();
  }
}

export function enrolmentSteps(environment: Environment): EnrolmentSteps {
  const { server, profile } = environment;
  let journey: Journey | undefined;
  /** Answered here, and neither this worker nor its session has ended since: the keys that go on once admitted. */
  let waiting: { account: Account; keys: PassphraseKeys; token: string } | undefined;
  const under = (): Journey => journey ?? fail("precondition_failed", "enrolment.not_begun");

  const keepOpen = async ({ sheet, code }: EnrolmentBegin, redeemed: Redeemed): Promise<void> => {
    const text = utf8(JSON.stringify({
      sheet, code, token: server.enrolmentToken(), redeemed: { ...redeemed, card: [...redeemed.card] },
    }));
    await profile.saveWrapped(openFile, text);
    wipe(text);
  };

  /** Card, log and register are looked at anew each time: what was right before a reload may not be now. */
  const look = async (begin: EnrolmentBegin, secrets: InvitationSecrets, redeemed: Redeemed): Promise<Welcome> => {
    // A code opens a session until its answer is approved; only one that nobody has answered is answered here.
    if (await server.enrolmentState() !== "open") return fail("conflict", "enrolment.answered");
    const now: Journey = {
      begin, secrets, redeemed, kitReadBack: false,
      welcome: {
        kind: "administrator", partyCode: "", partyDigits: "", authorityName: "", role: "", logOrigin: "", policy: "",
        inviter: "",
      },
    };
    if (redeemed.kind === "founder") {
      now.founding = await prepareFounding(environment, begin.sheet, redeemed, secrets);
      const { sheet, log, code, anew } = now.founding;
      now.welcome = {
        kind: "founder", partyCode: code ?? "", role: "custodian", authorityName: "", inviter: "",
        partyDigits: sheet.registry === undefined ? "" : fingerprintDigits(sheet.registry),
        logOrigin: log.origin, policy: sheet.logPolicy, anew,
      };
    } else if (redeemed.kind !== "administrator") {
      now.checked = await checkInvitation(environment, begin.sheet, redeemed, secrets, false);
      if (now.checked.card.service) return fail("invalid_input", "enrolment.a_service");
      now.welcome = welcomeOf(now.checked);
    }
    journey = now;
    return now.welcome;
  };

  const steps: EnrolmentSteps = {
    begin: async (begin) => {
      const account = await accountOf(profile);
      const before = await recall(profile);
      // An account that was never posted may be made anew; any other keeps its profile.
      if (account !== null && before?.stage !== "posting") {
        return fail("conflict", "profile.has_account", { user: account.userName });
      }
      const secrets = secretsOf(begin.code);
      const redeemed = await server.redeem(secrets.redeem);
      const welcome = await look(begin, secrets, redeemed);
      await keepOpen(begin, redeemed);
      return welcome;
    },

    takeUp: async () => {
      if (journey !== undefined) return journey.welcome;
      const kept = await profile.loadWrapped(openFile);
      if (kept === null) return null;
      const text = fromUtf8(kept) ?? "{}";
      wipe(kept);
      const { sheet, code, token, redeemed } = JSON.parse(text) as
        { sheet: string; code: string; token: string; redeemed: Redeemed & { card: number[] } };
      const secrets = secretsOf(code);
      const same: Redeemed = { ...redeemed, card: Uint8Array.from(redeemed.card) };
      server.useEnrolment(token);
      try {
        return await look({ sheet, code }, secrets, same);
      } catch (error) {
        // The session ran out: the code opens another, for which the second factor is set up again.
        if (!isFailure(error) || error.code !== "unauthenticated") throw error;
        server.leaveEnrolment();
        const again = await server.redeem(secrets.redeem);
        const welcome = await look({ sheet, code }, secrets, again);
        await keepOpen({ sheet, code }, again);
        return welcome;
      }
    },

    prepareTotp: async (userName) => {
      under();
      return totpSetup(server.origin, userName, await server.totpSecret());
    },

    preparePasskey: async (userName) => {
      const now = under();
      now.passkeyChallenge = (await server.challenge(userName)).challenge;
      return creationOptions(server.origin, userName, now.passkeyChallenge);
    },

    checkPredecessor: async (code, succeeds, noteVerbale) => {
      under();
      await predecessor(environment, code, succeeds, noteVerbale);
    },

    prepareKit: async (way) => {
      const now = under();
      if (!isUserName(way.userName)) return fail("invalid_input", "enrolment.user_name");
      if (way.language !== "en" && way.language !== "fr") return fail("invalid_input", "enrolment.language");
      checkPassphrase(way.passphrase, way.userName);
      const account: Account = {
        origin: server.origin, userName: way.userName, language: way.language,
        kind: now.redeemed.kind === "administrator" ? "administrator" : "member",
      };
      now.credentials = makeCredentials(account, way.passphrase);
      now.way = { ...way, passphrase: "" };
      now.kitReadBack = false;
      const { accountKey, kitSecret } = now.credentials;
      return writeKit({ origin: account.origin, userName: account.userName, accountKey, kitSecret });
    },

    readBackKit: (typed) => {
      const now = under();
      const { account, accountKey, kitSecret } = now.credentials ?? fail("precondition_failed", "enrolment.no_kit");
      try {
        const kit = parseKit(typed);
        now.kitReadBack = kit.origin === account.origin && kit.userName === account.userName &&
          equal(kit.accountKey, accountKey) && equal(kit.kitSecret, kitSecret);
      } catch (error) {
        if (!isFailure(error)) throw error;
        now.kitReadBack = false;
      }
      return now.kitReadBack;
    },

    answer: async ({ totp, passkey }) => {
      const now = under();
      const { credentials, way } = now;
      if (credentials === undefined || way === undefined) return fail("precondition_failed", "enrolment.no_kit");
      // A kit that nobody can read is no kit: the account would be lost with this browser.
      if (!now.kitReadBack) return fail("precondition_failed", "enrolment.kit_not_read_back");
      const { account, accountKey, kit, passphrase } = credentials;
      const newPasskey = passkey === undefined ? undefined
        : newPasskeyOf(passkey, now.passkeyChallenge ?? fail("precondition_failed", "passkey.none"));
      const request: Enrolment = {
        userName: account.userName, language: account.language, signInKey: passphrase.signIn.verifyKey,
        kitKey: kit.signIn.verifyKey, ...(totp === undefined ? {} : { totp }),
        ...(newPasskey === undefined ? {} : { newPasskey }),
      };
      let outcome: EnrolmentOutcome = { state: "live", comparisonDigits: "", partyDigits: "", foundAuthority: "" };
      if (now.founding !== undefined) {
        const founded = await found(environment, way, now.founding);
        request.append = founded.append;
        request.bundle = sealBundle(firstBundle(credentials, founded.membership, passkey));
        outcome.partyDigits = fingerprintDigits(founded.membership.party);
        outcome.foundAuthority = founded.membership.authority;
      } else if (now.checked !== undefined) {
        const name = way.displayName === "" ? way.userName : way.displayName;
        const answer = answerInvitation(name, now.checked, now.secrets);
        Object.assign(request, answer.request);
        request.bundle = sealBundle(firstBundle(credentials, answer.membership, passkey));
        outcome = answer.outcome;
      }
      // In the profile before the server knows of it: an answer that is lost leaves an account that can be opened.
      await savePendingAccount(profile, account, accountKey, kit.signIn.verifyKey);
      await remember(profile, outcome, "posting");
      try {
        await server.enrol(request);
      } catch (error) {
        if (isFailure(error) && error.code === "unavailable") return fail("unavailable", "enrolment.unsettled", {}, error.key);
        throw error;
      }
      await adoptPendingAccount(profile);
      await remember(profile, outcome, "posted");
      await profile.remove(openFile);
      if (outcome.state === "answered") {
        // Whoever is admitted goes on with it: neither passphrase nor second factor is asked again.
        waiting = { account, keys: passphrase, token: server.enrolmentToken() };
        server.leaveEnrolment();
      } else {
        await endEnrolmentSession(environment);
      }
      journey = undefined;
      return outcome;
    },

    enter: async () => {
      if (waiting === undefined) return "gone";
      const { account, keys, token } = waiting;
      server.useEnrolment(token);
      try {
        if (await server.enrolmentState() !== "live") return "waiting";
        const { challenge } = await server.challenge(account.userName);
        await server.enterSession(challenge, sign(keys.signIn, signInText(account.origin, account.userName, challenge)));
        server.leaveEnrolment();
        waiting = undefined;
        return await loadSecrets(environment, account, keys.unlock);
      } catch (error) {
        // No answer: the next look tells. Any other: that session has nothing more to give, a sign-in has.
        if (!isFailure(error) || error.code === "unavailable") throw error;
        waiting = undefined;
        return "gone";
      } finally {
        server.leaveEnrolment();
      }
    },

    resume: async () => {
      const before = await recall(profile);
      if (before === null) return null;
      if (before.stage === "posted") return before.outcome;
      // The server says whether it has an answer; a code that opens nothing any more had one, too.
      const kept = await profile.loadWrapped(openFile);
      if (kept === null) return fail("invalid_input", "enrolment.code_needed");
      const { code } = JSON.parse(fromUtf8(kept) ?? "{}") as { code: string };
      wipe(kept);
      try {
        await server.redeem(secretsOf(code).redeem);
        const state = await server.enrolmentState();
        await endEnrolmentSession(environment);
        if (state === "open") return null; // it never arrived: takeUp() and answer again
      } catch (error) {
        server.leaveEnrolment();
        if (!isFailure(error) || error.code !== "not_found") throw error;
      }
      await adoptPendingAccount(profile);
      await remember(profile, before.outcome, "posted");
      await profile.remove(openFile);
      return before.outcome;
    },

    forget: async () => {
      journey = undefined;
      await endEnrolmentSession(environment);
      await profile.remove(openFile);
    },
  };
  return steps;
}

// --- a further authority -------------------------------------------------------------------------------------------

/** A copy of the bundle with one more membership; one that an earlier attempt left for the same member is replaced. */
function withMembership(bundle: UserBundle, membership: BundleMembership): UserBundle {
  const grown = copyBundle(bundle);
  grown.memberships = grown.memberships.filter(
    (old) => old.registerChain !== membership.registerChain || old.member !== membership.member);
  if (grown.memberships.length >= maxMemberships) return fail("too_large", "bundle.full");
  grown.memberships.push(membership);
  return grown;
}

/**
 * An official who is enrolled already takes up another authority with the same sign-in: new keys for it go into the user
 * bundle, and the answer waits for the inviter like any other. For invitations of a member or of an authority's first
 * custodian; "join.kind" for any other. `confirm` shows the welcome; what it throws ends it before any key is made.
 */
export async function join(
  environment: Environment, unlocked: Unlocked, begin: EnrolmentBegin, displayName: string, passphrase: string,
  factor: SecondFactor, confirm: (welcome: Welcome) => Promise<void>,
): Promise<EnrolmentOutcome> {
  const { server, profile } = environment;
  const { bundle, account } = unlocked;
  if (bundle === undefined) return fail("forbidden", "account.no_membership");
  try {
    const secrets = secretsOf(begin.code);
    const redeemed = await server.redeem(secrets.redeem);
    if (!["member", "authority", "recovery"].includes(redeemed.kind)) return fail("invalid_input", "join.kind");
    if (await server.enrolmentState() !== "open") return fail("conflict", "enrolment.answered");
    const checked = await checkInvitation(environment, begin.sheet, redeemed, secrets, true);
    if (checked.card.service) return fail("invalid_input", "join.kind");
    await confirm(welcomeOf(checked));
    const answer = answerInvitation(displayName === "" ? account.userName : displayName, checked, secrets);
    const keys = passphraseKeys(passphrase, await loadAccountKey(profile), account);
    const grown = withMembership(bundle, answer.membership);

    // The new keys are safe before anybody can approve them: in the own session, by cookie.
    const token = server.enrolmentToken();
    server.leaveEnrolment();
    await rewriteBundle(environment, unlocked, passphrase, grown);
    server.useEnrolment(token);
    ensure(unlocked.bundle !== undefined, "the bundle was written");
    await server.enrol({
      ...answer.request, userName: account.userName, language: account.language, signInKey: keys.signIn.verifyKey,
      kitKey: new Uint8Array(32),
      ...(factor.totp === undefined || factor.totp === "" ? {} : { totp: factor.totp }),
      ...(factor.passkey === undefined ? {} : { passkey: factor.passkey }),
    });
    await endEnrolmentSession(environment);
    return answer.outcome;
  } finally {
    server.leaveEnrolment();
  }
}
