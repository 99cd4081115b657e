#include "web/cli/commands/source_files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include "platform/base/try.hpp"

namespace rogatory::cli {
namespace {

namespace fs = std::filesystem;

auto refused(const char* key, const fs::path& path) {
    return fail(Error{ErrorCode::invalid_input, key}.with("file", path.string()));
}

Result<> add_folder(const fs::path& folder, std::vector<agent::SourceFile>& out) {
    std::error_code failure;
    std::vector<fs::path> found;
    for (fs::recursive_directory_iterator at{folder, failure}, end; !failure && at != end; at.increment(failure)) {
        if (at->is_symlink()) return refused("source.link", at->path());
        if (at->is_directory()) continue;
        if (!at->is_regular_file()) return refused("source.not_a_file", at->path());
        found.push_back(at->path());
    }
    if (failure) return refused("source.not_there", folder);
    if (found.empty()) return refused("source.empty_folder", folder);
    std::ranges::sort(found);
    // "relevés/" and "relevés" both give names that begin with "relevés/".
    const auto base = fs::absolute(folder).lexically_normal();
    const auto named = base.has_filename() ? base : base.parent_path();
    for (const auto& path : found) {
        auto name = (named.filename() / path.lexically_relative(folder)).generic_string();
        auto type = media_type(name);
        out.push_back({.path = path, .descriptor = -1, .name = std::move(name), .type = std::move(type)});
    }
    return {};
}

}  // namespace

Result<std::vector<agent::SourceFile>> source_files(const std::vector<std::string>& arguments,
                                                    const std::string& standard_input_name) {
    std::vector<agent::SourceFile> out;
    bool standard_input = false;
    for (const auto& argument : arguments) {
        if (argument == "-") {
            if (standard_input) return refused("source.stdin_twice", "-");
            standard_input = true;
            const auto name = standard_input_name.empty() ? std::string{"document"} : standard_input_name;
            out.push_back({.path = {}, .descriptor = STDIN_FILENO, .name = name, .type = media_type(name)});
            continue;
        }
        const fs::path path{argument};
        std::error_code failure;
        const auto status = fs::status(path, failure);
        if (failure || !fs::exists(status)) return refused("source.not_there", path);
        if (fs::is_directory(status)) {
            ROGATORY_TRY_VOID(add_folder(path, out));
        } else if (fs::is_regular_file(status)) {
            const auto name = path.filename().string();
            out.push_back({.path = path, .descriptor = -1, .name = name, .type = media_type(name)});
        } else {
            return refused("source.not_a_file", path);
        }
    }
    return out;
}

std::string media_type(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kTypes{{
        {".pdf", "application/pdf"},
        {".csv", "text/csv"},
        {".txt", "text/plain"},
        {".xml", "application/xml"},
        {".json", "application/json"},
        {".zip", "application/zip"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".tif", "image/tiff"},
        {".tiff", "image/tiff"},
        {".svg", "image/svg+xml"},
        {".mp3", "audio/mpeg"},
        {".mp4", "video/mp4"},
        {".doc", "application/msword"},
        {".xls", "application/vnd.ms-excel"},
        {".ppt", "application/vnd.ms-powerpoint"},
        {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
        {".odt", "application/vnd.oasis.opendocument.text"},
        {".ods", "application/vnd.oasis.opendocument.spreadsheet"},
    }};
    std::string lower{name};
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    for (const auto& [ending, type] : kTypes) {
        if (lower.ends_with(ending)) return std::string{type};
    }
    return {};
}

}  // namespace rogatory::cli
