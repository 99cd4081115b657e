// An expected failure, in the words of platform/base/result.hpp: code for the program, key for a person, detail for
// whoever looks for the cause. `error.<key>` stands in the catalogue of every language; `arguments` fill its places and
// are shown to the person: never a secret. Everything below the screens throws a Failure and nothing else on purpose.

export const errorCodes = [
  "invalid_input", "unauthenticated", "forbidden", "not_found", "conflict", "precondition_failed", "expired",
  "too_large", "too_many", "integrity", "storage_full", "unavailable", "unsupported",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export class Failure extends Error {
  readonly code: ErrorCode;
  readonly key: string;
  readonly arguments: Record<string, string>;
  readonly detail: string;

  constructor(code: ErrorCode, key: string, args: Record<string, string> = {}, detail = "") {
    super(detail === "" ? `${code} ${key}` : `${code} ${key} (${detail})`);
    this.name = "Failure";
    this.code = code;
    this.key = key;
    this.arguments = args;
    this.detail = detail;
  }
}

export const fail = (code: ErrorCode, key: string, args: Record<string, string> = {}, detail = ""): never => {
  throw new Failure(code, key, args, detail);
};

/** Whether this is an expected failure, of this key where one is given. */
export const isFailure = (error: unknown, key?: string): error is Failure =>
  error instanceof Failure && (key === undefined || error.key === key);

/** Runs it; an expected failure becomes a value. What is not expected goes on as it is. */
export async function attempt<T>(run: () => T | Promise<T>): Promise<{ value: T } | { failure: Failure }> {
  try {
    return { value: await run() };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

/** An invariant of this program: when it does not hold, the program is wrong. */
export function ensure(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${what}`);
}
