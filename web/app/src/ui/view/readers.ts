// "Who will be able to read what, and under which restriction": the sentences of the review page and of an item. What the
// protocol lets a recipient do is said as it is; no sentence promises more.
import type { AuthorityLabel, DossierView, PolicyOrder } from "../../agent/api";
import { type Sentence, type Value, sentence } from "./sentence";
import { type PartyNames, authorityName, partyName, sameText } from "./names";
import { restrictionSentences } from "./restrictions";
import type { Choice } from "./recipients";

export interface Reading {
  /** "The members of the FIU of France will be able to read 2 documents and the message." */
  sentences: Sentence[];
  restrictions: Sentence[];
}

export interface Sending {
  to: readonly Choice[];
  own: Value;
  files: number;
  hasMessage: boolean;
  together: boolean;
  policy: PolicyOrder;
}

export function choiceName(choice: Choice): Value {
  const party = partyName(choice.partyCode, choice.partyName);
  return choice.authorityName === "" || sameText(choice.authorityName, choice.partyName) ? party
    : sentence("name.authority", { party, authority: choice.authorityName });
}

function contents(sending: Pick<Sending, "files" | "hasMessage">): Sentence {
  if (sending.files === 0) return sentence("readers.message_only");
  return sentence(sending.hasMessage ? "readers.files_and_message" : "readers.files_only", { files: sending.files });
}

function onwardSentence(policy: PolicyOrder): Sentence {
  return sentence(`readers.onward.${policy.onward}`);
}

/** One reading for each file that will be opened: one for all where they see one another, else one for each recipient. */
export function readingsOf(sending: Sending): Reading[] {
  const groups = sending.together ? [[...sending.to]] : sending.to.map((one) => [one]);
  return groups.map((group) => {
    const sentences = [
      sentence("readers.can_read", { count: group.length, who: { list: group.map(choiceName) }, what: contents(sending) }),
      onwardSentence(sending.policy),
      sentence("readers.own_too", { own: sending.own }),
    ];
    if (sending.to.length > 1) {
      sentences.push(sentence(sending.together ? "readers.see_one_another" : "readers.do_not_see_one_another"));
    }
    sentences.push(sentence("readers.operator_cannot"));
    return { sentences, restrictions: restrictionSentences(sending.policy) };
  });
}

/** For a reply: the file's participants read it, under the stricter of the file's restrictions and the item's own. */
export function replyReading(
  dossier: DossierView, own: AuthorityLabel, files: number, hasMessage: boolean, policy: PolicyOrder, names: PartyNames,
): Reading {
  const others = dossier.participants.filter((one) => one.authority !== own.authority).map((one) => authorityName(one, names));
  return {
    sentences: [
      sentence("readers.can_read", { count: others.length, who: { list: others }, what: contents({ files, hasMessage }) }),
      onwardSentence(policy),
      sentence("readers.own_too", { own: authorityName(own, names) }),
      sentence("readers.operator_cannot"),
    ],
    restrictions: restrictionSentences(policy),
  };
}

export interface PassingOn {
  possible: boolean;
  /** Whose consent has to be asked first. */
  ask: Value[];
  why: Sentence;
}

/** Whether one may give another authority access, as far as the views tell; the trusted end decides. */
export function passingOn(dossier: DossierView, to: { partyCode: string }, names: PartyNames): PassingOn {
  const own = dossier.own;
  const others = dossier.entries.filter((entry) => !entry.void && entry.author.authority !== own.authority);
  const never = others.filter((entry) => entry.policy.onward === "participants_only");
  const outside = others.filter((entry) => entry.policy.onward === "own_party" && to.partyCode !== own.partyCode);
  const closed = [...never, ...outside];
  if (closed.length > 0) {
    const owners = unique(closed.map((entry) => entry.author));
    return { possible: false, ask: owners.map((one) => authorityName(one, names)), why: sentence("passing_on.closed") };
  }
  const asking = unique(others.filter((entry) => entry.policy.onward === "source_consent").map((entry) => entry.author));
  if (asking.length > 0) {
    const ask = asking.map((one) => authorityName(one, names));
    return { possible: true, ask, why: sentence("passing_on.consent_needed", { owners: { list: ask } }) };
  }
  return { possible: true, ask: [], why: sentence("passing_on.free") };
}

function unique(labels: readonly AuthorityLabel[]): AuthorityLabel[] {
  return [...new Map(labels.map((label) => [label.authority, label])).values()];
}
