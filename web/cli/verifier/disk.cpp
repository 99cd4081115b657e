// By the standard library alone, for any system.
#include "web/cli/verify/disk.hpp"

#include <fstream>
#include <random>
#include <system_error>

#include "platform/base/try.hpp"
#include "web/cli/verifier/windows_name.hpp"

namespace rogatory::cli {
namespace {

namespace fs = std::filesystem;

class FileSource final : public custody::Source {
public:
    FileSource(std::ifstream&& file, std::uint64_t size) : file_{std::move(file)}, size_{size} {}
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] Result<bool> read_at(std::uint64_t offset, MutableByteView into) const override {
        file_.clear();
        file_.seekg(static_cast<std::streamoff>(offset));
        file_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
        if (file_.bad() || (file_.fail() && !file_.eof())) return fail(ErrorCode::unavailable, "custody.read");
        return static_cast<std::size_t>(file_.gcount()) == into.size();
    }

private:
    mutable std::ifstream file_;
    std::uint64_t size_;
};

tl::unexpected<Error> cannot_write(const fs::path& path, const std::error_code& error) {
    if (error == std::errc::no_space_on_device) {
        return fail(Error{ErrorCode::storage_full, "output.full"}.with("file", name_of(path)));
    }
    return fail(Error{ErrorCode::invalid_input, "output.not_writable"}.with("file", name_of(path)));
}

tl::unexpected<Error> exists_already(const fs::path& path) {
    return fail(Error{ErrorCode::conflict, "custody.exists"}.with("file", name_of(path)));
}

Result<> write_temporary(const fs::path& temporary, const NewFile& order) {
    std::ofstream out{temporary, std::ios::binary | std::ios::trunc};
    if (!out) return cannot_write(order.path, {});
    std::error_code ignored;
    fs::permissions(temporary, fs::perms::owner_read | fs::perms::owner_write, ignored);
    ROGATORY_TRY_VOID(order.write([&](ByteView bytes) -> Result<> {
        out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        if (!out) return cannot_write(order.path, std::make_error_code(std::errc::no_space_on_device));
        return {};
    }));
    out.close();
    if (!out) return cannot_write(order.path, std::make_error_code(std::errc::no_space_on_device));
    return {};
}

}  // namespace

Result<std::unique_ptr<custody::Source>> open_source(const fs::path& path) {
    std::error_code error;
    const bool regular = fs::is_regular_file(path, error);
    const auto size = regular ? fs::file_size(path, error) : 0;
    std::ifstream file;
    if (regular && !error) file.open(path, std::ios::binary);
    if (!file.is_open()) return fail(Error{ErrorCode::not_found, "custody.no_file"}.with("file", name_of(path)));
    return std::make_unique<FileSource>(std::move(file), size);
}

bool is_name_here(std::string_view name) {
#ifdef _WIN32
    return is_windows_name(name);
#else
    return !name.empty();
#endif
}

Result<> make_file(const NewFile& order) {
    std::error_code error;
    if (!order.overwrite && fs::exists(fs::symlink_status(order.path, error))) return exists_already(order.path);
    // A name of its own: nothing that lies there is written over or followed.
    auto temporary = order.path;
    temporary += "." + std::to_string(std::random_device{}()) + ".part";
    auto done = write_temporary(temporary, order);
    if (done && order.overwrite) {
        fs::rename(temporary, order.path, error);
        if (error) done = cannot_write(order.path, error);
    } else if (done) {
        // A name that came up meanwhile is somebody else's file: a link never replaces one.
        fs::create_hard_link(temporary, order.path, error);
        if (error)
            done = error == std::errc::file_exists ? Result<>{exists_already(order.path)}
                                                   : Result<>{cannot_write(order.path, error)};
    }
    std::error_code ignored;
    fs::remove(temporary, ignored);
    return done;
}

}  // namespace rogatory::cli
