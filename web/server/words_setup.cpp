#include <algorithm>
#include <array>

#include "platform/base/ensure.hpp"
#include "web/server/words_table.hpp"

namespace rogatory::server {
namespace {

constexpr std::array kSetupWords{
    Words{"init.answer", "This needs an answer.",
          "Type one, or press Ctrl-C to leave; nothing is written before the end.", "Une réponse est nécessaire.",
          "Donnez-en une, ou quittez par Ctrl-C\u00a0; rien n’est écrit avant la fin."},
    Words{"init.yes_no", "That is neither yes nor no.", "Type y or n.", "Ce n’est ni oui ni non.", "Tapez o ou n."},
    Words{"init.one_of", "That is none of the answers.", "Type the number of one of them.",
          "Ce n’est aucune des réponses.", "Tapez le numéro de l’une d’elles."},
    Words{"init.broken_off", "The questions were broken off. Nothing was written.", "Run the same again.",
          "Les questions ont été interrompues. Rien n’a été écrit.", "Relancez la même commande."},
    Words{"init.declined", "Nothing was written.", "Run the same again to answer otherwise.", "Rien n’a été écrit.",
          "Relancez la même commande pour répondre autrement."},
    Words{"init.host", "This is no name by which clients could reach a server.",
          "Write it in small letters, with a port only if it is not 443: exchange.example.org, "
          "exchange.example.org:8443, [2001:db8::1].",
          "Ce n’est pas un nom par lequel des clients pourraient joindre un serveur.",
          "Écrivez-le en minuscules, et le port seulement si ce n’est pas 443\u00a0: echange.example.org, "
          "echange.example.org:8443, [2001:db8::1]."},
    Words{"init.address", "This is no address of a network interface.",
          "Write numbers, not a name: 127.0.0.1, ::1, 192.0.2.7; 0.0.0.0 or :: for all of this machine.",
          "Ce n’est pas une adresse d’interface réseau.",
          "Écrivez des nombres, et non un nom\u00a0: 127.0.0.1, ::1, 192.0.2.7\u00a0; 0.0.0.0 ou :: pour toutes celles "
          "de cette machine."},
    Words{"init.not_ours", "The address {address} is none of this machine’s.", "`ip address` shows those it has.",
          "L’adresse {address} n’est pas de cette machine.", "`ip address` montre celles qu’elle a."},
    Words{"init.port", "This is no port.", "Write a number from 1 to 65535.", "Ce n’est pas un port.",
          "Écrivez un nombre de 1 à 65535."},
    Words{
        "init.port_taken", "Another program has port {port}.",
        "`ss -ltnp` names it; end it (if it is rogatoryd.socket: systemctl stop rogatoryd.socket), or take another "
        "port.",
        "Un autre programme a le port {port}.",
        "`ss -ltnp` le nomme\u00a0; arrêtez-le (si c’est rogatoryd.socket\u00a0: systemctl stop rogatoryd.socket), ou "
        "prenez un autre port."},
    Words{"init.port_low", "This user may not open port {port} himself.",
          "That is in order where systemd holds it for the server: systemctl enable --now rogatoryd.socket.",
          "Cet utilisateur ne peut ouvrir lui-même le port {port}.",
          "C’est en ordre si systemd le tient pour le serveur\u00a0: systemctl enable --now rogatoryd.socket."},
    Words{"init.same_port", "Clients are served on port {port} already.", "Take another one here, or 0 for none.",
          "Les clients sont déjà servis sur le port {port}.", "Prenez-en un autre ici, ou 0 pour aucun."},
    Words{"init.done", "The data folder holds a server already.",
          "Name another folder; nothing is ever overwritten. To change settings, edit its rogatoryd.toml.",
          "Le dossier de données contient déjà un serveur.",
          "Nommez un autre dossier\u00a0; rien n’est jamais écrasé. Pour changer des réglages, modifiez son "
          "rogatoryd.toml."},
    Words{"init.not_folder", "{folder} is there and is no folder.", "Name another one.",
          "{folder} existe et n’est pas un dossier.", "Nommez-en un autre."},
    Words{"init.no_folder", "The folder {folder} is not there.",
          "Make it, or correct the path: only the last folder of a path is made.", "Le dossier {folder} n’existe pas.",
          "Créez-le, ou corrigez le chemin\u00a0: seul le dernier dossier d’un chemin est créé."},
    Words{"init.unwritable", "This user may write nothing in {folder}.",
          "Run `rogatoryd init` as the user who will run the server (runuser -u rogatory -- rogatoryd init), or name "
          "another folder.",
          "Cet utilisateur ne peut rien écrire dans {folder}.",
          "Lancez `rogatoryd init` comme l’utilisateur qui exécutera le serveur (runuser -u rogatory -- rogatoryd "
          "init), ou nommez un autre dossier."},
    Words{"init.policy", "The policy of co-signers {file} cannot be used ({reason}).",
          "It is a C2SP tlog-policy file: a line “witness NAME KEY URL” for each, a group of more than half of them, "
          "and “quorum GROUP”. The guide shows one under “Co-signers of the log”.",
          "La politique des cosignataires {file} est inutilisable ({reason}).",
          "C’est un fichier C2SP tlog-policy\u00a0: une ligne «\u00a0witness NOM CLÉ URL\u00a0» pour chacun, un groupe "
          "de plus de la moitié d’entre eux, et «\u00a0quorum GROUPE\u00a0». Le guide en montre un sous "
          "«\u00a0Cosignataires du journal\u00a0»."},
    Words{"init.recipients", "{file} is no list of keys for backups.",
          "It holds post-quantum age keys (age1pq1…), one a line; `age-keygen -pq` makes one, on another machine.",
          "{file} n’est pas une liste de clés pour des sauvegardes.",
          "Il contient des clés age post-quantiques (age1pq1…), une par ligne\u00a0; `age-keygen -pq` en crée une, sur "
          "une autre machine."},
    Words{"init.mail_from", "This is no address that mails could come from.", "Write name@host, without anything else.",
          "Ce n’est pas une adresse d’où pourraient venir des messages.", "Écrivez nom@hôte, sans rien d’autre."},
    Words{"webhooks.party", "[[webhooks.to]] names {party}, which is no Party’s code.",
          "Write the code as `rogatory admin party list` shows it: SEN, X-OTP.",
          "[[webhooks.to]] nomme {party}, qui n’est pas un code de Partie.",
          "Écrivez le code comme `rogatory admin party list` le montre\u00a0: SEN, X-OTP."},
    Words{"webhooks.twice", "Two of [[webhooks.to]] are of the Party {party}.",
          "Leave one: a Party has one machine that is told, and passes it on itself.",
          "Deux des [[webhooks.to]] sont de la Partie {party}.",
          "N’en laissez qu’une\u00a0: une Partie a une seule machine avertie, qui fait suivre elle-même."},
    Words{"webhooks.url", "The webhook of {party} has no usable address.",
          "Write https://HOST[:PORT]/PATH with nothing else: no other scheme, no user, no “?” or “#”, and in the path "
          "only letters, digits, “-._~” and “/”, without “..”.",
          "Le webhook de {party} n’a pas d’adresse utilisable.",
          "Écrivez https://HÔTE[:PORT]/CHEMIN et rien d’autre\u00a0: ni autre protocole, ni utilisateur, ni "
          "«\u00a0?\u00a0» ou «\u00a0#\u00a0», "
          "et dans le chemin seulement des lettres, des chiffres, «\u00a0-._~\u00a0» et «\u00a0/\u00a0», sans "
          "«\u00a0..\u00a0»."},
    Words{
        "webhooks.ca", "The certificates {file} for the webhook of {party} cannot be used.",
        "It must be PEM, with the certificates of the authorities that this Party’s machine has its own from; or leave "
        "ca out where the system knows them.",
        "Les certificats {file} pour le webhook de {party} sont inutilisables.",
        "Le fichier doit être en PEM, avec les certificats des autorités dont la machine de cette Partie tient le "
        "sien\u00a0; ou omettez ca si le système les connaît."},
    Words{
        "webhooks.no_secret", "The webhook of {party} has no secret.",
        "Name a file with secret_file, or give the unit the credential rogatory-webhook-{party} (which `check` by hand "
        "does not see: the guide says how). To make one: printf "
        "'whsec_%s\\n' \"$(openssl rand -base64 32)\"",
        "Le webhook de {party} n’a pas de secret.",
        "Nommez un fichier par secret_file, ou donnez à l’unité le «\u00a0credential\u00a0» "
        "rogatory-webhook-{party} (que `check` lancé à la main ne voit pas\u00a0: le guide dit comment faire). Pour en "
        "créer un\u00a0: printf 'whsec_%s\\n' \"$(openssl rand -base64 32)\""},
    Words{"webhooks.secret", "The file {file} holds no secret for the webhook of {party}.",
          "Each of its lines, two at most and nothing behind them, is whsec_ and 24 to 64 random bytes in base 64. To "
          "make one: printf "
          "'whsec_%s\\n' \"$(openssl rand -base64 32)\"",
          "Le fichier {file} ne contient pas de secret pour le webhook de {party}.",
          "Chacune de ses lignes, deux au plus et rien à la suite, est whsec_ et 24 à 64 octets aléatoires en base 64. "
          "Pour en créer "
          "une\u00a0: printf 'whsec_%s\\n' \"$(openssl rand -base64 32)\""},
    Words{
        "webhooks.often",
        "Parties’ machines are told every {seconds} s: whoever watches the line sees nearly when something happens.",
        "Set webhooks.every_seconds to 30 or more; it is 60 when nothing is set.",
        "Les machines des Parties sont averties toutes les {seconds} s\u00a0: qui observe la ligne voit presque à quel "
        "moment il se passe quelque chose.",
        "Fixez webhooks.every_seconds à 30 ou plus\u00a0; c’est 60 si rien n’est fixé."},
    Words{
        "webhooks.nobody", "[[webhooks.to]] names {party}, and no such Party is on this server.",
        "Nothing is sent there until it is. If the code is wrong, correct it; `rogatory admin party list` shows them.",
        "[[webhooks.to]] nomme {party}, et aucune Partie de ce code n’est sur ce serveur.",
        "Rien n’y est envoyé d’ici là. Si le code est faux, corrigez-le\u00a0; `rogatory admin party list` les "
        "montre."},
    Words{"mail.url", "This is no address of a mail server.",
          "Write smtps://HOST[:PORT], or smtp://HOST[:PORT] for one that offers TLS.",
          "Ce n’est pas une adresse de serveur de messagerie.",
          "Écrivez smtps://HÔTE[:PORT], ou smtp://HÔTE[:PORT] pour un serveur qui offre TLS."},
    Words{"mail.plain", "Plain text goes to a mail server on this very machine alone.",
          "Write smtp://127.0.0.1, smtp://[::1] or smtp://localhost, or use TLS.",
          "Le texte en clair ne va qu’à un serveur de messagerie de cette machine même.",
          "Écrivez smtp://127.0.0.1, smtp://[::1] ou smtp://localhost, ou utilisez TLS."},
    Words{
        "webhooks.refused", "The machine of a Party refused what a webhook told it.",
        "It is told again later. Ask whoever runs it: the address, or the secret by which it checks, may have changed.",
        "La machine d’une Partie a refusé ce qu’un webhook lui disait.",
        "Cela lui sera redit plus tard. Demandez à qui l’exploite\u00a0: l’adresse, ou le secret par lequel elle "
        "vérifie, a pu changer."},
    Words{"webhooks.broken", "A webhook could not be sent.", "It is sent again later. The server’s log says more.",
          "Un webhook n’a pas pu être envoyé.", "Il le sera plus tard. Le journal du serveur en dit davantage."},
    Words{"file.exists", "{file} is there already.", "Choose another name; nothing is ever overwritten.",
          "{file} existe déjà.", "Choisissez un autre nom\u00a0; rien n’est jamais écrasé."},
    Words{"file.unreadable", "The file {file} cannot be read.", "Correct the path, and let this user read it.",
          "Le fichier {file} ne peut être lu.", "Corrigez le chemin, et laissez cet utilisateur le lire."},
    Words{"file.too_large", "{file} is larger than it can be.", "Check that it is the right file.",
          "{file} est plus grand que possible.", "Vérifiez que c’est le bon fichier."},
    Words{"file.write", "{file} could not be written.", "Check the folder, its permissions and the room left.",
          "{file} n’a pas pu être écrit.", "Vérifiez le dossier, ses droits et la place disponible."},
    Words{"file.cannot_write", "Nothing can be written in {file}.",
          "Check the folder, its permissions and the room left; --scratch names another one.",
          "Rien ne peut être écrit dans {file}.",
          "Vérifiez le dossier, ses droits et la place disponible ; --scratch en nomme un autre."},
    Words{"tls.write", "The certificate could not be written to {file}.",
          "Check the folder, its permissions and the room left.", "Le certificat n’a pas pu être écrit dans {file}.",
          "Vérifiez le dossier, ses droits et la place disponible."},
    Words{"tls.exists", "{file} is there already.",
          "A key is never overwritten: name it as your own certificate’s, or take it away.", "{file} existe déjà.",
          "Une clé n’est jamais écrasée\u00a0: nommez-la comme celle de votre certificat, ou ôtez-la."},
};

constexpr std::array kQuestions{
    Question{"host", "By which name will clients reach this server?",
             "It enters the name of the log and everybody’s keys, and cannot be changed later. With a port if that is "
             "not 443.",
             "Sous quel nom les clients joindront-ils ce serveur\u00a0?",
             "Il entre dans le nom du journal et dans les clés de chacun, et ne peut plus changer. Avec un port si ce "
             "n’est pas 443."},
    Question{"address", "On which address shall it listen?",
             "127.0.0.1 is for a reverse proxy on this machine, or a socket that systemd hands over; 0.0.0.0 or :: are "
             "all addresses.",
             "Sur quelle adresse doit-il écouter\u00a0?",
             "127.0.0.1 convient à un mandataire inverse sur cette machine, ou à un socket que systemd transmet\u00a0; "
             "0.0.0.0 ou :: désignent toutes les adresses."},
    Question{"port", "On which port?", "Another one than in the name only where something in between translates it.",
             "Sur quel port\u00a0?", "Un autre que celui du nom seulement si quelque chose le traduit entre les deux."},
    Question{"data", "In which folder shall everything be kept?",
             "Database, keys and sealed files; on a local disk, for this user’s eyes alone. It is made if it is not "
             "there.",
             "Dans quel dossier tout doit-il être gardé\u00a0?",
             "Base, clés et fichiers scellés\u00a0; sur un disque local, pour cet utilisateur seul. Il est créé s’il "
             "n’existe pas."},
    Question{"web", "Where is the web client?",
             "A folder with its files; none is beside this program. Without it the server answers programs only.",
             "Où est le client web\u00a0?",
             "Un dossier avec ses fichiers\u00a0; aucun n’est à côté de ce programme. Sans lui, le serveur ne répond "
             "qu’à des programmes."},
    Question{
        "tls", "Which certificate shall it show?",
        "1: your own, issued for this name. 2: one made now, signed by itself, good for a year: for trying things "
        "out, clients must be given it.",
        "Quel certificat doit-il présenter\u00a0?",
        "1\u00a0: le vôtre, délivré pour ce nom. 2\u00a0: un certificat fait maintenant, signé par lui-même, valable "
        "un an\u00a0: pour des essais, il faut le donner aux clients."},
    Question{"certificate", "File of the certificate?",
             "PEM, the server’s own first and then those between it and its "
             "authority.",
             "Fichier du certificat\u00a0?", "PEM, d’abord celui du serveur, puis ceux qui le relient à son autorité."},
    Question{"private_key", "File of its private key?", "PEM, without a passphrase, mode 0600.",
             "Fichier de sa clé privée\u00a0?", "PEM, sans phrase de passe, mode 0600."},
    Question{
        "management", "On which port of 127.0.0.1 shall it tell how it is?",
        "For /readyz, /metrics and `rogatoryd mode`, in plain HTTP on this machine only. 0: none.",
        "Sur quel port de 127.0.0.1 doit-il dire comment il va\u00a0?",
        "Pour /readyz, /metrics et `rogatoryd mode`, en HTTP simple, sur cette machine seulement. 0\u00a0: aucun."},
    Question{
        "training", "Is it for exercises, with invented Parties?",
        "Then every screen and every printed page says so. It can be changed later in the configuration.",
        "Est-il destiné à des exercices, avec des Parties inventées\u00a0?",
        "Chaque écran et chaque page imprimée le disent alors. Cela peut changer plus tard dans la configuration."},
    Question{"name", "What shall clients show as its name?", "People see it when they sign in.",
             "Quel nom les clients doivent-ils afficher\u00a0?", "On le voit à la connexion."},
    Question{"policy", "File of the co-signers’ policy?",
             "Who co-signs the log and how many must, so that nobody can be shown another history. Without it every "
             "screen says for ever that the log has no co-signers.",
             "Fichier de la politique des cosignataires\u00a0?",
             "Qui cosigne le journal et combien il en faut, pour que nul ne se voie montrer une autre histoire. Sans "
             "elle, chaque écran dit pour toujours que le journal n’a pas de cosignataires."},
    Question{"admin_code", "File for the code of the first administrator?",
             "Whoever has it makes the first administrator’s account, once. “-” shows it on this screen instead.",
             "Fichier pour le code du premier administrateur\u00a0?",
             "Qui le détient crée le compte du premier administrateur, une fois. «\u00a0-\u00a0» le montre plutôt à "
             "l’écran."},
    Question{"sheet", "File for the first founding sheet?",
             "With it the first Party founds itself and knows the log’s key. “-” shows it on this screen instead.",
             "Fichier pour la première fiche de fondation\u00a0?",
             "Avec elle la première Partie se fonde et connaît la clé du journal. «\u00a0-\u00a0» la montre plutôt à "
             "l’écran."},
    Question{
        "mail", "Mail server?",
        "For mails that something is new; they say nothing else. smtps://host:465, or smtp://host:587 with "
        "STARTTLS. Without it none are sent.",
        "Serveur de messagerie\u00a0?",
        "Pour des messages disant qu’il y a du nouveau, et rien d’autre. smtps://hôte:465, ou smtp://hôte:587 avec "
        "STARTTLS. Sans lui, aucun n’est envoyé."},
    Question{"mail_plain", "May it be spoken to in plain text?",
             "It is on this very machine. Without this, it must offer TLS.", "Peut-on lui parler en clair\u00a0?",
             "Il est sur cette machine même. Sans cela, il doit offrir TLS."},
    Question{"mail_from", "Which address shall mails come from?", "Returned mails come there.",
             "De quelle adresse les messages doivent-ils venir\u00a0?", "Les messages retournés y arrivent."},
    Question{"mail_user", "Name at the mail server?", "Where it asks for one.",
             "Nom auprès du serveur de messagerie\u00a0?", "S’il en demande un."},
    Question{"mail_password", "File with its password?", "One line, mode 0600.",
             "Fichier contenant le mot de passe de la messagerie\u00a0?", "Une ligne, mode 0600."},
    Question{"backup", "Who opens backups?",
             "A file of post-quantum age keys (age1pq1…), one a line, or one such key. Their identities stay off this "
             "machine. Without it each `rogatoryd backup create` must name them.",
             "Qui ouvre les sauvegardes\u00a0?",
             "Un fichier de clés age post-quantiques (age1pq1…), une par ligne, ou une telle clé. Leurs identités "
             "restent hors de cette machine. Sans cela, chaque `rogatoryd backup create` doit les nommer."},
    Question{"backup_log_key", "Who alone opens the log’s signing key in a backup?",
             "Such a file again, of other people: who has that key can sign a second history. Without it: the same.",
             "Qui seul ouvre la clé de signature du journal dans une sauvegarde\u00a0?",
             "Encore un tel fichier, d’autres personnes\u00a0: qui a cette clé peut signer une seconde histoire. Sans "
             "cela\u00a0: les mêmes."},
    Question{"write", "Write all this?", "Nothing has been written so far.", "Écrire tout cela\u00a0?",
             "Rien n’a encore été écrit."},
};

}  // namespace

std::span<const Words> setup_words() { return kSetupWords; }

const Question& question(std::string_view key) {
    const auto* const found = std::ranges::find(kQuestions, key, &Question::key);
    ensure(found != kQuestions.end(), "every question has its words");
    return *found;
}

}  // namespace rogatory::server
