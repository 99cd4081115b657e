#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "web/client/https.hpp"

// The web client as a server gives it, compared with a build that somebody trusts.
namespace rogatory::client {

struct WebFile {
    std::string path;
    std::uint64_t size = 0;
    std::string sha256;  // lower-case hex
    friend bool operator==(const WebFile&, const WebFile&) = default;
};
struct WebManifest {
    std::string version;
    std::vector<WebFile> files;  // in the order of their paths
    friend bool operator==(const WebManifest&, const WebManifest&) = default;
};

// What a build leaves as manifest.json. invalid_input "web.manifest".
[[nodiscard]] Result<WebManifest> parse_web_manifest(std::string_view text);
// A build's folder: its manifest, each of its files compared with it. invalid_input "web.manifest", "web.build_differs"
// {file}.
[[nodiscard]] Result<WebManifest> read_web_build(const std::filesystem::path& folder);

struct WebDifference {
    enum class What { altered, missing, not_known };
    What what{};
    std::string path;
    std::string coding;  // "", "gzip" or "br": one answer may differ from another
};
struct WebVerdict {
    WebManifest served;
    std::uint64_t bytes = 0;
    std::vector<WebDifference> differences;
};

// Fetches what the server gives: its manifest, and every file of `trusted` (and of the server's own list) plain and in
// each coding that browsers ask for. integrity is no failure here: it is the verdict.
[[nodiscard]] Result<WebVerdict> compare_served_web(Https& server, const WebManifest& trusted);
// The server's own list, for who has nothing to compare with.
[[nodiscard]] Result<WebManifest> fetch_web_manifest(Https& server);

}  // namespace rogatory::client
