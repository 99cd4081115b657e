#include "web/cli/age/armored.hpp"

#include <algorithm>

#include "platform/base/try.hpp"

namespace rogatory::cli {

namespace {

constexpr std::size_t kReadBytes = 256 * 1024;

}  // namespace

// Leaves something in ready_, unless the file has ended.
Result<> MaybeArmoredSource::read_more() {
    Bytes piece;
    do {
        const auto before = piece.size();
        piece.resize(before + kReadBytes);
        ROGATORY_TRY(const auto got, inner_.read(MutableByteView{piece}.subspan(before)));
        piece.resize(before + got);
        ended_ = got < kReadBytes;
        if (!armored_) armored_ = age::looks_armored(piece);
    } while (!armored_ && !ended_);

    ready_.clear();
    taken_ = 0;
    if (!armored_.value_or(false)) {
        ready_ = std::move(piece);
        return {};
    }
    ROGATORY_TRY_VOID(reader_.update(piece, ready_));
    if (ended_) ROGATORY_TRY_VOID(reader_.finish(ready_));
    return {};
}

Result<std::size_t> MaybeArmoredSource::read(MutableByteView into) {
    std::size_t done = 0;
    while (done < into.size()) {
        if (taken_ == ready_.size()) {
            if (ended_) break;
            ROGATORY_TRY_VOID(read_more());
            continue;
        }
        const auto some = std::min(into.size() - done, ready_.size() - taken_);
        std::copy_n(ready_.begin() + static_cast<std::ptrdiff_t>(taken_), some,
                    into.begin() + static_cast<std::ptrdiff_t>(done));
        taken_ += some;
        done += some;
    }
    return done;
}

Result<> ArmoredSink::write(ByteView bytes) {
    line_.clear();
    writer_.update(bytes, line_);
    return inner_.write(line_);
}

Result<> ArmoredSink::finish() {
    line_.clear();
    writer_.finish(line_);
    return inner_.write(line_);
}

}  // namespace rogatory::cli
