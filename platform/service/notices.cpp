#include "platform/service/notices.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "crypto/encoding/hex.hpp"
#include "platform/base/try.hpp"
#include "platform/service/access.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/outbox.hpp"

namespace rogatory::service {

namespace {

constexpr std::size_t kPendingAtOnce = 1000;
constexpr int kMinutesADay = 24 * 60;
constexpr UnixSeconds kLongest = 7 * kDay;

void stir(ports::Repositories& repositories, const ports::OutboxRow& row) {
    auto& notices = repositories.notices();
    if (const auto chain = chain_of(row)) {
        notices.stir_chain(*chain, row.at);
    } else if (row.kind == "invitation.answered") {
        if (const auto invitation = encoding::hex_decode_array<16>(row.subject)) {
            notices.stir_inviter(ports::InvitationId{*invitation}, row.at);
        }
    } else if (row.kind == "kit.waiting" || row.kind == "kit.used") {
        notices.stir_guardians(row.subject, row.at);
    } else if (row.kind == "credentials.changed" || row.kind == "passkey.counter_went_back") {
        notices.stir_account(row.subject, row.at);
    }
}

bool is_quiet(const ports::NoticeRow& notice, UnixSeconds now) {
    if (!notice.quiet_from || !notice.quiet_until) return false;
    const auto minute = static_cast<int>(now / kMinute % kMinutesADay);
    const int from = *notice.quiet_from;
    const int until = *notice.quiet_until;
    return from <= until ? minute >= from && minute < until : minute >= from || minute < until;
}

// After a failure: 5 minutes, then twice as long each time, up to a day.
UnixSeconds pause_after(int failures) {
    const auto pause = 5 * kMinute << std::min(failures - 1, 9);
    return std::min<UnixSeconds>(pause, kDay);
}

bool is_due(const ports::NoticeRow& notice, UnixSeconds now) {
    if (!notice.urgent) {
        if (is_quiet(notice, now)) return false;
        if (notice.sent_at && now - *notice.sent_at < notice.every) return false;
    }
    return !notice.failed_at || now - *notice.failed_at >= pause_after(notice.failures);
}

// Whoever was there when it happened, or after, its author above all, needs no mail about it. Not of what is urgent:
// who has come in by the recovery sheet has a full session soon, and may be somebody else.
bool was_there(const ports::Repositories& repositories, const ports::NoticeRow& notice) {
    if (notice.urgent) return false;
    constexpr std::size_t kSessions = 100;
    const auto sessions = repositories.sessions().list(notice.account, {}, kSessions);
    return std::ranges::any_of(sessions, [&notice](const ports::SessionRow& session) {
        return notice.pending && session.scope == ports::ScopeRow::full && session.last_seen_at >= *notice.pending;
    });
}

Result<std::int64_t> person(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    if (!principal.account() || principal.kind() == AccountKind::service) return not_there();
    return *principal.account();
}

}  // namespace

bool is_mail_address(std::string_view text) {
    const auto at = text.find('@');
    const auto local = text.substr(0, at);
    const auto domain = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    const auto alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    const auto in_local = [&](char c) {
        return alphanumeric(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~."}.find(c) != std::string_view::npos;
    };
    const auto in_domain = [&](char c) { return alphanumeric(c) || c == '-' || c == '.'; };
    const auto dots = [](std::string_view part) {
        return part.starts_with('.') || part.ends_with('.') || part.find("..") != std::string_view::npos;
    };
    return !local.empty() && local.size() <= 64 && !domain.empty() && domain.size() <= 253 &&
           std::ranges::all_of(local, in_local) && std::ranges::all_of(domain, in_domain) && !dots(local) &&
           !dots(domain) && !local.starts_with('-') && !domain.starts_with('-');
}

Result<NoticeSetting> Notices::get(const Principal& principal) {
    ROGATORY_TRY(const auto account, person(principal));
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<NoticeSetting> {
        const auto row = repositories.notices().find(account);
        if (!row) return not_there();
        return NoticeSetting{row->address, row->every,     row->quiet_from, row->quiet_until,
                             row->sent_at, row->failed_at, row->failure,    row->refused};
    });
}

Result<> Notices::set(const Principal& principal, const NoticeSetting& wanted) {
    ROGATORY_TRY(const auto account, person(principal));
    const auto minute = [](const std::optional<int>& value) {
        return !value || (*value >= 0 && *value < kMinutesADay);
    };
    if (!is_mail_address(wanted.address)) return fail(ErrorCode::invalid_input, "notices.address");
    if (wanted.every < 0 || wanted.every > kLongest) return fail(ErrorCode::invalid_input, "notices.every");
    if (wanted.quiet_from.has_value() != wanted.quiet_until.has_value() || !minute(wanted.quiet_from) ||
        !minute(wanted.quiet_until)) {
        return fail(ErrorCode::invalid_input, "notices.quiet");
    }
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        ports::NoticeRow row;
        row.account = account;
        row.address = wanted.address;
        row.every = wanted.every;
        row.quiet_from = wanted.quiet_from;
        row.quiet_until = wanted.quiet_until;
        repositories.notices().set(row);
        context_.audit(repositories, principal.user_name(), "notices.set", "");
        return {};
    });
}

Result<> Notices::remove(const Principal& principal) {
    ROGATORY_TRY(const auto account, person(principal));
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        if (!repositories.notices().find(account)) return not_there();
        repositories.notices().remove(account);
        context_.audit(repositories, principal.user_name(), "notices.removed", "");
        return {};
    });
}

bool Notices::take_up() {
    return take_up_outbox(context_, kPlaceOfMails,
                          [](ports::Repositories& repositories, const std::vector<ports::OutboxRow>& rows) {
                              // Of rows that concern the same people the newest says it all.
                              std::map<std::pair<std::string, std::string>, std::uint64_t> newest;
                              for (const auto& row : rows) newest[{row.kind, row.subject}] = row.id;
                              for (const auto& row : rows) {
                                  if (newest.at({row.kind, row.subject}) == row.id) stir(repositories, row);
                              }
                          });
}

std::vector<DueNotice> Notices::due(std::size_t limit) {
    const auto now = context_.clock.now();
    std::vector<ports::NoticeRow> seen;
    auto list = context_.store.read([&](const ports::Repositories& repositories) {
        std::vector<DueNotice> due;
        for (const auto& notice : repositories.notices().pending(kPendingAtOnce)) {
            if (was_there(repositories, notice)) {
                seen.push_back(notice);
            } else if (due.size() < limit && is_due(notice, now)) {
                due.push_back({notice.account, notice.address, notice.language});
            }
        }
        return due;
    });
    if (!seen.empty()) {
        (void)context_.store.write([&](ports::Repositories& repositories) -> Result<> {
            for (const auto& notice : seen) repositories.notices().sent(notice.account, notice.sent_at.value_or(0));
            return {};
        });
    }
    return list;
}

void Notices::told(std::int64_t account) {
    (void)context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        repositories.notices().sent(account, context_.clock.now());
        return {};
    });
}

void Notices::failed(std::int64_t account, const std::string& failure, bool refused) {
    (void)context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        repositories.notices().failed(account, failure, refused, context_.clock.now());
        if (refused) {
            const auto whose = repositories.accounts().find(account);
            context_.audit(repositories, whose ? whose->user_name : "", "notices.refused", failure);
        }
        return {};
    });
}

}  // namespace rogatory::service
