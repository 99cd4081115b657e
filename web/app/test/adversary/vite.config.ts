// The trusted end of the page as one file for Node: what tests/adversary drives. Everything is inside, so that it runs from the build folder.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  logLevel: "warn",
  ssr: { noExternal: true, target: "node" },
  build: { ssr: fileURLToPath(new URL("./person.ts", import.meta.url)), target: "node20", minify: false, emptyOutDir: true },
});
