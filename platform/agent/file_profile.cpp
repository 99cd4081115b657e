#include "platform/agent/file_profile.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "platform/agent/descriptor.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] tl::unexpected<Error> system_failure(int error) {
    if (error == ENOSPC || error == EDQUOT) return fail(ErrorCode::storage_full, "profile.full");
    return fail(ErrorCode::unavailable, "profile.unusable", std::generic_category().message(error));
}

Result<> write_all(int fd, ByteView bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return system_failure(errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<> sync_folder(const fs::path& folder) {
    const Descriptor fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!fd.valid() || ::fsync(fd.get()) != 0) return system_failure(errno);
    return {};
}

// The names come from this program, but hold ids that came from a server: nothing may leave the folder.
void ensure_name(std::string_view name) {
    bool segment_started = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        ensure(plain || (c == '.' && segment_started) || (c == '/' && segment_started && i + 1 < name.size()),
               "a profile name is a relative path of [a-z0-9._-]");
        segment_started = c != '/';
    }
    ensure(!name.empty(), "a profile name is not empty");
}

class FileProfile final : public ports::ProfileStore {
public:
    FileProfile(fs::path directory, Descriptor lock) : directory_{std::move(directory)}, lock_{std::move(lock)} {}

    Result<std::optional<Bytes>> load(std::string_view name) const override {
        ensure_name(name);
        const Descriptor fd{::open((directory_ / name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
        if (!fd.valid()) {
            if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
            return system_failure(errno);
        }
        struct stat facts {};
        if (::fstat(fd.get(), &facts) != 0) return system_failure(errno);
        Bytes bytes(static_cast<std::size_t>(facts.st_size));
        std::size_t filled = 0;
        while (filled < bytes.size()) {
            const auto count = ::read(fd.get(), bytes.data() + filled, bytes.size() - filled);
            if (count < 0) {
                if (errno == EINTR) continue;
                return system_failure(errno);
            }
            if (count == 0) break;
            filled += static_cast<std::size_t>(count);
        }
        bytes.resize(filled);
        return bytes;
    }

    Result<> save(std::string_view name, ByteView bytes) override {
        ROGATORY_TRY(const auto path, place(name));
        auto temporary = path;
        temporary += ".new";
        {
            const Descriptor fd{
                ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
            if (!fd.valid()) return system_failure(errno);
            ROGATORY_TRY_VOID(write_all(fd.get(), bytes));
            if (::fsync(fd.get()) != 0) return system_failure(errno);
        }
        if (::rename(temporary.c_str(), path.c_str()) != 0) return system_failure(errno);
        return sync_folder(path.parent_path());
    }

    Result<> append_to(std::string_view name, ByteView bytes) override {
        ROGATORY_TRY(const auto path, place(name));
        const Descriptor fd{
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
        if (!fd.valid()) return system_failure(errno);
        ROGATORY_TRY_VOID(write_all(fd.get(), bytes));
        if (::fdatasync(fd.get()) != 0) return system_failure(errno);
        return {};
    }

    Result<> remove(std::string_view name) override {
        ensure_name(name);
        const auto path = directory_ / name;
        if (::unlink(path.c_str()) != 0) {
            if (errno == ENOENT || errno == ENOTDIR) return {};
            return system_failure(errno);
        }
        return sync_folder(path.parent_path());
    }

    Result<std::vector<std::string>> list(std::string_view folder) const override {
        ensure_name(folder);
        std::vector<std::string> names;
        std::error_code error;
        for (fs::directory_iterator it{directory_ / folder, error}, end; !error && it != end; it.increment(error)) {
            const auto name = it->path().filename().string();
            if (it->is_regular_file(error) && !name.ends_with(".new"))
                names.push_back(std::string{folder} + "/" + name);
        }
        if (error && error != std::errc::no_such_file_or_directory) return system_failure(error.value());
        std::sort(names.begin(), names.end());
        return names;
    }

    Result<fs::path> place(std::string_view name) override {
        ensure_name(name);
        auto path = directory_ / name;
        auto folder = directory_;
        for (const auto& part : fs::path{name}.parent_path()) {
            folder /= part;
            if (::mkdir(folder.c_str(), S_IRWXU) != 0) {
                if (errno != EEXIST) return system_failure(errno);
            } else {
                ROGATORY_TRY_VOID(sync_folder(folder.parent_path()));
            }
        }
        return path;
    }

private:
    fs::path directory_;
    Descriptor lock_;
};

}  // namespace

Result<std::unique_ptr<ports::ProfileStore>> open_file_profile(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory.parent_path(), error);
    if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) return system_failure(errno);
    if (::chmod(directory.c_str(), S_IRWXU) != 0) return system_failure(errno);
    Descriptor lock{::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)};
    if (!lock.valid()) return system_failure(errno);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return fail(ErrorCode::unavailable, "profile.in_use");
    return std::make_unique<FileProfile>(directory, std::move(lock));
}

}  // namespace rogatory::agent
