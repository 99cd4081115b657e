#include "web/cli/verify/release.hpp"

#include <chrono>
#include <fstream>

#include "platform/base/try.hpp"
#include "platform/model/ids.hpp"
#include "platform/release/list.hpp"
#include "web/cli/verify/disk.hpp"

namespace rogatory::cli {
namespace {

namespace fs = std::filesystem;

// A list has a line of a hundred bytes for each file, and some ten files.
constexpr std::size_t kMostText = 1 << 20;
constexpr std::size_t kPiece = 1 << 16;

tl::unexpected<Error> about(ErrorCode code, std::string key, const fs::path& path) {
    return fail(Error{code, std::move(key)}.with("file", name_of(path)));
}

Result<std::string> read_text(const fs::path& path, const fs::path& shown, ErrorCode code,
                              const std::string& unreadable) {
    std::ifstream in{path, std::ios::binary};
    std::string out(kMostText + 1, '\0');
    in.read(out.data(), static_cast<std::streamsize>(out.size()));
    const auto length = static_cast<std::size_t>(in.gcount());
    if (!in.eof() || in.bad() || length > kMostText) return about(code, unreadable, shown);
    out.resize(length);
    return out;
}

Result<std::vector<release::Present>> present_in(const fs::path& folder) {
    std::vector<release::Present> out;
    std::error_code error;
    fs::directory_iterator entries{folder, error};
    for (; !error && entries != fs::directory_iterator{}; entries.increment(error)) {
        const auto status = entries->symlink_status(error);
        if (error) break;
        out.push_back({name_of(entries->path().filename()), fs::is_regular_file(status)});
    }
    if (error) return about(ErrorCode::not_found, "release.no_folder", folder);
    return out;
}

Result<crypto::Digest> digest_of(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    crypto::Sha256 hash;
    Bytes piece(kPiece);
    while (in) {
        in.read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
        hash.update(ByteView{piece}.first(static_cast<std::size_t>(in.gcount())));
    }
    if (!in.eof() || in.bad()) return about(ErrorCode::unavailable, "release.unreadable", path.filename());
    return hash.finish();
}

Result<std::string> read_listed_text(const fs::path& folder, std::string_view name) {
    return read_text(folder / fs::path{name}, fs::path{name}, ErrorCode::integrity, "release.missing");
}

UnixSeconds now() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

Result<ExitCode> check_release(const Console& console, const ReleaseToCheck& options) {
    ROGATORY_TRY(const auto signers,
                 read_text(options.signers, options.signers, ErrorCode::not_found, "release.no_signers"));
    ROGATORY_TRY(const auto present, present_in(options.folder));
    ROGATORY_TRY(const auto list, read_listed_text(options.folder, release::kListName));
    ROGATORY_TRY(const auto signature, read_listed_text(options.folder, release::kSignatureName));
    // Nothing that the list says is looked at before its signature.
    ROGATORY_TRY(const auto signer, release::signer_of_list(list, signature, signers, now()));
    ROGATORY_TRY(const auto listed, release::parse_list(list));
    ROGATORY_TRY_VOID(release::compare_names(listed, present));
    std::vector<Json> files;
    for (const auto& file : listed) {
        ROGATORY_TRY(const auto digest, digest_of(options.folder / fs::path{file.name}));
        if (digest != file.sha256) {
            return fail(Error{ErrorCode::integrity, "release.altered"}.with("file", file.name));
        }
        files.push_back(Json{}.add("name", file.name).add("sha256", model::to_hex(digest)));
    }
    const auto versions = release::versions_of(listed);
    console.print(Json{}
                      .add("verified", true)
                      .add("signed_by", signer)
                      .add("versions", Json::array(versions))
                      .add("files", Json::array(files)));
    console.answer("release.good", {{"name", signer}, {"count", static_cast<std::int64_t>(listed.size())}});
    if (versions.empty()) {
        console.answer("release.no_version");
    } else {
        std::string all;
        for (const auto& version : versions) all += (all.empty() ? "" : ", ") + version;
        console.answer("release.version", {{"count", static_cast<std::int64_t>(versions.size())}, {"versions", all}});
    }
    return ExitCode::ok;
}

}  // namespace rogatory::cli
