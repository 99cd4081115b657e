// When a person last saw the inbox on this device, for "since you were here". A time and nothing else.

const place = (userName: string): string => `rogatory.last_here.${userName}`;

export function readLastHere(userName: string): number | null {
  try {
    const kept = Number(localStorage.getItem(place(userName)));
    return Number.isSafeInteger(kept) && kept > 0 ? kept : null;
  } catch {
    return null;
  }
}

export function rememberHere(userName: string): void {
  try {
    localStorage.setItem(place(userName), String(Math.floor(Date.now() / 1000)));
  } catch {
    // Storage may be closed to us; then nothing is told as missed.
  }
}

// --- the library ----------------------------------------------------------------------------------------------------

const librarySeen = (userName: string): string => `rogatory.library_seen.${userName}`;

/** When a person last saw the library on this device; what came since is new to him. */
export function readLibrarySeen(userName: string): number {
  try {
    const kept = Number(localStorage.getItem(librarySeen(userName)));
    return Number.isSafeInteger(kept) && kept > 0 ? kept : 0;
  } catch {
    return 0;
  }
}

export function rememberLibrarySeen(userName: string, at: number): void {
  try {
    localStorage.setItem(librarySeen(userName), String(Math.floor(at)));
  } catch {
    // Then all of it is new the next time, too.
  }
}

// --- after half a year ----------------------------------------------------------------------------------------------

/** So long away, and nobody knows whether the paper is still where it was. */
export const sheetAskedAfter = 180 * 86_400;
const sheetPlace = (userName: string): string => `rogatory.sheet_asked.${userName}`;

/** Whether the recovery sheet is to be read back: of who was away so long, until it was, or a new one was made. */
export function sheetIsAsked(userName: string, lastHere: number | null, now: number): boolean {
  try {
    if (lastHere !== null && now - lastHere >= sheetAskedAfter) localStorage.setItem(sheetPlace(userName), "1");
    return localStorage.getItem(sheetPlace(userName)) !== null;
  } catch {
    return false;
  }
}

export function sheetWasRead(userName: string): void {
  try {
    localStorage.removeItem(sheetPlace(userName));
  } catch {
    // Then it is asked once more.
  }
}
