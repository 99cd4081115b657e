#include "platform/agent/alarms.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/agent/evidence_readme.hpp"
#include "platform/base/try.hpp"
#include "platform/custody/evidence.hpp"
#include "platform/custody/tar.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kEvidenceFolder = "evidence";
constexpr std::string_view kResolvedFolder = "alarms/resolved";
constexpr std::size_t kMostEvidence = 8 * 1024 * 1024;

std::string base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    auto name = std::string{slash == std::string_view::npos ? path : path.substr(slash + 1)};
    if (name.ends_with(".json")) name.resize(name.size() - 5);
    return name;
}

std::string file_of(std::string_view name) { return std::string{kEvidenceFolder} + "/" + std::string{name} + ".json"; }

std::string resolution_of(std::string_view name) { return std::string{kResolvedFolder} + "/" + std::string{name}; }

struct Kept {
    std::string what;
    std::vector<std::pair<std::string, Bytes>> pieces;  // by name
};

Result<Kept> parse_kept(ByteView bytes) {
    const auto malformed = [] { return fail(ErrorCode::invalid_input, "evidence.malformed"); };
    const auto json = encoding::parse_canonical_json(as_text(bytes), kMostEvidence);
    const auto* fields = json ? json->object() : nullptr;
    if (fields == nullptr) return malformed();
    Kept kept;
    for (const auto& [name, value] : *fields) {
        if (value.string() == nullptr) return malformed();
        if (name == "alarm") {
            kept.what = *value.string();
        } else if (!name.ends_with("_sha256")) {
            auto piece = encoding::base64_decode(*value.string());
            if (!piece) return malformed();
            kept.pieces.emplace_back(name, *std::move(piece));
        }
    }
    return kept;
}

}  // namespace

Result<std::vector<Alarm>> alarms(const ports::ProfileStore& profile) {
    ROGATORY_TRY(const auto files, profile.list(kEvidenceFolder));
    ROGATORY_TRY(const auto standing, profile.list(kStandingFolder));
    std::vector<std::string> stands;
    for (const auto& marker : standing) {
        ROGATORY_TRY(const auto named, profile.load(marker));
        if (named) stands.push_back(base_name(as_text(*named)));
    }
    std::vector<Alarm> rows;
    for (const auto& file : files) {
        Alarm row;
        row.name = base_name(file);
        const auto dash = row.name.find('-');
        std::from_chars(row.name.data(), row.name.data() + std::min(dash, row.name.size()), row.at);
        ROGATORY_TRY(const auto bytes, profile.load(file));
        if (bytes) {
            if (const auto kept = parse_kept(*bytes)) row.what = kept->what;
        }
        row.standing = std::find(stands.begin(), stands.end(), row.name) != stands.end();
        ROGATORY_TRY(const auto resolution, profile.load(resolution_of(row.name)));
        if (resolution) row.resolution = as_text(*resolution);
        rows.push_back(std::move(row));
    }
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return std::tie(a.at, a.name) < std::tie(b.at, b.name); });
    return rows;
}

Result<> require_no_standing_alarm(const ports::ProfileStore& profile) {
    ROGATORY_TRY(const auto standing, profile.list(kStandingFolder));
    if (standing.empty()) return {};
    ROGATORY_TRY(const auto named, profile.load(standing.front()));
    return fail(Error{ErrorCode::integrity, "alarm.standing"}.with(
        "evidence", named ? base_name(as_text(*named)) : base_name(standing.front())));
}

Result<> require_no_standing_alarm(Environment& environment) {
    keep_alarms_again(environment);
    if (!environment.unkept_alarms.empty()) {
        return fail(Error{ErrorCode::integrity, "alarm.standing"}.with(
            "evidence", base_name(environment.unkept_alarms.begin()->second.evidence)));
    }
    return require_no_standing_alarm(environment.profile);
}

Result<Alarm> find_alarm(const ports::ProfileStore& profile, std::string_view text) {
    ROGATORY_TRY(const auto rows, alarms(profile));
    std::vector<Alarm> found;
    for (const auto& row : rows) {
        if (row.name == text) return row;
        if (!text.empty() && row.name.find(text) != std::string::npos) found.push_back(row);
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) return fail(Error{ErrorCode::not_found, "alarm.unknown"}.with("name", std::string{text}));
    return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", std::string{text}));
}

Result<> resolve_alarm(ports::ProfileStore& profile, std::string_view name, std::string_view reason) {
    if (reason.empty()) return fail(ErrorCode::invalid_input, "alarm.reason_needed");
    ROGATORY_TRY(const auto alarm, find_alarm(profile, name));
    ROGATORY_TRY_VOID(profile.save(resolution_of(alarm.name), as_bytes(reason)));
    ROGATORY_TRY(const auto standing, profile.list(kStandingFolder));
    for (const auto& marker : standing) {
        ROGATORY_TRY(const auto named, profile.load(marker));
        if (named && base_name(as_text(*named)) == alarm.name) ROGATORY_TRY_VOID(profile.remove(marker));
    }
    return {};
}

Result<Bytes> export_evidence(const ports::ProfileStore& profile, std::string_view name) {
    ROGATORY_TRY(const auto alarm, find_alarm(profile, name));
    ROGATORY_TRY(const auto bytes, profile.load(file_of(alarm.name)));
    if (!bytes) return fail(Error{ErrorCode::not_found, "alarm.unknown"}.with("name", std::string{name}));
    ROGATORY_TRY(auto kept, parse_kept(*bytes));
    custody::TarFiles files;
    files.emplace_back("README.txt", to_bytes(evidence_readme(kept.what)));
    files.emplace_back("alarm.txt", to_bytes(kept.what + "\n"));
    for (auto& [piece, content] : kept.pieces) files.emplace_back(custody::evidence_file(piece), std::move(content));
    return custody::write_tar(files);
}

}  // namespace rogatory::agent
