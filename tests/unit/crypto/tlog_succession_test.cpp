#include "crypto/tlog/succession.hpp"

#include <catch2/catch_test_macros.hpp>

#include "crypto/primitives/sha256.hpp"
#include "tests/support/seeded_random.hpp"

namespace rogatory::tlog {

TEST_CASE("the number of a log stands at the end of its origin, in one spelling", "[tlog][succession]") {
    CHECK(log_number("rogatory.example/log/0") == 0);
    CHECK(log_number("localhost:8443/log/17") == 17);
    CHECK(log_number("a/log/4095") == 4095);
    for (const auto* wrong : {"", "/log/0", "a/log/", "a/log/00", "a/log/01", "a/log/-1", "a/log/4096", "a/log/0/",
                              "a/lag/0", "a/log/99999999999999999999"}) {
        INFO(wrong);
        CHECK_FALSE(log_number(wrong));
        CHECK_FALSE(successor_origin(wrong));
        CHECK_FALSE(predecessor_origin(wrong));
    }
    CHECK(successor_origin("a.example/log/9").value() == "a.example/log/10");
    CHECK_FALSE(successor_origin("a/log/4095"));
    CHECK(predecessor_origin("a.example/log/10") == "a.example/log/9");
    CHECK_FALSE(predecessor_origin("a.example/log/0"));
}

TEST_CASE("all of a log comes before all of the next one", "[tlog][succession]") {
    CHECK(place_of(0, 41) == 41);
    CHECK(place_of(0, kEntriesPerLog - 1) < place_of(1, 0));
    CHECK(log_of(place_of(3, 7)) == 3);
    CHECK(entry_of(place_of(3, 7)) == 7);
    CHECK(place_of(kMostLogs - 1, kEntriesPerLog - 1) < std::uint64_t{1} << 53);
}

TEST_CASE("entry 0 commits to the new origin and to the three lines of the old checkpoint", "[tlog][succession]") {
    Hash::Value root{};
    root.fill(7);
    const Checkpoint last{"a.example/log/0", {300, Hash{root}}, {}};
    const auto entry = successor_entry("a.example/log/1", last);
    // Once more, by hand.
    const auto part = [](std::string_view text) {
        std::string out(7, '\0');
        out += static_cast<char>(text.size());
        return out + std::string{text};
    };
    const auto sha = [](const std::string& text) { return crypto::sha256(as_bytes(text)); };
    const std::string origin = "a.example/log/1";
    CHECK(entry.label.value() == sha(std::string{"rogatory/v1/successor"} + '\0' + part(origin)).value());
    CHECK(entry.id == sha(std::string{"rogatory/v1/predecessor"} + '\0' + part(origin) + part(last.text())));
    // Anything else is another entry.
    auto other = last;
    other.head.size = 299;
    CHECK(successor_entry("a.example/log/1", other) != entry);
    other = last;
    other.origin = "b.example/log/0";
    CHECK(successor_entry("a.example/log/1", other) != entry);
    CHECK(successor_entry("a.example/log/2", last).label != entry.label);
}

TEST_CASE("what a server says of a successor is a key for exactly the next log", "[tlog][succession]") {
    tests::SeededRandom random;
    const auto key = crypto::SigningKey::generate(random).verify_key();
    const auto next = NoteKey::make("a.example/log/1", SignatureType::ed25519, key).value();
    const auto text = successor_text(next);
    CHECK(parse_successor(text, "a.example/log/0").value() == next);
    CHECK_FALSE(parse_successor(text, "a.example/log/1"));
    CHECK_FALSE(parse_successor(text, "b.example/log/0"));
    CHECK_FALSE(parse_successor(text.substr(0, text.size() - 1), "a.example/log/0"));
    CHECK_FALSE(parse_successor(text + text, "a.example/log/0"));
    CHECK_FALSE(parse_successor("", "a.example/log/0"));
    CHECK_FALSE(parse_successor(std::string(2000, 'a') + "\n", "a.example/log/0"));
}

}  // namespace rogatory::tlog
