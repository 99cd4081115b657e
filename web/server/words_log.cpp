#include <array>

#include "web/server/words_table.hpp"

namespace rogatory::server {
namespace {

constexpr std::array kLogWords{
    // What is stored is not what was signed.
    Words{"log.beyond", "The log is not that long.", "Compare with `rogatoryd log repair status`.",
          "Le journal n’est pas aussi long.", "Comparez avec `rogatoryd log repair status`."},
    Words{"log.inconsistent", "What is stored of the log is not what the log has signed.",
          "Run `rogatoryd check`. Put back a copy that is whole; nothing is founded on this one.",
          "Ce qui est conservé du journal n’est pas ce que le journal a signé.",
          "Lancez `rogatoryd check`. Rétablissez une copie entière\u00a0; rien ne peut être fondé sur celle-ci."},
    Words{"log.policy_not_ours",
          "This log policy has not the form that is taken: one log, and either no co-signer or a majority of the "
          "co-signers with at least one to spare.",
          "Correct the file, and run the command again. Nothing was changed.",
          "Cette politique du journal n’a pas la forme admise\u00a0: un seul journal, et soit aucun cosignataire, soit "
          "une majorité des cosignataires avec au moins un en réserve.",
          "Corrigez le fichier et relancez la commande. Rien n’a été modifié."},
    Words{"log.tile_missing", "A part of the log is missing in the database.",
          "Run `rogatoryd check`. Put back a copy that is whole.",
          "Il manque une partie du journal dans la base de données.",
          "Lancez `rogatoryd check`. Rétablissez une copie entière."},
    // `log repair`.
    Words{"repair.beyond", "This copy goes beyond what this log has signed.",
          "Check the address: it must be a copy of this very log.", "Cette copie dépasse ce que ce journal a signé.",
          "Vérifiez l’adresse\u00a0: ce doit être une copie de ce journal même."},
    Words{"repair.gap", "Entries between those that are held and those of the copy are missing.",
          "Run the command again; if it happens again, use another copy.",
          "Il manque des inscriptions entre celles qui sont conservées et celles de la copie.",
          "Relancez la commande\u00a0; si cela se reproduit, utilisez une autre copie."},
    Words{"repair.incomplete", "The log is not complete yet.",
          "Wait until others have given back what they have; `rogatoryd log repair status` shows what is missing.",
          "Le journal n’est pas encore complet.",
          "Attendez que d’autres aient rendu ce qu’ils ont\u00a0; `rogatoryd log repair status` montre ce qui manque."},
    Words{"repair.mirror", "The copy at this address is not one of this server’s log, or is not whole.",
          "Check the address: https://…/mirror/ and the log’s number. Nothing was changed.",
          "La copie à cette adresse n’est pas celle du journal de ce serveur, ou elle n’est pas entière.",
          "Vérifiez l’adresse\u00a0: https://…/mirror/ et le numéro du journal. Rien n’a été modifié."},
    Words{"repair.mirror_short",
          "The copy at this address ends at {size}, before the state to which this log must be repaired ({target}).",
          "Use a newer copy, or start the server and let clients bring the entries (`rogatory log resubmit`).",
          "La copie à cette adresse s’arrête à {size}, avant l’état jusqu’auquel ce journal doit être réparé "
          "({target}).",
          "Utilisez une copie plus récente, ou démarrez le serveur et laissez les clients apporter les inscriptions "
          "(`rogatory log resubmit`)."},
    Words{
        "repair.not_behind", "The log needs no repair: nobody has shown a larger state of it that it has signed.",
        "Compare with `rogatoryd log repair status`. Nothing was changed.",
        "Le journal n’a pas besoin d’être réparé\u00a0: personne n’en a montré un état plus grand qu’il aurait signé.",
        "Comparez avec `rogatoryd log repair status`. Rien n’a été modifié."},
    Words{"repair.other_history",
          "The entries of this copy are not those that this log has signed: the log has gone on in another way, or the "
          "copy is damaged.",
          "Use another copy. If it says the same, the newer copy of this server must be put back. Nothing was taken.",
          "Les inscriptions de cette copie ne sont pas celles que ce journal a signées\u00a0: il a continué autrement, "
          "ou la copie est endommagée.",
          "Utilisez une autre copie. Si elle dit la même chose, la copie plus récente de ce serveur doit être "
          "rétablie. Rien n’en a été accepté."},
    // `log succeed` and `log sheet`.
    Words{"succeed.cosigners_not_asked", "The co-signers may have signed more of this log than is known here: {names}.",
          "Ask each for the newest state that it has signed, bring what goes further (--checkpoint FILE), and then say "
          "--co-signers-asked. Nothing was changed.",
          "Les cosignataires ont pu signer de ce journal plus que ce qui est connu ici\u00a0: {names}.",
          "Demandez à chacun l’état le plus récent qu’il a signé, apportez ce qui va plus loin (--checkpoint FICHIER), "
          "puis indiquez --co-signers-asked. Rien n’a été modifié."},
    Words{"succeed.damaged",
          "What this server has stored is not what its log has signed, so nothing can follow from it.",
          "Put back a copy that is whole.",
          "Ce que ce serveur a enregistré n’est pas ce que son journal a signé\u00a0: rien ne peut en découler.",
          "Rétablissez une copie entière."},
    Words{"succeed.lost_differs", "Entries that would be given up: {lost}. Another number was stated.",
          "Read again what is said above of each, and state that number with --lost. Nothing was changed.",
          "Inscriptions auxquelles il faudrait renoncer\u00a0: {lost}. Un autre nombre a été indiqué.",
          "Relisez ce qui est dit plus haut de chacune, et indiquez ce nombre avec --lost. Rien n’a été modifié."},
    Words{"succeed.no_checkpoint",
          "No state of the log that counts covers all that is held here: entries are known up to {size}, and the log "
          "has signed {target}.",
          "Bring the missing entries (`rogatoryd log repair from-mirror`, or `rogatory log resubmit` of a client), or "
          "a co-signed state that somebody kept (--checkpoint FILE). Nothing was changed.",
          "Aucun état du journal qui compte ne couvre tout ce qui est conservé ici\u00a0: les inscriptions sont "
          "connues jusqu’à {size}, et le journal en a signé {target}.",
          "Apportez les inscriptions manquantes (`rogatoryd log repair from-mirror`, ou `rogatory log resubmit` d’un "
          "client), ou un état cosigné que quelqu’un a conservé (--checkpoint FICHIER). Rien n’a été modifié."},
    Words{"succeed.none", "This server’s log has not followed another one: there is no sheet of a new log.",
          "Nothing is to be done.",
          "Le journal de ce serveur ne fait suite à aucun autre\u00a0: il n’y a pas de feuille de nouveau journal.",
          "Il n’y a rien à faire."},
    Words{"succeed.not_confirmed", "The name of the new log was not typed. Nothing was changed.",
          "Run the command again, and type the name as it is shown.",
          "Le nom du nouveau journal n’a pas été saisi. Rien n’a été modifié.",
          "Relancez la commande et saisissez le nom tel qu’il est affiché."},
    Words{"succeed.two_histories", "This log has signed two different histories (at size {size}).",
          "No new log can follow from it, and the server only reads. Tell the Registry and the co-signers.",
          "Ce journal a signé deux histoires différentes (à la taille {size}).",
          "Aucun nouveau journal ne peut en découler, et le serveur reste en lecture seule. Prévenez le Greffe et les "
          "cosignataires."},
    Words{"succeed.whole", "Nothing shows that this log needs a successor. Nothing was changed.",
          "If its key must go all the same, say --log-is-whole.",
          "Rien n’indique que ce journal a besoin d’un successeur. Rien n’a été modifié.",
          "Si sa clé doit tout de même disparaître, indiquez --log-is-whole."},
};

}  // namespace

std::span<const Words> log_words() { return kLogWords; }

}  // namespace rogatory::server
