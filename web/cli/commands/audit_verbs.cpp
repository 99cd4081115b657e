// The audit trail as a feed for a State's own monitoring: one's own Party's lines and nobody else's, without a gap.
#include "web/cli/commands/audit_verbs.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "platform/base/try.hpp"
#include "web/cli/audit/destination.hpp"
#include "web/client/https_audit_trail.hpp"

namespace rogatory::cli {
namespace {

struct FeedOptions {
    std::string party;
    std::string format = "text";
    std::string syslog;
    std::filesystem::path ca, client_certificate, client_key;
    std::filesystem::path out, cursor;
    std::uint64_t from = 0;
    std::uint64_t every = 5;
    bool follow = false;
    bool platform = false;
};

const std::map<std::string, AuditFormat> kFormats{
    {"text", AuditFormat::text}, {"ocsf", AuditFormat::ocsf}, {"syslog", AuditFormat::syslog}};

// Who asks, and for whose trail.
struct Asker {
    client::Origin origin;
    std::string token;
    std::string party;
};

// --party, or the one Party whose people one rules or serves.
Result<std::string> party_of(client::HttpsServer& server, const FeedOptions& options) {
    if (!options.party.empty() || options.platform) return options.party;
    ROGATORY_TRY(const auto me, server.me());
    std::vector<std::string> parties;
    for (const auto& one : me.memberships) {
        const bool reads = one.role == "custodian" || me.kind == ports::remote::AccountKind::service;
        if (reads && std::ranges::find(parties, one.party) == parties.end()) parties.push_back(one.party);
    }
    if (parties.size() == 1) return parties.front();
    if (parties.empty()) return fail(ErrorCode::forbidden, "audit.access_manager");
    std::string names;
    for (const auto& one : parties) names += (names.empty() ? "" : ", ") + one;
    return fail(Error{ErrorCode::invalid_input, "audit.which_party"}.with("parties", names));
}

// By a program of its own, which lets go of the profile when this returns: a feed that runs for hours is not to keep
// the person's other commands out of it.
Result<Asker> asker_of(Program& program, const FeedOptions& options) {
    Program knocking{program.options(), program.console()};
    ROGATORY_TRY_VOID(knocking.unlocked());
    ROGATORY_TRY(auto* server, knocking.server());
    ROGATORY_TRY(auto origin, client::Origin::parse(knocking.options().server));
    ROGATORY_TRY(auto party, party_of(*server, options));
    return Asker{std::move(origin), server->session_token(), std::move(party)};
}

client::HttpsOptions network_of(const GlobalOptions& options) {
    client::HttpsOptions network;
    network.trust_anchors = options.trust_anchors;
    network.proxy = options.proxy;
    network.client_certificate = options.client_certificate;
    network.client_key = options.client_key;
    return network;
}

class Feed {
public:
    Feed(Program& program, const Asker& asker, const FeedOptions& options)
        : program_{program},
          trail_{asker.origin, network_of(program.options()), asker.token},
          options_{options},
          source_{options.platform ? "platform" : asker.party, asker.origin.host()} {}

    // Where it goes, and from which number on.
    Result<> open() {
        format_ = options_.syslog.empty() ? kFormats.at(options_.format) : AuditFormat::syslog;
        last_ = options_.from;
        if (!options_.cursor.empty()) {
            ROGATORY_TRY(const auto reached, read_cursor(options_.cursor));
            last_ = std::max(last_, reached);
        }
        if (!options_.syslog.empty()) {
            ROGATORY_TRY(auto address, client::parse_syslog_address(options_.syslog));
            if (!options_.ca.empty()) address.trust_anchors = options_.ca;
            if (!options_.client_certificate.empty()) address.client_certificate = options_.client_certificate;
            if (!options_.client_key.empty()) address.client_key = options_.client_key;
            destination_ = to_syslog(std::move(address));
        } else if (!options_.out.empty()) {
            ROGATORY_TRY(auto file, to_file(options_.out, format_));
            destination_ = std::move(file.destination);
            last_ = std::max(last_, file.last);
        } else {
            destination_ = to_standard_output();
        }
        return {};
    }

    // Everything that is there now.
    Result<> catch_up() {
        while (!program_.observer().cancelled()) {
            ROGATORY_TRY(const auto page,
                         options_.platform ? trail_.of_platform(last_) : trail_.of_party(source_.trail, last_));
            // The server was put back to an older copy: what follows would bear numbers that are taken.
            if (page.newest < last_) {
                return fail(Error{ErrorCode::integrity, "audit.behind"}
                                .with("newest", std::to_string(page.newest))
                                .with("last", std::to_string(last_)));
            }
            if (page.items.empty()) return {};
            std::vector<AuditLine> lines;
            auto next = last_;
            for (const auto& row : page.items) {
                if (row.number != ++next) {
                    return fail(Error{ErrorCode::integrity, "audit.gap"}
                                    .with("number", std::to_string(row.number))
                                    .with("last", std::to_string(next - 1)));
                }
                lines.push_back({row.number, format_audit(format_, source_, row)});
            }
            if (auto taken = destination_->take(lines); !taken) {
                destination_->again();
                return taken;
            }
            last_ = next;
            told_ += lines.size();
            if (!options_.cursor.empty()) ROGATORY_TRY_VOID(write_cursor(options_.cursor, last_));
        }
        return {};
    }

    [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
    [[nodiscard]] std::uint64_t told() const noexcept { return told_; }
    [[nodiscard]] const std::string& trail() const noexcept { return source_.trail; }

private:
    Program& program_;
    client::HttpsAuditTrail trail_;
    const FeedOptions& options_;
    const AuditSource source_;
    AuditFormat format_{};
    std::unique_ptr<AuditDestination> destination_;
    std::uint64_t last_ = 0;
    std::uint64_t told_ = 0;
};

// A line that is cut and a collector that restarts are waited for; anything else is for a person.
bool passes(const Error& error) {
    return error.code() == ErrorCode::unavailable || error.code() == ErrorCode::too_many;
}

Result<ExitCode> feed(Program& program, const FeedOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto asker, asker_of(program, options));
    Feed feed{program, asker, options};
    ROGATORY_TRY_VOID(feed.open());
    ConsoleObserver::heed_interrupts();
    bool warned = false;
    while (true) {
        const auto caught_up = feed.catch_up();
        if (!caught_up && (!options.follow || !passes(caught_up.error()))) return fail(caught_up.error());
        if (!caught_up && !warned) console.error(caught_up.error());
        if (caught_up && warned) console.note("audit.goes_on", {{"number", static_cast<std::int64_t>(feed.last())}});
        warned = !caught_up;
        if (!options.follow) break;
        const agent::SystemClock clock;
        constexpr std::chrono::milliseconds kLook{200};
        for (std::chrono::milliseconds waited{0};
             waited < std::chrono::seconds{options.every} && !program.observer().cancelled(); waited += kLook) {
            clock.pause(kLook);
        }
        if (program.observer().cancelled()) break;
    }
    console.note("audit.done", {{"count", static_cast<std::int64_t>(feed.told())},
                                {"trail", feed.trail()},
                                {"number", static_cast<std::int64_t>(feed.last())}});
    return ExitCode::ok;
}

void add_options(Verbs& verbs, CLI::App& verb, FeedOptions& options) {
    verbs.flag(verb, "--follow", options.follow);
    verbs.option(verb, "--format", options.format, "FORMAT")->check(CLI::IsMember({"text", "ocsf", "syslog"}));
    verbs.option(verb, "--from", options.from, "NUMBER");
    auto* const out = verbs.option(verb, "--out", options.out, "FILE");
    auto* const syslog = verbs.option(verb, "--syslog", options.syslog, "HOST:PORT")->excludes(out);
    verbs.option(verb, "--syslog-ca", options.ca, "FILE")->needs(syslog);
    auto* const certificate = verbs.option(verb, "--syslog-certificate", options.client_certificate, "FILE");
    certificate->needs(syslog);
    verbs.option(verb, "--syslog-key", options.client_key, "FILE")->needs(certificate);
    verbs.option(verb, "--cursor", options.cursor, "FILE")->excludes(out);
    verbs.option(verb, "--every", options.every, "SECONDS")->check(CLI::Range(1, 600));
}

}  // namespace

void add_audit_verbs(Verbs& verbs) {
    const auto own = std::make_shared<FeedOptions>();
    auto& audit = verbs.verb(verbs.root(), "audit", [own](Program& program) { return feed(program, *own); });
    verbs.option(audit, "--party", own->party, "CODE");
    add_options(verbs, audit, *own);
    const auto whole = std::make_shared<FeedOptions>();
    whole->platform = true;
    auto& admin = *verbs.root().get_subcommand("admin");
    add_options(verbs, verbs.verb(admin, "audit-feed", [whole](Program& program) { return feed(program, *whole); }),
                *whole);
}

}  // namespace rogatory::cli
