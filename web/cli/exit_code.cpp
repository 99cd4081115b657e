#include "web/cli/exit_code.hpp"

namespace rogatory::cli {

ExitCode exit_code(const Error& error) {
    // What was begun is kept, and the same command goes on with it.
    for (const auto* resumable : {"client.transfer_cut", "download.incomplete", "upload.incomplete", "append.unsettled",
                                  "append.needs_factor", "append.earlier_waits", "enrolment.unsettled"}) {
        if (error.key() == resumable) return ExitCode::incomplete;
    }
    if (error.key().starts_with("usage.")) return ExitCode::usage;
    switch (error.code()) {
        case ErrorCode::invalid_input:
        case ErrorCode::too_large:
        case ErrorCode::unsupported:
        case ErrorCode::expired:
            return ExitCode::refused;
        case ErrorCode::unauthenticated:
            return ExitCode::not_signed_in;
        case ErrorCode::forbidden:
        case ErrorCode::not_found:
            return ExitCode::not_found;
        case ErrorCode::conflict:
        case ErrorCode::precondition_failed:
            return ExitCode::conflict;
        case ErrorCode::integrity:
            return ExitCode::integrity;
        case ErrorCode::storage_full:
            return ExitCode::no_room;
        case ErrorCode::too_many:
        case ErrorCode::unavailable:
            return ExitCode::unavailable;
    }
    return ExitCode::unexpected;
}

}  // namespace rogatory::cli
