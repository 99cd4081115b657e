// dist/manifest.json: every served file with its size and digest, sorted, so that two builds can be compared and a
// server's copy checked. It holds no time and no name of a machine.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Plugin, ResolvedConfig } from "vite";

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]);
}

export function manifest(version: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: "rogatory-manifest",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    writeBundle: {
      order: "post",
      sequential: true,
      handler() {
        const folder = join(config.root, config.build.outDir);
        const files = filesBelow(folder)
          .map((path) => ({ path: relative(folder, path).split(sep).join("/"), bytes: readFileSync(path) }))
          .filter((file) => file.path !== "manifest.json")
          .sort((a, b) => (a.path < b.path ? -1 : 1))
          .map((file) => ({
            path: file.path,
            size: file.bytes.length,
            sha256: createHash("sha256").update(file.bytes).digest("hex"),
          }));
        writeFileSync(join(folder, "manifest.json"), `${JSON.stringify({ version, files }, null, 2)}\n`);
      },
    },
  };
}
