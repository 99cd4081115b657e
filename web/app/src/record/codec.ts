// How the types of this folder stand in canonical JSON. A type says its fields once and is read and written by the same
// list, from which its TypeScript type follows too:
//
//   export const pinned = object({ code: partyCode, party: bytes32, acceptsVouches: flag });
//   export type Pinned = TypeOf<typeof pinned>;
//
// Rules (docs/cryptographic-specification.md): every field listed must be there and no other; an optional value, an
// empty list and a `false` are absent, so that nothing has two spellings. In memory lists and flags are always there.
// Mirror of platform/record/codec.hpp.
import type { Json } from "../crypto/canonicalJson.ts";
import { isRecipient, isSignatureText } from "./keys.ts";
import { isHex, type Hex, type UnixSeconds } from "../model/ids.ts";
import { authorityKinds, isDisplayName, isPartyCode, roles } from "../model/party.ts";
import { onwardRules } from "../model/policy.ts";
import { hasLength } from "../model/text.ts";

export interface Value<T> {
  /** undefined: this is not one. */
  read(json: Json): T | undefined;
  write(value: T): Json;
}
export type TypeOf<V> = V extends Value<infer T> ? T : never;

// --- values --------------------------------------------------------------------------------------------------------

const textValue = <T extends string = string>(good: (text: string) => boolean): Value<T> => ({
  read: (json) => (typeof json === "string" && good(json) ? (json as T) : undefined),
  write: (value) => value,
});

export const bytes16: Value<Hex> = textValue((text) => isHex(text, 16));
export const bytes32: Value<Hex> = textValue((text) => isHex(text, 32));
export const signature: Value<string> = textValue(isSignatureText);
export const recipient: Value<string> = textValue(isRecipient);
export const partyCode: Value<string> = textValue(isPartyCode);
export const displayName: Value<string> = textValue(isDisplayName);
/** A text of at least `min` and at most `max` bytes. */
export const text = (min: number, max: number): Value<string> => textValue((value) => hasLength(value, min, max));
/** An enumeration is written as its name. */
export const oneOf = <const Names extends readonly string[]>(names: Names): Value<Names[number]> =>
  textValue<Names[number]>((value) => names.includes(value));
export const role = oneOf(roles);
export const onward = oneOf(onwardRules);
export const authorityKind = oneOf(authorityKinds);

/** 0 to 2^53 − 1: the parser of canonical JSON lets no other number through. */
export const number: Value<number> = {
  read: (json) => (typeof json === "number" ? json : undefined),
  write: (value) => value,
};
export const seconds: Value<UnixSeconds> = number;

// --- fields --------------------------------------------------------------------------------------------------------

export interface Optional<T> { optional: Value<T> }
export interface List<T> { list: Value<T>; min: number; max: number }
export interface Flag { flag: true }
export interface Named<F> { named: string; field: F }

export const optional = <T>(value: Value<T>): Optional<T> => ({ optional: value });
/** Empty is absent; `min` 1 asks for the field. */
export const list = <T>(value: Value<T>, min: number, max: number): List<T> => ({ list: value, min, max });
/** Present and true, or absent. */
export const flag: Flag = { flag: true };
/** Where the JSON's name is not the property's in snake case. */
export const named = <F>(name: string, field: F): Named<F> => ({ named: name, field });

type FieldType<F> =
  F extends Named<infer Inner> ? FieldType<Inner>
  : F extends Value<infer T> ? T
  : F extends List<infer T> ? T[]
  : F extends Flag ? boolean
  : never;
type IsOptional<F> = F extends Named<infer Inner> ? IsOptional<Inner> : F extends Optional<unknown> ? true : false;
type OptionalType<F> = F extends Named<infer Inner> ? OptionalType<Inner> : F extends Optional<infer T> ? T : never;
type Flatten<T> = { [K in keyof T]: T[K] };
/** The type of an object with these fields. */
export type Fields<F> = Flatten<
  { -readonly [K in keyof F as IsOptional<F[K]> extends true ? never : K]: FieldType<F[K]> } &
  { -readonly [K in keyof F as IsOptional<F[K]> extends true ? K : never]?: OptionalType<F[K]> | undefined }
>;

type AnyField = Value<unknown> | Optional<unknown> | List<unknown> | Flag;
interface Line { property: string; name: string; field: AnyField }

const snakeCase = (property: string): string => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function lineOf(property: string, given: unknown): Line {
  const renamed = given as Named<AnyField>;
  return typeof renamed.named === "string"
    ? { property, name: renamed.named, field: renamed.field }
    : { property, name: snakeCase(property), field: given as AnyField };
}

const isObject = (json: Json): json is { [key: string]: Json } =>
  typeof json === "object" && json !== null && !Array.isArray(json);

function readList({ list: value, min, max }: List<unknown>, json: Json): unknown[] | undefined {
  if (!Array.isArray(json) || json.length === 0 || json.length < min || json.length > max) return undefined;
  const out: unknown[] = [];
  for (const element of json) {
    const one = value.read(element);
    if (one === undefined) return undefined;
    out.push(one);
  }
  return out;
}

/** What a present field reads as; undefined: it is not what it must be. */
function readPresent(field: AnyField, json: Json): unknown {
  if ("read" in field) return field.read(json);
  if ("optional" in field) return field.optional.read(json);
  if ("list" in field) return readList(field, json);
  return json === true ? true : undefined;
}

/** What an absent field reads as; undefined: it must not be absent. */
function readAbsent(field: AnyField): unknown {
  if ("list" in field) return field.min === 0 ? [] : undefined;
  return "flag" in field ? false : undefined;
}

function writeField(field: AnyField, value: unknown): Json | undefined {
  if ("read" in field) return field.write(value);
  if ("optional" in field) return value === undefined ? undefined : field.optional.write(value);
  if ("list" in field) {
    const elements = value as unknown[];
    return elements.length === 0 ? undefined : elements.map((element) => field.list.write(element));
  }
  return value === true ? true : undefined;
}

/** An object of exactly these fields; `valid` says what holds between them. */
export function object<F extends object>(fields: F, valid?: (value: Fields<F>) => boolean): Value<Fields<F>> {
  const lines = Object.entries(fields).map(([property, field]) => lineOf(property, field));
  return {
    read(json) {
      if (!isObject(json)) return undefined;
      let used = 0;
      const out: Record<string, unknown> = {};
      for (const { property, name, field } of lines) {
        if (Object.hasOwn(json, name)) {
          ++used;
          const value = readPresent(field, json[name] as Json);
          if (value === undefined) return undefined;
          out[property] = value;
        } else if (!("optional" in field)) {
          const value = readAbsent(field);
          if (value === undefined) return undefined;
          out[property] = value;
        }
      }
      if (used !== Object.keys(json).length) return undefined;
      const body = out as Fields<F>;
      return valid === undefined || valid(body) ? body : undefined;
    },
    write(body) {
      const out: { [key: string]: Json } = {};
      for (const { property, name, field } of lines) {
        const value = writeField(field, (body as Record<string, unknown>)[property]);
        if (value !== undefined) out[name] = value;
      }
      return out;
    },
  };
}

/** Sorted by what `key` gives, each once: a list has one spelling. (Hex and codes compare as their bytes do.) */
export function strictlyRising<T>(elements: readonly T[], key: (element: T) => string | number): boolean {
  for (let i = 1; i < elements.length; ++i) {
    if (!(key(elements[i - 1] as T) < key(elements[i] as T))) return false;
  }
  return true;
}
export const idsRise = (ids: readonly string[]): boolean => strictlyRising(ids, (id) => id);
