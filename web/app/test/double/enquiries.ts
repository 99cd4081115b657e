// The scripted world's enquiries: one that was answered and became a request, one that waits for an answer of one's own.
import type { AgentApi, AuthorityLabel, EnquiryView } from "../../src/agent/api";
import { emptyContent } from "../../src/model/request_content.ts";

const hex = (seed: number): string => seed.toString(16).padStart(2, "0").repeat(32);
const now = (): number => Math.floor(Date.now() / 1000);
const day = 86_400;
const dayOf = (at: number): string => new Date(at * 1000).toISOString().slice(0, 10);

export function enquiryAnswers(
  tell: (name: "changed") => void, fiu: AuthorityLabel, prosecutor: AuthorityLabel, france: AuthorityLabel,
): Partial<AgentApi> {
  const common = { seq: 1, entry: hex(70), answers: [], requests: [], unread: 0, state: "open" as const, warnings: [], late: 0 };
  let all: EnquiryView[] = [
    {
      ...common, chain: hex(61), title: "Baobab Timber, Dakar", message: "Does a company of this name stand in the register?", from: prosecutor, to: [fiu],
      mine: false, asks: { kinds: ["bank_records", "company_register"], answerBy: dayOf(now() - 3 * day) }, late: 3, at: now() - 40 * day,
      content: { ...emptyContent(), entities: [{ key: "e1", name: "Baobab Timber", aliases: [], country: "SEN" }] },
    },
    {
      ...common, chain: hex(62), title: "Villa at Nice", message: "", from: fiu, to: [france], mine: true, asks: { kinds: ["property_register"] }, at: now() - 90 * day,
      content: { ...emptyContent(), assets: [{ key: "s1", kind: "real_estate", description: "Villa at Nice", country: "FRA" }] },
      answers: [{ seq: 2, by: france, at: now() - 80 * day, answer: "ask_formally", message: "The register is open to requests only." }],
      requests: [{ dossier: hex(45), reference: "FIU 12/26", status: "sent" }],
    },
  ];
  const find = (chain: string): EnquiryView => all.find((one) => one.chain === chain) ??
    ((): never => { throw { code: "forbidden", key: "enquiry.not_one", arguments: {} }; })();
  return {
    enquiries: async () => ({ items: all, unopened: 2 }),
    enquiry: async (chain) => find(chain),
    sendEnquiry: async ({ to }) => ({ chain: hex(62), seq: 1, entry: hex(70), index: 5002, to: [to], files: [], counting: true }),
    answerEnquiry: async ({ chain, answer, message }) => {
      all = all.map((one) => (one.chain === chain ? { ...one, late: 0, answers: [...one.answers, { seq: 2, by: fiu, at: now(), answer: answer as "exists", message }] } : one));
      tell("changed");
      return { chain, seq: 2, entry: hex(71), index: 5003, to: [], files: [], counting: true };
    },
  };
}
