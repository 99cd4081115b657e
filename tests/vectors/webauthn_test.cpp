// The specification's own ceremonies (Web Authentication Level 3, §16): each passes, or is refused for exactly what our
// policy refuses, and no byte of one can be changed unseen.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <optional>

#include "crypto/webauthn/authenticator_data.hpp"
#include "crypto/webauthn/ceremony.hpp"
#include "crypto/webauthn/client_data.hpp"
#include "tests/vectors/families.hpp"

using namespace rogatory;
using namespace rogatory::tests;
namespace json = boost::json;

namespace {

const webauthn::RelyingParty kParty{"https://example.org", "example.org"};

struct Ceremonies {
    std::string name;
    Bytes credential_id;
    Bytes registration_challenge;
    webauthn::Registration registration;
    Bytes challenge;
    webauthn::Assertion assertion;
};

std::vector<Ceremonies> all_ceremonies() {
    std::vector<Ceremonies> list;
    const auto vectors = vector_json("webauthn-l3/webauthn-l3-vectors.json");
    for (const auto& item : vectors.as_array()) {
        Ceremonies made;
        made.name = text_of(item.at("id"));
        for (const auto& ceremony : item.at("ceremonies").as_array()) {
            const auto kind = text_of(ceremony.at("kind"));
            if (kind == "registration") {
                made.credential_id = bytes_of(ceremony.at("credential_id"));
                made.registration_challenge = bytes_of(ceremony.at("challenge"));
                made.registration = {bytes_of(ceremony.at("clientDataJSON")),
                                     bytes_of(ceremony.at("attestationObject"))};
            } else if (kind == "authentication") {
                made.challenge = bytes_of(ceremony.at("challenge"));
                made.assertion = {made.credential_id, bytes_of(ceremony.at("clientDataJSON")),
                                  bytes_of(ceremony.at("authenticatorData")), bytes_of(ceremony.at("signature"))};
            }
        }
        if (!made.challenge.empty()) list.push_back(std::move(made));
    }
    return list;
}

// The authenticator data inside an attestation object of whatever format: a byte string of two length bytes, last.
Bytes authenticator_data_of(const Bytes& object) {
    static const std::string key = "hauthData";  // the head of a text of 8 bytes is 'h'
    const auto found = std::search(object.begin(), object.end(), key.begin(), key.end());
    if (found == object.end()) throw std::runtime_error{"no authData"};
    auto at = found + static_cast<std::ptrdiff_t>(key.size());
    const int head = *at++;
    at += head == 0x58 ? 1 : 2;
    return {at, object.end()};
}

// As a browser hands it over to who asks for no attestation.
Bytes without_attestation(const Bytes& data) {
    Bytes object =
        to_bytes(std::string_view{"\xa3"
                                  "cfmtdnonegattStmt\xa0hauthData"});
    const bool short_form = data.size() < 256;  // the shortest form, as canonical CBOR has it
    object.push_back(short_form ? 0x58 : 0x59);
    if (!short_form) object.push_back(static_cast<std::uint8_t>(data.size() >> 8U));
    object.push_back(static_cast<std::uint8_t>(data.size() & 0xffU));
    append(object, data);
    return object;
}

// Algorithms that are none of ours; the RS256 vector has a modulus of 3,488 bits, where authenticators (and libfido2)
// have 2,048.
bool is_other_algorithm(const std::string& name) {
    if (name.ends_with("rs256")) return true;
    return name.ends_with("es512") || name.ends_with("ed448");
}
bool is_framed(const std::string& name) { return name.ends_with("crossOrigin") || name.ends_with("topOrigin"); }
bool has_self_or_no_attestation(const std::string& name) {
    return name.find("-none-") != std::string::npos || name.find("packed-self") != std::string::npos;
}

std::string why(const Result<webauthn::Credential>& result) { return result ? "held" : result.error().log_detail(); }
std::string why(const Result<webauthn::Asserted>& result) { return result ? "held" : result.error().log_detail(); }

// The credential of a registration, whatever its user verification: what a signature can be checked with.
std::optional<webauthn::Credential> credential_of(const Ceremonies& ceremonies) {
    const auto bytes = authenticator_data_of(ceremonies.registration.attestation_object);
    const auto data = webauthn::parse_authenticator_data(bytes);
    if (!data || !data->attested) return std::nullopt;
    return webauthn::Credential{data->attested->credential_id, data->attested->key.cose, data->counter,
                                data->backed_up};
}

}  // namespace

TEST_CASE("the specification's ceremonies hold, or are refused for what we refuse", "[vectors][webauthn]") {
    const auto list = all_ceremonies();
    REQUIRE(list.size() == 15);
    std::map<std::string, int> outcomes;
    for (const auto& one : list) {
        const auto data = authenticator_data_of(one.registration.attestation_object);
        auto registration = one.registration;
        const auto as_it_came = why(webauthn::check_registration(kParty, one.registration_challenge, registration));
        if (!has_self_or_no_attestation(one.name)) {
            // An attestation that we did not ask for; then what a browser makes of it.
            if (!is_framed(one.name))
                count_vector("webauthn registrations", as_it_came == "attestation object", one.name);
            registration.attestation_object = without_attestation(data);
        }
        const auto registered = why(webauthn::check_registration(kParty, one.registration_challenge, registration));
        const bool verified = (data[32] & 4U) != 0;
        const std::string expected = is_framed(one.name)            ? "client data"
                                     : is_other_algorithm(one.name) ? "authenticator data"
                                     : verified                     ? "held"
                                                                    : "user verification";
        count_vector("webauthn registrations", registered == expected, one.name + ": " + registered);
        ++outcomes[registered];

        const auto credential = credential_of(one);
        if (is_other_algorithm(one.name)) {
            CHECK_FALSE(credential.has_value());
            continue;
        }
        REQUIRE(credential.has_value());
        CHECK(credential->id == one.credential_id);
        const auto asserted = why(webauthn::check_assertion(kParty, one.challenge, *credential, one.assertion));
        const bool present = (one.assertion.authenticator_data[32] & 4U) != 0;
        // "user verification" is looked at last: everything before it held, the signature among it.
        const std::string wanted = is_framed(one.name) ? "client data" : present ? "held" : "user verification";
        count_vector("webauthn assertions", asserted == wanted, one.name + ": " + asserted);
    }
    CHECK(outcomes["held"] > 3);
}

TEST_CASE("no bit of an assertion can be changed", "[vectors][webauthn]") {
    for (const auto& one : all_ceremonies()) {
        const auto credential = credential_of(one);
        const bool verified = (one.assertion.authenticator_data[32] & 4U) != 0;
        if (!credential || is_framed(one.name) || !verified) continue;
        INFO(one.name);
        REQUIRE(webauthn::check_assertion(kParty, one.challenge, *credential, one.assertion).has_value());
        const auto refused_everywhere = [&](Bytes webauthn::Assertion::*part) {
            for (std::size_t at = 0; at < (one.assertion.*part).size(); ++at) {
                for (unsigned bit = 0; bit < 8; ++bit) {
                    auto changed = one.assertion;
                    (changed.*part)[at] ^= static_cast<std::uint8_t>(1U << bit);
                    if (webauthn::check_assertion(kParty, one.challenge, *credential, changed)) return false;
                }
            }
            return true;
        };
        count_vector("webauthn assertions, changed", refused_everywhere(&webauthn::Assertion::client_data), one.name);
        count_vector("webauthn assertions, changed", refused_everywhere(&webauthn::Assertion::authenticator_data),
                     one.name);
        count_vector("webauthn assertions, changed", refused_everywhere(&webauthn::Assertion::signature), one.name);
        count_vector("webauthn assertions, changed", refused_everywhere(&webauthn::Assertion::credential_id), one.name);
        auto other = one.challenge;
        other[0] ^= 1;
        CHECK_FALSE(webauthn::check_assertion(kParty, other, *credential, one.assertion).has_value());
    }
}

TEST_CASE("no byte of a registration can be changed to another's good", "[vectors][webauthn]") {
    // Without attestation nothing signs a registration (that is what "none" means): what a change brings in is then an
    // authenticator that nobody has. So either it is refused, or the credential it makes verifies no signature of the
    // person's own, or it differs in what nothing here depends on: the model number (aaguid), flags of backup, a
    // counter below the first use, the browser's further members.
    for (const auto& one : all_ceremonies()) {
        const auto credential = credential_of(one);
        const auto data = authenticator_data_of(one.registration.attestation_object);
        if (!credential || is_framed(one.name) || (data[32] & 4U) == 0) continue;
        if ((one.assertion.authenticator_data[32] & 4U) == 0) continue;
        INFO(one.name);
        auto original = one.registration;
        if (!has_self_or_no_attestation(one.name)) original.attestation_object = without_attestation(data);
        std::size_t refused = 0;
        std::size_t useless = 0;
        std::size_t unimportant = 0;
        const auto offset = original.attestation_object.size() - data.size();
        const auto try_at = [&](Bytes webauthn::Registration::*part, std::size_t at, std::uint8_t mask) {
            auto changed = original;
            (changed.*part)[at] ^= mask;
            const auto made = webauthn::check_registration(kParty, one.registration_challenge, changed);
            if (!made) {
                ++refused;
                return true;
            }
            const auto used = webauthn::check_assertion(kParty, one.challenge, *made, one.assertion);
            if (!used || used->counter_went_back) {
                ++useless;
                return true;
            }
            ++unimportant;
            if (part == &webauthn::Registration::client_data) {
                const auto text = as_text(original.client_data);
                return at > text.find(R"("crossOrigin":false)") + 19;
            }
            const auto inside = at - offset;
            return (at >= offset && inside >= 37 && inside < 53) ||  // aaguid
                   (at >= offset && inside == 32 && (mask & ~std::uint8_t{0x18}) == 0) ||
                   (at >= offset && inside >= 33 && inside < 37);
        };
        bool good = true;
        for (const auto part : {&webauthn::Registration::client_data, &webauthn::Registration::attestation_object}) {
            for (std::size_t at = 0; at < (original.*part).size(); ++at) {
                for (unsigned bit = 0; bit < 8; ++bit) {
                    const bool fine = try_at(part, at, static_cast<std::uint8_t>(1U << bit));
                    if (!fine) UNSCOPED_INFO("byte " << at << " bit " << bit);
                    good = good && fine;
                }
            }
        }
        CHECK(refused > useless);
        count_vector("webauthn registrations, changed", good, one.name);
    }
}

TEST_CASE("a counter that goes back is told from every other failure", "[vectors][webauthn]") {
    for (const auto& one : all_ceremonies()) {
        auto credential = credential_of(one);
        if (!credential || is_framed(one.name) || (one.assertion.authenticator_data[32] & 4U) == 0) continue;
        const auto first = webauthn::check_assertion(kParty, one.challenge, *credential, one.assertion);
        REQUIRE(first.has_value());
        credential->counter = first->counter + 1;
        const auto later = webauthn::check_assertion(kParty, one.challenge, *credential, one.assertion);
        REQUIRE(later.has_value());
        CHECK(later->counter_went_back);
    }
}

TEST_CASE("client data is ours, whole and in the one order", "[webauthn]") {
    const auto challenge = Bytes(32, 7);
    const std::string encoded = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
    const auto says = [&](const std::string& text) {
        return webauthn::client_data_says(as_bytes(text), webauthn::Act::get, challenge, "https://a.example");
    };
    const std::string head = R"({"type":"webauthn.get","challenge":")" + encoded + R"(","origin":"https://a.example")";
    CHECK(says(head + "}"));
    CHECK(says(head + R"(,"crossOrigin":false})"));
    CHECK(says(head + R"(,"crossOrigin":false,"other":1})"));
    CHECK_FALSE(says(head + R"(,"crossOrigin":true})"));
    CHECK_FALSE(says(head + R"(,"crossOrigin":false,"topOrigin":"https://b.example"})"));
    CHECK_FALSE(says(head + R"(,"topOrigin":"https://b.example"})"));
    CHECK_FALSE(says(head + R"(,"crossOrigin":false)"));
    CHECK_FALSE(says(head));
    CHECK_FALSE(says(""));
    CHECK_FALSE(says(R"({"type":"webauthn.create","challenge":")" + encoded + R"(","origin":"https://a.example"})"));
    CHECK_FALSE(says(R"({"type":"webauthn.get","challenge":")" + encoded + R"(","origin":"https://a.example.evil"})"));
    CHECK_FALSE(says(R"({"type":"webauthn.get","challenge":")" + encoded + R"(","origin":"http://a.example"})"));
    CHECK_FALSE(says(R"({"type":"webauthn.get","challenge":")" + encoded + R"(=","origin":"https://a.example"})"));
    CHECK_FALSE(says(R"({ "type":"webauthn.get","challenge":")" + encoded + R"(","origin":"https://a.example"})"));
}

TEST_CASE("the RP id is the host of the origin", "[webauthn]") {
    CHECK(webauthn::RelyingParty::of("https://exchange.example").id == "exchange.example");
    CHECK(webauthn::RelyingParty::of("https://localhost:8443").id == "localhost");
    CHECK(webauthn::RelyingParty::of("https://localhost:8443").origin == "https://localhost:8443");
}
