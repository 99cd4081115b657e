#include "web/client/https_server_facts.hpp"

#include "web/client/calls.hpp"

namespace rogatory::client {

Result<std::optional<std::uint64_t>> backups_kept_days(Origin origin, HttpsOptions options) {
    constexpr std::size_t kLargest = 16 * 1024;
    constexpr std::uint64_t kMost = 3650;
    Https https{std::move(origin), std::move(options)};
    HttpsRequest request;
    request.path = "/api/v1/server";
    request.largest_reply = kLargest;
    const auto reply = https.send(request);
    if (!reply) return fail(reply.error());
    if (reply->status != 200) return fail(problem_of(*reply));
    const auto value = parse_json(*reply);
    if (!value) return fail(value.error());
    bool good = true;
    const Fields f{*value, good};
    std::optional<std::uint64_t> days;
    if (f.has("backups_kept_days")) days = f.natural("backups_kept_days");
    if (!good || days.value_or(1) == 0 || days.value_or(1) > kMost) return fail(not_understood(*reply));
    return days;
}

}  // namespace rogatory::client
