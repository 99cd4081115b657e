#include "crypto/age/header.hpp"

#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/unit/crypto/age/samples.hpp"

namespace rogatory::tests {
namespace {

using age::Failure;
using age::Header;
using age::Stanza;

const std::string kEnd = "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

std::string with_stanza(const std::string& stanza) { return std::string{age::kVersionLine} + stanza + kEnd; }

std::optional<Header> parsed(const std::string& text, std::size_t limit = age::kSmallHeaderBytes) {
    const auto outcome = age::parse_header(as_bytes(text), limit);
    REQUIRE(outcome.has_value());
    return *outcome;
}

bool refused(const std::string& text, std::size_t limit = age::kSmallHeaderBytes) {
    const auto outcome = age::parse_header(as_bytes(text), limit);
    return !outcome && outcome.error() == Failure::header;
}

std::string written(const std::vector<Stanza>& stanzas, const ByteArray<32>& mac = {}) {
    return age::write_header_before_mac(stanzas) + age::write_header_end(crypto::Mac{mac});
}

TEST_CASE("an age header is read into its stanzas", "[age][header]") {
    const auto header = parsed(with_stanza("-> X25519 abc\nAAAA\n-> other\n\n") + "payload");

    REQUIRE(header.has_value());
    CHECK(header->stanzas == std::vector<Stanza>{{{"X25519", "abc"}, {0, 0, 0}}, {{"other"}, {}}});
    CHECK(header->size == with_stanza("-> X25519 abc\nAAAA\n-> other\n\n").size());
    CHECK(header->mac_text == header->size - kEnd.size() + 3);
}

TEST_CASE("a header that has not come to its end asks for more, whatever its length so far", "[age][header]") {
    const auto text = with_stanza("-> X25519 abc\nAAAA\n");

    for (std::size_t size = 0; size < text.size(); ++size) {
        INFO(size);
        CHECK_FALSE(parsed(text.substr(0, size)).has_value());
    }
    CHECK(parsed(text).has_value());
}

TEST_CASE("a malformed age header is refused", "[age][header]") {
    const auto text = GENERATE(
        as<std::string>{},  //
        "age-encryption.org/v2\n", "age-encryption.org/v1 \n", "age-encryption.org/v1\r\n", "xge-encryption.org/v1\n",
        "\n", "-----BEGIN AGE ENCRYPTED FILE-----\n",
        // a header without a stanza
        std::string{age::kVersionLine} + kEnd,
        // the grammar of a stanza
        with_stanza("->\n\n"), with_stanza("-> \n\n"), with_stanza("->  X25519\n\n"), with_stanza("-> X25519 \n\n"),
        with_stanza("-> X25519  a\n\n"), with_stanza("->X25519\n\n"), with_stanza("-> X\x7f\n\n"),
        with_stanza("-> X\xc3\xa9\n\n"), with_stanza("-> X\t\n\n"), with_stanza("-> X\r\n\n"), with_stanza("- > X\n\n"),
        with_stanza("X\n"),
        // its body: base64 without padding, canonical, lines of 64 columns, the last one shorter
        with_stanza("-> X\nAA==\n"), with_stanza("-> X\nAB\n"), with_stanza("-> X\nA\n"), with_stanza("-> X\nAA A\n"),
        with_stanza("-> X\nAAAA\r\n"), with_stanza("-> X\n_-AA\n"), with_stanza("-> X\n" + std::string(64, 'A') + "\n"),
        with_stanza("-> X\n" + std::string(68, 'A') + "\n\n"), with_stanza("-> X\nAAAA\nAAAA\n"),
        with_stanza("-> X\n\n\n"), with_stanza("-> X\n"),
        // its end
        std::string{age::kVersionLine} + "-> X\n\n---\n", std::string{age::kVersionLine} + "-> X\n\n--- \n",
        std::string{age::kVersionLine} + "-> X\n\n---" + std::string(43, 'A') + "\n",
        std::string{age::kVersionLine} + "-> X\n\n---  " + std::string(43, 'A') + "\n",
        std::string{age::kVersionLine} + "-> X\n\n--- " + std::string(42, 'A') + "\n",
        std::string{age::kVersionLine} + "-> X\n\n--- " + std::string(44, 'A') + "\n",
        std::string{age::kVersionLine} + "-> X\n\n--- " + std::string(42, 'A') + "B\n",
        std::string{age::kVersionLine} + "-> X\n\n--- " + std::string(43, 'A') + "\r\n",
        std::string{age::kVersionLine} + "-> X\n\n--- " + std::string(43, 'A') + " \n",
        std::string{age::kVersionLine} + "-> X\n\n--- " + std::string(200, 'A'));
    CAPTURE(text);

    CHECK(refused(text));
}

TEST_CASE("a full body line is followed by a short one, if empty", "[age][header]") {
    const Stanza stanza{{"X"}, Bytes(48, 1)};
    const auto text = written({stanza});

    CHECK(text.find(std::string(1, '\n') + "\n---") != std::string::npos);
    CHECK(parsed(text)->stanzas == std::vector{stanza});
}

TEST_CASE("a header ends within its limit or is refused", "[age][header]") {
    const auto text = with_stanza("-> X " + std::string(1000, 'a') + "\n\n");

    CHECK(parsed(text, text.size()).has_value());
    CHECK(refused(text, text.size() - 1));
    CHECK(refused(text.substr(0, 500), 500));
    CHECK_FALSE(parsed(text.substr(0, 499), 500).has_value());
}

TEST_CASE("what parses as an age header is, written again, the same bytes", "[age][header]") {
    const auto argument = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>('!', '~')));
    const auto stanza = rc::gen::apply(
        [](std::vector<std::string> arguments, Bytes body) {
            return Stanza{std::move(arguments), std::move(body)};
        },
        rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(argument)), rc::gen::arbitrary<Bytes>());

    const bool holds = rc::check("round trip", [&] {
        const auto stanzas = *rc::gen::nonEmpty(rc::gen::container<std::vector<Stanza>>(stanza));
        const auto mac = *rc::gen::container<Bytes>(32, rc::gen::arbitrary<std::uint8_t>());
        ByteArray<32> mac_bytes;
        std::copy(mac.begin(), mac.end(), mac_bytes.begin());
        const auto text = written(stanzas, mac_bytes);
        const auto header = age::parse_header(as_bytes(text + "rest"), age::kKeyringHeaderBytes)->value();
        RC_ASSERT(header.stanzas == stanzas);
        RC_ASSERT(header.mac == crypto::Mac{mac_bytes});
        RC_ASSERT(header.size == text.size());
        RC_ASSERT(written(header.stanzas, header.mac.bytes()) == text);
    });

    CHECK(holds);
}

TEST_CASE("a header outside the grammar is not written", "[age][header]") {
    CHECK_THROWS_AS(age::write_header_before_mac({}), InvariantViolation);
    const auto argument = GENERATE(as<std::string>{}, "", " ", "a b", "a\n", "\x7f", "\xc3\xa9");
    CHECK_THROWS_AS(age::write_header_before_mac(std::vector<Stanza>{{{"X", argument}, {}}}), InvariantViolation);
}

}  // namespace
}  // namespace rogatory::tests
