#pragma once

#include <array>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <string>

#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "storage/failure.hpp"

// What all commands on a folder of backups share.
namespace rogatory::server {

inline std::string backup_time(UnixSeconds when) {
    const auto time = static_cast<std::time_t>(when);
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

// A device that is full shows as an exception of the library's own, too.
template <class Work>
Result<> guarded(Work&& work) {
    try {
        return work();
    } catch (const std::filesystem::filesystem_error& broken) {
        if (broken.code() == std::errc::no_space_on_device) {
            return fail(ErrorCode::storage_full, "backup.target_full");
        }
        throw;
    } catch (const storage::StorageFailure& broken) {
        if (broken.code() == ENOSPC || broken.code() == EDQUOT) {
            return fail(ErrorCode::storage_full, "backup.target_full");
        }
        throw;
    }
}

}  // namespace rogatory::server
