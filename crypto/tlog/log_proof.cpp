#include "crypto/tlog/log_proof.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/tlog/decimal.hpp"
#include "platform/base/try.hpp"

namespace rogatory::tlog {

namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kMaxPath = 63;  // a tree has fewer than 2^63 leaves

tl::unexpected<Error> malformed(std::string detail) {
    return fail(ErrorCode::invalid_input, "log.proof_malformed", std::move(detail));
}

}  // namespace

std::string LogProof::format() const {
    auto text = format(index, path, checkpoint.format());
    if (extra) text.insert(kHeader.size() + 1, "extra " + encoding::base64_encode(*extra) + "\n");
    return text;
}

std::string LogProof::format(std::uint64_t index, const ProofPath& path, std::string_view checkpoint) {
    std::string text;
    text.reserve(kHeader.size() + 32 + path.size() * 45 + checkpoint.size());
    text += kHeader;
    text += "\nindex ";
    text += std::to_string(index);
    text += '\n';
    for (const auto& hash : path) {
        encoding::base64_append(text, hash.value());
        text += '\n';
    }
    text += '\n';
    text += checkpoint;
    return text;
}

Result<LogProof> LogProof::parse(std::string_view text) {
    if (text.size() > kMaxNoteBytes) return malformed("too long");
    if (take_line(text) != kHeader) return malformed("not this version");
    LogProof proof;
    auto line = take_line(text);
    if (line && line->starts_with("extra ")) {
        proof.extra = encoding::base64_decode(line->substr(6));
        if (!proof.extra) return malformed("extra data");
        line = take_line(text);
    }
    if (!line || !line->starts_with("index ")) return malformed("no index");
    const auto index = parse_decimal(line->substr(6));
    if (!index) return malformed("index");
    proof.index = *index;
    while (true) {
        line = take_line(text);
        if (!line) return malformed("no checkpoint");
        if (line->empty()) break;
        const auto bytes = encoding::base64_decode(*line);
        if (!bytes || bytes->size() != 32 || proof.path.size() == kMaxPath) return malformed("path");
        ByteArray<32> hash;
        std::copy(bytes->begin(), bytes->end(), hash.begin());
        proof.path.emplace_back(hash);
    }
    ROGATORY_TRY(proof.checkpoint, SignedCheckpoint::parse(text));
    return proof;
}

Result<VerifiedCheckpoint> verify_log_proof(const LogProof& proof, const Entry& entry, const Policy& policy) {
    ROGATORY_TRY(auto verified, policy.verify(proof.checkpoint));
    if (!verify_inclusion(entry.leaf_hash(), proof.index, verified.head(), proof.path)) {
        return fail(ErrorCode::integrity, "log.inclusion_invalid");
    }
    return verified;
}

}  // namespace rogatory::tlog
