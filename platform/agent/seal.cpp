#include "platform/agent/seal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "crypto/age/descriptor.hpp"
#include "crypto/age/parallel.hpp"
#include "platform/agent/descriptor.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/upload.hpp"
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

// Ciphertext goes to the profile first and to the server from there: sealing takes the disk's time, sending the line's,
// and whatever ends this program while it sends, the next run goes on from the byte the server has. (To send while
// sealing would be quicker by a third on a fast line, and would begin anew after each break on a slow one.)
class StagedSink final : public age::Sink {
public:
    explicit StagedSink(int stage) : stage_{stage} {}

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
        return {};
    }

private:
    int stage_;
};

Result<> seal_into_profile(Agent::State& state, const age::HybridRecipient& recipient, OutgoingFile& out,
                           const std::function<Result<>()>& remember) {
    auto& environment = state.environment;
    const bool from_descriptor = out.source.descriptor >= 0;
    const Descriptor opened{from_descriptor ? -1 : ::open(out.source.path.c_str(), O_RDONLY | O_CLOEXEC)};
    const int source = from_descriptor ? out.source.descriptor : opened.get();
    const auto unreadable = [&] {
        return fail(Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", out.source.path.string()));
    };
    if (source < 0) return unreadable();
    struct stat facts {};
    if (::fstat(source, &facts) != 0 || S_ISDIR(facts.st_mode)) return unreadable();
    const bool sized = S_ISREG(facts.st_mode);
    const auto size = static_cast<std::uint64_t>(facts.st_size);

    const auto plaintext = age::source_of_descriptor(source);
    ROGATORY_TRY_VOID(stage_sealed(environment, recipient, out, *plaintext, sized ? size : 0));
    if (sized && out.file.size != size) {
        return fail(Error{ErrorCode::invalid_input, "file.changed"}.with("file", out.file.name));
    }
    out.sealed = true;
    return remember();
}

}  // namespace

Result<> stage_sealed(Environment& environment, const age::HybridRecipient& recipient, OutgoingFile& out,
                      age::Source& plaintext, std::uint64_t total) {
    ROGATORY_TRY(const auto path, environment.profile.place(out.stage_name()));
    const Descriptor stage{
        ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
    if (stage.get() < 0) return fail(ErrorCode::unavailable, "profile.unusable");
    StagedSink sink{stage.get()};
    std::atomic<bool> cancelled{false};
    age::ParallelOptions options;
    options.plaintext_sha256 = true;
    options.cancelled = &cancelled;
    options.progress = [&](std::uint64_t done) {
        if (environment.observer.cancelled()) cancelled = true;
        environment.observer.on_transfer({"seal", out.file.name, done, total});
    };
    const std::vector recipients{recipient};
    ROGATORY_TRY(const auto totals, age::seal_stream(recipients, plaintext, sink, crypto::system_random(), options));
    if (::fsync(stage.get()) != 0) return fail(ErrorCode::unavailable, "profile.unusable");
    out.file.size = totals.plaintext_bytes;
    out.file.sha256 = *totals.plaintext_sha256;
    crypto::system_random().fill(out.file.salt);
    out.sealed_size = totals.file_bytes;
    out.sealed_sha256 = *totals.file_sha256;
    return {};
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

Result<> seal_and_upload(Agent::State& state, const model::ChainId& chain, const age::HybridRecipient& recipient,
                         OutgoingFile& file, const std::function<Result<>()>& remember) {
    if (file.uploaded) return {};
    if (!file.sealed && file.from) {
        ROGATORY_TRY_VOID(seal_from_draft(state, recipient, file));
        ROGATORY_TRY_VOID(remember());
    }
    if (!file.sealed) ROGATORY_TRY_VOID(seal_into_profile(state, recipient, file, remember));
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
