// Saves one file with its restriction sheet. The sheet gets its name before the file does: there is no moment at which a
// restricted file lies there alone.
import type { OpenedFile } from "../../../agent/api";
import { type Place, type SavingEnvironment, type SavingWay, placeInDownloads, placeInFile, placeInFolder } from "../../saving";
import { safeFileName } from "../../view/files";

type WithSheet = Pick<OpenedFile, "restrictionSheet">;

export interface Saved<File extends WithSheet = OpenedFile> {
  name: string;
  sheet?: string;
  file: File;
}

type Fetch<File> = (to: WritableStream<Uint8Array>) => Promise<File>;

export async function saveFile<File extends WithSheet>(
  environment: SavingEnvironment, way: SavingWay, name: string, restricted: boolean, fetch: Fetch<File>,
): Promise<Saved<File>> {
  if (way === "file") {
    // Never for a restricted file: the place of its sheet would not be beside it.
    if (restricted) throw new DOMException("", "NotSupportedError");
    const handle = await environment.pickFile!(name);
    const place = await placeInFile(handle);
    const file = await filled(place, fetch);
    // Restricted after all: what was opened says so, and then it is not saved in this way.
    if (file.restrictionSheet !== undefined) {
      await place.discard();
      throw new DOMException("", "NotSupportedError");
    }
    await place.finish();
    return { name: handle.name, file };
  }
  if (way === "folder") {
    const folder = await environment.pickFolder!();
    const place = await placeInFolder(folder, name);
    const file = await filled(place, fetch);
    const sheet = await sheetBefore(place, file, restricted, async (text, sheetName) => {
      const beside = await placeInFolder(folder, sheetName);
      await write(beside, text);
      await beside.finish();
      return beside.name;
    });
    await place.finish();
    return { name: place.name, ...(sheet === undefined ? {} : { sheet }), file };
  }
  const place = await placeInDownloads(environment, name);
  const file = await filled(place, fetch);
  const sheet = await sheetBefore(place, file, restricted, async (text, sheetName) => {
    environment.download(new Blob([text], { type: "text/plain;charset=utf-8" }), sheetName);
    return sheetName;
  });
  await place.finish();
  return { name, ...(sheet === undefined ? {} : { sheet }), file };
}

async function filled<File>(place: Place, fetch: Fetch<File>): Promise<File> {
  try {
    return await fetch(place.stream);
  } catch (thrown) {
    await place.discard();
    throw thrown;
  }
}

async function sheetBefore(
  place: Place, file: WithSheet, restricted: boolean, keep: (text: string, name: string) => Promise<string>,
): Promise<string | undefined> {
  if (file.restrictionSheet === undefined) {
    if (!restricted) return undefined;
    // A restricted file without its sheet is not saved, whoever forgot it.
    await place.discard();
    throw { code: "integrity", key: "file.sheet_missing", arguments: {} };
  }
  try {
    return await keep(file.restrictionSheet.text, safeFileName(file.restrictionSheet.name));
  } catch (thrown) {
    await place.discard();
    throw thrown;
  }
}

async function write(place: Place, text: string): Promise<void> {
  const writer = place.stream.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
}
