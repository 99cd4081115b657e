#include "platform/agent/recovery_candidates.hpp"

#include <algorithm>

#include "crypto/encoding/hex.hpp"
#include "platform/agent/recovery_parts.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

std::optional<record::Register::Candidacy> candidacy_of(const record::Register& reg,
                                                        const model::AuthorityId& authority,
                                                        const model::Digest& record) {
    for (auto& one : reg.candidacies(authority)) {
        if (one.record == record) return std::move(one);
    }
    return std::nullopt;
}

// The checkpoint as the server gives it, if it is what it should be: of this log, cosigned as the policy asks, and over
// that entry.
std::optional<UnixSeconds> quorum_time_over(const Agent::State& state, const Bytes& note, model::LogIndex index) {
    const auto parsed = tlog::SignedCheckpoint::parse(as_text(note));
    if (!parsed) return std::nullopt;
    const auto verified = state.own().log_policy().policy().verify(*parsed);
    if (!verified || !verified->counts() || verified->head().size == 0 ||
        tlog::place_of(state.log.number(), verified->head().size) <= index) {
        return std::nullopt;
    }
    return verified->quorum_time();
}

}  // namespace

Result<record::SignedRecord> candidate_record(const record::Register& reg, const model::AuthorityId& authority,
                                              const ports::remote::InvitationRow& row) {
    if (!row.record) return fail(ErrorCode::not_found, "invitation.not_answered");
    ROGATORY_TRY(auto answer, record::parse_signed_record(as_text(*row.record)));
    const auto& said = answer.record;
    const bool fits = !said.invitation && said.party == reg.party() && said.authority == authority &&
                      said.role == model::Role::custodian && !said.service && !said.first_generation;
    if (!fits) return fail(ErrorCode::integrity, "invitation.answer_differs");
    if (!answer.signature_holds()) return fail(ErrorCode::integrity, "invitation.answer_signature");
    return answer;
}

Result<CoveredApprovals> covered_approvals(Agent::State& state, const record::Register::Candidacy& candidacy) {
    CoveredApprovals covered;
    for (const auto& approval : candidacy.approvals) {
        if (approval.index >= state.log.counting_size()) continue;
        // What stands in a log that ended is covered by the first entry of the one after it.
        const auto number = state.log.number();
        const auto covers = tlog::log_of(approval.index) == number ? tlog::entry_of(approval.index) + 1 : 1;
        auto note = state.environment.server.first_witnessed_checkpoint(number, covers);
        if (!note) {
            if (note.error().code() == ErrorCode::not_found) continue;
            return fail(std::move(note).error());
        }
        const auto at = quorum_time_over(state, *note, approval.index);
        if (!at) return fail(ErrorCode::integrity, "void.recovery_checkpoint");
        covered.references.push_back({approval.statement, std::string{as_text(*note)}});
        covered.first = std::min(covered.first.value_or(*at), *at);
    }
    return covered;
}

Result<std::vector<RecoveryCandidate>> candidates_of(Agent::State& state, const model::AuthorityId& authority) {
    ROGATORY_TRY(const auto rows, state.environment.server.recoveries(authority.value()));
    const auto& reg = state.own();
    const auto set = reg.recovery(authority);
    std::vector<RecoveryCandidate> out;
    for (const auto& row : rows) {
        if (row.authority != authority.value()) continue;
        RecoveryCandidate view;
        view.invitation = row.invitation_id;
        view.state = row.state;
        view.not_after = row.not_after;
        if (row.record) {
            const auto answer = candidate_record(reg, authority, row);
            if (!answer) {
                view.problem = answer.error().key();
                out.push_back(std::move(view));
                continue;
            }
            const auto digest = answer->record.digest();
            view.record = digest.value();
            view.display_name = answer->record.display_name.text();
            view.comparison_digits = record::comparison_digits(answer->record);
            if (const auto candidacy = candidacy_of(reg, authority, digest)) {
                if (candidacy->refused) view.state = "refused";
                for (const auto& approval : candidacy->approvals) {
                    const auto& items = state.book.known(reg.chain())->copy.items();
                    const auto said = std::find_if(items.begin(), items.end(), [&](const auto& item) {
                        return item.statement.id() == approval.statement;
                    });
                    const auto& author = said->statement.statement().author;
                    view.approvals.push_back({holder_name(reg, {author.authority, author.member}),
                                              said->statement.statement().at,
                                              approval.index < state.log.counting_size()});
                }
                if (set && view.approvals.size() >= set->threshold && reg.log_policy().witnessed()) {
                    ROGATORY_TRY(const auto covered, covered_approvals(state, *candidacy));
                    if (covered.references.size() >= set->threshold)
                        view.not_before = *covered.first + record::Register::kRecoveryDelay;
                }
            }
        }
        out.push_back(std::move(view));
    }
    return out;
}

Result<ChosenCandidate> choose_candidate(Agent::State& state, const model::AuthorityId& authority,
                                         std::string_view text) {
    ROGATORY_TRY(const auto rows, state.environment.server.recoveries(authority.value()));
    std::vector<ChosenCandidate> found;
    for (const auto& row : rows) {
        if (row.authority != authority.value() || !row.record || row.state != "answered") continue;
        ROGATORY_TRY(auto answer, candidate_record(state.own(), authority, row));
        const auto begins = [&](const std::string& hex) { return text.size() >= 4 && hex.starts_with(text); };
        const bool meant = text.empty() || answer.record.display_name.text() == text ||
                           begins(encoding::hex_encode(row.invitation_id)) ||
                           begins(model::to_hex(answer.record.digest()));
        if (meant) found.push_back({row, std::move(answer)});
    }
    if (found.size() == 1) return std::move(found.front());
    if (found.empty()) return fail(ErrorCode::not_found, "recovery.candidate_unknown");
    return fail(Error{ErrorCode::invalid_input, "name.ambiguous"}.with("name", std::string{text}));
}

}  // namespace rogatory::agent
