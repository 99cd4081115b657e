#include "platform/agent/verify_ahead.hpp"

#include <algorithm>

namespace rogatory::agent {

VerifyAhead::VerifyAhead(const std::vector<ChainCopy::Item>& items, const LogView& log, const RegisterBook& book)
    : VerifyAhead{items, log, [&book](const record::SignedStatement& statement) {
                      const auto& author = statement.statement().author;
                      const auto* reg = book.by_chain(author.register_chain);
                      return reg == nullptr ? nullptr : reg->key_ever(author.member, author.key);
                  }} {}

void VerifyAhead::reach(std::size_t place) {
    if (place < reached_) return;
    reached_ = std::min(items_.size(), place + record::kVerifiedAtOnce);
    std::vector<const record::SignedStatement*> statements;
    for (auto i = place; i < reached_; ++i) statements.push_back(&items_[i].statement);
    record::verify_ahead(statements, author_, log_.log_key());
}

}  // namespace rogatory::agent
