// Whether a text of a statement is a recipient. The check costs a scalar multiplication and replay asks about the same
// keys again and again, so what was found good is remembered.
import { isFailure } from "../base/failure.ts";
import { parseRecipient } from "./age/hybrid.ts";

const good = new Set<string>();
const most = 4096; // 8 MB of text

export function isRecipient(text: string): boolean {
  if (good.has(text)) return true;
  try {
    parseRecipient(text);
  } catch (error) {
    if (isFailure(error, "age.recipient")) return false;
    throw error;
  }
  if (good.size >= most) good.clear();
  good.add(text);
  return true;
}
