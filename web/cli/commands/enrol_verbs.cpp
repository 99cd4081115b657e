// How a person comes in: enrol, enrol resume, admin enrol.
#include "platform/agent/enrol.hpp"

#include "crypto/primitives/memory.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/second_factor.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/prompt.hpp"
#include "web/cli/program/kit.hpp"

namespace rogatory::cli {
namespace {

struct EnrolOptions {
    std::filesystem::path sheet;
    std::string user;
    std::string display_name;
    std::string found;
    std::string party_name;
    std::string succeeds;
    std::string note_verbale;
    std::string authority_kind;
    std::string authority_name;
    std::filesystem::path kit_out;
    std::filesystem::path totp_secret_out;
    std::filesystem::path service_key_out;
    bool sign_in_only = false;
};

class Dialogue final : public agent::EnrolmentDialogue {
public:
    Dialogue(Program& program, std::filesystem::path kit_out, std::filesystem::path totp_secret_out)
        : program_{program}, kit_out_{std::move(kit_out)}, totp_secret_out_{std::move(totp_secret_out)} {}

    Result<> confirm(const agent::Welcome& welcome) override {
        const auto& console = program_.console();
        const auto fact = [&](const char* key, const std::string& value) {
            if (!value.empty()) console.note(key, {{"value", value}});
        };
        console.note("welcome." + (welcome.kind.empty() ? std::string{"member"} : welcome.kind));
        fact("welcome.server", welcome.server);
        fact("welcome.party", welcome.party_code);
        fact("welcome.fingerprint", welcome.party_digits);
        fact("welcome.authority", welcome.authority_name);
        if (!welcome.role.empty()) console.note("welcome.role", {{"value", console.text("word." + welcome.role)}});
        fact("welcome.inviter", welcome.inviter);
        fact("welcome.log", welcome.log_origin);
        if (welcome.policy.find("quorum none") != std::string::npos) console.note("welcome.no_cosigner");
        ROGATORY_TRY(const auto yes, program_.confirmed("welcome.right"));
        if (!yes) return fail(ErrorCode::invalid_input, "enrol.declined");
        return {};
    }

    Result<std::string> second_factor(const agent::TotpSetup& setup) override {
        return set_up_totp(program_, setup, totp_secret_out_);
    }

    Result<> keep_kit(const agent::Kit& kit) override {
        const auto& console = program_.console();
        auto sheet = printed_kit(kit);
        if (kit_out_.empty()) {
            // Without a file the terminal is the paper: it must be a person's, not a log.
            if (!can_ask()) return fail(ErrorCode::invalid_input, "kit.nowhere");
            console.note("kit.write_down");
            console.note_text(sheet);
            ROGATORY_TRY(const auto kept, ask_yes(console, "kit.written_down", {}));
            crypto::wipe(sheet);
            if (!kept) return fail(ErrorCode::invalid_input, "kit.nowhere");
            return {};
        }
        auto written = write_private_file(kit_out_, sheet);
        crypto::wipe(sheet);
        if (!written) return written;
        console.note("kit.written", {{"file", kit_out_.string()}});
        return {};
    }

private:
    Program& program_;
    std::filesystem::path kit_out_;
    std::filesystem::path totp_secret_out_;
};

Result<ExitCode> tell(Program& program, const agent::EnrolmentOutcome& outcome, bool service = false) {
    const auto& console = program.console();
    Json json;
    json.add("state", outcome.state)
        .add("comparison_digits", outcome.comparison_digits)
        .add("fingerprint", outcome.party_digits)
        .add("party_digits", outcome.party_digits);
    if (!outcome.found_authority.empty()) json.add("authority_id", outcome.found_authority);
    console.print(json);
    if (outcome.state == "live") {
        console.answer("enrol.live");
        if (!outcome.party_digits.empty()) console.answer("enrol.fingerprint", {{"digits", outcome.party_digits}});
    } else {
        console.answer(service ? "enrol.answered_service" : "enrol.answered");
        if (!outcome.comparison_digits.empty())
            console.answer("enrol.compare", {{"digits", outcome.comparison_digits}});
    }
    return ExitCode::ok;
}

Result<ExitCode> enrol(Program& program, const EnrolOptions& options) {
    if (options.user.empty()) return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--user"));
    if (program.options().server.empty())
        return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--server"));
    std::string sheet;
    if (!options.sheet.empty()) {
        ROGATORY_TRY(sheet, read_text_file(options.sheet));
    }
    // What can fail without a person is tried before the person is asked anything.
    ROGATORY_TRY(auto* remote, program.server());
    ROGATORY_TRY(auto* world, program.environment());
    ROGATORY_TRY_VOID(remote->about());
    ROGATORY_TRY(const auto code, program.invitation_code());
    const auto& key_out = options.service_key_out;
    crypto::SecretText passphrase;
    if (key_out.empty()) {
        ROGATORY_TRY(passphrase, program.new_passphrase(options.user));
    }
    agent::EnrolmentOrder order;
    order.server = program.options().server;
    order.sheet = sheet;
    order.code = code.expose_secret();
    order.user_name = options.user;
    order.passphrase = passphrase.expose_secret();
    order.language = program.console().language() == Language::fr ? "fr" : "en";
    order.display_name = options.display_name;
    order.found_code = options.found;
    order.party_name = options.party_name;
    order.succeeds = options.succeeds;
    order.note_verbale = options.note_verbale;
    order.authority_kind = options.authority_kind;
    order.authority_name = options.authority_name;
    bool key_kept = false;
    if (!key_out.empty()) {
        order.sign_in_only = options.sign_in_only;
        order.keep_service_key = [&](const crypto::SecretText& key) -> Result<> {
            ROGATORY_TRY_VOID(write_private_file(key_out, key.expose_secret()));
            key_kept = true;
            program.console().note("service.key_written", {{"file", key_out.string()}});
            return {};
        };
    }
    Dialogue dialogue{program, options.kit_out, options.totp_secret_out};
    const auto outcome = agent::enrol(*world, order, dialogue);
    // Refused for certain: the key opens nothing, and stands in the way of the next attempt.
    std::error_code ignored;
    if (!outcome && key_kept && outcome.error().key() != "enrolment.unsettled") {
        std::filesystem::remove(key_out, ignored);
    }
    if (!outcome) return fail(outcome.error());
    return tell(program, *outcome, !key_out.empty());
}

Result<ExitCode> resume(Program& program) {
    ROGATORY_TRY(auto* world, program.environment());
    crypto::SecretText code;
    if (program.options().code_file) {
        ROGATORY_TRY(code, program.invitation_code());
    }
    ROGATORY_TRY(const auto outcome, agent::resume_enrolment(*world, code.expose_secret()));
    return tell(program, outcome);
}

// Somebody who is signed in takes up a further authority.
Result<ExitCode> join(Program& program, const EnrolOptions& options) {
    std::string sheet;
    if (!options.sheet.empty()) {
        ROGATORY_TRY(sheet, read_text_file(options.sheet));
    }
    ROGATORY_TRY(auto unlocked, program.unlocked());
    ROGATORY_TRY(auto* world, program.environment());
    ROGATORY_TRY(const auto account, program.account());
    if (!account) return fail(ErrorCode::unauthenticated, "session.nobody");
    ROGATORY_TRY(const auto code, program.invitation_code());
    ROGATORY_TRY(const auto passphrase, program.passphrase(account->user_name));
    agent::JoinOrder order;
    order.sheet = sheet;
    order.code = code.expose_secret();
    order.passphrase = passphrase.expose_secret();
    order.display_name = options.display_name;
    order.totp = [&program] { return program.totp(); };
    Dialogue dialogue{program, {}, {}};
    auto outcome = agent::join(*world, unlocked, order, dialogue);
    // The bundle may have grown although the answer was refused: what the keeper holds is what the server has.
    ROGATORY_TRY_VOID(program.remember(unlocked));
    if (!outcome) return fail(std::move(outcome).error());
    return tell(program, *outcome);
}

void secret_options(Verbs& verbs, CLI::App& app, GlobalOptions& options, EnrolOptions& given) {
    verbs.option(app, "--code-file", options.code_file, "FILE");
    verbs.option(app, "--totp-file", options.totp_file, "FILE");
    verbs.option(app, "--totp-secret-file", given.totp_secret_out, "FILE");
}

}  // namespace

void add_enrol_verbs(Verbs& verbs, GlobalOptions& options) {
    const auto given = std::make_shared<EnrolOptions>();
    auto& app = verbs.verb(verbs.root(), "enrol", [given](Program& program) { return enrol(program, *given); });
    verbs.option(app, "--sheet", given->sheet, "FILE");
    verbs.option(app, "--user", given->user, "NAME");
    verbs.option(app, "--display-name", given->display_name, "NAME");
    verbs.option(app, "--found", given->found, "CODE");
    verbs.option(app, "--party-name", given->party_name, "NAME");
    verbs.option(app, "--succeeds", given->succeeds, "DIGITS");
    verbs.option(app, "--note-verbale", given->note_verbale, "TEXT");
    verbs.option(app, "--authority", given->authority_kind, "KIND");
    verbs.option(app, "--authority-name", given->authority_name, "NAME");
    auto* const kit_out = verbs.option(app, "--kit-out", given->kit_out, "FILE");
    auto* const key_out = verbs.option(app, "--service-key-out", given->service_key_out, "FILE")->excludes(kit_out);
    verbs.flag(app, "--sign-in-only", given->sign_in_only)->needs(key_out);
    secret_options(verbs, app, options, *given);
    verbs.verb(app, "resume", resume);

    const auto joining = std::make_shared<EnrolOptions>();
    auto& further = verbs.verb(verbs.root(), "join", [joining](Program& program) { return join(program, *joining); });
    verbs.option(further, "--sheet", joining->sheet, "FILE");
    verbs.option(further, "--display-name", joining->display_name, "NAME");
    verbs.option(further, "--code-file", options.code_file, "FILE");
    verbs.option(further, "--totp-file", options.totp_file, "FILE");
    verbs.option(further, "--totp-secret-file", options.totp_secret_file, "FILE");

    const auto administrator = std::make_shared<EnrolOptions>();
    auto& admin = verbs.verb(verbs.noun(verbs.root(), "admin"), "enrol",
                             [administrator](Program& program) { return enrol(program, *administrator); });
    verbs.option(admin, "--user", administrator->user, "NAME");
    verbs.option(admin, "--kit-out", administrator->kit_out, "FILE");
    secret_options(verbs, admin, options, *administrator);
}

}  // namespace rogatory::cli
