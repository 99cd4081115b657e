#include <catch2/catch_test_macros.hpp>

#include "crypto/tlog/fork_proof.hpp"
#include "crypto/tlog/log_tree.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using namespace rogatory::tlog;
using tests::SeededRandom;

namespace {

crypto::Digest digest(std::uint8_t number, std::uint64_t seq = 0) {
    return crypto::sha256(Bytes{number, static_cast<std::uint8_t>(seq >> 8U), static_cast<std::uint8_t>(seq)});
}

Entry entry(std::uint8_t chain, std::uint64_t seq, std::uint8_t variant = 0) {
    return {entry_label(digest(chain).value(), seq), digest(static_cast<std::uint8_t>(100 + chain + variant), seq)};
}

LogTree tree_of(std::uint64_t size, std::uint64_t changed = ~std::uint64_t{0}) {
    LogTree tree;
    for (std::uint64_t i = 0; i < size; ++i) tree.push(entry(1, i, i == changed ? 1 : 0));
    return tree;
}

LogSigner log_key(std::uint8_t number) {
    SeededRandom random{number};
    return LogSigner::make("exchange.example/log/1", crypto::SigningKey::from_seed(crypto::Ed25519Seed::random(random)))
        .value();
}

SignedCheckpoint signed_by(const LogSigner& signer, const LogTree& tree, std::uint64_t size) {
    return SignedCheckpoint::parse(signer.sign({size, tree.root_at(size)})).value();
}

// As a client makes it that has read the larger tree.
ForkProof proof_of(const LogSigner& signer, const LogTree& mine, std::uint64_t small, const LogTree& theirs,
                   std::uint64_t large) {
    return {signed_by(signer, mine, small), signed_by(signer, theirs, large), theirs.root_at(small),
            theirs.consistency(small, large)};
}

}  // namespace

TEST_CASE("a tree gives the root of every size and proofs that hold", "[tlog]") {
    const auto tree = tree_of(700);
    Frontier frontier;
    for (std::uint64_t size = 0; size <= 700; ++size) {
        REQUIRE(tree.root_at(size) == frontier.head().root);
        if (size < 700) frontier.append(entry(1, size).leaf_hash());
    }
    for (const std::uint64_t size : {1U, 2U, 255U, 256U, 257U, 512U, 513U, 700U}) {
        const TreeHead head{size, tree.root_at(size)};
        for (const std::uint64_t older : {0U, 1U, 2U, 3U, 128U, 255U, 256U, 511U, 512U}) {
            if (older > size) continue;
            CHECK(verify_consistency({older, tree.root_at(older)}, head, tree.consistency(older, size)));
        }
        for (const std::uint64_t index : {0U, 1U, 254U, 255U, 256U, 511U}) {
            if (index >= size) continue;
            CHECK(verify_inclusion(tree.entry(index).leaf_hash(), index, head, tree.inclusion(index, size)));
        }
    }
}

TEST_CASE("a tree knows each place of a chain, and forgets what is taken back", "[tlog]") {
    LogTree tree;
    for (std::uint64_t seq = 0; seq < 5; ++seq) {
        tree.push(entry(1, seq));
        tree.push(entry(2, seq));
    }
    CHECK(tree.places(digest(1), 4, 10) == std::vector<std::uint64_t>{8});
    CHECK(tree.places(digest(1), 4, 8).empty());  // beyond what is looked at
    CHECK(tree.places(digest(1), 5, 10).empty());
    CHECK_FALSE(tree.has_repeated_labels());
    tree.push(entry(1, 2, 1));
    CHECK(tree.places(digest(1), 2, 11) == std::vector<std::uint64_t>{4, 10});
    CHECK(tree.has_repeated_labels());
    const auto root = tree.root_at(7);
    tree.truncate(7);
    CHECK(tree.size() == 7);
    CHECK(tree.root_at(7) == root);
    CHECK_FALSE(tree.has_repeated_labels());
    CHECK(tree.places(digest(2), 3, 7).empty());
}

TEST_CASE("two signed checkpoints prove a fork exactly when they contradict one another", "[tlog]") {
    const auto signer = log_key(1);
    const auto honest = tree_of(300);
    const auto other = tree_of(300, 5);
    for (const std::uint64_t small : {6U, 8U, 100U, 256U, 300U}) {
        const auto proof = proof_of(signer, honest, small, other, 300);
        CHECK(verify_fork_proof(proof, signer.key()));
        const auto again = ForkProof::parse(proof.smaller.format(), proof.larger.format(), proof.consistency_text());
        REQUIRE(again);
        CHECK(verify_fork_proof(*again, signer.key()));
        // Another log's key proves nothing of this one.
        CHECK_FALSE(verify_fork_proof(proof, log_key(2).key()));
        // An honest past is no fork, whoever says so.
        const auto innocent = proof_of(signer, honest, small, honest, 300);
        CHECK(verify_fork_proof(innocent, signer.key()).error().key() == "evidence.proves_nothing");
        auto spoilt = innocent;
        spoilt.root_within = other.root_at(small);
        CHECK(verify_fork_proof(spoilt, signer.key()).error().key() == "evidence.proves_nothing");
    }
    // Before the change both histories are one.
    const auto before = proof_of(signer, honest, 5, other, 300);
    CHECK(verify_fork_proof(before, signer.key()).error().key() == "evidence.proves_nothing");
    auto unsigned_one = proof_of(signer, honest, 100, other, 300);
    unsigned_one.smaller.note.signatures.clear();
    CHECK(verify_fork_proof(unsigned_one, signer.key()).error().key() == "log.unsigned");
}

TEST_CASE("two entries for one place prove a fork; one entry twice, or two places, do not", "[tlog]") {
    const auto signer = log_key(1);
    auto tree = tree_of(20);
    tree.push(entry(1, 3, 1));
    const auto checkpoint = signed_by(signer, tree, 21);
    const auto proof = [&](std::uint64_t index) {
        return LogProof{std::nullopt, index, tree.inclusion(index, 21), checkpoint};
    };
    const auto verdict = [&](std::uint64_t first, std::uint64_t second) {
        return verify_repeated_label(proof(first), tree.entry(first), proof(second), tree.entry(second), signer.key());
    };
    CHECK(verdict(3, 20));
    CHECK_FALSE(verdict(3, 3));
    CHECK_FALSE(verdict(3, 4));
    CHECK_FALSE(verify_repeated_label(proof(3), tree.entry(3), proof(20), tree.entry(3), signer.key()));
    CHECK_FALSE(verify_repeated_label(proof(3), tree.entry(3), proof(20), tree.entry(20), log_key(2).key()));
}
