#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/bech32.hpp"
#include "crypto/encoding/crockford.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/encoding/padme.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using encoding::Base64;
using tests::SeededRandom;

TEST_CASE("hexadecimal has one spelling", "[encoding]") {
    CHECK(encoding::hex_encode(Bytes{0x00, 0x9a, 0xff}) == "009aff");
    CHECK(encoding::hex_decode("009aff") == Bytes{0x00, 0x9a, 0xff});
    CHECK(encoding::hex_decode("") == Bytes{});
    for (const auto* bad : {"0", "0g", "FF", "0:", "0/", "0`", " 0", "0\x80"}) CHECK_FALSE(encoding::hex_decode(bad));
    CHECK(encoding::hex_decode_array<2>("0a0b") == ByteArray<2>{0x0a, 0x0b});
    CHECK_FALSE(encoding::hex_decode_array<2>("0a0b0c"));
    CHECK_FALSE(encoding::hex_decode_array<2>("0a0"));
}

TEST_CASE("every byte has its hexadecimal digits", "[encoding]") {
    for (unsigned i = 0; i < 256; ++i) {
        const Bytes one{static_cast<std::uint8_t>(i)};
        CHECK(encoding::hex_decode(encoding::hex_encode(one)) == one);
    }
}

TEST_CASE("base 64 has one spelling of each kind", "[encoding]") {
    SeededRandom random;
    for (std::size_t size = 0; size < 70; ++size) {
        Bytes bytes(size);
        random.fill(bytes);
        for (const auto spelling : {Base64::padded, Base64::unpadded, Base64::url_unpadded}) {
            const auto text = encoding::base64_encode(bytes, spelling);
            CHECK(text.size() == encoding::base64_length(size, spelling));
            CHECK(encoding::base64_decode(text, spelling) == bytes);
        }
    }
    // Whatever stands among sixteen characters, or behind them, is one of the alphabet or refused.
    for (const auto spelling : {Base64::unpadded, Base64::url_unpadded}) {
        const std::string alphabet = std::string{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"} +
                                     (spelling == Base64::unpadded ? "+/" : "-_");
        for (unsigned byte = 0; byte < 256; ++byte) {
            for (const std::size_t at : {0U, 7U, 15U, 17U}) {
                std::string text(20, 'A');
                text[at] = static_cast<char>(byte);
                const auto value = alphabet.find(text[at]);
                const auto decoded = encoding::base64_decode(text, spelling);
                CHECK(decoded.has_value() == (value != std::string::npos));
                if (decoded) CHECK(encoding::base64_encode(*decoded, spelling) == text);
            }
        }
    }
    std::string text = "before ";
    encoding::base64_append(text, Bytes{'f', 'o', 'o'});
    CHECK(text == "before Zm9v");
    CHECK(encoding::base64_encode(Bytes{0xfb, 0xff}) == "+/8=");
    CHECK(encoding::base64_encode(Bytes{0xfb, 0xff}, Base64::url_unpadded) == "-_8");

    for (const auto* bad :
         {"Zg", "Zg=", "Zh==", "Zm9=", "Zm9vYg===", "=", "====", "Zg==\n", " Zg==", "Z g=", "Zg==Zg==", "-_8=", "Z"}) {
        CHECK_FALSE(encoding::base64_decode(bad));
    }
    for (const auto* bad : {"Zg==", "Zh", "Zm9", "-_8", "A"})
        CHECK_FALSE(encoding::base64_decode(bad, Base64::unpadded));
    for (const auto* bad : {"+/8", "-_8=", "-_9"}) CHECK_FALSE(encoding::base64_decode(bad, Base64::url_unpadded));
}

TEST_CASE("Bech32 spells age's keys", "[encoding]") {
    const auto recipient = encoding::bech32_decode("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
    REQUIRE(recipient);
    CHECK(recipient->human_part == "age");
    CHECK(recipient->data.size() == 32);
    CHECK(encoding::bech32_encode("age", recipient->data.expose_secret()) ==
          "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");

    const std::string identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    const auto key = encoding::bech32_decode(identity);
    REQUIRE(key);
    CHECK(to_bytes(key->data.expose_secret()) == Bytes(32, 0x42));
    CHECK(encoding::bech32_encode("AGE-SECRET-KEY-", key->data.expose_secret()) == identity);
}

TEST_CASE("Bech32 has no limit of length here", "[encoding]") {
    SeededRandom random;
    for (const auto size : std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 1216, 5000}) {
        Bytes bytes(size);
        random.fill(bytes);
        const auto decoded = encoding::bech32_decode(encoding::bech32_encode("age1pq", bytes));
        REQUIRE(decoded);
        CHECK(decoded->human_part == "age1pq");
        CHECK(to_bytes(decoded->data.expose_secret()) == bytes);
    }
}

TEST_CASE("Bech32 notices any one character that was changed", "[encoding]") {
    const auto text = encoding::bech32_encode("age", Bytes(32, 0x17));
    for (std::size_t i = 4; i < text.size(); ++i) {
        for (const auto c : std::string_view{"qpzry9x8gf2tvdw0s3jn54khce6mua7l"}) {
            if (c == text[i]) continue;
            auto changed = text;
            changed[i] = c;
            CHECK_FALSE(encoding::bech32_decode(changed));
        }
    }
    auto mixed = text;
    mixed[10] = 'Q';
    CHECK_FALSE(encoding::bech32_decode(mixed));
    CHECK_THROWS_AS(encoding::bech32_encode("Age", {}), InvariantViolation);
    CHECK_THROWS_AS(encoding::bech32_encode("", {}), InvariantViolation);
}

TEST_CASE("Bech32 refuses leftover bits", "[encoding]") {
    // Five symbols carry 25 bits: three bytes and one bit, which must be zero; a sixth symbol would carry six bits too
    // many. Both texts have a right checksum, computed with the reference code of BIP 173.
    CHECK_FALSE(encoding::bech32_decode("x1qqqqpgnypt6"));
    CHECK_FALSE(encoding::bech32_decode("x1qqqqqqzd2aw6"));
    CHECK(encoding::bech32_decode("x1qqqqq49s5kg"));
}

namespace {

using Code = crypto::Secret<16, struct CodeTag>;
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

}  // namespace

TEST_CASE("a code is written in seven groups and read back", "[encoding][crockford]") {
    SeededRandom random;
    for (int i = 0; i < 200; ++i) {
        const auto code = Code::random(random);
        const auto text = encoding::code_encode(code);
        CHECK(text.expose_secret().size() == 34);
        const auto read = encoding::code_decode<Code>(text.expose_secret());
        REQUIRE(read);
        CHECK(*read == code);
    }
    CHECK(encoding::code_encode(Code::from(Bytes(16)).value()).expose_secret() == "0000-0000-0000-0000-0000-0000-0000");
    // The two bits that are always zero keep the first character below 8.
    CHECK(encoding::code_encode(Code::from(Bytes(16, 0xff)).value()).expose_secret().front() == '7');
}

TEST_CASE("a dictated code is understood", "[encoding][crockford]") {
    const auto code = Code::from(Bytes{0x00, 0x01, 0x08, 0x40, 0x00, 0x10, 0x84, 0x21, 0, 1, 2, 3, 4, 5, 6, 7});
    const auto written = encoding::code_encode(code.value());
    std::string said;
    for (const auto c : written.expose_secret()) {
        if (c == '0')
            said += 'o';
        else if (c == '1')
            said += said.size() % 2 == 0 ? 'l' : 'I';
        else if (c == '-')
            said += "\xe2\x80\x93 ";  // an en dash and a space
        else
            said += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    const auto heard = encoding::code_decode<Code>("  " + said + "\n");
    REQUIRE(heard);
    CHECK(*heard == *code);
    CHECK(encoding::code_characters("0123-45") == 6);
    CHECK(encoding::code_characters("") == 0);
    CHECK_FALSE(encoding::code_characters("012U"));
}

TEST_CASE("any slip of one or two characters in a code is noticed", "[encoding][crockford]") {
    SeededRandom random;
    const auto code = Code::random(random);
    const auto grouped = encoding::code_encode(code);
    std::string text;
    for (const auto c : grouped.expose_secret()) {
        if (c != '-') text += c;
    }
    REQUIRE(encoding::code_decode<Code>(text));
    std::size_t tried = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const auto c : kCrockford) {
            if (c == text[i]) continue;
            auto once = text;
            once[i] = c;
            CHECK_FALSE(encoding::code_decode<Code>(once));
            // A second slip, at every other place, one character each.
            for (std::size_t j = i + 1; j < text.size(); ++j) {
                auto twice = once;
                twice[j] = kCrockford[(kCrockford.find(twice[j]) + 1 + (i + j) % 31) % 32];
                if (encoding::code_decode<Code>(twice)) FAIL("two slips were not noticed");
                ++tried;
            }
        }
        for (std::size_t j = i + 1; j < text.size(); ++j) {
            auto swapped = text;
            std::swap(swapped[i], swapped[j]);
            if (swapped != text) CHECK_FALSE(encoding::code_decode<Code>(swapped));
        }
    }
    CHECK(tried > 10'000);
}

TEST_CASE("a code of another length, alphabet or range is refused", "[encoding][crockford]") {
    CHECK_FALSE(encoding::code_decode<Code>(""));
    CHECK_FALSE(encoding::code_decode<Code>("0000-0000-0000-0000-0000-0000-000"));
    CHECK_FALSE(encoding::code_decode<Code>("0000-0000-0000-0000-0000-0000-00000"));
    CHECK_FALSE(encoding::code_decode<Code>("U000-0000-0000-0000-0000-0000-0000"));
    CHECK_FALSE(encoding::code_decode<Code>("0000_0000_0000_0000_0000_0000_0000"));
    // A right checksum over 130 bits of which the first is one: no 128-bit value has it.
    std::size_t refused = 0;
    for (const auto c : kCrockford) {
        for (const auto d : kCrockford) {
            if (!encoding::code_decode<Code>("G0000000000000000000000000" + std::string{c, d})) ++refused;
        }
    }
    CHECK(refused == 1024);
}

TEST_CASE("Padmé leaks few bits and adds little", "[encoding]") {
    CHECK(encoding::padme_length(0) == 0);
    CHECK(encoding::padme_length(1) == 1);
    CHECK(encoding::padme_length(200) == 208);
    CHECK(encoding::padme_length(1'000'000) == 1'015'808);
    std::uint64_t previous = 0;
    for (std::uint64_t length = 0; length < 100'000; ++length) {
        const auto padded = encoding::padme_length(length);
        CHECK_FALSE((padded < length || padded < previous || padded * 100 > length * 112 + 100));
        CHECK_FALSE(encoding::padme_length(padded) != padded);
        previous = padded;
    }
}
