#include "platform/service/cosigning.hpp"

#include <algorithm>

#include "platform/base/ensure.hpp"
#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/log_repair_state.hpp"

namespace rogatory::service {

namespace {

// The signature a witness made last, where two are of one key.
bool replaces(const tlog::NoteKey& witness, const std::string& text, const tlog::NoteSignature& fresh,
              const tlog::NoteSignature& kept) {
    const auto before = tlog::verify_cosignature(witness, text, kept);
    return !before || *tlog::verify_cosignature(witness, text, fresh) >= *before;
}

}  // namespace

Cosigning::Cosigning(Context& context) : context_{context}, claims_(context.policy.witnesses().size()) {}

const tlog::Policy& Cosigning::policy() const { return context_.policy; }

Result<tlog::SignedCheckpoint> Cosigning::newest() {
    return context_.store.read([](const ports::Repositories& repositories) {
        return tlog::SignedCheckpoint::parse(as_text(repositories.log().checkpoint()));
    });
}

Result<tlog::ProofPath> Cosigning::consistency(std::uint64_t old_size, std::uint64_t size) {
    return context_.store.read(
        [&](const ports::Repositories& repositories) { return repositories.log().consistency(old_size, size); });
}

Result<bool> Cosigning::keep(const tlog::SignedCheckpoint& checkpoint,
                             const std::vector<tlog::NoteSignature>& cosignatures) {
    const auto& text = checkpoint.note.text;
    return context_.store.write([&](ports::Repositories& repositories) -> Result<bool> {
        auto& log = repositories.log();
        const auto& head = checkpoint.checkpoint.head;
        if (head.size > log.size() || log.root(head.size) != head.root) {
            return fail(ErrorCode::integrity, "log.inconsistent");
        }
        auto merged = checkpoint;
        const auto kept = log.cosigned(head.size);
        if (kept) {
            ROGATORY_TRY(merged, tlog::SignedCheckpoint::parse(as_text(kept->note)));
            if (merged.note.text != text) return fail(ErrorCode::integrity, "log.inconsistent");
        }
        for (const auto& witness : context_.policy.witnesses()) {
            for (const auto& line : cosignatures) {
                if (!line.may_be_of(witness.key) || !tlog::verify_cosignature(witness.key, text, line)) continue;
                auto& lines = merged.note.signatures;
                const auto same = std::find_if(lines.begin(), lines.end(), [&](const tlog::NoteSignature& one) {
                    return one.may_be_of(witness.key);
                });
                if (same == lines.end()) {
                    lines.push_back(line);
                } else if (replaces(witness.key, text, line, *same)) {
                    *same = line;
                }
            }
        }
        ROGATORY_TRY(const auto worth, context_.policy.verify(merged));
        log.keep_cosigned({head.size, to_bytes(merged.format()), worth.counts()});
        return worth.counts();
    });
}

void Cosigning::heard(std::size_t witness, Claim claim) {
    const auto threshold = context_.policy.threshold();
    ensure(threshold && witness < claims_.size(), "a policy with a quorum has its witnesses");
    const auto decisive = threshold->n - threshold->k + 1;
    std::unique_lock lock{guard_};
    claims_[witness] = claim;
    const auto count = [this](Claim what) {
        return static_cast<std::size_t>(std::count(claims_.begin(), claims_.end(), std::optional{what}));
    };
    const bool ahead = count(Claim::ahead) >= decisive;
    if (ahead != context_.witnesses_ahead.exchange(ahead)) {
        log::Line{ahead ? log::Level::error : log::Level::warning,
                  ahead ? "the witnesses have cosigned more than this log holds: reading only"
                        : "the witnesses no longer say that this log is behind"}
            .add(log::Field::count, count(Claim::ahead));
    }
    if (context_.unconfirmed && !ahead && count(Claim::not_ahead) >= decisive) {
        context_.unconfirmed = false;
        log::Line{log::Level::info, "the witnesses confirm that this log is not behind"}.add(log::Field::count,
                                                                                             count(Claim::not_ahead));
    }
    const bool settles = !ahead && !context_.unconfirmed && !context_.reads_only() && context_.restored;
    lock.unlock();
    // No room to write it down: it stays closed, and the next answer tries again.
    if (settles) static_cast<void>(context_.settle_restored("witnesses"));
}

bool Cosigning::prove_behind(const tlog::SignedCheckpoint& checkpoint) {
    const auto& head = checkpoint.checkpoint.head;
    const auto signature = tlog::log_signature(context_.log_key, checkpoint);
    if (!signature || !tlog::verify_tree_head(context_.log_key, head, *signature)) return false;
    using Shows = Context::Shows;
    const auto shows = context_.store.read([&](const ports::Repositories& repositories) -> std::optional<Shows> {
        if (head.size > repositories.log().size()) return Shows::larger;
        if (repositories.log().root(head.size) != head.root) return Shows::another_tree;
        return std::nullopt;
    });
    if (!shows) return false;
    context_.found_behind(head.size, model::Digest{head.root}, *signature, *shows);
    context_.keep_ahead();
    keep_offered(context_, checkpoint);
    return true;
}

}  // namespace rogatory::service
