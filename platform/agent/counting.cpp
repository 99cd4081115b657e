#include <algorithm>

#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"

// Pending and counting statements (protocol §5).
namespace rogatory::agent {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{250};

// What changes who can read, or to which key something is sealed.
bool introduces(record::Kind kind) {
    switch (kind) {
        case record::Kind::entry:
        case record::Kind::closed:
        case record::Kind::reopened:
        case record::Kind::approved:
        case record::Kind::withdrawn:
        case record::Kind::status:
        case record::Kind::reminded:
        case record::Kind::due_proposed:
        case record::Kind::due_agreed:
        case record::Kind::off_platform:
        case record::Kind::off_platform_confirmed:
        case record::Kind::routing_disclosed:
        case record::Kind::unpinned:
        case record::Kind::fetched:
        case record::Kind::opened_receipt:
        case record::Kind::unreadable:
        case record::Kind::focal_point_set:
        case record::Kind::law_entry_set:
        case record::Kind::profile_set:
        case record::Kind::recommendation_set:
        case record::Kind::calendar_set:
        case record::Kind::row_published:
        case record::Kind::note:
            return false;
        default:
            return true;
    }
}

bool is_receipt(record::Kind kind) {
    return kind == record::Kind::fetched || kind == record::Kind::opened_receipt || kind == record::Kind::unreadable;
}

}  // namespace

bool Agent::State::counts(model::LogIndex index, UnixSeconds at) const {
    return index < log.counting_size() && !log.disputed(index, at);
}

Result<> Agent::State::require_counts(model::LogIndex index, UnixSeconds at) const {
    if (index >= log.counting_size()) return fail(ErrorCode::unavailable, "log.not_yet_witnessed");
    if (log.disputed(index, at)) return fail(ErrorCode::forbidden, "date.disputed");
    return {};
}

Result<> Agent::State::require_settled(const ChainCopy& copy) const {
    for (auto item = copy.items().rbegin(); item != copy.items().rend(); ++item) {
        if (item->index < log.counting_size()) break;
        if (introduces(item->statement.kind())) return fail(ErrorCode::unavailable, "log.not_yet_witnessed");
    }
    return {};
}

Result<> Agent::State::require_turn(const record::Statement& next) const {
    if (is_receipt(next.kind())) return {};
    const auto* copy = copy_of(next.chain);
    if (copy == nullptr) return {};
    for (auto item = copy->items().rbegin(); item != copy->items().rend(); ++item) {
        if (item->index < log.counting_size()) break;
        if (item->statement.statement().author.member != membership().member) {
            return fail(ErrorCode::unavailable, "log.not_yet_witnessed");
        }
    }
    return {};
}

Result<bool> Agent::State::wait_for_cosigning() {
    if (!log.witnessed()) return true;
    const auto wanted = log.size();
    while (log.counting_size() < wanted && looks_left > 0) {
        --looks_left;
        environment.clock.pause(kBetweenLooks);
        ROGATORY_TRY_VOID(log.advance(environment));
    }
    return log.counting_size() >= wanted;
}

const ChainCopy* Agent::State::copy_of(const model::ChainId& chain) const {
    if (const auto* known = book.known(chain)) return &known->copy;
    if (const auto* known = dossiers.known(chain)) return &known->copy;
    if (const auto* known = notices.known(chain)) return &known->copy;
    if (const auto* known = casebooks.known(chain)) return &known->copy;
    for (const auto& [dossier, known] : dossiers.all()) {
        for (const auto& [authority, receipts] : known->receipts) {
            if (receipts->copy.chain() == chain) return &receipts->copy;
        }
    }
    return nullptr;
}

}  // namespace rogatory::agent
