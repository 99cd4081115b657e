#include "web/cli/verify/evidence.hpp"

#include "platform/base/try.hpp"
#include "platform/custody/evidence.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/verify/disk.hpp"

namespace rogatory::cli {

// Needs no profile, no server, no account.
Result<ExitCode> check_evidence(const Console& console, const std::filesystem::path& file) {
    ROGATORY_TRY(const auto source, open_source(file));
    if (source->size() > custody::kMostEvidenceBytes) return fail(ErrorCode::invalid_input, "evidence.malformed");
    Bytes archive(static_cast<std::size_t>(source->size()));
    ROGATORY_TRY(const auto whole, source->read_at(0, archive));
    if (!whole) return fail(ErrorCode::invalid_input, "evidence.malformed");
    ROGATORY_TRY(const auto verdict, custody::verify_evidence(archive));
    Json json;
    json.add("what", verdict.what).add("proven", verdict.proven).add("finding", verdict.finding);
    if (!verdict.log_key.empty()) json.add("log_key", verdict.log_key);
    for (const auto& [name, value] : verdict.facts) json.add(name, value);
    console.print(json);
    console.answer("evidence." + verdict.finding);
    for (const auto& [name, value] : verdict.facts) console.answer_line(name + ": " + printable(value), 2);
    if (!verdict.log_key.empty()) {
        console.answer("evidence.compare_key");
        console.answer_line(printable(verdict.log_key), 2);
    }
    return ExitCode::ok;
}

}  // namespace rogatory::cli
