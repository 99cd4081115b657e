#include "web/server/words.hpp"

#include <algorithm>
#include <array>
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
    Words{
        "check.open_files",
        "This process may open {have} files, and {need} are needed for the connections that limits.connections allows.",
        "Set LimitNOFILE={need} in the unit (or ulimit -Hn), or lower limits.connections.",
        "Ce processus peut ouvrir {have} fichiers, et il en faut {need} pour les connexions que permet "
        "limits.connections.",
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
    Words{"secret_file.unreadable", "The file {file} with a password cannot be read, or is empty.",
          "Put one line into it, and let the server’s user read it.",
          "Le fichier {file} contenant un mot de passe ne peut être lu, ou est vide.",
          "Mettez-y une ligne, et laissez l’utilisateur du serveur le lire."},
    Words{"secret_file.mode", "Others than its owner may read {file}, which holds a password.",
          "chmod 0600 on it, and change the password.",
          "D’autres que son propriétaire peuvent lire {file}, qui contient un mot de passe.",
          "Faites chmod 0600, et changez le mot de passe."},
    Words{"storage.locked", "A server runs over this data folder: its database and log were not looked at.",
          "Nothing; it reads all of it itself once a day (rogatory_integrity_faults). To check now, stop it first.",
          "Un serveur fonctionne sur ce dossier de données\u00a0: sa base et son journal n’ont pas été regardés.",
          "Rien\u00a0; il lit tout lui-même une fois par jour (rogatory_integrity_faults). Pour vérifier maintenant, "
          "arrêtez-le d’abord."},
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
    Words{"age.no_match", "None of these identities opens this file.",
          "Take the identity whose recipient it was sealed to; `age-keygen -y FILE` shows the recipient of one.",
          "Aucune de ces identités n’ouvre ce fichier.",
          "Prenez l’identité dont c’est le destinataire\u00a0; `age-keygen -y FICHIER` montre le destinataire d’une "
          "identité."},
    Words{"backup.checkpoint", "The checkpoint in the backup is not one that its log signed.",
          "Take another backup, and find out who changed this one.",
          "Le point de contrôle de la sauvegarde n’a pas été signé par son journal.",
          "Prenez une autre sauvegarde, et cherchez qui a modifié celle-ci."},
    Words{"backup.format", "This backup has a newer form.",
          "Use the version of rogatoryd that made it, or a later one.", "Cette sauvegarde a une forme plus récente.",
          "Utilisez la version de rogatoryd qui l’a faite, ou une plus récente."},
    Words{"backup.list_damaged", "The list of attachments of the backup {name} is damaged.",
          "Take another backup, and look at the disk.",
          "La liste des pièces jointes de la sauvegarde {name} est endommagée.",
          "Prenez une autre sauvegarde, et regardez le disque."},
    Words{"backup.log_key", "None of these identities opens the log’s signing key in this backup.",
          "Bring the identity of whoever keeps that key, with one more --identity.",
          "Aucune de ces identités n’ouvre la clé de signature du journal dans cette sauvegarde.",
          "Apportez l’identité de qui garde cette clé, avec un --identity de plus."},
    Words{"backup.manifest_damaged", "The manifest of the backup {name} is missing or damaged.",
          "Take another backup. To give this one up, delete its folder.",
          "Le manifeste de la sauvegarde {name} manque ou est endommagé.",
          "Prenez une autre sauvegarde. Pour renoncer à celle-ci, supprimez son dossier."},
    Words{"backup.incomplete",
          "{missing} attachments are missing on this server’s disk, and {damaged} are not what was "
          "uploaded: the backup was made without them.",
          "Look at the disk. `rogatoryd backup prune` keeps the older backups that have them.",
          "{missing} pièces jointes manquent sur le disque de ce serveur, et {damaged} ne sont pas ce qui avait été "
          "versé\u00a0: la sauvegarde a été faite sans elles.",
          "Regardez le disque. `rogatoryd backup prune` garde les sauvegardes plus anciennes qui les ont."},
    Words{"backup.no_recipients", "Nobody could open this backup.",
          "Name its recipients in the configuration (backup.recipients_file), or with --recipient.",
          "Personne ne pourrait ouvrir cette sauvegarde.",
          "Nommez ses destinataires dans la configuration (backup.recipients_file), ou avec --recipient."},
    Words{"backup.no_rule", "It was not said what is to be kept.",
          "Give --keep N for the newest N, --keep-days N for those of N days, or both.",
          "Il n’a pas été dit ce qu’il faut garder.",
          "Donnez --keep N pour les N plus récentes, --keep-days N pour celles de N jours, ou les deux."},
    Words{"backup.no_target", "The folder {folder} is not there.", "Is the disk of the backups mounted?",
          "Le dossier {folder} n’existe pas.", "Le disque des sauvegardes est-il monté\u00a0?"},
    Words{"backup.none", "There is no backup in {folder}.", "Is it the right folder, and is its disk mounted?",
          "Il n’y a aucune sauvegarde dans {folder}.", "Est-ce le bon dossier, et son disque est-il monté\u00a0?"},
    Words{"backup.not_empty", "The folder {folder} is not empty.",
          "Restore into a new one; nothing is ever overwritten.", "Le dossier {folder} n’est pas vide.",
          "Restaurez dans un dossier neuf\u00a0; rien n’est jamais écrasé."},
    Words{"backup.not_there", "There is no backup {name} in this folder.",
          "`rogatoryd backup list` shows those that there are.", "Il n’y a pas de sauvegarde {name} dans ce dossier.",
          "`rogatoryd backup list` montre celles qui existent."},
    Words{"backup.not_whole", "{file} is not what was written.",
          "Take another backup, or restore the rest of this one with --leave-out-damaged.",
          "{file} n’est pas ce qui avait été écrit.",
          "Prenez une autre sauvegarde, ou restaurez le reste de celle-ci avec --leave-out-damaged."},
    Words{
        "backup.restored_behind",
        "Restored. Another backup in this folder has a signed checkpoint of {entries} entries, which this one does not "
        "hold: the server only reads until the log is repaired.",
        "Restore the newest backup if it can be read; otherwise `rogatoryd log repair status` says what is missing.",
        "Restauré. Une autre sauvegarde de ce dossier a un point de contrôle signé de {entries} entrées, que celle-ci "
        "n’a pas\u00a0: le serveur ne fait que lire jusqu’à ce que le journal soit réparé.",
        "Restaurez la sauvegarde la plus récente si elle peut être lue\u00a0; sinon `rogatoryd log repair status` dit "
        "ce qui manque."},
    Words{"backup.restored",
          "Restored. The server records nothing until it is known that nothing came after the backup.",
          "`rogatoryd log repair status` says how far that is.",
          "Restauré. Le serveur n’enregistre rien tant qu’on ne sait pas que rien n’est venu après la sauvegarde.",
          "`rogatoryd log repair status` dit où cela en est."},
    Words{
        "backup.new_key", "The restored database has a new key.",
        "A systemd credential of the old one goes before it: make it anew (systemd-creds encrypt) or take it away, and "
        "give the folder to the server’s user (chown -R).",
        "La base restaurée a une nouvelle clé.",
        "Un secret systemd de l’ancienne passe avant elle\u00a0: refaites-le (systemd-creds encrypt) ou retirez-le, et "
        "donnez le dossier à l’utilisateur du serveur (chown -R)."},
    Words{"database_key.rotated", "The database opens with the new key in {path}.",
          "Back up the key, apart from the data.", "La base s’ouvre avec la nouvelle clé dans {path}.",
          "Sauvegardez la clé, à part des données."},
    Words{"database_key.rotation_finished",
          "An interrupted change of keys is finished; the database opens with {path}.",
          "Run the command once more if the key was to change again.",
          "Un changement de clé interrompu est terminé\u00a0; la base s’ouvre avec {path}.",
          "Relancez la commande si la clé devait changer encore."},
    Words{"backup.other_name", "The folder of the backup {name} holds another one.",
          "Take another backup, and find out who renamed it.",
          "Le dossier de la sauvegarde {name} en contient une autre.",
          "Prenez une autre sauvegarde, et cherchez qui l’a renommée."},
    Words{"backup.part_damaged", "A file is not what was written.", "Take another backup, and look at the disk.",
          "Un fichier n’est pas ce qui avait été écrit.", "Prenez une autre sauvegarde, et regardez le disque."},
    Words{"backup.part_missing", "A file is missing.", "Take another backup, or copy the folder whole.",
          "Un fichier manque.", "Prenez une autre sauvegarde, ou copiez le dossier en entier."},
    Words{"backup.part_truncated", "A file is shorter than what was written.",
          "Take another backup, or copy the folder whole.", "Un fichier est plus court que ce qui avait été écrit.",
          "Prenez une autre sauvegarde, ou copiez le dossier en entier."},
    Words{"backup.recipient", "A backup is sealed to post-quantum age keys only.",
          "They begin with age1pq1; `age-keygen -pq` makes one.",
          "Une sauvegarde n’est scellée qu’à des clés age post-quantiques.",
          "Elles commencent par age1pq1\u00a0; `age-keygen -pq` en crée une."},
    Words{"backup.running", "A backup or a change of keys is at work on this data folder.", "Wait for its end.",
          "Une sauvegarde ou un changement de clé est en cours sur ce dossier de données.", "Attendez la fin."},
    Words{"backup.schema", "The database is of another version than this program ({name}).",
          "Use the rogatoryd that serves it, or start this one once.",
          "La base est d’une autre version que ce programme ({name}).",
          "Utilisez le rogatoryd qui la sert, ou démarrez celui-ci une fois."},
    Words{"backup.signature", "The signature of the backup {name} does not hold.",
          "Take another backup, and find out who changed this one.",
          "La signature de la sauvegarde {name} n’est pas valable.",
          "Prenez une autre sauvegarde, et cherchez qui a modifié celle-ci."},
    Words{"backup.signer", "This backup is signed by {signer}.",
          "Compare this key with the one that the server printed at each backup; if it is the same, give it with "
          "--signer.",
          "Cette sauvegarde est signée par {signer}.",
          "Comparez cette clé avec celle que le serveur a affichée à chaque sauvegarde\u00a0; si c’est la même, "
          "donnez-la avec --signer."},
    Words{"backup.target_full", "The folder of backups is full.",
          "Nothing in it was changed. Make room or prune (`rogatoryd backup prune`), and run the same again.",
          "Le dossier des sauvegardes est plein.",
          "Rien n’y a été changé. Faites de la place ou élaguez (`rogatoryd backup prune`), et relancez."},
    Words{"backup.target_locked", "Another backup is being written into this folder.", "Wait for its end.",
          "Une autre sauvegarde s’écrit dans ce dossier.", "Attendez la fin."},
    Words{"database_key.credential", "The database’s key comes from a systemd credential, which cannot be written.",
          "Name a file for the new key with --new-key-out, and make the next credential of it.",
          "La clé de la base vient d’un «\u00a0credential\u00a0» de systemd, qui ne peut être écrit.",
          "Nommez un fichier pour la nouvelle clé avec --new-key-out, et faites-en le prochain."},
    Words{"database_key.exists", "{path} is there already, and was not touched: it may be the only copy of a key.",
          "Name a file that is not there. A run that was interrupted goes on with the file that it was given.",
          "{path} existe déjà, et n’a pas été modifié\u00a0: c’est peut-être la seule copie d’une clé.",
          "Nommez un fichier qui n’existe pas. Une exécution interrompue se poursuit avec le fichier qu’elle avait "
          "reçu."},
    Words{"database_key.volatile", "{path} would lie in memory only: the key would be lost at the next start.",
          "Name a file on a disk with --new-key-out.",
          "{path} ne serait qu’en mémoire\u00a0: la clé serait perdue au prochain démarrage.",
          "Nommez un fichier sur un disque avec --new-key-out."},
    Words{"database_key.rotation", "A change of the database’s key was interrupted.",
          "Run `rogatoryd key rotate` again: it finishes. Then start the server.",
          "Un changement de la clé de la base a été interrompu.",
          "Relancez `rogatoryd key rotate`\u00a0: il le termine. Démarrez ensuite le serveur."},
    Words{"restored.cosigners", "The co-signers of this log say by themselves whether anything came after the backup.",
          "Start the server and wait for them.",
          "Les cosignataires de ce journal disent eux-mêmes si quelque chose a suivi la sauvegarde.",
          "Démarrez le serveur et attendez-les."},
    Words{"restored.not", "This server was not restored from a backup, or the question is settled.",
          "Nothing; nothing was changed.",
          "Ce serveur n’a pas été restauré d’une sauvegarde, ou la question est réglée.",
          "Rien\u00a0; rien n’a été changé."},
    Words{"restored.size", "The log has {size} entries, and another number was stated.",
          "Read again what `rogatoryd log repair status` says, and state that number.",
          "Le journal compte {size} entrées, et un autre nombre a été indiqué.",
          "Relisez ce que dit `rogatoryd log repair status`, et indiquez ce nombre."},
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
        const auto setup = setup_words();
        const auto at = std::ranges::find(setup, error.key(), &Words::key);
        if (at == setup.end()) return {};
        found = &*at;
    }
    const bool french = language == "fr";
    // A name that is like no other has nothing beside it.
    const bool alone = error.key() == "config.unknown" && error.arguments().at("near").empty();
    auto fix = french ? found->fix_fr : found->fix;
    if (alone) fix.remove_prefix(fix.find('`'));
    return {filled(french ? found->what_fr : found->what, error), filled(fix, error)};
}

}  // namespace rogatory::server
