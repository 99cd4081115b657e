#pragma once

#include "platform/agent/kept_drafts.hpp"
#include "platform/agent/state.hpp"
#include "platform/record/sealed_body.hpp"

// Internal to platform/agent: the versions of a kept draft, and the files of one (domain.md §4).
namespace rogatory::agent {

// The newest entry that says it is a draft. Without `open` the newest that was read on this device.
struct DraftRead {
    record::Dossier::Item item;
    std::optional<record::SealedBody> body;  // nothing: none was read, or the newest does not open
    bool newer = false;                      // one after it was not read
    std::optional<Error> failure;            // why the newest does not open
};

Result<std::optional<DraftRead>> newest_of_draft(Agent::State& state, const model::ChainId& chain, Open open);

// As somebody saw it, and read it on this device. conflict "draft.changed"; not_found "draft.unknown".
Result<DraftRead> draft_as_seen(Agent::State& state, const DraftVersion& as);

struct DraftFiles {
    std::vector<std::pair<std::uint64_t, record::SealedBody::File>> files;
    std::size_t found = 0;  // of the earlier ones
    std::size_t gone = 0;
};

// Its own, and those of earlier entries that it still names.
Result<DraftFiles> files_of_draft(Agent::State& state, const model::ChainId& chain, const DraftRead& version,
                                  Open open);

bool is_standing_draft(const Agent::State& state, const record::Dossier& dossier);
// not_found "draft.unknown" for what is none, or none any more.
Result<> require_draft(Agent::State& state, const model::ChainId& chain);

}  // namespace rogatory::agent
