#include "crypto/age/armor.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/unit/crypto/age/samples.hpp"

namespace rogatory::tests {
namespace {

using age::ArmorReader;
using age::ArmorWriter;
using age::Failure;
using age::Outcome;

template <class Take>
void in_pieces(ByteView bytes, std::size_t piece, Take&& take) {
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size())))
        take(bytes.first(std::min(piece, bytes.size())));
}

Bytes armored(ByteView bytes, std::size_t piece) {
    ArmorWriter writer;
    Bytes out;
    in_pieces(bytes, piece, [&](ByteView some) { writer.update(some, out); });
    writer.finish(out);
    return out;
}

std::optional<Bytes> dearmored(ByteView text, std::size_t piece) {
    ArmorReader reader;
    Bytes out;
    Outcome<> ended;
    in_pieces(text, piece, [&](ByteView some) {
        if (ended) ended = reader.update(some, out);
    });
    if (ended) ended = reader.finish(out);
    if (ended) return out;
    CHECK(ended.error() == Failure::armor);
    CHECK(reader.update({}, out).error() == Failure::armor);
    CHECK(reader.finish(out).error() == Failure::armor);
    return std::nullopt;
}

std::string begin() { return std::string{age::kArmorBegin} + "\n"; }
std::string end() { return std::string{age::kArmorEnd} + "\n"; }
std::optional<Bytes> dearmored(const std::string& text) { return dearmored(as_bytes(text), text.size() + 1); }

TEST_CASE("what is armored comes back, in pieces of any size", "[age][armor]") {
    const auto size = GENERATE(std::size_t{0}, 1, 47, 48, 49, 95, 96, 97, 1000);
    const auto piece = GENERATE(std::size_t{1}, 7, 48, 65, 100'000);
    const auto bytes = sample_bytes(size);
    CAPTURE(size, piece);

    const auto text = armored(bytes, piece);

    CHECK(text == armored(bytes, 1'000'000));
    CHECK(dearmored(text, piece) == bytes);
    CHECK(age::looks_armored(text) == true);
}

TEST_CASE("line ends and the white space around the armor are free", "[age][armor]") {
    CHECK(dearmored(begin() + "AAAA\n" + end()) == Bytes(3, 0));
    CHECK(dearmored(std::string{age::kArmorBegin} + "\r\nAAAA\r\n" + std::string{age::kArmorEnd} + "\r\n") ==
          Bytes(3, 0));
    CHECK(dearmored(begin() + "AAAA\n" + std::string{age::kArmorEnd}) == Bytes(3, 0));
    CHECK(dearmored("\n \t\r\n" + begin() + "AAAA\n" + end() + "\n  \n ") == Bytes(3, 0));
    CHECK(dearmored(std::string(1000, '\n') + begin() + end()) == Bytes{});
    CHECK_FALSE(dearmored(std::string(1025, '\n') + begin() + end()).has_value());
    CHECK_FALSE(dearmored(begin() + end() + std::string(1025, '\n')).has_value());
    CHECK_FALSE(dearmored(std::string(5000, ' ') + "\n" + begin() + end()).has_value());
}

TEST_CASE("armor that is not the strict form is refused", "[age][armor]") {
    const auto full = std::string(64, 'A');
    const auto text =
        GENERATE_COPY(as<std::string>{},  //
                      "", "AAAA\n", begin(), begin() + "AAAA\n", begin() + "AAAA", end(), begin() + "AAA\n" + end(),
                      begin() + "AAA=\n" + end() + "x", begin() + "AAB=\n" + end(), begin() + "AA=\n=" + end(),
                      begin() + "AAAA \n" + end(), begin() + " AAAA\n" + end(), begin() + "\nAAAA\n" + end(),
                      begin() + "AAAA\n\n" + end(), begin() + "AAAA\nAAAA\n" + end(), begin() + full + "AAAA\n" + end(),
                      begin() + "Proc-Type: 4\n\nAAAA\n" + end(), begin() + "AAAA\n=njUN\n" + end(),
                      "x\n" + begin() + "AAAA\n" + end(), begin() + "AAAA\n" + end() + begin(),
                      " " + begin() + "AAAA\n" + end(), "-----BEGIN age encrypted file-----\nAAAA\n" + end(),
                      begin() + "AAAA\n-----END CERTIFICATE-----\n", begin() + "AAAA\n" + end() + end());
    CAPTURE(text);

    CHECK_FALSE(dearmored(text).has_value());
    CHECK_FALSE(dearmored(as_bytes(text), 1).has_value());
}

TEST_CASE("whether a file is armored is seen as soon as it can be", "[age][armor]") {
    CHECK_FALSE(age::looks_armored({}).has_value());
    CHECK_FALSE(age::looks_armored(as_bytes("-----BEGIN AGE")).has_value());
    CHECK(age::looks_armored(as_bytes("\n\n" + begin())) == true);
    CHECK(age::looks_armored(as_bytes("age")) == false);
    CHECK(age::looks_armored(as_bytes("-----BEGIN RSA")) == false);
    CHECK(age::looks_armored(as_bytes(std::string(1025, ' '))) == false);
}

}  // namespace
}  // namespace rogatory::tests
