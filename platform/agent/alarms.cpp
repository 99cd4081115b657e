#include "platform/agent/alarms.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/tlog/fork_proof.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/agent/evidence_readme.hpp"
#include "platform/agent/tar.hpp"
#include "platform/base/try.hpp"

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

std::string archive_name(std::string_view piece) {
    if (piece.ends_with("_entry")) return std::string{piece} + ".bin";
    if (piece.ends_with("_proof")) return std::string{piece} + ".tlog-proof";
    if (piece == "smaller" || piece == "larger" || piece == "checkpoint" || piece == "verified_before") {
        return std::string{piece} + ".note";
    }
    if (piece == "statement" || piece == "envelope") return std::string{piece} + ".dsse.json";
    if (piece == "consistency" || piece == "log_key") return std::string{piece} + ".txt";
    return std::string{piece} + ".bin";
}

std::optional<std::string_view> text_of(const TarFiles& files, std::string_view piece) {
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.first == archive_name(piece); });
    if (found == files.end()) return std::nullopt;
    return as_text(found->second);
}

std::optional<tlog::Entry> entry_of(const TarFiles& files, std::string_view piece) {
    const auto text = text_of(files, piece);
    if (!text || text->size() != tlog::Entry::kBytes) return std::nullopt;
    return tlog::Entry::from(std::span<const std::uint8_t, tlog::Entry::kBytes>{as_bytes(*text)});
}

tl::unexpected<Error> malformed() { return fail(ErrorCode::invalid_input, "evidence.malformed"); }

Result<EvidenceVerdict> verify_fork(const TarFiles& files, const tlog::NoteKey& log) {
    const auto smaller = text_of(files, "smaller");
    const auto larger = text_of(files, "larger");
    const auto consistency = text_of(files, "consistency");
    if (!smaller || !larger || !consistency) return malformed();
    ROGATORY_TRY(const auto proof, tlog::ForkProof::parse(*smaller, *larger, *consistency));
    ROGATORY_TRY_VOID(tlog::verify_fork_proof(proof, log));
    EvidenceVerdict verdict;
    verdict.proven = true;
    verdict.finding = "two_histories";
    const auto& one = proof.smaller.checkpoint.head;
    verdict.facts = {{"size", std::to_string(one.size)},
                     {"signed_root", encoding::hex_encode(one.root.value())},
                     {"other_root", encoding::hex_encode(proof.root_within.value())},
                     {"larger_size", std::to_string(proof.larger.checkpoint.head.size)}};
    return verdict;
}

Result<EvidenceVerdict> verify_two_for_one(const TarFiles& files, const tlog::NoteKey& log) {
    const auto first = text_of(files, "first_proof");
    const auto second = text_of(files, "second_proof");
    const auto first_entry = entry_of(files, "first_entry");
    const auto second_entry = entry_of(files, "second_entry");
    if (!first || !second || !first_entry || !second_entry) return malformed();
    ROGATORY_TRY(const auto one, tlog::LogProof::parse(*first));
    ROGATORY_TRY(const auto other, tlog::LogProof::parse(*second));
    ROGATORY_TRY_VOID(tlog::verify_repeated_label(one, *first_entry, other, *second_entry, log));
    EvidenceVerdict verdict;
    verdict.proven = true;
    verdict.finding = "two_statements";
    verdict.facts = {{"first_index", std::to_string(one.index)},
                     {"first_statement", encoding::hex_encode(first_entry->id.value())},
                     {"second_index", std::to_string(other.index)},
                     {"second_statement", encoding::hex_encode(second_entry->id.value())}};
    return verdict;
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
    TarFiles files;
    files.emplace_back("README.txt", to_bytes(evidence_readme(kept.what)));
    files.emplace_back("alarm.txt", to_bytes(kept.what + "\n"));
    for (auto& [piece, content] : kept.pieces) files.emplace_back(archive_name(piece), std::move(content));
    return write_tar(files);
}

Result<EvidenceVerdict> verify_evidence(ByteView archive) {
    ROGATORY_TRY(const auto files, read_tar(archive));
    const auto what =
        std::find_if(files.begin(), files.end(), [](const auto& row) { return row.first == "alarm.txt"; });
    if (what == files.end()) return malformed();
    auto key = std::string{as_text(what->second)};
    if (!key.empty() && key.back() == '\n') key.pop_back();
    const auto key_text = text_of(files, "log_key");
    EvidenceVerdict verdict;
    if (key_text && (key == "log.forked" || key == "chain.forked")) {
        ROGATORY_TRY(const auto log, tlog::NoteKey::parse(*key_text));
        if (key == "log.forked") {
            ROGATORY_TRY(verdict, verify_fork(files, log));
        } else {
            ROGATORY_TRY(verdict, verify_two_for_one(files, log));
        }
        verdict.log_key = log.vkey();
    } else {
        // Kept for people: what the server sent, on the word of whoever kept it.
        verdict.finding = "testimony";
    }
    verdict.what = key;
    return verdict;
}

}  // namespace rogatory::agent
