/**
 * What somebody chooses of several, while what is in force may be read anew: what he has touched stays as he left it, everything else follows,
 * so that he neither loses a choice nor signs away what a colleague has set meanwhile.
 */
export function choices<Key extends string>(keys: readonly Key[]) {
  const on = $state(Object.fromEntries(keys.map((key) => [key, false])) as Record<Key, boolean>);
  const touched = new Set<Key>();
  return {
    isOn: (key: Key): boolean => on[key],
    all: (): Key[] => keys.filter((key) => on[key]),
    choose(key: Key, chosen: boolean): void {
      touched.add(key);
      on[key] = chosen;
    },
    follow(inForce: readonly Key[]): void {
      for (const key of keys) if (!touched.has(key)) on[key] = inForce.includes(key);
    },
    /** What was chosen is in force: from here on all of it follows. */
    settle: (): void => touched.clear(),
  };
}
