// What a person has typed and not sent yet: kept in this browser, sealed to him, so that a lock, a reload or a session that
// ends takes no word away. Of the page alone: at a command line a text is a file of the person's own.
import { attempt, fail } from "../base/failure.ts";
import { openFile, singleProfile } from "../crypto/age/file.ts";
import { fromUtf8, utf8, wipe } from "../crypto/bytes.ts";
import { membership } from "./acting.ts";
import { sealSecret } from "./keyring.ts";
import type { AgentState } from "./state.ts";

const longest = 256 * 1024;

/** Of the authority acted for: what is written for one is not shown while one acts for another. */
function fileOf(state: AgentState, name: string): string {
  if (!/^[a-z]{1,16}(-[0-9a-f]{64})?$/.test(name)) fail("invalid_input", "writing.name");
  return `drafts/writing/${membership(state).authority}-${name}`;
}

/** `text` "": nothing is kept any more. */
export async function keepWriting(state: AgentState, name: string, text: string): Promise<void> {
  const { profile } = state.environment;
  const file = fileOf(state, name);
  if (text === "") return profile.remove(file);
  const bytes = utf8(text);
  if (bytes.length > longest) fail("too_large", "writing.too_large");
  await profile.save(file, sealSecret([membership(state).identity.recipient.text], bytes).bytes);
}

/** "" when nothing is kept, or when it does not open: keys may have changed since. */
export async function keptWriting(state: AgentState, name: string): Promise<string> {
  const stored = await state.environment.profile.load(fileOf(state, name));
  if (stored === null) return "";
  const opened = await attempt(() => openFile(membership(state).identity, stored, singleProfile));
  if ("failure" in opened) return "";
  try {
    return fromUtf8(opened.value) ?? "";
  } finally {
    wipe(opened.value);
  }
}
