#include "platform/agent/normalise.hpp"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <vector>

#include "crypto/primitives/memory.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::agent {
namespace {

// UTF-16 on the way through ICU's C interface, wiped afterwards whether it was secret or not.
class Wide {
public:
    explicit Wide(std::size_t size) : units_(size) {}
    Wide(const Wide&) = delete;
    Wide& operator=(const Wide&) = delete;
    ~Wide() { crypto::wipe({reinterpret_cast<std::uint8_t*>(units_.data()), units_.size() * sizeof(UChar)}); }
    [[nodiscard]] UChar* data() noexcept { return units_.data(); }
    [[nodiscard]] std::int32_t size() const noexcept { return static_cast<std::int32_t>(units_.size()); }

private:
    std::vector<UChar> units_;
};

// A passphrase grows at most 18-fold under NFKC (U+FDFA), a text in NFC at most threefold.
Result<std::string> normalise_with(const UNormalizer2* form, std::size_t growth, std::string_view text) {
    constexpr std::size_t kMost = 1 << 20;
    if (text.size() > kMost) return fail(ErrorCode::too_large, "text.too_long");
    UErrorCode status = U_ZERO_ERROR;
    Wide wide{text.size() + 1};
    std::int32_t wide_length = 0;
    u_strFromUTF8(wide.data(), wide.size(), &wide_length, text.data(), static_cast<std::int32_t>(text.size()), &status);
    if (U_FAILURE(status)) return fail(ErrorCode::invalid_input, "text.not_unicode");

    Wide composed{text.size() * growth + 1};
    const auto composed_length =
        unorm2_normalize(form, wide.data(), wide_length, composed.data(), composed.size(), &status);
    ensure(U_SUCCESS(status), "ICU normalises what it has decoded");

    std::string result(static_cast<std::size_t>(composed_length) * 3, '\0');
    std::int32_t length = 0;
    u_strToUTF8(result.data(), static_cast<std::int32_t>(result.size()), &length, composed.data(), composed_length,
                &status);
    ensure(U_SUCCESS(status) || status == U_STRING_NOT_TERMINATED_WARNING, "ICU encodes what it has normalised");
    result.resize(static_cast<std::size_t>(length));
    return result;
}

}  // namespace

Result<std::string> normalised(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* form = unorm2_getNFCInstance(&status);
    ensure(U_SUCCESS(status), "ICU has its NFC data");
    return normalise_with(form, 3, text);
}

Result<crypto::SecretText> normalised_passphrase(std::string_view passphrase) {
    constexpr std::size_t kMostPassphraseBytes = 4096;
    if (passphrase.size() > kMostPassphraseBytes) return fail(ErrorCode::too_large, "passphrase.too_long");
    UErrorCode status = U_ZERO_ERROR;
    const auto* form = unorm2_getNFKCInstance(&status);
    ensure(U_SUCCESS(status), "ICU has its NFKC data");
    auto text = normalise_with(form, 18, passphrase);
    if (!text) return fail(std::move(text).error());
    return crypto::SecretText{std::move(*text)};
}

std::size_t code_points(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
    }
    return count;
}

}  // namespace rogatory::agent
