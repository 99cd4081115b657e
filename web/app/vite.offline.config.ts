// The page that checks evidence from a file, built of the sources of the page that a server gives: deploy/offline-page.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import base, { productVersion } from "./vite.config.ts";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { catalogue } from "./tooling/catalogue.ts";
import { singleFile } from "./tooling/single_file.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const page = base({ mode: "production", command: "build" });

export default defineConfig({
  ...page,
  plugins: [svelte(), catalogue({ pseudo: false }), singleFile("offline.html")],
  define: { __ROGATORY_VERSION__: JSON.stringify(productVersion()) },
  resolve: {
    ...page.resolve,
    alias: [...(page.resolve?.alias as { find: string | RegExp; replacement: string }[]), { find: /^.*\/agent\/client\.ts$/, replacement: at("./src/offline/client.ts") }],
  },
  build: {
    ...page.build,
    outDir: "dist-offline",
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    rolldownOptions: { input: at("./offline.html"), output: { codeSplitting: false } },
  },
});
