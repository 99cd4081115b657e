#pragma once

#include <functional>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/tlog/note.hpp"
#include "crypto/verified_ahead.hpp"
#include "platform/record/statement.hpp"

// What of reading many statements needs no order, on all cores: parsing them, and verifying their signatures before
// they are judged one after the other (crypto/verified_ahead.hpp).
namespace rogatory::record {

[[nodiscard]] std::vector<Result<SignedStatement>> parse_all(std::span<const std::string_view> envelopes);

// The key that a statement's author names, where it is known before its turn has come. Only a guess: the judge asks
// about the key that it finds, and a wrong one or none costs time.
using KeyOfAuthor = std::function<const model::VerifyKey*(const SignedStatement&)>;

// The authors' signatures, and the log's over the checkpoints that they had seen.
void verify_ahead(std::span<const SignedStatement* const> statements, const KeyOfAuthor& author,
                  const tlog::NoteKey& log);
// How many at once: two signatures each, and room for as many of other chains that are replayed in between.
inline constexpr std::size_t kVerifiedAtOnce = crypto::kMostVerifiedAhead / 16;

// The keys that the statements of one register bring with them, whoever they turn out to be of.
class KeysBrought {
public:
    void add(const SignedStatement& statement);
    [[nodiscard]] const model::VerifyKey* of(const SignedStatement& statement) const;

private:
    std::map<model::Digest, model::VerifyKey> keys_;
};

}  // namespace rogatory::record
