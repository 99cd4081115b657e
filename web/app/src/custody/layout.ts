// The names of a bundle's members. All but the first three stand in the archive in rising order of their bytes. Mirror of
// platform/custody/layout.hpp.
import type { AttachmentId, ChainId, Digest } from "../model/ids.ts";

/** First: the same words in every bundle. */
export const readmeName = "custody/readme.txt";
/** Second. */
export const manifestName = "custody/manifest.json";
/** Third: base64 and a line end. */
export const signatureName = "custody/signature.txt";
/** The newest, a signed note. */
export const checkpointName = "custody/checkpoint.txt";
/** All of the log, 64 bytes an entry. */
export const entriesName = "custody/log-entries";

// So many digits that rising names are rising numbers, in every chain that a bundle can hold.
const padded = (number: number, width: number): string => String(number).padStart(width, "0");
const place = (chain: ChainId, seq: number): string => `custody/statements/${chain}/${padded(seq, 6)}`;

export const consistencyName = (olderSize: number): string => `custody/consistency/${padded(olderSize, 16)}`;
/** DSSE envelope. */
export const statementName = (chain: ChainId, seq: number): string => `${place(chain, seq)}.json`;
/** C2SP tlog-proof. */
export const proofName = (chain: ChainId, seq: number): string => `${place(chain, seq)}.proof`;
/** A sealed body, age. */
export const sealedName = (sha256: Digest): string => `custody/sealed/${sha256}.age`;
/** Ciphertext, age. */
export const attachmentName = (id: AttachmentId): string => `custody/attachments/${id}.age`;
/** The plain file. */
export const plainFileName = (id: AttachmentId): string => `custody/files/${id}`;
/** An age identity. */
export const keyName = (epoch: number): string => `custody/keys/epoch-${padded(epoch, 6)}.txt`;

/** English and French: what the file is, and how to check it. The same bytes in every bundle, whoever writes it. */
export const readme = [
  "ROGATORY CUSTODY BUNDLE, VERSION 1",
  "",
  "This archive proves who gave what to whom, and when. It is an uncompressed tar file.",
  "Check it, without network or account, with:   rogatory verify bundle FILE",
  "",
  "manifest.json   what the maker of the bundle says; signature.txt is his signature",
  "checkpoint.txt  the public log's newest checkpoint with its co-signatures (C2SP tlog-checkpoint)",
  "statements/     per chain and number: the signed statement (DSSE) and its place in the log (C2SP tlog-proof)",
  "files/          plain files; their names, sizes, digests and salts stand in manifest.json",
  "sealed/, attachments/, keys/   age files, and the identities that open them",
  "",
  "Do not rename or change anything in it: every byte is checked.",
  "",
  "----------------------------------------",
  "",
  "RECUEIL DE CONSERVATION ROGATORY, VERSION 1",
  "",
  "Cette archive prouve qui a transmis quoi, à qui et quand. C'est un fichier tar non compressé.",
  "Vérification, sans réseau ni compte :   rogatory verify bundle FICHIER",
  "",
  "manifest.json   ce que déclare l'auteur du recueil ; signature.txt est sa signature",
  "checkpoint.txt  l'état le plus récent du journal, avec ses cosignatures (C2SP tlog-checkpoint)",
  "statements/     par chaîne et par numéro : la déclaration signée (DSSE) et sa place au journal (C2SP tlog-proof)",
  "files/          fichiers en clair ; noms, tailles, empreintes et sels figurent dans manifest.json",
  "sealed/, attachments/, keys/   fichiers age, et les identités qui les ouvrent",
  "",
  "Ne rien renommer ni modifier : chaque octet est vérifié.",
  "",
].join("\n");
