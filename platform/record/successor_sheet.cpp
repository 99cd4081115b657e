#include "platform/record/successor_sheet.hpp"

#include "crypto/tlog/succession.hpp"
#include "platform/base/ensure.hpp"
#include "platform/record/founding_sheet.hpp"
#include "platform/record/lines.hpp"
#include "platform/record/log_policy.hpp"

namespace rogatory::record {
namespace {

constexpr std::string_view kSheet = "rogatory/v1/successor-sheet";
constexpr std::size_t kMaxSheetBytes = 64 * 1024;

// The policy is that of the very next log.
bool follows(const SuccessorSheet& sheet) {
    const auto policy = LogPolicy::parse(sheet.log_policy);
    const auto next = tlog::successor_origin(sheet.last.origin);
    return policy && next && policy->origin() == *next;
}

bool read(Lines& lines, SuccessorSheet& out) {
    if (!lines.take(kSheet)) return false;
    out.date = lines.next("date: ").value_or("");
    if (!is_sheet_date(out.date)) return false;
    out.server = lines.next("server: ").value_or("");
    if (!is_sheet_server(out.server)) return false;
    out.last.origin = lines.next("log: ").value_or("");
    if (!tlog::log_number(out.last.origin)) return false;
    const auto size = parse_number(lines.next("size: ").value_or(""));
    if (!size) return false;
    const auto root = parse_id<model::Digest>(lines.next("root: ").value_or(""));
    if (!root) return false;
    out.last.head = {*size, tlog::Hash{root->value()}};
    if (!lines.take("policy:")) return false;
    out.log_policy = lines.rest();
    return follows(out);
}

}  // namespace

Result<SuccessorSheet> SuccessorSheet::parse(std::string_view text) {
    if (text.size() > kMaxSheetBytes) return fail(ErrorCode::too_large, "sheet.too_large");
    Lines lines{text};
    SuccessorSheet out;
    if (!read(lines, out)) {
        return fail(
            Error{ErrorCode::invalid_input, "successor_sheet.malformed"}.with("line", std::to_string(lines.number())));
    }
    return out;
}

std::string SuccessorSheet::encode() const {
    ensure(is_sheet_date(date) && is_sheet_server(server) && follows(*this),
           "a successor sheet is written from checked values");
    std::string out{kSheet};
    out += "\ndate: " + date + "\nserver: " + server + "\nlog: " + last.origin;
    out += "\nsize: " + std::to_string(last.head.size);
    out += "\nroot: " + model::to_hex(model::Digest{last.head.root});
    return out + "\npolicy:\n" + log_policy;
}

bool SuccessorSheet::is_one(std::string_view text) noexcept { return text.starts_with(kSheet); }

}  // namespace rogatory::record
