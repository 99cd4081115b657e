#include "platform/agent/seal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "crypto/age/descriptor.hpp"
#include "crypto/age/parallel.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/upload.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

class Handle {
public:
    explicit Handle(int fd) noexcept : fd_{fd} {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

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

// Ciphertext goes to the profile and, piece by piece, to the server.
class StagedSink final : public age::Sink {
public:
    StagedSink(int stage, UploadPump* pump) : stage_{stage}, pump_{pump} {}

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
        return pump_ == nullptr ? Result<>{} : pump_->offer(bytes);
    }

private:
    int stage_;
    UploadPump* pump_;
};

Result<> seal_into_profile(Agent::State& state, const model::ChainId& chain, const age::HybridRecipient& recipient,
                           OutgoingFile& out, const std::function<Result<>()>& remember) {
    auto& environment = state.environment;
    const bool from_descriptor = out.source.descriptor >= 0;
    const Handle opened{from_descriptor ? -1 : ::open(out.source.path.c_str(), O_RDONLY | O_CLOEXEC)};
    const int source = from_descriptor ? out.source.descriptor : opened.get();
    const auto unreadable = [&] {
        return fail(Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", out.source.path.string()));
    };
    if (source < 0) return unreadable();
    struct stat facts {};
    if (::fstat(source, &facts) != 0 || S_ISDIR(facts.st_mode)) return unreadable();
    const bool sized = S_ISREG(facts.st_mode);
    const auto size = static_cast<std::uint64_t>(facts.st_size);

    ROGATORY_TRY(const auto path, environment.profile.place(out.stage_name()));
    const Handle stage{::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
    if (stage.get() < 0) return fail(ErrorCode::unavailable, "profile.unusable");

    std::optional<UploadPump> pump;
    if (sized) {
        // tus wants the size first; that of an age file follows from the plain one.
        out.sealed_size = age::sealed_size(size, 1);
        ROGATORY_TRY(out.ticket,
                     environment.server.begin_upload(chain.value(), out.file.id.value(),
                                                     state.membership().authority.value(), out.sealed_size));
        ROGATORY_TRY_VOID(remember());
        pump.emplace(environment, out.ticket, out.file.name, out.sealed_size);
    }
    StagedSink sink{stage.get(), pump ? &*pump : nullptr};
    const auto plaintext = age::source_of_descriptor(source);
    std::atomic<bool> cancelled{false};
    age::ParallelOptions options;
    options.plaintext_sha256 = true;
    options.cancelled = &cancelled;
    options.progress = [&](std::uint64_t done) {
        if (environment.observer.cancelled()) cancelled = true;
        environment.observer.on_transfer({"seal", out.file.name, done, sized ? size : 0});
    };
    const std::vector recipients{recipient};
    ROGATORY_TRY(const auto totals, age::seal_stream(recipients, *plaintext, sink, crypto::system_random(), options));
    if (sized && totals.plaintext_bytes != size) {
        return fail(Error{ErrorCode::invalid_input, "file.changed"}.with("file", out.file.name));
    }
    if (::fsync(stage.get()) != 0) return fail(ErrorCode::unavailable, "profile.unusable");
    out.file.size = totals.plaintext_bytes;
    out.file.sha256 = *totals.plaintext_sha256;
    crypto::system_random().fill(out.file.salt);
    out.sealed_size = totals.file_bytes;
    out.sealed_sha256 = *totals.file_sha256;
    out.sealed = true;
    return remember();
}

}  // namespace

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

Result<> seal_and_upload(Agent::State& state, const model::ChainId& chain, const age::HybridRecipient& recipient,
                         OutgoingFile& file, const std::function<Result<>()>& remember) {
    if (file.uploaded) return {};
    if (!file.sealed) {
        // A run that was cut while sealing left part of a file and an upload of it: both are of no use.
        if (!file.ticket.ticket.empty()) {
            if (auto dropped = state.environment.server.abandon_upload(file.ticket);
                !dropped && dropped.error().code() == ErrorCode::unavailable) {
                return dropped;
            }
            file.ticket = {};
            file.file.id = record::random_id<model::AttachmentId>(crypto::system_random());
        }
        ROGATORY_TRY_VOID(seal_into_profile(state, chain, recipient, file, remember));
    }
    if (file.ticket.ticket.empty()) {
        ROGATORY_TRY(file.ticket,
                     state.environment.server.begin_upload(chain.value(), file.file.id.value(),
                                                           state.membership().authority.value(), file.sealed_size));
        ROGATORY_TRY_VOID(remember());
    }
    ROGATORY_TRY(const auto path, state.environment.profile.place(file.stage_name()));
    ROGATORY_TRY_VOID(finish_upload(state.environment, file.ticket, path, file.file.name, file.sealed_size));
    file.uploaded = true;
    return remember();
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
