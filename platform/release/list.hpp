#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/primitives/sha256.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

// A release is a folder with one signed list (platform/decisions/1836-releases.md). Pure: knows no disk and no clock.
namespace rogatory::release {

inline constexpr std::string_view kListName = "SHA256SUMS";
inline constexpr std::string_view kSignatureName = "SHA256SUMS.sig";
// What a signature of a release is for: one that was made for a commit or a letter is refused.
inline constexpr std::string_view kPurpose = "rogatory-release";

struct ListedFile {
    std::string name;
    crypto::Digest sha256;
};

// What sha256sum writes: names of this folder only, each once, so that a list makes nobody read elsewhere.
//   integrity "release.list_malformed" {line}.
[[nodiscard]] Result<std::vector<ListedFile>> parse_list(std::string_view text);

// Of which versions the names speak (NAME_VERSION.… or NAME_VERSION_…), each once, sorted. An older
// release is as well signed as the newest one: only this tells them apart.
[[nodiscard]] std::vector<std::string> versions_of(const std::vector<ListedFile>& listed);

// The name, in `signers`, of whoever signed exactly this list as a release at a time when he may.
//   The errors of crypto/ssh; integrity "release.signature_bad", "release.signature_other_use" {purpose}.
[[nodiscard]] Result<std::string> signer_of_list(std::string_view list, std::string_view signature,
                                                 std::string_view signers, UnixSeconds at);

// Something that lies in the folder, under its own name.
struct Present {
    std::string name;
    bool plain_file = false;  // no folder, no link, no device
};
// Whether exactly the listed files lie there, and the list and its signature; what they hold is not looked at here.
//   integrity "release.missing" {file}, "release.not_listed" {file}, "release.not_plain" {file}.
[[nodiscard]] Result<> compare_names(const std::vector<ListedFile>& listed, const std::vector<Present>& present);

}  // namespace rogatory::release
