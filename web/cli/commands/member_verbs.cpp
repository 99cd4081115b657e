// The people and keys of one's own authority: member, authority.
#include "platform/agent/people.hpp"

#include "crypto/primitives/memory.hpp"
#include "platform/agent/parties.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/prompt.hpp"
#include "web/cli/program/kit.hpp"

namespace rogatory::cli {
namespace {

struct InviteOptions {
    std::string role = "officer";
    std::int64_t hours = 72;
    std::filesystem::path code_out;
    std::string kind;
    std::string name;
    std::string member;
};

// The code leaves by a file or by the terminal, never by --json: what a program prints ends in logs.
Result<ExitCode> hand_over(Program& program, agent::InvitationMade& made, const std::filesystem::path& code_out) {
    const auto& console = program.console();
    Json json;
    json.add("invitation", hex_text(made.invitation)).add("not_after", made.not_after);
    if (!code_out.empty()) {
        ROGATORY_TRY_VOID(write_private_file(code_out, made.code + "\n"));
        json.add("code_file", code_out.string());
        console.answer("invite.code_written", {{"file", code_out.string()}});
    } else {
        console.answer("invite.code", {{"code", made.code}});
    }
    crypto::wipe(made.code);
    console.print(json);
    console.answer("invite.how", {{"when", format_time(console.language(), made.not_after)},
                                  {"invitation", short_hex(made.invitation)}});
    return ExitCode::ok;
}

// Without a file the code needs a terminal: asked before anything is signed.
Result<> may_hand_over(const Program& program, const InviteOptions& options) {
    if (!options.code_out.empty()) {
        if (std::filesystem::exists(options.code_out))
            return fail(Error{ErrorCode::conflict, "file.exists"}.with("file", options.code_out.string()));
        return {};
    }
    if (program.console().json() || !can_ask())
        return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--code-out"));
    return {};
}

Result<ExitCode> invite(Program& program, const InviteOptions& options) {
    ROGATORY_TRY_VOID(may_hand_over(program, options));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(auto made, agent::invite_member(agent, options.role, options.hours));
    return hand_over(program, made, options.code_out);
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
    ROGATORY_TRY_VOID(may_hand_over(program, options));
    ROGATORY_TRY(const auto member, agent::find_member(agent, options.member));
    ROGATORY_TRY(auto made, agent::invite_again(agent, member, options.hours));
    return hand_over(program, made, options.code_out);
}

Result<ExitCode> add_authority(Program& program, const InviteOptions& options) {
    ROGATORY_TRY_VOID(may_hand_over(program, options));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(auto made, agent::add_authority(agent, options.name, options.kind, options.hours));
    return hand_over(program, made, options.code_out);
}

Result<ExitCode> list(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto members, agent::members(agent));
    std::vector<Json> rows;
    Table table{{{console.text("column.member")},
                 {console.text("column.name"), Narrow::cut},
                 {console.text("column.role")},
                 {""}}};
    for (const auto& one : members) {
        rows.push_back(Json{}
                           .add("member", hex_text(one.member))
                           .add("display_name", one.display_name)
                           .add("role", one.role)
                           .add("self", one.self));
        table.row({short_hex(one.member), one.display_name, console.text("word." + one.role),
                   one.self ? console.text("member.self") : ""});
    }
    console.print(Json{}.add("items", Json::array(rows)));
    console.answer(table);
    const auto custodians = std::ranges::count_if(members, [](const auto& one) { return one.role == "custodian"; });
    if (custodians < 2) console.note("member.one_custodian");
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
                           .add("state", one.state)
                           .add("not_after", one.not_after)
                           .add("display_name", one.display_name)
                           .add("comparison_digits", one.comparison_digits)
                           .add("comparison_required", one.comparison_required)
                           .add("problem", one.problem));
        table.row(
            {short_hex(one.invitation), console.text("word." + one.role),
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

ExitCode tell_epochs(const Program& program, const agent::EpochOutcome& outcome, Json json) {
    const auto& console = program.console();
    std::vector<std::string> started;
    for (const auto& chain : outcome.started) started.push_back(hex_text(chain));
    std::vector<Json> not_started;
    for (const auto& [chain, problem] : outcome.not_started)
        not_started.push_back(Json{}.add("dossier", hex_text(chain)).add("problem", problem));
    json.add("epochs_started", Json::array(started)).add("epochs_not_started", Json::array(not_started));
    console.print(json);
    if (!outcome.started.empty())
        console.answer("epoch.started", {{"count", static_cast<std::int64_t>(outcome.started.size())}});
    for (const auto& [chain, problem] : outcome.not_started) {
        console.warn("epoch.not_started",
                     {{"dossier", short_hex(chain)}, {"problem", problem_text(console, "error", problem)}});
    }
    return outcome.not_started.empty() ? ExitCode::ok : ExitCode::incomplete;
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

Result<ExitCode> remove(Program& program, const std::string& member) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto id, agent::find_member(agent, member));
    ROGATORY_TRY(const auto yes, program.confirmed("member.remove_sure", {{"member", member}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY(const auto outcome, agent::remove_member(agent, id));
    program.console().answer("member.removed");
    return tell_epochs(program, outcome, Json{}.add("removed", hex_text(id)));
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

const std::vector<std::string> kRoles{"reader", "officer", "custodian", "service"};

}  // namespace

void add_member_verbs(Verbs& verbs) {
    auto& member = verbs.noun(verbs.root(), "member");
    const auto given = std::make_shared<InviteOptions>();
    auto& inviting = verbs.verb(member, "invite", [given](Program& program) { return invite(program, *given); });
    verbs.option(inviting, "--role", given->role, "ROLE")->check(CLI::IsMember(kRoles));
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
}

}  // namespace rogatory::cli
