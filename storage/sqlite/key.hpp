#pragma once

#include <sys/stat.h>

#include <filesystem>

#include "crypto/secret.hpp"
#include "platform/base/result.hpp"

namespace rogatory::storage {

// The raw 256-bit key of the database: no passphrase, so no key derivation and nothing to guess.
using DatabaseKey = crypto::Secret<32, struct DatabaseKeyTag>;

// Reads a key file: 64 lower-case hex digits and at most one line feed; a regular file of this user, readable by nobody
// else (no symbolic link is followed). Under systemd the file is the credential in $CREDENTIALS_DIRECTORY, which may be
// root's and its group's, never argv or environment. invalid_input "database_key.file" {path} or "database_key.mode"
// {path}.
[[nodiscard]] Result<DatabaseKey> read_database_key(const std::filesystem::path& file);

// $CREDENTIALS_DIRECTORY/<name> when systemd gave one of that name, else `otherwise`.
[[nodiscard]] std::filesystem::path credential_or(const char* name, const std::filesystem::path& otherwise);

// Whether others than the owner may read or write a file that holds a secret, `about` being what stat(2) says of it. A
// credential in $CREDENTIALS_DIRECTORY may be root's and its group's.
[[nodiscard]] bool others_may_use(const std::filesystem::path& file, const struct stat& about);

// Draws a key and writes it with mode 0600, durably. conflict "database_key.exists" {path}: a key is never overwritten.
[[nodiscard]] Result<DatabaseKey> make_database_key(const std::filesystem::path& file, crypto::Random& random);

}  // namespace rogatory::storage
