// The proof part of a custody bundle as the log grows: its size and the time to verify it offline. Figures only.
//
//   custody_proofs [largest power of ten] [statements]
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "crypto/primitives/random.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/policy.hpp"
#include "crypto/tlog/tile.hpp"

using namespace rogatory;

namespace {

class Tiles final : public tlog::TileReader {
public:
    explicit Tiles(tlog::TileBuilder& tree) {
        for (auto& tile : tree.take_changed()) {
            auto& known = tiles_[{tile.coordinate.level, tile.coordinate.index}];
            if (tile.hashes.size() > known.size()) known = std::move(tile.hashes);
        }
    }
    Result<Bytes> read_tile(const tlog::TileCoordinate& tile) override { return tiles_[{tile.level, tile.index}]; }

private:
    std::map<std::pair<unsigned, std::uint64_t>, Bytes> tiles_;
};

template <class T>
T must(Result<T> result) {
    if (result) return *std::move(result);
    std::fprintf(stderr, "custody_proofs: %s\n", result.error().key().c_str());
    std::exit(1);
}

tlog::Entry entry_at(std::uint64_t index) {
    ByteArray<32> chain{};
    for (std::size_t i = 0; i < 8; ++i) chain[i] = static_cast<std::uint8_t>(index >> (8 * i));
    return {tlog::entry_label(chain, 0), crypto::Digest{chain}};
}

}  // namespace

int main(int argc, char** argv) {
    const int powers = argc > 1 ? std::atoi(argv[1]) : 6;
    const auto statements = static_cast<std::uint64_t>(argc > 2 ? std::atoi(argv[2]) : 200);
    auto& random = crypto::system_random();
    const auto log = must(tlog::LogSigner::make("bench.example/log/1", crypto::SigningKey::generate(random)));
    std::vector<tlog::WitnessSigner> witnesses;
    std::string policy_text = "log " + log.key().vkey() + "\n";
    std::string group = "group g 2";
    for (const auto* name : {"one", "two", "three"}) {
        witnesses.push_back(must(
            tlog::WitnessSigner::make("witness.example/" + std::string{name}, crypto::SigningKey::generate(random))));
        policy_text += "witness " + std::string{name} + " " + witnesses.back().key().vkey() + "\n";
        group += " " + std::string{name};
    }
    const auto policy = must(tlog::Policy::parse(policy_text + group + "\nquorum g\n"));
    std::printf("%llu statements, 2 of 3 cosigners\n%10s %14s %16s %12s\n", static_cast<unsigned long long>(statements),
                "log size", "proofs, bytes", "bytes/statement", "verify, ms");
    double first = 0;
    double last = 0;
    for (int power = 3; power <= powers; ++power) {
        const auto size = static_cast<std::uint64_t>(std::pow(10, power));
        tlog::TileBuilder tree;
        for (std::uint64_t i = 0; i < size; ++i) tree.append(entry_at(i).leaf_hash());
        auto note = must(tlog::SignedCheckpoint::parse(log.sign(tree.head())));
        for (const auto& witness : witnesses) {
            note.note.signatures.push_back(witness.cosign(note.checkpoint, 1'800'000'000));
        }
        Tiles tiles{tree};
        std::vector<std::pair<std::uint64_t, std::string>> proofs;
        std::size_t bytes = 0;
        for (std::uint64_t i = 0; i < statements; ++i) {
            const auto index = (i * 7919 + 13) % size;
            auto path = must(tlog::prove_inclusion(index, size, tiles));
            proofs.emplace_back(index, tlog::LogProof{std::nullopt, index, std::move(path), note}.format());
            bytes += proofs.back().second.size();
        }
        // As platform/custody does: each proof parsed, a checkpoint that repeats verified once.
        const auto start = std::chrono::steady_clock::now();
        const auto verified = must(policy.verify(note));
        bool good = verified.counts();
        for (const auto& [index, text] : proofs) {
            const auto proof = must(tlog::LogProof::parse(text));
            good = good && proof.checkpoint.format() == note.format() &&
                   tlog::verify_inclusion(entry_at(index).leaf_hash(), proof.index, verified.head(), proof.path);
        }
        const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
        if (!good) return 1;
        std::printf("%10llu %14zu %16zu %12.2f\n", static_cast<unsigned long long>(size), bytes,
                    bytes / static_cast<std::size_t>(statements), spent.count());
        if (first == 0) first = static_cast<double>(bytes);
        last = static_cast<double>(bytes);
    }
    if (powers > 3) {
        std::printf("growth exponent of the size: %.3f\n", std::log10(last / first) / (powers - 3));
    }
    return 0;
}
