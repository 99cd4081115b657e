#include "storage/sqlite/key.hpp"

#include <array>
#include <cstdlib>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/encoding/hex.hpp"
#include "storage/blobs/file.hpp"

namespace rogatory::storage {

namespace {

constexpr std::size_t kHexDigits = 2 * DatabaseKey::kBytes;

tl::unexpected<Error> refuse(const char* key, const std::filesystem::path& file) {
    return fail(Error{ErrorCode::invalid_input, key}.with("path", file.string()));
}

std::filesystem::path credentials() {
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    return directory == nullptr ? "" : directory;
}

}  // namespace

Result<DatabaseKey> read_database_key(const std::filesystem::path& file) {
    const File opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!opened) return refuse("database_key.file", file);
    struct stat about {};
    if (::fstat(opened.descriptor(), &about) != 0 || !S_ISREG(about.st_mode)) return refuse("database_key.file", file);
    const bool ours = about.st_uid == ::geteuid();
    if (others_may_use(file, about) || (!ours && about.st_uid != 0)) return refuse("database_key.mode", file);
    std::array<char, kHexDigits + 2> text{};
    const auto length = ::pread(opened.descriptor(), text.data(), text.size(), 0);
    const auto wipe_text = [&text] { crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); };
    const bool shaped = length == static_cast<ssize_t>(kHexDigits) ||
                        (length == static_cast<ssize_t>(kHexDigits) + 1 && text[kHexDigits] == '\n');
    auto bytes = shaped ? encoding::hex_decode({text.data(), kHexDigits}) : std::nullopt;
    wipe_text();
    if (!bytes) return refuse("database_key.file", file);
    auto key = DatabaseKey::from(*bytes);
    crypto::wipe(*bytes);
    return std::move(*key);
}

std::filesystem::path credential_or(const char* name, const std::filesystem::path& otherwise) {
    if (credentials().empty()) return otherwise;
    auto credential = credentials() / name;
    return ::access(credential.c_str(), F_OK) == 0 ? credential : otherwise;
}

bool others_may_use(const std::filesystem::path& file, const struct stat& about) {
    // systemd hands a credential over as 0400 of this user, or of root with an ACL inside a directory nobody else
    // enters: where the file system knows ACLs, the mask of that ACL shows as the group's right to read. Anywhere else
    // it is the group's right.
    const bool handed_over = !credentials().empty() && file == credentials() / file.filename();
    const mode_t others = handed_over && about.st_uid == 0 ? 037 : 077;
    return (about.st_mode & others) != 0;
}

Result<DatabaseKey> make_database_key(const std::filesystem::path& file, crypto::Random& random) {
    const File made{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!made) {
        if (errno == EEXIST) return fail(Error{ErrorCode::conflict, "database_key.exists"}.with("path", file.string()));
        return refuse("database_key.file", file);
    }
    auto key = DatabaseKey::random(random);
    auto text = encoding::hex_encode(key.expose_secret()) + "\n";
    auto written = made.write_all(as_bytes(text));
    crypto::wipe(text);
    if (!written) return fail(std::move(written).error());
    made.sync_or_throw();
    sync_directory_or_throw(file.parent_path());
    return key;
}

}  // namespace rogatory::storage
