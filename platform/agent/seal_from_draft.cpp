#include <fcntl.h>

#include <algorithm>
#include <future>

#include "crypto/age/descriptor.hpp"
#include "crypto/age/file.hpp"
#include "platform/agent/descriptor.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/kept_bodies.hpp"
#include "platform/agent/open.hpp"
#include "platform/agent/passage.hpp"
#include "platform/agent/seal.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

// Whatever ends one side ends the other, which waits for it otherwise.
class Ending {
public:
    explicit Ending(Passage& passage) : passage_{passage} {}
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;
    ~Ending() { passage_.stop(); }

private:
    Passage& passage_;
};

// Opens one age file and seals what is in it into another, both at once.
Result<age::Totals> pass_on(Environment& environment, const age::HybridIdentity& identity, int source,
                            const age::HybridRecipient& recipient, OutgoingFile& out) {
    Passage passage;
    auto opening = std::async(std::launch::async, [&]() -> Result<age::Totals> {
        const Ending ending{passage};
        const auto file = age::source_of_descriptor(source);
        age::ParallelOptions options;
        options.plaintext_sha256 = true;
        auto totals = age::open_stream(identity, age::Profile::single(), *file, passage.in(), options);
        if (totals) passage.finish();
        return totals;
    });
    auto sealed = [&] {
        const Ending ending{passage};
        return stage_sealed(environment, recipient, out, passage.out(), shown_to_user(environment, out, out.file.size));
    }();
    auto opened = opening.get();
    if (!sealed && (opened || sealed.error().key() != "age.cancelled")) return fail(std::move(sealed).error());
    return opened;
}

// Sent separately it is wanted once more.
Result<bool> wanted_again(const Agent::State& state, const OutgoingFile& out) {
    ROGATORY_TRY(const auto plans, all_plans(state));
    return std::any_of(plans.begin(), plans.end(), [&](const auto& plan) {
        return std::any_of(plan.files.begin(), plan.files.end(), [&](const auto& file) {
            return !file.sealed && file.from == out.from && file.file.id != out.file.id;
        });
    });
}

}  // namespace

Result<> seal_from_draft(Agent::State& state, const age::HybridRecipient& recipient, OutgoingFile& out) {
    const auto& from = *out.from;
    auto& environment = state.environment;
    ROGATORY_TRY(const auto item, kept_item(state, from.chain, from.seq));
    ROGATORY_TRY(const auto body, kept_body(state, from.chain, item));
    const auto line = std::find_if(item.attachments.begin(), item.attachments.end(),
                                   [&](const auto& each) { return each.id == from.attachment; });
    const auto file = std::find_if(body.files.begin(), body.files.end(),
                                   [&](const auto& each) { return each.id == from.attachment; });
    if (item.withdrawn) return fail(ErrorCode::expired, "attachment.withdrawn");
    if (line == item.attachments.end() || file == body.files.end())
        return fail(ErrorCode::not_found, "attachment.withheld");
    ROGATORY_TRY(const auto path, fetch_attachment(environment, from.chain, *line));
    // The receipt that says "fetched" is in the log before the identity is used (protocol §4).
    ROGATORY_TRY_VOID(sign_receipts(state, from.chain, record::Kind::fetched, {item.id}));
    ROGATORY_TRY(const auto* const known, state.dossier(from.chain));
    ROGATORY_TRY(const auto identity, open_epoch(state, *known, item.epoch));
    const Descriptor source{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!source.valid()) return fail(ErrorCode::unavailable, "profile.unusable");
    auto opened = pass_on(environment, identity, source.get(), recipient, out);
    if (!opened) {
        if (opened.error().code() != ErrorCode::integrity) return fail(std::move(opened).error());
        return fail(ErrorCode::integrity, "attachment.does_not_open", opened.error().key());
    }
    if (opened->file_sha256 != line->sha256 || opened->file_bytes != line->size)
        return fail(ErrorCode::integrity, "attachment.digest");
    if (opened->plaintext_bytes != file->size || opened->plaintext_sha256 != file->sha256)
        return fail(ErrorCode::integrity, "attachment.not_as_described");
    // What was sealed is what was opened, byte for byte.
    if (out.file.size != file->size || out.file.sha256 != file->sha256)
        return fail(ErrorCode::integrity, "attachment.not_as_described");
    out.sealed = true;
    ROGATORY_TRY(const bool again, wanted_again(state, out));
    std::error_code ignored;
    if (!again) std::filesystem::remove(path, ignored);
    return {};
}

}  // namespace rogatory::agent
