// The typed content of a request as rows of names and values. A field that a later version knows is refused before it gets
// here; every one that this version knows is shown.
import type { RequestContent } from "../../record/request_content";
import { printable } from "./names";
import { type Value, word } from "./sentence";

/** Art. 96(2)(a) to (f), in its order. */
export const blockNames = ["assistance", "location", "facts", "procedure", "nationalLaw", "other"] as const;
export type BlockName = (typeof blockNames)[number];

export interface ContentField { name: string; value: Value }
export interface ContentRow { key: string; name: string; fields: ContentField[] }
export interface ContentGroup { kind: string; rows: ContentRow[] }

type Money = NonNullable<RequestContent["assets"][number]["value"]>;
const moneyText = ({ amount, currency, date }: Money): string =>
  `${amount} ${currency}${date === undefined ? "" : ` (${date})`}`;

function valueOf(name: string, value: unknown): Value | undefined {
  if (typeof value === "string") {
    if (name === "kind") return word("content", value);
    return name === "role" ? word("content", value) : printable(value);
  }
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((one) => printable(String(one))).join(" · ");
  return value === undefined ? undefined : moneyText(value as Money);
}

function fieldsOf(row: object, without: readonly string[]): ContentField[] {
  return Object.entries(row).flatMap(([name, given]) => {
    if (without.includes(name)) return [];
    const value = valueOf(name, given);
    return value === undefined ? [] : [{ name, value }];
  });
}

type Event = RequestContent["measures"][number]["events"][number];
const eventText = (event: Event): Value => ({
  list: [
    word("content", event.act), event.date, ...(event.until === undefined ? [] : [`→ ${event.until}`]),
    ...(event.amount === undefined ? [] : [moneyText(event.amount)]),
    ...[event.askedBy, event.note].flatMap((text) => (text === undefined ? [] : [printable(text)])),
  ],
});

/** Groups that hold something. */
export function contentRows(content: RequestContent): ContentGroup[] {
  const group = <Row extends { key: string }>(
    kind: string, rows: readonly Row[], name: (row: Row) => string | undefined, without: readonly string[],
  ): ContentGroup[] => rows.length === 0 ? [] : [{
    kind,
    rows: rows.map((row) => ({ key: row.key, name: printable(name(row) ?? row.key), fields: fieldsOf(row, ["key", ...without]) })),
  }];
  const measures = group("measures", content.measures, (row) => row.order, ["events"]);
  for (const [i, row] of (measures[0]?.rows ?? []).entries()) {
    row.fields.push(...content.measures[i]!.events.map((event) => ({ name: "event", value: eventText(event) })));
  }
  return [
    ...group("persons", content.persons, (row) => row.name, ["name"]),
    ...group("entities", content.entities, (row) => row.name, ["name"]),
    ...group("accounts", content.accounts, (row) => row.iban ?? row.number ?? row.institution, []),
    ...group("transactions", content.transactions, (row) => row.reference, []),
    ...group("assets", content.assets, (row) => row.description, ["description"]),
    ...measures,
  ];
}
