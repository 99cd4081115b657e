// What a cryptographer needs to check an archive of evidence by hand (platform/agent/evidence_readme.cpp, word for word).

const forkEnglish = `TWO VERSIONS OF THE LOG

The log whose key is in log_key.txt signed both smaller.note and larger.note, and they contradict one another. No
honest log can sign both. To check it by hand:
1. Compare log_key.txt with the key on the founding sheet of a State.
2. Both .note files are C2SP signed notes with a tlog-checkpoint in them (c2sp.org/signed-note,
   c2sp.org/tlog-checkpoint): verify the Ed25519 signature of that key under each.
3. The first line of consistency.txt is a root, base64; the further lines are an RFC 6962 consistency proof
   (2.1.2; verified as in RFC 9162, 2.1.4.2) from the size in smaller.note with THAT root to the tree of
   larger.note. It holds: so the larger tree says that its past had that root.
4. smaller.note is signed over ANOTHER root for the same size. That is the proof.
`;

const forkFrench = `DEUX VERSIONS DU JOURNAL

Le journal dont la clé est dans log_key.txt a signé smaller.note et larger.note, qui se contredisent. Aucun journal
honnête ne peut signer les deux. Pour le vérifier à la main :
1. Comparez log_key.txt avec la clé qui figure sur la fiche de fondation d’un État.
2. Les fichiers .note sont des « signed notes » C2SP qui contiennent un « tlog-checkpoint » : vérifiez sous chacun
   la signature Ed25519 de cette clé.
3. La première ligne de consistency.txt est une racine (base64), les suivantes une preuve de cohérence RFC 6962
   de la taille de smaller.note avec CETTE racine vers l’arbre de larger.note. Elle est juste : le plus grand
   arbre déclare donc ce passé-là.
4. smaller.note est signé sur UNE AUTRE racine pour la même taille. C’est la preuve.
`;

const twoEnglish = `TWO STATEMENTS FOR ONE PLACE

The log whose key is in log_key.txt holds two entries for one place of one chain, which it must never do. To check
it by hand:
1. Compare log_key.txt with the key on the founding sheet of a State.
2. first_entry.bin and second_entry.bin are log entries: 32 bytes of label (the place), 32 bytes of statement id.
   The first 32 bytes are the same in both.
3. first_proof.tlog-proof and second_proof.tlog-proof are C2SP tlog-proofs (c2sp.org/tlog-proof) that each entry
   stands at its own index under one signed checkpoint. Leaf hash: SHA-256(0x00 || the 64 bytes).
`;

const twoFrench = `DEUX ACTES POUR UNE SEULE PLACE

Le journal dont la clé est dans log_key.txt contient deux inscriptions pour une seule place d’une chaîne, ce qui ne
doit jamais arriver. Pour le vérifier à la main :
1. Comparez log_key.txt avec la clé qui figure sur la fiche de fondation d’un État.
2. first_entry.bin et second_entry.bin sont des inscriptions : 32 octets d’étiquette (la place), 32 octets
   d’identifiant de l’acte. Les 32 premiers octets sont les mêmes.
3. first_proof.tlog-proof et second_proof.tlog-proof sont des « tlog-proofs » C2SP : chaque inscription est à son
   propre rang sous un même état signé du journal. Empreinte de feuille : SHA-256(0x00 || les 64 octets).
`;

const otherEnglish = `WHAT A SERVER SENT

The files are what the server sent when the alarm named in alarm.txt was raised. They show it as far as they are
signed (.note: C2SP signed note; .dsse.json: DSSE envelope); the rest is the word of the person who kept them.
`;

const otherFrench = `CE QU’UN SERVEUR A ENVOYÉ

Les fichiers sont ce que le serveur a envoyé lorsque l’alarme nommée dans alarm.txt s’est produite. Ils le montrent
dans la mesure où ils sont signés ; le reste est la parole de la personne qui les a gardés.
`;

const join = (english: string, french: string): string =>
  `${english}\n\n${french}\n\n\`rogatory verify evidence FILE\` checks this archive without network or account / vérifie cette\narchive sans réseau ni compte.\n`;

export function evidenceReadme(what: string): string {
  if (what === "log.forked") return join(forkEnglish, forkFrench);
  if (what === "chain.forked") return join(twoEnglish, twoFrench);
  return join(otherEnglish, otherFrench);
}
