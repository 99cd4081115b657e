#include "web/cli/age/key_files.hpp"

#include <unistd.h>

#include "crypto/age/armor.hpp"
#include "crypto/age/stream.hpp"
#include "platform/base/try.hpp"
#include "web/cli/age/files.hpp"
#include "web/cli/age/prompt.hpp"

namespace rogatory::cli {

namespace {

bool is_encrypted(std::string_view file) {
    return file.starts_with("age-encryption.org/") || age::looks_armored(as_bytes(file)).value_or(false);
}

Error in_file(Error error, const std::string& path) { return std::move(error).with("file", path); }

Result<Bytes> without_armor(ByteView file) {
    if (!age::looks_armored(file).value_or(false)) return to_bytes(file);
    age::ArmorReader reader;
    Bytes binary;
    ROGATORY_TRY_VOID(reader.update(file, binary));
    ROGATORY_TRY_VOID(reader.finish(binary));
    return binary;
}

}  // namespace

// Asks for the passphrase of an identity file when it is the file's turn, and once.
class EncryptedIdentities final : public age::Opens {
public:
    EncryptedIdentities(KeyFiles& files, std::string path, crypto::SecretText file)
        : files_{files}, path_{std::move(path)}, file_{std::move(file)} {}

    age::Outcome<age::FileKey> unwrap(const age::Header& header) override {
        if (!opened_) {
            auto identities = files_.decrypt_identities(path_, file_.expose_secret_bytes());
            if (!identities) {
                files_.trouble_ = std::move(identities).error();
                return age::failed(age::Failure::no_match);
            }
            opened_ = age::opens_with(*std::move(identities));
        }
        return opened_->unwrap(header);
    }

private:
    KeyFiles& files_;
    std::string path_;
    crypto::SecretText file_;
    std::unique_ptr<age::Opens> opened_;
};

Result<crypto::SecretText> KeyFiles::read(const std::string& path) {
    if (path != "-") {
        ROGATORY_TRY(const auto file, open_input(path));
        return read_key_file(file.number(), path);
    }
    if (std::exchange(stdin_used_, true)) return fail(ErrorCode::invalid_input, "age.usage.stdin_twice");
    return read_key_file(STDIN_FILENO, path);
}

Result<std::vector<age::Identity>> KeyFiles::decrypt_identities(const std::string& path, ByteView file) {
    ROGATORY_TRY(const auto binary, without_armor(file));
    std::optional<Error> unanswered;
    std::vector<std::unique_ptr<age::Opens>> passphrase;
    passphrase.push_back(age::opens_with_passphrase([&] {
        auto typed = ask_secret(catalogue_.text("age.ask_identity_passphrase", {{"file", path}}));
        if (typed) return *std::move(typed);
        unanswered = std::move(typed).error();
        return crypto::SecretText{};
    }));
    age::Opener opener{age::unwrap_with(passphrase), age::kForeignHeaderBytes};
    Bytes text;
    text.reserve(binary.size());  // so that growing leaves no copies of keys behind
    auto opened = opener.update(binary, text);
    if (opened) opened = opener.finish(text);
    const crypto::SecretBytes kept = crypto::SecretBytes::copy_of(text);
    crypto::wipe(text);
    if (unanswered) return fail(*std::move(unanswered));
    if (!opened) return fail(in_file(Error{ErrorCode::invalid_input, "age.identity_file_closed"}, path));
    auto identities = age::parse_identities(as_text(kept.expose_secret()));
    if (!identities) return fail(in_file(std::move(identities).error(), path));
    return identities;
}

Result<std::vector<age::Recipient>> KeyFiles::recipients(const AgeOptions& options) {
    std::vector<age::Recipient> all;
    for (const auto& text : options.recipients) {
        ROGATORY_TRY(auto one, age::parse_recipient(text));
        all.push_back(std::move(one));
    }
    for (const auto& path : options.recipient_files) {
        ROGATORY_TRY(const auto text, read(path));
        auto some = age::parse_recipients(text.expose_secret());
        if (!some) return fail(in_file(std::move(some).error(), path));
        all.insert(all.end(), some->begin(), some->end());
    }
    for (const auto& path : options.identity_files) {
        ROGATORY_TRY(const auto text, read(path));
        auto some = is_encrypted(text.expose_secret()) ? decrypt_identities(path, text.expose_secret_bytes())
                                                       : age::parse_identities(text.expose_secret());
        if (!some) return fail(in_file(std::move(some).error(), path));
        for (const auto& identity : *some) all.push_back(age::recipient_of(identity));
    }
    return all;
}

Result<std::vector<std::unique_ptr<age::Opens>>> KeyFiles::opens(const AgeOptions& options) {
    std::vector<std::unique_ptr<age::Opens>> all;
    all.push_back(age::opens_with_passphrase([this] {
        auto typed = ask_secret(catalogue_.text("age.ask_passphrase"));
        if (typed) return *std::move(typed);
        trouble_ = std::move(typed).error();
        return crypto::SecretText{};
    }));
    for (const auto& path : options.identity_files) {
        ROGATORY_TRY(auto text, read(path));
        if (is_encrypted(text.expose_secret())) {
            all.push_back(std::make_unique<EncryptedIdentities>(*this, path, std::move(text)));
            continue;
        }
        auto identities = age::parse_identities(text.expose_secret());
        if (!identities) return fail(in_file(std::move(identities).error(), path));
        all.push_back(age::opens_with(*std::move(identities)));
    }
    return all;
}

}  // namespace rogatory::cli
