#include <catch2/catch_test_macros.hpp>

#include "platform/record/language_versions.hpp"

// Which entries of a request are versions of others, for whom which is read first, and when the obstacle "translation"
// is answered.
using namespace rogatory;
using namespace rogatory::record;
using model::RequestSide;
using model::VersionState;

namespace {

const model::PartyId kCourt{ByteArray<32>{1}};
const model::PartyId kState{ByteArray<32>{2}};
const model::PartyId kThird{ByteArray<32>{3}};

model::StatementId id(std::uint8_t number) { return model::StatementId{ByteArray<32>{number}}; }

VersionedEntry text(std::uint8_t number, const model::PartyId& party, const char* language) {
    const auto side = party == kCourt ? RequestSide::requesting : RequestSide::requested;
    return {id(number), party, party == kThird ? RequestSide::none : side, true, language, std::nullopt};
}

VersionedEntry version(std::uint8_t number, const model::PartyId& party, std::uint8_t of, const char* language,
                       VersionState state = VersionState::delivered, bool authentic = false) {
    auto out = text(number, party, "");
    out.version = model::LanguageVersion{id(of), language, std::nullopt, std::nullopt, state, authentic};
    return out;
}

std::size_t read_first(const std::vector<VersionedEntry>& entries, const char* language) {
    return text_for(entries, standing_versions(entries), 0, language);
}

}  // namespace

TEST_CASE("language versions: what is not taken, and why") {
    std::vector<VersionedEntry> entries{text(1, kCourt, "en"),
                                        version(2, kCourt, 1, "fr"),
                                        version(3, kCourt, 9, "fr"),
                                        version(4, kCourt, 2, "es"),
                                        version(5, kThird, 1, "es"),
                                        version(6, kState, 1, "en"),
                                        version(7, kState, 1, "es", VersionState::delivered, true),
                                        version(8, kState, 1, "es")};
    CHECK(judge_versions(entries) ==
          std::vector<std::string_view>{"", "", "version.unknown_entry", "version.of_version", "version.side",
                                        "version.original_language", "version.authentic", ""});
    // What comes later is not there yet, and what was withdrawn is not there any more.
    entries[0].stands = false;
    CHECK(judge_versions(entries)[1] == "version.unknown_entry");
    CHECK(judge_versions(std::vector{version(2, kCourt, 1, "fr"), text(1, kCourt, "en")})[0] ==
          "version.unknown_entry");
    CHECK(standing_versions(entries).empty());
}

TEST_CASE("language versions: promised, delivered, revised") {
    std::vector<VersionedEntry> entries{text(1, kCourt, "en"), version(2, kCourt, 1, "fr", VersionState::asked)};
    auto standing = standing_versions(entries);
    REQUIRE(standing.size() == 1);
    CHECK(standing[0].asked == 1);
    CHECK_FALSE(standing[0].text);
    CHECK(read_first(entries, "fr") == 0);
    entries.push_back(version(3, kCourt, 1, "fr"));
    standing = standing_versions(entries);
    REQUIRE(standing.size() == 1);
    CHECK(standing[0] == VersionStanding{0, "fr", kCourt, 2, std::nullopt, true, false});
    CHECK(read_first(entries, "fr") == 2);
    CHECK(read_first(entries, "en") == 0);
    CHECK(read_first(entries, "es") == 0);
    entries.push_back(version(4, kCourt, 1, "fr", VersionState::revised));
    CHECK(read_first(entries, "fr") == 3);
    // Asked for anew, the one there is goes on being read.
    entries.push_back(version(5, kState, 1, "fr", VersionState::asked));
    CHECK(read_first(entries, "fr") == 3);
    CHECK(standing_versions(entries).size() == 2);
    // Withdrawn, the one before it is read again.
    entries[3].stands = false;
    CHECK(read_first(entries, "fr") == 2);
    // What somebody asked for is there once the other gave it.
    entries.push_back(version(6, kCourt, 1, "fr", VersionState::revised));
    CHECK(standing_versions(entries).size() == 1);
    CHECK(read_first(entries, "fr") == 5);
}

TEST_CASE("language versions: nobody's takes the place of the author's own") {
    std::vector<VersionedEntry> entries{text(1, kCourt, "en"), version(2, kState, 1, "fr")};
    CHECK(read_first(entries, "fr") == 1);
    entries.push_back(version(3, kCourt, 1, "fr"));
    CHECK(read_first(entries, "fr") == 2);
    entries.push_back(version(4, kState, 1, "fr", VersionState::revised));
    CHECK(read_first(entries, "fr") == 2);
    CHECK(standing_versions(entries).size() == 2);
}

TEST_CASE("language versions: one authentic text at most, and the author says which") {
    std::vector<VersionedEntry> entries{text(1, kCourt, "en"),
                                        version(2, kCourt, 1, "fr", VersionState::delivered, true)};
    CHECK(standing_versions(entries)[0].authentic);
    entries.push_back(version(3, kCourt, 1, "es", VersionState::delivered, true));
    auto standing = standing_versions(entries);
    REQUIRE(standing.size() == 2);
    CHECK(standing[0].language == "es");
    CHECK(standing[0].authentic);
    CHECK_FALSE(standing[1].authentic);
    // Revised without saying so again, it is a translation again, and the one before it the authentic text.
    entries.push_back(version(4, kCourt, 1, "es", VersionState::revised));
    standing = standing_versions(entries);
    CHECK_FALSE(standing[0].authentic);
    CHECK(standing[1].authentic);
}

TEST_CASE("language versions: the obstacle is answered by a version that came after it") {
    std::vector<VersionedEntry> entries{text(1, kCourt, "en"), version(2, kCourt, 1, "fr")};
    CHECK(translation_answered(entries, RequestSide::requested, 1));
    CHECK_FALSE(translation_answered(entries, RequestSide::requested, 2));
    // Where a language was asked for, in that one.
    entries.push_back(version(3, kState, 1, "es", VersionState::asked));
    entries.push_back(version(4, kCourt, 1, "fr", VersionState::revised));
    CHECK_FALSE(translation_answered(entries, RequestSide::requested, 2));
    entries.push_back(version(5, kCourt, 1, "es"));
    CHECK(translation_answered(entries, RequestSide::requested, 2));
    // A version of one's own reply answers nothing that one asked.
    std::vector<VersionedEntry> own{text(1, kCourt, "en"), text(2, kState, "fr"), version(3, kState, 2, "en")};
    CHECK_FALSE(translation_answered(own, RequestSide::requested, 2));
    CHECK(translation_answered(own, RequestSide::requesting, 2));
}
