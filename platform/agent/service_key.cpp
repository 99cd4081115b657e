#include "platform/agent/service_key.hpp"

#include "crypto/encoding/hex.hpp"
#include "platform/agent/secrets.hpp"
#include "platform/base/try.hpp"
#include "platform/record/key_files.hpp"
#include "platform/record/lines.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kTitle = "# rogatory/v1/service-key";
constexpr std::string_view kServer = "# server: ";
constexpr std::string_view kUser = "# user: ";
constexpr std::string_view kSignIn = "# sign-in: ";

}  // namespace

ServiceKey ServiceKey::make(std::string server, std::string user_name) {
    auto& random = crypto::system_random();
    return {std::move(server), std::move(user_name), crypto::Ed25519Seed::random(random),
            age::HybridIdentity::generate(random)};
}

Result<ServiceKey> ServiceKey::parse(ByteView text) {
    const auto malformed = [] { return fail(ErrorCode::invalid_input, "service_key.malformed"); };
    record::Lines lines{as_text(text)};
    if (!lines.take(kTitle)) return malformed();
    const auto server = lines.next(kServer);
    const auto user_name = lines.next(kUser);
    auto seed = record::parse_seed(lines.next(kSignIn).value_or(""));
    if (!server || !user_name || !is_user_name(*user_name) || !seed) return malformed();
    ServiceKey key{std::string{*server}, std::string{*user_name}, *std::move(seed), std::nullopt};
    if (!lines.done()) {
        auto identity = age::HybridIdentity::parse(lines.next().value_or(""));
        if (!identity || !lines.done()) return malformed();
        key.unlock = *std::move(identity);
    }
    return key;
}

crypto::SecretText ServiceKey::encode() const {
    crypto::SecretText out;
    const auto line = [&out](std::string_view prefix, std::string_view value) {
        out.append(prefix);
        out.append(value);
        out.append("\n");
    };
    line(kTitle, "");
    line(kServer, server);
    line(kUser, user_name);
    line(kSignIn, crypto::SecretText{encoding::hex_encode(sign_in.expose_secret())}.expose_secret());
    if (unlock) line("", unlock->encode().expose_secret());
    return out;
}

Result<Unlocked> sign_in(Environment& environment, const ServiceKey& key) {
    ROGATORY_TRY(const auto known, account_of(environment.profile));
    if (known && (known->server != key.server || known->user_name != key.user_name)) {
        return fail(Error{ErrorCode::invalid_input, "profile.another_account"}.with("user", known->user_name));
    }
    const Account account = known.value_or(Account{key.server, key.user_name, "service", "en"});
    auto answer = answer_challenge(environment.server, account, ports::remote::SignInKey::service,
                                   crypto::SigningKey::from_seed(key.sign_in), std::nullopt);
    if (!answer) {
        const auto& error = answer.error();
        if (error.code() != ErrorCode::unauthenticated) return fail(error);
        // The server names no cause to whoever is not let in; its code is for whoever is asked.
        Error refused = Error{ErrorCode::unauthenticated, "service.refused"}.with("user", key.user_name);
        const auto support = error.arguments().find("support");
        if (support == error.arguments().end()) return fail(std::move(refused));
        return fail(std::move(refused).with("support", support->second));
    }
    if (!answer->session) return fail(Error{ErrorCode::unauthenticated, "service.refused"}.with("user", key.user_name));
    auto unlocked = load_secrets(environment, account, key.unlock ? &*key.unlock : nullptr);
    // A session that serves nothing is not left behind.
    if (!unlocked) (void)environment.server.sign_out();
    if (!unlocked || known) return unlocked;
    ROGATORY_TRY_VOID(save_service_account(environment.profile, unlocked->secrets().account));
    return unlocked;
}

}  // namespace rogatory::agent
