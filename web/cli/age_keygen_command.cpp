#include "web/cli/age_keygen_command.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <iostream>

#include "crypto/age/keys.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/try.hpp"
#include "web/cli/age/files.hpp"
#include "web/cli/age/options.hpp"
#include "web/cli/age/process.hpp"
#include "web/cli/exit_code.hpp"

namespace rogatory::cli {

namespace {

struct KeygenOptions {
    bool help = false;
    bool convert = false;
    bool x25519 = false;
    std::string output;
    std::string input;
};

Result<KeygenOptions> parse(std::span<const std::string_view> arguments) {
    KeygenOptions options;
    FlagReader reader{arguments};
    for (std::string name; reader.next(name);) {
        if (name == "o" || name == "output") {
            ROGATORY_TRY(options.output, reader.value());
            continue;
        }
        ROGATORY_TRY_VOID(reader.no_value());
        if (name == "y") {
            options.convert = true;
        } else if (name == "x25519") {
            options.x25519 = true;
        } else if (name == "h" || name == "help") {
            options.help = true;
        } else if (name != "pq") {
            return fail(Error{ErrorCode::invalid_input, "age.usage.unknown_flag"}.with("flag", name));
        }
    }
    if (reader.rest().size() > (options.convert ? 1U : 0U)) {
        return fail(ErrorCode::invalid_input, "age.usage.one_input");
    }
    if (!reader.rest().empty()) options.input = std::string{reader.rest().front()};
    return options;
}

std::string now_as_text() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::string text(32, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
    return text;
}

// A key file is never written over: it may be the only copy of a key. Errors: conflict "age.key_exists".
Result<Descriptor> create_key_file(const std::string& path) {
    Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (file.number() >= 0) return file;
    if (errno == EEXIST) return fail(Error{ErrorCode::conflict, "age.key_exists"}.with("file", path));
    return fail(Error{ErrorCode::invalid_input, "age.cannot_create"}.with("file", path).with("reason", ""));
}

Result<> generate(bool x25519, int descriptor, const Console& console) {
    auto& random = crypto::system_random();
    const auto identity = x25519 ? age::Identity{age::X25519Identity::generate(random)}
                                 : age::Identity{age::HybridIdentity::generate(random)};
    const auto recipient = age::text_of(age::recipient_of(identity));
    struct stat seen {};
    if (::fstat(descriptor, &seen) == 0 && S_ISREG(seen.st_mode) && (seen.st_mode & S_IROTH) != 0) {
        console.warn("age.key_readable_by_all");
    }
    // One line whatever the terminal's width: scripts read it, and nobody can join a key that was broken.
    if (::isatty(descriptor) == 0) std::cerr << console.text("age.public_key", {{"recipient", recipient}}) << '\n';
    auto text = crypto::SecretText::copy_of("# created: " + now_as_text() + "\n# public key: " + recipient + "\n");
    text.append(age::encode(identity).expose_secret());
    text.append("\n");
    return age::sink_of_descriptor(descriptor, age::Access::in_order)->write(text.expose_secret_bytes());
}

Result<> to_recipients(const std::string& input, int descriptor) {
    std::optional<Descriptor> opened;
    if (!input.empty() && input != "-") {
        ROGATORY_TRY(auto file, open_input(input));
        opened.emplace(std::move(file));
    }
    ROGATORY_TRY(const auto text, read_key_file(opened ? opened->number() : STDIN_FILENO, input));
    ROGATORY_TRY(const auto identities, age::parse_identities(text.expose_secret()));
    const auto output = age::sink_of_descriptor(descriptor, age::Access::in_order);
    for (const auto& identity : identities) {
        ROGATORY_TRY_VOID(output->write(as_bytes(age::text_of(age::recipient_of(identity)) + "\n")));
    }
    return {};
}

Result<> run(const KeygenOptions& options, const Console& console) {
    std::optional<Descriptor> created;
    if (!options.output.empty() && options.output != "-") {
        ROGATORY_TRY(auto file, create_key_file(options.output));
        created.emplace(std::move(file));
    }
    const auto descriptor = created ? created->number() : STDOUT_FILENO;
    ROGATORY_TRY_VOID(options.convert ? to_recipients(options.input, descriptor)
                                      : generate(options.x25519, descriptor, console));
    return created ? created->close() : Result<>{};
}

}  // namespace

int age_keygen_command(std::span<const std::string_view> arguments, const Console& console) {
    keep_memory_private();
    const auto options = parse(arguments);
    if (options && options->help) {
        console.answer_text(console.text("age.keygen_help"));
        return static_cast<int>(ExitCode::ok);
    }
    const auto done = options ? run(*options, console) : Result<>{fail(options.error())};
    if (done) return static_cast<int>(ExitCode::ok);
    console.error(done.error());
    return static_cast<int>(done.error().key().starts_with("age.usage.") ? ExitCode::usage : exit_code(done.error()));
}

}  // namespace rogatory::cli
