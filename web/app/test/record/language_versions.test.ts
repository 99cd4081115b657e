// Language versions: what every reader makes of the entries of a request, as the C++ one does (tests/vectors/protocol).
import { expect, it } from "vitest";
import {
  judgeVersions, standingVersions, textFor, translationAnswered, type VersionStanding, type VersionedEntry,
} from "../../src/record/language_versions.ts";
import { vectors } from "./vectors.ts";

interface Scene { entries: VersionedEntry[]; refused: string[]; standing: VersionStanding[]; texts: number[]; answered: boolean[] }

it("judges, orders and chooses as the other implementation does", () => {
  const { scenes } = vectors<{ scenes: Scene[] }>("language_versions.json");
  expect(scenes.length).toBeGreaterThanOrEqual(100);
  const reasons = new Set<string>();
  let answered = 0;
  for (const [at, scene] of scenes.entries()) {
    const { entries } = scene;
    const refused = judgeVersions(entries);
    refused.forEach((reason) => reasons.add(reason));
    expect(refused, `scene ${at}`).toEqual(scene.refused);
    const standing = standingVersions(entries);
    expect(standing, `scene ${at}`).toEqual(scene.standing);
    expect(["en", "fr", "es"].map((language) => textFor(entries, standing, 0, language)), `scene ${at}`).toEqual(scene.texts);
    const found = [0, 3, 6, 9].flatMap((since) =>
      (["requesting", "requested"] as const).map((side) => translationAnswered(entries, side, since)));
    expect(found, `scene ${at}`).toEqual(scene.answered);
    answered += found.filter(Boolean).length;
  }
  expect([...reasons].sort()).toEqual([
    "", "version.authentic", "version.of_version", "version.original_language", "version.side", "version.unknown_entry",
  ]);
  expect(answered).toBeGreaterThan(0);
});
