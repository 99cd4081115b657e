#include "platform/record/founding_sheet.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/ensure.hpp"
#include "platform/record/lines.hpp"
#include "platform/record/log_policy.hpp"

namespace rogatory::record {
namespace {

constexpr std::string_view kSheet = "rogatory/v1/founding-sheet";
constexpr std::size_t kMaxSheetBytes = 64 * 1024;

bool is_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_sheet_date(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !is_digits(text.substr(0, 4)) ||
        !is_digits(text.substr(5, 2)) || !is_digits(text.substr(8, 2))) {
        return false;
    }
    const auto number = [text](std::size_t at, std::size_t length) {
        int value = 0;
        for (std::size_t i = at; i < at + length; ++i) value = value * 10 + (text[i] - '0');
        return value;
    };
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 2000 || month < 1 || month > 12 || day < 1) return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool is_sheet_server(std::string_view text) noexcept {
    constexpr std::string_view kScheme = "https://";
    if (!text.starts_with(kScheme) || text.size() > 300) return false;
    text.remove_prefix(kScheme.size());
    const auto colon = text.rfind(':');
    auto host = text;
    if (colon != std::string_view::npos) {
        const auto port = text.substr(colon + 1);
        if (!is_digits(port) || port.size() > 5 || port.front() == '0' || port == "443") return false;
        host = text.substr(0, colon);
    }
    const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    });
    return plain && !host.empty() && host.front() != '.' && host.front() != '-' && host.back() != '.' &&
           host.back() != '-' && host.find("..") == std::string_view::npos;
}

namespace {

bool in_order(const std::vector<FoundingSheet::Row>& rows) {
    return std::adjacent_find(rows.begin(), rows.end(),
                              [](const auto& a, const auto& b) { return !(a.code < b.code); }) == rows.end();
}

// False: the line just read is not what it must be.
bool read(Lines& lines, FoundingSheet& out) {
    if (!lines.take(kSheet)) return false;
    out.date = lines.next("date: ").value_or("");
    if (!is_sheet_date(out.date)) return false;
    out.server = lines.next("server: ").value_or("");
    if (!is_sheet_server(out.server)) return false;
    if (lines.next_starts_with("registry: ")) {
        out.registry = parse_id<model::PartyId>(lines.next("registry: ").value_or(""));
        if (!out.registry) return false;
    }
    while (lines.next_starts_with("party: ")) {
        const auto row = lines.next("party: ").value_or("");
        const auto space = row.find(' ');
        if (space == std::string_view::npos) return false;
        auto code = model::PartyCode::parse(row.substr(0, space));
        const auto party = parse_id<model::PartyId>(row.substr(space + 1));
        if (!code || !party) return false;
        out.parties.push_back({*std::move(code), *party});
        if (!in_order(out.parties)) return false;
    }
    if (!lines.take("policy:")) return false;
    out.log_policy = lines.rest();
    return LogPolicy::parse(out.log_policy).has_value();
}

}  // namespace

Result<FoundingSheet> FoundingSheet::parse(std::string_view text) {
    if (text.size() > kMaxSheetBytes) return fail(ErrorCode::too_large, "sheet.too_large");
    Lines lines{text};
    FoundingSheet out;
    if (!read(lines, out)) {
        return fail(Error{ErrorCode::invalid_input, "sheet.malformed"}.with("line", std::to_string(lines.number())));
    }
    return out;
}

std::string FoundingSheet::encode() const {
    ensure(
        is_sheet_date(date) && is_sheet_server(server) && in_order(parties) && LogPolicy::parse(log_policy).has_value(),
        "a founding sheet is written from checked values");
    std::string out{kSheet};
    out += "\ndate: " + date + "\nserver: " + server + '\n';
    if (registry) out += "registry: " + model::to_hex(*registry) + '\n';
    for (const auto& row : parties) out += "party: " + row.code.text() + ' ' + model::to_hex(row.party) + '\n';
    out += "policy:\n" + log_policy;
    return out;
}

}  // namespace rogatory::record
