#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "platform/custody/archive.hpp"
#include "platform/custody/manifest.hpp"
#include "platform/custody/source.hpp"

// Internal to platform/custody: an archive that is exactly what its manifest lists.
namespace rogatory::custody {

class Bundle {
public:
    // Reads all of it once: layout, manifest, and the digest of every member. integrity "custody.malformed" {where},
    // "custody.altered" {member}.
    static Result<Bundle> open(const Source& source);

    [[nodiscard]] const Source& source() const noexcept { return *source_; }
    [[nodiscard]] const Manifest& manifest() const noexcept { return manifest_; }
    [[nodiscard]] const std::string& manifest_text() const noexcept { return manifest_text_; }
    [[nodiscard]] const model::Signature& signature() const noexcept { return signature_; }

    struct Member {
        std::uint64_t size = 0;
        std::uint64_t offset = 0;
        model::Digest sha256;
    };
    // nullptr: not there. What is found counts as used.
    [[nodiscard]] const Member* find(const std::string& name);
    // A small member, its digest checked again. integrity "custody.missing" {member}, "custody.malformed".
    [[nodiscard]] Result<std::string> load(const std::string& name, std::size_t limit);
    // A member that nothing asked for, if there is one: a bundle holds nothing that proves nothing.
    [[nodiscard]] const std::string* unused() const;
    [[nodiscard]] bool has_below(std::string_view folder) const;

private:
    explicit Bundle(const Source& source) : source_{&source} {}

    const Source* source_;
    Manifest manifest_;
    std::string manifest_text_;
    model::Signature signature_;
    std::map<std::string, Member, std::less<>> members_;
    std::set<std::string, std::less<>> used_;
};

[[nodiscard]] tl::unexpected<Error> custody_failure(std::string key, std::string name, std::string value);

}  // namespace rogatory::custody
