// PDF through pdf.js, in the frame's own thread: a worker of an opaque origin could not load its script, and the frame is
// a process of its own already. Scripts in the document are not run, links are not followed, nothing is fetched.
import * as pdf from "pdfjs-dist";
import * as worker from "pdfjs-dist/build/pdf.worker.mjs";
import type { ShowMessage } from "./messages";

(globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = worker;

const mostPages = 500;
const widest = 1600;

/** Draws pages as they come near the view; answers how many there are. */
export async function showPdf(place: HTMLElement, message: ShowMessage): Promise<number> {
  const document_ = await pdf.getDocument({
    data: new Uint8Array(message.bytes),
    enableXfa: false,
    isEvalSupported: false,
    disableAutoFetch: true,
    disableRange: true,
    disableStream: true,
    useWasm: false,
    useWorkerFetch: false,
    useSystemFonts: true,
    stopAtErrors: false,
    verbosity: 0,
  }).promise;
  const count = Math.min(document_.numPages, mostPages);
  const pages: HTMLElement[] = [];
  for (let number = 1; number <= count; number += 1) {
    const page = document.createElement("section");
    page.className = "page";
    page.tabIndex = 0;
    page.setAttribute("aria-label", message.words.page.replace("{number}", String(number)).replace("{count}", String(document_.numPages)));
    page.dataset["number"] = String(number);
    pages.push(page);
  }
  place.replaceChildren(...pages);
  await draw(document_, pages[0]!);
  const observer = new IntersectionObserver((seen) => {
    for (const one of seen) {
      if (!one.isIntersecting) continue;
      observer.unobserve(one.target);
      void draw(document_, one.target as HTMLElement).catch(() => undefined);
    }
  }, { rootMargin: "100% 0px" });
  for (const page of pages.slice(1)) observer.observe(page);
  return document_.numPages;
}

async function draw(document_: pdf.PDFDocumentProxy, element: HTMLElement): Promise<void> {
  const page = await document_.getPage(Number(element.dataset["number"]));
  const natural = page.getViewport({ scale: 1 });
  const width = Math.min(widest, Math.max(240, element.clientWidth)) * Math.min(2, globalThis.devicePixelRatio || 1);
  const viewport = page.getViewport({ scale: width / natural.width });
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport, annotationMode: pdf.AnnotationMode.DISABLE }).promise;
  // The words of the page, for readers who hear it; not laid over the picture.
  const text = document.createElement("p");
  text.className = "words";
  const content = await page.getTextContent();
  text.textContent = content.items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : " ") : "")).join("");
  canvas.setAttribute("aria-hidden", "true");
  element.replaceChildren(canvas, text);
  element.classList.add("drawn");
}
