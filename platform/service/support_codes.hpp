#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/time.hpp"

namespace rogatory::service {

// Why somebody was not let in, for whoever he telephones: never for himself.
struct Refusal {
    std::string cause;  // word.support_cause.* of the catalogues
    UnixSeconds at{};
    std::string user_name;    // empty: no such account; what was typed is not kept, it may be a passphrase
    std::int64_t seconds{0};  // of "clock": how far the code's time is off, ahead of ours when positive
};

// The account is in no key record now: whether it was never admitted or left is looked up when somebody asks.
inline constexpr const char* kNoMembership = "no_membership";

// Each refusal gets a code, for unknown names as well, so that a code tells its holder nothing. In memory, bounded,
// each address its own share: somebody who collects codes pushes out his own. They are gone after a day and with the
// process; a try more gives another.
class SupportCodes {
public:
    static constexpr UnixSeconds kLife = kDay;
    static constexpr std::size_t kMost = 16'384;
    static constexpr std::size_t kMostOfOneAddress = 32;

    // The code, as it is read out: "4F7K-9M2Q".
    [[nodiscard]] std::string give(Refusal refusal, std::string_view from);
    // By what was read out, in any case, with O for 0, I and L for 1; nothing: unknown, or too old.
    [[nodiscard]] std::optional<Refusal> find(std::string_view code, UnixSeconds now);

private:
    struct Kept {
        Refusal refusal;
        std::string from;
        std::list<std::string>::iterator place;
    };
    void forget(const std::string& code);

    std::mutex mutex_;
    std::map<std::string, Kept> kept_;
    std::list<std::string> oldest_first_;
    std::map<std::string, std::deque<std::string>> of_address_;
};

}  // namespace rogatory::service
