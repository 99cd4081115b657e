#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platform/model/ids.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::record {

// The age files a statement names, each of which must travel with it in one append, or (attachments) lie on the server
// before it. Read from the statement alone: no register, no state.
enum class BlobKind : std::uint8_t {
    keyring,      // read by the members of `reader`; one stanza a recipient
    grant,        // read by the members of `reader`; one stanza
    sealed_body,  // read by whoever may read the dossier's epoch, or the members of `reader` (a note); one stanza
    share,        // of a recovery identity: read by the holder (`recovery_set`) or the candidate; one stanza
};

struct NeededBlob {
    BlobKind kind{};
    model::Digest sha256;
    std::optional<model::AuthorityId> reader;
    std::optional<model::PartyId> reader_party;  // of a grant
    std::optional<model::MemberId> holder;       // of a share in `recovery_set`
};

struct Needs {
    std::vector<NeededBlob> blobs;            // in the order of the body; each digest once
    std::vector<AttachmentLine> attachments;  // of an entry
};
[[nodiscard]] Needs needs(const Statement& statement);

// SHA-256 of every age file the body lists apart from attachments, in its order and as often as it stands there. No
// effective statement of a chain lists one that stands in it already: a server keeps one copy for each digest, and what
// takes one away (a withdrawal) must not take another's.
[[nodiscard]] std::vector<model::Digest> listed_files(const Statement& statement);

// Every Party a body names to give it something: their registers are needed to judge it, as the author's is.
[[nodiscard]] std::vector<model::PartyId> named_parties(const Statement& statement);

// The chain of the dossier that a receipt is about, so that its side chain can be filed with it.
[[nodiscard]] std::optional<model::ChainId> dossier_of(const Statement& statement);

// The ids a statement brings into the world, which must be unique on a server: the server refuses what it has seen.
struct Introduced {
    std::vector<model::AuthorityId> authorities;
    std::vector<model::MemberId> members;
    std::vector<model::InvitationId> invitations;
    std::vector<model::AttachmentId> attachments;
};
[[nodiscard]] Introduced introduces(const Statement& statement);

}  // namespace rogatory::record
