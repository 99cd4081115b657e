#include "crypto/tlog/succession.hpp"

#include "crypto/labels.hpp"
#include "crypto/tlog/decimal.hpp"

namespace rogatory::tlog {
namespace {

constexpr std::string_view kMark = "/log/";

}  // namespace

std::optional<std::uint64_t> log_number(std::string_view origin) {
    const auto at = origin.rfind(kMark);
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    const auto number = parse_decimal(origin.substr(at + kMark.size()));
    if (!number || *number >= kMostLogs) return std::nullopt;
    return number;
}

Result<std::string> successor_origin(std::string_view origin) {
    const auto number = log_number(origin);
    if (!number || *number + 1 >= kMostLogs) return fail(ErrorCode::invalid_input, "log.origin");
    return std::string{origin.substr(0, origin.rfind(kMark) + kMark.size())} + std::to_string(*number + 1);
}

std::optional<std::string> predecessor_origin(std::string_view origin) {
    const auto number = log_number(origin);
    if (!number || *number == 0) return std::nullopt;
    return std::string{origin.substr(0, origin.rfind(kMark) + kMark.size())} + std::to_string(*number - 1);
}

Entry successor_entry(std::string_view origin, const Checkpoint& last) {
    return {EntryLabel{crypto::Labelled{"rogatory/v1/successor"}.variable(origin).sha256().value()},
            crypto::Labelled{"rogatory/v1/predecessor"}.variable(origin).variable(last.text()).sha256()};
}

std::string successor_text(const NoteKey& key) { return key.vkey() + "\n"; }

Result<NoteKey> parse_successor(std::string_view text, std::string_view origin) {
    const auto malformed = [] { return fail(ErrorCode::invalid_input, "log.successor_malformed"); };
    if (text.size() > kMaxSuccessorBytes || !text.ends_with('\n')) return malformed();
    text.remove_suffix(1);
    auto key = NoteKey::parse(text);
    const auto next = successor_origin(origin);
    if (!key || !next || key->name() != *next || key->type() != SignatureType::ed25519) return malformed();
    return key;
}

}  // namespace rogatory::tlog
