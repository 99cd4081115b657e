#include "platform/record/receipts.hpp"

#include <variant>

#include "platform/record/chains.hpp"
#include "platform/record/judging.hpp"

namespace rogatory::record {
namespace {

struct Named {
    const model::ChainId& dossier;
    const std::vector<model::StatementId>& entries;
};

std::optional<Named> named(const Body& body) {
    return std::visit(
        [](const auto& value) -> std::optional<Named> {
            if constexpr (requires { value.dossier; }) {
                return Named{value.dossier, value.entries};
            } else {
                return std::nullopt;
            }
        },
        body);
}

// The place in a receipt that a kind fills.
std::optional<UnixSeconds> Receipts::Receipt::*slot(Kind kind) {
    switch (kind) {
        case Kind::fetched:
            return &Receipts::Receipt::fetched;
        case Kind::opened_receipt:
            return &Receipts::Receipt::opened;
        default:
            return &Receipts::Receipt::unreadable;
    }
}

}  // namespace

Receipts::Receipts(model::ChainId dossier, model::AuthorityRef authority)
    : chain_{receipts_chain(dossier, authority.authority)}, dossier_{dossier}, authority_{authority} {}

Outcome Receipts::judge(const SignedStatement& statement, model::LogIndex at, const Dossier& dossier,
                        const Registers& registers) const {
    const auto& s = statement.statement();
    if (auto outcome = check_frame(s, chain_, head_, stopped_, at)) return *std::move(outcome);
    const auto found = find_author(statement, at, registers);
    if (const auto* outcome = std::get_if<Outcome>(&found)) return *outcome;
    const auto& author = std::get<AuthorFound>(found);
    const auto body = named(s.body);
    if (!body || body->dossier != dossier_ || author.ref != authority_) return Outcome::make_void("void.wrong_chain");
    if (dossier.standing(authority_, at) == Dossier::Standing::none) {
        return Outcome::make_void("void.not_a_participant");
    }
    for (const auto& id : body->entries) {
        const auto* item = dossier.item(id);
        if (item == nullptr || item->kind != Kind::entry || item->index >= at) {
            return Outcome::make_void("void.unknown_entry");
        }
        if (!dossier.holds(authority_, item->epoch, at)) return Outcome::make_void("void.epoch_not_held");
        const auto known = receipts_.find({id, s.author.member});
        const auto before = known == receipts_.end() ? Receipt{} : known->second;
        if (before.*slot(s.kind())) return Outcome::make_void("void.nothing_changed");
        if (s.kind() == Kind::opened_receipt && !before.fetched) return Outcome::make_void("void.not_fetched");
    }
    auto outcome = Outcome::ok();
    outcome.effects.emplace_back(ReceiptsAdded{});
    return outcome;
}

Outcome Receipts::apply(const SignedStatement& statement, model::LogIndex at, const Dossier& dossier,
                        const Registers& registers) {
    auto outcome = judge(statement, at, dossier, registers);
    if (outcome.verdict == Verdict::broken || outcome.verdict == Verdict::unsupported) {
        stopped_ = true;
        return outcome;
    }
    const auto& s = statement.statement();
    if (outcome.effective()) {
        for (const auto& id : named(s.body)->entries) {
            receipts_[{id, s.author.member}].*slot(s.kind()) = s.at;
        }
    }
    head_ = {head_.length + 1, statement.id(), at};
    return outcome;
}

std::map<model::MemberId, Receipts::Receipt> Receipts::of(const model::StatementId& entry) const {
    std::map<model::MemberId, Receipt> out;
    for (auto found = receipts_.lower_bound({entry, model::MemberId{}}); found != receipts_.end(); ++found) {
        if (found->first.first != entry) break;
        out.emplace(found->first.second, found->second);
    }
    return out;
}

}  // namespace rogatory::record
