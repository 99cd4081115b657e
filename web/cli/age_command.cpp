#include "web/cli/age_command.hpp"

#include <unistd.h>

#include "crypto/age/keys.hpp"
#include "crypto/age/parallel.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/try.hpp"
#include "web/cli/age/armored.hpp"
#include "web/cli/age/files.hpp"
#include "web/cli/age/key_files.hpp"
#include "web/cli/age/options.hpp"
#include "web/cli/age/process.hpp"
#include "web/cli/age/prompt.hpp"
#include "web/cli/age/terminal_sink.hpp"
#include "web/cli/exit_code.hpp"

namespace rogatory::cli {

namespace {

// Digests cost more than sealing does, and stock age gives none.
age::ParallelOptions no_digests() {
    age::ParallelOptions options;
    options.file_sha256 = false;
    return options;
}

// Asks twice; an empty answer has one made, 130 bits in groups that can be dictated.
Result<crypto::SecretText> new_passphrase(const Console& console) {
    ROGATORY_TRY(auto typed, ask_secret(console.text("age.ask_new_passphrase")));
    if (!typed.empty()) {
        ROGATORY_TRY(const auto again, ask_secret(console.text("age.ask_again")));
        if (!(typed == again)) return fail(ErrorCode::invalid_input, "age.passphrases_differ");
        return typed;
    }
    ByteArray<26> drawn = crypto::system_random().bytes<26>();
    std::string made;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        if (i > 0 && i % 5 == 0) made += '-';
        made += "0123456789abcdefghjkmnpqrstvwxyz"[drawn[i] % 32];  // 32 divides 256: every letter is as likely
    }
    crypto::wipe(drawn);
    console.warn("age.made_passphrase", {{"passphrase", made}});
    return crypto::SecretText{std::move(made)};
}

Result<age::FileStart> start(const AgeOptions& options, const Console& console) {
    if (options.passphrase) {
        ROGATORY_TRY(const auto passphrase, new_passphrase(console));
        return age::start_file(passphrase, crypto::system_random());
    }
    KeyFiles keys{console.catalogue(), options.reads_stdin()};
    ROGATORY_TRY(const auto recipients, keys.recipients(options));
    return age::start_file(recipients, crypto::system_random());
}

Result<> encrypt(const AgeOptions& options, const Console& console, age::Source& input, age::Sink& output) {
    ROGATORY_TRY(auto file_start, start(options, console));
    if (!options.armor) {
        ROGATORY_TRY_VOID(age::seal_stream(std::move(file_start), input, output, no_digests()));
        return {};
    }
    ArmoredSink armored{output};
    ROGATORY_TRY_VOID(age::seal_stream(std::move(file_start), input, armored, no_digests()));
    return armored.finish();
}

Result<> decrypt(const AgeOptions& options, const Console& console, age::Source& input, age::Sink& output) {
    KeyFiles keys{console.catalogue(), options.reads_stdin()};
    ROGATORY_TRY(const auto opens, keys.opens(options));
    MaybeArmoredSource maybe_armored{input};
    bool binary = false;
    // A file that can be read anywhere and is not armored is opened by all cores at once, not in order.
    if (input.size()) {
        Bytes begin(age::kArmorWhitespaceBytes + age::kArmorBegin.size());
        ROGATORY_TRY(const auto got, input.read_at(0, begin));
        binary = !age::looks_armored(ByteView{begin}.first(got)).value_or(false);
    }
    auto& file = binary ? input : static_cast<age::Source&>(maybe_armored);
    auto opened = age::open_stream(age::unwrap_with(opens), age::kForeignHeaderBytes, file, output, no_digests());
    if (opened) return {};
    // Why the right key was not to be had says more than that no key fitted.
    if (opened.error().key() == "age.no_match" && keys.trouble()) return fail(*keys.trouble());
    return fail(std::move(opened).error());
}

Result<> convert(const AgeOptions& options, const Console& console, age::Source& input, age::Sink& output) {
    return options.mode == AgeMode::decrypt ? decrypt(options, console, input, output)
                                            : encrypt(options, console, input, output);
}

// Nothing but text goes to a terminal unless "-o -" asks for it, and that only when it is complete.
Result<> convert_to_terminal(const AgeOptions& options, const Console& console, age::Source& input) {
    if (options.mode == AgeMode::encrypt && !options.armor) return fail(ErrorCode::invalid_input, "age.binary_output");
    TerminalSink terminal;
    ROGATORY_TRY_VOID(convert(options, console, input, terminal));
    auto output = age::sink_of_descriptor(STDOUT_FILENO, age::Access::in_order);
    return terminal.show(*output);
}

Result<> run(const AgeOptions& options, const Console& console) {
    std::optional<Descriptor> opened;
    if (!options.reads_stdin()) {
        ROGATORY_TRY(auto file, open_input(options.input));
        opened.emplace(std::move(file));
    }
    const auto input = opened ? age::source_of_descriptor(opened->number())
                              : age::source_of_descriptor(STDIN_FILENO, age::Access::in_order);
    if (options.output.empty() && ::isatty(STDOUT_FILENO) == 1) return convert_to_terminal(options, console, *input);
    if (options.writes_stdout()) {
        const auto output = age::sink_of_descriptor(STDOUT_FILENO, age::Access::in_order);
        return convert(options, console, *input, *output);
    }
    ROGATORY_TRY(auto file, OutputFile::create(options.output));
    const auto output = age::sink_of_descriptor(file.descriptor());
    ROGATORY_TRY_VOID(convert(options, console, *input, *output));
    return file.commit();
}

// A wrong key or a file that is none of age's is a mistake, not an attack; a file that was changed is one.
ExitCode age_exit_code(const Error& error) {
    if (error.key().starts_with("age.usage.")) return ExitCode::usage;
    if (error.key() == "age.no_match" || error.key() == "age.header" || error.key() == "age.armor") {
        return ExitCode::refused;
    }
    return exit_code(error);
}

}  // namespace

int age_command(std::span<const std::string_view> arguments, const Console& console) {
    keep_memory_private();
    const auto options = parse_age_options(arguments);
    if (options && (options->help || arguments.empty())) {
        console.answer_text(console.text("age.help"));
        return static_cast<int>(ExitCode::ok);
    }
    const auto done = options ? run(*options, console) : Result<>{fail(options.error())};
    if (done) return static_cast<int>(ExitCode::ok);
    console.error(done.error());
    return static_cast<int>(age_exit_code(done.error()));
}

}  // namespace rogatory::cli
