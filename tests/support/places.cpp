#include "tests/support/places.hpp"

namespace rogatory::test {

std::filesystem::path source_folder() { return ROGATORY_SOURCE_DIR; }

}  // namespace rogatory::test
