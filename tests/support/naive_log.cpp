#include "tests/support/naive_log.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>
#include <vector>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/ed25519.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::test::naive_log {
namespace {

Hash leaf_hash(const Entry& entry) {
    const std::uint8_t prefix[] = {0x00};
    return crypto::sha256({prefix, entry}).value();
}

std::size_t split(std::size_t size) {
    std::size_t power = 1;
    while (power * 2 < size) power *= 2;
    return power;
}

// A log of thousands of entries is asked for its root at every step, and but for its end it is the log of a moment ago.
// What is remembered is taken only where every entry is still the same: an operator may rewrite his log.
constexpr std::size_t kRemembered = 256;

Hash root_of_halves(std::span<const Entry> entries) {
    const auto left = split(entries.size());
    const std::uint8_t prefix[] = {0x01};
    return crypto::sha256({prefix, root(entries.first(left)), root(entries.subspan(left))}).value();
}

Hash remembered_root(std::span<const Entry> entries) {
    thread_local std::map<std::pair<Entry, std::size_t>, std::pair<std::vector<Entry>, Hash>> known;
    auto& [of, hash] = known[{entries.front(), entries.size()}];
    if (!std::equal(entries.begin(), entries.end(), of.begin(), of.end())) {
        hash = root_of_halves(entries);
        of.assign(entries.begin(), entries.end());
    }
    return hash;
}

std::vector<Hash> path(std::span<const Entry> entries, std::size_t index) {
    if (entries.size() <= 1) return {};
    const auto left = split(entries.size());
    std::vector<Hash> hashes;
    if (index < left) {
        hashes = path(entries.first(left), index);
        hashes.push_back(root(entries.subspan(left)));
    } else {
        hashes = path(entries.subspan(left), index - left);
        hashes.push_back(root(entries.first(left)));
    }
    return hashes;
}

constexpr std::uint8_t kLog = 0x01;
constexpr std::uint8_t kWitness = 0x04;

ByteArray<4> key_hash(const std::string& name, const crypto::Ed25519PublicKey& key, std::uint8_t kind = kLog) {
    const std::uint8_t type[] = {'\n', kind};
    const auto digest = crypto::sha256({as_bytes(name), type, key.value()}).value();
    return {digest[0], digest[1], digest[2], digest[3]};
}

std::string vkey(const std::string& name, const ByteArray<32>& seed, std::uint8_t kind) {
    const auto key = crypto::ed25519_public_key(crypto::ed25519_expand(crypto::Ed25519Seed::copy_of(seed)));
    Bytes typed{kind};
    append(typed, ByteView{key.value()});
    return name + "+" + encoding::hex_encode(key_hash(name, key, kind)) + "+" + encoding::base64_encode(typed);
}

}  // namespace

Entry entry(const Hash& chain, std::uint64_t seq, const Hash& id) {
    Bytes text = to_bytes("rogatory/v1/leaf");
    text.push_back(0);
    append(text, ByteView{chain});
    for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<std::uint8_t>(seq >> shift));
    const auto label = crypto::sha256(text).value();
    Entry made{};
    std::copy(label.begin(), label.end(), made.begin());
    std::copy(id.begin(), id.end(), made.begin() + 32);
    return made;
}

Hash root(std::span<const Entry> entries) {
    if (entries.empty()) return crypto::sha256(ByteView{}).value();
    if (entries.size() == 1) return leaf_hash(entries.front());
    const bool full = entries.size() >= kRemembered && std::has_single_bit(entries.size());
    return full ? remembered_root(entries) : root_of_halves(entries);
}

std::string verifier_key(const std::string& origin, const ByteArray<32>& seed) { return vkey(origin, seed, kLog); }

std::string witness_key(const std::string& name, const ByteArray<32>& seed) { return vkey(name, seed, kWitness); }

std::string cosignature(const std::string& name, const ByteArray<32>& seed, const std::string& checkpoint_text,
                        std::int64_t at) {
    const auto expanded = crypto::ed25519_expand(crypto::Ed25519Seed::copy_of(seed));
    const auto message = "cosignature/v1\ntime " + std::to_string(at) + "\n" + checkpoint_text;
    const auto signature = crypto::ed25519_sign(expanded, as_bytes(message));
    Bytes blob;
    append(blob, ByteView{key_hash(name, crypto::ed25519_public_key(expanded), kWitness)});
    for (int shift = 56; shift >= 0; shift -= 8) {
        blob.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(at) >> shift));
    }
    append(blob, ByteView{signature.value()});
    return "\u2014 " + name + " " + encoding::base64_encode(blob) + "\n";
}

Bytes checkpoint(const std::string& origin, const ByteArray<32>& seed, std::uint64_t size, const Hash& root_hash) {
    const auto expanded = crypto::ed25519_expand(crypto::Ed25519Seed::copy_of(seed));
    const std::string text = origin + "\n" + std::to_string(size) + "\n" + encoding::base64_encode(root_hash) + "\n";
    const auto signature = crypto::ed25519_sign(expanded, as_bytes(text));
    Bytes blob;
    append(blob, ByteView{key_hash(origin, crypto::ed25519_public_key(expanded))});
    append(blob, ByteView{signature.value()});
    return to_bytes(text + "\n\u2014 " + origin + " " + encoding::base64_encode(blob) + "\n");
}

Bytes bundle(std::span<const Entry> entries, std::uint64_t index, unsigned width) {
    Bytes out;
    for (std::uint64_t i = index * 256; i < index * 256 + width; ++i) {
        ensure(i < entries.size(), "a bundle is asked for within the log");
        out.push_back(0);
        out.push_back(64);
        append(out, ByteView{entries[i]});
    }
    return out;
}

Bytes proof(std::span<const Entry> entries, std::uint64_t index, const Bytes& checkpoint_note) {
    std::string text = "c2sp.org/tlog-proof@v1\nindex " + std::to_string(index) + "\n";
    for (const auto& hash : path(entries, index)) text += encoding::base64_encode(hash) + "\n";
    text += "\n";
    Bytes out = to_bytes(text);
    append(out, ByteView{checkpoint_note});
    return out;
}

}  // namespace rogatory::test::naive_log
