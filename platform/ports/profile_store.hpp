#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

namespace rogatory::ports {

// What one person's client keeps on one device: account key, statements, ciphertext, sealed cache and state, drafts,
// evidence. Never a user bundle, never a secret in the clear, except the account key, which opens nothing alone.
//
// Names are relative paths of [a-z0-9._-] joined by '/'; everything is readable by its owner only (0600 in 0700).
// A save is whole or not at all, and durable when it returns. One process at a time writes (lock()).
class ProfileStore {
public:
    virtual ~ProfileStore() = default;

    virtual Result<std::optional<Bytes>> load(std::string_view name) const = 0;
    virtual Result<> save(std::string_view name, ByteView bytes) = 0;
    virtual Result<> append_to(std::string_view name, ByteView bytes) = 0;
    virtual Result<> remove(std::string_view name) = 0;  // what is not there is removed
    virtual Result<std::vector<std::string>> list(
        std::string_view folder) const = 0;  // names, sorted, with the folder in front

    // Where a large ciphertext under this name lies: its folder exists, the file may not yet.
    virtual Result<std::filesystem::path> place(std::string_view name) = 0;
};

}  // namespace rogatory::ports
