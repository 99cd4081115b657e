#include "storage/backup/files.hpp"

#include <algorithm>
#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/age/descriptor.hpp"
#include "platform/base/try.hpp"
#include "storage/backup/target.hpp"
#include "storage/failure.hpp"

namespace rogatory::storage {
namespace {

constexpr std::size_t kInMemory = std::size_t{1} << 20;  // below, threads cost more than they bring
constexpr std::size_t kReadAtOnce = std::size_t{1} << 20;
constexpr std::size_t kMostTextBytes = std::size_t{1} << 20;

tl::unexpected<Error> full() { return fail(ErrorCode::storage_full, "backup.target_full"); }

// The server goes on serving beside it: half of the machine is left to it.
age::ParallelOptions half_the_machine() {
    age::ParallelOptions options;
    options.threads = std::max(1U, std::thread::hardware_concurrency() / 2);
    options.plaintext_sha256 = true;
    return options;
}

Result<File> new_file(const std::filesystem::path& path) {
    File made{::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (made) return made;
    if (errno == ENOSPC || errno == EDQUOT) return full();
    throw StorageFailure{"create file of a backup", errno};
}

Result<File> existing_file(const std::filesystem::path& path) {
    File opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (opened) return opened;
    if (errno == ENOENT) return fail(ErrorCode::not_found, "backup.part_missing");
    throw StorageFailure{"open file of a backup", errno};
}

Error as_target_error(Error error) {
    if (error.code() == ErrorCode::storage_full) return Error{ErrorCode::storage_full, "backup.target_full"};
    return error;
}

SealedFile counted(const age::Totals& totals) {
    return {totals.file_bytes, *totals.file_sha256, totals.plaintext_bytes, *totals.plaintext_sha256};
}

class NoSink final : public age::Sink {
public:
    Result<> write(ByteView) override { return {}; }
    [[nodiscard]] bool positioned() const override { return true; }
    Result<> write_at(std::uint64_t, ByteView) override { return {}; }
};

}  // namespace

Result<SealedFile> seal_file(std::span<const age::HybridRecipient> recipients, const File& content,
                             const std::filesystem::path& into) {
    struct stat about {};
    if (::fstat(content.descriptor(), &about) != 0) throw StorageFailure{"fstat", errno};
    if (static_cast<std::uint64_t>(about.st_size) <= kInMemory) {
        std::string text(static_cast<std::size_t>(about.st_size), '\0');
        std::size_t filled = 0;
        while (filled < text.size()) {
            const auto got =
                ::pread(content.descriptor(), text.data() + filled, text.size() - filled, static_cast<off_t>(filled));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) throw StorageFailure{"read", errno};
            filled += static_cast<std::size_t>(got);
        }
        return seal_text(recipients, text, into);
    }
    ROGATORY_TRY(const auto file, new_file(into));
    const auto source = age::source_of_descriptor(content.descriptor());
    const auto sink = age::sink_of_descriptor(file.descriptor());
    auto totals = age::seal_stream(recipients, *source, *sink, crypto::system_random(), half_the_machine());
    if (!totals) return fail(as_target_error(std::move(totals).error()));
    return counted(*totals);
}

Result<SealedFile> seal_text(std::span<const age::HybridRecipient> recipients, std::string_view content,
                             const std::filesystem::path& into) {
    const auto sealed = age::seal(recipients, as_bytes(content), crypto::system_random());
    ROGATORY_TRY(auto written, write_text(as_text(sealed), into));
    written.content_bytes = content.size();
    written.content_sha256 = crypto::sha256(as_bytes(content));
    return written;
}

Result<SealedFile> write_text(std::string_view content, const std::filesystem::path& into) {
    ROGATORY_TRY(const auto file, new_file(into));
    if (auto written = file.write_all(as_bytes(content)); !written) {
        return fail(as_target_error(std::move(written).error()));
    }
    const auto digest = crypto::sha256(as_bytes(content));
    return SealedFile{content.size(), digest, content.size(), digest};
}

BackupIdentities::BackupIdentities(std::vector<age::Identity> identities) {
    all_.push_back(age::opens_with(std::move(identities)));
}

Result<SealedFile> open_file(const BackupIdentities& identities, const std::filesystem::path& file,
                             const std::optional<std::filesystem::path>& into) {
    ROGATORY_TRY(const auto opened, existing_file(file));
    const auto source = age::source_of_descriptor(opened.descriptor());
    auto options = half_the_machine();
    options.threads = 0;
    if (const auto size = source->size(); size && *size <= kInMemory) options.threads = 1;
    if (!into) {
        NoSink nowhere;
        ROGATORY_TRY(const auto totals,
                     age::open_stream(identities.unwrap(), age::kKeyringHeaderBytes, *source, nowhere, options));
        return counted(totals);
    }
    ROGATORY_TRY(const auto target, new_file(*into));
    const auto sink = age::sink_of_descriptor(target.descriptor());
    auto totals = age::open_stream(identities.unwrap(), age::kKeyringHeaderBytes, *source, *sink, options);
    if (!totals) return fail(as_target_error(std::move(totals).error()));
    return counted(*totals);
}

Result<crypto::SecretText> open_text(const BackupIdentities& identities, const std::filesystem::path& file,
                                     const crypto::Digest* expected) {
    const auto sealed = read_small_file(file, kMostTextBytes);
    if (!sealed) return fail(ErrorCode::not_found, "backup.part_missing");
    if (expected != nullptr && crypto::sha256(as_bytes(*sealed)) != *expected) {
        return fail(ErrorCode::integrity, "backup.part_damaged");
    }
    age::Opener opener{identities.unwrap(), age::kKeyringHeaderBytes};
    Bytes plain;
    auto opened = opener.update(as_bytes(*sealed), plain);
    if (opened) opened = opener.finish(plain);
    if (!opened) {
        crypto::wipe(plain);
        return fail(opened.error());
    }
    crypto::SecretText text{crypto::SecretBytes::copy_of(plain)};
    crypto::wipe(plain);
    return text;
}

Result<Measured> measure_file(const std::filesystem::path& file) {
    ROGATORY_TRY(const auto opened, existing_file(file));
    static_cast<void>(::posix_fadvise(opened.descriptor(), 0, 0, POSIX_FADV_SEQUENTIAL));
    crypto::Sha256 hash;
    Measured measured;
    Bytes piece(kReadAtOnce);
    while (true) {
        const auto got = ::read(opened.descriptor(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw StorageFailure{"read file of a backup", errno};
        if (got == 0) break;
        hash.update(ByteView{piece}.first(static_cast<std::size_t>(got)));
        measured.bytes += static_cast<std::uint64_t>(got);
    }
    measured.sha256 = hash.finish();
    return measured;
}

}  // namespace rogatory::storage
