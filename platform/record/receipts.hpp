#pragma once

#include <map>
#include <optional>
#include <vector>

#include "platform/model/ids.hpp"
#include "platform/record/dossier.hpp"
#include "platform/record/outcome.hpp"
#include "platform/record/register.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::record {

// The receipt side chain of one authority for one dossier (protocol.md, section 4): a value like Register and Dossier.
class Receipts {
public:
    static constexpr std::size_t kMaxEntries = 1000;  // a statement

    Receipts(model::ChainId dossier, model::AuthorityRef authority);

    // The dossier must have been replayed at least up to `at`; it is asked as of that index.
    [[nodiscard]] Outcome judge(const SignedStatement& statement, model::LogIndex at, const Dossier& dossier,
                                const Registers& registers) const;
    Outcome apply(const SignedStatement& statement, model::LogIndex at, const Dossier& dossier,
                  const Registers& registers);

    [[nodiscard]] const model::ChainId& chain() const noexcept { return chain_; }
    [[nodiscard]] const model::ChainId& dossier() const noexcept { return dossier_; }
    [[nodiscard]] const model::AuthorityRef& authority() const noexcept { return authority_; }
    [[nodiscard]] const Head& head() const noexcept { return head_; }

    // What one member signed about one entry; the times are the statements' `at`.
    struct Receipt {
        std::optional<UnixSeconds> fetched;
        std::optional<UnixSeconds> opened;
        std::optional<UnixSeconds> unreadable;
    };
    [[nodiscard]] std::map<model::MemberId, Receipt> of(const model::StatementId& entry) const;

private:
    model::ChainId chain_;
    model::ChainId dossier_;
    model::AuthorityRef authority_;
    Head head_;
    bool stopped_ = false;
    std::map<std::pair<model::StatementId, model::MemberId>, Receipt> receipts_;
};

}  // namespace rogatory::record
