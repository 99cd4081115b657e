#pragma once

#include <filesystem>

namespace rogatory::test {

// The folder of the sources, for tests that read files of the repository. The one path that is compiled in: the other
// objects are the same in every checkout, and the compiler cache knows them again.
std::filesystem::path source_folder();

}  // namespace rogatory::test
