import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { catalogue } from "./tooling/catalogue.ts";
import { manifest } from "./tooling/manifest.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The product has one version; CMakeLists.txt says it. */
export function productVersion(): string {
  const found = /project\(rogatory VERSION ([0-9.]+)/.exec(readFileSync(at("../../CMakeLists.txt"), "utf8"));
  if (!found) throw new Error("no version in CMakeLists.txt");
  return found[1]!;
}

// Modes: production is what is shipped. `double` puts a scripted trusted end in the worker's place, for developing and
// looking at screens without a server; `pseudo` is that with accented texts. Neither is ever served: they are built elsewhere.
export default defineConfig(({ mode }) => {
  const double = mode === "double" || mode === "pseudo";
  return {
    appType: "spa",
    base: "/",
    define: { __ROGATORY_VERSION__: JSON.stringify(productVersion()) },
    // The page's state (`*.svelte.ts`) is tested as a browser runs it, with effects; Vitest would compile it as for a server.
    plugins: [svelte(process.env["VITEST"] ? { dynamicCompileOptions: () => ({ generate: "client" }) } : {}), catalogue({ pseudo: mode === "pseudo" }), manifest(productVersion())],
    ...(process.env["VITEST"] ? { ssr: { resolve: { conditions: ["browser"] } } } : {}),
    resolve: {
      conditions: ["browser"],
      alias: [
        // Messages are parsed at build time: the parser stays out of the page.
        ...(process.env["VITEST"] ? [] : [{ find: "@formatjs/icu-messageformat-parser", replacement: "@formatjs/icu-messageformat-parser/no-parser.js" }]),
        ...(double ? [{ find: /^.*\/agent\/client\.ts$/, replacement: at("./test/double/client.ts") }] : []),
      ],
    },
    build: {
      target: ["chrome125", "firefox128", "safari17.4"],
      outDir: double ? `../../build/web-${mode}` : "dist",
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      cssCodeSplit: true,
      sourcemap: false,
      reportCompressedSize: false,
      rolldownOptions: {
        // The page, and the sandboxed frame in which decrypted files are looked at.
        input: { index: at("./index.html"), preview: at("./preview.html") },
        output: {
          entryFileNames: "assets/[name]-[hash].js",
          chunkFileNames: "assets/[name]-[hash].js",
          assetFileNames: "assets/[name]-[hash][extname]",
        },
      },
    },
    worker: {
      format: "es" as const,
      plugins: () => [catalogue({ pseudo: false })],
      rolldownOptions: {
        output: {
          // The server gives the policy that lets WebAssembly run to these names only.
          entryFileNames: "assets/worker-[name]-[hash].js",
          chunkFileNames: "assets/part-[name]-[hash].js",
          assetFileNames: "assets/[name]-[hash][extname]",
        },
      },
    },
    test: {
      include: ["test/**/*.test.ts"],
      environment: "node",
      server: { deps: { inline: ["svelte"] } },
      // Behaviour is asserted, never speed: a busy machine may be ten times slower than an idle one.
      testTimeout: 180_000,
      hookTimeout: 600_000,
      // Most of a live test is waiting: for the next half minute's code, for a server to start.
      maxWorkers: 3,
      passWithNoTests: existsSync(at("./test")) === false,
    },
  };
});
