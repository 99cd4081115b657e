#include "platform/agent/answer_check.hpp"

#include <utility>

#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

Result<> check_answers(Agent::State& state, const std::vector<record::SignedStatement>& statements,
                       const std::vector<ports::remote::Appended>& answers) {
    const auto wrong = [&](const record::SignedStatement& statement, ByteView proof, std::string detail) {
        const auto envelope = statement.encode();
        return alarm(state.environment, "append.proof", {{"envelope", as_bytes(envelope)}, {"answer", proof}},
                     std::move(detail));
    };
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const auto& statement = statements[i];
        if (i >= answers.size()) return wrong(statement, {}, "no answer");
        const auto& answer = answers[i];
        const auto proof = tlog::LogProof::parse(as_text(answer.proof));
        if (!proof) return wrong(statement, answer.proof, proof.error().key());
        const auto& content = statement.statement();
        const tlog::Entry entry{tlog::entry_label(content.chain.value(), content.seq),
                                crypto::Digest{statement.id().value()}};
        const auto& origin = proof->checkpoint.checkpoint.origin;
        // Sent again after the log it was taken into had ended, it is proven there.
        const auto* policy = state.log.policy_of(origin);
        if (policy == nullptr) return wrong(statement, answer.proof, "log.unsigned");
        const auto verified = tlog::verify_log_proof(*proof, entry, *policy);
        if (!verified) return wrong(statement, answer.proof, verified.error().key());
        if (answer.id != statement.id().value() ||
            answer.index != tlog::place_of(*tlog::log_number(origin), proof->index)) {
            return wrong(statement, answer.proof, "another statement or place");
        }
        state.promised.push_back(proof->checkpoint);
    }
    return {};
}

Result<> keep_to_promises(Agent::State& state) {
    for (const auto& checkpoint : std::exchange(state.promised, {})) {
        ROGATORY_TRY_VOID(state.log.require_consistent(state.environment, checkpoint, "the answer to an append"));
    }
    return {};
}

}  // namespace rogatory::agent
