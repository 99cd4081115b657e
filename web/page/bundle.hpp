#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "web/http/message.hpp"

namespace rogatory::page {

// One file of the web client, as it is sent.
struct File {
    std::string type;    // Content-Type
    std::string sha256;  // of `plain`, in hex: the manifest's, compared when the bundle is read
    http::ContentKind kind = http::ContentKind::asset;
    bool immutable = false;  // its name holds a digest of its content
    std::uint64_t size = 0;  // as it is
    std::string plain;       // empty where `gzip` is there, of which it is made when somebody asks for it so
    std::string brotli;      // empty: not smaller, so not there
    std::string gzip;        // held to `sha256` when the bundle is read
};

// The web client's files, read once into memory: what a request names is looked up here and in no file system.
//
// A folder holds manifest.json ({version, files: [{path, size, sha256}]}), the files it lists, and beside each what the
// build has compressed (<file>.br, <file>.gz). What the manifest does not list is not served.
class Bundle {
public:
    // invalid_input "page.manifest" {file} or "page.file" {file}: absent, too large, of a kind not known here, or not
    // what the manifest says. A folder half copied never serves.
    [[nodiscard]] static Result<std::shared_ptr<const Bundle>> read(const std::filesystem::path& folder);

    // By path without its first slash. Nothing: not there.
    [[nodiscard]] const File* find(std::string_view path) const;
    [[nodiscard]] const File& index() const;
    [[nodiscard]] std::size_t size() const noexcept { return files_.size(); }

private:
    Bundle() = default;
    std::map<std::string, File, std::less<>> files_;
};

// What the path of a bundle's file says of it. The names are a convention with web/app's build:
//   preview*.html          a document for the sandboxed frame     assets/*               names with a digest
//   any other *.html       a page                                 */worker-*, */bulk-*   scripts of workers
[[nodiscard]] http::ContentKind kind_of(std::string_view path);
// The Content-Type for a path's ending; empty: no kind of file that a bundle has.
[[nodiscard]] std::string_view type_of(std::string_view path);

}  // namespace rogatory::page
