#include "platform/agent/passage.hpp"

#include <algorithm>

#include "crypto/secret.hpp"

namespace rogatory::agent {
namespace {

// Of a batch of the sealer each: enough for one side to work while the other does.
constexpr std::size_t kMostPieces = 8;

tl::unexpected<Error> stopped() { return fail(ErrorCode::unavailable, "age.cancelled"); }

}  // namespace

Passage::~Passage() {
    for (auto& piece : pieces_) crypto::wipe(piece);
}

void Passage::finish() {
    const std::lock_guard lock{mutex_};
    finished_ = true;
    moved_.notify_all();
}

void Passage::stop() {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    moved_.notify_all();
}

Result<> Passage::write(ByteView bytes) {
    std::unique_lock lock{mutex_};
    moved_.wait(lock, [&] { return stopped_ || pieces_.size() < kMostPieces; });
    if (stopped_) return stopped();
    if (!bytes.empty()) pieces_.push_back(to_bytes(bytes));
    moved_.notify_all();
    return {};
}

Result<std::size_t> Passage::read(MutableByteView into) {
    std::size_t done = 0;
    std::unique_lock lock{mutex_};
    while (done < into.size()) {
        moved_.wait(lock, [&] { return stopped_ || finished_ || !pieces_.empty(); });
        if (stopped_ && !finished_) return stopped();
        if (pieces_.empty()) break;
        auto& first = pieces_.front();
        const auto count = std::min(into.size() - done, first.size() - taken_);
        std::copy_n(first.begin() + static_cast<std::ptrdiff_t>(taken_), count,
                    into.begin() + static_cast<std::ptrdiff_t>(done));
        done += count;
        taken_ += count;
        if (taken_ < first.size()) continue;
        crypto::wipe(first);
        pieces_.pop_front();
        taken_ = 0;
        moved_.notify_all();
    }
    return done;
}

}  // namespace rogatory::agent
