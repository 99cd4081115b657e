#include "platform/agent/open.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "crypto/age/descriptor.hpp"
#include "crypto/age/file.hpp"
#include "crypto/age/parallel.hpp"
#include "crypto/encoding/hex.hpp"
#include "platform/agent/descriptor.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/agent/following_digest.hpp"
#include "platform/agent/write_behind.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot_write(const fs::path& path) {
    if (errno == ENOSPC || errno == EDQUOT) {
        return fail(Error{ErrorCode::storage_full, "output.full"}.with("file", path.string()));
    }
    return fail(Error{ErrorCode::invalid_input, "output.not_writable"}.with("file", path.string()));
}

Result<model::Digest> digest_of(int fd) {
    crypto::Sha256 hash;
    Bytes buffer(1 << 20);
    off_t at = 0;
    for (;;) {
        const auto count = ::pread(fd, buffer.data(), buffer.size(), at);
        if (count < 0) {
            if (errno == EINTR) continue;
            return fail(ErrorCode::unavailable, "profile.unusable");
        }
        if (count == 0) return hash.finish();
        hash.update(ByteView{buffer}.first(static_cast<std::size_t>(count)));
        at += count;
    }
}

// The regular file of that name, if it holds these bytes; no link is followed.
Descriptor opened_if_same(const fs::path& path, const record::SealedBody::File& file) {
    Descriptor opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    struct stat facts {};
    if (opened.get() < 0 || ::fstat(opened.get(), &facts) != 0 || !S_ISREG(facts.st_mode) ||
        static_cast<std::uint64_t>(facts.st_size) != file.size) {
        return Descriptor{-1};
    }
    const auto digest = digest_of(opened.get());
    return digest && *digest == file.sha256 ? std::move(opened) : Descriptor{-1};
}

// The plain file while it is opened.
class PlainSink final : public age::Sink {
public:
    explicit PlainSink(int descriptor) : file_{age::sink_of_descriptor(descriptor)}, behind_{descriptor} {}

    Result<> write(ByteView bytes) override {
        ROGATORY_TRY_VOID(file_->write(bytes));
        behind_.wrote(bytes.size());
        return {};
    }
    bool positioned() const override { return file_->positioned(); }
    Result<> write_at(std::uint64_t offset, ByteView bytes) override {
        ROGATORY_TRY_VOID(file_->write_at(offset, bytes));
        behind_.wrote(bytes.size());
        return {};
    }

private:
    std::unique_ptr<age::Sink> file_;
    WriteBehind behind_;
};

enum class Replace { no, yes };

// False: something bears the name, and is not to be replaced.
Result<bool> write_text(const fs::path& path, std::string_view text, Replace replace) {
    const int existing = replace == Replace::yes ? O_TRUNC : O_EXCL;
    const Descriptor file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | existing | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
    if (file.get() < 0 && errno == EEXIST && replace == Replace::no) return false;
    if (file.get() < 0) return cannot_write(path);
    auto rest = as_bytes(text);
    while (!rest.empty()) {
        const auto written = ::write(file.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return cannot_write(path);
        rest = rest.subspan(static_cast<std::size_t>(written));
    }
    if (::fsync(file.get()) != 0) return cannot_write(path);
    return true;
}

// 0, or -1 with errno EEXIST where something bears the name. Not every file system renames so; then a second name does.
int rename_to_free_name(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    if (::link(from.c_str(), to.c_str()) != 0) return -1;
    return ::unlink(from.c_str());
}

bool is_there(const fs::path& path) {
    struct stat facts {};
    return ::lstat(path.c_str(), &facts) == 0;
}

// A name that begins with a dash is no option of whoever is handed it.
Result<fs::path> absolute_of(const fs::path& path) {
    std::error_code error;
    auto absolute = fs::absolute(path, error);
    if (error) return cannot_write(path);
    return absolute;
}

// The reader's own scanner looks at the file. It may keep what it was given, or mend it: then the bytes are no longer
// those that were signed. A file under its temporary name gets no other; one that bore its name stays.
enum class Bears { temporary_name, its_name };

Result<> examined(int fd, const fs::path& path, const std::string& name, const OpenOrder& order, Bears bears) {
    ROGATORY_TRY(const auto absolute, absolute_of(path));
    ROGATORY_TRY(const auto passed, order.examine(absolute, name));
    if (!passed) {
        return fail(ErrorCode::conflict,
                    bears == Bears::its_name ? "attachment.refused_there" : "attachment.refused_here");
    }
    struct stat held {};
    struct stat named {};
    const bool there = ::fstat(fd, &held) == 0 && ::lstat(path.c_str(), &named) == 0 && held.st_dev == named.st_dev &&
                       held.st_ino == named.st_ino;
    if (there) {
        ROGATORY_TRY(const auto digest, digest_of(fd));
        if (digest == order.file.sha256) return {};
    }
    return fail(ErrorCode::conflict, bears == Bears::its_name ? "attachment.altered_there" : "attachment.altered_here");
}

fs::path name_of(const OpenOrder& order, int number) {
    return order.directory / numbered(harmless(order.file.name), number);
}

fs::path sheet_of(const fs::path& path) { return path.string() + std::string{kSheetSuffix}; }

// The checked file takes its name, its sheet lies there first. Nothing that appeared while it was decrypted and looked
// at is replaced: then it takes the next number.
Result<OpenedFile> named(const fs::path& temporary, const OpenOrder& order, int number) {
    const auto replace = order.overwrite ? Replace::yes : Replace::no;
    for (;; ++number) {
        const auto path = name_of(order, number);
        OpenedFile opened{path, std::nullopt, false};
        if (order.sheet) {
            opened.sheet = sheet_of(path);
            ROGATORY_TRY(const auto written, write_text(*opened.sheet, order.sheet(path.filename().string()), replace));
            if (!written) continue;
        }
        const int renamed =
            order.overwrite ? ::rename(temporary.c_str(), path.c_str()) : rename_to_free_name(temporary, path);
        if (renamed == 0) return opened;
        const bool taken = errno == EEXIST && !order.overwrite;
        auto failure = cannot_write(path);
        if (opened.sheet && !order.overwrite) ::unlink(opened.sheet->c_str());
        if (!taken) return failure;
    }
}

}  // namespace

std::string numbered(const std::string& name, int number) {
    if (number == 1) return name;
    const auto dot = name.rfind('.');
    const auto stem = dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
    return stem + " (" + std::to_string(number) + ")" + name.substr(stem.size());
}

std::string harmless(const std::string& name) {
    auto out = name.starts_with('.') ? "_" + name : name;
    if (out.ends_with(kSheetSuffix)) out += ".received";
    return out;
}

Result<fs::path> fetch_attachment(Environment& environment, const model::ChainId& chain,
                                  const record::AttachmentLine& line) {
    const auto name = "incoming/" + model::to_hex(line.id) + "-" + model::to_hex(line.sha256).substr(0, 16) + ".age";
    ROGATORY_TRY(const auto path, environment.profile.place(name));
    const auto shown = model::to_hex(line.id).substr(0, 8);
    for (int attempt = 0; attempt < 2; ++attempt) {
        const Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
        if (file.get() < 0) return fail(ErrorCode::unavailable, "profile.unusable");
        struct stat facts {};
        if (::fstat(file.get(), &facts) != 0) return fail(ErrorCode::unavailable, "profile.unusable");
        auto have = static_cast<std::uint64_t>(facts.st_size);
        const bool resumed = have > 0;
        if (have > line.size) {
            if (::ftruncate(file.get(), 0) != 0) return fail(ErrorCode::unavailable, "profile.unusable");
            have = 0;
        }
        FollowingDigest following{file.get()};
        following.reached(have);
        int failures = 0;
        while (have < line.size) {
            const auto before = have;
            auto done = environment.server.download(
                chain.value(), line.id.value(), line.sha256.value(), have, [&](ByteView bytes) -> Result<> {
                    // A sender who sends more than was signed fills no disk.
                    if (bytes.size() > line.size - have) return fail(ErrorCode::integrity, "attachment.size");
                    auto rest = bytes;
                    while (!rest.empty()) {
                        const auto written = ::pwrite(file.get(), rest.data(), rest.size(), static_cast<off_t>(have));
                        if (written < 0 && errno == EINTR) continue;
                        if (written < 0)
                            return fail(errno == ENOSPC ? ErrorCode::storage_full : ErrorCode::unavailable,
                                        errno == ENOSPC ? "profile.full" : "profile.unusable");
                        rest = rest.subspan(static_cast<std::size_t>(written));
                        have += static_cast<std::uint64_t>(written);
                    }
                    following.reached(have);
                    environment.observer.on_transfer({"download", shown, have, line.size});
                    if (environment.observer.cancelled()) return fail(ErrorCode::unavailable, "download.incomplete");
                    return {};
                });
            if (done && have < line.size) return fail(ErrorCode::integrity, "attachment.truncated");
            if (done) break;
            // "Not there" and "not on my disk" come to the same: it was not withdrawn, so it should be there.
            if (done.error().code() == ErrorCode::not_found || done.error().key() == "attachment.withheld")
                return fail(ErrorCode::not_found, "attachment.withheld");
            if (done.error().code() != ErrorCode::unavailable) return fail(std::move(done).error());
            // Cut: go on while it moves; else come back another time, the bytes stay.
            failures = have > before ? 0 : failures + 1;
            if (failures >= 3 || environment.observer.cancelled())
                return fail(ErrorCode::unavailable, "download.incomplete");
        }
        ROGATORY_TRY(const auto digest, following.finish());
        if (digest == line.sha256) return path;
        if (::ftruncate(file.get(), 0) != 0) return fail(ErrorCode::unavailable, "profile.unusable");
        // What an earlier run left may have been another file's beginning: once more from the start.
        if (!resumed) {
            return alarm(environment, "attachment.digest",
                         {{"got", ByteView{digest.value()}}, {"signed", ByteView{line.sha256.value()}}});
        }
    }
    return fail(ErrorCode::integrity, "attachment.digest");
}

Result<record::SealedBody> open_body(Agent::State& state, const DossierBook::Known& known,
                                     const record::Dossier::Item& item, const age::HybridIdentity& identity) {
    ROGATORY_TRY(const auto file, fetch_blob(state.environment, known.copy.chain(), item.sealed));
    const auto plaintext = age::open(identity, file, age::Profile::single());
    if (!plaintext) return fail(ErrorCode::integrity, "body.does_not_open", plaintext.error().key());
    ROGATORY_TRY(auto body, record::SealedBody::parse(plaintext->expose_secret()));
    ROGATORY_TRY_VOID(body.check(known.copy.items()[item.seq].statement.statement()));
    return body;
}

Result<OpenedFile> open_attachment(Environment& environment, const age::HybridIdentity& identity,
                                   const OpenOrder& order) {
    std::error_code error;
    fs::create_directories(order.directory, error);
    // The first free name, or the one that already holds this very file.
    int number = 1;
    for (; !order.overwrite && is_there(name_of(order, number)); ++number) {
        const auto path = name_of(order, number);
        const auto same = opened_if_same(path, order.file);
        if (same.get() < 0) continue;
        OpenedFile there{path, std::nullopt, true};
        if (order.examine)
            ROGATORY_TRY_VOID(examined(same.get(), path, path.filename().string(), order, Bears::its_name));
        if (order.sheet) {
            there.sheet = sheet_of(path);
            ROGATORY_TRY_VOID(write_text(*there.sheet, order.sheet(path.filename().string()), Replace::yes));
        }
        return there;
    }
    const fs::path temporary =
        order.directory / ("." + encoding::hex_encode(order.line.id.value()).substr(0, 16) + ".part");
    const Descriptor source{::open(order.ciphertext.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (source.get() < 0) return fail(ErrorCode::unavailable, "profile.unusable");
    ::unlink(temporary.c_str());
    const Descriptor target{
        ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
    if (target.get() < 0) return cannot_write(temporary);

    auto checked = [&]() -> Result<> {
        const auto file = age::source_of_descriptor(source.get());
        PlainSink plain{target.get()};
        std::atomic<bool> cancelled{false};
        age::ParallelOptions options;
        options.plaintext_sha256 = true;
        options.cancelled = &cancelled;
        options.progress = [&](std::uint64_t done) {
            if (environment.observer.cancelled()) cancelled = true;
            environment.observer.on_transfer({"open", order.file.name, done, order.file.size});
        };
        auto totals = age::open_stream(identity, age::Profile::single(), *file, plain, options);
        if (!totals) {
            if (totals.error().code() != ErrorCode::integrity) return fail(std::move(totals).error());
            // The author is told only of what he signed: the disk may have changed since the digest was checked.
            ROGATORY_TRY(const auto digest, digest_of(source.get()));
            if (digest != order.line.sha256) return fail(ErrorCode::integrity, "attachment.digest");
            return fail(ErrorCode::integrity, "attachment.does_not_open", totals.error().key());
        }
        // The digest again, of the very bytes that were decrypted: ranges may differ between two readings.
        if (totals->file_sha256 != order.line.sha256 || totals->file_bytes != order.line.size) {
            return fail(ErrorCode::integrity, "attachment.digest");
        }
        if (totals->plaintext_bytes != order.file.size || totals->plaintext_sha256 != order.file.sha256) {
            return fail(ErrorCode::integrity, "attachment.not_as_described");
        }
        if (::fsync(target.get()) != 0) return cannot_write(temporary);
        return {};
    }();
    if (checked && order.examine)
        checked =
            examined(target.get(), temporary, name_of(order, number).filename().string(), order, Bears::temporary_name);
    auto opened = checked ? named(temporary, order, number) : Result<OpenedFile>{fail(std::move(checked).error())};
    if (!opened) ::unlink(temporary.c_str());
    return opened;
}

}  // namespace rogatory::agent
