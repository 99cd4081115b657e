// tests/vectors/protocol: what every implementation of the protocol's cryptographic parts is held to. The values come
// from generate_crypto.py, which shares no code with ours.

#include <fstream>
#include <sstream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/crockford.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/encoding/padme.hpp"
#include "crypto/password.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/log_tree.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/places.hpp"
#include "tests/vectors/families.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

boost::json::value protocol_json(const std::string& name) {
    std::ifstream file{test::source_folder() / "tests/vectors/protocol" / name, std::ios::binary};
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    return boost::json::parse(text.str());
}

using Code = crypto::Secret<16, struct CodeTag>;

std::string hex(ByteView bytes) { return encoding::hex_encode(bytes); }

tlog::Hash digest_of(const boost::json::value& value) { return tlog::Hash{array_of<32>(bytes_of(value))}; }

}  // namespace

TEST_CASE("codes are the protocol's", "[vectors][protocol]") {
    const auto json = protocol_json("codes.json");
    for (const auto& test : json.at("cases").as_array()) {
        const auto code = Code::from(bytes_of(test.at("bytes")));
        const auto text = text_of(test.at("text"));
        const auto decoded = encoding::code_decode<Code>(text);
        count_vector("protocol codes",
                     encoding::code_encode(code.value()).expose_secret() == text && decoded && *decoded == *code, text);
    }
    const auto code = Code::from(bytes_of(json.at("heard").at("bytes")));
    for (const auto& text : json.at("heard").at("texts").as_array()) {
        const auto decoded = encoding::code_decode<Code>(text_of(text));
        count_vector("protocol codes", decoded && *decoded == *code, text_of(text));
    }
    for (const auto& text : json.at("refused").as_array()) {
        count_vector("protocol codes", !encoding::code_decode<Code>(text_of(text)), text_of(text));
    }
}

TEST_CASE("what passphrase, kit and passkey become is the protocol's", "[vectors][protocol]") {
    const auto json = protocol_json("password.json");
    for (const auto& test : json.at("cases").as_array()) {
        const auto account_key = crypto::AccountKey::from(bytes_of(test.at("account_key")));
        const auto origin = text_of(test.at("origin"));
        const auto user_name = text_of(test.at("user_name"));
        const auto challenge = bytes_of(test.at("challenge"));
        const auto secrets = crypto::derive_password_secrets(crypto::SecretText{text_of(test.at("passphrase"))},
                                                             account_key.value(), origin, user_name);
        REQUIRE(secrets);
        const auto seed = secrets->sign_in_key.seed();
        const auto text = crypto::sign_in_text(origin, user_name, challenge);
        const auto& change = test.at("change");
        const auto bundle = bytes_of(change.at("bundle"));
        const auto change_text = crypto::credential_change_text(
            origin, user_name, challenge,
            {static_cast<std::uint64_t>(change.at("expected_version").as_int64()), bundle,
             secrets->sign_in_key.verify_key(), crypto::VerifyKey{array_of<32>(bytes_of(change.at("kit_key")))}});
        const auto totp_secret = bytes_of(change.at("totp_secret"));
        const auto reset_text = crypto::credential_change_text(
            origin, user_name, challenge,
            {static_cast<std::uint64_t>(change.at("expected_version").as_int64()), bundle,
             secrets->sign_in_key.verify_key(), crypto::VerifyKey{array_of<32>(bytes_of(change.at("kit_key")))},
             totp_secret});
        count_vector("protocol password",
                     hex(seed.expose_secret()) == text_of(test.at("sign_in_seed")) &&
                         hex(secrets->sign_in_key.verify_key().bytes()) == text_of(test.at("sign_in_key")) &&
                         hex(secrets->unlock_identity.expose_secret()) == text_of(test.at("unlock_seed")) &&
                         hex(text.bytes()) == text_of(test.at("sign_in_text")) &&
                         hex(secrets->sign_in_key.sign(text).value()) == text_of(test.at("sign_in_signature")) &&
                         hex(change_text.bytes()) == text_of(change.at("text")) &&
                         hex(reset_text.bytes()) == text_of(change.at("text_with_totp")),
                     user_name);
    }
    const auto& kit = json.at("kit");
    const auto account_key = crypto::AccountKey::from(bytes_of(kit.at("account_key")));
    const auto kit_secret = crypto::KitSecret::from(bytes_of(kit.at("kit_secret")));
    const auto secrets = crypto::derive_kit_secrets(account_key.value(), kit_secret.value());
    const auto kit_seed = secrets.sign_in_key.seed();
    count_vector("protocol password",
                 hex(kit_seed.expose_secret()) == text_of(kit.at("sign_in_seed")) &&
                     hex(secrets.identity.expose_secret()) == text_of(kit.at("identity_seed")),
                 "kit");
    const auto prf = crypto::PrfOutput::from(bytes_of(json.at("prf").at("output")));
    const auto identity = crypto::derive_prf_identity(prf.value());
    count_vector("protocol password", hex(identity.expose_secret()) == text_of(json.at("prf").at("identity_seed")),
                 "prf");
}

TEST_CASE("entries, checkpoints, cosignatures, policy and proof are the protocol's", "[vectors][protocol]") {
    const auto json = protocol_json("log.json");
    MemoryLog log;
    for (const auto& test : json.at("entries").as_array()) {
        const tlog::Entry entry{tlog::entry_label(array_of<32>(bytes_of(test.at("chain"))),
                                                  static_cast<std::uint64_t>(test.at("seq").as_int64())),
                                digest_of(test.at("id"))};
        count_vector("protocol log", hex(entry.bytes()) == text_of(test.at("entry")), "entry");
        log.append(entry);
    }
    const auto head = log.publish();
    for (const auto& [size, root] : json.at("roots").as_object()) {
        count_vector("protocol log", tlog::root_of(std::stoull(std::string{size}), log).value() == digest_of(root),
                     "root");
    }

    const auto signer = tlog::LogSigner::make(
                            text_of(json.at("origin")),
                            crypto::SigningKey::from_seed(crypto::Ed25519Seed::from(bytes_of(json.at("seed"))).value()))
                            .value();
    count_vector("protocol log", signer.sign(tlog::empty_tree()) == text_of(json.at("empty_checkpoint")),
                 "empty checkpoint");

    auto checkpoint = tlog::SignedCheckpoint::parse(signer.sign(head)).value();
    for (std::size_t i = 0; i < 2; ++i) {
        const auto seed = crypto::Ed25519Seed::from(bytes_of(json.at("witness_seeds").as_array().at(i)));
        const auto witness = tlog::WitnessSigner::make(text_of(json.at("witness_names").as_array().at(i)),
                                                       crypto::SigningKey::from_seed(seed.value()))
                                 .value();
        checkpoint.note.signatures.push_back(
            witness.cosign(checkpoint.checkpoint, json.at("cosigned_at").as_array().at(i).as_int64()));
    }
    count_vector("protocol log", checkpoint.format() == text_of(json.at("checkpoint")), "cosigned checkpoint");

    const auto policy = tlog::Policy::parse(text_of(json.at("policy")));
    REQUIRE(policy);
    const auto index = static_cast<std::uint64_t>(json.at("proof").at("index").as_int64());
    const tlog::LogProof made{std::nullopt, index, tlog::prove_inclusion(index, head.size, log).value(), checkpoint};
    const auto read = tlog::LogProof::parse(text_of(json.at("proof").at("text")));
    REQUIRE(read);
    const auto verified = tlog::verify_log_proof(*read, log.entries()[index], *policy);
    count_vector("protocol log",
                 policy->format() == text_of(json.at("policy")) && policy->require_protocol_form().has_value(),
                 "policy");
    count_vector("protocol log", made.format() == text_of(json.at("proof").at("text")), "proof made");
    count_vector("protocol log",
                 verified && verified->counts() && verified->quorum_time() == 1767225600 && verified->head() == head,
                 "proof verified");

    tlog::LogTree tree;
    for (const auto& entry : log.entries()) tree.push(entry);
    const auto chain = digest_of(json.at("entries").as_array().at(0).at("chain"));
    bool one_each = tree.root_at(head.size) == head.root;
    for (std::uint64_t seq = 0; seq < 43; ++seq) one_each = one_each && tree.places(chain, seq, head.size).size() == 1;
    count_vector("protocol log", one_each && tree.places(chain, 43, head.size).empty(), "followed");
}

TEST_CASE("Padmé lengths are the protocol's", "[vectors][protocol]") {
    const auto json = protocol_json("padme.json");
    for (const auto& test : json.at("cases").as_array()) {
        const auto length = static_cast<std::uint64_t>(test.as_array().at(0).as_int64());
        count_vector("protocol padme",
                     encoding::padme_length(length) == static_cast<std::uint64_t>(test.as_array().at(1).as_int64()),
                     std::to_string(length));
    }
}
