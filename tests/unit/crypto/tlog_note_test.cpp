#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/note.hpp"
#include "crypto/tlog/policy.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using namespace rogatory::tlog;
using tests::MemoryLog;
using tests::SeededRandom;

namespace {

crypto::SigningKey key_of(std::uint64_t seed) {
    SeededRandom random{seed};
    return crypto::SigningKey::generate(random);
}

LogSigner log_signer(std::string origin = "example.org/log/1", std::uint64_t seed = 1) {
    return LogSigner::make(std::move(origin), key_of(seed)).value();
}

WitnessSigner witness(std::uint64_t number) {
    return WitnessSigner::make("witness.example/w" + std::to_string(number), key_of(100 + number)).value();
}

TreeHead some_head() { return {20852163, leaf_hash(as_bytes("x"))}; }

SignedCheckpoint signed_by(const LogSigner& log, std::vector<NoteSignature> cosignatures = {}) {
    auto checkpoint = SignedCheckpoint::parse(log.sign(some_head())).value();
    for (auto& one : cosignatures) checkpoint.note.signatures.push_back(std::move(one));
    return checkpoint;
}

std::string policy_text(std::size_t k, std::size_t n) {
    auto text = "log " + log_signer().key().vkey() + "\n";
    std::string members;
    for (std::size_t i = 1; i <= n; ++i) {
        text += "witness w" + std::to_string(i) + " " + witness(i).key().vkey() + "\n";
        members += " w" + std::to_string(i);
    }
    return text + "group all-of-them " + std::to_string(k) + members + "\nquorum all-of-them\n";
}

}  // namespace

TEST_CASE("a note signed by Go's implementation verifies", "[tlog][note]") {
    // The example of golang.org/x/mod/sumdb/note.
    const auto key = NoteKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    REQUIRE(key);
    const auto note = Note::parse(
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "\xe2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
    REQUIRE(note);
    CHECK(verify_note_signature(*key, note->text, note->signatures.at(0)));
    CHECK_FALSE(verify_note_signature(*key, note->text + "\n", note->signatures.at(0)));
    CHECK(key->vkey() == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
}

TEST_CASE("verifier keys that do not fit themselves are refused", "[tlog][note]") {
    const auto vkey = log_signer().key().vkey();
    REQUIRE(NoteKey::parse(vkey));
    auto wrong_id = vkey;
    wrong_id[18] = wrong_id[18] == '0' ? '1' : '0';
    for (const auto& bad :
         {wrong_id, std::string{}, std::string{"name"}, std::string{"name+00000000"}, "+" + vkey, vkey + "A",
          vkey + "\n", " " + vkey, std::string{"PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"},
          std::string{"a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}}) {
        CHECK_FALSE(NoteKey::parse(bad));
    }
    // Type 0x06 is reserved: not "malformed" but "update".
    Bytes other_type(33, 6);
    CHECK(NoteKey::parse("x+00000000+" + encoding::base64_encode(other_type)).error().code() == ErrorCode::unsupported);
    CHECK_FALSE(NoteKey::make("a+b", SignatureType::ed25519, key_of(1).verify_key()));
    CHECK_FALSE(
        NoteKey::make("a\xc2\xa0"
                      "b",
                      SignatureType::ed25519, key_of(1).verify_key()));
    CHECK_FALSE(NoteKey::make("a\xff", SignatureType::ed25519, key_of(1).verify_key()));
    CHECK(NoteKey::make("g\xc3\xa9n\xc3\xa9ral.example", SignatureType::ed25519, key_of(1).verify_key()));
}

TEST_CASE("notes are taken apart as signed-note says, and nothing else is", "[tlog][note]") {
    const std::string line = "\xe2\x80\x94 name AAAAAAAA\n";
    const auto note = Note::parse("text\n\nmore text\n\n" + line + line);
    REQUIRE(note);
    CHECK(note->text == "text\n\nmore text\n");
    CHECK(note->signatures.size() == 2);
    CHECK(note->format() == "text\n\nmore text\n\n" + line + line);
    CHECK(Note::parse("\n\n" + line)->text == "\n");

    std::string many = "t\n\n";
    for (std::size_t i = 0; i < kMaxNoteSignatures; ++i) many += line;
    CHECK(Note::parse(many));
    for (const auto& bad : {std::string{},
                            std::string{"text\n"},
                            std::string{"text\n\n"},
                            "text\n" + line,
                            "text\n\n" + line + "x\n",
                            "text\n\n" + line.substr(0, line.size() - 1),
                            std::string{"text\n\n- name AAAAAAAA\n"},
                            std::string{"text\n\n\xe2\x80\x94 name\n"},
                            std::string{"text\n\n\xe2\x80\x94  AAAAAAAA\n"},
                            std::string{"text\n\n\xe2\x80\x94 na+me AAAAAAAA\n"},
                            std::string{"text\n\n\xe2\x80\x94 name AAAAAA\n"},
                            std::string{"text\n\n\xe2\x80\x94 name AAAAAA==\n"},
                            "te\xff"
                            "xt\n\n" +
                                line,
                            "te\rxt\n\n" + line,
                            std::string{"te\0xt\n\n", 7} + line,
                            "te\txt\n\n" + line,
                            "\xed\xa0\x80\n\n" + line,
                            "\xc0\xaf\n\n" + line,
                            "\xf4\x90\x80\x80\n\n" + line,
                            many + line,
                            std::string(kMaxNoteBytes, 'x') + "\n\n" + line}) {
        CHECK_FALSE(Note::parse(bad));
    }
}

TEST_CASE("a checkpoint is three lines, exactly", "[tlog][checkpoint]") {
    const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    const auto checkpoint = Checkpoint::parse("example.com/behind-the-sofa\n20852163\n" + root + "\n");
    REQUIRE(checkpoint);
    CHECK(checkpoint->origin == "example.com/behind-the-sofa");
    CHECK(checkpoint->head.size == 20852163);
    CHECK(checkpoint->text() == "example.com/behind-the-sofa\n20852163\n" + root + "\n");
    CHECK(Checkpoint::parse("o\n0\n" + root + "\nextension\n")->extensions == std::vector<std::string>{"extension"});
    CHECK(Checkpoint::parse("o\n9223372036854775807\n" + root + "\n"));
    for (const auto& bad :
         {"o\n01\n" + root + "\n", "o\n-1\n" + root + "\n", "o\n+1\n" + root + "\n", "o\n\n" + root + "\n",
          "\n1\n" + root + "\n", "o\n1\n" + root, "o\n1\n" + root + "\n\n", "o\n9223372036854775808\n" + root + "\n",
          "o\n99999999999999999999\n" + root + "\n", "o\n1\n" + root.substr(4) + "\n", "o\n1\n" + root + "A\n",
          std::string{"o\n1\n"}, "o\n1 \n" + root + "\n", "o\r\n1\r\n" + root + "\r\n"}) {
        CHECK_FALSE(Checkpoint::parse(bad));
    }
}

TEST_CASE("a log's signature holds for its head and its origin", "[tlog][checkpoint]") {
    const auto log = log_signer();
    const auto signature = log.signature(some_head());
    CHECK(verify_tree_head(log.key(), some_head(), signature));
    CHECK_FALSE(verify_tree_head(log.key(), {some_head().size + 1, some_head().root}, signature));
    CHECK_FALSE(verify_tree_head(log.key(), {some_head().size, empty_root()}, signature));
    CHECK_FALSE(verify_tree_head(log_signer("example.org/log/2").key(), some_head(), signature));
    CHECK_FALSE(verify_tree_head(log_signer("example.org/log/1", 2).key(), some_head(), signature));
    CHECK_FALSE(verify_tree_head(witness(1).key(), some_head(), signature));
    CHECK(log_signature(log.key(), signed_by(log)) == signature);
    CHECK_FALSE(log_signature(log_signer("example.org/log/1", 2).key(), signed_by(log)));
}

TEST_CASE("a cosignature holds for its text, its time and its witness", "[tlog][checkpoint]") {
    const auto checkpoint = signed_by(log_signer());
    const auto cosignature = witness(1).cosign(checkpoint.checkpoint, 1679315147);
    CHECK(verify_cosignature(witness(1).key(), checkpoint.note.text, cosignature) == 1679315147);
    CHECK_FALSE(verify_cosignature(witness(2).key(), checkpoint.note.text, cosignature));
    CHECK_FALSE(verify_cosignature(witness(1).key(), checkpoint.note.text + "x\n", cosignature));
    auto later = cosignature;
    later.signature[7] ^= 1U;  // the time is signed too
    CHECK_FALSE(verify_cosignature(witness(1).key(), checkpoint.note.text, later));
    auto negative = cosignature;
    negative.signature[0] = 0x80;
    CHECK_FALSE(verify_cosignature(witness(1).key(), checkpoint.note.text, negative));
    auto shorter = cosignature;
    shorter.signature.pop_back();
    CHECK_FALSE(verify_cosignature(witness(1).key(), checkpoint.note.text, shorter));
    // A log's key of the same name and bytes is another key: the type is part of its id.
    const auto as_log = NoteKey::make(witness(1).key().name(), SignatureType::ed25519, witness(1).key().key()).value();
    CHECK(as_log.id() != witness(1).key().id());
    CHECK_FALSE(verify_cosignature(as_log, checkpoint.note.text, cosignature));
}

TEST_CASE("a policy without witnesses counts what the log signed", "[tlog][policy]") {
    const auto log = log_signer();
    const auto policy = Policy::unwitnessed(log.key(), "https://example.org/log/1/");
    CHECK(policy.format() == "log " + log.key().vkey() + " https://example.org/log/1/\nquorum none\n");
    CHECK(Policy::parse(policy.format()).value() == policy);
    CHECK(policy.require_protocol_form());
    const auto verified = policy.verify(signed_by(log));
    REQUIRE(verified);
    CHECK(verified->counts());
    CHECK_FALSE(verified->quorum_time());
    CHECK(verified->head() == some_head());

    CHECK(policy.verify(signed_by(log_signer("example.org/log/1", 2))).error().key() == "log.unsigned");
    CHECK(policy.verify(signed_by(log_signer("example.org/log/2"))).error().key() == "log.unsigned");
    auto forged = signed_by(log);
    forged.note.signatures[0].signature[5] ^= 1U;
    CHECK(policy.verify(forged).error().key() == "log.signature_invalid");
    auto exchanged = signed_by(log);
    exchanged.checkpoint.head.size += 1;  // parsed values beside a text that says otherwise
    CHECK(policy.verify(exchanged).error().code() == ErrorCode::integrity);
}

TEST_CASE("a checkpoint counts from the k-th witness on", "[tlog][policy]") {
    const auto policy = Policy::parse(policy_text(2, 3)).value();
    CHECK(policy.threshold() == Policy::Threshold{2, 3});
    CHECK(policy.require_protocol_form());
    CHECK(Policy::parse(policy.format()).value() == policy);
    const auto log = log_signer();
    const auto body = signed_by(log).checkpoint;
    const auto worth = [&](std::vector<NoteSignature> cosignatures) {
        return policy.verify(signed_by(log, std::move(cosignatures)));
    };

    CHECK_FALSE(worth({})->counts());
    CHECK_FALSE(worth({witness(1).cosign(body, 10)})->counts());
    CHECK_FALSE(worth({witness(1).cosign(body, 10), witness(1).cosign(body, 11)})->counts());  // one witness, twice
    CHECK_FALSE(worth({witness(1).cosign(body, 10), witness(9).cosign(body, 11)})->counts());  // a stranger
    const auto two = worth({witness(1).cosign(body, 10), witness(3).cosign(body, 20)});
    CHECK(two->counts());
    CHECK(two->quorum_time() == 10);
    const auto three = worth({witness(2).cosign(body, 30), witness(1).cosign(body, 10), witness(3).cosign(body, 20),
                              witness(1).cosign(body, 5)});
    CHECK(three->quorum_time() == 20);
    CHECK(three->cosignatures().size() == 3);
    CHECK(three->cosignatures()[0] == WitnessedAt{0, 10});

    // "If a signature from a known key fails to verify, clients SHOULD reject the whole note."
    auto broken = witness(2).cosign(body, 30);
    broken.signature[20] ^= 1U;
    CHECK(worth({witness(1).cosign(body, 10), witness(3).cosign(body, 20), broken}).error().key() ==
          "log.signature_invalid");
    // Without the log no number of witnesses counts.
    auto unsigned_one = signed_by(log, {witness(1).cosign(body, 10), witness(2).cosign(body, 20)});
    unsigned_one.note.signatures.erase(unsigned_one.note.signatures.begin());
    CHECK(policy.verify(unsigned_one).error().key() == "log.unsigned");
}

TEST_CASE("groups of groups are evaluated as tlog-policy's example says", "[tlog][policy]") {
    auto text = "log " + log_signer().key().vkey() + "\n";
    for (int i = 1; i <= 6; ++i)
        text += "  witness\tw" + std::to_string(i) + " " + witness(static_cast<std::uint64_t>(i)).key().vkey() +
                " https://w.example/ \n";
    text +=
        "# two of three, and any of three\n\n\t# indented comment\ngroup X 2 w1 w2 w3\ngroup Y any w4 w5 w6\ngroup "
        "X-and-Y all X Y\nquorum X-and-Y\n";
    const auto policy = Policy::parse(text).value();
    CHECK_FALSE(policy.threshold());
    CHECK(policy.require_protocol_form().error().key() == "log.policy_not_ours");
    CHECK(Policy::parse(policy.format()).value() == policy);
    const auto log = log_signer();
    const auto body = signed_by(log).checkpoint;
    const auto counts = [&](std::vector<std::uint64_t> by) {
        std::vector<NoteSignature> cosignatures;
        for (const auto number : by) cosignatures.push_back(witness(number).cosign(body, 1));
        return policy.verify(signed_by(log, std::move(cosignatures)))->counts();
    };
    CHECK(counts({1, 2, 4}));
    CHECK(counts({2, 3, 6}));
    CHECK_FALSE(counts({1, 2, 3}));
    CHECK_FALSE(counts({1, 4, 5, 6}));
    CHECK_FALSE(counts({}));
}

TEST_CASE("policies that are not policies are refused with their line", "[tlog][policy]") {
    const auto log = "log " + log_signer().key().vkey() + "\n";
    const auto w1 = "witness w1 " + witness(1).key().vkey() + "\n";
    const auto w2 = "witness w2 " + witness(2).key().vkey() + "\n";
    REQUIRE(Policy::parse(log + w1 + "quorum w1\n"));
    REQUIRE(Policy::parse("quorum none\n"));
    for (const auto& bad :
         std::vector<std::string>{"",
                                  log,
                                  log + "quorum none",
                                  log + "quorum none\nquorum none\n",
                                  log + "quorum w1\n",
                                  log + "quorum w1\n" + w1,
                                  log + log + "quorum none\n",
                                  log + w1 + w1 + "quorum none\n",
                                  log + w1 + "witness w2 " + witness(1).key().vkey() + "\nquorum none\n",
                                  log + "witness none " + witness(1).key().vkey() + "\nquorum none\n",
                                  log + w1 + "group w1 any w1\nquorum w1\n",
                                  log + w1 + "group g any g\nquorum g\n",
                                  log + w1 + "group g 0 w1\nquorum g\n",
                                  log + w1 + "group g 2 w1\nquorum g\n",
                                  log + w1 + "group g 01 w1\nquorum g\n",
                                  log + w1 + "group g any\nquorum g\n",
                                  log + w1 + "group g any none\nquorum g\n",
                                  log + w1 + "group g any w1 w1\nquorum g\n",
                                  log + w1 + w2 + "group g any w1\ngroup h all w1 w2\nquorum h\n",
                                  "log " + witness(1).key().vkey() + "\nquorum none\n",
                                  "witness w " + log_signer().key().vkey() + "\nquorum none\n",
                                  "something else\nquorum none\n",
                                  "log\nquorum none\n",
                                  log + "quorum none extra\n",
                                  "quorum none\r\n",
                                  std::string{"quorum none\0\n", 13},
                                  "\x7f\nquorum none\n",
                                  std::string(70'000, '#') + "\nquorum none\n"}) {
        INFO(bad.substr(0, 200));
        CHECK_FALSE(Policy::parse(bad));
    }
    CHECK(Policy::parse(log + "what\nquorum none\n").error().arguments().at("line") == "2");
}

TEST_CASE("a policy of a register has a majority, one to spare, and one log", "[tlog][policy]") {
    const auto in_form = [](const std::string& text) {
        return Policy::parse(text).value().require_protocol_form().has_value();
    };
    CHECK(in_form(policy_text(2, 3)));
    CHECK(in_form(policy_text(3, 5)));
    CHECK(in_form(policy_text(4, 5)));
    CHECK_FALSE(in_form(policy_text(1, 1)));
    CHECK_FALSE(in_form(policy_text(2, 2)));
    CHECK_FALSE(in_form(policy_text(1, 2)));
    CHECK_FALSE(in_form(policy_text(2, 4)));
    CHECK_FALSE(in_form(policy_text(5, 5)));
    CHECK_FALSE(in_form("quorum none\n"));
    CHECK_FALSE(
        in_form("log " + log_signer().key().vkey() + "\nlog " + log_signer("o", 2).key().vkey() + "\nquorum none\n"));
    CHECK_FALSE(
        in_form("log " + log_signer().key().vkey() + "\nwitness w " + witness(1).key().vkey() + "\nquorum none\n"));
}

TEST_CASE("a proof is written, read and verified, and no other one is", "[tlog][proof]") {
    MemoryLog log;
    for (std::uint64_t i = 0; i < 300; ++i) {
        SeededRandom random{i};
        log.append(Entry::from(random.bytes<64>()));
    }
    const auto signer = log_signer();
    const auto policy = Policy::unwitnessed(signer.key());
    const auto head = log.publish();
    const LogProof proof{std::nullopt, 257, prove_inclusion(257, head.size, log).value(),
                         SignedCheckpoint::parse(signer.sign(head)).value()};
    const auto text = proof.format();
    CHECK(text.starts_with("c2sp.org/tlog-proof@v1\nindex 257\n"));
    const auto read = LogProof::parse(text);
    REQUIRE(read);
    CHECK(read->format() == text);
    const auto verified = verify_log_proof(*read, log.entries()[257], policy);
    REQUIRE(verified);
    CHECK(verified->head() == head);

    CHECK(verify_log_proof(*read, log.entries()[256], policy).error().key() == "log.inclusion_invalid");
    auto other_index = *read;
    other_index.index = 258;
    CHECK(verify_log_proof(other_index, log.entries()[257], policy).error().code() == ErrorCode::integrity);
    CHECK(verify_log_proof(*read, log.entries()[257], Policy::unwitnessed(log_signer("example.org/log/1", 2).key()))
              .error()
              .key() == "log.unsigned");

    auto with_extra = *read;
    with_extra.extra = to_bytes("more");
    CHECK(LogProof::parse(with_extra.format())->extra == to_bytes("more"));
    const auto checkpoint = signer.sign(head);
    for (const auto& bad :
         {std::string{}, std::string{"c2sp.org/tlog-proof@v2\nindex 0\n\n"} + checkpoint,
          "c2sp.org/tlog-proof@v1\n\n" + checkpoint, "c2sp.org/tlog-proof@v1\nindex 01\n\n" + checkpoint,
          "c2sp.org/tlog-proof@v1\nindex 1\nextra AAAA\n\n" + checkpoint,
          "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n" + checkpoint, "c2sp.org/tlog-proof@v1\nindex 1\n" + checkpoint,
          std::string{"c2sp.org/tlog-proof@v1\nindex 1\n\n"},
          "c2sp.org/tlog-proof@v1\nextra A\nindex 1\n\n" + checkpoint,
          "c2sp.org/tlog-proof@v1\nextra \nextra \nindex 1\n\n" + checkpoint}) {
        CHECK_FALSE(LogProof::parse(bad));
    }
}
