#include "web/client/web_bundle.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/try.hpp"
#include "web/client/answer.hpp"

namespace rogatory::client {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxManifest = 1024 * 1024;
constexpr std::size_t kMaxFile = std::size_t{64} << 20U;
constexpr std::size_t kMaxFiles = 2000;
constexpr std::array<std::string_view, 3> kCodings{"", "gzip", "br"};

tl::unexpected<Error> no_manifest() { return fail(ErrorCode::invalid_input, "web.manifest"); }

bool is_plain_path(std::string_view path) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == '/';
    };
    return !path.empty() && path.size() <= 200 && std::ranges::all_of(path, allowed) && !path.starts_with('/') &&
           path.find("..") == std::string_view::npos;
}

bool is_digest(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string text_at(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    const auto* const text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string{} : std::string{*text};
}

std::string digest(ByteView bytes) { return encoding::hex_encode(crypto::sha256(bytes).value()); }

Result<std::string> contents(const std::filesystem::path& file, std::size_t at_most) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    std::ifstream in{file, std::ios::binary};
    std::ostringstream text;
    if (!error && size <= at_most && size != 0) text << in.rdbuf();
    if (error || size > at_most || !in) {
        return fail(Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", file.filename().string()));
    }
    return std::move(text).str();
}

// Whoever changes what is sent compressed may not even leave it whole: that is a difference, not a lost connection.
bool is_broken(const Result<HttpsReply>& reply) { return !reply && reply.error().key() == "client.coding_broken"; }

Result<HttpsReply> fetch(Https& server, const std::string& path, std::string_view coding) {
    HttpsRequest request;
    request.path = "/" + path;
    request.largest_reply = kMaxFile;
    if (!coding.empty()) request.headers["Accept-Encoding"] = std::string{coding};
    ROGATORY_TRY(auto reply, server.send(request));
    // Who has no time now has not served anything else: the comparison ends without a verdict.
    if (reply.status == 429 || reply.status == 503) return fail(problem_of(reply));
    return reply;
}

const WebFile* find(const WebManifest& manifest, std::string_view path) {
    const auto found = std::ranges::find(manifest.files, path, &WebFile::path);
    return found == manifest.files.end() ? nullptr : &*found;
}

}  // namespace

Result<WebManifest> parse_web_manifest(std::string_view text) {
    boost::system::error_code error;
    const auto value = text.size() <= kMaxManifest ? json::parse(text, error) : json::value{};
    const auto* const top = value.if_object();
    const auto* const listed = top == nullptr ? nullptr : top->if_contains("files");
    const auto* const files = listed == nullptr ? nullptr : listed->if_array();
    if (error || files == nullptr || files->empty() || files->size() > kMaxFiles) return no_manifest();
    WebManifest manifest;
    manifest.version = text_at(*top, "version");
    for (const auto& item : *files) {
        const auto* const entry = item.if_object();
        if (entry == nullptr) return no_manifest();
        WebFile file{text_at(*entry, "path"), 0, text_at(*entry, "sha256")};
        const auto* const size = entry->if_contains("size");
        if (!is_plain_path(file.path) || !is_digest(file.sha256) || size == nullptr || !size->is_int64() ||
            size->get_int64() < 0) {
            return no_manifest();
        }
        file.size = static_cast<std::uint64_t>(size->get_int64());
        manifest.files.push_back(std::move(file));
    }
    std::ranges::sort(manifest.files, {}, &WebFile::path);
    const auto twice = std::ranges::adjacent_find(manifest.files, {}, &WebFile::path);
    if (twice != manifest.files.end()) return no_manifest();
    return manifest;
}

Result<WebManifest> read_web_build(const std::filesystem::path& folder) {
    ROGATORY_TRY(const auto text, contents(folder / "manifest.json", kMaxManifest));
    ROGATORY_TRY(auto manifest, parse_web_manifest(text));
    for (const auto& file : manifest.files) {
        ROGATORY_TRY(const auto bytes, contents(folder / file.path, kMaxFile));
        if (bytes.size() != file.size || digest(as_bytes(bytes)) != file.sha256) {
            return fail(Error{ErrorCode::invalid_input, "web.build_differs"}.with("file", file.path));
        }
    }
    return manifest;
}

Result<WebManifest> fetch_web_manifest(Https& server) {
    ROGATORY_TRY(const auto reply, fetch(server, "manifest.json", ""));
    if (reply.status != 200) return fail(ErrorCode::not_found, "web.none");
    return parse_web_manifest(as_text(reply.body));
}

Result<WebVerdict> compare_served_web(Https& server, const WebManifest& trusted) {
    WebVerdict verdict;
    ROGATORY_TRY(verdict.served, fetch_web_manifest(server));
    for (const auto& file : trusted.files) {
        for (const auto coding : kCodings) {
            auto answer = fetch(server, file.path, coding);
            const std::string said{coding};
            if (is_broken(answer)) {
                verdict.differences.push_back({WebDifference::What::altered, file.path, said});
                continue;
            }
            ROGATORY_TRY(const auto reply, std::move(answer));
            if (reply.status != 200) {
                verdict.differences.push_back({WebDifference::What::missing, file.path, said});
                continue;
            }
            verdict.bytes += reply.body.size();
            if (digest(reply.body) != file.sha256) {
                verdict.differences.push_back({WebDifference::What::altered, file.path, said});
            }
        }
    }
    // What a browser gets first, whatever path it comes by.
    const auto* const page = find(trusted, "index.html");
    for (const std::string path : {"", "inbox"}) {
        for (const auto coding : kCodings) {
            auto answer = fetch(server, path, coding);
            if (is_broken(answer)) {
                verdict.differences.push_back({WebDifference::What::altered, "/" + path, std::string{coding}});
                continue;
            }
            ROGATORY_TRY(const auto reply, std::move(answer));
            if (page == nullptr || reply.status != 200 || digest(reply.body) != page->sha256) {
                verdict.differences.push_back({WebDifference::What::altered, "/" + path, std::string{coding}});
            }
        }
    }
    for (const auto& file : verdict.served.files) {
        if (find(trusted, file.path) == nullptr) {
            verdict.differences.push_back({WebDifference::What::not_known, file.path, {}});
        }
    }
    if (verdict.served != trusted) verdict.differences.push_back({WebDifference::What::altered, "manifest.json", {}});
    return verdict;
}

}  // namespace rogatory::client
