#pragma once

#include <string>
#include <vector>

#include "platform/agent/dossiers.hpp"

namespace rogatory::cli {

// What a person names on the command line: files, folders with everything in them (names with '/'), "-" for standard
// input. Refuses what is neither file nor folder, an empty folder and a symbolic link inside one (it may point out of
// it): keys source.not_there, source.not_a_file, source.empty_folder, source.link, argument "file".
Result<std::vector<agent::SourceFile>> source_files(const std::vector<std::string>& arguments,
                                                    const std::string& standard_input_name);

// Media type by the name's ending; empty where it is none of the common ones.
[[nodiscard]] std::string media_type(std::string_view name);

}  // namespace rogatory::cli
