#include "platform/release/list.hpp"

#include <algorithm>
#include <set>

#include "crypto/encoding/hex.hpp"
#include "crypto/ssh/allowed_signers.hpp"
#include "crypto/ssh/signature.hpp"
#include "platform/base/try.hpp"

namespace rogatory::release {
namespace {

constexpr std::size_t kDigits = 64;
constexpr std::string_view kBetween = "  ";
constexpr std::size_t kLongestName = 255;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kLongestName && is_letter_or_digit(text.front()) &&
           std::ranges::all_of(text, [](char c) {
               return is_letter_or_digit(c) || std::string_view{"._~+-"}.find(c) != std::string_view::npos;
           });
}

// Empty where the name has none.
std::string_view version_in(std::string_view name) {
    const auto before = name.find('_');
    if (before == std::string_view::npos) return {};
    name.remove_prefix(before + 1);
    if (const auto after = name.find('_'); after != std::string_view::npos) return name.substr(0, after);
    for (const std::string_view kind : {".manifest.json", ".cdx.json", ".tar.gz", ".html", ".tar", ".deb", ".exe"}) {
        if (name.ends_with(kind)) return name.substr(0, name.size() - kind.size());
    }
    return name;
}

tl::unexpected<Error> about(std::string key, std::string file) {
    return fail(Error{ErrorCode::integrity, std::move(key)}.with("file", std::move(file)));
}

}  // namespace

Result<std::vector<ListedFile>> parse_list(std::string_view text) {
    std::vector<ListedFile> out;
    std::set<std::string, std::less<>> names;
    std::size_t number = 0;
    const auto malformed = [&] {
        return fail(Error{ErrorCode::integrity, "release.list_malformed"}.with("line", std::to_string(number)));
    };
    do {
        ++number;
        const auto end = text.find('\n');
        if (end == std::string_view::npos || end < kDigits + kBetween.size()) return malformed();
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        const auto digest = encoding::hex_decode_array<32>(line.substr(0, kDigits));
        const auto name = line.substr(kDigits + kBetween.size());
        const bool good = digest && line.substr(kDigits).starts_with(kBetween) && is_name(name) && name != kListName &&
                          name != kSignatureName && names.emplace(name).second;
        if (!good) return malformed();
        out.push_back({std::string{name}, crypto::Digest{*digest}});
    } while (!text.empty());
    return out;
}

std::vector<std::string> versions_of(const std::vector<ListedFile>& listed) {
    std::set<std::string> out;
    for (const auto& file : listed) {
        if (const auto version = version_in(file.name); !version.empty()) out.emplace(version);
    }
    return {out.begin(), out.end()};
}

Result<std::string> signer_of_list(std::string_view list, std::string_view signature, std::string_view signers,
                                   UnixSeconds at) {
    ROGATORY_TRY(const auto allowed, ssh::AllowedSigners::parse(signers));
    ROGATORY_TRY(const auto signed_by, ssh::FileSignature::parse(signature));
    if (signed_by.purpose() != kPurpose) {
        return fail(Error{ErrorCode::integrity, "release.signature_other_use"}.with("purpose", signed_by.purpose()));
    }
    ROGATORY_TRY(auto name, allowed.name_of(signed_by.key(), kPurpose, at));
    if (!signed_by.covers(as_bytes(list))) return fail(ErrorCode::integrity, "release.signature_bad");
    return name;
}

Result<> compare_names(const std::vector<ListedFile>& listed, const std::vector<Present>& present) {
    std::set<std::string_view> wanted{kListName, kSignatureName};
    for (const auto& file : listed) wanted.insert(file.name);
    // In the order of names, whatever order the disk gives: the same folder gets the same answer everywhere.
    auto found = present;
    std::ranges::sort(found, {}, &Present::name);
    for (const auto& one : found) {
        if (wanted.erase(one.name) == 0) return about("release.not_listed", one.name);
        if (!one.plain_file) return about("release.not_plain", one.name);
    }
    if (!wanted.empty()) return about("release.missing", std::string{*wanted.begin()});
    return {};
}

}  // namespace rogatory::release
