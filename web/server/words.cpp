#include "web/server/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "web/server/words_table.hpp"

namespace rogatory::server {
namespace {

constexpr std::array kWords{
    Words{"config.unreadable", "The configuration {file} cannot be read.",
          "Give its path with --config, and let the user who runs rogatoryd read it.",
          "La configuration {file} ne peut être lue.",
          "Donnez son chemin avec --config, et laissez l’utilisateur qui exécute rogatoryd la lire."},
    Words{"config.malformed", "The configuration is not TOML from line {line} on.",
          "Look at that line: a quote, an equals sign or a bracket is missing, or a name stands twice.",
          "La configuration n’est plus du TOML à partir de la ligne {line}.",
          "Regardez cette ligne\u00a0: il manque un guillemet, un signe égal ou un crochet, ou un nom y figure deux "
          "fois."},
    Words{"config.unknown", "The configuration names {name}, which is no setting.",
          "Is it {near}? `rogatoryd config example` shows every setting with its meaning.",
          "La configuration nomme {name}, qui n’est pas un réglage.",
          "Est-ce {near}\u00a0? `rogatoryd config example` montre chaque réglage et son sens."},
    Words{"config.value", "The value of {name} in the configuration is not one that it can have.",
          "`rogatoryd config example` shows its form and its limits.",
          "La valeur de {name} dans la configuration n’est pas admise.",
          "`rogatoryd config example` en montre la forme et les limites."},
    Words{"config.missing", "The configuration does not say {name}.", "Add it; `rogatoryd config example` shows how.",
          "La configuration ne dit pas {name}.", "Ajoutez-le\u00a0; `rogatoryd config example` montre comment."},
    Words{"check.config_mode", "Others than its owner may write {file}.",
          "chmod go-w on it: who writes the configuration decides which key and which certificate this server uses.",
          "D’autres que son propriétaire peuvent écrire {file}.",
          "Faites chmod go-w\u00a0: qui écrit la configuration décide de la clé et du certificat de ce serveur."},
    Words{"check.data_missing", "The data folder {file} is not there.",
          "Make everything with `rogatoryd init`, mount the disk that it lies on, or correct `data`.",
          "Le dossier de données {file} n’existe pas.",
          "Créez tout avec `rogatoryd init`, montez le disque où il se trouve, ou corrigez `data`."},
    Words{"check.data_mode", "Others than its owner may enter the data folder {file}.", "chmod 0700 on it.",
          "D’autres que son propriétaire peuvent entrer dans le dossier de données {file}.", "Faites chmod 0700."},
    Words{"check.data_owner", "The data folder {file} belongs to another user than the one who runs this check.",
          "Run the check as the user who runs the server (runuser -u rogatory -- rogatoryd check …), or chown it to "
          "that user.",
          "Le dossier de données {file} appartient à un autre utilisateur que celui qui lance cette vérification.",
          "Lancez-la comme l’utilisateur qui exécute le serveur (runuser -u rogatory -- rogatoryd check …), ou "
          "rendez-le-lui par chown."},
    Words{"check.data_unwritable", "Nothing can be written in the data folder {file}.",
          "Look whether the disk is mounted read-only or full, or belongs to another user; the kernel’s log says more.",
          "Rien ne peut être écrit dans le dossier de données {file}.",
          "Voyez si le disque est monté en lecture seule, plein, ou d’un autre utilisateur\u00a0; le journal du noyau "
          "en dit davantage."},
    Words{
        "database_key.file", "The database’s key {path} is not there, or is no key.",
        "Put back the key that belongs to this database, from where you keep it apart from the backups. Without it "
        "nothing can be read; do not make a new one. Where it is a credential of systemd, only systemd opens it: "
        "`systemd-run --pipe --wait -p User=rogatory -p LoadCredentialEncrypted=rogatory-database-key rogatoryd check "
        "--config FILE`.",
        "La clé de la base {path} est absente ou n’en est pas une.",
        "Remettez la clé de cette base, de là où vous la gardez à part des sauvegardes. Sans elle rien ne se "
        "lit\u00a0; n’en faites pas une nouvelle. Si c’est un «\u00a0credential\u00a0» de systemd, seul systemd "
        "l’ouvre\u00a0: `systemd-run --pipe --wait -p User=rogatory -p LoadCredentialEncrypted=rogatory-database-key "
        "rogatoryd check --config FICHIER`."},
    Words{"database_key.mode", "Others than the server’s user may read the database’s key {path}.",
          "chmod 0600 and chown it to that user; if others may have read it, treat the database as read by them and "
          "change its key.",
          "D’autres que l’utilisateur du serveur peuvent lire la clé de la base {path}.",
          "Faites chmod 0600 et chown à cet utilisateur\u00a0; si d’autres ont pu la lire, tenez la base pour lue et "
          "changez sa clé."},
    Words{
        "check.key_mode", "Others than its owner may read the certificate’s private key {file}.",
        "chmod 0600 on it; if others may have read it, have the certificate revoked and a new one made with a new key.",
        "D’autres que son propriétaire peuvent lire la clé privée du certificat {file}.",
        "Faites chmod 0600\u00a0; si d’autres ont pu la lire, faites révoquer le certificat et faites-en un autre avec "
        "une clé nouvelle."},
    Words{"tls.certificate", "The certificate {file} cannot be used.",
          "It must be PEM, the server’s own certificate first and then those between it and its authority.",
          "Le certificat {file} est inutilisable.",
          "Il doit être en PEM, d’abord celui du serveur, puis ceux qui le relient à son autorité."},
    Words{"tls.key", "The private key {file} cannot be used, or is not that of the certificate.",
          "Put certificate and key of one request beside each other; the key without a passphrase, mode 0600.",
          "La clé privée {file} est inutilisable, ou n’est pas celle du certificat.",
          "Mettez ensemble le certificat et la clé d’une même demande\u00a0; la clé sans phrase de passe, mode 0600."},
    Words{
        "tls.client_hints", "The authorities of client certificates {file} cannot be used.",
        "It must be PEM, with the certificates of the authorities alone; or leave listen.client_hints out.",
        "Les autorités de certificats clients {file} sont inutilisables.",
        "Le fichier doit être en PEM, avec les seuls certificats des autorités\u00a0; ou omettez listen.client_hints."},
    Words{"check.certificate_expired", "The certificate {file} has expired: no client connects.",
          "Put a new one in its place and send the server SIGHUP.",
          "Le certificat {file} a expiré\u00a0: aucun client ne se connecte.",
          "Mettez-en un nouveau à sa place et envoyez SIGHUP au serveur."},
    Words{"check.certificate_soon", "The certificate {file} expires in {days} days.",
          "Put a new one in its place and send the server SIGHUP; nobody is cut off.",
          "Le certificat {file} expire dans {days} jours.",
          "Mettez-en un nouveau à sa place et envoyez SIGHUP au serveur\u00a0; personne n’est coupé."},
    Words{"check.certificate_not_yet", "The certificate {file} is not valid yet.",
          "Wait, or correct this machine’s clock.", "Le certificat {file} n’est pas encore valable.",
          "Attendez, ou corrigez l’horloge de cette machine."},
    Words{"check.certificate_host",
          "The certificate {file} is not for {host}, the name by which clients reach this server.",
          "Have one made that names {host} as subject alternative name.",
          "Le certificat {file} n’est pas pour {host}, le nom par lequel les clients joignent ce serveur.",
          "Faites-en faire un qui porte {host} comme autre nom du sujet (subjectAltName)."},
    Words{"check.open_files",
          "This process may open {have} files, and {need} are needed: two for each connection that limits.connections "
          "allows, since an upload or a download has a file of its own, and 512 for the server itself.",
          "Set LimitNOFILE={need} in the unit (or ulimit -Hn), or lower limits.connections.",
          "Ce processus peut ouvrir {have} fichiers, et il en faut {need}\u00a0: deux pour chaque connexion que permet "
          "limits.connections, car un envoi ou un téléchargement a son propre fichier, et 512 pour le serveur "
          "lui-même.",
          "Réglez LimitNOFILE={need} dans l’unité (ou ulimit -Hn), ou baissez limits.connections."},
    Words{"check.clock_unsynchronised", "Nothing keeps this machine’s clock right.",
          "Switch on systemd-timesyncd or chrony: one-time codes and the dates of statements are held against it.",
          "Rien ne tient l’horloge de cette machine à l’heure.",
          "Activez systemd-timesyncd ou chrony\u00a0: les codes à usage unique et les dates des actes lui sont "
          "comparés."},
    Words{"check.clock_back", "This machine’s clock is {minutes} minutes behind what this server has already seen.",
          "Correct the clock before the server starts: until then new statements bear dates that clients refuse.",
          "L’horloge de cette machine est en retard de {minutes} minutes sur ce que ce serveur a déjà vu.",
          "Corrigez-la avant de démarrer le serveur\u00a0: d’ici là, les actes nouveaux portent des dates que les "
          "clients refusent."},
    Words{
        "check.management_address", "The management listener’s address {address} is none of this machine’s own.",
        "Set management.address to 127.0.0.1 or ::1 (an address, no name): it speaks plain HTTP, so that the network "
        "would read the secret that sets the mode, and how the server is.",
        "L’adresse {address} de l’écoute de gestion n’est pas une adresse propre à cette machine.",
        "Réglez management.address sur 127.0.0.1 ou ::1 (une adresse, et non un nom)\u00a0: elle parle HTTP en clair, "
        "et le réseau y lirait le secret qui fixe le mode, et l’état du serveur."},
    Words{"check.disk_full",
          "{free} MiB are free on the disk of the data folder, and {need} MiB are kept for the database: uploads are "
          "refused.",
          "Make room, or give the disk more; nothing is damaged, and reading goes on.",
          "{free} Mio sont libres sur le disque du dossier de données, et {need} Mio sont réservés à la base\u00a0: "
          "les envois sont refusés.",
          "Faites de la place, ou agrandissez le disque\u00a0; rien n’est endommagé, et la lecture continue."},
    Words{"check.disk_space", "Less than a twentieth of the data folder’s disk is free: {free} MiB.",
          "Make room before it is full, or set quotas (`rogatory admin party quota`).",
          "Moins d’un vingtième du disque des données est libre\u00a0: {free} Mio.",
          "Faites de la place avant qu’il ne soit plein, ou fixez des limites (`rogatory admin party quota`)."},
    Words{"check.filesystem",
          "The data folder {file} lies in memory, on a network file system or on one in user space.",
          "Put it on a local disk (ext4, XFS): what is acknowledged must be durable when power fails.",
          "Le dossier de données {file} est en mémoire, sur un système de fichiers en réseau ou en espace utilisateur.",
          "Mettez-le sur un disque local (ext4, XFS)\u00a0: ce qui est confirmé doit survivre à une panne de courant."},
    Words{"check.fsync_slow", "This disk takes {ms} ms to make a page durable: every statement waits for that.",
          "Use a disk with a protected write cache, or look for another program that writes much.",
          "Ce disque met {ms} ms à rendre une page durable\u00a0: chaque acte l’attend.",
          "Prenez un disque à cache d’écriture protégé, ou cherchez quel autre programme écrit beaucoup."},
    Words{"page.manifest", "The web client’s folder has no usable list of its files ({file}).",
          "Install the web client whole again, or take web.folder out of the configuration.",
          "Le dossier du client web n’a pas de liste utilisable de ses fichiers ({file}).",
          "Installez de nouveau le client web en entier, ou ôtez web.folder de la configuration."},
    Words{
        "page.file", "The web client’s file {file} is missing or not what its list says.",
        "Install the web client whole again. If nobody copied or changed anything, find out who did before you start.",
        "Le fichier {file} du client web manque ou n’est pas celui de la liste.",
        "Installez de nouveau le client web en entier. Si personne n’a rien copié ni changé, trouvez qui l’a fait "
        "avant de démarrer."},
    Words{"secret_file.unreadable", "The file {file} with the mail password or a secret cannot be read, or is empty.",
          "Put one line into it, and let the server’s user read it.",
          "Le fichier {file} contenant le mot de passe de la messagerie ou un secret ne peut être lu, ou est vide.",
          "Mettez-y une ligne, et laissez l’utilisateur du serveur le lire."},
    Words{
        "secret_file.mode", "Others than its owner may read {file}, which holds the mail password or a secret.",
        "chmod 0600 on it, and change what it holds. A systemd credential is root’s, mode 0400 or 0440, in the "
        "folder of credentials of the unit: let systemd make it (LoadCredentialEncrypted=), and copy none there.",
        "D’autres que son propriétaire peuvent lire {file}, qui contient le mot de passe de la messagerie ou un "
        "secret.",
        "Faites chmod 0600, et changez-en le contenu. Un «\u00a0credential\u00a0» de systemd est à root, mode 0400 ou "
        "0440, dans le dossier des «\u00a0credentials\u00a0» de l’unité\u00a0: laissez systemd le créer "
        "(LoadCredentialEncrypted=), n’y copiez rien."},
    Words{
        "storage.locked", "Another program has this data folder open: nothing was done.",
        "If it is the server: this is done while it does not run. Stop it first, with the socket where systemd holds "
        "it "
        "(`systemctl stop rogatoryd.socket rogatoryd.service`). Never run two servers over one folder.",
        "Un autre programme a ouvert ce dossier de données\u00a0: rien n’a été fait.",
        "Si c’est le serveur\u00a0: cela se fait quand il est arrêté. Arrêtez-le d’abord, avec le socket si systemd le "
        "tient (`systemctl stop rogatoryd.socket rogatoryd.service`). Jamais deux serveurs sur un même dossier."},
    Words{"check.running", "A server runs over this data folder: its database and log were not looked at.",
          "Nothing; it reads all of it itself once a day (rogatory_integrity_faults). To check now, stop it first.",
          "Un serveur fonctionne sur ce dossier de données\u00a0: sa base et son journal n’ont pas été regardés.",
          "Rien\u00a0; il lit tout lui-même une fois par jour (rogatory_integrity_faults). Pour vérifier maintenant, "
          "arrêtez-le d’abord."},
    Words{"storage.busy", "Another program uses the database at this moment.",
          "Wait until it has ended, and run the command again. Nothing was changed.",
          "Un autre programme utilise la base en ce moment.",
          "Attendez qu’il ait terminé, puis relancez la commande. Rien n’a été modifié."},
    Words{"storage.full", "There is no room left on the disk.",
          "Make room, and run the command again. Nothing was lost.", "Il n’y a plus de place sur le disque.",
          "Libérez de la place, puis relancez la commande. Rien n’est perdu."},
    Words{"storage.damaged", "The database is damaged.",
          "Do not start it. Keep the folder as it is, look at the disk, and put back the newest backup; what is "
          "missing then comes back by `rogatory log resubmit`.",
          "La base est endommagée.",
          "Ne la démarrez pas. Gardez le dossier tel quel, regardez le disque, et rétablissez la sauvegarde la plus "
          "récente\u00a0; ce qui manque alors revient par `rogatory log resubmit`."},
    Words{"storage.key_or_file", "The database cannot be opened with this key.",
          "Is it the key of this very database? A restored backup needs the key of its time. If it is, the file is "
          "damaged: put back the newest backup.",
          "La base ne s’ouvre pas avec cette clé.",
          "Est-ce bien la clé de cette base\u00a0? Une sauvegarde rétablie veut la clé de son temps. Si oui, le "
          "fichier est endommagé\u00a0: rétablissez la sauvegarde la plus récente."},
    Words{"init.missing", "The data folder holds no database.",
          "Make everything with `rogatoryd init`, or put back a backup.",
          "Le dossier de données ne contient pas de base.",
          "Créez tout avec `rogatoryd init`, ou rétablissez une sauvegarde."},
    Words{"log.behind",
          "The log is not what its own signature says: this folder was put back to an older state, or altered.",
          "Do not override. Put back a newer copy if there is one; otherwise start it (it only reads) and follow "
          "“After a restored backup” in the guide: `rogatoryd log repair status`.",
          "Le journal n’est pas ce que dit sa propre signature\u00a0: ce dossier a été remis à un état plus ancien, ou "
          "modifié.",
          "Ne passez pas outre. Rétablissez une copie plus récente s’il y en a une\u00a0; sinon démarrez (il ne fait "
          "que lire) et suivez «\u00a0Après le rétablissement d’une sauvegarde\u00a0» du guide\u00a0: `rogatoryd log "
          "repair status`."},
    Words{"schema.newer", "The database was written by a newer rogatoryd ({name}).",
          "Install that version again: a database goes forward only.",
          "La base a été écrite par un rogatoryd plus récent ({name}).",
          "Réinstallez cette version\u00a0: une base ne va que de l’avant."},
    Words{
        "schema.older", "The database is of an older schema: {steps} steps are made at the next start.",
        "Nothing, if this program is to go on with it: make a backup first, for there is no way back. The log was not "
        "read; the start reads it.",
        "La base est d’un schéma plus ancien\u00a0: {steps} étapes seront faites au prochain démarrage.",
        "Rien, si ce programme doit la reprendre\u00a0: faites d’abord une sauvegarde, car on ne revient pas en "
        "arrière. Le journal n’a pas été lu\u00a0; le démarrage le lit."},
    Words{"schema.changed", "A step by which this database came about ({name}) is another one in this program.",
          "This program was altered or badly built. Install a released version.",
          "Une étape par laquelle cette base s’est formée ({name}) est une autre dans ce programme.",
          "Ce programme a été modifié ou mal construit. Installez une version publiée."},
    Words{"server.listen", "The address and port of the configuration cannot be had.",
          "Another program has the port, the address is not this machine’s, or a port below 1024 needs a socket of "
          "systemd (rogatoryd.socket).",
          "L’adresse et le port de la configuration ne peuvent être pris.",
          "Un autre programme a le port, l’adresse n’est pas de cette machine, ou un port inférieur à 1024 veut un "
          "socket de systemd (rogatoryd.socket)."},
    Words{
        "config.address", "listen.address is not an IP address.",
        "Write one in the configuration: 0.0.0.0 for all of this machine’s, 127.0.0.1 behind a proxy.",
        "listen.address n’est pas une adresse IP.",
        "Indiquez-en une dans la configuration\u00a0: 0.0.0.0 pour toutes celles de cette machine, 127.0.0.1 derrière "
        "un mandataire."},
    Words{"age.no_identities", "No identity was named, and none of these files holds one.",
          "Name a file with lines that begin with AGE-SECRET-KEY-PQ-1 (--identity FILE).",
          "Aucune identité n’a été nommée, et aucun de ces fichiers n’en contient.",
          "Nommez un fichier dont des lignes commencent par AGE-SECRET-KEY-PQ-1 (--identity FICHIER)."},
    Words{"age.no_match", "None of these identities opens this file.",
          "Take the identity whose recipient it was sealed to; `age-keygen -y FILE` shows the recipient of one.",
          "Aucune de ces identités n’ouvre ce fichier.",
          "Prenez l’identité dont c’est le destinataire\u00a0; `age-keygen -y FICHIER` montre le destinataire d’une "
          "identité."},
    Words{"mode.unreachable", "No server answers on the management listener of this configuration.",
          "Is it running, and is management.port not 0? The mode of a server that does not run cannot be changed.",
          "Aucun serveur ne répond sur l’écoute de gestion de cette configuration.",
          "Fonctionne-t-il, et management.port n’est-il pas 0\u00a0? Le mode d’un serveur arrêté ne se change pas."},
    Words{"server.sockets", "systemd hands over several sockets of the name {name}.",
          "Leave one ListenStream of that FileDescriptorName in rogatoryd.socket (BindIPv6Only=both takes IPv4 too).",
          "systemd transmet plusieurs sockets du nom {name}.",
          "Laissez un seul ListenStream de ce FileDescriptorName dans rogatoryd.socket (BindIPv6Only=both prend aussi "
          "IPv4)."},
    Words{"mode.no_secret", "The server could not write its secret at its start, so that nobody can set its mode.",
          "Make room on the disk of the data folder, or mend who may write there, and start the server again.",
          "Le serveur n’a pas pu écrire son secret au démarrage\u00a0: personne ne peut fixer son mode.",
          "Faites de la place sur le disque du dossier de données, ou corrigez qui peut y écrire, et redémarrez le "
          "serveur."},
    Words{"mode.until", "--until must be a time to come, as 2027-01-31T06:00Z.",
          "Give date and time in UTC, or a number of minutes with --minutes.",
          "--until doit être un moment à venir, comme 2027-01-31T06:00Z.",
          "Donnez la date et l’heure en UTC, ou un nombre de minutes avec --minutes."},
};

std::string filled(std::string_view text, const Error& error) {
    std::string out{text};
    for (const auto& [name, value] : error.arguments()) {
        const auto mark = "{" + name + "}";
        for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark, at + value.size())) {
            out.replace(at, mark.size(), value);
        }
    }
    return out;
}

}  // namespace

std::string_view language_of_environment() {
    for (const auto* const name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* const value = std::getenv(name);
        if (value != nullptr && *value != '\0') return std::string_view{value}.starts_with("fr") ? "fr" : "en";
    }
    return "en";
}

Explanation explain(const Error& error, std::string_view language) {
    const Words* found = std::ranges::find(kWords, error.key(), &Words::key);
    if (found == kWords.end()) {
        found = nullptr;
        for (const auto& page : {setup_words(), backup_words(), log_words()}) {
            const auto at = std::ranges::find(page, error.key(), &Words::key);
            if (at != page.end()) found = &*at;
        }
        if (found == nullptr) return {};
    }
    const bool french = language == "fr";
    // A name that is like no other has nothing beside it.
    const bool alone = error.key() == "config.unknown" && error.arguments().at("near").empty();
    auto fix = french ? found->fix_fr : found->fix;
    if (alone) fix.remove_prefix(fix.find('`'));
    return {filled(french ? found->what_fr : found->what, error), filled(fix, error)};
}

void tell(const Error& error) {
    std::string message = "rogatoryd: " + error.key();
    for (const auto& [name, value] : error.arguments()) message += " " + name + "=" + value;
    std::fprintf(stderr, "%s %s\n", message.c_str(), error.log_detail().c_str());
    const auto explained = explain(error, language_of_environment());
    if (!explained.what.empty()) std::fprintf(stderr, "  %s\n  → %s\n", explained.what.c_str(), explained.fix.c_str());
}

}  // namespace rogatory::server
