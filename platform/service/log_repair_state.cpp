#include "platform/service/log_repair_state.hpp"

#include <algorithm>

#include "platform/service/context_state.hpp"
#include "platform/service/cosigning.hpp"

namespace rogatory::service {
namespace {

constexpr const char* kOffered = "log.ahead.note";

}  // namespace

std::optional<Ahead> read_ahead(const ports::Repositories& repositories) {
    const auto evidence = repositories.journal().value(Context::kLogAhead);
    if (!evidence || evidence->size() != 8 + 32 + 64) return std::nullopt;
    Ahead ahead;
    for (std::size_t i = 0; i < 8; ++i) ahead.size = (ahead.size << 8) | (*evidence)[i];
    tlog::Hash::Value root{};
    std::copy_n(evidence->begin() + 8, root.size(), root.begin());
    ahead.root = tlog::Hash{root};
    return ahead;
}

void keep_offered(Context& context, const tlog::SignedCheckpoint& checkpoint) {
    const auto note = checkpoint.format();
    if (note.size() > tlog::kMaxNoteBytes) return;
    const auto kept = context.store.write([&](ports::Repositories& repositories) -> Result<> {
        auto& journal = repositories.journal();
        if (const auto before = journal.value(kOffered)) {
            const auto parsed = tlog::SignedCheckpoint::parse(as_text(*before));
            const auto size = checkpoint.checkpoint.head.size;
            const auto lines = checkpoint.note.signatures.size();
            if (parsed && (parsed->checkpoint.head.size > size ||
                           (parsed->checkpoint.head.size == size && parsed->note.signatures.size() >= lines))) {
                return {};
            }
        }
        journal.set_value(kOffered, as_bytes(note));
        return {};
    });
    static_cast<void>(kept);  // no room: it only proves a time
}

void take_offered(Context& context) {
    const auto note = context.store.read(
        [](const ports::Repositories& repositories) { return repositories.journal().value(kOffered); });
    if (!note) return;
    const auto checkpoint = tlog::SignedCheckpoint::parse(as_text(*note));
    if (!checkpoint) return;
    static_cast<void>(Cosigning{context}.keep(*checkpoint, checkpoint->note.signatures));
}

}  // namespace rogatory::service
