// Draws one decrypted file inside the sandboxed frame. Whatever the file holds runs at most here: without keys, without a
// session, without the page, and without a way to ask anybody anything.
//
// There are two frames, one in the other, from this one script. The outer one holds the inner one and carries messages; it
// never looks at the file. Its policy lets it embed nothing that has an address, and a browser asks the policy of the
// embedder before a frame goes anywhere: so the inner one, which draws, can go nowhere, not even on its own account. The
// inner one also forbids itself all further scripts and styles before it looks at the first byte (enclose.ts).
import { enclose } from "./enclose";
import { isFrameMessage, type FrameMessage, type ShowMessage } from "./messages";

const inner = location.href === "about:srcdoc";
const place = document.getElementById("document")!;

function tell(message: FrameMessage): void {
  // The page's origin cannot be named from an opaque origin; what is said is not secret.
  parent.postMessage(message, "*");
}

function showText(message: ShowMessage): number {
  const bytes = new Uint8Array(message.bytes);
  const text = decodeText(bytes);
  const element = document.createElement("pre");
  element.dir = "auto";
  element.tabIndex = 0;
  element.textContent = text;
  place.replaceChildren(element);
  return 1;
}

/** UTF-8, or what Windows programs write where it is not. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

async function showImage(message: ShowMessage): Promise<number> {
  const picture = document.createElement("img");
  picture.alt = message.words.picture;
  picture.src = URL.createObjectURL(new Blob([message.bytes], { type: message.type }));
  await picture.decode();
  place.replaceChildren(picture);
  return 1;
}

async function show(message: ShowMessage): Promise<void> {
  document.documentElement.lang = message.language;
  const pdf = message.kind === "pdf" ? await import("./pdf") : undefined;
  enclose(document);
  let pages = 1;
  if (pdf !== undefined) pages = await pdf.showPdf(place, message);
  else if (message.kind === "image") pages = await showImage(message);
  else pages = showText(message);
  tell({ rogatory: "shown", pages, height: document.documentElement.scrollHeight });
}

/** The one who draws. */
function draw(): void {
  let asked = false;
  window.addEventListener("message", (event: MessageEvent<ShowMessage>) => {
    if (event.source !== parent || event.data?.rogatory !== "show" || asked) return;
    asked = true;
    show(event.data).catch(() => tell({ rogatory: "failed" }));
  });
  tell({ rogatory: "ready" });
}

/** The one around it. */
function hold(): void {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = document.title;
  const links = [...document.head.querySelectorAll("link[rel=stylesheet], link[rel=modulepreload], script[type=module]")];
  frame.srcdoc = `<!doctype html><html><head><meta charset="utf-8"><title>${document.title}</title>${
    links.map((one) => one.outerHTML).join("")}</head><body><div id="document"></div></body></html>`;
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source === frame.contentWindow && isFrameMessage(event.data)) {
      tell(event.data);
    } else if (event.source === parent) {
      const message = event.data as ShowMessage;
      if (message?.rogatory !== "show") return;
      frame.title = message.words.frame;
      frame.contentWindow!.postMessage(message, "*", [message.bytes]);
    }
  });
  document.body.classList.add("around");
  document.body.replaceChildren(frame);
}

if (inner) draw();
else hold();
