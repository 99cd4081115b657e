#include <algorithm>

#include "platform/agent/open.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

bool has_receipt(const record::Receipts::Receipt& receipt, record::Kind kind) {
    switch (kind) {
        case record::Kind::fetched:
            return receipt.fetched.has_value();
        case record::Kind::opened_receipt:
            return receipt.opened.has_value();
        case record::Kind::unreadable:
            return receipt.unreadable.has_value();
        default:
            ensure(false, "a receipt is of one of three kinds");
            return false;
    }
}

record::Body body_of(record::Kind kind, const model::ChainId& dossier, std::vector<model::StatementId> items,
                     record::UnreadableReason reason) {
    switch (kind) {
        case record::Kind::fetched:
            return record::Fetched{dossier, std::move(items)};
        case record::Kind::opened_receipt:
            return record::OpenedReceipt{dossier, std::move(items)};
        default:
            return record::Unreadable{dossier, std::move(items), reason};
    }
}

}  // namespace

Result<> sign_receipts(Agent::State& state, const model::ChainId& dossier, record::Kind kind,
                       const std::vector<model::StatementId>& items, record::UnreadableReason reason) {
    auto rest = items;
    while (!rest.empty()) {
        const auto count = std::min(rest.size(), record::Receipts::kMaxEntries);
        const std::vector<model::StatementId> some{rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count)};
        rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count));
        bool nothing_left = false;
        auto appended = append_settled(state, [&]() -> Result<Package> {
            ROGATORY_TRY(auto* const known, state.dossier(dossier));
            ROGATORY_TRY(
                const auto* const receipts,
                state.dossiers.update_receipts(state.environment, state.log, state.book, *known, state.authority()));
            if (receipts->copy.incomplete()) return fail(ErrorCode::integrity, "dossier.incomplete");
            std::vector<model::StatementId> missing;
            for (const auto& item : some) {
                const auto signed_so_far = receipts->replayed.of(item);
                const auto mine = signed_so_far.find(state.membership().member);
                if (mine == signed_so_far.end() || !has_receipt(mine->second, kind)) missing.push_back(item);
            }
            std::sort(missing.begin(), missing.end());  // the one order that a statement's list of ids may have
            if (missing.empty()) {
                nothing_left = true;
                return fail(ErrorCode::conflict, "receipt.already");
            }
            ROGATORY_TRY(auto statement, state.sign(state.compose(receipts->replayed.head(), receipts->replayed.chain(),
                                                                  body_of(kind, dossier, std::move(missing), reason))));
            Package built;
            built.add(std::move(statement));
            return built;
        });
        if (!appended && !nothing_left) return fail(std::move(appended).error());
    }
    return {};
}

Result<std::vector<ReceiptView>> receipts(Agent& agent, const Hash& chain) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(auto* const known, state.dossier(model::ChainId{chain}));
    if (!known->replayed.opened()) return fail(ErrorCode::not_found, "dossier.unknown");
    std::vector<ReceiptView> rows;
    for (const auto& reader : known->replayed.readers()) {
        ROGATORY_TRY(const auto* const signed_by,
                     state.dossiers.update_receipts(state.environment, state.log, state.book, *known, reader));
        const auto label = label_of(state, reader);
        if (signed_by->copy.incomplete()) {
            state.environment.observer.on_notice({"receipts.incomplete", {{"authority", text_of(label)}}});
        }
        const auto* reg = state.book.by_party(reader.party);
        for (const auto& item : known->replayed.items()) {
            for (const auto& [member, receipt] : signed_by->replayed.of(item.id)) {
                ReceiptView row;
                row.authority = label;
                row.member = member.value();
                if (const auto person = reg == nullptr ? std::nullopt : reg->member(member)) {
                    row.member_name = person->display_name.text();
                }
                row.entry_seq = item.seq;
                const auto add = [&](std::string_view kind, const std::optional<UnixSeconds>& at) {
                    if (!at) return;
                    row.kind = kind;
                    row.at = *at;
                    rows.push_back(row);
                };
                add("fetched", receipt.fetched);
                add("opened_receipt", receipt.opened);
                add("unreadable", receipt.unreadable);
            }
        }
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    return rows;
}

}  // namespace rogatory::agent
