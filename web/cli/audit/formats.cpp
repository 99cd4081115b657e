#include "web/cli/audit/formats.hpp"

#include <array>
#include <charconv>
#include <ctime>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/json.hpp"

namespace rogatory::cli {
namespace {

// Of the Open Cybersecurity Schema Framework, 1.3.0.
constexpr std::string_view kOcsf = "1.3.0";
constexpr int kAccountChange = 3001;
constexpr int kAuthentication = 3002;
constexpr int kApiActivity = 6003;
constexpr int kOther = 99;
enum class Severity { informational = 1, low, medium, high };
enum class Status { success = 1, failure };

struct Mapping {
    std::string_view action;
    int event_class;
    int activity;
    std::string_view activity_name;
    Severity severity = Severity::informational;
    Status status = Status::success;
    bool about_subject = false;  // the subject is the account that it happened to
};

constexpr std::array kMappings{
    Mapping{"session.started", kAuthentication, 1, "Logon"},
    Mapping{"session.refused", kAuthentication, 1, "Logon", Severity::low, Status::failure},
    Mapping{"passkey.counter_went_back", kAuthentication, 1, "Logon", Severity::high, Status::failure},
    Mapping{"kit.waiting", kAuthentication, 1, "Logon", Severity::medium, Status::failure},
    Mapping{"kit.ended", kAuthentication, kOther, "Recovery sheet's wait ended"},
    Mapping{"session.stepped_up", kAuthentication, kOther, "Second factor shown again"},
    Mapping{"session.ended", kAuthentication, 2, "Logoff"},
    Mapping{"session.ended_by_administrator", kAuthentication, 2, "Logoff", Severity::low, Status::success, true},
    Mapping{"account.enrolled", kAccountChange, 1, "Create"},
    Mapping{"account.joined", kAccountChange, kOther, "Joined another authority"},
    Mapping{"account.resumed", kAccountChange, 2, "Enable", Severity::low, Status::success, true},
    Mapping{"account.suspended", kAccountChange, 5, "Disable", Severity::medium, Status::success, true},
    Mapping{"credentials.changed", kAccountChange, 3, "Password Change"},
    Mapping{"passkey.added", kAccountChange, 10, "MFA Factor Enable"},
    Mapping{"passkey.removed", kAccountChange, 11, "MFA Factor Disable"},
    Mapping{"second_factor.reset", kAccountChange, 11, "MFA Factor Disable", Severity::medium},
    Mapping{"statement.appended", kApiActivity, 1, "Create"},
    Mapping{"access.set_from_outside", kApiActivity, 3, "Update", Severity::medium},
    Mapping{"access.refused_from_outside", kApiActivity, 3, "Update", Severity::medium, Status::failure},
    Mapping{"statement.restored", kApiActivity, 1, "Create"},
    Mapping{"upload.created", kApiActivity, 1, "Create"},
    Mapping{"upload.renewed", kApiActivity, 3, "Update"},
    Mapping{"invitation.redeemed", kApiActivity, 2, "Read"},
    Mapping{"invitation.cancelled", kApiActivity, 4, "Delete"},
    Mapping{"recovery.begun", kApiActivity, 1, "Create", Severity::medium},
    Mapping{"notices.set", kApiActivity, 3, "Update"},
    Mapping{"notices.removed", kApiActivity, 4, "Delete"},
    Mapping{"support.looked_up", kApiActivity, 2, "Read", Severity::low},
    Mapping{"party.created", kApiActivity, 1, "Create"},
    Mapping{"party.invited", kApiActivity, 1, "Create", Severity::low},
    Mapping{"party.invited_anew", kApiActivity, 1, "Create", Severity::high},
    Mapping{"party.suspended", kApiActivity, 3, "Update", Severity::high},
    Mapping{"party.resumed", kApiActivity, 3, "Update", Severity::low},
    Mapping{"party.quota_set", kApiActivity, 3, "Update"},
    Mapping{"party.quota_lifted", kApiActivity, 3, "Update"},
    Mapping{"log.behind", kApiActivity, kOther, "Log found behind", Severity::high, Status::failure},
    Mapping{"log.resubmission_refused", kApiActivity, kOther, "Forged record refused", Severity::high, Status::failure},
};

Mapping mapping_of(const ports::remote::AuditRow& row) {
    for (auto mapping : kMappings) {
        if (mapping.action != row.action) continue;
        // By the recovery sheet it is not one's own change any more, as far as anybody can tell.
        if (row.action == "credentials.changed" && row.subject == "kit") {
            mapping.activity = 4;
            mapping.activity_name = "Password Reset";
            mapping.severity = Severity::medium;
        }
        return mapping;
    }
    return {row.action, kApiActivity, kOther, row.action};
}

std::string class_name(int event_class) {
    if (event_class == kAuthentication) return "Authentication";
    return event_class == kAccountChange ? "Account Change" : "API Activity";
}

Json user(const std::string& name) {
    // "-" is nobody who was signed in.
    Json out;
    out.add("name", name.empty() ? std::string{"-"} : name);
    out.add("type_id", name.empty() || name == "-" ? 0 : 1);
    return out;
}

std::string rfc3339(UnixSeconds at) {
    const auto seconds = static_cast<std::time_t>(at);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

// "entry_added <chain> 7" of a statement; an id or a code of anything else.
Json resource(const ports::remote::AuditRow& row) {
    Json out;
    const auto space = row.subject.find(' ');
    if (row.action.starts_with("statement.") && space != std::string::npos) {
        const auto last = row.subject.find(' ', space + 1);
        out.add("type", "statement").add("name", row.subject.substr(0, space));
        out.add("uid", row.subject.substr(space + 1, last - space - 1));
        return out;
    }
    out.add("type", row.action.substr(0, row.action.find('.'))).add("name", row.subject).add("uid", row.subject);
    return out;
}

std::string ocsf(const AuditSource& source, const ports::remote::AuditRow& row) {
    const auto mapping = mapping_of(row);
    const bool done = row.outcome == "done" && mapping.status == Status::success;
    Json metadata;
    metadata.add("version", std::string{kOcsf})
        .add("product", Json{}.add("name", "Rogatory").add("vendor_name", "Rogatory"))
        .add("uid", source.trail + "-" + std::to_string(row.number))
        .add("sequence", row.number)
        .add("log_name", "audit")
        .add("log_provider", source.host)
        .add("event_code", row.action)
        .add("tenant_uid", source.trail);
    Json event;
    event.add("metadata", metadata)
        .add("time", std::int64_t{row.at} * 1000)
        .add("category_uid", mapping.event_class / 1000)
        .add("class_uid", mapping.event_class)
        .add("class_name", class_name(mapping.event_class))
        .add("activity_id", mapping.activity)
        .add("activity_name", std::string{mapping.activity_name})
        .add("type_uid", mapping.event_class * 100 + mapping.activity)
        .add("severity_id", static_cast<int>(mapping.severity))
        .add("status_id", static_cast<int>(done ? Status::success : Status::failure));
    const auto detail = row.outcome == "done" ? row.subject : row.outcome;
    if (!detail.empty()) event.add("status_detail", detail);
    event.add("actor", Json{}.add("user", user(row.actor)));
    if (mapping.event_class == kApiActivity) {
        event.add("api", Json{}.add("operation", row.action).add("service", Json{}.add("name", "rogatory")));
        // The trail keeps no address; the schema wants a place here.
        event.add("src_endpoint", Json{}.add("name", "not recorded"));
        if (!row.subject.empty()) event.add("resources", Json::array(std::vector<Json>{resource(row)}));
    } else {
        event.add("user", user(mapping.about_subject ? row.subject : row.actor));
        event.add("service", Json{}.add("name", "rogatory"));
        if (row.action == "session.started") event.add("is_mfa", row.subject != "kit alone");
    }
    return event.text();
}

// RFC 5424, facility 13 (log audit). The message is the event, so that no field has to be told twice.
std::string syslog(const AuditSource& source, const ports::remote::AuditRow& row) {
    constexpr int kFacility = 13;
    constexpr std::size_t kMsgId = 32;
    constexpr std::size_t kHost = 255;
    const auto severity = mapping_of(row).severity;
    const int level = severity == Severity::high     ? 3
                      : severity == Severity::medium ? 4
                      : severity == Severity::low    ? 5
                                                     : 6;
    return "<" + std::to_string(kFacility * 8 + level) + ">1 " + rfc3339(row.at) + " " + source.host.substr(0, kHost) +
           " rogatory - " + row.action.substr(0, kMsgId) + " [meta sequenceId=\"" + std::to_string(row.number) +
           "\"] " + ocsf(source, row);
}

// The plain form up to the subject. An operator's own text is not to reach a terminal as commands, or to look like
// another line.
std::string columns(const ports::remote::AuditRow& row) {
    return std::to_string(row.number) + "\t" + rfc3339(row.at) + "\t" + printable(row.actor) + "\t" +
           printable(row.action) + "\t";
}

std::optional<std::uint64_t> number_after(std::string_view line, std::string_view mark) {
    const auto at = line.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    line.remove_prefix(at + mark.size());
    std::uint64_t number = 0;
    if (std::from_chars(line.data(), line.data() + line.size(), number).ec != std::errc{}) return std::nullopt;
    return number;
}

}  // namespace

std::string format_audit(AuditFormat format, const AuditSource& source, const ports::remote::AuditRow& row) {
    if (format == AuditFormat::ocsf) return ocsf(source, row);
    if (format == AuditFormat::syslog) return syslog(source, row);
    return columns(row) + printable(row.subject) + "\t" + printable(row.outcome);
}

bool line_tells_of(AuditFormat format, std::string_view line, const AuditSource& source,
                   const ports::remote::AuditRow& row) {
    if (format == AuditFormat::text) return line.starts_with(columns(row));
    const auto holds = [line](const std::string& piece) { return line.find(piece) != std::string_view::npos; };
    const auto piece = [](const Json& object) {
        const auto text = object.text();
        return text.substr(1, text.size() - 2);  // without its braces
    };
    return holds(piece(Json{}.add("uid", source.trail + "-" + std::to_string(row.number)))) &&
           holds(piece(Json{}.add("log_provider", source.host))) &&
           holds(piece(Json{}.add("event_code", row.action))) &&
           holds(piece(Json{}.add("time", std::int64_t{row.at} * 1000))) &&
           holds(piece(Json{}.add("actor", Json{}.add("user", user(row.actor)))));
}

std::string digest_of(const AuditSource& source, const ports::remote::AuditRow& row) {
    const auto text = Json{}
                          .add("trail", source.trail)
                          .add("server", source.host)
                          .add("number", row.number)
                          .add("at", std::int64_t{row.at})
                          .add("actor", row.actor)
                          .add("action", row.action)
                          .add("outcome", row.outcome)
                          .text();
    return encoding::hex_encode(crypto::sha256(as_bytes(text)).value());
}

std::optional<std::uint64_t> number_of_line(AuditFormat format, std::string_view line) {
    if (format == AuditFormat::ocsf) return number_after(line, "\"sequence\":");
    if (format == AuditFormat::syslog) return number_after(line, "sequenceId=\"");
    return number_after(line, "");
}

}  // namespace rogatory::cli
