#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/age/failure.hpp"
#include "platform/base/bytes.hpp"

// One vector of github.com/C2SP/CCTV, folder age (npm package cctv-age), as fetch_cctv.py writes it.
namespace rogatory::tests {

struct CctvVector {
    std::string name;
    std::optional<age::Failure> failure;  // nothing: the file opens
    std::optional<std::string> payload_sha256;
    std::vector<std::string> identities;
    std::vector<std::string> passphrases;
    std::optional<Bytes> file_key;
    bool armored = false;
    Bytes file;
};

// Throws for a key or an expectation that this reader does not know: a vector must not be passed over in silence.
[[nodiscard]] CctvVector read_cctv_vector(const std::filesystem::path& path);

}  // namespace rogatory::tests
