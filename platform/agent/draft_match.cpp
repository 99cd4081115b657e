#include <algorithm>
#include <fstream>

#include "crypto/primitives/sha256.hpp"
#include "platform/agent/draft_plan.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

bool same_policy(const std::optional<PolicyOrder>& a, const std::optional<PolicyOrder>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return a->onward == b->onward && a->review_at == b->review_at && a->expires_at == b->expires_at &&
           a->caveats == b->caveats && a->handling == b->handling && a->words == b->words;
}

// Apart from the salt, which each attempt draws anew.
bool same_request(const std::optional<RequestPlan>& a, const std::optional<RequestPlan>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    auto one = a->routing;
    auto other = b->routing;
    one.commit.reset();
    other.commit.reset();
    return one == other && a->withheld.has_value() == b->withheld.has_value() &&
           (!a->withheld || a->withheld->routing == b->withheld->routing);
}

// What was sealed is still what lies on the disk.
bool unchanged(const OutgoingFile& sealed) {
    std::ifstream in{sealed.source.path, std::ios::binary};
    crypto::Sha256 hash;
    Bytes piece(1024 * 1024);
    std::uint64_t size = 0;
    while (in) {
        in.read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
        const auto count = static_cast<std::size_t>(in.gcount());
        hash.update(ByteView{piece}.first(count));
        size += count;
    }
    return in.eof() && size == sealed.file.size && hash.finish() == sealed.file.sha256;
}

bool same_file(const OutgoingFile& begun, const OutgoingFile& wanted) {
    if (begun.from || wanted.from) return begun.from == wanted.from;
    return wanted.source.descriptor < 0 && begun.source.path == wanted.source.path &&
           begun.file.name == wanted.file.name && begun.file.type == wanted.file.type &&
           (!begun.sealed || unchanged(begun));
}

}  // namespace

Result<std::optional<std::string>> begun_before(const Agent::State& state, const DraftPlan& wanted) {
    ROGATORY_TRY(const auto plans, all_plans(state));
    for (const auto& plan : plans) {
        if (plan.opens != wanted.opens || plan.to != wanted.to) continue;
        if (!wanted.opens && plan.chain != wanted.chain) continue;
        if (plan.title != wanted.title || plan.message != wanted.message) continue;
        if (plan.content != wanted.content || !same_request(plan.request, wanted.request)) continue;
        if (plan.language != wanted.language || plan.version != wanted.version) continue;
        if (plan.enquiry != wanted.enquiry || plan.answer != wanted.answer || plan.versions != wanted.versions)
            continue;
        if (plan.draft != wanted.draft || plan.work != wanted.work || plan.closes != wanted.closes) continue;
        if (plan.report_row != wanted.report_row || plan.row_answer != wanted.row_answer) continue;
        if (!same_policy(plan.policy, wanted.policy) || plan.files.size() != wanted.files.size()) continue;
        if (std::equal(plan.files.begin(), plan.files.end(), wanted.files.begin(), same_file)) return plan.name;
    }
    return std::nullopt;
}

}  // namespace rogatory::agent
