#include <array>
#include <string>

#include "crypto/encoding/crockford.hpp"
#include "platform/agent/secrets.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kTitle = "rogatory/v1/kit";
constexpr std::string_view kServer = "server: ";
constexpr std::string_view kUser = "user: ";
constexpr std::string_view kAccountKey = "account-key: ";
constexpr std::string_view kKitSecret = "kit-secret: ";

tl::unexpected<Error> malformed(std::string_view what) {
    return fail(Error{ErrorCode::invalid_input, "kit.malformed"}.with("line", std::string{what}));
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

Kit write_kit(const Account& account, const crypto::AccountKey& account_key, const crypto::KitSecret& kit_secret) {
    Kit kit;
    kit.text += kTitle;
    kit.text += '\n';
    kit.text += std::string{kServer} + account.server + '\n';
    kit.text += std::string{kUser} + account.user_name + '\n';
    kit.text += kAccountKey;
    kit.text += encoding::code_encode(account_key).expose_secret();
    kit.text += '\n';
    kit.text += kKitSecret;
    kit.text += encoding::code_encode(kit_secret).expose_secret();
    kit.text += '\n';
    return kit;
}

// Somebody types this from paper: blank lines, spaces around a line and the order of lines do not count.
Result<ReadKit> parse_kit(std::string_view text) {
    bool titled = false;
    KitFacts facts;
    std::string_view account_key_text;
    std::string_view kit_secret_text;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = trimmed(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        const auto value_of = [&line](std::string_view key) { return trimmed(line.substr(key.size() - 1)); };
        const auto is = [&line](std::string_view key) { return line.starts_with(key.substr(0, key.size() - 1)); };
        if (line.empty()) continue;
        if (line == kTitle) {
            titled = true;
        } else if (is(kServer)) {
            facts.server = value_of(kServer);
        } else if (is(kUser)) {
            facts.user_name = value_of(kUser);
        } else if (is(kAccountKey)) {
            account_key_text = value_of(kAccountKey);
        } else if (is(kKitSecret)) {
            kit_secret_text = value_of(kKitSecret);
        } else {
            return malformed("?");
        }
    }
    if (!titled) return malformed(kTitle);
    if (facts.server.empty()) return malformed("server");
    if (facts.user_name.empty()) return malformed("user");
    auto account_key = encoding::code_decode<crypto::AccountKey>(account_key_text);
    if (!account_key) return malformed("account-key");
    auto kit_secret = encoding::code_decode<crypto::KitSecret>(kit_secret_text);
    if (!kit_secret) return malformed("kit-secret");
    return ReadKit{std::move(facts), *std::move(account_key), *std::move(kit_secret)};
}

Result<KitFacts> read_kit(std::string_view text) {
    ROGATORY_TRY(auto kit, parse_kit(text));
    return std::move(kit.facts);
}

KitKeys kit_keys(const crypto::AccountKey& account_key, const crypto::KitSecret& kit_secret) {
    auto secrets = crypto::derive_kit_secrets(account_key, kit_secret);
    return {std::move(secrets.sign_in_key), age::HybridIdentity::from_seed(std::move(secrets.identity))};
}

}  // namespace rogatory::agent
