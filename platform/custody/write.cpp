#include "platform/custody/write.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/custody/archive.hpp"
#include "platform/custody/bundle.hpp"
#include "platform/custody/layout.hpp"

namespace rogatory::custody {
namespace {

Result<> write_padding(std::uint64_t size, const Sink& sink) {
    const Bytes zeros(tar_padding(size));
    return sink(zeros);
}

Result<> write_text(std::string_view name, std::string_view text, const Sink& sink) {
    ROGATORY_TRY_VOID(sink(tar_header(name, text.size())));
    ROGATORY_TRY_VOID(sink(as_bytes(text)));
    return write_padding(text.size(), sink);
}

}  // namespace

void Draft::add(std::string name, std::string bytes) {
    const auto digest = crypto::sha256(as_bytes(bytes));
    const auto size = bytes.size();
    members_.push_back({std::move(name), std::move(bytes), size, digest, nullptr});
}

void Draft::add(std::string name, std::uint64_t size, const model::Digest& sha256, const Source& source) {
    members_.push_back({std::move(name), {}, size, sha256, &source});
}

Result<> Draft::write(Manifest manifest, const crypto::SigningKey& key, const Sink& sink) const {
    std::vector<const Member*> ordered;
    for (const auto& member : members_) ordered.push_back(&member);
    std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
    manifest.members.clear();
    for (const auto* member : ordered) {
        ensure(is_member_name(member->name), "a bundle's members have plain names");
        manifest.members.push_back({member->name, member->size, member->sha256});
    }
    const auto text = manifest.encode();
    // What would not be read is not written.
    ROGATORY_TRY([[maybe_unused]] const auto readable, Manifest::parse(text));
    ROGATORY_TRY_VOID(write_text(kReadmeName, readme(), sink));
    ROGATORY_TRY_VOID(write_text(kManifestName, text, sink));
    const auto signature = key.sign(manifest_signed_text(text));
    ROGATORY_TRY_VOID(write_text(kSignatureName, encoding::base64_encode(signature.value()) + "\n", sink));
    for (const auto* member : ordered) {
        if (member->source == nullptr) {
            ROGATORY_TRY_VOID(write_text(member->name, member->bytes, sink));
            continue;
        }
        ROGATORY_TRY_VOID(sink(tar_header(member->name, member->size)));
        crypto::Sha256 hash;
        ROGATORY_TRY(const auto whole, copy_range(*member->source, 0, member->size, [&](ByteView piece) -> Result<> {
                         hash.update(piece);
                         return sink(piece);
                     }));
        if (!whole || member->source->size() != member->size || hash.finish() != member->sha256) {
            return custody_failure("custody.altered", "member", member->name);
        }
        ROGATORY_TRY_VOID(write_padding(member->size, sink));
    }
    return sink(Bytes(kTarEnd));
}

std::string consistency_text(std::uint64_t older_size, const tlog::ProofPath& path) {
    auto text = "old " + std::to_string(older_size) + "\n";
    for (const auto& hash : path) text += encoding::base64_encode(hash.value()) + "\n";
    return text;
}

}  // namespace rogatory::custody
