#include "platform/agent/custody_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "platform/agent/descriptor.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

namespace fs = std::filesystem;

class FileSource final : public custody::Source {
public:
    FileSource(int fd, std::uint64_t size) : file_{fd}, size_{size} {}
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] Result<bool> read_at(std::uint64_t offset, MutableByteView into) const override {
        while (!into.empty()) {
            const auto count = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return fail(ErrorCode::unavailable, "custody.read");
            if (count == 0) return false;
            into = into.subspan(static_cast<std::size_t>(count));
            offset += static_cast<std::uint64_t>(count);
        }
        return true;
    }

private:
    Descriptor file_;
    std::uint64_t size_;
};

tl::unexpected<Error> cannot_write(const fs::path& path) {
    if (errno == ENOSPC || errno == EDQUOT) {
        return fail(Error{ErrorCode::storage_full, "output.full"}.with("file", path.string()));
    }
    return fail(Error{ErrorCode::invalid_input, "output.not_writable"}.with("file", path.string()));
}

Result<> write_all(int fd, const fs::path& path, ByteView rest) {
    while (!rest.empty()) {
        const auto written = ::write(fd, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return cannot_write(path);
        rest = rest.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

// Under its temporary name; complete on disk when it returns.
Result<> write_temporary(const fs::path& temporary, const NewFile& order) {
    ::unlink(temporary.c_str());
    const Descriptor file{
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
    if (file.get() < 0) return cannot_write(order.path);
    Bytes buffer;
    constexpr std::size_t kPiece = 1 << 20;
    const auto take = [&](ByteView bytes) -> Result<> {
        append(buffer, bytes);
        if (buffer.size() < kPiece) return {};
        ROGATORY_TRY_VOID(write_all(file.get(), order.path, buffer));
        buffer.clear();
        return {};
    };
    ROGATORY_TRY_VOID(order.write(take));
    ROGATORY_TRY_VOID(write_all(file.get(), order.path, buffer));
    if (::fsync(file.get()) != 0) return cannot_write(order.path);
    return {};
}

}  // namespace

Result<std::unique_ptr<custody::Source>> open_source(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat facts {};
    if (fd < 0 || ::fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        if (fd >= 0) ::close(fd);
        return fail(Error{ErrorCode::not_found, "custody.no_file"}.with("file", path.string()));
    }
    return std::make_unique<FileSource>(fd, static_cast<std::uint64_t>(facts.st_size));
}

Result<> make_file(const NewFile& order) {
    std::error_code error;
    if (!order.overwrite && fs::exists(fs::symlink_status(order.path, error))) {
        return fail(Error{ErrorCode::conflict, "custody.exists"}.with("file", order.path.string()));
    }
    auto temporary = order.path;
    temporary += ".part";
    auto done = write_temporary(temporary, order);
    if (done && order.check) done = order.check(temporary);
    // A name that came up meanwhile is somebody else's file: link() never replaces one.
    if (done && order.overwrite && ::rename(temporary.c_str(), order.path.c_str()) != 0) {
        done = cannot_write(order.path);
    } else if (done && !order.overwrite) {
        if (::link(temporary.c_str(), order.path.c_str()) != 0) {
            done = errno == EEXIST
                       ? Result<>{fail(Error{ErrorCode::conflict, "custody.exists"}.with("file", order.path.string()))}
                       : Result<>{cannot_write(order.path)};
        }
    }
    ::unlink(temporary.c_str());
    return done;
}

}  // namespace rogatory::agent
