#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "platform/base/result.hpp"
#include "platform/custody/source.hpp"

namespace rogatory::agent {

// A regular file as a source of bytes. not_found "custody.no_file" {file}; use: unavailable "custody.read".
Result<std::unique_ptr<custody::Source>> open_source(const std::filesystem::path& path);

// A new file (0600) that bears its name only when `write` has given all of it, it is on disk, and `check` (if any) has
// found nothing wrong with it under its temporary name.
//   conflict "custody.exists" {file}; invalid_input "output.not_writable"; storage_full "output.full".
struct NewFile {
    std::filesystem::path path;
    bool overwrite = false;
    std::function<Result<>(const custody::Sink&)> write;
    std::function<Result<>(const std::filesystem::path& temporary)> check;
};
Result<> make_file(const NewFile& order);

}  // namespace rogatory::agent
