#include "crypto/tlog/entry.hpp"

#include <algorithm>

#include "crypto/labels.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::tlog {

EntryLabel entry_label(const ByteArray<32>& chain, std::uint64_t seq) {
    return EntryLabel{crypto::Labelled{"rogatory/v1/leaf"}.fixed(chain).number(seq).sha256().value()};
}

ByteArray<Entry::kBytes> Entry::bytes() const {
    ByteArray<kBytes> out;
    std::copy(label.value().begin(), label.value().end(), out.begin());
    std::copy(id.value().begin(), id.value().end(), out.begin() + 32);
    return out;
}

Entry Entry::from(std::span<const std::uint8_t, kBytes> bytes) {
    ByteArray<32> label;
    ByteArray<32> id;
    std::copy_n(bytes.begin(), 32, label.begin());
    std::copy_n(bytes.begin() + 32, 32, id.begin());
    return {EntryLabel{label}, crypto::Digest{id}};
}

Bytes encode_bundle(std::span<const Entry> entries) {
    ensure(entries.size() <= kTileWidth, "a bundle holds up to 256 entries");
    Bytes out;
    out.reserve(entries.size() * kBundledEntryBytes);
    for (const auto& entry : entries) {
        append(out, ByteArray<2>{0x00, Entry::kBytes});
        append(out, entry.bytes());
    }
    return out;
}

Result<std::vector<Entry>> decode_bundle(ByteView bundle) {
    // One size for all entries, so the whole length is checked before anything is allocated for it.
    if (bundle.size() % kBundledEntryBytes != 0 || bundle.size() > kTileWidth * kBundledEntryBytes) {
        return fail(ErrorCode::invalid_input, "log.bundle_malformed");
    }
    std::vector<Entry> entries;
    entries.reserve(bundle.size() / kBundledEntryBytes);
    for (; !bundle.empty(); bundle = bundle.subspan(kBundledEntryBytes)) {
        if (bundle[0] != 0x00 || bundle[1] != Entry::kBytes)
            return fail(ErrorCode::invalid_input, "log.bundle_malformed");
        entries.push_back(Entry::from(bundle.subspan(2).first<Entry::kBytes>()));
    }
    return entries;
}

}  // namespace rogatory::tlog
