#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "web/server/config.hpp"

// What `rogatoryd check` finds: everything that is wrong at once, each with what to do.
namespace rogatory::server {

struct Finding {
    enum class Weight { warning, error };
    Weight weight{};
    Error error;  // its key is looked up by explain()
};

struct CheckOptions {
    std::filesystem::path config;
    bool quick = false;  // without reading the whole database and the whole log
};

struct Report {
    std::vector<Finding> findings;  // in the order in which they should be mended
    // What was read to its end.
    bool database = false;
    bool log = false;
};

// Changes nothing that stays.
[[nodiscard]] Report find_faults(const CheckOptions& options);

}  // namespace rogatory::server
