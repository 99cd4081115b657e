#include "platform/custody/layout.hpp"

#include <array>
#include <cstdio>

namespace rogatory::custody {
namespace {

// So many digits that rising names are rising numbers, in every chain that a bundle can hold.
std::string padded(std::uint64_t number, int width) {
    std::array<char, 32> text{};
    const auto length =
        std::snprintf(text.data(), text.size(), "%0*llu", width, static_cast<unsigned long long>(number));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string place(const model::ChainId& chain, std::uint64_t seq) {
    return "custody/statements/" + model::to_hex(chain) + "/" + padded(seq, 6);
}

}  // namespace

std::string consistency_name(std::uint64_t older_size) { return "custody/consistency/" + padded(older_size, 16); }
std::string statement_name(const model::ChainId& chain, std::uint64_t seq) { return place(chain, seq) + ".json"; }
std::string proof_name(const model::ChainId& chain, std::uint64_t seq) { return place(chain, seq) + ".proof"; }
std::string sealed_name(const model::Digest& sha256) { return "custody/sealed/" + model::to_hex(sha256) + ".age"; }
std::string attachment_name(const model::AttachmentId& id) {
    return "custody/attachments/" + model::to_hex(id) + ".age";
}
std::string file_name(const model::AttachmentId& id) { return "custody/files/" + model::to_hex(id); }
std::string key_name(std::uint64_t epoch) { return "custody/keys/epoch-" + padded(epoch, 6) + ".txt"; }

std::string_view readme() noexcept {
    return "ROGATORY CUSTODY BUNDLE, VERSION 1\n"
           "\n"
           "This archive proves who gave what to whom, and when. It is an uncompressed tar file.\n"
           "Check it, without network or account, with:   rogatory verify bundle FILE\n"
           "\n"
           "manifest.json   what the maker of the bundle says; signature.txt is his signature\n"
           "checkpoint.txt  the public log's newest checkpoint with its co-signatures (C2SP tlog-checkpoint)\n"
           "statements/     per chain and number: the signed statement (DSSE) and its place in the log (C2SP "
           "tlog-proof)\n"
           "files/          plain files; their names, sizes, digests and salts stand in manifest.json\n"
           "sealed/, attachments/, keys/   age files, and the identities that open them\n"
           "\n"
           "Do not rename or change anything in it: every byte is checked.\n"
           "\n"
           "----------------------------------------\n"
           "\n"
           "RECUEIL DE CONSERVATION ROGATORY, VERSION 1\n"
           "\n"
           "Cette archive prouve qui a transmis quoi, à qui et quand. C'est un fichier tar non compressé.\n"
           "Vérification, sans réseau ni compte :   rogatory verify bundle FICHIER\n"
           "\n"
           "manifest.json   ce que déclare l'auteur du recueil ; signature.txt est sa signature\n"
           "checkpoint.txt  l'état le plus récent du journal, avec ses cosignatures (C2SP tlog-checkpoint)\n"
           "statements/     par chaîne et par numéro : la déclaration signée (DSSE) et sa place au journal (C2SP "
           "tlog-proof)\n"
           "files/          fichiers en clair ; noms, tailles, empreintes et sels figurent dans manifest.json\n"
           "sealed/, attachments/, keys/   fichiers age, et les identités qui les ouvrent\n"
           "\n"
           "Ne rien renommer ni modifier : chaque octet est vérifié.\n";
}

}  // namespace rogatory::custody
