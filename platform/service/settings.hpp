#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "platform/base/time.hpp"

namespace rogatory::service {

// What an operator may set; the defaults are the protocol's. Sizes in bytes, times in seconds.
struct Settings {
    std::string name{"Rogatory"};
    std::string version{"0.1.0"};
    bool training = false;                // for exercises with invented Parties: the page says so on every screen
    std::uint32_t backups_kept_days = 0;  // as people are told; 0: they are not
    // What clients sign in to: "https://<host>[:<port>]", exactly as they reach it.
    std::string origin;

    // Who tells people and machines that something is new; what they have not taken up yet is kept for them.
    bool sends_mails = false;
    bool sends_webhooks = false;

    bool client_certificates = false;  // clients are asked for one, so that a Party's rule can ask for its own

    UnixSeconds session_idle{15 * kMinute};
    UnixSeconds session_absolute{12 * kHour};
    UnixSeconds step_up_life{30 * kMinute};  // a second factor is good for acts of access managers this long
    UnixSeconds challenge_life{2 * kMinute};
    UnixSeconds kit_wait{72 * kHour};
    UnixSeconds ticket_life{14 * kDay};
    UnixSeconds author_clock_slack{10 * kMinute};  // `at` of a statement may be off by this much
    UnixSeconds orphan_age{2 * kDay};
    UnixSeconds outbox_kept{7 * kDay};  // what is older is no news for whoever begins to tell it

    // One append: inline blobs together, and each of them (architecture, "A document's way").
    std::size_t max_append_statements{64};
    std::size_t max_append_bytes{8 << 20};
    std::size_t max_inline_blob{1 << 20};
    std::size_t max_bundle{256 << 10};
    std::size_t max_state{4 << 20};
    std::size_t max_page{1000};

    std::uint64_t max_upload{std::uint64_t{50} << 30};
    std::uint64_t open_uploads_per_member{64};
    std::uint64_t open_bytes_per_member{std::uint64_t{100} << 30};
    std::uint64_t bytes_per_authority{std::uint64_t{2} << 40};
    std::uint64_t bytes_per_party{std::uint64_t{8} << 40};
    std::uint64_t reserve_bytes{std::uint64_t{64} << 20};  // kept free for the database and the log
};

}  // namespace rogatory::service
