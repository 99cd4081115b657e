#include "web/cli/commands/second_factor.hpp"

#include <unistd.h>

#include "platform/base/try.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/qr.hpp"
#include "web/cli/console/terminal.hpp"
#include "web/cli/program/kit.hpp"
#include "web/cli/program/totp.hpp"

namespace rogatory::cli {

Result<std::string> set_up_totp(Program& program, const agent::TotpSetup& setup,
                                const std::filesystem::path& secret_out) {
    const auto& console = program.console();
    if (!secret_out.empty()) {
        // A script's authenticator is this file: it gets the secret and computes from it. An attempt that was
        // interrupted may have left the secret of its own.
        std::error_code ignored;
        std::filesystem::remove(secret_out, ignored);
        ROGATORY_TRY_VOID(write_private_file(secret_out, setup.secret + "\n"));
        return next_totp(console, secret_out);
    }
    console.note("totp.set_up");
    if (is_terminal(STDERR_FILENO) && !console.json()) {
        if (const auto code = draw_qr(setup.uri, QrFor::terminal)) console.note_text(*code);
    }
    console.note("totp.by_hand", {{"secret", setup.secret}});
    return program.totp();
}

}  // namespace rogatory::cli
