#include "tests/vectors/age/cctv_vector.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "crypto/encoding/hex.hpp"

namespace rogatory::tests {

namespace {

std::optional<age::Failure> expectation(std::string_view word) {
    if (word == "success") return std::nullopt;
    if (word == "no match") return age::Failure::no_match;
    if (word == "HMAC failure") return age::Failure::hmac;
    if (word == "header failure") return age::Failure::header;
    if (word == "payload failure") return age::Failure::payload;
    if (word == "armor failure") return age::Failure::armor;
    throw std::runtime_error{"unknown expectation: " + std::string{word}};
}

}  // namespace

CctvVector read_cctv_vector(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream read;
    read << in.rdbuf();
    const auto text = read.str();
    const auto end = text.find("\n\n");
    if (!in || end == std::string::npos) throw std::runtime_error{"no vector: " + path.string()};

    CctvVector vector;
    vector.name = path.filename().string();
    vector.file = to_bytes(std::string_view{text}.substr(end + 2));
    std::string_view lines = std::string_view{text}.substr(0, end + 1);
    while (!lines.empty()) {
        const auto line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(line.size() + 1);
        const auto colon = line.find(": ");
        const auto key = line.substr(0, colon);
        const std::string value{line.substr(colon + 2)};
        if (key == "expect") {
            vector.failure = expectation(value);
        } else if (key == "payload") {
            vector.payload_sha256 = value;
        } else if (key == "identity") {
            vector.identities.push_back(value);
        } else if (key == "passphrase") {
            vector.passphrases.push_back(value);
        } else if (key == "file key") {
            vector.file_key = encoding::hex_decode(value);
        } else if (key == "armored") {
            vector.armored = value == "yes";
        } else if (key != "comment") {
            throw std::runtime_error{"unknown key: " + std::string{key}};
        }
    }
    return vector;
}

}  // namespace rogatory::tests
