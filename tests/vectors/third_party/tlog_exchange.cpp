// Our half of the exchange with another implementation of checkpoints, tiles and proofs (third_party_log.py).
//
//   tlog_exchange write FOLDER   a log of ours: keys, two checkpoints (the newer one cosigned), entries, tiles, proofs
//   tlog_exchange read FOLDER    verifies what the other implementation wrote in the same form
//
// Hashes of proofs are base64, a line each; entries.bin holds entries of 64 bytes.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/decimal.hpp"
#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/proof.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/must.hpp"

using namespace rogatory;
using test::must;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kOlder = 70'001;
constexpr std::size_t kNewer = 70'777;
constexpr UnixSeconds kCosigned = 1'800'000'000;

void put(const fs::path& path, ByteView bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream out{path, std::ios::binary};
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw std::runtime_error{"cannot write " + path.string()};
}

std::string get(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw std::runtime_error{"cannot read " + path.string()};
    return text.str();
}

std::string lines_of(const tlog::ProofPath& path) {
    std::string text;
    for (const auto& hash : path) text += encoding::base64_encode(hash.value()) + "\n";
    return text;
}

tlog::ProofPath path_of(const std::string& text) {
    tlog::ProofPath path;
    std::string_view rest = text;
    while (const auto line = tlog::take_line(rest)) {
        const auto bytes = encoding::base64_decode(*line).value();
        ByteArray<tlog::kHashBytes> hash{};
        if (bytes.size() != hash.size()) throw std::runtime_error{"a hash of another size"};
        std::copy(bytes.begin(), bytes.end(), hash.begin());
        path.emplace_back(hash);
    }
    return path;
}

void require(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error{what};
}

void write(const fs::path& folder) {
    const auto signer =
        must(tlog::LogSigner::make("ours.example/log/0", crypto::SigningKey::generate(crypto::system_random())));
    const auto witness =
        must(tlog::WitnessSigner::make("cosigner.example", crypto::SigningKey::generate(crypto::system_random())));
    tests::MemoryLog log;
    Bytes entries;
    const auto grow = [&](std::size_t to) {
        while (log.entries().size() < to) {
            const tlog::Entry entry{tlog::entry_label({}, log.entries().size()), crypto::sha256(as_bytes("statement"))};
            append(entries, entry.bytes());
            log.append(entry);
        }
        return log.publish();
    };
    const auto older = grow(kOlder);
    const auto newer = grow(kNewer);
    put(folder / "vkey", as_bytes(signer.key().vkey()));
    put(folder / "witness_vkey", as_bytes(witness.key().vkey()));
    put(folder / "older", as_bytes(signer.sign(older)));
    auto cosigned = must(tlog::SignedCheckpoint::parse(signer.sign(newer)));
    cosigned.note.signatures.push_back(witness.cosign(cosigned.checkpoint, kCosigned));
    put(folder / "newer", as_bytes(cosigned.format()));
    put(folder / "entries.bin", entries);
    for (const auto& [path, bytes] : log.files) {
        if (!path.starts_with("tile/entries/")) put(folder / path, bytes);
    }
    put(folder / "consistency", as_bytes(lines_of(must(tlog::prove_consistency(older.size, newer.size, log)))));
    for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256},
                                      std::uint64_t{65'536}, newer.size - 1}) {
        put(folder / "inclusion" / std::to_string(index),
            as_bytes(lines_of(must(tlog::prove_inclusion(index, newer.size, log)))));
    }
}

void read(const fs::path& folder) {
    const auto key = must(tlog::NoteKey::parse(get(folder / "vkey")));
    require(key.vkey() == get(folder / "vkey"), "the verifier key is written another way");
    const auto older = must(tlog::SignedCheckpoint::parse(get(folder / "older")));
    const auto newer = must(tlog::SignedCheckpoint::parse(get(folder / "newer")));
    require(tlog::log_signature(key, older).has_value(), "signature of the older checkpoint");
    require(tlog::log_signature(key, newer).has_value(), "signature of the newer checkpoint");
    auto spoiled = newer;
    spoiled.note.text.replace(0, 1, "x");
    require(!tlog::log_signature(key, spoiled).has_value(), "a spoiled checkpoint verifies");
    const auto& older_head = older.checkpoint.head;
    const auto& newer_head = newer.checkpoint.head;

    const auto entries = get(folder / "entries.bin");
    require(entries.size() == newer_head.size * tlog::Entry::kBytes, "number of entries");
    const auto leaf = [&](std::uint64_t index) {
        return tlog::leaf_hash(as_bytes(entries).subspan(index * tlog::Entry::kBytes, tlog::Entry::kBytes));
    };
    tlog::Frontier tree;
    for (std::uint64_t i = 0; i < newer_head.size; ++i) {
        if (i == older_head.size) require(tree.head() == older_head, "root of the older tree");
        tree.append(leaf(i));
    }
    require(tree.head() == newer_head, "root of the newer tree");

    auto path = path_of(get(folder / "consistency"));
    require(tlog::verify_consistency(older_head, newer_head, path), "consistency proof");
    path.back() = tlog::empty_root();
    require(!tlog::verify_consistency(older_head, newer_head, path), "a spoiled consistency proof verifies");
    std::size_t proofs = 0;
    for (const auto& file : fs::directory_iterator{folder / "inclusion"}) {
        const auto index = tlog::parse_decimal(file.path().filename().string()).value();
        path = path_of(get(file.path()));
        require(tlog::verify_inclusion(leaf(index), index, newer_head, path), "inclusion of " + std::to_string(index));
        require(!tlog::verify_inclusion(leaf(index ^ 1), index, newer_head, path), "another leaf's inclusion verifies");
        ++proofs;
    }
    require(proofs > 3, "inclusion proofs");
    std::printf("verified 2 checkpoints, 1 consistency proof, %zu inclusion proofs, %llu leaves\n", proofs,
                static_cast<unsigned long long>(newer_head.size));
}

}  // namespace

int main(int count, char** values) {
    try {
        if (count != 3) throw std::runtime_error{"tlog_exchange write|read FOLDER"};
        const std::string what = values[1];
        if (what == "write") {
            write(values[2]);
        } else {
            read(values[2]);
        }
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "tlog_exchange: %s\n", failure.what());
        return 1;
    }
}
