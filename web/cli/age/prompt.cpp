#include "web/cli/age/prompt.hpp"

#include <bsd/readpassphrase.h>

#include <array>
#include <cstring>

namespace rogatory::cli {

Result<crypto::SecretText> ask_secret(const std::string& question) {
    crypto::SecretBytes typed{1024};
    auto* const text = reinterpret_cast<char*>(typed.expose_secret_mutable().data());
    if (::readpassphrase((question + " ").c_str(), text, typed.size(), RPP_REQUIRE_TTY) == nullptr) {
        return fail(ErrorCode::unavailable, "age.no_terminal");
    }
    typed.resize(std::strlen(text));
    return crypto::SecretText{std::move(typed)};
}

}  // namespace rogatory::cli
