#include "web/page/bundle.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <fstream>
#include <optional>
#include <utility>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "web/page/inflated.hpp"

namespace rogatory::page {
namespace {

namespace json = boost::json;

constexpr std::string_view kManifest = "manifest.json";
constexpr std::string_view kIndex = "index.html";
constexpr std::size_t kMaxManifest = 1024 * 1024;
constexpr std::size_t kMaxFile = std::size_t{64} << 20U;
constexpr std::size_t kMaxFiles = 2000;

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".pfb", "application/octet-stream"},  // fonts and character maps of the PDF preview
    {".bcmap", "application/octet-stream"},
}};

tl::unexpected<Error> wrong(std::string_view key, std::string_view file) {
    return fail(Error{ErrorCode::invalid_input, std::string{key}}.with("file", std::string{file}));
}

std::optional<std::string> whole_file(const std::filesystem::path& path, std::size_t at_most) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error || size > at_most) return std::nullopt;
    std::string bytes(size, '\0');
    std::ifstream in{path, std::ios::binary};
    if (!in.read(bytes.data(), static_cast<std::streamsize>(size)) || in.peek() != std::ifstream::traits_type::eof()) {
        return std::nullopt;
    }
    return bytes;
}

// Names as a build writes them, so that a manifest can reach out of its folder as little as a request can.
bool is_plain_path(std::string_view path) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == '/';
    };
    return !path.empty() && path.size() <= 200 && std::ranges::all_of(path, allowed) && !path.starts_with('/') &&
           path.find("..") == std::string_view::npos && path.find("//") == std::string_view::npos;
}

// What the build has compressed beside a file, where that is worth sending.
std::string compressed(const std::filesystem::path& path, std::size_t plain_size) {
    auto bytes = whole_file(path, kMaxFile);
    return bytes && bytes->size() < plain_size ? *std::move(bytes) : std::string{};
}

// The digest of what a gzip file holds; empty: damaged, or not of that size.
std::string digest_inflated(std::string_view gzip, std::uint64_t size) {
    Inflated inflated{gzip};
    crypto::Sha256 hash;
    std::array<std::uint8_t, 16 * 1024> piece;
    std::uint64_t taken = 0;
    while (const auto count = inflated.read(piece)) {
        taken += count;
        if (taken > size) return {};
        hash.update(ByteView{piece}.first(count));
    }
    return inflated.whole() && taken == size ? encoding::hex_encode(hash.finish().value()) : std::string{};
}

Result<File> read_file(const std::filesystem::path& folder, const std::string& path, const std::string& sha256) {
    File file;
    file.type = type_of(path);
    file.kind = kind_of(path);
    file.immutable = path.starts_with("assets/");
    auto plain = whole_file(folder / path, kMaxFile);
    if (!is_plain_path(path) || file.type.empty() || !plain) return wrong("page.file", path);
    file.size = plain->size();
    file.sha256 = encoding::hex_encode(crypto::sha256(as_bytes(*plain)).value());
    if (!sha256.empty() && sha256 != file.sha256) return wrong("page.file", path);
    file.brotli = compressed(folder / (path + ".br"), plain->size());
    file.gzip = compressed(folder / (path + ".gz"), plain->size());
    if (file.gzip.empty()) {
        file.plain = *std::move(plain);
    } else if (digest_inflated(file.gzip, file.size) != file.sha256) {
        return wrong("page.file", path + ".gz");
    }
    return file;
}

std::string text_at(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    const auto* const text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string{} : std::string{*text};
}

}  // namespace

http::ContentKind kind_of(std::string_view path) {
    const auto name = path.substr(path.rfind('/') + 1);
    if (name.ends_with(".html")) {
        return name.starts_with("preview") ? http::ContentKind::frame : http::ContentKind::page;
    }
    if (name.ends_with(".js") && (name.starts_with("worker-") || name.starts_with("bulk-"))) {
        return http::ContentKind::worker;
    }
    return http::ContentKind::asset;
}

std::string_view type_of(std::string_view path) {
    for (const auto& [ending, type] : kTypes) {
        if (path.ends_with(ending)) return type;
    }
    return {};
}

Result<std::shared_ptr<const Bundle>> Bundle::read(const std::filesystem::path& folder) {
    const auto text = whole_file(folder / kManifest, kMaxManifest);
    boost::system::error_code error;
    const auto manifest = text ? json::parse(*text, error) : json::value{};
    const auto* const top = manifest.if_object();
    const auto* const listed = top == nullptr ? nullptr : top->if_contains("files");
    const auto* const files = listed == nullptr ? nullptr : listed->if_array();
    if (error || files == nullptr || files->empty() || files->size() > kMaxFiles) {
        return wrong("page.manifest", kManifest);
    }
    std::shared_ptr<Bundle> bundle{new Bundle};
    for (const auto& item : *files) {
        const auto* const entry = item.if_object();
        const auto path = entry == nullptr ? std::string{} : text_at(*entry, "path");
        const auto sha256 = entry == nullptr ? std::string{} : text_at(*entry, "sha256");
        if (path.empty() || sha256.size() != 64) return wrong("page.manifest", kManifest);
        ROGATORY_TRY(bundle->files_[path], read_file(folder, path, sha256));
    }
    ROGATORY_TRY(bundle->files_[std::string{kManifest}], read_file(folder, std::string{kManifest}, {}));
    if (bundle->find(kIndex) == nullptr) return wrong("page.file", kIndex);
    return std::shared_ptr<const Bundle>{std::move(bundle)};
}

const File* Bundle::find(std::string_view path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : &found->second;
}

const File& Bundle::index() const {
    const auto* const file = find(kIndex);
    ensure(file != nullptr, "a bundle that was read has its page");
    return *file;
}

}  // namespace rogatory::page
