// Logs that follow one another (crypto/tlog/succession; decision 1602).

const entriesPerLog = 2 ** 40;
const mostLogs = 2 ** 12; // so that a place stays below 2^53

/** The n of "<host>/log/<n>"; undefined for what is no origin of ours. */
export function logNumber(origin: string): number | undefined {
  const digits = /.\/log\/(0|[1-9][0-9]{0,3})$/.exec(origin)?.[1];
  const number = digits === undefined ? mostLogs : Number(digits);
  return number < mostLogs ? number : undefined;
}

/** One order over all the logs of a host: n · 2^40 + i for entry i of log n. */
export const placeOf = (log: number, entry: number): number => log * entriesPerLog + entry;
/** Of which log the entry at that place is. */
export const logOf = (place: number): number => Math.floor(place / entriesPerLog);
