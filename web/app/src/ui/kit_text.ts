// The recovery sheet as text: four facts, as the trusted end writes and reads them ("rogatory/v1/kit").

export interface KitLines {
  origin: string;
  userName: string;
  accountKey: string;
  kitSecret: string;
}

export function kitLines(text: string): KitLines {
  const of = (name: string): string => new RegExp(`^\\s*${name}:\\s*(.+?)\\s*$`, "m").exec(text)?.[1] ?? "";
  return { origin: of("server"), userName: of("user"), accountKey: of("account-key"), kitSecret: of("kit-secret") };
}

export function kitText(lines: KitLines): string {
  return ["rogatory/v1/kit", `server: ${lines.origin}`, `user: ${lines.userName}`, `account-key: ${lines.accountKey}`,
    `kit-secret: ${lines.kitSecret}`, ""].join("\n");
}

/** A code as it is printed, compared without what a person may add or leave out. */
export function plainCode(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
}
