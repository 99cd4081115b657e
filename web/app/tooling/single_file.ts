// One HTML file that needs nothing else: its script and its styles stand in it, and its policy names them by their digests and
// forbids everything else, every network among it. Whatever would still be a file of its own is a mistake.

import { createHash } from "node:crypto";
import type { Plugin } from "vite";

const digestOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

export function policyOf(script: string, style: string): string {
  return [
    "default-src 'none'", `script-src ${digestOf(script)} 'wasm-unsafe-eval'`, `style-src ${digestOf(style)}`, "font-src data:", "img-src data:",
    "connect-src 'none'", "worker-src 'none'", "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'",
    "require-trusted-types-for 'script'", "trusted-types svelte-trusted-html",
  ].join("; ");
}

export function singleFile(name: string): Plugin {
  return {
    name: "rogatory-single-file",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const page = bundle[name];
        if (page?.type !== "asset") throw new Error(`${name} is not among what was built`);
        let script = "";
        let style = "";
        for (const [path, part] of Object.entries(bundle)) {
          if (path === name) continue;
          if (part.type === "chunk" && part.isEntry && script === "") script = part.code;
          else if (part.type === "asset" && path.endsWith(".css")) style += String(part.source);
          else throw new Error(`${path} does not stand in the page itself`);
          delete bundle[path];
        }
        // Nothing in the script may end it early.
        script = script.trim().replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
        const html = String(page.source).replace(/\s*<script [^>]*src=[^>]*><\/script>/, "").replace(/\s*<link rel="stylesheet"[^>]*>/, "");
        const policy = `<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}" />`;
        // Functions, since "$&" in a script means nothing here.
        page.source = html
          .replace(/(<meta charset="[^"]*" \/>)/, (charset) => `${charset}\n    ${policy}`)
          .replace("</head>", () => `<style>${style}</style>\n  </head>`)
          .replace("</body>", () => `<script type="module">${script}</script>\n  </body>`);
        if (/(src|href)="(?!#|data:)/.test(String(page.source).replace(script, "").replace(style, ""))) throw new Error("the page names a file");
      },
    },
  };
}
