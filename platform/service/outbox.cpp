#include "platform/service/outbox.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "crypto/encoding/hex.hpp"
#include "platform/service/context_state.hpp"

namespace rogatory::service {

namespace {

// Each row may concern everybody of an authority.
constexpr std::size_t kTakenAtOnce = 100;
constexpr std::size_t kPrunedAtOnce = 500;
constexpr int kPrunesATime = 100;

std::optional<std::uint64_t> place_of(const ports::Repositories& repositories, const char* place) {
    const auto kept = repositories.journal().value(place);
    if (!kept) return std::nullopt;
    std::uint64_t row = 0;
    for (const auto byte : *kept) row = row << 8U | byte;
    return row;
}

// Before this row everybody has taken up what concerns him. Who is on and has no place has never taken up anything.
std::uint64_t taken_by_all(const Settings& settings, const ports::Repositories& repositories) {
    constexpr std::uint64_t kAll = std::numeric_limits<std::int64_t>::max();
    auto least = kAll;
    if (settings.sends_mails) least = std::min(least, place_of(repositories, kPlaceOfMails).value_or(kAll));
    if (settings.sends_webhooks) least = std::min(least, place_of(repositories, kPlaceOfWebhooks).value_or(kAll));
    return least;
}

}  // namespace

bool take_up_outbox(Context& context, const char* place,
                    const std::function<void(ports::Repositories&, const std::vector<ports::OutboxRow>&)>& take) {
    const auto recent = context.time.now() - context.settings.outbox_kept;
    struct Look {
        std::optional<std::uint64_t> begun;
        std::uint64_t after{};
        bool anything{};
    };
    const auto look = context.store.read([&](const ports::Repositories& repositories) {
        const auto begun = place_of(repositories, place);
        const auto after = begun ? *begun : repositories.journal().newest_outbox(recent);
        return Look{begun, after, !repositories.journal().outbox_after(after, 1).empty()};
    });
    // A place is kept at once, also before nothing: from then on nothing is lost, however long the server stands.
    if (look.begun && !look.anything) return false;
    bool more = false;
    const auto taken = context.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto after = place_of(repositories, place).value_or(look.after);
        const auto rows = repositories.journal().outbox_after(after, kTakenAtOnce);
        if (!rows.empty()) take(repositories, rows);
        const auto now_at = rows.empty() ? after : rows.back().id;
        repositories.journal().set_value(place, crypto::big_endian(now_at));
        more = rows.size() == kTakenAtOnce;
        return {};
    });
    return taken && more;
}

void prune_outbox(Context& context) {
    const auto before = context.time.now() - context.settings.outbox_kept;
    for (int i = 0; i < kPrunesATime; ++i) {
        const bool any = context.store.read([&](const ports::Repositories& repositories) {
            const auto oldest = repositories.journal().outbox_after(0, 1);
            return !oldest.empty() && oldest.front().at < before &&
                   oldest.front().id <= taken_by_all(context.settings, repositories);
        });
        if (!any) return;
        std::size_t gone = 0;
        const auto pruned = context.store.write([&](ports::Repositories& repositories) -> Result<> {
            gone = repositories.journal().prune_outbox(taken_by_all(context.settings, repositories), before,
                                                       kPrunedAtOnce);
            return {};
        });
        if (!pruned || gone < kPrunedAtOnce) return;
    }
}

std::optional<ports::ChainId> chain_of(const ports::OutboxRow& row) {
    if (row.kind != "chain.changed" && row.kind != "request.due") return std::nullopt;
    const auto chain = encoding::hex_decode_array<32>(row.subject);
    return chain ? std::optional{ports::ChainId{*chain}} : std::nullopt;
}

}  // namespace rogatory::service
