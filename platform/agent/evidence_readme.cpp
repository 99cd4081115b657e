#include "platform/agent/evidence_readme.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kForkEnglish =
    "TWO VERSIONS OF THE LOG\n\n"
    "The log whose key is in log_key.txt signed both smaller.note and larger.note, and they contradict one another. "
    "No\n"
    "honest log can sign both. To check it by hand:\n"
    "1. Compare log_key.txt with the key on the founding sheet of a State.\n"
    "2. Both .note files are C2SP signed notes with a tlog-checkpoint in them (c2sp.org/signed-note,\n"
    "   c2sp.org/tlog-checkpoint): verify the Ed25519 signature of that key under each.\n"
    "3. The first line of consistency.txt is a root, base64; the further lines are an RFC 6962 consistency proof\n"
    "   (2.1.2; verified as in RFC 9162, 2.1.4.2) from the size in smaller.note with THAT root to the tree of\n"
    "   larger.note. It holds: so the larger tree says that its past had that root.\n"
    "4. smaller.note is signed over ANOTHER root for the same size. That is the proof.\n";

constexpr std::string_view kForkFrench =
    "DEUX VERSIONS DU JOURNAL\n\n"
    "Le journal dont la clé est dans log_key.txt a signé smaller.note et larger.note, qui se contredisent. Aucun "
    "journal\n"
    "honnête ne peut signer les deux. Pour le vérifier à la main :\n"
    "1. Comparez log_key.txt avec la clé qui figure sur la fiche de fondation d’un État.\n"
    "2. Les fichiers .note sont des « signed notes » C2SP qui contiennent un « tlog-checkpoint » : vérifiez sous "
    "chacun\n"
    "   la signature Ed25519 de cette clé.\n"
    "3. La première ligne de consistency.txt est une racine (base64), les suivantes une preuve de cohérence RFC 6962\n"
    "   de la taille de smaller.note avec CETTE racine vers l’arbre de larger.note. Elle est juste : le plus grand\n"
    "   arbre déclare donc ce passé-là.\n"
    "4. smaller.note est signé sur UNE AUTRE racine pour la même taille. C’est la preuve.\n";

constexpr std::string_view kTwoEnglish =
    "TWO STATEMENTS FOR ONE PLACE\n\n"
    "The log whose key is in log_key.txt holds two entries for one place of one chain, which it must never do. To "
    "check\n"
    "it by hand:\n"
    "1. Compare log_key.txt with the key on the founding sheet of a State.\n"
    "2. first_entry.bin and second_entry.bin are log entries: 32 bytes of label (the place), 32 bytes of statement "
    "id.\n"
    "   The first 32 bytes are the same in both.\n"
    "3. first_proof.tlog-proof and second_proof.tlog-proof are C2SP tlog-proofs (c2sp.org/tlog-proof) that each entry\n"
    "   stands at its own index under one signed checkpoint. Leaf hash: SHA-256(0x00 || the 64 bytes).\n";

constexpr std::string_view kTwoFrench =
    "DEUX ACTES POUR UNE SEULE PLACE\n\n"
    "Le journal dont la clé est dans log_key.txt contient deux inscriptions pour une seule place d’une chaîne, ce qui "
    "ne\n"
    "doit jamais arriver. Pour le vérifier à la main :\n"
    "1. Comparez log_key.txt avec la clé qui figure sur la fiche de fondation d’un État.\n"
    "2. first_entry.bin et second_entry.bin sont des inscriptions : 32 octets d’étiquette (la place), 32 octets\n"
    "   d’identifiant de l’acte. Les 32 premiers octets sont les mêmes.\n"
    "3. first_proof.tlog-proof et second_proof.tlog-proof sont des « tlog-proofs » C2SP : chaque inscription est à "
    "son\n"
    "   propre rang sous un même état signé du journal. Empreinte de feuille : SHA-256(0x00 || les 64 octets).\n";

constexpr std::string_view kOtherEnglish =
    "WHAT A SERVER SENT\n\n"
    "The files are what the server sent when the alarm named in alarm.txt was raised. They show it as far as they are\n"
    "signed (.note: C2SP signed note; .dsse.json: DSSE envelope); the rest is the word of the person who kept them.\n";

constexpr std::string_view kOtherFrench =
    "CE QU’UN SERVEUR A ENVOYÉ\n\n"
    "Les fichiers sont ce que le serveur a envoyé lorsque l’alarme nommée dans alarm.txt s’est produite. Ils le "
    "montrent\n"
    "dans la mesure où ils sont signés ; le reste est la parole de la personne qui les a gardés.\n";

}  // namespace

std::string evidence_readme(std::string_view what) {
    const auto join = [](std::string_view english, std::string_view french) {
        return std::string{english} + "\n\n" + std::string{french} +
               "\n\n`rogatory verify evidence FILE` checks this archive without network or account / vérifie cette\n"
               "archive sans réseau ni compte.\n";
    };
    if (what == "log.forked") return join(kForkEnglish, kForkFrench);
    if (what == "chain.forked") return join(kTwoEnglish, kTwoFrench);
    return join(kOtherEnglish, kOtherFrench);
}

}  // namespace rogatory::agent
