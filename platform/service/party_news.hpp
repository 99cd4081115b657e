#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/service/context.hpp"

namespace rogatory::service {

// A Party that has not been told of all that is new for it. `news` only grows, and tells nothing but whether there is
// more than the last time; it leaves this server never.
struct UntoldParty {
    std::string code;
    std::uint64_t news{};
};

// Whether something is new for a Party's machine: in a register or a file that its authorities read (by the outbox, as
// for mails), or in its own part of the audit trail. Not a session's beginning, end or refusal: whoever is told signs
// in to look, which would be news again; and an outsider who tries names would see on the line which of them are known.
class PartyNews {
public:
    explicit PartyNews(Context& context) : context_{context} {}

    // For the one background task that tells them. Takes up a stretch of the outbox, in one short write; false when
    // nothing is left of it.
    [[nodiscard]] bool take_up(const std::vector<std::string>& codes);
    // Who of these is to be told of what was taken up. The first time of a process each of them is, whatever is new: so
    // nothing is lost of what came while it was not among them, or while the store was put back to an older copy; and
    // since all are, it says nothing of any. Not who is suspended, or not on this server.
    [[nodiscard]] std::vector<UntoldParty> untold(const std::vector<std::string>& codes);
    void told(const UntoldParty& party);

private:
    [[nodiscard]] bool begin(const std::vector<std::string>& codes);

    Context& context_;
    bool begun_ = false;
};

}  // namespace rogatory::service
