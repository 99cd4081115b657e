#include <array>

#include "web/server/words_table.hpp"

namespace rogatory::server {
namespace {

constexpr std::array kBackupWords{
    Words{
        "backup.beyond_told",
        "Pruned. Older than the {days} days that people are told, and kept without a hold: {count}. Nothing else has "
        "what the server’s disk has lost.",
        "Look at the disk. To give up what is lost, delete these backups’ folders; `rogatoryd backup list` shows them.",
        "Élagué. Plus anciennes que les {days} jours annoncés, et gardées sans blocage\u00a0: {count}. Rien d’autre "
        "n’a "
        "ce que le disque du serveur a perdu.",
        "Regardez le disque. Pour renoncer à ce qui est perdu, supprimez leurs dossiers\u00a0; `rogatoryd backup list` "
        "les montre."},
    Words{
        "backup.clock_unsure",
        "No backup was removed for its age. Older than the {days} days of the rule, by this clock, and kept without a "
        "hold: {count}. Either the clock is wrong, or for a long time no backup was made.",
        "Compare the clock (`date -u`), and make backups; once there are some of three days, pruning goes on by "
        "itself. At once: `rogatoryd backup prune FOLDER --keep N`, without --keep-days and --config.",
        "Aucune sauvegarde n’a été supprimée pour son âge. Plus anciennes que les {days} jours de la règle, selon "
        "cette horloge, et gardées sans blocage\u00a0: {count}. Soit l’horloge est fausse, soit aucune sauvegarde n’a "
        "été faite pendant longtemps.",
        "Comparez l’horloge (`date -u`), et faites des sauvegardes\u00a0; dès qu’il y en a de trois jours, l’élagage "
        "reprend de lui-même. Aussitôt\u00a0: `rogatoryd backup prune DOSSIER --keep N`, sans --keep-days ni "
        "--config."},
    Words{"backup.checkpoint", "The checkpoint in the backup is not one that its log signed.",
          "Take another backup, and find out who changed this one.",
          "Le point de contrôle de la sauvegarde n’a pas été signé par son journal.",
          "Prenez une autre sauvegarde, et cherchez qui a modifié celle-ci."},
    Words{"backup.format", "This backup has a newer form.",
          "Use the version of rogatoryd that made it, or a later one.", "Cette sauvegarde a une forme plus récente.",
          "Utilisez la version de rogatoryd qui l’a faite, ou une plus récente."},
    Words{
        "backup.kept_short",
        "Backups are made every {hours} hours, and kept for {days} days only: between two of them the clock cannot be "
        "told from a wrong one, and none is removed for its age.",
        "Make them more often, or keep them for {least} days or longer.",
        "Les sauvegardes sont faites toutes les {hours} heures et gardées {days} jours seulement\u00a0: entre deux, "
        "rien "
        "ne distingue l’horloge d’une horloge fausse, et aucune n’est supprimée pour son âge.",
        "Faites-en plus souvent, ou gardez-les {least} jours ou plus."},
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
    Words{"backup.no_hold", "The backup {name} is not on hold.", "`rogatoryd backup list` shows those that are.",
          "La sauvegarde {name} n’est pas bloquée.", "`rogatoryd backup list` montre celles qui le sont."},
    Words{"backup.hold_reason", "The reason must be one line of 1 to 500 bytes.",
          "Say whose order it is, and its date; no names of persons.",
          "Le motif doit être une ligne de 1 à 500 octets.",
          "Dites de qui est l’ordre, et sa date\u00a0; pas de noms de personnes."},
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
};

}  // namespace

std::span<const Words> backup_words() { return kBackupWords; }

}  // namespace rogatory::server
