#include "web/witness/state.hpp"

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/decimal.hpp"
#include "platform/base/try.hpp"
#include "web/witness/files.hpp"

namespace rogatory::witness {

namespace {

constexpr std::string_view kHeader = "rogatory-witness-state/1";
constexpr std::string_view kDigest = "sha256 ";
constexpr std::size_t kMaxStateBytes = 8 * 1024 * 1024;

tl::unexpected<Error> damaged() { return fail(ErrorCode::integrity, "witness.state_damaged"); }

}  // namespace

std::string State::format() const {
    std::string text = std::string{kHeader} + "\n" + std::to_string(newest_.size()) + "\n";
    for (const auto& [origin, checkpoint] : newest_) {
        const auto note = checkpoint.format();
        text += std::to_string(note.size()) + "\n" + note;
    }
    const auto digest = crypto::sha256(as_bytes(text));
    return text + std::string{kDigest} + encoding::hex_encode(digest.value()) + "\n";
}

Result<std::map<std::string, tlog::SignedCheckpoint>> State::parse(std::string_view text) {
    auto rest = text;
    if (tlog::take_line(rest) != kHeader) return damaged();
    const auto count_line = tlog::take_line(rest);
    const auto count = count_line ? tlog::parse_decimal(*count_line) : std::nullopt;
    if (!count) return damaged();
    std::map<std::string, tlog::SignedCheckpoint> newest;
    for (std::uint64_t i = 0; i < *count; ++i) {
        const auto size_line = tlog::take_line(rest);
        const auto size = size_line ? tlog::parse_decimal(*size_line) : std::nullopt;
        if (!size || *size > rest.size()) return damaged();
        auto checkpoint = tlog::SignedCheckpoint::parse(rest.substr(0, static_cast<std::size_t>(*size)));
        if (!checkpoint) return damaged();
        rest.remove_prefix(static_cast<std::size_t>(*size));
        auto origin = checkpoint->checkpoint.origin;
        if (!newest.emplace(std::move(origin), *std::move(checkpoint)).second) return damaged();
    }
    const auto digest = crypto::sha256(as_bytes(text.substr(0, text.size() - rest.size())));
    if (rest != std::string{kDigest} + encoding::hex_encode(digest.value()) + "\n") return damaged();
    return newest;
}

Result<> State::create(const std::filesystem::path& file) {
    return create_file(file, State{file}.format(), Readers::owner);
}

Result<State> State::open(const std::filesystem::path& file) {
    ROGATORY_TRY(const auto text, read_file(file, kMaxStateBytes));
    State state{file};
    ROGATORY_TRY(state.newest_, parse(text));
    return state;
}

tlog::TreeHead State::head(const std::string& origin) const {
    const auto found = newest_.find(origin);
    return found == newest_.end() ? tlog::empty_tree() : found->second.checkpoint.head;
}

Result<> State::keep(const tlog::SignedCheckpoint& checkpoint) {
    newest_.insert_or_assign(checkpoint.checkpoint.origin, checkpoint);
    return replace_file(file_, as_bytes(format()), Readers::owner);
}

}  // namespace rogatory::witness
