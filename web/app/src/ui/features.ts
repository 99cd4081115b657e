// What the page cannot do without. A browser that lacks one of these says so at once, in words, before anybody types.

/** Names of what is missing, as browsers' makers call them: for whoever helps on the telephone. */
export function missingFeatures(world: typeof globalThis = globalThis): string[] {
  const { navigator } = world;
  const needed: [string, boolean][] = [
    ["WebAssembly", typeof world.WebAssembly === "object"],
    ["IndexedDB", typeof world.indexedDB === "object" && world.indexedDB !== null],
    // Also missing where the address is not https.
    ["WebCrypto", typeof world.crypto?.subtle === "object"],
    ["Web Locks", typeof navigator?.locks === "object"],
    ["Origin Private File System", typeof navigator?.storage?.getDirectory === "function"],
    ["Streams", typeof world.WritableStream === "function" && typeof world.ReadableStream === "function"],
    ["BroadcastChannel", typeof world.BroadcastChannel === "function"],
  ];
  return needed.flatMap(([name, there]) => (there ? [] : [name]));
}
