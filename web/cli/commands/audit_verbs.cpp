// The audit trail as a feed for a State's own monitoring: one's own Party's lines and nobody else's, without a gap.
#include "web/cli/commands/audit_verbs.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "crypto/primitives/memory.hpp"
#include "platform/base/try.hpp"
#include "web/cli/audit/destination.hpp"
#include "web/cli/program/session_token.hpp"
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
    return Asker{std::move(origin), knocking.release_session(), std::move(party)};
}

client::HttpsOptions network_of(const GlobalOptions& options) {
    client::HttpsOptions network;
    network.trust_anchors = options.trust_anchors;
    network.proxy = options.proxy;
    network.client_certificate = options.client_certificate;
    network.client_key = options.client_key;
    return network;
}

// A machine's, which nobody else ends.
void end_session(const client::Origin& origin, const GlobalOptions& options, std::string_view token) {
    client::HttpsServer server{origin, network_of(options)};
    server.use_session(token);
    (void)server.sign_out();
}

class Feed {
public:
    Feed(Program& program, const Asker& asker, const FeedOptions& options)
        : program_{program},
          origin_{asker.origin},
          trail_{asker.origin, network_of(program.options()), asker.token},
          options_{options},
          source_{options.platform ? "platform" : asker.party, asker.origin.host()} {}

    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;
    ~Feed() {
        if (by_key()) end_session(origin_, program_.options(), trail_.token());
    }

    // Where it goes, and from which number on.
    Result<> open() {
        format_ = options_.syslog.empty() ? kFormats.at(options_.format) : AuditFormat::syslog;
        last_ = options_.from;
        if (!options_.cursor.empty()) {
            ROGATORY_TRY(hold_, AuditHold::of(options_.cursor));
            ROGATORY_TRY(const auto reached, read_cursor(options_.cursor));
            const bool other = reached.number > 0 && (reached.host != source_.host || reached.trail != source_.trail);
            if (other) {
                return fail(Error{ErrorCode::invalid_input, "audit.cursor_other"}
                                .with("file", options_.cursor.string())
                                .with("trail", reached.trail)
                                .with("server", reached.host));
            }
            if (reached.number >= last_) digest_ = reached.digest;
            last_ = std::max(last_, reached.number);
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
            // It is written before the cursor beside it, and knows better; one that was turned over knows nothing.
            if (file.last > 0 && file.last >= options_.from) {
                last_ = file.last;
                line_ = std::move(file.line);
                digest_.clear();
            }
        } else {
            destination_ = to_standard_output();
        }
        return {};
    }

    // Everything that is there now.
    Result<> catch_up() {
        while (!program_.observer().cancelled()) {
            // The last line that was taken comes again, to be held against what is known of it.
            const bool known = !digest_.empty() || !line_.empty();
            ROGATORY_TRY(auto page, stretch_after(known ? last_ - 1 : last_));
            // The server was put back to an older copy: what follows would bear numbers that are taken, or has others.
            if (page.newest < last_ || (known && (page.items.empty() || !is_last(page.items.front())))) {
                return fail(Error{ErrorCode::integrity, "audit.behind"}
                                .with("newest", std::to_string(page.newest))
                                .with("last", std::to_string(last_)));
            }
            if (known) page.items.erase(page.items.begin());
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
            digest_ = digest_of(source_, page.items.back());
            line_.clear();
            told_ += lines.size();
            if (!options_.cursor.empty()) {
                ROGATORY_TRY_VOID(write_cursor(options_.cursor, {source_.host, source_.trail, last_, digest_}));
            }
        }
        return {};
    }

    [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
    [[nodiscard]] std::uint64_t told() const noexcept { return told_; }
    [[nodiscard]] const std::string& trail() const noexcept { return source_.trail; }

private:
    Result<client::AuditStretch> stretch_after(std::uint64_t after) {
        const auto ask = [&] {
            return options_.platform ? trail_.of_platform(after) : trail_.of_party(source_.trail, after);
        };
        auto stretch = ask();
        if (stretch) return stretch;
        const auto code = stretch.error().code();
        const bool over = code == ErrorCode::unauthenticated;
        if (by_key() && (over || code == ErrorCode::not_found)) {
            ROGATORY_TRY_VOID(begin_anew());
            return ask();
        }
        if (!over || !renewed()) return stretch;
        return ask();
    }
    [[nodiscard]] bool by_key() const noexcept { return program_.options().service_key.has_value(); }
    // A machine's session is over, or no longer reads the trail: another one is asked for, and where it is refused its
    // error says so.
    Result<> begin_anew() {
        end_session(origin_, program_.options(), trail_.token());
        Program knocking{program_.options(), program_.console()};
        ROGATORY_TRY_VOID(knocking.unlocked());
        trail_.use_session(knocking.release_session());
        return {};
    }
    // A second factor shown again gives the person's session another token, which the profile has a moment later.
    bool renewed() {
        constexpr int kTries = 20;
        constexpr std::chrono::milliseconds kPause{250};
        const agent::SystemClock clock;
        for (int i = 0; i < kTries && !program_.observer().cancelled(); ++i, clock.pause(kPause)) {
            auto now = token_kept(program_.options().profile);
            if (!now) return false;
            const bool other = *now != trail_.token();
            if (other) trail_.use_session(*now);
            crypto::wipe(*now);
            if (other) return true;
        }
        return false;
    }
    [[nodiscard]] bool is_last(const ports::remote::AuditRow& row) const {
        if (row.number != last_) return false;
        return line_.empty() ? digest_of(source_, row) == digest_ : line_tells_of(format_, line_, source_, row);
    }

    Program& program_;
    client::Origin origin_;
    client::HttpsAuditTrail trail_;
    const FeedOptions& options_;
    const AuditSource source_;
    AuditFormat format_{};
    std::unique_ptr<AuditDestination> destination_;
    std::optional<AuditHold> hold_;
    std::uint64_t last_ = 0;
    // What is known of the last line: one of them, or nothing after --from.
    std::string digest_;
    std::string line_;
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
    verbs.option(verb, "--cursor", options.cursor, "FILE");
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
