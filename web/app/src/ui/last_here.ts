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
