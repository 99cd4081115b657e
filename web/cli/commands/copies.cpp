#include "web/cli/commands/copies.hpp"

#include <ctime>

#include "web/cli/console/format.hpp"
#include "web/client/https_server_facts.hpp"

namespace rogatory::cli {

Copies ask_about_copies(const Program& program) {
    const auto& options = program.options();
    auto origin = client::Origin::parse(options.server);
    if (!origin) return {};
    client::HttpsOptions network;
    network.trust_anchors = options.trust_anchors;
    network.proxy = options.proxy;
    network.client_certificate = options.client_certificate;
    network.client_key = options.client_key;
    // It is withdrawn, whatever comes of this question.
    const auto days = client::backups_kept_days(*std::move(origin), std::move(network));
    if (!days || !*days) return {};
    return {**days, std::time(nullptr) + static_cast<UnixSeconds>(**days) * kDay};
}

void add_copies(Json& json, const Copies& copies) {
    if (copies.until) json.add("copies_until", *copies.until);
}

void tell_copies(const Console& console, const Copies& copies) {
    if (!copies.until) return console.note("withdraw.copies_unknown");
    console.note("withdraw.copies_until", {{"days", static_cast<std::int64_t>(copies.days)},
                                           {"date", format_date(console.language(), *copies.until)}});
}

}  // namespace rogatory::cli
