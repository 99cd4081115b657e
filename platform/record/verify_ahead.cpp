#include "platform/record/verify_ahead.hpp"

#include <optional>

#include "crypto/tlog/checkpoint.hpp"
#include "platform/base/parallel.hpp"

namespace rogatory::record {

std::vector<Result<SignedStatement>> parse_all(std::span<const std::string_view> envelopes) {
    std::vector<std::optional<Result<SignedStatement>>> parsed(envelopes.size());
    in_parallel(envelopes.size(), [&](std::size_t i) { parsed[i] = SignedStatement::parse(envelopes[i]); });
    std::vector<Result<SignedStatement>> statements;
    statements.reserve(parsed.size());
    for (auto& each : parsed) statements.push_back(*std::move(each));
    return statements;
}

void verify_ahead(std::span<const SignedStatement* const> statements, const KeyOfAuthor& author,
                  const tlog::NoteKey& log) {
    in_parallel(statements.size(), [&](std::size_t i) {
        const auto& signed_statement = *statements[i];
        if (const auto* key = author ? author(signed_statement) : nullptr) {
            const auto& envelope = signed_statement.envelope();
            crypto::verify_ahead(*key, as_bytes(envelope.pre_authentication_encoding()), envelope.signature);
        }
        const auto& seen = signed_statement.statement().seen;
        const auto text = tlog::Checkpoint{log.name(), {seen.size, seen.root}, {}}.text();
        crypto::verify_ahead(log.key(), as_bytes(text), seen.signature);
    });
}

void KeysBrought::add(const SignedStatement& statement) {
    const auto bring = [this](const model::VerifyKey& key) { keys_.emplace(key.digest(), key); };
    if (const auto* founded = statement.body<Founded>()) bring(founded->key);
    if (const auto* added = statement.body<AuthorityAdded>()) bring(added->record.record.key);
    if (const auto* added = statement.body<MemberAdded>()) bring(added->record.record.key);
    if (const auto* rekeyed = statement.body<MemberRekeyed>()) bring(rekeyed->record.record.key);
    if (const auto* recovered = statement.body<AuthorityRecovered>()) bring(recovered->record.record.key);
}

const model::VerifyKey* KeysBrought::of(const SignedStatement& statement) const {
    const auto found = keys_.find(statement.statement().author.key);
    return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace rogatory::record
