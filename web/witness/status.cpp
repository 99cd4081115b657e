#include "web/witness/status.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/tlog/decimal.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/base/try.hpp"
#include "web/client/peer.hpp"
#include "web/witness/witness.hpp"

namespace rogatory::witness {

namespace {

constexpr std::string_view kNothing = "-";
constexpr std::size_t kMaxStatus = 256 * 1024;

// The words of a line, parted by single spaces.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        const auto end = line.find(' ');
        words.push_back(line.substr(0, end));
        if (end == std::string_view::npos) return words;
        line.remove_prefix(end + 1);
    }
}

template <class Number>
std::string or_nothing(const std::optional<Number>& number) {
    return number ? std::to_string(*number) : std::string{kNothing};
}

}  // namespace

std::optional<UnixSeconds> cosigned_at(const tlog::NoteKey& witness, const tlog::SignedCheckpoint& checkpoint) {
    std::optional<UnixSeconds> newest;
    for (const auto& line : checkpoint.note.signatures) {
        const auto at = tlog::verify_cosignature(witness, checkpoint.note.text, line);
        if (at && (!newest || *at > *newest)) newest = at;
    }
    return newest;
}

std::string Status::format() const {
    std::string text = "key " + key + "\n";
    for (const auto& log : logs) {
        text += "log " + log.origin + " " + std::to_string(log.head.size) + " " +
                encoding::base64_encode(log.head.root.value()) + " " + or_nothing(log.cosigned_at) + " " +
                or_nothing(log.mirrored) + "\n";
    }
    return text;
}

Result<Status> Status::parse(std::string_view text) {
    const auto malformed = [] { return fail(ErrorCode::invalid_input, "witness.status_malformed"); };
    Status status;
    const auto first = tlog::take_line(text);
    if (!first || !first->starts_with("key ") || !tlog::NoteKey::parse(first->substr(4))) return malformed();
    status.key = first->substr(4);
    while (!text.empty()) {
        const auto line = tlog::take_line(text);
        if (!line) return malformed();
        const auto words = words_of(*line);
        if (words.size() != 6 || words[0] != "log" || !tlog::is_note_text(words[1])) return malformed();
        Log log;
        log.origin = words[1];
        const auto size = tlog::parse_decimal(words[2]);
        const auto root = encoding::base64_decode(words[3]);
        const auto at = tlog::parse_decimal(words[4]);
        const auto mirrored = tlog::parse_decimal(words[5]);
        if (!size || !root || root->size() != tlog::kHashBytes || (!at && words[4] != kNothing) ||
            (!mirrored && words[5] != kNothing)) {
            return malformed();
        }
        ByteArray<tlog::kHashBytes> hash{};
        std::copy(root->begin(), root->end(), hash.begin());
        log.head = {*size, tlog::Hash{hash}};
        if (at) log.cosigned_at = static_cast<UnixSeconds>(*at);
        log.mirrored = mirrored;
        status.logs.push_back(std::move(log));
    }
    return status;
}

Result<Status> Status::of_folder(const std::filesystem::path& folder) {
    ROGATORY_TRY(const auto seen, Witness::look(folder));
    ROGATORY_TRY(const auto key, tlog::NoteKey::parse(seen.key));
    Status status{seen.key, {}};
    for (const auto& log : seen.logs) {
        Log line{log.key.name(), tlog::empty_tree(), std::nullopt, std::nullopt};
        if (const auto newest = seen.newest.find(log.key.name()); newest != seen.newest.end()) {
            line.head = newest->second.checkpoint.head;
            line.cosigned_at = cosigned_at(key, newest->second);
        }
        status.logs.push_back(std::move(line));
    }
    return status;
}

Result<Status> Status::fetch(std::string_view address, const std::optional<std::filesystem::path>& trust_anchors) {
    ROGATORY_TRY(const auto where, client::PeerAddress::parse(address));
    client::PeerOptions options;
    options.trust_anchors = trust_anchors;
    client::Peer peer{where, std::move(options)};
    client::HttpsRequest request;
    request.path = where.path("status");
    request.largest_reply = kMaxStatus;
    ROGATORY_TRY(const auto reply, peer.send(request));
    if (reply.status != 200) return fail(ErrorCode::unavailable, "witness.refused", std::to_string(reply.status));
    return parse(as_text(reply.body));
}

}  // namespace rogatory::witness
