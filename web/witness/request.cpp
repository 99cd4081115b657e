#include "web/witness/request.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/tlog/decimal.hpp"
#include "platform/base/try.hpp"

namespace rogatory::witness {

std::string AddCheckpoint::format() const {
    std::string text = "old " + std::to_string(old_size) + "\n";
    for (const auto& hash : proof) text += encoding::base64_encode(hash.value()) + "\n";
    return text + "\n" + checkpoint.format();
}

Result<AddCheckpoint> AddCheckpoint::parse(std::string_view body) {
    const auto malformed = [] { return fail(ErrorCode::invalid_input, "witness.request_malformed"); };
    if (body.size() > kMaxRequestBytes) return malformed();
    constexpr std::string_view kOld = "old ";
    AddCheckpoint request;
    auto line = tlog::take_line(body);
    if (!line || !line->starts_with(kOld)) return malformed();
    const auto old_size = tlog::parse_decimal(line->substr(kOld.size()));
    if (!old_size) return malformed();
    request.old_size = *old_size;
    while (true) {
        line = tlog::take_line(body);
        if (!line) return malformed();
        if (line->empty()) break;
        const auto bytes = encoding::base64_decode(*line);
        if (!bytes || bytes->size() != tlog::kHashBytes || request.proof.size() == kMaxProofLines) return malformed();
        ByteArray<tlog::kHashBytes> hash{};
        std::copy(bytes->begin(), bytes->end(), hash.begin());
        request.proof.emplace_back(hash);
    }
    ROGATORY_TRY(request.checkpoint, tlog::SignedCheckpoint::parse(body));
    return request;
}

}  // namespace rogatory::witness
