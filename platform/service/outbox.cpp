#include "platform/service/outbox.hpp"

#include "crypto/encoding/hex.hpp"
#include "platform/service/context_state.hpp"

namespace rogatory::service {

namespace {

constexpr std::size_t kAtOnce = 500;

std::uint64_t after(const ports::Repositories& repositories, const char* place) {
    std::uint64_t row = 0;
    for (const auto byte : repositories.journal().value(place).value_or(Bytes{})) row = row << 8U | byte;
    return row;
}

}  // namespace

void take_up_outbox(Context& context, const char* place,
                    const std::function<void(ports::Repositories&, const std::vector<ports::OutboxRow>&)>& take) {
    bool more = true;
    while (more) {
        more = false;
        const bool anything = context.store.read([place](const ports::Repositories& repositories) {
            return !repositories.journal().outbox_after(after(repositories, place), 1).empty();
        });
        if (!anything) return;
        const auto taken = context.store.write([&](ports::Repositories& repositories) -> Result<> {
            const auto rows = repositories.journal().outbox_after(after(repositories, place), kAtOnce);
            if (rows.empty()) return {};
            take(repositories, rows);
            repositories.journal().set_value(place, crypto::big_endian(rows.back().id));
            more = rows.size() == kAtOnce;
            return {};
        });
        if (!taken) return;
    }
}

std::optional<ports::ChainId> chain_of(const ports::OutboxRow& row) {
    if (row.kind != "chain.changed" && row.kind != "request.due") return std::nullopt;
    const auto chain = encoding::hex_decode_array<32>(row.subject);
    return chain ? std::optional{ports::ChainId{*chain}} : std::nullopt;
}

}  // namespace rogatory::service
