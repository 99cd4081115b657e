#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "platform/record/casebook.hpp"
#include "platform/record/dossier.hpp"
#include "platform/record/notice_board.hpp"
#include "platform/record/receipts.hpp"
#include "platform/record/register.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::service {

using ChainState =
    std::variant<record::Register, record::Dossier, record::Receipts, record::NoticeBoard, record::Casebook>;
using SharedState = std::shared_ptr<const ChainState>;

[[nodiscard]] const record::Head& head_of(const ChainState& state);

// Replayed states that nobody reads any more, and the statements they lack.
//
// A statement is judged in a state of its own, so that a refused one leaves nothing behind in what others read. Were
// that state copied each time, an append would cost more with every statement of its chain. So a state that the next
// one has replaced comes back here when its last reader lets go of it, is given what it lacks, and takes the next
// statement: two short steps, however long the chain is.
//
// Of the chains that are written just now alone, and of each two at most. Any thread may let go of a state.
class SpareStates : public std::enable_shared_from_this<SpareStates> {
public:
    static constexpr std::size_t kChains = 64;
    static constexpr std::size_t kOfEach = 2;
    static constexpr std::size_t kRemembered = 4;  // statements; who lacks more is not worth keeping

    // One statement that took effect: a state that ends with `before` becomes one that ends with it.
    struct Applied {
        record::Head before;
        std::shared_ptr<const record::SignedStatement> statement;
        model::LogIndex index = 0;
    };
    struct Spare {
        std::unique_ptr<ChainState> state;
        std::vector<Applied> lacks;  // in order
    };

    // For others to read. Comes back when none of them does.
    [[nodiscard]] SharedState lend(const model::ChainId& chain, std::unique_ptr<ChainState> state);
    // Nothing: none that can be brought to that head. Whatever contradicts the head was rolled back, and is forgotten.
    [[nodiscard]] std::optional<Spare> take(const model::ChainId& chain, const record::Head& head);
    // One that ends with that very head, for others to read again: its successor was rolled back.
    [[nodiscard]] std::unique_ptr<ChainState> exactly(const model::ChainId& chain, const model::StatementId& head,
                                                      model::LogIndex index);
    void note(const model::ChainId& chain, Applied applied);

private:
    struct Written {
        std::deque<Applied> recent;
        std::vector<std::unique_ptr<ChainState>> spare;  // the newest last
        std::list<model::ChainId>::iterator place;
    };
    void come_back(const model::ChainId& chain, std::unique_ptr<ChainState> state);

    std::mutex mutex_;
    std::map<model::ChainId, Written> written_;
    std::list<model::ChainId> oldest_first_;
};

}  // namespace rogatory::service
