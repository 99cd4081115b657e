#include "tests/support/agent_cast.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/founding_sheet.hpp"
#include "tests/support/must.hpp"

namespace rogatory::test {

namespace fs = std::filesystem;

Result<std::optional<Bytes>> MemoryProfile::load(std::string_view name) const {
    const auto found = files.find(name);
    if (found == files.end()) return std::nullopt;
    return found->second;
}
Result<> MemoryProfile::save(std::string_view name, ByteView bytes) {
    if (full) return fail(ErrorCode::storage_full, "profile.full");
    files.insert_or_assign(std::string{name}, to_bytes(bytes));
    return {};
}
Result<> MemoryProfile::append_to(std::string_view name, ByteView bytes) {
    append(files[std::string{name}], bytes);
    return {};
}
Result<> MemoryProfile::remove(std::string_view name) {
    if (const auto found = files.find(name); found != files.end()) files.erase(found);
    std::error_code ignored;
    fs::remove(folder_ / name, ignored);
    return {};
}
Result<std::vector<std::string>> MemoryProfile::list(std::string_view folder) const {
    std::vector<std::string> names;
    const auto prefix = std::string{folder} + "/";
    for (auto file = files.lower_bound(prefix); file != files.end() && file->first.starts_with(prefix); ++file) {
        if (file->first.find('/', prefix.size()) == std::string::npos) names.push_back(file->first);
    }
    return names;
}
Result<fs::path> MemoryProfile::place(std::string_view name) {
    const auto path = folder_ / name;
    fs::create_directories(path.parent_path());
    return path;
}

Person::Person(MemoryPlatform& platform_in, std::string user_name_in, const fs::path& folder_in)
    : platform{platform_in},
      user_name{std::move(user_name_in)},
      passphrase{"quatre marees comptent les phares de " + user_name},
      folder{folder_in},
      profile{folder_in / "profile"},
      clock{platform_in},
      server{platform_in.connect()},
      environment{*server, profile, clock, notices} {}

Result<agent::Unlocked> Person::sign_in() {
    server->use_session({});
    const auto account = platform.accounts.find(user_name);
    const auto totp =
        account == platform.accounts.end() ? std::string{"000000"} : platform.totp_of(account->second.totp_secret);
    return agent::sign_in(environment, {platform.origin(), user_name, passphrase, totp, {}});
}

Result<agent::Agent> Person::at_work(std::string_view as) {
    // Argon2id takes its third of a second: once a person, as with the keeper.
    if (kept.empty()) {
        ROGATORY_TRY(const auto first, sign_in());
        kept = first.to_secret();
    }
    server->use_session(platform.connect_as(user_name)->session_token());
    ROGATORY_TRY(auto unlocked, agent::Unlocked::from_secret(kept));
    return agent::Agent::open(environment, std::move(unlocked), as);
}

agent::Agent Person::working(std::string_view as) { return must(at_work(as)); }

Result<> Willing::confirm(const agent::Welcome& shown) {
    welcome = shown;
    if (refuses) return fail(ErrorCode::invalid_input, "test.refused");
    return {};
}
Result<std::string> Willing::second_factor(const agent::TotpSetup&) {
    for (const auto& [token, session] : person_.platform.sessions) {
        if (token == person_.server->session_token()) return person_.platform.totp_of(session.totp_secret);
    }
    return fail(ErrorCode::not_found, "test.no_session");
}
Result<> Willing::keep_kit(const agent::Kit& kit) {
    person_.kit = kit.text;
    return {};
}

Cast::Cast(std::size_t witnesses, std::size_t quorum)
    : folder{fs::temp_directory_path() / ("rogatory-agent-" + std::to_string(::getpid()) + "-" +
                                          std::to_string(reinterpret_cast<std::uintptr_t>(this)))},
      platform{"exchange.example", 1'800'000'000} {
    fs::create_directories(folder);
    if (quorum > 0) platform.have_witnesses(witnesses, quorum);
    record::FoundingSheet first;
    first.date = "2026-11-21";
    first.server = platform.origin();
    first.log_policy = platform.log_policy();
    sheet = first.encode();
}

Cast::~Cast() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
}

Person& Cast::person(const std::string& name) {
    auto& slot = people[name];
    if (!slot) slot = std::make_unique<Person>(platform, name, folder / name);
    return *slot;
}

Result<agent::EnrolmentOutcome> Cast::found(const std::string& name, const std::string& code, const std::string& kind,
                                            const std::string& authority) {
    platform.create_party(code, code);
    auto& who = person(name);
    // The administrator's client, with the administrator's session, which this server does not ask for.
    Person administrator{platform, "admin", folder / "admin"};
    ROGATORY_TRY(const auto invitation, agent::invite_founder(administrator.environment, code, 60));
    who.code = invitation.code;
    agent::EnrolmentOrder order;
    order.server = platform.origin();
    order.sheet = sheet;
    order.code = who.code;
    order.user_name = name;
    order.passphrase = who.passphrase;
    order.display_name = name;
    order.found_code = code;
    order.party_name = "Party " + code;
    order.authority_kind = kind;
    order.authority_name = authority;
    Willing willing{who};
    ROGATORY_TRY(who.enrolled, agent::enrol(who.environment, order, willing));
    return who.enrolled;
}

Result<agent::EnrolmentOutcome> Cast::answer(const std::string& name, const std::string& code) {
    auto& who = person(name);
    who.code = code;
    agent::EnrolmentOrder order;
    order.server = platform.origin();
    order.code = who.code;
    order.user_name = name;
    order.passphrase = who.passphrase;
    order.display_name = name;
    Willing willing{who};
    ROGATORY_TRY(who.enrolled, agent::enrol(who.environment, order, willing));
    return who.enrolled;
}

void Cast::join(const std::string& name, const std::string& inviter, const std::string& role) {
    auto custodian = person(inviter).working();
    const auto invitation = must(agent::invite_member(custodian, role, 72));
    const auto outcome = must(answer(name, invitation.code));
    must(agent::approve_invitation(custodian, invitation.invitation, outcome.comparison_digits));
}

void Cast::pin(const std::string& by, const std::string& code) {
    const auto party = std::find_if(platform.parties.begin(), platform.parties.end(),
                                    [&](const auto& row) { return row.code == code; });
    ensure(party != platform.parties.end() && party->founded_id.has_value(), "a founded Party is pinned");
    auto custodian = person(by).working();
    const auto view = must(agent::show_party(custodian, code));
    must(agent::pin_by_fingerprint(custodian, code, view.fingerprint));
}

void Cast::party(const std::string& code, const std::string& kind, const std::string& authority) {
    std::string lower;
    for (const char c : code) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    must(found(lower + ".1", code, kind, authority));
    join(lower + ".2", lower + ".1", "custodian");
}

void Cast::pin_each_other(const std::vector<std::string>& codes) {
    for (const auto& by : codes) {
        std::string lower;
        for (const char c : by) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        for (const auto& code : codes) {
            if (code != by) pin(lower + ".1", code);
        }
    }
}

fs::path Cast::write(const std::string& name, std::string_view content) {
    const auto path = folder / name;
    std::ofstream{path, std::ios::binary} << content;
    return path;
}

std::string Cast::read(const fs::path& path) const {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace rogatory::test
