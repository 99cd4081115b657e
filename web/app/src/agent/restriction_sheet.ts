// The sheet that lies beside every restricted file, English and French (domain §3, §4): byte for byte the one of
// platform/agent/policy_text.cpp, so that a file bears the same restrictions whichever client opened it.
import type { PolicyView, Seconds } from "./api.ts";

export interface RestrictionFacts {
  fileName: string;
  sha256: string;
  /** "SEN/CENTIF" */
  owner: string;
  /** The chain, hex. */
  dossier: string;
  receivedAt: Seconds;
  policy: PolicyView;
}

export const sheetSuffix = ".restrictions.txt";

interface Words {
  title: string;
  file: string;
  sha256: string;
  owner: string;
  dossier: string;
  received: string;
  sealed: string;
  rule: string;
  articles: string;
  handling: string;
  words: string;
  review: string;
  expires: string;
  rules: Record<PolicyView["onward"], string>;
  closing: string;
  closingOfSeveral: string;
  /** With the space that the language sets before it. */
  colon: string;
  knownArticles: Record<string, string>;
  knownHandling: Record<string, string>;
}

const english: Words = {
  title: "RESTRICTIONS ON USE AND DISCLOSURE",
  file: "File",
  sha256: "SHA-256",
  owner: "Source (owner)",
  dossier: "File reference",
  received: "Received",
  sealed: "Sealed to a file, outside the platform, on",
  rule: "Disclosure",
  articles: "Rome Statute",
  handling: "Handling code",
  words: "In the words of the source",
  review: "To be reviewed on",
  expires: "Restrictions end on",
  rules: {
    participants_only: "Not to be disclosed to anyone who does not already have access.",
    own_party: "May be passed on to other authorities of the same State or body. Not to be disclosed beyond it.",
    source_consent: "Not to be disclosed to others without the prior consent of the source.",
    free: "May be passed on.",
  },
  closing: "This sheet describes the file beside it. Keep them together.",
  closingOfSeveral: "This sheet describes the files beside it. Keep them together.",
  colon: ": ",
  knownArticles: {
    "54-3-e": "confidential, solely to generate new evidence",
    "72": "national security information",
    "73": "third-party information, disclosed only with the consent of the originator",
    "93-8-b": "confidential, solely to generate new evidence; not to be used as evidence without consent",
  },
  knownHandling: {
    H0: "to prevent and combat crime",
    H1: "not to be used as evidence without permission",
    H2: "not to be passed on without permission",
    H3: "in the words of the source",
  },
};

// The no-break spaces are part of the spelling: « : » and « ; » never begin a line, nor does a number leave its word.
const french: Words = {
  title: "RESTRICTIONS D’UTILISATION ET DE DIFFUSION",
  file: "Fichier",
  sha256: "SHA-256",
  owner: "Source (propriétaire)",
  dossier: "Référence du dossier",
  received: "Reçu le",
  sealed: "Scellé dans un fichier, hors de la plateforme, le",
  rule: "Diffusion",
  articles: "Statut de Rome",
  handling: "Code de traitement",
  words: "Dans les termes de la source",
  review: "À réexaminer le",
  expires: "Fin des restrictions le",
  rules: {
    participants_only: "Ne pas communiquer à qui n’y a pas déjà accès.",
    own_party: "Peut être transmis aux autres autorités du même État ou organe. Ne pas communiquer au-delà.",
    source_consent: "Ne pas communiquer à d’autres sans l’accord préalable de la source.",
    free: "Peut être transmis.",
  },
  closing: "Cette fiche décrit le fichier auquel elle est jointe. Ne pas les séparer.",
  closingOfSeveral: "Cette fiche décrit les fichiers auxquels elle est jointe. Ne pas les séparer.",
  colon: "\u00a0: ",
  knownArticles: {
    "54-3-e": "à titre confidentiel, pour recueillir des éléments de preuve nouveaux",
    "72": "renseignements touchant à la sécurité nationale",
    "73": "renseignements de tiers, autorisation de la source requise",
    "93-8-b":
      "à titre confidentiel, pour recueillir des éléments de preuve nouveaux\u00a0; pas d’utilisation comme preuve " +
      "sans consentement",
  },
  knownHandling: {
    H0: "pour prévenir et combattre la criminalité",
    H1: "pas d’utilisation comme preuve sans autorisation",
    H2: "pas de diffusion sans autorisation",
    H3: "dans les termes de la source",
  },
};

/** "2026-11-21" in UTC. */
export const dateText = (at: Seconds): string => new Date(at * 1000).toISOString().slice(0, 10);

export const isRestricted = (policy: PolicyView): boolean =>
  policy.onward !== "free" || policy.caveats.length > 0 || policy.handling.length > 0 || policy.words !== "" ||
  policy.reviewAt !== undefined || policy.expiresAt !== undefined;

/** "93-8-b" as the Court cites it: Art. 93(8)(b); art. 93, par. 8, al. b). */
function cited(article: string, words: Words): string {
  const [first = "", ...parts] = article.split("-");
  if (words === english) return `Art. ${first}${parts.map((part) => `(${part})`).join("")}`;
  const spelled = parts.map((part) => (/^[0-9]/.test(part) ? `, par.\u00a0${part}` : `, al.\u00a0${part})`));
  return `art.\u00a0${first}${spelled.join("")}`;
}

const withMeaning = (text: string, code: string, known: Record<string, string>, colon: string): string =>
  Object.hasOwn(known, code) ? `${text}${colon}${known[code]}` : text;

/** Of what was sealed to a file: no dossier, and its source is whoever sealed it. */
export interface SealedFileFacts {
  files: { fileName: string; sha256: string }[];
  owner: string;
  sealedAt: Seconds;
  policy: PolicyView;
}

function written(words: Words, facts: SealedFileFacts | RestrictionFacts): string {
  const { policy } = facts;
  const lines: string[] = [];
  const line = (label: string, value: string): void => {
    if (value !== "") lines.push(`${label}${words.colon}${value}\n`);
  };
  const files = "files" in facts ? facts.files : [facts];
  for (const file of files) {
    line(words.file, file.fileName);
    line(words.sha256, file.sha256);
  }
  line(words.owner, facts.owner);
  if ("files" in facts) {
    line(words.sealed, dateText(facts.sealedAt));
  } else {
    line(words.dossier, facts.dossier);
    line(words.received, dateText(facts.receivedAt));
  }
  line(words.rule, words.rules[policy.onward]);
  for (const article of policy.caveats) {
    line(words.articles, withMeaning(cited(article, words), article, words.knownArticles, words.colon));
  }
  for (const code of policy.handling) line(words.handling, withMeaning(code, code, words.knownHandling, words.colon));
  line(words.words, policy.words);
  if (policy.reviewAt !== undefined) line(words.review, dateText(policy.reviewAt));
  if (policy.expiresAt !== undefined) line(words.expires, dateText(policy.expiresAt));
  return `${words.title}\n\n${lines.join("")}\n${files.length === 1 ? words.closing : words.closingOfSeveral}\n`;
}

const inBoth = (facts: SealedFileFacts | RestrictionFacts): string =>
  `${written(english, facts)}\n----------------------------------------\n\n${written(french, facts)}`;

export const restrictionSheet = (facts: RestrictionFacts): string => inBoth(facts);
export const sealedFileSheet = (facts: SealedFileFacts): string => inBoth(facts);
