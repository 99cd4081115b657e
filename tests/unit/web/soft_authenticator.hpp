#pragma once

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/sign.hpp"
#include "crypto/webauthn/ceremony.hpp"
#include "tests/support/seeded_random.hpp"

namespace rogatory::tests {

// An authenticator and the browser before it, for one credential (Ed25519): what they send, and what a broken or
// hostile one would.
class SoftAuthenticator {
public:
    explicit SoftAuthenticator(crypto::Random& random, std::string origin = "https://exchange.example")
        : key_{crypto::SigningKey::generate(random)}, origin_{std::move(origin)} {
        const auto id = random.bytes<16>();
        id_.assign(id.begin(), id.end());
        party_ = webauthn::RelyingParty::of(origin_);
    }

    std::uint32_t counter = 0;
    bool verifies_user = true;
    std::string says_origin;  // another page's, where not empty
    [[nodiscard]] const Bytes& id() const { return id_; }

    [[nodiscard]] webauthn::Registration create(ByteView challenge) {
        auto data = authenticator_data(kAttested);
        data.resize(data.size() + 16);  // aaguid
        data.push_back(0);
        data.push_back(static_cast<std::uint8_t>(id_.size()));
        append(data, id_);
        append(data, Bytes{0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20});
        append(data, key_.verify_key().bytes());
        Bytes object =
            to_bytes(std::string_view{"\xa3"
                                      "cfmtdnonegattStmt\xa0hauthData\x58"});
        object.push_back(static_cast<std::uint8_t>(data.size()));
        append(object, data);
        return {to_bytes(client_data("create", challenge)), object};
    }
    [[nodiscard]] webauthn::Assertion get(ByteView challenge) {
        ++counter;
        webauthn::Assertion assertion;
        assertion.credential_id = id_;
        assertion.client_data = to_bytes(client_data("get", challenge));
        assertion.authenticator_data = authenticator_data(0);
        auto text = assertion.authenticator_data;
        append(text, crypto::sha256(assertion.client_data).value());
        assertion.signature = to_bytes(ByteView{key_.sign(text).value()});
        return assertion;
    }

private:
    static constexpr std::uint8_t kAttested = 0x40;

    std::string client_data(const std::string& act, ByteView challenge) const {
        return R"({"type":"webauthn.)" + act + R"(","challenge":")" +
               encoding::base64_encode(challenge, encoding::Base64::url_unpadded) + R"(","origin":")" +
               (says_origin.empty() ? origin_ : says_origin) + R"(","crossOrigin":false})";
    }
    Bytes authenticator_data(std::uint8_t flags) const {
        auto data = to_bytes(ByteView{crypto::sha256(as_bytes(party_.id)).value()});
        data.push_back(static_cast<std::uint8_t>(flags | 0x01U | (verifies_user ? 0x04U : 0U)));
        for (const int shift : {24, 16, 8, 0}) data.push_back(static_cast<std::uint8_t>(counter >> shift));
        return data;
    }

    crypto::SigningKey key_;
    std::string origin_;
    webauthn::RelyingParty party_;
    Bytes id_;
};

}  // namespace rogatory::tests
