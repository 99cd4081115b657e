#include "crypto/age/batches.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/try.hpp"

namespace rogatory::age {

bool Turnstile::wait(std::uint64_t batch) {
    std::unique_lock lock{mutex_};
    moved_.wait(lock, [&] { return next_ == batch || batch > stop_after_; });
    return batch <= stop_after_;
}

void Turnstile::pass() {
    {
        const std::lock_guard lock{mutex_};
        ++next_;
    }
    moved_.notify_all();
}

void Turnstile::stop_after(std::uint64_t batch) {
    {
        const std::lock_guard lock{mutex_};
        stop_after_ = std::min(stop_after_, batch);
    }
    moved_.notify_all();
}

void FirstFailure::record(std::uint64_t batch, Error error) {
    const std::lock_guard lock{mutex_};
    if (failed_ && batch >= batch_) return;
    batch_ = batch;
    error_ = std::move(error);
    failed_ = true;
}

Intake::Intake(Source& source, std::uint64_t offset, Bytes ahead, std::size_t chunk_bytes)
    : source_{source}, offset_{offset}, batch_bytes_{chunk_bytes * kBatchChunks}, ahead_{std::move(ahead)} {
    if (const auto size = source.size()) size_ = *size - std::min(*size, offset);
}

Result<std::optional<Batch>> Intake::take(MutableByteView buffer, std::uint64_t& number) {
    return size_ ? take_anywhere(buffer, number) : take_in_order(buffer, number);
}

Result<std::optional<Batch>> Intake::take_anywhere(MutableByteView buffer, std::uint64_t& number) {
    number = next_.fetch_add(1);
    const auto from = number * batch_bytes_;
    // An empty source still has one batch.
    if (from > *size_ || (from == *size_ && number > 0)) return std::optional<Batch>{};
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(batch_bytes_, *size_ - from));
    ROGATORY_TRY(const auto got, source_.read_at(offset_ + from, buffer.first(size)));
    if (got != size) return fail(ErrorCode::unavailable, "age.input_changed");
    return std::optional{Batch{number, buffer.first(size), from + size == *size_ ? Last::yes : Last::no}};
}

Result<std::optional<Batch>> Intake::take_in_order(MutableByteView buffer, std::uint64_t& number) {
    const std::lock_guard lock{mutex_};
    number = next_;
    // Set first, so that nobody reads on behind a failure.
    if (std::exchange(ended_, true)) return std::optional<Batch>{};
    auto size = std::min(ahead_.size(), buffer.size());
    std::copy_n(ahead_.begin(), size, buffer.begin());
    ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(size));
    if (size < buffer.size()) {
        ROGATORY_TRY(const auto got, source_.read(buffer.subspan(size)));
        size += got;
    }
    ended_ = size < buffer.size();
    if (!ended_) ahead_.insert(ahead_.begin(), buffer[--size]);
    ++next_;
    return std::optional{Batch{number, buffer.first(size), ended_ ? Last::yes : Last::no}};
}

Hasher::Hasher(bool wanted, ByteView before) : wanted_{wanted} {
    if (wanted) hash_.update(before);
}

void Hasher::take(std::uint64_t batch, ByteView bytes) {
    if (!wanted_ || !turns_.wait(batch)) return;
    hash_.update(bytes);
    turns_.pass();
}

std::optional<crypto::Digest> Hasher::finish() {
    if (!wanted_) return std::nullopt;
    return hash_.finish();
}

Outlet::Outlet(Sink& sink, std::uint64_t offset, std::size_t chunk_bytes)
    : sink_{sink}, offset_{offset}, batch_bytes_{chunk_bytes * kBatchChunks}, positioned_{sink.positioned()} {}

Result<> Outlet::give(std::uint64_t batch, ByteView bytes) {
    if (positioned_) return sink_.write_at(offset_ + batch * batch_bytes_, bytes);
    if (!turns_.wait(batch)) return {};
    ROGATORY_TRY_VOID(sink_.write(bytes));
    turns_.pass();
    return {};
}

}  // namespace rogatory::age
