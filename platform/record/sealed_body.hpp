#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/primitives/random.hpp"
#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/model/casebook.hpp"
#include "platform/model/enquiry.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/language_version.hpp"
#include "platform/model/library.hpp"
#include "platform/model/party.hpp"
#include "platform/model/policy.hpp"
#include "platform/model/report_row.hpp"
#include "platform/model/request_content.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::record {

// What a statement of a dossier says to those who hold its epoch, or one of a casebook to its authority (protocol.md,
// section 4): canonical JSON, then spaces up to Padmé(length), at least 4,096 bytes; sealed as one age file whose
// SHA-256 is the statement's `sealed`.
struct SealedBody {
    static constexpr std::size_t kMinBytes = 4096;
    static constexpr std::size_t kMaxBytes = 900 * 1024;  // as an age file it fits into one blob of an append
    static constexpr std::size_t kMaxMessageBytes = 64 * 1024;

    struct File {
        model::AttachmentId id;
        std::string name;        // a file name, no path: 1 to 255 bytes
        std::string type;        // media type, or empty
        std::uint64_t size = 0;  // of the plain file
        model::Digest sha256;    // of the plain file
        ByteArray<32> salt{};

        // SHA-256(salt ‖ canonical {"name","sha256","size","type"}): what the statement lists.
        [[nodiscard]] model::Digest commit() const;

        friend bool operator==(const File&, const File&) = default;
    };

    // Of an entry of an internal dossier: it is a draft, not sent yet, with these recipients and restrictions; its
    // title, message and files are the entry's own. The newest such entry is the draft as it stands.
    struct Draft {
        struct To {
            model::PartyCode code;  // it may have no account yet
            std::optional<model::AuthorityId> authority;

            friend bool operator==(const To&, const To&) = default;
        };
        std::vector<To> to;
        bool together = false;  // in one dossier, where they see one another
        model::HandlingPolicy policy;
        std::optional<model::Caveats> caveats;
        std::vector<model::AttachmentId> kept;  // of earlier entries, sorted: they still belong to it

        friend bool operator==(const Draft&, const Draft&) = default;
    };

    // Of the first entry of a request with confidential routing: what it commits to.
    struct SealedRouting {
        model::RequestRouting routing;
        RoutingSalt salt;

        friend bool operator==(const SealedRouting&, const SealedRouting&) = default;
    };

    // What a State says of a row of the report, by the statement that told of it: of no other.
    struct RowAnswered {
        model::RowAnswer answer{};
        model::StatementId row;

        friend bool operator==(const RowAnswered&, const RowAnswered&) = default;
    };

    model::ChainId chain;
    Author author;
    model::Nonce nonce;
    std::vector<File> files;
    std::optional<std::string> title;
    std::optional<std::string> message;
    std::optional<std::string> legal_basis;
    std::optional<std::string> purpose;     // of a consent, a grant
    std::optional<std::string> reason;      // of a withdrawal, a revocation, a refusal
    std::optional<model::Caveats> caveats;  // the sealed half of the policy that the statement sets
    std::optional<Draft> draft = std::nullopt;
    // Of a request and its answers.
    std::optional<SealedRouting> routing = std::nullopt;
    std::optional<model::RequestContent> request = std::nullopt;
    std::vector<model::ObstacleWords> obstacles = {};    // rising by code
    std::optional<std::string> decision = std::nullopt;  // number of the Chamber's finding (Art. 87(7))
    // Of a casebook's statement, which says this and nothing else.
    std::optional<model::CasebookNote> note = std::nullopt;
    std::optional<model::LibraryVersion> library = std::nullopt;  // of an entry of a library dossier
    // Of a transmission between an organ and a State, before the State's row is published: the row, and what the State
    // says of it.
    std::optional<model::ReportRow> report_row = std::nullopt;
    std::optional<RowAnswered> row_answer = std::nullopt;
    // Of an entry of a request: its own language, where it is no version, or which entry it is a version of.
    std::optional<std::string> language = std::nullopt;
    std::optional<model::LanguageVersion> language_version = std::nullopt;
    std::optional<model::Enquiry> enquiry = std::nullopt;  // of the first entry of a share
    std::optional<model::EnquiryAnswer> enquiry_answer = std::nullopt;

    // With its padding. Errors: too_large "body.too_large", invalid_input "body.malformed".
    [[nodiscard]] Result<Bytes> encode() const;
    // Errors: integrity "body.malformed".
    [[nodiscard]] static Result<SealedBody> parse(ByteView plaintext);

    // Chain, author, nonce, and for an entry the ids and commits of its files, in order, and of its routing, are the
    // statement's; it has a note exactly if the statement is one. Sizes and digests of the plain files are checked
    // while they are opened, against `files`. integrity "body.mismatch".
    [[nodiscard]] Result<> check(const Statement& statement) const;

    friend bool operator==(const SealedBody&, const SealedBody&) = default;
};

// Whether a text may be a file's name on every system: not empty, no path separator, no control character, neither "."
// nor "..", at most 255 bytes of UTF-8.
[[nodiscard]] bool is_file_name(std::string_view name) noexcept;

}  // namespace rogatory::record
