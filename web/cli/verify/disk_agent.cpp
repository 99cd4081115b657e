#include "platform/agent/custody_file.hpp"
#include "web/cli/verify/disk.hpp"

namespace rogatory::cli {

Result<std::unique_ptr<custody::Source>> open_source(const std::filesystem::path& path) {
    return agent::open_source(path);
}

Result<> make_file(const NewFile& order) { return agent::make_file({order.path, order.overwrite, order.write, {}}); }

// Manifests hold no other names than this system's.
bool is_name_here(std::string_view) { return true; }

}  // namespace rogatory::cli
