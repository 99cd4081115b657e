// The command line's words, as the harness writes them, taken apart.
export interface Words { plain: string[]; options: Map<string, string[]> }

const flags = new Set(["--yes", "--together", "--json", "--confidential"]);

export function wordsOf(all: readonly string[]): Words {
  const plain: string[] = [];
  const options = new Map<string, string[]>();
  for (let i = 0; i < all.length; ++i) {
    const word = all[i] as string;
    if (!word.startsWith("--")) plain.push(word);
    else if (flags.has(word)) options.set(word, [""]);
    else options.set(word, [...(options.get(word) ?? []), all[++i] ?? ""]);
  }
  return { plain, options };
}

export const one = ({ options }: Words, name: string, otherwise = ""): string => options.get(name)?.at(-1) ?? otherwise;

/** camelCase of the page's views → the names of the command line's JSON, so that an attack reads either. */
export function spelled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelled);
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), spelled(inner)]));
}
