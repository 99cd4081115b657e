// Between the page and the frame that draws a decrypted file. The frame has an origin of its own that nothing shares and
// no network: it knows what the page hands it, and can say only these few things back.

export interface ShowMessage {
  rogatory: "show";
  kind: "pdf" | "image" | "text";
  type: string;
  bytes: ArrayBuffer;
  language: string;
  /** What the frame itself has to say, in the reader's language: "page {number} of {count}", "picture", its own name. */
  words: { page: string; picture: string; frame: string };
}

export type FrameMessage =
  | { rogatory: "ready" }
  | { rogatory: "shown"; pages: number; height: number }
  | { rogatory: "failed" };

export function isFrameMessage(data: unknown): data is FrameMessage {
  if (typeof data !== "object" || data === null || !("rogatory" in data)) return false;
  const message = data as Record<string, unknown>;
  if (message["rogatory"] === "ready" || message["rogatory"] === "failed") return true;
  return message["rogatory"] === "shown" && typeof message["pages"] === "number" && typeof message["height"] === "number";
}
