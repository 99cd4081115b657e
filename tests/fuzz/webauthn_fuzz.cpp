#include "crypto/primitives/sha256.hpp"
#include "crypto/webauthn/ceremony.hpp"
#include "crypto/webauthn/client_data.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// Attestation objects, authenticator data, COSE keys and client data: what a browser, and whoever writes like one,
// sends. Nothing verifies that nobody signed, and a key that is taken apart is, put together, the bytes it came in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes{data, size};
    const webauthn::RelyingParty party{"https://a.example", "a.example"};
    const Bytes challenge(32, 1);
    if (const auto key = webauthn::parse_public_key(bytes)) require(key->cose == to_bytes(bytes));
    if (const auto parsed = webauthn::parse_authenticator_data(bytes); parsed && parsed->attested) {
        require(parsed->attested->credential_id.size() <= 1023);
        require(webauthn::parse_public_key(parsed->attested->key.cose).has_value());
    }
    if (const auto object = webauthn::parse_attestation_object(bytes)) {
        require(object->authenticator_data.size() < size);
    }
    const std::string client =
        R"({"type":"webauthn.create","challenge":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","origin":"https://a.example"})";
    require(webauthn::client_data_says(as_bytes(client), webauthn::Act::create, challenge, party.origin));
    require(!webauthn::client_data_says(bytes, webauthn::Act::get, challenge, "https://b.example") ||
            as_text(bytes).starts_with(R"({"type":"webauthn.get","challenge":"AQEB)"));
    (void)webauthn::check_registration(party, challenge, {to_bytes(as_bytes(client)), to_bytes(bytes)});
    // A key that signed nothing.
    Bytes cose{0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20};
    cose.resize(cose.size() + 32, 9);
    const webauthn::Credential credential{{1}, cose, 0, false};
    require(!webauthn::check_assertion(party, challenge, credential,
                                       {{1}, to_bytes(as_bytes(client)), to_bytes(bytes), to_bytes(bytes)}));
    return 0;
}
