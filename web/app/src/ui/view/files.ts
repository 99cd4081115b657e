// Names and kinds of files from outside: a name that is safe to save under, whether it can run code, what may be previewed.
import { printable } from "./names";
import { type Sentence, sentence } from "./sentence";

const reservedOnWindows = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/iu;
const longest = 200;

/** The last part of a sent name, without what a file system or a screen would read otherwise. */
export function safeFileName(name: string): string {
  const last = name.split(/[/\\]/u).at(-1) ?? "";
  let safe = printable(last.normalize("NFC")).replace(/[<>:"|?*\ufffd\n\t]/gu, "_").replace(/^[.\s]+|[.\s]+$/gu, "");
  if (reservedOnWindows.test(safe)) safe = `_${safe}`;
  if (safe === "") safe = "document";
  if (safe.length <= longest) return safe;
  const dot = safe.lastIndexOf(".");
  const ending = dot > 0 && safe.length - dot <= 12 ? safe.slice(dot) : "";
  return safe.slice(0, longest - ending.length) + ending;
}

const programs = new Set(["exe", "com", "msi", "scr", "pif", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "jar",
  "sh", "command", "app", "dmg", "pkg", "deb", "rpm", "lnk", "reg", "cpl", "py", "pl", "apk", "dll", "iso", "img", "vhd", "url"]);
const macros = new Set(["doc", "xls", "ppt", "docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "ppsm", "rtf", "odt", "ods", "odp", "one"]);
const archives = new Set(["zip", "7z", "rar", "tar", "gz", "bz2", "xz", "tgz", "cab", "zst"]);
const pages = new Set(["html", "htm", "svg", "xhtml", "mht", "mhtml", "xml"]);

export type FileRisk = "program" | "macros" | "archive" | "page";

/** What the name says the file can do once it is opened; null: nothing known. The last ending counts. */
export function riskOf(name: string): FileRisk | null {
  const ending = /\.([a-z0-9]+)\s*$/iu.exec(name)?.[1]?.toLowerCase() ?? "";
  if (programs.has(ending)) return "program";
  if (macros.has(ending)) return "macros";
  if (archives.has(ending)) return "archive";
  return pages.has(ending) ? "page" : null;
}

export function riskSentence(name: string): Sentence | null {
  const risk = riskOf(name);
  return risk === null ? null : sentence(`file.risk.${risk}`);
}

export type PreviewKind = "pdf" | "image" | "text";
export const previewLimit = 64 * 1024 * 1024;

const images = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"]);

/** How a file is shown, by its declared type and name; null: it can only be saved. SVG and HTML are never drawn. */
export function previewKind(type: string, name: string, size: number): PreviewKind | null {
  if (size > previewLimit) return null;
  const ending = /\.([a-z0-9]+)$/iu.exec(name)?.[1]?.toLowerCase() ?? "";
  if (type === "application/pdf" || ending === "pdf") return "pdf";
  if (images.has(type) || ["png", "jpg", "jpeg", "gif", "webp", "bmp"].includes(ending)) return "image";
  if (["text/plain", "text/csv", "application/json", "text/markdown"].includes(type)) return "text";
  return ["txt", "csv", "json", "md", "log", "tsv", "xml"].includes(ending) ? "text" : null;
}

/** The type by name, where a browser gave none: what the recipient's program is told. */
export function typeOf(file: { name: string; type: string }): string {
  if (file.type !== "") return file.type;
  const known: Record<string, string> = {
    pdf: "application/pdf", csv: "text/csv", txt: "text/plain", json: "application/json", xml: "application/xml", png: "image/png",
    jpg: "image/jpeg", jpeg: "image/jpeg", md: "text/markdown",
    docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zip: "application/zip",
  };
  return known[/\.([a-z0-9]+)$/iu.exec(file.name)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
}

/** Two files of one name become two names: a recipient saves both. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let number = 2; taken.has(candidate.toLocaleLowerCase("und")); number += 1) {
      const dot = name.lastIndexOf(".");
      candidate = dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
    }
    taken.add(candidate.toLocaleLowerCase("und"));
    return candidate;
  });
}
