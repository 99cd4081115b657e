#include <variant>

#include "platform/base/try.hpp"
#include "platform/custody/judged.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/judging.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::custody {
namespace {

// A statement on its own: who signed it, and whether such a one may.
Result<Judged> judge_alone(const Place& place, const BundleRegisters& registers, bool officer_needed) {
    const auto& statement = *place.statement;
    const auto found = record::find_author(statement, place.index, registers);
    if (const auto* outcome = std::get_if<record::Outcome>(&found)) {
        ROGATORY_TRY_VOID(require_sound(*outcome));
        return Judged{&place, false, outcome->reason};
    }
    if (officer_needed && !std::get<record::AuthorFound>(found).officer()) {
        return Judged{&place, false, "void.not_an_officer"};
    }
    return Judged{&place, true, {}};
}

Result<Judged> judge_receipt_alone(const Place& place, const Chain& chain, const model::ChainId& dossier,
                                   const BundleRegisters& registers) {
    ROGATORY_TRY(auto judged, judge_alone(place, registers, false));
    if (!judged.effective) return judged;
    const auto& author = place.statement->statement().author;
    const auto* reg = registers.by_chain(author.register_chain);
    const bool theirs = reg != nullptr && reg->party() == chain.line.party && author.authority == chain.line.authority;
    if (!theirs || record::dossier_of(place.statement->statement()) != dossier) {
        judged = {&place, false, "void.wrong_chain"};
    }
    return judged;
}

Result<> judge_dossier(Judgment& judgment, const BundleRegisters& registers) {
    const auto& chain = *judgment.dossier_chain;
    if (!chain.line.left_out.empty()) {
        for (const auto& place : chain.places) {
            if (!place.statement) continue;
            if (record::row(place.statement->kind()).chain != record::ChainKind::dossier) {
                return custody_failure("custody.broken", "reason", "void.wrong_chain");
            }
            ROGATORY_TRY(auto judged, judge_alone(place, registers, true));
            judgment.statements.push_back(std::move(judged));
        }
        return {};
    }
    record::Dossier dossier{chain.line.chain};
    for (const auto& place : chain.places) {
        const auto outcome = dossier.apply(*place.statement, place.index, registers);
        ROGATORY_TRY_VOID(require_sound(outcome));
        judgment.statements.push_back({&place, outcome.effective(), outcome.reason});
    }
    if (!dossier.opened()) return custody_failure("custody.not_opened", "chain", model::to_hex(chain.line.chain));
    judgment.dossier = std::move(dossier);
    return {};
}

Result<JudgedReceipts> judge_receipts(const Chain& chain, const Judgment& judgment, const BundleRegisters& registers) {
    const auto& dossier = judgment.dossier_chain->line.chain;
    const model::AuthorityRef whose{*chain.line.party, *chain.line.authority};
    if (chain.line.chain != record::receipts_chain(dossier, whose.authority)) {
        return custody_failure("custody.receipts_chain", "chain", model::to_hex(chain.line.chain).substr(0, 16));
    }
    JudgedReceipts out{&chain, {}};
    if (!judgment.dossier || !chain.line.left_out.empty()) {
        for (const auto& place : chain.places) {
            if (!place.statement) continue;
            ROGATORY_TRY(auto judged, judge_receipt_alone(place, chain, dossier, registers));
            out.statements.push_back(std::move(judged));
        }
        return out;
    }
    record::Receipts receipts{dossier, whose};
    for (const auto& place : chain.places) {
        const auto outcome = receipts.apply(*place.statement, place.index, *judgment.dossier, registers);
        ROGATORY_TRY_VOID(require_sound(outcome));
        out.statements.push_back({&place, outcome.effective(), outcome.reason});
    }
    return out;
}

}  // namespace

const Judged* Judgment::find(const model::StatementId& id) const {
    for (const auto& one : statements) {
        if (one.place->id == id) return &one;
    }
    return nullptr;
}

Result<Judgment> judge(const Bundle& bundle, const Chains& chains, const BundleRegisters& registers) {
    Judgment judgment;
    judgment.dossier_chain = chains.find(bundle.manifest().dossier);
    if (judgment.dossier_chain == nullptr || judgment.dossier_chain->line.use != ChainUse::dossier) {
        return custody_failure("custody.malformed", "where", "dossier");
    }
    ROGATORY_TRY_VOID(judge_dossier(judgment, registers));
    for (const auto& chain : chains.all) {
        if (chain.line.use == ChainUse::party_register) continue;
        if (chain.line.use == ChainUse::dossier) {
            if (&chain != judgment.dossier_chain) return custody_failure("custody.malformed", "where", "dossier");
            continue;
        }
        ROGATORY_TRY(auto receipts, judge_receipts(chain, judgment, registers));
        judgment.receipts.push_back(std::move(receipts));
    }
    return judgment;
}

}  // namespace rogatory::custody
