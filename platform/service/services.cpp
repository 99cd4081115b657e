#include "platform/service/services.hpp"

#include <algorithm>

#include "crypto/tlog/note.hpp"
#include "platform/base/try.hpp"
#include "platform/service/append_job.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/log_repair_state.hpp"
#include "platform/service/outbox.hpp"
#include "platform/service/reminders.hpp"

namespace rogatory::service {

namespace {

constexpr std::size_t kAtOnce = 500;

// What an earlier process has found, as long as the tree does not hold it.
void recall_behind(Context& context) {
    using Shows = Context::Shows;
    const auto shows = context.store.read([](const ports::Repositories& repositories) -> std::optional<Shows> {
        const auto shown = read_ahead(repositories);
        if (!shown) return std::nullopt;
        if (shown->size > repositories.log().size()) return Shows::larger;
        if (repositories.log().root(shown->size) != model::Digest{shown->root}) return Shows::another_tree;
        return std::nullopt;
    });
    if (!shows) return;
    const auto shown =
        context.store.read([](const ports::Repositories& repositories) { return read_ahead(repositories); });
    context.remember_ahead(shown->size, *shows);
    context.read_only = true;
}

}  // namespace

Result<std::unique_ptr<Services>> Services::open(ports::Store& store, ports::BlobStore& blobs,
                                                 const ports::Clock& clock, Settings settings, Opening opening) {
    ROGATORY_TRY(auto log, store.log_identity());
    ROGATORY_TRY(auto key, tlog::NoteKey::parse(log.verifier_key));
    ROGATORY_TRY(auto policy, tlog::Policy::parse(log.policy));
    const auto latest =
        store.read([](const ports::Repositories& repositories) { return ServerTime::kept(repositories); });
    if (settings.origin.empty()) settings.origin = "https://" + log.origin.substr(0, log.origin.find('/'));
    auto context = std::make_unique<Context>(store, blobs, clock, std::move(settings), std::move(log), std::move(key),
                                             std::move(policy), latest);
    // What cannot be shown to be what was signed is still read; nothing is added to it.
    const bool whole = opening == Opening::whole_log_verified;
    if (const auto verified = whole ? store.verify_log() : store.verify_end_of_log(); !verified) {
        context->damaged = true;
    } else {
        // Nor to what was found behind before, until what it lacked is there again.
        recall_behind(*context);
    }
    context->recall_restored();
    std::unique_ptr<Services> services{new Services{std::move(context)}};
    if (!services->read_only()) services->tidy();
    return services;
}

Services::Services(std::unique_ptr<Context> context)
    : context_{std::move(context)},
      authenticator{*context_},
      sign_in{*context_},
      append{*context_},
      enrolment{*context_},
      account{*context_},
      chains{*context_},
      invitations{*context_},
      recoveries{*context_},
      kit_attempts{*context_},
      uploads{*context_},
      administration{*context_},
      party_audit{*context_},
      party_news{*context_},
      log{*context_},
      cosigning{*context_},
      idempotency{*context_},
      passkeys{*context_},
      notices{*context_},
      repair{*context_},
      succession{*context_} {}

Services::~Services() = default;

Result<> Services::verify_log(const std::stop_token& stopping) {
    auto verified = context_->store.verify_log(stopping);
    if (!verified && verified.error().code() == ErrorCode::integrity) add_nothing();
    return verified;
}

void Services::add_nothing() { context_->damaged = true; }

bool Services::read_only() const { return context_->behind(); }

std::string Services::closed_because() const {
    const auto* const why = context_->closed_because();
    return why == nullptr ? std::string{} : std::string{why};
}

bool Services::ready() {
    // Throws where storage does not answer; whoever asks has a boundary for that.
    return context_->store.log_identity().has_value() && context_->closed_because() == nullptr;
}

void Services::tidy() {
    auto& context = *context_;
    const auto now = context.time.now();
    std::vector<ports::UploadId> expired;
    const auto noted = context.store.write([&](ports::Repositories& repositories) -> Result<> {
        context.time.keep(repositories);
        repositories.sessions().remove_expired(now - context.settings.session_idle,
                                               now - context.settings.session_absolute);
        repositories.invitations().cancel_expired(now);
        repositories.journal().forget_replies(now - kDay);
        // What a repair may give its statement back to stays as long as something may be missing.
        if (context.restored || context.behind()) return {};
        expired = repositories.attachments().expired(now, kAtOnce);
        for (const auto& upload : expired) repositories.attachments().remove(upload);
        return {};
    });
    // Row first and then file: a row that stands for want of room says that its bytes are there.
    if (!noted) expired.clear();
    for (const auto& upload : expired) context.blobs.remove(upload);
    publish_reminders(context);
    prune_outbox(context);
    delete_withdrawn(context);
    // Files live by the wall clock (the file system's), so their age is taken by it, too.
    context.blobs.sweep(context.clock.now() - context.settings.orphan_age, [&](ports::UploadId upload) {
        // One that comes whole has no row before its last byte, and a clock may jump meanwhile.
        if (context.listeners.any(upload)) return true;
        return context.store.read([&](const ports::Repositories& repositories) {
            const auto row = repositories.attachments().find(upload);
            return row && row->stage != ports::UploadStage::gone;
        });
    });
}

}  // namespace rogatory::service
