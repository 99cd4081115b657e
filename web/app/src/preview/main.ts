// Draws one decrypted file inside the sandboxed frame. Whatever the file holds runs at most here: without keys, without a
// session, without network (the frame's own policy), without the page.
import type { FrameMessage, ShowMessage } from "./messages";

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
  let pages = 1;
  if (message.kind === "text") pages = showText(message);
  else if (message.kind === "image") pages = await showImage(message);
  else pages = await (await import("./pdf")).showPdf(place, message);
  tell({ rogatory: "shown", pages, height: document.documentElement.scrollHeight });
}

let asked = false;
window.addEventListener("message", (event: MessageEvent<ShowMessage>) => {
  if (event.source !== parent || event.data?.rogatory !== "show" || asked) return;
  asked = true;
  show(event.data).catch(() => tell({ rogatory: "failed" }));
});
tell({ rogatory: "ready" });
