#include "crypto/age/parallel.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "crypto/age/batches.hpp"
#include "crypto/age/payload.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

// Each worker repeats: take the next batch of chunks, seal or open it, give it out. Taking is in order where the source
// cannot be read anywhere; giving out is in order where the sink cannot be written anywhere, and so is hashing, which
// no two batches can share. Workers wait for their turn there and for nothing else, and each owns its two buffers, so
// memory is bounded by their number.
namespace rogatory::age {

namespace {

// Holds plaintext, and outlives every piece of it.
class WipedBuffer {
public:
    explicit WipedBuffer(std::size_t size) : bytes_(size) {}
    WipedBuffer(const WipedBuffer&) = delete;
    WipedBuffer& operator=(const WipedBuffer&) = delete;
    ~WipedBuffer() { crypto::wipe(bytes_); }

    [[nodiscard]] MutableByteView bytes() noexcept { return bytes_; }

private:
    Bytes bytes_;
};

// What one worker does with a batch: `out` holds what came of it, and a failure what stopped it half way.
struct Worked {
    ByteView out;
    std::optional<Failure> failure;
};

class SealingWorker {
public:
    static constexpr std::size_t kUnitIn = kChunkBytes;
    static constexpr std::size_t kUnitOut = kSealedChunkBytes;
    static constexpr bool kSeals = true;

    explicit SealingWorker(const PayloadKey& key) : chunks_{key} {}

    Worked work(const Batch& batch, MutableByteView out) {
        auto rest = batch.bytes;
        std::size_t done = 0;
        auto index = batch.number * kBatchChunks;
        do {
            const auto plaintext = rest.first(std::min(rest.size(), kChunkBytes));
            rest = rest.subspan(plaintext.size());
            const auto last = rest.empty() ? batch.last : Last::no;
            chunks_.seal(index++, last, plaintext, out.subspan(done, plaintext.size() + kTagBytes));
            done += plaintext.size() + kTagBytes;
        } while (!rest.empty());
        return {out.first(done), std::nullopt};
    }

private:
    ChunkSealer chunks_;
};

class OpeningWorker {
public:
    static constexpr std::size_t kUnitIn = kSealedChunkBytes;
    static constexpr std::size_t kUnitOut = kChunkBytes;
    static constexpr bool kSeals = false;

    explicit OpeningWorker(const PayloadKey& key) : chunks_{key} {}

    Worked work(const Batch& batch, MutableByteView out) {
        auto rest = batch.bytes;
        std::size_t done = 0;
        auto index = batch.number * kBatchChunks;
        do {
            const auto chunk = rest.first(std::min(rest.size(), kSealedChunkBytes));
            rest = rest.subspan(chunk.size());
            if (chunk.size() < kTagBytes) return {out.first(done), Failure::payload};
            const auto last = rest.empty() ? batch.last : Last::no;
            const auto plaintext = out.subspan(done, chunk.size() - kTagBytes);
            if (!chunks_.open(index, last, chunk, plaintext)) {
                if (chunks_.open_misplaced(index, last, chunk, plaintext)) done += plaintext.size();
                return {out.first(done), Failure::payload};
            }
            ++index;
            done += plaintext.size();
        } while (!rest.empty());
        return {out.first(done), std::nullopt};
    }

private:
    ChunkOpener chunks_;
};

unsigned worker_count(unsigned asked) {
    const auto count = asked != 0 ? asked : std::thread::hardware_concurrency();
    return std::clamp(count, 1U, 64U);
}

struct Ends {
    const PayloadKey& key;
    Source& source;
    std::uint64_t source_offset;
    Bytes ahead;
    Sink& sink;
    std::uint64_t sink_offset;
};

struct Hashed {
    bool wanted;
    ByteView before;  // hashed ahead of the batches
};

// One file's way through the workers.
template <class Worker>
class Line {
public:
    Line(Ends ends, Hashed in, Hashed out, const ParallelOptions& options)
        : key_{ends.key},
          intake_{ends.source, ends.source_offset, std::move(ends.ahead), Worker::kUnitIn},
          outlet_{ends.sink, ends.sink_offset, Worker::kUnitOut},
          in_hash_{in.wanted, in.before},
          out_hash_{out.wanted, out.before},
          options_{options} {}

    // The calling thread works too, and alone when there is one batch only.
    Result<> run() {
        const auto count = worker_count(options_.threads);
        std::vector<std::thread> helpers;
        helpers.reserve(count);
        work([&] {
            if (!helpers.empty()) return;
            for (unsigned i = 1; i < count; ++i) helpers.emplace_back([this] { work([] {}); });
        });
        for (auto& helper : helpers) helper.join();
        if (thrown_) std::rethrow_exception(thrown_);
        if (auto error = failure_.error()) return fail(*std::move(error));
        return {};
    }

    [[nodiscard]] std::uint64_t bytes_in() const noexcept { return bytes_in_; }
    [[nodiscard]] std::uint64_t bytes_out() const noexcept { return bytes_out_; }
    [[nodiscard]] std::optional<crypto::Digest> in_digest() { return in_hash_.finish(); }
    [[nodiscard]] std::optional<crypto::Digest> out_digest() { return out_hash_.finish(); }

private:
    // Works until nothing is left. `more` is called when there will be another batch.
    template <class More>
    void work(More&& more) {
        try {
            WipedBuffer in{intake_.buffer_bytes()};
            WipedBuffer out{Worker::kUnitOut * kBatchChunks};
            Worker worker{key_};
            while (!failure_.failed()) {
                if (options_.cancelled != nullptr && options_.cancelled->load()) {
                    stop(intake_.next(), Error{ErrorCode::unavailable, "age.cancelled"});
                    break;
                }
                std::uint64_t number = 0;
                auto batch = intake_.take(in.bytes(), number);
                if (!batch) {
                    stop(number, std::move(batch).error());
                    break;
                }
                if (!*batch) break;
                if ((*batch)->last == Last::no) more();
                pass(**batch, worker, out.bytes());
            }
        } catch (...) {
            // From a source or a sink, or no memory: carried to the thread that called, which ends the line.
            const std::lock_guard lock{thrown_mutex_};
            if (!thrown_) thrown_ = std::current_exception();
            stop(0, Error{ErrorCode::unavailable, "age.cancelled"});
        }
    }

    void pass(const Batch& batch, Worker& worker, MutableByteView out) {
        in_hash_.take(batch.number, batch.bytes);
        const auto worked = worker.work(batch, out);
        if (worked.failure) stop(batch.number, as_error(*worked.failure));
        out_hash_.take(batch.number, worked.out);
        if (auto given = outlet_.give(batch.number, worked.out); !given) stop(batch.number, std::move(given).error());
        bytes_in_ += batch.bytes.size();
        bytes_out_ += worked.out.size();
        if (options_.progress) {
            const std::lock_guard lock{progress_mutex_};
            options_.progress(Worker::kSeals ? bytes_in_ : bytes_out_);
        }
    }

    void stop(std::uint64_t batch, Error error) {
        failure_.record(batch, std::move(error));
        in_hash_.stop_after(batch);
        out_hash_.stop_after(batch);
        outlet_.stop_after(batch);
    }

    const PayloadKey& key_;
    Intake intake_;
    Outlet outlet_;
    Hasher in_hash_;
    Hasher out_hash_;
    const ParallelOptions& options_;
    FirstFailure failure_;
    std::mutex progress_mutex_;
    std::mutex thrown_mutex_;
    std::exception_ptr thrown_;
    std::atomic<std::uint64_t> bytes_in_ = 0;
    std::atomic<std::uint64_t> bytes_out_ = 0;
};

// The header and the nonce of a file, and what else was read with them.
struct Start {
    Bytes bytes;
    Header header;
};

Result<Start> read_start(Source& file, std::size_t header_limit_bytes) {
    constexpr auto kNonceBytes = std::tuple_size_v<PayloadNonce>;
    Start start;
    // Doubling, so that a long header is parsed in linear time all the same.
    for (std::size_t step = kSmallHeaderBytes;; step = start.bytes.size()) {
        const auto before = start.bytes.size();
        start.bytes.resize(before + step);
        const auto more = MutableByteView{start.bytes}.subspan(before);
        ROGATORY_TRY(const auto got, file.size() ? file.read_at(before, more) : file.read(more));
        start.bytes.resize(before + got);
        auto header = parse_header(start.bytes, header_limit_bytes);
        if (!header) return fail(header.error());
        if (*header && start.bytes.size() >= (*header)->size + kNonceBytes) {
            start.header = **std::move(header);
            return start;
        }
        if (got < step) return fail(Failure::header);
    }
}

class FunctionSource final : public Source {
public:
    explicit FunctionSource(std::function<Result<std::size_t>(MutableByteView)> read) : read_{std::move(read)} {}
    Result<std::size_t> read(MutableByteView into) override { return read_(into); }

private:
    std::function<Result<std::size_t>(MutableByteView)> read_;
};

class FunctionSink final : public Sink {
public:
    explicit FunctionSink(std::function<Result<>(ByteView)> write) : write_{std::move(write)} {}
    Result<> write(ByteView bytes) override { return write_(bytes); }

private:
    std::function<Result<>(ByteView)> write_;
};

}  // namespace

Result<std::size_t> Source::read_at(std::uint64_t, MutableByteView) {
    ensure(false, "a source that has a size can be read anywhere");
    return 0;
}

Result<> Sink::write_at(std::uint64_t, ByteView) {
    ensure(false, "a sink that says so can be written anywhere");
    return {};
}

std::unique_ptr<Source> source_of(std::function<Result<std::size_t>(MutableByteView)> read) {
    return std::make_unique<FunctionSource>(std::move(read));
}

std::unique_ptr<Sink> sink_of(std::function<Result<>(ByteView)> write) {
    return std::make_unique<FunctionSink>(std::move(write));
}

Result<Totals> seal_stream(std::span<const HybridRecipient> recipients, Source& plaintext, Sink& file,
                           crypto::Random& random, const ParallelOptions& options) {
    return seal_stream(start_file(recipients, random), plaintext, file, options);
}

Result<Totals> seal_stream(FileStart start, Source& plaintext, Sink& file, const ParallelOptions& options) {
    ROGATORY_TRY_VOID(file.positioned() ? file.write_at(0, start.bytes) : file.write(start.bytes));
    Line<SealingWorker> line{{.key = start.key,
                              .source = plaintext,
                              .source_offset = 0,
                              .ahead = {},
                              .sink = file,
                              .sink_offset = start.bytes.size()},
                             {options.plaintext_sha256, {}},
                             {options.file_sha256, start.bytes},
                             options};
    ROGATORY_TRY_VOID(line.run());
    return Totals{start.bytes.size() + line.bytes_out(), line.bytes_in(), line.out_digest(), line.in_digest()};
}

Result<Totals> open_stream(const HybridIdentity& identity, Profile profile, Source& file, Sink& plaintext,
                           const ParallelOptions& options) {
    return open_stream(unwrap_with(identity, profile), profile.header_bytes, file, plaintext, options);
}

Result<Totals> open_stream(const Unwrap& unwrap, std::size_t header_limit_bytes, Source& file, Sink& plaintext,
                           const ParallelOptions& options) {
    ROGATORY_TRY(auto start, read_start(file, header_limit_bytes));
    const auto key = open_start(start.header, start.bytes, unwrap);
    if (!key) return fail(key.error());
    const auto start_bytes = start.header.size + std::tuple_size_v<PayloadNonce>;
    const auto first = ByteView{start.bytes}.first(start_bytes);
    Line<OpeningWorker> line{{.key = *key,
                              .source = file,
                              .source_offset = start_bytes,
                              .ahead = to_bytes(ByteView{start.bytes}.subspan(start_bytes)),
                              .sink = plaintext,
                              .sink_offset = 0},
                             {options.file_sha256, first},
                             {options.plaintext_sha256, {}},
                             options};
    ROGATORY_TRY_VOID(line.run());
    return Totals{start_bytes + line.bytes_in(), line.bytes_out(), line.in_digest(), line.out_digest()};
}

}  // namespace rogatory::age
