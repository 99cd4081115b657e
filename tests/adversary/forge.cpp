// What an attacker who holds keys can make: signatures, age files of any shape, the secrets of a colluding member, the
// log's own key. One JSON request a line on standard input, one JSON answer a line; only tests/adversary starts it.
//
//   {"do":"fresh"}                                       -> {"identity","key","recipient","seed"}
//   {"do":"sign","message":B64,"seed":HEX}               -> {"key":HEX,"signature":B64}
//   {"do":"seal","extra":[…],"plaintext":B64,"recipients":[…]} -> {"file":B64}; extra stanzas: "x25519", "grease",
//                                                           "hybrid" (random share), "scrypt"
//   {"do":"open","file":B64,"identity":"AGE-…"}          -> {"plaintext":B64}
//   {"do":"member","bundle":B64,"passphrase":T,"profile":DIR} -> {"memberships":[{…,"identity","seed"}],"recipients"}
//   {"do":"log","data":DIR}                              -> {"key":VKEY,"origin":T,"seed":HEX}
#include <cstdio>
#include <iostream>
#include <string>

#include "crypto/age/file.hpp"
#include "crypto/age/file_key.hpp"
#include "crypto/age/hybrid.hpp"
#include "crypto/age/payload.hpp"
#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/sign.hpp"
#include "platform/agent/file_profile.hpp"
#include "platform/agent/secrets.hpp"
#include "platform/ports/emergency.hpp"
#include "storage/sql_store.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/key.hpp"

namespace rogatory {
namespace {

using Json = encoding::Json;

[[noreturn]] void stop(const std::string& why) {
    std::fprintf(stderr, "forge: %s\n", why.c_str());
    std::exit(2);
}

template <class T>
T must(Result<T> result, const char* what) {
    if (!result) stop(std::string{what} + ": " + result.error().key() + " " + result.error().log_detail());
    return *std::move(result);
}

const std::string& text(const Json::Object& request, const char* name) {
    const auto found = request.find(name);
    if (found == request.end() || found->second.string() == nullptr) stop(std::string{"no "} + name);
    return *found->second.string();
}

std::vector<std::string> texts(const Json::Object& request, const char* name) {
    std::vector<std::string> out;
    const auto found = request.find(name);
    if (found == request.end() || found->second.array() == nullptr) stop(std::string{"no "} + name);
    for (const auto& one : *found->second.array()) out.push_back(*one.string());
    return out;
}

Bytes bytes(const Json::Object& request, const char* name) {
    auto decoded = encoding::base64_decode(text(request, name));
    if (!decoded) stop(std::string{name} + " is no base64");
    return *std::move(decoded);
}

crypto::SigningKey signing_key(std::string_view hex) {
    const auto raw = encoding::hex_decode_array<32>(hex);
    if (!raw) stop("the seed is no 32 bytes");
    return crypto::SigningKey::from_seed(*crypto::Ed25519Seed::from(*raw));
}

std::string seed_text(const crypto::Ed25519Seed& seed) { return encoding::hex_encode(seed.expose_secret()); }

std::string secret_text(const crypto::SecretText& secret) { return std::string{secret.expose_secret()}; }

Json fresh() {
    auto& random = crypto::system_random();
    const auto identity = age::HybridIdentity::generate(random);
    const auto key = crypto::SigningKey::generate(random);
    return Json::Object{{"identity", secret_text(identity.encode())},
                        {"key", encoding::hex_encode(key.verify_key().bytes())},
                        {"recipient", identity.recipient().text()},
                        {"seed", seed_text(key.seed())}};
}

Json sign(const Json::Object& request) {
    const auto key = signing_key(text(request, "seed"));
    const auto signature = key.sign(ByteView{bytes(request, "message")});
    return Json::Object{{"key", encoding::hex_encode(key.verify_key().bytes())},
                        {"signature", encoding::base64_encode(signature.value())}};
}

// A stanza that no file of ours has. Its body opens for nobody: what is tested is that nobody tries.
age::Stanza strange(const std::string& kind) {
    auto& random = crypto::system_random();
    const auto share = encoding::base64_encode(random.bytes<32>());
    const auto unpadded = share.substr(0, share.find('='));
    const auto body = random.bytes<32>();
    Bytes wrapped{body.begin(), body.end()};
    if (kind == "x25519") return {{"X25519", unpadded}, wrapped};
    if (kind == "scrypt") return {{"scrypt", unpadded.substr(0, 22), "18"}, wrapped};
    if (kind == "grease") return {{"grease-grease", "x"}, wrapped};
    if (kind == "hybrid")
        return age::HybridIdentity::generate(random).recipient().wrap(age::FileKey::random(random), random);
    stop("no such stanza: " + kind);
}

void append_payload(Bytes& file, const age::PayloadKey& key, const Bytes& plaintext) {
    age::ChunkSealer sealer{key};
    auto rest = ByteView{plaintext};
    for (std::uint64_t index = 0;; ++index) {
        const bool last = rest.size() <= age::kChunkBytes;
        const auto chunk = rest.first(last ? rest.size() : age::kChunkBytes);
        Bytes sealed(chunk.size() + age::kTagBytes);
        sealer.seal(index, last ? age::Last::yes : age::Last::no, chunk, sealed);
        append(file, ByteView{sealed});
        if (last) return;
        rest = rest.subspan(chunk.size());
    }
}

Json seal(const Json::Object& request) {
    auto& random = crypto::system_random();
    const auto file_key = age::FileKey::random(random);
    std::vector<age::Stanza> stanzas;
    for (const auto& one : texts(request, "recipients")) {
        stanzas.push_back(must(age::HybridRecipient::parse(one), "recipient").wrap(file_key, random));
    }
    for (const auto& one : texts(request, "extra")) stanzas.push_back(strange(one));
    const auto before_mac = age::write_header_before_mac(stanzas);
    auto file = to_bytes(before_mac + age::write_header_end(age::header_mac(file_key, as_bytes(before_mac))));
    const auto nonce = random.bytes<16>();
    append(file, ByteView{nonce});
    append_payload(file, age::payload_key(file_key, nonce), bytes(request, "plaintext"));
    return Json::Object{{"file", encoding::base64_encode(file)}};
}

Json open(const Json::Object& request) {
    const auto identity = must(age::HybridIdentity::parse(text(request, "identity")), "identity");
    const auto file = bytes(request, "file");
    const auto inspected = age::inspect(file, age::kKeyringHeaderBytes);
    if (!inspected || !*inspected) stop("no age file");
    const auto plaintext = age::open(identity, file, age::Profile::keyring((*inspected)->stanza_types.size()));
    if (!plaintext) stop("the file does not open");
    return Json::Object{{"plaintext", encoding::base64_encode(plaintext->expose_secret())}};
}

// What a member who turned against his authority knows: his own keys.
Json member(const Json::Object& request) {
    const auto profile = must(agent::open_file_profile(text(request, "profile")), "profile");
    const auto account = must(agent::account_of(*profile), "account");
    if (!account) stop("nobody enrolled in this profile");
    const auto account_key = must(agent::load_account_key(*profile), "account key");
    const auto keys = must(agent::passphrase_keys(text(request, "passphrase"), account_key, *account), "passphrase");
    const auto file = bytes(request, "bundle");
    const auto inspected = age::inspect(file, age::kKeyringHeaderBytes);
    if (!inspected || !*inspected) stop("the bundle is no age file");
    const auto plaintext = age::open(keys.unlock, file, age::Profile::keyring((*inspected)->stanza_types.size()));
    if (!plaintext) stop("the bundle does not open");
    const auto bundle = must(record::UserBundle::parse(plaintext->expose_secret()), "bundle");
    Json::Array memberships;
    for (const auto& one : bundle.memberships) {
        memberships.emplace_back(Json::Object{{"authority", model::to_hex(one.authority)},
                                              {"identity", secret_text(one.identity.encode())},
                                              {"member", model::to_hex(one.member)},
                                              {"party", model::to_hex(one.party)},
                                              {"recipient", one.identity.recipient().text()},
                                              {"register", model::to_hex(one.register_chain)},
                                              {"seed", seed_text(one.signing_seed)}});
    }
    Json::Array recipients;
    for (const auto& row : bundle.recipients) recipients.emplace_back(row.recipient.text());
    return Json::Object{{"memberships", std::move(memberships)},
                        {"plaintext", encoding::base64_encode(plaintext->expose_secret())},
                        {"recipients", std::move(recipients)},
                        {"sign_in_seed", seed_text(keys.sign_in.seed())},
                        {"unlock", secret_text(keys.unlock.encode())}};
}

class EndProcess final : public ports::Emergency {
public:
    [[noreturn]] void stop(std::string_view why) override { rogatory::stop(std::string{why}); }
};

// The operator holds the machine: the database's key lies beside it, and the log's key in it.
Json log(const Json::Object& request) {
    const storage::Layout layout{text(request, "data"), {}};
    const auto key = must(storage::read_database_key(layout.key()), "database key");
    EndProcess emergency;
    storage::Database database{layout.database(), key, storage::Database::Access::read, emergency};
    auto query = database.query("SELECT origin, verifier_key, seed FROM log WHERE seed IS NOT NULL");
    if (!query.step()) stop("no log");
    return Json::Object{
        {"key", query.text(1)}, {"origin", query.text(0)}, {"seed", encoding::hex_encode(query.view(2))}};
}

Json answer(const Json::Object& request) {
    const auto& what = text(request, "do");
    if (what == "fresh") return fresh();
    if (what == "sign") return sign(request);
    if (what == "seal") return seal(request);
    if (what == "open") return open(request);
    if (what == "member") return member(request);
    if (what == "log") return log(request);
    stop("no such request: " + what);
}

}  // namespace
}  // namespace rogatory

int main() {
    using namespace rogatory;
    constexpr std::size_t kLongest = 64 * 1024 * 1024;
    for (std::string line; std::getline(std::cin, line);) {
        const auto request = encoding::parse_canonical_json(line, kLongest);
        if (!request || request->object() == nullptr) stop("a request is one canonical JSON object");
        std::cout << encoding::encode_canonical_json(answer(*request->object())) << std::endl;
    }
    return 0;
}
