#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/labels.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/policy.hpp"
#include "platform/record/sealed_body.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::custody {

// What a bundle is for. `full`: all of a dossier that its maker's authority may open, as ciphertext. `selective`:
// chosen files as plain files, and no key of anything.
enum class Form : std::uint8_t { full, selective };
[[nodiscard]] std::string_view to_text(Form form) noexcept;

enum class ChainUse : std::uint8_t { party_register, dossier, receipts };
[[nodiscard]] std::string_view to_text(ChainUse use) noexcept;

// A statement that the bundle names and does not show: its place in the log is proved, its content is not told.
struct LeftOut {
    std::uint64_t seq = 0;
    model::StatementId id;
    friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

// One chain, from its beginning to where it stood when the bundle was made.
struct ChainLine {
    model::ChainId chain;
    ChainUse use{};
    std::uint64_t length = 0;
    std::optional<model::PartyId> party;          // receipts: whose; absent for the others
    std::optional<model::AuthorityId> authority;  // receipts: whose
    std::vector<LeftOut> left_out;                // rising; none in a register

    friend bool operator==(const ChainLine&, const ChainLine&) = default;
};

// A file of the dossier that the bundle tells of: with its salt, which opens the `commit` of the entry's statement.
struct DisclosedFile {
    model::StatementId entry;
    record::SealedBody::File file;
    friend bool operator==(const DisclosedFile&, const DisclosedFile&) = default;
};

// The sealed half of the restrictions of an entry as the maker's client opened it. The maker's word: nothing but the
// key of the dossier could prove it.
struct StatedCaveats {
    model::StatementId entry;
    model::Caveats caveats;
    friend bool operator==(const StatedCaveats&, const StatedCaveats&) = default;
};

struct MemberLine {
    std::string name;
    std::uint64_t size = 0;
    model::Digest sha256;
    friend bool operator==(const MemberLine&, const MemberLine&) = default;
};

// What the maker of a bundle says, and signs: who he is, when, which chains up to where, which files, and every member
// of the archive in its order.
struct Manifest {
    static constexpr std::size_t kMaxBytes = 32 * 1024 * 1024;
    static constexpr std::size_t kMaxMembers = 200'000;

    Form form{};
    model::ChainId dossier;
    record::Author author;
    UnixSeconds at = 0;
    std::uint64_t log_size = 0;  // of the newest checkpoint in the bundle
    std::vector<ChainLine> chains;
    std::vector<DisclosedFile> files;
    std::vector<StatedCaveats> caveats;
    std::vector<MemberLine> members;

    // Canonical JSON. encode(parse(text)) == text.
    [[nodiscard]] std::string encode() const;
    // integrity "custody.malformed" {where}.
    [[nodiscard]] static Result<Manifest> parse(std::string_view json);

    friend bool operator==(const Manifest&, const Manifest&) = default;
};

// What the maker's statement key signs: the manifest's text in the context rogatory/v1/custody.
[[nodiscard]] crypto::Labelled manifest_signed_text(std::string_view manifest_json);

}  // namespace rogatory::custody
