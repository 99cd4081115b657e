#include "platform/custody/chains.hpp"

#include <algorithm>
#include <unordered_map>

#include "crypto/encoding/base64.hpp"
#include "crypto/tlog/entry.hpp"
#include "platform/base/try.hpp"
#include "platform/custody/layout.hpp"

namespace rogatory::custody {
namespace {

tl::unexpected<Error> at_place(std::string key, const model::ChainId& chain, std::uint64_t seq) {
    return fail(Error{ErrorCode::integrity, std::move(key)}
                    .with("chain", model::to_hex(chain).substr(0, 16))
                    .with("seq", std::to_string(seq)));
}

class Reader {
public:
    explicit Reader(Bundle& bundle) : bundle_{bundle} {}

    Result<Chains> read() {
        ROGATORY_TRY(auto newest, bundle_.load(std::string{kCheckpointName}, tlog::kMaxNoteBytes));
        chains_.proof_bytes += newest.size();
        ROGATORY_TRY([[maybe_unused]] const auto first, checkpoint(std::move(newest)));
        if (chains_.checkpoints.front().parsed.checkpoint.head.size != bundle_.manifest().log_size) {
            return custody_failure("custody.malformed", "where", "log_size");
        }
        for (const auto& line : bundle_.manifest().chains) {
            ROGATORY_TRY(auto chain, read_chain(line));
            chains_.all.push_back(std::move(chain));
        }
        return std::move(chains_);
    }

private:
    Result<std::size_t> checkpoint(std::string text) {
        const auto known = numbers_.find(text);
        if (known != numbers_.end()) return known->second;
        auto parsed = tlog::SignedCheckpoint::parse(text);
        if (!parsed) return custody_failure("custody.malformed", "where", "checkpoint");
        const auto number = chains_.checkpoints.size();
        numbers_.emplace(text, number);
        chains_.checkpoints.push_back({std::move(text), *std::move(parsed), std::nullopt});
        return number;
    }

    Result<Place> read_place(const ChainLine& line, std::uint64_t seq) {
        ROGATORY_TRY(const auto text, bundle_.load(proof_name(line.chain, seq), tlog::kMaxNoteBytes));
        chains_.proof_bytes += text.size();
        auto proof = tlog::LogProof::parse(text);
        // One proof has one text, and nothing that nobody checks hides in it.
        if (!proof || proof->extra || proof->format() != text) return at_place("custody.statement", line.chain, seq);
        Place place;
        place.seq = seq;
        place.index = proof->index;
        place.path = std::move(proof->path);
        ROGATORY_TRY(place.checkpoint, checkpoint(proof->checkpoint.format()));
        return place;
    }

    Result<Chain> read_chain(const ChainLine& line) {
        Chain chain{line, {}};
        auto left_out = line.left_out.begin();
        std::optional<model::StatementId> before;
        for (std::uint64_t seq = 0; seq < line.length; ++seq) {
            ROGATORY_TRY(auto place, read_place(line, seq));
            if (left_out != line.left_out.end() && left_out->seq == seq) {
                place.id = left_out->id;
                ++left_out;
            } else {
                ROGATORY_TRY(const auto envelope,
                             bundle_.load(statement_name(line.chain, seq), record::kMaxEnvelopeBytes));
                chains_.proof_bytes += envelope.size();
                auto parsed = record::SignedStatement::parse(envelope);
                if (!parsed && parsed.error().code() == ErrorCode::unsupported) return fail(parsed.error());
                if (!parsed || parsed->encode() != envelope) return at_place("custody.statement", line.chain, seq);
                const auto& content = parsed->statement();
                if (content.chain != line.chain || content.seq != seq || content.prev != before) {
                    return at_place("custody.statement", line.chain, seq);
                }
                place.id = parsed->id();
                place.statement = *std::move(parsed);
            }
            before = place.id;
            chain.places.push_back(std::move(place));
        }
        return chain;
    }

    Bundle& bundle_;
    Chains chains_;
    std::map<std::string, std::size_t> numbers_;
};

Result<tlog::ProofPath> read_consistency(std::string_view text, std::uint64_t old_size) {
    const auto malformed = [] { return custody_failure("custody.malformed", "where", "consistency"); };
    const auto head = "old " + std::to_string(old_size) + "\n";
    if (!text.starts_with(head)) return malformed();
    text.remove_prefix(head.size());
    tlog::ProofPath path;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto bytes = encoding::base64_decode(text.substr(0, end));
        if (end == std::string_view::npos || !bytes || bytes->size() != 32 || path.size() == 64) return malformed();
        ByteArray<32> hash{};
        std::copy(bytes->begin(), bytes->end(), hash.begin());
        path.emplace_back(hash);
        text.remove_prefix(end + 1);
    }
    return path;
}

}  // namespace

const record::Register* BundleRegisters::by_chain(const model::ChainId& chain) const {
    const auto found = registers_.find(chain);
    return found == registers_.end() || !found->second.founded() ? nullptr : &found->second;
}

const record::Register* BundleRegisters::by_party(const model::PartyId& party) const {
    for (const auto& [chain, one] : registers_) {
        if (one.founded() && one.party() == party) return &one;
    }
    return nullptr;
}

record::Register& BundleRegisters::add(const model::ChainId& chain) {
    return registers_.emplace(chain, record::Register{chain}).first->second;
}

const Chain* Chains::find(const model::ChainId& chain) const {
    for (const auto& one : all) {
        if (one.line.chain == chain) return &one;
    }
    return nullptr;
}

Result<Chains> read_chains(Bundle& bundle) { return Reader{bundle}.read(); }

Result<> require_sound(const record::Outcome& outcome) {
    if (outcome.verdict == record::Verdict::unsupported) return fail(ErrorCode::unsupported, "chain.unsupported");
    if (outcome.verdict == record::Verdict::broken) {
        return custody_failure("custody.broken", "reason", outcome.reason);
    }
    return {};
}

Result<> replay_registers(const Chains& chains, BundleRegisters& registers) {
    for (const auto& chain : chains.all) {
        if (chain.line.use != ChainUse::party_register) continue;
        auto& replayed = registers.add(chain.line.chain);
        for (const auto& place : chain.places) {
            if (!place.statement) return custody_failure("custody.malformed", "where", "register");
            ROGATORY_TRY_VOID(require_sound(replayed.apply(*place.statement, place.index)));
        }
        if (!replayed.founded()) return custody_failure("custody.malformed", "where", "register");
    }
    return {};
}

Result<> check_places(Bundle& bundle, const Chains& chains) {
    const auto& newest = chains.checkpoints.front().parsed.checkpoint;
    for (std::size_t i = 1; i < chains.checkpoints.size(); ++i) {
        const auto& older = chains.checkpoints[i].parsed.checkpoint;
        ROGATORY_TRY(const auto text, bundle.load(consistency_name(older.head.size), 16 * 1024));
        ROGATORY_TRY(const auto path, read_consistency(text, older.head.size));
        if (older.origin != newest.origin || !tlog::verify_consistency(older.head, newest.head, path)) {
            return custody_failure("custody.consistency", "size", std::to_string(older.head.size));
        }
    }
    for (const auto& chain : chains.all) {
        for (const auto& place : chain.places) {
            const tlog::Entry entry{tlog::entry_label(chain.line.chain.value(), place.seq),
                                    crypto::Digest{place.id.value()}};
            const auto& head = chains.checkpoints[place.checkpoint].parsed.checkpoint.head;
            if (!tlog::verify_inclusion(entry.leaf_hash(), place.index, head, place.path)) {
                return at_place("custody.place", chain.line.chain, place.seq);
            }
        }
    }
    return {};
}

Result<> check_whole_log(Bundle& bundle, const Chains& chains) {
    const auto& head = chains.checkpoints.front().parsed.checkpoint.head;
    const auto* member = bundle.find(std::string{kEntriesName});
    if (member == nullptr || member->size / tlog::Entry::kBytes != head.size ||
        member->size % tlog::Entry::kBytes != 0) {
        return custody_failure("custody.log_entries", "size", std::to_string(head.size));
    }
    // What is looked for: the index of each place, and none for the one after the last.
    std::unordered_map<tlog::EntryLabel, std::optional<model::LogIndex>, tlog::EntryLabelHash> wanted;
    for (const auto& chain : chains.all) {
        for (const auto& place : chain.places) {
            wanted.emplace(tlog::entry_label(chain.line.chain.value(), place.seq), place.index);
        }
        wanted.emplace(tlog::entry_label(chain.line.chain.value(), chain.line.length), std::nullopt);
    }
    tlog::Frontier tree;
    std::optional<Error> found;
    crypto::Sha256 hash;
    Bytes pending;
    const auto take = [&](std::span<const std::uint8_t, tlog::Entry::kBytes> bytes) {
        const auto entry = tlog::Entry::from(bytes);
        const auto index = tree.size();
        tree.append(entry.leaf_hash());
        const auto mine = wanted.find(entry.label);
        if (mine == wanted.end() || mine->second == index) return;
        found = Error{ErrorCode::integrity, mine->second ? "custody.second_entry" : "custody.later_entry"}.with(
            "index", std::to_string(index));
    };
    ROGATORY_TRY(
        const auto whole, copy_range(bundle.source(), member->offset, member->size, [&](ByteView piece) -> Result<> {
            hash.update(piece);
            append(pending, piece);
            std::size_t at = 0;
            for (; pending.size() - at >= tlog::Entry::kBytes; at += tlog::Entry::kBytes) {
                take(std::span<const std::uint8_t, tlog::Entry::kBytes>{pending.data() + at, tlog::Entry::kBytes});
            }
            pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(at));
            return {};
        }));
    if (!whole || hash.finish() != member->sha256 || tree.head() != head) {
        return custody_failure("custody.log_entries", "size", std::to_string(head.size));
    }
    if (found) return fail(*std::move(found));
    return {};
}

}  // namespace rogatory::custody
