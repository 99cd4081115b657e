#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

// What a person has set, and how it went.
struct NoticeSetting {
    std::string address;
    UnixSeconds every{};             // seconds between two messages, at least
    std::optional<int> quiet_from;   // minutes after midnight, UTC
    std::optional<int> quiet_until;  //
    // For the person to see, never taken from him.
    std::optional<UnixSeconds> sent_at;
    std::optional<UnixSeconds> failed_at;
    std::string failure;
    bool refused{false};
};

// A mail to be sent: to whom and in which language. What it says is the same for everybody and every occasion.
struct DueNotice {
    std::int64_t account{};
    std::string address;
    std::string language;
};

// Notices by mail, without content. What is new is written down in the transaction that made it (the outbox); from
// there it becomes one message to each person at most so often, never in the hours he keeps quiet.
class Notices {
public:
    explicit Notices(Context& context) : context_{context} {}

    // GET/PUT/DELETE me/notices. not_found without one; invalid_input "notices.address", "notices.every",
    // "notices.quiet".
    [[nodiscard]] Result<NoticeSetting> get(const Principal& principal);
    [[nodiscard]] Result<> set(const Principal& principal, const NoticeSetting& wanted);
    [[nodiscard]] Result<> remove(const Principal& principal);

    // For the one background task that sends. Takes up a stretch of the outbox, in one short write; false when nothing
    // is left of it.
    [[nodiscard]] bool take_up();
    // Who is to be told now of what was taken up.
    [[nodiscard]] std::vector<DueNotice> due(std::size_t limit);
    void told(std::int64_t account);
    // `failure`: the mail server's three-digit reply, or "connection". `refused`: it will not take this address, so
    // that no further message goes there until it is set anew; otherwise it is tried again, ever more rarely.
    void failed(std::int64_t account, const std::string& failure, bool refused);

private:
    Context& context_;
};

// One mailbox, in characters that need no quoting and cannot end a header or an SMTP command.
[[nodiscard]] bool is_mail_address(std::string_view text);

}  // namespace rogatory::service
