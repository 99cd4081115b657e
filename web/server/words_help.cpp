#include <algorithm>
#include <array>

#include "platform/base/ensure.hpp"
#include "web/server/words.hpp"
#include "web/server/words_table.hpp"

namespace rogatory::server {
namespace {

constexpr std::array kDescriptions{
    // Around the texts.
    Description{"help.usage", "Usage:", "Usage\u00a0:"},
    Description{"help.command", "COMMAND", "COMMANDE"},
    Description{"help.options_place", "[options]", "[options]"},
    Description{"help.arguments", "What stands behind the command:", "Ce qui suit la commande\u00a0:"},
    Description{"help.commands", "Commands:", "Commandes\u00a0:"},
    Description{"help.options", "Options:", "Options\u00a0:"},
    Description{"help.needs", "Only with {what}.", "Seulement avec {what}."},
    Description{"help.excludes", "Not with {what}.", "Pas avec {what}."},
    Description{"help.see", "For help: {what}", "Pour de l’aide\u00a0: {what}"},
    // Wrong use.
    Description{"usage.said", "rogatoryd: {what}", "rogatoryd\u00a0: {what}"},
    Description{"usage.command_missing", "A command is missing.", "Il manque une commande."},
    Description{"usage.required", "{what} is missing.", "Il manque {what}."},
    Description{"usage.unexpected", "“{what}” is not known here.", "«\u00a0{what}\u00a0» n’est pas connu ici."},
    Description{"usage.no_value", "{what} needs one value, no more and no less.",
                "{what} veut une valeur, ni plus ni moins."},
    Description{"usage.value", "{what} does not take “{value}”.", "{what} n’accepte pas «\u00a0{value}\u00a0»."},
    Description{"usage.needs", "{what} goes only with {other}.", "{what} ne va qu’avec {other}."},
    Description{"usage.excludes", "{what} and {other} exclude each other.", "{what} et {other} s’excluent."},
    Description{"usage.other", "The command line was not understood: {what}",
                "La ligne de commande n’a pas été comprise\u00a0: {what}"},
    // What a command says beside its answer.
    Description{"said.code", "Code of the first administrator, shown once:",
                "Code du premier administrateur, affiché une seule fois\u00a0:"},
    Description{
        "said.cosigners",
        "{k} of {n} co-signers: it takes this server and {together} of them together to have two histories "
        "co-signed.",
        "{k} cosignataires sur {n}\u00a0: il faudrait que ce serveur et {together} d’entre eux s’entendent pour "
        "faire cosigner deux histoires."},
    Description{"said.founding_sheet", "Founding sheet:", "Feuille de fondation\u00a0:"},
    Description{"said.no_way_back", "This cannot be undone. Type the name of the new log to found it:",
                "Ceci ne peut pas être annulé. Saisissez le nom du nouveau journal pour le fonder\u00a0:"},
    Description{"said.nothing_done",
                "Nothing was done. To found {log} and give up what is lost, say how much: --lost {lost}",
                "Rien n’a été fait. Pour fonder {log} et renoncer à ce qui est perdu, indiquez combien\u00a0: --lost "
                "{lost}"},
    Description{"said.successor_sheet", "Successor sheet, for the co-signers and for every Party:",
                "Feuille de nouveau journal, pour les cosignataires et pour chaque État ou organe\u00a0:"},
    // What is wanted, in capitals.
    Description{"type.DATE", "DATE", "DATE"},
    Description{"type.FILE", "FILE", "FICHIER"},
    Description{"type.FOLDER", "FOLDER", "DOSSIER"},
    Description{"type.HOST", "HOST", "HÔTE"},
    Description{"type.KEY", "KEY", "CLÉ"},
    Description{"type.MODE", "MODE", "MODE"},
    Description{"type.NAME", "NAME", "NOM"},
    Description{"type.NUMBER", "NUMBER", "NOMBRE"},
    Description{"type.TEXT", "TEXT", "TEXTE"},
    Description{"type.URL", "URL", "URL"},
    // Options that mean the same everywhere.
    Description{"option.help", "Show this help and end.", "Afficher cette aide et terminer."},
    Description{"option.version", "Show the version and end.", "Afficher la version et terminer."},
    Description{"option.config", "The configuration, a TOML file.", "La configuration, un fichier TOML."},
    Description{"option.json", "Answer in JSON.", "Répondre en JSON."},
    Description{"option.target", "The folder of the backups.", "Le dossier des sauvegardes."},
    Description{"option.keep", "How many to keep, the newest.", "Combien en garder, les plus récentes."},
    Description{"option.keep-days", "For how many days they are kept.", "Pendant combien de jours les garder."},
    Description{"option.identity", "A file of identities (AGE-SECRET-KEY-PQ-1…).",
                "Un fichier d’identités (AGE-SECRET-KEY-PQ-1…)."},
    Description{"option.signer", "The signer’s key, which “backup create” printed.",
                "La clé du signataire, que «\u00a0backup create\u00a0» a affichée."},
    // Commands by their path, and what stands behind them.
    Description{"rogatoryd", "The Rogatory server: it keeps documents that it cannot read, and the public log.",
                "Le serveur de Rogatory\u00a0: il conserve des documents qu’il ne peut pas lire, et le journal."},
    Description{
        "init",
        "Make database, keys, log and the first administrator’s code. At a terminal, what was not said is asked.",
        "Créer la base, les clés, le journal et le code du premier administrateur. Dans un terminal, ce qui n’a pas "
        "été indiqué est demandé."},
    Description{"init.data", "Folder for everything that the server keeps.",
                "Dossier de tout ce que le serveur conserve."},
    Description{"init.host", "Name (and :port) by which clients reach the server; it cannot be changed later.",
                "Nom (et :port) par lequel les clients joignent le serveur\u00a0; il ne change plus."},
    Description{"init.admin-code-out", "File for that code, instead of standard output.",
                "Fichier où écrire ce code, au lieu de la sortie standard."},
    Description{"init.sheet-out", "File for the first founding sheet, instead of standard output.",
                "Fichier où écrire la première fiche de fondation, au lieu de la sortie standard."},
    Description{"init.policy", "Who co-signs the log, and how many must: a C2SP tlog-policy file.",
                "Qui cosigne le journal, et combien il en faut\u00a0: un fichier tlog-policy de C2SP."},
    Description{"init.web", "Folder of the web client, instead of the one beside this program.",
                "Dossier du client web, au lieu de celui qui est à côté de ce programme."},
    Description{"init.training", "For exercises with invented Parties: the page says so on every screen.",
                "Pour des exercices avec des Parties fictives\u00a0: la page le dit sur chaque écran."},
    Description{"init.self-signed", "Write a certificate for trying things out.",
                "Écrire un certificat pour des essais."},
    Description{"serve", "Serve until SIGTERM; SIGHUP loads the certificate anew.",
                "Servir jusqu’à SIGTERM\u00a0; SIGHUP recharge le certificat."},
    Description{"check", "Read and verify everything, and change nothing. What is wrong is said, and what to do.",
                "Tout lire et tout vérifier, sans rien changer. Ce qui ne va pas est dit, et ce qu’il faut faire."},
    Description{"check.quick", "Without reading the whole database and log.",
                "Sans lire la base et le journal en entier."},
    Description{"config", "What can be configured.", "Ce qui peut être réglé."},
    Description{"config.example", "Print a configuration with every setting explained.",
                "Afficher une configuration où chaque réglage est expliqué."},
    Description{
        "mode",
        "Take a server that runs out of service for a while. People are told in their language, and until when.",
        "Mettre hors service pour un temps un serveur en marche. Chacun l’apprend dans sa langue, et jusqu’à quand."},
    Description{"mode.mode",
                "normal, read-only (what changes something is refused) or maintenance (everything is). Without it, the "
                "mode is shown.",
                "normal, read-only (ce qui change quelque chose est refusé) ou maintenance (tout l’est). Sans lui, le "
                "mode en vigueur est affiché."},
    Description{"mode.until", "Until when, as people are told, in UTC: 2027-01-31T06:00Z.",
                "Jusqu’à quand, tel qu’il est annoncé à tous, en UTC\u00a0: 2027-01-31T06:00Z."},
    Description{"mode.minutes", "The same, in minutes from now: 1 to 100000.",
                "De même, en minutes à partir de maintenant\u00a0: de 1 à 100000."},
    Description{"log", "What must be done with the log after a restored backup.",
                "Ce qu’il faut faire du journal après la restauration d’une sauvegarde."},
    Description{"log.repair", "Bring a log that is behind up to what it has signed.",
                "Ramener un journal en retard à ce qu’il a signé."},
    Description{"log.repair.status", "How far the repair is, and which places are missing.",
                "Où en est la réparation, et quelles places manquent."},
    Description{
        "log.repair.from-mirror", "Take the log’s entries from a co-signer’s copy; the server must not run.",
        "Reprendre les inscriptions du journal dans la copie d’un cosignataire\u00a0; le serveur doit être arrêté."},
    Description{"log.repair.from-mirror.url", "Where the copy is: https://cosigner.example/mirror/<log>.",
                "Adresse de la copie\u00a0: https://cosigner.example/mirror/<log>."},
    Description{
        "log.repair.nothing-newer",
        "State that nothing was recorded after the backup that was restored; the server must not run.",
        "Déclarer que rien n’a été enregistré après la sauvegarde restaurée\u00a0; le serveur doit être arrêté."},
    Description{"log.repair.nothing-newer.size", "How many entries the log has, as “log repair status” says.",
                "Combien d’inscriptions le journal contient, tel que «\u00a0log repair status\u00a0» l’indique."},
    Description{"log.succeed", "End a log that cannot be repaired and found the one after it; the server must not run.",
                "Clore un journal qui ne peut être réparé et fonder celui qui lui fait suite\u00a0; le serveur doit "
                "être arrêté."},
    Description{"log.succeed.checkpoint",
                "A checkpoint of the old log with its cosignatures, as a co-signer, a mirror or a client kept it.",
                "Un point de contrôle de l’ancien journal avec ses cosignatures, tel qu’un cosignataire, une copie ou "
                "un client l’a conservé."},
    Description{
        "log.succeed.co-signers-asked",
        "Each co-signer was asked for the newest checkpoint that it has signed, and those that go further were given.",
        "Il a été demandé à chaque cosignataire le plus récent point de contrôle qu’il a signé, et ceux qui vont plus "
        "loin ont été indiqués."},
    Description{
        "log.succeed.policy", "Who co-signs the new log: a C2SP tlog-policy file; otherwise the same as before.",
        "Qui cosigne le nouveau journal\u00a0: un fichier tlog-policy de C2SP\u00a0; sinon les mêmes qu’auparavant."},
    Description{"log.succeed.lost", "How many entries are given up; without it nothing is done.",
                "À combien d’inscriptions on renonce\u00a0; sans cette option, rien n’est fait."},
    Description{"log.succeed.sheet-out", "File for the successor sheet, instead of standard output.",
                "Fichier où écrire la feuille du nouveau journal, au lieu de la sortie standard."},
    Description{"log.succeed.log-is-whole", "Though nothing is lost: for a log’s key that must go.",
                "Bien que rien ne soit perdu\u00a0: pour une clé du journal qui doit disparaître."},
    Description{"log.succeed.yes", "Do not ask.", "Ne pas demander de confirmation."},
    Description{"log.sheet", "Print the successor sheet again; the server must not run.",
                "Afficher de nouveau la feuille du nouveau journal\u00a0; le serveur doit être arrêté."},
    Description{"backup", "Copies of everything, for whoever holds the identity.",
                "Des copies de tout, pour qui détient l’identité."},
    Description{"backup.create", "Make a backup, whether the server runs or not.",
                "Faire une sauvegarde, que le serveur fonctionne ou non."},
    Description{"backup.create.recipient", "Who opens it: a key (age1pq1…), beside those of the configuration.",
                "Qui l’ouvre\u00a0: une clé (age1pq1…), outre celles de la configuration."},
    Description{"backup.create.recipients-file", "A file of such keys, one a line.",
                "Un fichier de telles clés, une par ligne."},
    Description{"backup.create.log-key-recipient", "Who alone opens the log’s signing key: a key (age1pq1…).",
                "Qui seul ouvre la clé de signature du journal\u00a0: une clé (age1pq1…)."},
    Description{"backup.create.then-prune",
                "Take away old ones once it is made, by --keep, --keep-days and the configuration’s backup.kept_days; "
                "also where it ends with 3.",
                "Une fois qu’elle est faite, supprimer les anciennes selon --keep, --keep-days et backup.kept_days de "
                "la configuration, même si la commande se termine par 3."},
    Description{"backup.verify", "Check every file of a backup; with an identity, open every part.",
                "Vérifier chaque fichier d’une sauvegarde\u00a0; avec une identité, ouvrir chaque partie."},
    Description{"backup.verify.name", "Which backup; the newest otherwise.", "Laquelle\u00a0; sinon la plus récente."},
    Description{
        "backup.verify.scratch",
        "Folder where the database is opened for a while, instead of the system’s one for temporary files.",
        "Dossier où la base est ouverte pour un temps, au lieu de celui du système pour les fichiers temporaires."},
    Description{"backup.restore", "Make a new data folder of a backup.",
                "Faire d’une sauvegarde un nouveau dossier de données."},
    Description{"backup.restore.name", "Which backup; the newest otherwise.", "Laquelle\u00a0; sinon la plus récente."},
    Description{"backup.restore.data", "A folder that is not there yet, or empty.",
                "Un dossier qui n’existe pas encore, ou qui est vide."},
    Description{"backup.restore.database-key", "File for the new database key, instead of database.key in that folder.",
                "Fichier où écrire la nouvelle clé de la base, au lieu de database.key dans ce dossier."},
    Description{"backup.restore.leave-out-damaged",
                "Restore the rest where attachments are damaged, and name those left out.",
                "Restaurer le reste si des pièces jointes sont endommagées, et nommer celles qui sont omises."},
    Description{"backup.prune", "Take away old backups, and the attachments that no other one has.",
                "Supprimer les anciennes sauvegardes, et les pièces jointes qu’aucune autre ne contient."},
    Description{
        "backup.prune.config", "The configuration, a TOML file: no backup stays longer than its backup.kept_days.",
        "La configuration, un fichier TOML\u00a0: aucune sauvegarde ne reste plus longtemps que backup.kept_days."},
    Description{"backup.list", "Show the backups, oldest first.", "Montrer les sauvegardes, la plus ancienne d’abord."},
    Description{"backup.hold", "Keep a backup from being pruned, for a reason that “backup list” shows.",
                "Bloquer une sauvegarde, pour qu’elle ne soit pas élaguée\u00a0; «\u00a0backup list\u00a0» en montre "
                "le motif."},
    Description{"backup.hold.name", "Which backup.", "Laquelle."},
    Description{"backup.hold.reason", "Whose order it is, and its date.", "De qui est l’ordre, et sa date."},
    Description{"backup.release", "Lift the hold on a backup.", "Lever le blocage d’une sauvegarde."},
    Description{"backup.release.name", "Which backup.", "Laquelle."},
    Description{"key", "The key of the database.", "La clé de la base."},
    Description{"key.rotate", "Give the database a new key; the server must not run.",
                "Donner une nouvelle clé à la base\u00a0; le serveur doit être arrêté."},
    Description{"key.rotate.new-key-out", "File for the new key, instead of the old one’s place.",
                "Fichier où écrire la nouvelle clé, au lieu de la place de l’ancienne."},
};

// Told once, in both languages.
static_assert(std::ranges::all_of(kDescriptions, [](const Description& one) {
    return !one.text.empty() && !one.text_fr.empty() &&
           std::ranges::count(kDescriptions, one.key, &Description::key) == 1;
}));

}  // namespace

std::span<const Description> descriptions() { return kDescriptions; }

std::optional<std::string_view> help_text(std::string_view key, std::string_view language) {
    const auto texts = descriptions();
    const auto found = std::ranges::find(texts, key, &Description::key);
    if (found == texts.end()) return std::nullopt;
    return language == "fr" ? found->text_fr : found->text;
}

std::string said(std::string_view key, std::string_view language, const Places& places) {
    const auto text = help_text(key, language);
    ensure(text.has_value(), "everything that is said has its words");
    std::string out{*text};
    for (const auto& [name, value] : places) {
        const auto mark = "{" + std::string{name} + "}";
        if (const auto at = out.find(mark); at != std::string::npos) out.replace(at, mark.size(), value);
    }
    return out;
}

}  // namespace rogatory::server
