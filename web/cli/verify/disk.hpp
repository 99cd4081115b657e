#pragma once

// The disk as the checks need it. disk_agent.cpp is for `rogatory`, by platform/agent; disk_anywhere.cpp for
// `rogatory-verify`, by the standard library alone, for any system.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "platform/custody/source.hpp"

namespace rogatory::cli {

// A regular file as a source of bytes. not_found "custody.no_file" {file}; use: unavailable "custody.read".
[[nodiscard]] Result<std::unique_ptr<custody::Source>> open_source(const std::filesystem::path& path);

// A new file, which bears its name only when all of it is written. Without `overwrite` nothing is ever replaced.
//   conflict "custody.exists" {file}; invalid_input "output.not_writable" {file}; storage_full "output.full" {file}.
struct NewFile {
    std::filesystem::path path;
    bool overwrite = false;
    std::function<Result<>(const custody::Sink&)> write;
};
[[nodiscard]] Result<> make_file(const NewFile& order);

// Whether a plain file of this name can be made here: a name that its sender chose elsewhere.
[[nodiscard]] bool is_name_here(std::string_view name);

// A path as UTF-8, whatever the system's own spelling is.
[[nodiscard]] inline std::string name_of(const std::filesystem::path& path) {
    const auto text = path.u8string();
    return {text.begin(), text.end()};
}

[[nodiscard]] inline std::filesystem::path path_of(std::string_view utf8) {
    return std::u8string{utf8.begin(), utf8.end()};
}

}  // namespace rogatory::cli
