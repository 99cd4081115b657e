#include "tests/vectors/families.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>

#include "crypto/encoding/hex.hpp"
#include "tests/support/places.hpp"

namespace rogatory::tests {

namespace {

struct Count {
    std::size_t held = 0;
    std::size_t all = 0;
};

std::map<std::string, Count, std::less<>>& counts() {
    static std::map<std::string, Count, std::less<>> the_counts;
    return the_counts;
}

class FamilyPrinter final : public Catch::EventListenerBase {
public:
    using Catch::EventListenerBase::EventListenerBase;

    void testRunEnded(const Catch::TestRunStats&) override {
        for (const auto& [family, count] : counts()) {
            std::cout << "vectors " << family << ": " << count.held << " of " << count.all << "\n";
        }
        std::cout.flush();
    }
};

CATCH_REGISTER_LISTENER(FamilyPrinter)

}  // namespace

void count_vector(std::string_view family, bool held, std::string_view which) {
    auto& count = counts()[std::string{family}];
    ++count.all;
    if (held) ++count.held;
    INFO(family << " " << which);
    CHECK(held);
}

std::filesystem::path vector_file(std::string_view below) {
    const auto* chosen = std::getenv("ROGATORY_VECTORS");
    const auto root =
        chosen != nullptr ? std::filesystem::path{chosen} : test::source_folder() / ".." / "shared" / "vectors";
    auto path = root / below;
    if (!std::filesystem::exists(path)) {
        std::cout << "SKIPPED vectors: " << below
                  << " is not here; set ROGATORY_VECTORS to the folder of shared vectors\n";
        SKIP("the shared vectors are absent");
    }
    return path;
}

boost::json::value vector_json(std::string_view below) {
    std::ifstream file{vector_file(below), std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return boost::json::parse(text.str());
}

Bytes from_hex(std::string_view hex) {
    auto bytes = encoding::hex_decode(hex);
    if (!bytes) throw std::runtime_error{"a vector is not lower-case hexadecimal"};
    return *std::move(bytes);
}

Bytes bytes_of(const boost::json::value& hex) { return from_hex(std::string_view{hex.as_string()}); }

std::string text_of(const boost::json::value& value) { return std::string{std::string_view{value.as_string()}}; }

}  // namespace rogatory::tests
