#include "crypto/age/file.hpp"

#include <algorithm>

#include "crypto/age/payload.hpp"
#include "crypto/age/stream.hpp"
#include "crypto/primitives/chacha20poly1305.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::age {

namespace {

bool is_hybrid(const Stanza& stanza) {
    return stanza.type() == kHybridStanza && stanza.arguments.size() == 2 &&
           stanza.body.size() == kFileKeyBytes + crypto::kAeadTagBytes;
}

// A header of hybrid stanzas alone, whose lengths are all fixed.
std::uint64_t hybrid_header_bytes(std::size_t recipients) {
    constexpr auto base64 = [](std::size_t bytes) { return (bytes * 4 + 2) / 3; };
    constexpr auto share = base64(std::tuple_size_v<crypto::XWingCiphertext::Value>);
    constexpr auto body = base64(kFileKeyBytes + crypto::kAeadTagBytes);
    constexpr auto stanza = std::string_view{"-> "}.size() + kHybridStanza.size() + 1 + share + 1 + body + 1;
    return kVersionLine.size() + recipients * stanza + std::string_view{"--- "}.size() + base64(32) + 1;
}

}  // namespace

bool Inspection::fits(Profile profile) const noexcept {
    return hybrid_only && stanza_types.size() == profile.stanzas && header_bytes <= profile.header_bytes;
}

Inspection inspect(const Header& header) {
    Inspection seen;
    for (const auto& stanza : header.stanzas) seen.stanza_types.push_back(stanza.type());
    seen.header_bytes = header.size;
    seen.hybrid_only = std::all_of(header.stanzas.begin(), header.stanzas.end(), is_hybrid);
    return seen;
}

Outcome<std::optional<Inspection>> inspect(ByteView start, std::size_t limit_bytes) {
    const auto header = parse_header(start, limit_bytes);
    if (!header) return failed(header.error());
    if (!*header) return std::optional<Inspection>{};
    return inspect(**header);
}

std::uint64_t sealed_size(std::uint64_t plaintext_bytes, std::size_t recipients) {
    return hybrid_header_bytes(recipients) + std::tuple_size_v<PayloadNonce> + sealed_payload_size(plaintext_bytes);
}

Bytes seal(std::span<const HybridRecipient> recipients, ByteView plaintext, crypto::Random& random) {
    Bytes file;
    file.reserve(sealed_size(plaintext.size(), recipients.size()));
    Sealer sealer{recipients, random};
    sealer.update(plaintext, file);
    sealer.finish(file);
    return file;
}

Bytes seal(const HybridRecipient& recipient, ByteView plaintext, crypto::Random& random) {
    return seal(std::span{&recipient, 1}, plaintext, random);
}

Result<crypto::SecretBytes> open(const HybridIdentity& identity, ByteView file, Profile profile) {
    const auto header = parse_header(file, profile.header_bytes);
    if (!header) return fail(header.error());
    if (!*header || file.size() < (*header)->size + std::tuple_size_v<PayloadNonce>) return fail(Failure::header);
    const auto key = open_start(**header, file, unwrap_with(identity, profile));
    if (!key) return fail(key.error());

    auto chunks = file.subspan((*header)->size + std::tuple_size_v<PayloadNonce>);
    const auto size = plaintext_size(chunks.size());
    if (!size) return fail(size.error());
    crypto::SecretBytes plaintext{*size};
    auto out = plaintext.expose_secret_mutable();
    ChunkOpener opener{*key};
    for (std::uint64_t index = 0;; ++index) {
        const auto last = chunks.size() <= kSealedChunkBytes ? Last::yes : Last::no;
        const auto chunk = chunks.first(std::min(chunks.size(), kSealedChunkBytes));
        if (const auto opened = opener.open(index, last, chunk, out.first(chunk.size() - kTagBytes)); !opened) {
            return fail(opened.error());
        }
        if (last == Last::yes) return plaintext;
        chunks = chunks.subspan(kSealedChunkBytes);
        out = out.subspan(kChunkBytes);
    }
}

}  // namespace rogatory::age
