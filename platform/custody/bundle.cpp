#include "platform/custody/bundle.hpp"

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/try.hpp"
#include "platform/custody/layout.hpp"

namespace rogatory::custody {
namespace {

constexpr std::size_t kHeads = 3;  // readme, manifest, signature

Result<std::string> text_of(const Source& source, const ArchiveMember& member, std::size_t limit) {
    if (member.size > limit) return custody_failure("custody.malformed", "where", "size");
    std::string text;
    ROGATORY_TRY(const auto whole, copy_range(source, member.offset, member.size, [&](ByteView piece) -> Result<> {
                     text += as_text(piece);
                     return {};
                 }));
    if (!whole) return custody_failure("custody.malformed", "where", "truncated");
    return text;
}

Result<model::Digest> digest_of(const Source& source, const ArchiveMember& member) {
    crypto::Sha256 hash;
    ROGATORY_TRY(const auto whole, copy_range(source, member.offset, member.size, [&](ByteView piece) -> Result<> {
                     hash.update(piece);
                     return {};
                 }));
    if (!whole) return custody_failure("custody.malformed", "where", "truncated");
    return hash.finish();
}

Result<model::Signature> signature_of(std::string_view text) {
    const auto malformed = [] { return custody_failure("custody.malformed", "where", "signature"); };
    if (!text.ends_with('\n')) return malformed();
    const auto bytes = encoding::base64_decode(text.substr(0, text.size() - 1));
    const auto signature = bytes ? crypto::signature_from(*bytes) : std::nullopt;
    if (!signature) return malformed();
    return *signature;
}

}  // namespace

tl::unexpected<Error> custody_failure(std::string key, std::string name, std::string value) {
    return fail(Error{ErrorCode::integrity, std::move(key)}.with(std::move(name), std::move(value)));
}

Result<Bundle> Bundle::open(const Source& source) {
    ROGATORY_TRY(const auto members, read_archive(source));
    if (members.size() < kHeads || members[0].name != kReadmeName || members[1].name != kManifestName ||
        members[2].name != kSignatureName) {
        return custody_failure("custody.malformed", "where", "layout");
    }
    ROGATORY_TRY(const auto words, text_of(source, members[0], readme().size()));
    if (words != readme()) return custody_failure("custody.malformed", "where", "readme");
    Bundle bundle{source};
    ROGATORY_TRY(bundle.manifest_text_, text_of(source, members[1], Manifest::kMaxBytes));
    ROGATORY_TRY(bundle.manifest_, Manifest::parse(bundle.manifest_text_));
    ROGATORY_TRY(const auto signature, text_of(source, members[2], 256));
    ROGATORY_TRY(bundle.signature_, signature_of(signature));

    // The list is in rising order, so no name stands twice.
    const auto& lines = bundle.manifest_.members;
    if (members.size() != kHeads + lines.size()) return custody_failure("custody.malformed", "where", "members");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& member = members[kHeads + i];
        if (member.name != lines[i].name || member.size != lines[i].size) {
            return custody_failure("custody.malformed", "where", "members");
        }
        ROGATORY_TRY(const auto digest, digest_of(source, member));
        if (digest != lines[i].sha256) return custody_failure("custody.altered", "member", member.name);
        bundle.members_.emplace(member.name, Member{member.size, member.offset, digest});
    }
    return bundle;
}

const Bundle::Member* Bundle::find(const std::string& name) {
    const auto found = members_.find(name);
    if (found == members_.end()) return nullptr;
    used_.insert(name);
    return &found->second;
}

Result<std::string> Bundle::load(const std::string& name, std::size_t limit) {
    const auto* member = find(name);
    if (member == nullptr) return custody_failure("custody.missing", "member", name);
    ROGATORY_TRY(auto text, text_of(*source_, {name, member->size, member->offset}, limit));
    // Once more: nothing that is used may have changed since it was counted.
    if (crypto::sha256(as_bytes(text)) != member->sha256) return custody_failure("custody.altered", "member", name);
    return text;
}

const std::string* Bundle::unused() const {
    for (const auto& [name, member] : members_) {
        if (!used_.contains(name)) return &name;
    }
    return nullptr;
}

bool Bundle::has_below(std::string_view folder) const {
    const auto found = members_.lower_bound(folder);
    return found != members_.end() && found->first.starts_with(folder);
}

}  // namespace rogatory::custody
