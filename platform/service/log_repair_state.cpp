#include "platform/service/log_repair_state.hpp"

#include <algorithm>

#include "crypto/tlog/succession.hpp"
#include "platform/base/try.hpp"
#include "platform/ports/ahead.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/cosigning.hpp"

namespace rogatory::service {
namespace {

constexpr const char* kOffered = kOfferedCheckpoint;
// A restore writes these two without a service.
static_assert(std::string_view{Context::kLogAhead} == ports::kAheadValue);
static_assert(std::string_view{kOfferedCheckpoint} == ports::kAheadNoteValue);

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

tlog::Entry repair_entry(const ByteArray<64>& bytes) {
    return tlog::Entry::from(std::span<const std::uint8_t, tlog::Entry::kBytes>{bytes});
}

Result<tlog::Frontier> brought_tree(const ports::Repositories& repositories) {
    LogTiles tiles{repositories.log()};
    ROGATORY_TRY(auto builder, tlog::TileBuilder::restore(repositories.log().size(), tiles));
    constexpr std::size_t kAtOnce = 4096;
    auto tree = builder.frontier();
    const auto number = repositories.log().number();
    while (true) {
        const auto more = repositories.repair().entries(tlog::place_of(number, tree.size()), kAtOnce);
        if (more.empty()) return tree;
        for (const auto& bytes : more) tree.append(tlog::leaf_hash(bytes));
    }
}

Result<record::SignedStatement> at_its_place(std::uint64_t index, ByteView envelope, const tlog::Entry& entry) {
    auto statement = record::SignedStatement::parse(as_text(envelope));
    if (statement) {
        const auto& said = statement->statement();
        if (tlog::entry_label(said.chain.value(), said.seq) == entry.label &&
            crypto::Digest{statement->id().value()} == entry.id) {
            return statement;
        }
    }
    return fail(Error{ErrorCode::invalid_input, "repair.not_this_entry"}.with("index", std::to_string(index)));
}

}  // namespace rogatory::service
