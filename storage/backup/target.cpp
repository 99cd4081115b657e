#include "storage/backup/target.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/base/try.hpp"
#include "storage/failure.hpp"

namespace rogatory::storage {
namespace {

constexpr std::string_view kUnfinished = ".unfinished-";
constexpr std::size_t kMostBlobListBytes = std::size_t{1} << 30;

void make_folder(const std::filesystem::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) throw StorageFailure{"make backup folder", errno};
}

}  // namespace

std::optional<std::string> read_small_file(const std::filesystem::path& file, std::size_t limit) {
    const File opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat about {};
    if (!opened || ::fstat(opened.descriptor(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
    if (static_cast<std::uint64_t>(about.st_size) > limit) return std::nullopt;
    std::string text(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        const auto got = ::read(opened.descriptor(), text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return std::nullopt;
        filled += static_cast<std::size_t>(got);
    }
    return text;
}

void sync_file_system(const std::filesystem::path& folder) {
    const File opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened) throw StorageFailure{"open folder", errno};
    if (::syncfs(opened.descriptor()) != 0) throw StorageFailure{"syncfs", errno};
}

Result<BackupTarget> BackupTarget::open(const std::filesystem::path& folder) {
    if (!std::filesystem::is_directory(folder)) {
        return fail(Error{ErrorCode::not_found, "backup.no_target"}.with("folder", folder.string()));
    }
    return BackupTarget{folder, File{}};
}

Result<BackupTarget> BackupTarget::open_to_write(const std::filesystem::path& folder) {
    make_folder(folder);
    make_folder(folder / "blobs");
    File lock{::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!lock) throw StorageFailure{"open lock of the backup folder", errno};
    if (::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0) {
        return fail(ErrorCode::unavailable, "backup.target_locked");
    }
    return BackupTarget{folder, std::move(lock)};
}

std::vector<std::string> BackupTarget::names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator{folder_}) {
        auto name = entry.path().filename().string();
        if (is_backup_name(name) && entry.is_directory()) found.push_back(std::move(name));
    }
    std::sort(found.begin(), found.end());
    return found;
}

Result<std::string> BackupTarget::newest(const std::string& signer) const {
    const auto all = names();
    if (all.empty()) return fail(Error{ErrorCode::not_found, "backup.none"}.with("folder", folder_.string()));
    std::optional<Manifest> best;
    std::string unreadable;
    for (const auto& name : all) {
        const auto one = read(name);
        if (!one) {
            unreadable = name;
            continue;
        }
        const bool his = one->signer.vkey() == signer;
        const bool best_his = best && best->signer == signer;
        if (!best || (his && !best_his) || (his == best_his && best->before(one->manifest))) best = one->manifest;
    }
    if (!best || best->name < unreadable) return unreadable;
    return best->name;
}

std::vector<BackupTarget::Read> BackupTarget::readable() const {
    std::vector<Read> all;
    for (const auto& name : names()) {
        if (auto one = read(name)) all.push_back(*std::move(one));
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.manifest.before(b.manifest); });
    return all;
}

Result<BackupTarget::Read> BackupTarget::read(const std::string& name) const {
    const auto refuse = [&name](const char* key, ErrorCode code = ErrorCode::integrity) {
        return fail(Error{code, key}.with("name", name));
    };
    if (!is_backup_name(name) || !std::filesystem::is_directory(of(name))) {
        return refuse("backup.not_there", ErrorCode::not_found);
    }
    const auto text = read_small_file(of(name) / kManifestName, tlog::kMaxNoteBytes);
    if (!text) return refuse("backup.manifest_damaged");
    const auto note = tlog::Note::parse(*text);
    if (!note) return refuse("backup.manifest_damaged");
    auto manifest = Manifest::parse(note->text);
    if (!manifest && manifest.error().code() == ErrorCode::unsupported) return fail(std::move(manifest).error());
    if (!manifest || note->signatures.size() != 1) return refuse("backup.manifest_damaged");
    // The key is the backup's own word: whoever has written it down compares it. Without that the signature only binds
    // the parts to one another.
    const auto signer = tlog::NoteKey::parse(manifest->signer);
    if (!signer || !tlog::verify_note_signature(*signer, note->text, note->signatures.front())) {
        return refuse("backup.signature");
    }
    if (manifest->name != name) return refuse("backup.other_name");
    const auto* const part = manifest->part(kBlobListPart);
    const auto list = read_small_file(of(name) / kBlobListPart, kMostBlobListBytes);
    if (!list || list->size() != part->bytes || crypto::sha256(as_bytes(*list)) != part->sha256) {
        return refuse("backup.list_damaged");
    }
    auto blobs = parse_blob_list(*list);
    if (!blobs || blobs->size() != manifest->blobs) return refuse("backup.list_damaged");
    std::optional<std::vector<ports::UploadId>> absent;
    if (const auto* const listed = manifest->part(kAbsentPart)) {
        const auto ids = read_small_file(of(name) / kAbsentPart, kMostBlobListBytes);
        if (!ids || ids->size() != listed->bytes || crypto::sha256(as_bytes(*ids)) != listed->sha256) {
            return refuse("backup.list_damaged");
        }
        auto parsed = parse_absent_list(*ids);
        if (!parsed) return refuse("backup.list_damaged");
        absent = *std::move(parsed);
    }
    return Read{*std::move(manifest), *signer, *std::move(blobs), std::move(absent)};
}

bool BackupTarget::clear_unfinished() const {
    std::vector<std::filesystem::path> left;
    for (const auto& entry : std::filesystem::directory_iterator{folder_}) {
        if (entry.path().filename().string().starts_with(kUnfinished)) left.push_back(entry.path());
    }
    for (const auto& one : left) std::filesystem::remove_all(one);
    return !left.empty();
}

void BackupTarget::remove(const std::string& name) const {
    std::filesystem::rename(of(name), unfinished(name));
    sync_directory_or_throw(folder_);
    std::filesystem::remove_all(unfinished(name));
}

std::optional<std::string> BackupTarget::hold(const std::string& name) const {
    constexpr std::size_t kMost = 1024;
    // One that cannot be read, or of which the disk does not say whether it is there, holds all the same.
    std::error_code error;
    const auto there = std::filesystem::symlink_status(of(name) / kHoldName, error);
    if (there.type() == std::filesystem::file_type::not_found) return std::nullopt;
    auto why = read_small_file(of(name) / kHoldName, kMost).value_or("");
    why.erase(std::find_if(why.begin(), why.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }), why.end());
    return why;
}

Result<> BackupTarget::set_hold(const std::string& name, const std::string& why) const {
    constexpr std::size_t kMost = 500 + std::string_view{"2000-01-01T00:00:00Z "}.size();
    const auto control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
    if (why.empty() || why.size() > kMost || std::any_of(why.begin(), why.end(), control)) {
        return fail(ErrorCode::invalid_input, "backup.hold_reason");
    }
    const auto beside = of(name) / (std::string{kHoldName} + ".next");
    {
        std::ofstream out{beside, std::ios::binary | std::ios::trunc};
        out << why << "\n";
        if (!out.flush()) throw StorageFailure{"write a hold", errno};
    }
    std::filesystem::rename(beside, of(name) / kHoldName);
    sync_file_system(folder_);
    return {};
}

bool BackupTarget::release(const std::string& name) const {
    if (!std::filesystem::remove(of(name) / kHoldName)) return false;
    sync_file_system(folder_);
    return true;
}

BackupTarget::Removed BackupTarget::remove_unlisted(const std::vector<Read>& kept) const {
    std::set<std::string> listed;
    for (const auto& one : kept) {
        for (const auto& blob : one.blobs) listed.insert((folder_ / blob.path()).string());
    }
    Removed removed;
    std::vector<std::filesystem::path> unlisted;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{blobs()}) {
        if (entry.is_regular_file() && !listed.contains(entry.path().string())) unlisted.push_back(entry.path());
    }
    for (const auto& file : unlisted) {
        std::error_code failed;
        const auto bytes = std::filesystem::file_size(file, failed);
        if (!std::filesystem::remove(file)) continue;
        ++removed.files;
        removed.bytes += failed ? 0 : bytes;
    }
    sync_file_system(folder_);
    return removed;
}

}  // namespace rogatory::storage
