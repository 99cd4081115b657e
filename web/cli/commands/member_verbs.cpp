// The people and keys of one's own authority: member, authority.
#include "platform/agent/casebook.hpp"
#include "platform/agent/people.hpp"
#include "platform/agent/rotation.hpp"

#include "platform/agent/parties.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/casebook_show.hpp"
#include "web/cli/commands/hand_over.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/commands/visa_verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/prompt.hpp"

namespace rogatory::cli {
namespace {

struct InviteOptions {
    std::string role;  // empty: an officer, or of a service a reader
    bool service = false;
    std::int64_t hours = 72;
    std::filesystem::path code_out;
    std::string kind;
    std::string name;
    std::string member;
};

std::string role_text(const Console& console, const std::string& role, bool service) {
    const auto word = console.text("word." + role);
    return service ? console.text("member.service", {{"role", word}}) : word;
}

Result<ExitCode> invite(Program& program, const InviteOptions& options) {
    ROGATORY_TRY_VOID(may_hand_over(program, options.code_out));
    ROGATORY_TRY(auto agent, program.agent());
    const std::string role = !options.role.empty() ? options.role : options.service ? "reader" : "officer";
    ROGATORY_TRY(auto made, agent::invite_member(agent, role, options.hours,
                                                 options.service ? agent::Invited::service : agent::Invited::person));
    return hand_over(program, made, options.code_out, "invite.how");
}

Result<ExitCode> invite_again(Program& program, const InviteOptions& options) {
    ROGATORY_TRY(auto agent, program.agent());
    if (options.member.empty()) {
        // One's own keys, anew.
        ROGATORY_TRY(const auto account, program.account());
        ROGATORY_TRY(const auto passphrase, program.passphrase(account ? account->user_name : ""));
        ROGATORY_TRY_VOID(agent::rekey_self(agent, passphrase.expose_secret()));
        ROGATORY_TRY_VOID(program.remember(agent.unlocked()));
        program.console().print(Json{}.add("rekeyed", "self"));
        program.console().answer("member.rekeyed_self");
        return ExitCode::ok;
    }
    ROGATORY_TRY_VOID(may_hand_over(program, options.code_out));
    ROGATORY_TRY(const auto member, agent::find_member(agent, options.member));
    ROGATORY_TRY(auto made, agent::invite_again(agent, member, options.hours));
    return hand_over(program, made, options.code_out, "invite.how");
}

Result<ExitCode> add_authority(Program& program, const InviteOptions& options) {
    ROGATORY_TRY_VOID(may_hand_over(program, options.code_out));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(auto made, agent::add_authority(agent, options.name, options.kind, options.hours));
    return hand_over(program, made, options.code_out, "invite.how");
}

Result<ExitCode> list(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto members, agent::members(agent));
    const bool custodian =
        std::ranges::any_of(members, [](const auto& one) { return one.self && one.role == "custodian"; });
    std::vector<agent::KitAttemptView> attempts;
    if (custodian) {
        ROGATORY_TRY(attempts, agent::kit_attempts(agent));
    }
    std::vector<Json> rows;
    Table table{{{console.text("column.member")},
                 {console.text("column.name"), Narrow::cut},
                 {console.text("column.role")},
                 {""}}};
    for (const auto& one : members) {
        Json row;
        row.add("member", hex_text(one.member))
            .add("display_name", one.display_name)
            .add("role", one.role)
            .add("service", one.service)
            .add("self", one.self);
        for (const auto& attempt : attempts) {
            if (attempt.member != one.member) continue;
            if (attempt.used_at != 0) row.add("kit_alone_used_at", attempt.used_at);
            if (attempt.used_at == 0) row.add("kit_alone_at", attempt.available_at);
        }
        rows.push_back(std::move(row));
        table.row({short_hex(one.member), one.display_name, role_text(console, one.role, one.service),
                   one.self ? console.text("member.self") : ""});
    }
    console.print(Json{}.add("items", Json::array(rows)));
    console.answer(table);
    const auto custodians = std::ranges::count_if(members, [](const auto& one) { return one.role == "custodian"; });
    if (custodians < 2) console.note("member.one_custodian");
    for (const auto& one : attempts) {
        const auto name = one.display_name.empty() ? short_hex(one.member) : one.display_name;
        const auto when = [&](UnixSeconds at) { return format_time(console.language(), at); };
        if (one.used_at != 0) {
            console.warn("member.kit_alone_used", {{"name", name}, {"when", when(one.used_at)}});
        } else {
            console.warn("member.kit_alone",
                         {{"name", name}, {"since", when(one.since)}, {"when", when(one.available_at)}});
        }
    }
    return ExitCode::ok;
}

Result<ExitCode> pending(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto invitations, agent::pending_invitations(agent));
    std::vector<Json> rows;
    Table table{{{console.text("column.invitation")},
                 {console.text("column.role")},
                 {console.text("column.state")},
                 {console.text("column.name"), Narrow::cut},
                 {console.text("column.until")}}};
    for (const auto& one : invitations) {
        rows.push_back(Json{}
                           .add("invitation", hex_text(one.invitation))
                           .add("kind", one.kind)
                           .add("role", one.role)
                           .add("service", one.service)
                           .add("state", one.state)
                           .add("not_after", one.not_after)
                           .add("display_name", one.display_name)
                           .add("comparison_digits", one.comparison_digits)
                           .add("comparison_required", one.comparison_required)
                           .add("problem", one.problem));
        table.row(
            {short_hex(one.invitation), role_text(console, one.role, one.service),
             one.problem.empty() ? word(console, "invitation", one.state) : word(console, "invitation", "problem"),
             one.display_name, format_time(console.language(), one.not_after)});
    }
    console.print(Json{}.add("items", Json::array(rows)));
    if (invitations.empty()) console.answer("member.none_pending");
    console.answer(table);
    for (const auto& one : invitations) {
        if (!one.problem.empty()) {
            console.warn("member.pending_problem", {{"invitation", short_hex(one.invitation)},
                                                    {"problem", problem_text(console, "error", one.problem)}});
        } else if (!one.comparison_digits.empty()) {
            console.answer("member.pending_digits",
                           {{"invitation", short_hex(one.invitation)}, {"digits", one.comparison_digits}});
        }
    }
    return ExitCode::ok;
}

Result<ExitCode> approve(Program& program, const std::string& invitation, std::string digits) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto id, agent::find_invitation(agent, invitation));
    if (digits.empty() && !console.json() && can_ask()) {
        ROGATORY_TRY(const auto typed, ask(console, "prompt.digits", {}, "--digits"));
        digits = typed.expose_secret();
    }
    ROGATORY_TRY(const auto outcome, agent::approve_invitation(agent, id, digits));
    console.answer("member.approved");
    return tell_epochs(program, outcome, Json{}.add("approved", hex_text(id)));
}

Result<ExitCode> cancel(Program& program, const std::string& invitation) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto id, agent::find_invitation(agent, invitation));
    ROGATORY_TRY_VOID(agent::cancel_invitation(agent, id));
    program.console().print(Json{}.add("cancelled", hex_text(id)));
    program.console().answer("member.cancelled");
    return ExitCode::ok;
}

// What cannot be taken back, in two sentences; the whole by `member kept`.
void tell_kept(const Console& console, const agent::KeptReport& kept) {
    console.answer("member.may_have_kept", {{"name", kept.display_name},
                                            {"dossiers", static_cast<std::int64_t>(kept.dossiers.size())},
                                            {"entries", static_cast<std::int64_t>(kept.entries)},
                                            {"fetched", static_cast<std::int64_t>(kept.fetched)},
                                            {"member", short_hex(kept.member)}});
}

Json kept_summary(const agent::KeptReport& kept) {
    Json json;
    json.add("dossiers", static_cast<std::uint64_t>(kept.dossiers.size()));
    json.add("entries", static_cast<std::uint64_t>(kept.entries));
    return json.add("fetched", static_cast<std::uint64_t>(kept.fetched));
}

// What the leaver dealt with, and how it goes to another. The removal stands, whatever the casebook says.
Json tell_assigned(const Console& console, agent::Agent& agent, const agent::Id& leaver) {
    std::vector<Json> assigned;
    const auto casebook = agent::read_casebook(agent);
    if (!casebook) {
        console.warn("warning.casebook_unread", {{"problem", problem_text(console, "error", casebook.error().key())}});
        return Json::array(assigned);
    }
    std::string dossiers;
    for (const auto& one : casebook->assignments) {
        if (one.member.member != leaver && (!one.deputy || one.deputy->member != leaver)) continue;
        assigned.push_back(assignment_json(one));
        dossiers += (dossiers.empty() ? "" : ", ") + short_hex(one.dossier);
    }
    if (!assigned.empty()) {
        console.answer("casebook.leaver", {{"count", static_cast<std::int64_t>(assigned.size())},
                                           {"dossiers", dossiers},
                                           {"member", short_hex(leaver)}});
    }
    return Json::array(assigned);
}

Result<ExitCode> remove(Program& program, const std::string& member) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto id, agent::find_member(agent, member));
    ROGATORY_TRY(const auto yes, program.confirmed("member.remove_sure", {{"member", member}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto outcome, agent::remove_member(agent, id));
    program.console().answer("member.removed");
    ROGATORY_TRY(const auto kept, agent::kept_by(agent, hex_text(id)));
    tell_kept(program.console(), kept);
    const auto assigned = tell_assigned(program.console(), agent, id);
    return tell_epochs(program, outcome,
                       Json{}.add("removed", hex_text(id)).add("kept", kept_summary(kept)).add("assigned", assigned));
}

Result<ExitCode> replace_stolen(Program& program, const InviteOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY_VOID(may_hand_over(program, options.code_out));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto id, agent::find_member(agent, options.member));
    ROGATORY_TRY(const auto yes, program.confirmed("member.stolen_sure", {{"name", options.member}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(auto done, agent::replace_member(agent, id, options.hours));
    console.answer("member.removed");
    ROGATORY_TRY(const auto kept, agent::kept_by(agent, hex_text(id)));
    tell_kept(console, kept);
    const auto told =
        tell_epochs(program, done.epochs, Json{}.add("removed", hex_text(id)).add("kept", kept_summary(kept)));
    ROGATORY_TRY_VOID(hand_over(program, done.invitation, options.code_out, "invite.how"));
    return told;
}

Result<ExitCode> kept(Program& program, const std::string& member) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto report, agent::kept_by(agent, member));
    std::vector<Json> rows;
    Table table{{{console.text("column.dossier")},
                 {console.text("column.title"), Narrow::cut},
                 {console.text("column.entries")},
                 {console.text("column.fetched_himself")}}};
    for (const auto& one : report.dossiers) {
        std::vector<Json> entries;
        for (const auto& entry : one.entries) {
            Json item;
            item.add("seq", entry.seq).add("at", entry.at);
            if (entry.fetched_at > 0) item.add("fetched_at", entry.fetched_at);
            if (entry.opened_at > 0) item.add("opened_at", entry.opened_at);
            entries.push_back(item);
        }
        Json row;
        row.add("dossier", hex_text(one.chain)).add("title", one.title);
        std::vector<std::string> epochs;
        for (const auto epoch : one.epochs) epochs.push_back(std::to_string(epoch));
        row.add("epochs", Json::array(epochs)).add("fetched", static_cast<std::uint64_t>(one.fetched));
        rows.push_back(row.add("entries", Json::array(entries)));
        table.row({short_hex(one.chain), one.title, std::to_string(one.entries.size()), std::to_string(one.fetched)});
    }
    Json json;
    json.add("member", hex_text(report.member)).add("display_name", report.display_name);
    json.add("authority_name", report.authority_name).add("since", report.since);
    if (report.until) json.add("until", *report.until);
    json.add("generations", report.generations).add("entries", static_cast<std::uint64_t>(report.entries));
    json.add("fetched", static_cast<std::uint64_t>(report.fetched));
    console.print(json.add("items", Json::array(rows)));
    tell_kept(console, report);
    console.answer(table);
    return ExitCode::ok;
}

Result<ExitCode> rotation_status(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto status, agent::rotation_status(agent));
    std::vector<std::string> stale;
    for (const auto& chain : status.stale) stale.push_back(hex_text(chain));
    console.print(Json{}
                      .add("unfinished", status.unfinished)
                      .add("generation", status.generation)
                      .add("dossiers", static_cast<std::uint64_t>(status.dossiers))
                      .add("stale", Json::array(stale)));
    console.answer("rotation.status", {{"generation", static_cast<std::int64_t>(status.generation)},
                                       {"dossiers", static_cast<std::int64_t>(status.dossiers)},
                                       {"stale", static_cast<std::int64_t>(status.stale.size())}});
    return status.stale.empty() ? ExitCode::ok : ExitCode::incomplete;
}

Result<ExitCode> resume_rotation(Program& program) {
    ROGATORY_TRY(auto agent, program.agent());
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto outcome, agent::resume_rotation(agent));
    if (outcome.started.empty() && outcome.not_started.empty()) program.console().answer("rotation.nothing");
    return tell_epochs(program, outcome, Json{}.add("dossiers", static_cast<std::uint64_t>(outcome.dossiers)));
}

Result<ExitCode> set_role(Program& program, const std::string& member, const std::string& role) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto id, agent::find_member(agent, member));
    ROGATORY_TRY_VOID(agent::set_member_role(agent, id, role));
    program.console().print(Json{}.add("member", hex_text(id)).add("role", role));
    program.console().answer("member.role_set", {{"role", program.console().text("word." + role)}});
    return ExitCode::ok;
}

Result<ExitCode> list_authorities(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY_VOID(agent.synchronise());
    std::string code;
    for (const auto& one : agent.memberships()) {
        if (one.acting) code = one.party_code;
    }
    ROGATORY_TRY(const auto party, agent::show_party(agent, code));
    console.print(Json{}.add("items", Json::array(std::vector<Json>{party_json(party)})));
    Table table{{{console.text("column.authority"), Narrow::cut},
                 {console.text("column.kind"), Narrow::cut},
                 {console.text("column.custodians"), Narrow::keep, Align::right},
                 {console.text("column.generation"), Narrow::keep, Align::right},
                 {""}}};
    for (const auto& one : party.authorities) {
        table.row({one.name, word(console, "kind", one.kind), std::to_string(one.custodians),
                   std::to_string(one.generation), one.live ? "" : console.text("authority.not_live")});
    }
    console.answer(table);
    return ExitCode::ok;
}

Result<ExitCode> rekey_authority(Program& program) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto outcome, agent::rekey_authority(agent));
    program.console().answer("authority.rekeyed");
    return tell_epochs(program, outcome, Json{}.add("rekeyed", "authority"));
}

void invite_options(Verbs& verbs, CLI::App& app, InviteOptions& options) {
    verbs.option(app, "--hours", options.hours, "N")->check(CLI::Range(1, 60 * 24));
    verbs.option(app, "--code-out", options.code_out, "FILE");
}

const std::vector<std::string> kRoles{"reader", "officer", "custodian"};

}  // namespace

void add_member_verbs(Verbs& verbs) {
    auto& member = verbs.noun(verbs.root(), "member");
    const auto given = std::make_shared<InviteOptions>();
    auto& inviting = verbs.verb(member, "invite", [given](Program& program) { return invite(program, *given); });
    verbs.option(inviting, "--role", given->role, "ROLE")->check(CLI::IsMember(kRoles));
    verbs.flag(inviting, "--service", given->service);
    invite_options(verbs, inviting, *given);
    verbs.verb(member, "list", list);
    verbs.verb(member, "pending", pending);

    const auto approved = std::make_shared<std::pair<std::string, std::string>>();
    auto& approving = verbs.verb(member, "approve", [approved](Program& program) {
        return approve(program, approved->first, approved->second);
    });
    verbs.option(approving, "invitation", approved->first, "INVITATION")->required();
    verbs.option(approving, "--digits", approved->second, "DIGITS");
    const auto one = std::make_shared<std::string>();
    verbs
        .option(verbs.verb(member, "cancel", [one](Program& program) { return cancel(program, *one); }), "invitation",
                *one, "INVITATION")
        ->required();
    verbs
        .option(verbs.verb(member, "remove", [one](Program& program) { return remove(program, *one); }), "member", *one,
                "MEMBER")
        ->required();
    const auto stolen = std::make_shared<InviteOptions>();
    auto& stealing =
        verbs.verb(member, "stolen", [stolen](Program& program) { return replace_stolen(program, *stolen); });
    verbs.option(stealing, "member", stolen->member, "MEMBER")->required();
    invite_options(verbs, stealing, *stolen);
    verbs
        .option(verbs.verb(member, "kept", [one](Program& program) { return kept(program, *one); }), "member", *one,
                "MEMBER")
        ->required();
    const auto role = std::make_shared<std::string>();
    auto& roles = verbs.verb(member, "role", [one, role](Program& program) { return set_role(program, *one, *role); });
    verbs.option(roles, "member", *one, "MEMBER")->required();
    verbs.option(roles, "role", *role, "ROLE")->required()->check(CLI::IsMember(kRoles));
    const auto again = std::make_shared<InviteOptions>();
    auto& rekeying = verbs.verb(member, "rekey", [again](Program& program) { return invite_again(program, *again); });
    verbs.option(rekeying, "member", again->member, "MEMBER");
    invite_options(verbs, rekeying, *again);

    auto& authority = verbs.noun(verbs.root(), "authority");
    const auto added = std::make_shared<InviteOptions>();
    auto& adding = verbs.verb(authority, "add", [added](Program& program) { return add_authority(program, *added); });
    verbs.option(adding, "name", added->name, "NAME")->required();
    verbs.option(adding, "--kind", added->kind, "KIND")->required();
    invite_options(verbs, adding, *added);
    verbs.verb(authority, "list", list_authorities);
    verbs.verb(authority, "rekey", rekey_authority);
    add_visa_verbs(verbs, authority);

    auto& rotation = verbs.noun(verbs.root(), "rotation");
    verbs.verb(rotation, "status", rotation_status);
    verbs.verb(rotation, "resume", resume_rotation);
}

}  // namespace rogatory::cli
