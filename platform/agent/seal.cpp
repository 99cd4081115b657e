#include "platform/agent/seal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <future>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

#include "crypto/age/descriptor.hpp"
#include "crypto/age/file.hpp"
#include "crypto/age/parallel.hpp"
#include "platform/agent/descriptor.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/upload.hpp"
#include "platform/agent/write_behind.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

// A folder's files keep their folder in their name: a name in a sealed body has no path.
std::string flat_name(std::string_view name) {
    std::string flat;
    for (const char c : name) {
        if (c == '/') {
            if (!flat.empty()) flat += " - ";
        } else {
            flat += c;
        }
    }
    return flat;
}

// Ciphertext goes to the profile, and to the server from there: whatever ends this program once it is sealed, the next
// run goes on from the byte the server has.
class StagedSink final : public age::Sink {
public:
    StagedSink(int stage, const SealWatch& watch) : stage_{stage}, behind_{stage}, watch_{watch} {}

    Result<> write(ByteView bytes) override {
        auto rest = bytes;
        while (!rest.empty()) {
            const auto written = ::write(stage_, rest.data(), rest.size());
            if (written < 0) {
                if (errno == EINTR) continue;
                return fail(errno == ENOSPC ? ErrorCode::storage_full : ErrorCode::unavailable,
                            errno == ENOSPC ? "profile.full" : "profile.unusable");
            }
            rest = rest.subspan(static_cast<std::size_t>(written));
        }
        written_ += bytes.size();
        behind_.wrote(bytes.size());
        if (watch_.staged) watch_.staged(written_);
        return {};
    }

private:
    int stage_;
    WriteBehind behind_;
    const SealWatch& watch_;
    std::uint64_t written_ = 0;
};

tl::unexpected<Error> about(const char* key, const std::string& file) {
    return fail(Error{ErrorCode::invalid_input, key}.with("file", file));
}

// A plain file: opened, or as it was handed over. Its source says whether its size is known.
struct PlainFile {
    std::optional<Descriptor> opened;
    int descriptor = -1;
    std::unique_ptr<age::Source> source;

    // So many bytes were read of it, and it has as many as it had.
    [[nodiscard]] bool unchanged(std::uint64_t read) const {
        struct stat facts {};
        return !source->size() || (read == *source->size() && ::fstat(descriptor, &facts) == 0 &&
                                   static_cast<std::uint64_t>(facts.st_size) == read);
    }
};

Result<PlainFile> plain_file(const SourceFile& source) {
    PlainFile plain;
    plain.descriptor = source.descriptor;
    if (plain.descriptor < 0) {
        plain.opened.emplace(::open(source.path.c_str(), O_RDONLY | O_CLOEXEC));
        plain.descriptor = plain.opened->get();
    }
    struct stat facts {};
    if (plain.descriptor < 0 || ::fstat(plain.descriptor, &facts) != 0 || S_ISDIR(facts.st_mode))
        return about("file.unreadable", source.path.string());
    plain.source = age::source_of_descriptor(plain.descriptor);
    return plain;
}

Result<> begin_upload(Agent::State& state, const model::ChainId& chain, OutgoingFile& file) {
    ROGATORY_TRY(file.ticket,
                 state.environment.server.begin_upload(chain.value(), file.file.id.value(),
                                                       state.membership().authority.value(), file.sealed_size));
    return {};
}

// One request has room for it, and sealing it takes no longer than asking.
constexpr std::uint64_t kAtOnce = 256 * 1024;

// The same for what is sealed, and with all of it where one request takes that.
Result<> begin_with_bytes(Agent::State& state, const model::ChainId& chain, OutgoingFile& file,
                          const std::filesystem::path& path) {
    auto& environment = state.environment;
    if (file.sealed_size > kAtOnce || environment.observer.cancelled()) return begin_upload(state, chain, file);
    const Descriptor sealed{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    Bytes bytes(file.sealed_size);
    ROGATORY_TRY_VOID(read_staged(sealed.get(), 0, bytes));
    auto begun = environment.server.upload_at_once(chain.value(), file.file.id.value(),
                                                   state.membership().authority.value(), bytes);
    if (!begun) {
        // Whether it came, or half of it, or the server takes none with a creation: it says so by what it goes on from.
        // Or a request of before came first after all ("upload.begun"): its bytes are the same ones.
        if (begun.error().code() == ErrorCode::unavailable || begun.error().key() == "upload.begun")
            return begin_upload(state, chain, file);
        return fail(std::move(begun).error());
    }
    file.ticket = std::move(begun->ticket);
    if (begun->offset == file.sealed_size) {
        file.uploaded = true;
        environment.observer.on_transfer({"upload", file.file.name, file.sealed_size, file.sealed_size});
    }
    return {};
}

// A file that a thread of its own seals, for another that sends what is there already.
class Sealing {
public:
    Sealing(const Environment& environment, const age::HybridRecipient& recipient, const OutgoingFile& file,
            age::Source& plain)
        : file_{file} {
        watch_.cancelled = [this] { return cancelled_.load(); };
        watch_.staged = [this](std::uint64_t bytes) {
            const std::lock_guard lock{mutex_};
            staged_ = bytes;
            moved_.notify_one();
        };
        sealed_ = std::async(std::launch::async, [this, &environment, recipient, &plain] {
            const Ending ending{*this};
            return stage_sealed(environment, recipient, file_, plain, watch_);
        });
    }
    Sealing(const Sealing&) = delete;
    Sealing& operator=(const Sealing&) = delete;
    ~Sealing() { cancelled_ = true; }  // and the future waits for the thread

    // Until there is that much, or no more comes, or the user has had enough, or it has taken that long. How much there
    // is.
    std::uint64_t wait_for(std::uint64_t wanted, Observer& observer,
                           std::chrono::milliseconds most = std::chrono::milliseconds::max()) {
        std::unique_lock lock{mutex_};
        for (std::chrono::milliseconds waited{0}; waited < most; waited += kLookUp) {
            if (moved_.wait_for(lock, kLookUp, [&] { return ended_ || staged_ >= wanted; })) break;
            if (observer.cancelled()) break;
        }
        return staged_;
    }
    [[nodiscard]] bool ended() {
        const std::lock_guard lock{mutex_};
        return ended_;
    }
    // Waits for the end, which comes soon where the user has had enough. The file as it was sealed; once only.
    Result<OutgoingFile> finish(Observer& observer) {
        while (!ended()) {
            const auto staged = wait_for(std::numeric_limits<std::uint64_t>::max(), observer, kLookUp);
            observer.on_transfer({"seal", file_.file.name, std::min(staged, file_.sealed_size), file_.sealed_size});
            if (observer.cancelled()) cancelled_ = true;
        }
        ROGATORY_TRY_VOID(sealed_.get());
        return std::move(file_);
    }

private:
    // However it ends, whoever waits for it is told.
    class Ending {
    public:
        explicit Ending(Sealing& sealing) : sealing_{sealing} {}
        Ending(const Ending&) = delete;
        Ending& operator=(const Ending&) = delete;
        ~Ending() {
            const std::lock_guard lock{sealing_.mutex_};
            sealing_.ended_ = true;
            sealing_.moved_.notify_one();
        }

    private:
        Sealing& sealing_;
    };

    static constexpr std::chrono::milliseconds kLookUp{200};

    OutgoingFile file_;
    SealWatch watch_;
    std::atomic<bool> cancelled_ = false;
    std::mutex mutex_;
    std::condition_variable moved_;
    std::uint64_t staged_ = 0;
    bool ended_ = false;
    std::future<Result<>> sealed_;
};

// What lies in the profile of a sealing that did not come to its end is worth nothing, and may be what has filled the
// disk: it goes first, so that there is room to write that it is gone.
Result<> drop_unsealed(Agent::State& state, OutgoingFile& file, const std::function<Result<>()>& remember) {
    ROGATORY_TRY_VOID(state.environment.profile.remove(begin_anew(state, file)));
    return remember();
}

// Sends what was begun while it seals: on a fast line both cores and the line are busy, on a slow one sealing is long
// done when the line breaks. Where sealing does not come to its end, nothing of the attachment serves any more
// (begin_anew).
Result<> seal_while_sending(Agent::State& state, const age::HybridRecipient& recipient, OutgoingFile& file,
                            const PlainFile& plain, const std::function<Result<>()>& remember) {
    auto& environment = state.environment;
    ROGATORY_TRY(const auto path, environment.profile.place(file.stage_name()));
    // Before the first byte is sealed: a run that finds a ticket and no sealed file knows that one was cut.
    ROGATORY_TRY_VOID(remember());

    Sealing sealing{environment, recipient, file, *plain.source};
    const auto settle = [&]() -> Result<> {
        ROGATORY_TRY(auto sealed, sealing.finish(environment.observer));
        if (!plain.unchanged(sealed.file.size) || sealed.sealed_size != file.sealed_size)
            return about("file.changed", file.file.name);
        file = std::move(sealed);
        file.sealed = true;
        return remember();
    };
    std::optional<Result<>> settled;
    auto sent = finish_upload(environment, file.ticket, path, file.file.name, file.sealed_size,
                              [&](std::uint64_t wanted) -> Result<std::uint64_t> {
                                  const auto there = sealing.wait_for(wanted, environment.observer);
                                  if (!settled && sealing.ended()) settled = settle();
                                  if (settled && !*settled) return fail(settled->error());
                                  if (there < wanted && !settled)
                                      return fail(ErrorCode::unavailable, "upload.incomplete");
                                  return there;
                              });
    // The line broke or was refused: what is being sealed is the next run's all the same.
    if (!settled) settled = settle();
    if (!*settled) {
        ROGATORY_TRY_VOID(drop_unsealed(state, file, remember));
        // Whoever stopped it is not told that it goes on from where it was.
        return sent || settled->error().key() == "age.cancelled" ? *std::move(settled) : sent;
    }
    return sent;
}

}  // namespace

SealWatch shown_to_user(Environment& environment, const OutgoingFile& out, std::uint64_t total) {
    SealWatch watch;
    watch.sealed = [&environment, name = out.file.name, total](std::uint64_t done) {
        environment.observer.on_transfer({"seal", name, done, total});
    };
    watch.cancelled = [&environment] { return environment.observer.cancelled(); };
    return watch;
}

Result<> stage_sealed(const Environment& environment, const age::HybridRecipient& recipient, OutgoingFile& out,
                      age::Source& plaintext, const SealWatch& watch) {
    ROGATORY_TRY(const auto path, environment.profile.place(out.stage_name()));
    const Descriptor stage{
        ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
    if (stage.get() < 0) return fail(ErrorCode::unavailable, "profile.unusable");
    StagedSink sink{stage.get(), watch};
    std::atomic<bool> cancelled{false};
    age::ParallelOptions options;
    options.plaintext_sha256 = true;
    options.cancelled = &cancelled;
    options.progress = [&](std::uint64_t done) {
        if (watch.cancelled()) cancelled = true;
        if (watch.sealed) watch.sealed(done);
    };
    const std::vector recipients{recipient};
    auto sealed = age::seal_stream(recipients, plaintext, sink, crypto::system_random(), options);
    // Shorter than it was: the same to whoever sends it as one that grew.
    if (!sealed && sealed.error().key() == "age.input_changed") return about("file.changed", out.file.name);
    ROGATORY_TRY(const auto totals, std::move(sealed));
    if (::fsync(stage.get()) != 0) return fail(ErrorCode::unavailable, "profile.unusable");
    out.file.size = totals.plaintext_bytes;
    out.file.sha256 = *totals.plaintext_sha256;
    crypto::system_random().fill(out.file.salt);
    out.sealed_size = totals.file_bytes;
    out.sealed_sha256 = *totals.file_sha256;
    return {};
}

std::string begin_anew(Agent::State& state, OutgoingFile& file) {
    if (!file.ticket.ticket.empty()) (void)state.environment.server.abandon_upload(file.ticket);
    auto old = file.stage_name();
    file.ticket = {};
    file.file.id = record::random_id<model::AttachmentId>(crypto::system_random());
    file.sealed = false;
    file.uploaded = false;
    return old;
}

std::string OutgoingFile::stage_name() const { return "outgoing/" + model::to_hex(file.id) + ".age"; }

Result<std::vector<OutgoingFile>> outgoing_files(const std::vector<SourceFile>& sources) {
    std::vector<OutgoingFile> files;
    for (const auto& source : sources) {
        OutgoingFile out;
        out.source = source;
        ROGATORY_TRY(out.file.name,
                     normalised(flat_name(source.name.empty() ? source.path.filename().string() : source.name)));
        if (!record::is_file_name(out.file.name)) {
            return fail(Error{ErrorCode::invalid_input, "file.name"}.with("file", out.file.name));
        }
        ROGATORY_TRY(out.file.type, normalised(source.type));
        out.file.id = record::random_id<model::AttachmentId>(crypto::system_random());
        files.push_back(std::move(out));
    }
    return files;
}

namespace {

Result<> attempt_upload(Agent::State& state, const model::ChainId& chain, const age::HybridRecipient& recipient,
                        OutgoingFile& file, const std::function<Result<>()>& remember) {
    auto& environment = state.environment;
    if (!file.sealed && file.from) {
        ROGATORY_TRY_VOID(seal_from_draft(state, recipient, file));
        ROGATORY_TRY_VOID(remember());
    }
    if (!file.sealed) {
        ROGATORY_TRY(const auto plain, plain_file(file.source));
        const auto size = plain.source->size();
        if (size) file.sealed_size = age::sealed_size(*size, 1);
        if (size && file.sealed_size > kAtOnce) {
            auto begun = begin_upload(state, chain, file);
            if (begun) {
                ROGATORY_TRY_VOID(seal_while_sending(state, recipient, file, plain, remember));
                file.uploaded = true;
                return remember();
            }
            // The line is down: sealed it is all the same, and a later run needs the plain file no more.
            if (begun.error().code() != ErrorCode::unavailable) return begun;
        }
        // How much a pipe gives is known when it has ended, and an upload begins with its length.
        ROGATORY_TRY_VOID(stage_sealed(environment, recipient, file, *plain.source,
                                       shown_to_user(environment, file, size.value_or(0))));
        if (!plain.unchanged(file.file.size)) {
            ROGATORY_TRY_VOID(drop_unsealed(state, file, remember));
            return about("file.changed", file.file.name);
        }
        file.sealed = true;
        ROGATORY_TRY_VOID(remember());
    }
    ROGATORY_TRY(const auto path, environment.profile.place(file.stage_name()));
    if (file.ticket.ticket.empty()) {
        ROGATORY_TRY_VOID(begin_with_bytes(state, chain, file, path));
        ROGATORY_TRY_VOID(remember());
        if (file.uploaded) return {};
    }
    ROGATORY_TRY_VOID(finish_upload(environment, file.ticket, path, file.file.name, file.sealed_size));
    file.uploaded = true;
    return remember();
}

}  // namespace

Result<> seal_and_upload(Agent::State& state, const model::ChainId& chain, const age::HybridRecipient& recipient,
                         OutgoingFile& file, const std::function<Result<>()>& remember) {
    if (file.uploaded) return {};
    if (!file.sealed && !file.ticket.ticket.empty()) {
        // An earlier run was ended while it sealed.
        ROGATORY_TRY_VOID(drop_unsealed(state, file, remember));
    }
    const bool from_earlier_run = file.sealed;
    auto done = attempt_upload(state, chain, recipient, file, remember);
    if (done || done.error().code() != ErrorCode::conflict || from_earlier_run || !file.ticket.ticket.empty()) {
        return done;
    }
    // An earlier run had begun it, never learnt so, and the file had another length then.
    ROGATORY_TRY_VOID(drop_unsealed(state, file, remember));
    return attempt_upload(state, chain, recipient, file, remember);
}

Result<SealedFile> seal_body(const record::SealedBody& body, const age::HybridRecipient& recipient) {
    ROGATORY_TRY(auto text, body.encode());
    SealedFile file;
    file.bytes = age::seal(recipient, text, crypto::system_random());
    crypto::wipe(text);
    file.sha256 = crypto::sha256(file.bytes);
    return file;
}

}  // namespace rogatory::agent
