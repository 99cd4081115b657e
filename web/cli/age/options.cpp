#include "web/cli/age/options.hpp"

#include "platform/base/try.hpp"

namespace rogatory::cli {

namespace {

tl::unexpected<Error> misuse(std::string key, std::string flag = {}) {
    Error error{ErrorCode::invalid_input, std::move(key)};
    if (flag.empty()) return fail(std::move(error));
    return fail(std::move(error).with("flag", std::move(flag)));
}

Result<> check_decrypt(const AgeOptions& options) {
    if (options.armor) return misuse("age.usage.armor_decrypt");
    if (options.passphrase) return misuse("age.usage.passphrase_decrypt");
    if (!options.recipients.empty() || !options.recipient_files.empty()) return misuse("age.usage.recipient_decrypt");
    return {};
}

Result<> check_encrypt(const AgeOptions& options, bool said_encrypt) {
    if (!options.identity_files.empty() && !said_encrypt) return misuse("age.usage.identity_encrypt");
    const bool keys =
        !options.recipients.empty() || !options.recipient_files.empty() || !options.identity_files.empty();
    if (!keys && !options.passphrase) return misuse("age.usage.no_recipients");
    if (keys && options.passphrase) return misuse("age.usage.passphrase_and_keys");
    return {};
}

}  // namespace

bool FlagReader::next(std::string& name) {
    if (rest_.empty() || rest_.front().size() < 2 || !rest_.front().starts_with('-')) return false;
    auto flag = rest_.front();
    rest_ = rest_.subspan(1);
    if (flag == "--") return false;
    flag.remove_prefix(flag.starts_with("--") ? 2 : 1);
    const auto equals = flag.find('=');
    has_value_ = equals != std::string_view::npos;
    given_ = has_value_ ? flag.substr(equals + 1) : std::string_view{};
    name_ = name = std::string{flag.substr(0, equals)};
    return true;
}

Result<std::string> FlagReader::value() {
    if (has_value_) return std::string{given_};
    if (rest_.empty()) return misuse("age.usage.value_missing", name_);
    const std::string taken{rest_.front()};
    rest_ = rest_.subspan(1);
    return taken;
}

Result<> FlagReader::no_value() const {
    if (has_value_) return misuse("age.usage.no_value", name_);
    return {};
}

Result<AgeOptions> parse_age_options(std::span<const std::string_view> arguments) {
    AgeOptions options;
    bool encrypt = false;
    bool decrypt = false;
    FlagReader reader{arguments};
    for (std::string name; reader.next(name);) {
        bool* const flag = name == "e" || name == "encrypt"      ? &encrypt
                           : name == "d" || name == "decrypt"    ? &decrypt
                           : name == "a" || name == "armor"      ? &options.armor
                           : name == "p" || name == "passphrase" ? &options.passphrase
                           : name == "h" || name == "help"       ? &options.help
                                                                 : nullptr;
        if (flag != nullptr) {
            ROGATORY_TRY_VOID(reader.no_value());
            *flag = true;
            continue;
        }
        auto* const list = name == "r" || name == "recipient"         ? &options.recipients
                           : name == "R" || name == "recipients-file" ? &options.recipient_files
                           : name == "i" || name == "identity"        ? &options.identity_files
                                                                      : nullptr;
        if (list == nullptr && name != "o" && name != "output") return misuse("age.usage.unknown_flag", name);
        ROGATORY_TRY(auto value, reader.value());
        if (list != nullptr) {
            list->push_back(std::move(value));
        } else {
            options.output = std::move(value);
        }
    }
    if (reader.rest().size() > 1) return misuse("age.usage.one_input");
    if (!reader.rest().empty()) options.input = std::string{reader.rest().front()};
    if (options.help) return options;

    if (encrypt && decrypt) return misuse("age.usage.encrypt_decrypt");
    options.mode = decrypt ? AgeMode::decrypt : AgeMode::encrypt;
    ROGATORY_TRY_VOID(decrypt ? check_decrypt(options) : check_encrypt(options, encrypt));
    return options;
}

}  // namespace rogatory::cli
