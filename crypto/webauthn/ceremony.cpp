#include "crypto/webauthn/ceremony.hpp"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/es384.h>
#include <fido/rs256.h>

#include <memory>
#include <mutex>

#include "crypto/primitives/sha256.hpp"
#include "crypto/webauthn/client_data.hpp"

namespace rogatory::webauthn {
namespace {

constexpr std::size_t kMaxAttestationObject = 16 * 1024;
constexpr std::size_t kMaxAuthenticatorData = 4 * 1024;
constexpr std::size_t kMaxSignature = 1024;

template <class T, void (*Free)(T**)>
struct Freed {
    void operator()(T* value) const noexcept { Free(&value); }
};
template <class T, void (*Free)(T**)>
using Owned = std::unique_ptr<T, Freed<T, Free>>;

using OwnedCredential = Owned<fido_cred_t, fido_cred_free>;
using OwnedAssertion = Owned<fido_assert_t, fido_assert_free>;

void start_library() {
    static std::once_flag once;
    // No syslog and no device is ever looked for: only the checks of libfido2 are used.
    std::call_once(once, [] { fido_init(FIDO_DISABLE_U2F_FALLBACK); });
}

tl::unexpected<Error> no_registration(std::string why) {
    return fail(ErrorCode::invalid_input, "passkey.registration", std::move(why));
}
tl::unexpected<Error> no_assertion(std::string why) {
    return fail(ErrorCode::unauthenticated, "passkey.assertion", std::move(why));
}

// libfido2's key object for a key; the caller verifies with it. `use` is called with (algorithm, key) if the key is
// one: a point that is not on its curve is refused here.
template <class Use>
bool with_key(const PublicKey& key, Use&& use) {
    const auto* const raw = key.raw.data();
    const auto size = key.raw.size();
    switch (key.algorithm) {
        case Algorithm::es256: {
            const Owned<es256_pk_t, es256_pk_free> made{es256_pk_new()};
            return made && es256_pk_from_ptr(made.get(), raw, size) == FIDO_OK && use(COSE_ES256, made.get());
        }
        case Algorithm::es384: {
            const Owned<es384_pk_t, es384_pk_free> made{es384_pk_new()};
            return made && es384_pk_from_ptr(made.get(), raw, size) == FIDO_OK && use(COSE_ES384, made.get());
        }
        case Algorithm::eddsa: {
            const Owned<eddsa_pk_t, eddsa_pk_free> made{eddsa_pk_new()};
            return made && eddsa_pk_from_ptr(made.get(), raw, size) == FIDO_OK && use(COSE_EDDSA, made.get());
        }
        case Algorithm::rs256: {
            const Owned<rs256_pk_t, rs256_pk_free> made{rs256_pk_new()};
            return made && rs256_pk_from_ptr(made.get(), raw, size) == FIDO_OK && use(COSE_RS256, made.get());
        }
    }
    return false;
}

bool signed_by_itself(const RelyingParty& party, const AttestationObject& object, const PublicKey& key,
                      const crypto::Digest& client_data) {
    if (object.signed_with != key.algorithm || object.signature.size() > kMaxSignature) return false;
    const OwnedCredential made{fido_cred_new()};
    const auto& data = object.authenticator_data;
    return made && fido_cred_set_type(made.get(), static_cast<int>(key.algorithm)) == FIDO_OK &&
           fido_cred_set_clientdata_hash(made.get(), client_data.value().data(), client_data.value().size()) ==
               FIDO_OK &&
           fido_cred_set_rp(made.get(), party.id.c_str(), nullptr) == FIDO_OK &&
           fido_cred_set_authdata_raw(made.get(), data.data(), data.size()) == FIDO_OK &&
           fido_cred_set_fmt(made.get(), "packed") == FIDO_OK &&
           fido_cred_set_sig(made.get(), object.signature.data(), object.signature.size()) == FIDO_OK &&
           fido_cred_verify_self(made.get()) == FIDO_OK;
}

bool is_for(const AuthenticatorData& data, const RelyingParty& party) {
    return data.rp_id_sha256 == crypto::sha256(as_bytes(party.id)).value();
}

}  // namespace

RelyingParty RelyingParty::of(const std::string& origin) {
    constexpr std::string_view kScheme = "https://";
    auto host = origin.starts_with(kScheme) ? origin.substr(kScheme.size()) : origin;
    if (const auto colon = host.rfind(':'); colon != std::string::npos && host.find(']') == std::string::npos) {
        host.resize(colon);
    }
    return {origin, host};
}

Result<Credential> check_registration(const RelyingParty& party, ByteView challenge, const Registration& registration) {
    start_library();
    if (!client_data_says(registration.client_data, Act::create, challenge, party.origin)) {
        return no_registration("client data");
    }
    if (registration.attestation_object.size() > kMaxAttestationObject) return no_registration("size");
    const auto object = parse_attestation_object(registration.attestation_object);
    if (!object) return no_registration("attestation object");
    const auto data = parse_authenticator_data(object->authenticator_data);
    if (!data || !data->attested) return no_registration("authenticator data");
    if (!is_for(*data, party)) return no_registration("rp id");
    const auto& key = data->attested->key;
    if (!with_key(key, [](int, const void*) { return true; })) return no_registration("public key");
    const auto hash = crypto::sha256(registration.client_data);
    if (object->format == AttestationObject::Format::packed_self && !signed_by_itself(party, *object, key, hash)) {
        return no_registration("self attestation");
    }
    if (!data->user_present || !data->user_verified) return no_registration("user verification");
    return Credential{data->attested->credential_id, key.cose, data->counter, data->backed_up};
}

Result<Asserted> check_assertion(const RelyingParty& party, ByteView challenge, const Credential& credential,
                                 const Assertion& assertion) {
    start_library();
    if (assertion.credential_id != credential.id) return no_assertion("credential");
    if (!client_data_says(assertion.client_data, Act::get, challenge, party.origin)) return no_assertion("client data");
    const auto& bytes = assertion.authenticator_data;
    if (bytes.size() > kMaxAuthenticatorData || assertion.signature.size() > kMaxSignature) return no_assertion("size");
    const auto data = parse_authenticator_data(bytes);
    if (!data || data->attested) return no_assertion("authenticator data");
    if (!is_for(*data, party)) return no_assertion("rp id");
    const auto key = parse_public_key(credential.cose_key);
    if (!key) return no_assertion("stored key");

    const auto hash = crypto::sha256(assertion.client_data);
    const OwnedAssertion made{fido_assert_new()};
    const auto holds = [&](int algorithm, const void* public_key) {
        return fido_assert_verify(made.get(), 0, algorithm, public_key) == FIDO_OK;
    };
    const bool ready =
        made && fido_assert_set_clientdata_hash(made.get(), hash.value().data(), hash.value().size()) == FIDO_OK &&
        fido_assert_set_rp(made.get(), party.id.c_str()) == FIDO_OK &&
        fido_assert_set_count(made.get(), 1) == FIDO_OK &&
        fido_assert_set_extensions(made.get(), data->hmac_secret ? FIDO_EXT_HMAC_SECRET : 0) == FIDO_OK &&
        fido_assert_set_authdata_raw(made.get(), 0, bytes.data(), bytes.size()) == FIDO_OK &&
        fido_assert_set_sig(made.get(), 0, assertion.signature.data(), assertion.signature.size()) == FIDO_OK;
    if (!ready || !with_key(*key, holds)) return no_assertion("signature");
    if (!data->user_present || !data->user_verified) return no_assertion("user verification");
    // §7.2 step 22: either both are zero (no counter), or it has gone up.
    const bool counts = data->counter != 0 || credential.counter != 0;
    return Asserted{data->counter, data->backed_up, counts && data->counter <= credential.counter};
}

}  // namespace rogatory::webauthn
