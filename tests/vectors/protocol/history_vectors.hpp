#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "crypto/encoding/canonical_json.hpp"
#include "tests/support/record_world.hpp"

namespace rogatory::tests {

[[nodiscard]] encoding::Json::Object judged(const record::SignedStatement& statement, model::LogIndex index,
                                            const record::Outcome& outcome);
[[nodiscard]] encoding::Json::Array history_of(const World& world);

// Cells: one statement each, judged after the whole history and then forgotten; as many files as it takes.
class CellFiles {
public:
    CellFiles(std::map<std::string, std::string>& files, std::string name);
    void add(const World& world, const record::SignedStatement& statement, std::string_view signer);
    void flush();

private:
    static constexpr std::size_t kBytes = 300'000;  // a file that a person can still open

    std::map<std::string, std::string>& files_;
    std::string name_;
    encoding::Json::Array cells_;
    std::size_t bytes_ = 0;
    std::size_t number_ = 0;
};

void add_history_vectors(std::map<std::string, std::string>& files);
void add_library_vectors(std::map<std::string, std::string>& files);
void add_request_vectors(std::map<std::string, std::string>& files);
void add_casebook_vectors(std::map<std::string, std::string>& files);
void add_notice_vectors(std::map<std::string, std::string>& files);
void add_version_vectors(std::map<std::string, std::string>& files);

}  // namespace rogatory::tests
