// Internal to src/agent: from where and how the people of one's own Party come in (platform/agent/access_rules.hpp,
// platform/decisions/1823-access-rules.md). The server holds every request to it.
import { fail } from "../base/failure.ts";
import type { Hex } from "../model/ids.ts";
import { includesRole } from "../model/party.ts";
import { isEffective } from "../record/outcome.ts";
import { membership, own, ownKnown, requireRole, self } from "./acting.ts";
import { isAddressRange } from "./address_range.ts";
import type { AccessRules, AccessRulesView } from "./api.ts";
import type { ChainCopyItem } from "./chain_copy.ts";
import { appendToRegister } from "./people.ts";
import type { KnownRegister } from "./register_book.ts";
import type { AgentState } from "./state.ts";
import { synchronise } from "./synchronise.ts";

/** The server's own, where a Party sets none; and the least it takes. */
const longest = { idle: 900, absolute: 43_200 };
const shortest = { idle: 60, absolute: 600 };

/** What set them last. */
const lastSetting = ({ copy, outcomes }: KnownRegister): ChainCopyItem | undefined => copy.items.filter(({ statement }, i) => {
  const outcome = outcomes[i];
  return statement.kind === "access_policy_set" && outcome !== undefined && isEffective(outcome);
}).at(-1);

/** What one's own register says; whoever set it, as of that statement: he may have left since. */
export async function accessRules(state: AgentState): Promise<AccessRulesView> {
  await synchronise(state);
  const register = own(state);
  const last = lastSetting(ownKnown(state));
  const rules = register.accessPolicy();
  return {
    ranges: rules?.addressRanges ?? [],
    factor: rules?.totpRefused === true ? "passkey" : rules?.passkeyRefused === true ? "code" : "any",
    idle: rules?.sessionIdle ?? longest.idle,
    absolute: rules?.sessionAbsolute ?? longest.absolute,
    exportRefused: rules?.exportRefused ?? false,
    nativeOnly: rules?.nativeOnly ?? false,
    certificate: rules?.clientCa !== undefined,
    ...(last === undefined ? {} : { set: {
      id: last.statement.id,
      by: register.member(last.statement.statement.author.member, last.index + 1)?.displayName ?? "",
      at: last.statement.statement.at,
    } }),
    may: includesRole(self(state).role, "custodian") && membership(state).authority === register.root,
  };
}

/**
 * All of them at once, by an access manager of the root authority. What can be known here to shut him out is not signed; from
 * where he comes the server alone knows, and refuses what would ("access.own_address").
 *   conflict "access.rules_changed": others were set since those were seen;
 *   forbidden "authority.root_only"; invalid_input "access.range", "access.own_second_factor", "access.times".
 */
export async function setAccessRules(state: AgentState, rules: AccessRules, seen: Hex | undefined): Promise<void> {
  await synchronise(state);
  requireRole(state, "custodian");
  if (membership(state).authority !== own(state).root) fail("forbidden", "authority.root_only");
  const wrong = rules.ranges.find((range) => !isAddressRange(range));
  if (wrong !== undefined) fail("invalid_input", "access.range", { range: wrong });
  if (rules.factor === "passkey" && (await state.environment.server.passkeys()).length === 0) {
    fail("invalid_input", "access.own_second_factor");
  }
  const within = (seconds: number, least: number, most: number): boolean => Number.isInteger(seconds) && seconds >= least && seconds <= most;
  if (!within(rules.idle, shortest.idle, longest.idle) || !within(rules.absolute, Math.max(shortest.absolute, rules.idle), longest.absolute)) {
    fail("invalid_input", "access.times");
  }
  await appendToRegister(state, "access_policy_set", () => {
    if (lastSetting(ownKnown(state))?.statement.id !== seen) fail("conflict", "access.rules_changed");
    // Which certificates are asked for is set with the program: it stays as it is.
    const { clientCa } = own(state).accessPolicy() ?? {};
    return { body: {
      ...(clientCa === undefined ? {} : { clientCa }),
      addressRanges: [...rules.ranges],
      nativeOnly: false,
      passkeyRefused: rules.factor === "code",
      totpRefused: rules.factor === "passkey",
      sessionIdle: rules.idle,
      sessionAbsolute: rules.absolute,
      exportRefused: rules.exportRefused,
    } };
  });
}
