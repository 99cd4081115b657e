// transparency-dev/merkle: RFC 6962 inclusion proofs, good and bad.

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/tlog/proof.hpp"
#include "tests/vectors/families.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

// A hash of another length cannot be passed at all: nothing.
std::optional<tlog::Hash> hash_of(const boost::json::value& value) {
    if (value.is_null()) return std::nullopt;
    const auto bytes = encoding::base64_decode(text_of(value));
    if (!bytes || bytes->size() != 32) return std::nullopt;
    return tlog::Hash{array_of<32>(*bytes)};
}

bool verifies(const boost::json::value& test) {
    // A negative index or size of the file is a huge one here.
    const auto number = [&](const char* name) {
        const auto& value = test.at(name);
        return value.is_uint64() ? value.as_uint64() : static_cast<std::uint64_t>(value.as_int64());
    };
    const auto root = hash_of(test.at("root"));
    const auto leaf = hash_of(test.at("leafHash"));
    tlog::ProofPath path;
    if (!test.at("proof").is_null()) {
        for (const auto& one : test.at("proof").as_array()) {
            const auto hash = hash_of(one);
            if (!hash) return false;
            path.push_back(*hash);
        }
    }
    return root && leaf && tlog::verify_inclusion(*leaf, number("leafIdx"), {number("treeSize"), *root}, path);
}

}  // namespace

TEST_CASE("inclusion proofs hold transparency-dev's vectors", "[vectors][tlog]") {
    const auto folder = vector_file("transparency-dev-merkle/inclusion");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        const auto below = std::filesystem::relative(file, vector_file(""));
        const auto test = vector_json(below.string());
        count_vector("rfc6962 inclusion", verifies(test) != test.at("wantErr").as_bool(), below.string());
    }
}
