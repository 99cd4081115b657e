#include "platform/record/state_file.hpp"

#include <utility>

#include "crypto/labels.hpp"
#include "platform/record/codec.hpp"

namespace rogatory::record {

namespace codec {

struct ChainLine {
    model::ChainId chain;
    std::uint64_t length = 0;
    model::StatementId head;
};
template <>
struct Schema<ChainLine> {
    static constexpr auto fields() {
        return std::tuple{field("chain", &ChainLine::chain), field("length", &ChainLine::length),
                          field("head", &ChainLine::head)};
    }
};

struct StateText {
    std::string origin;
    std::uint64_t log_size = 0;
    model::Digest log_root;
    std::vector<ChainLine> chains;
};
template <>
struct Schema<StateText> {
    static constexpr auto fields() {
        return std::tuple{field("origin", &StateText::origin, 1, 255), field("log_size", &StateText::log_size),
                          field("log_root", &StateText::log_root), field("chains", &StateText::chains, 0, 30'000)};
    }
    static bool valid(const StateText& state) {
        for (std::size_t i = 0; i < state.chains.size(); ++i) {
            if (state.chains[i].length == 0) return false;
            if (i > 0 && !(state.chains[i - 1].chain < state.chains[i].chain)) return false;
        }
        return true;
    }
};

struct SignedState {
    StateText state;
    model::Signature signature;
};
template <>
struct Schema<SignedState> {
    static constexpr auto fields() {
        return std::tuple{field("state", &SignedState::state), field("signature", &SignedState::signature)};
    }
};

}  // namespace codec

namespace {

crypto::Labelled signed_text(const codec::StateText& state) {
    return crypto::Labelled{"rogatory/v1/state"}.variable(encoding::encode_canonical_json(codec::write_object(state)));
}

}  // namespace

std::string StateFile::sign(const crypto::SigningKey& key) const {
    codec::StateText state{origin, log_size, log_root, {}};
    for (const auto& [chain, known] : chains) state.chains.push_back({chain, known.length, known.head});
    const auto signature = key.sign(signed_text(state));
    return encoding::encode_canonical_json(codec::write_object(codec::SignedState{std::move(state), signature}));
}

Result<StateFile> StateFile::open(std::string_view signed_text_json, const model::VerifyKey& key) {
    const auto json = encoding::parse_canonical_json(signed_text_json, kMaxBytes);
    const auto parsed = json ? codec::read_object<codec::SignedState>(*json) : std::nullopt;
    if (!parsed) return fail(ErrorCode::integrity, "state.malformed");
    if (!key.verify(signed_text(parsed->state), parsed->signature)) {
        return fail(ErrorCode::integrity, "state.signature");
    }
    StateFile out{parsed->state.origin, parsed->state.log_size, parsed->state.log_root, {}};
    for (const auto& line : parsed->state.chains) out.chains.emplace(line.chain, ChainState{line.length, line.head});
    return out;
}

}  // namespace rogatory::record
