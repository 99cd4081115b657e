#include "crypto/tlog/follower.hpp"

#include <algorithm>

#include "crypto/labels.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::tlog {

const LogFollower::Chain& LogFollower::require(const ChainId& chain) const {
    const auto found = chains_.find(chain);
    ensure(found != chains_.end(), "the chain is followed");
    return found->second;
}

void LogFollower::watch(const ChainId& chain, std::uint64_t from_seq, std::uint64_t to_seq) {
    for (auto seq = from_seq; seq <= to_seq; ++seq) places_.emplace(entry_label(chain.value(), seq), Place{chain, seq});
}

void LogFollower::follow(const ChainId& chain) {
    ensure(size() == 0, "a chain is followed from entry 0 on");
    if (chains_.emplace(chain, Chain{}).second) watch(chain, 0, 0);
}

std::vector<ChainId> LogFollower::chains() const {
    std::vector<ChainId> ids;
    ids.reserve(chains_.size());
    for (const auto& [id, chain] : chains_) ids.push_back(id);
    return ids;
}

Result<> LogFollower::absorb(LogFollower&& other) {
    if (head() != other.head()) return fail(ErrorCode::integrity, "log.inconsistent", "two readings of the log differ");
    places_.merge(other.places_);
    chains_.merge(other.chains_);
    return {};
}

Result<> LogFollower::advance(const TreeHead& to, BundleReader& bundles) {
    if (to.size < size()) return fail(ErrorCode::precondition_failed, "log.behind");
    // A copy that replaces this one only when the root agrees: no entry has an effect before it is verified.
    auto next = *this;
    for (const auto& bundle : new_bundles(size(), to.size)) {
        ROGATORY_TRY(const auto bytes, bundles.read_bundle(bundle));
        ROGATORY_TRY(const auto entries, decode_bundle(bytes));
        if (entries.size() < bundle.width)
            return fail(ErrorCode::invalid_input, "log.bundle_malformed", "too few entries");
        const auto start = bundle.index * kTileWidth;
        for (std::size_t i = next.size() - start; i < bundle.width; ++i) {
            next.note_entry(entries[i], start + i);
            next.frontier_.append(entries[i].leaf_hash());
        }
    }
    if (next.head() != to) return fail(ErrorCode::integrity, "log.inconsistent", "the entries do not give the root");
    *this = std::move(next);
    return {};
}

void LogFollower::note_entry(const Entry& entry, std::uint64_t index) {
    const auto found = places_.find(entry.label);
    if (found == places_.end()) return;
    const auto place = found->second;
    auto& chain = chains_.at(place.chain);
    if (place.seq == chain.indices.size()) {
        chain.indices.push_back(index);
        chain.pending.push_back(entry.id);
        watch(place.chain, place.seq + 1, place.seq + 1);
        return;
    }
    // A second entry for a place that is taken. The same id twice is a fork too: the server MUST NOT (protocol §5), and
    // a client that shrugged here would have to explain which of the two indices is the statement's time.
    if (!chain.fork) {
        chain.fork = ForkEvidence{place.seq,
                                  {chain.indices[place.seq], known_id(chain, place.seq).value_or(crypto::Digest{})},
                                  {index, entry.id}};
    }
}

std::optional<crypto::Digest> LogFollower::known_id(const Chain& chain, std::uint64_t seq) const {
    if (seq >= chain.settled) {
        const auto at = seq - chain.settled;
        return at < chain.pending.size() ? std::optional{chain.pending[at]} : std::nullopt;
    }
    return seq + 1 == chain.settled ? std::optional{chain.settled_head} : std::nullopt;
}

std::uint64_t LogFollower::length(const ChainId& chain) const {
    const auto found = chains_.find(chain);
    return found == chains_.end() ? 0 : found->second.indices.size();
}

std::uint64_t LogFollower::settled_length(const ChainId& chain) const { return require(chain).settled; }

std::optional<std::uint64_t> LogFollower::index_of(const ChainId& chain, std::uint64_t seq) const {
    const auto found = chains_.find(chain);
    if (found == chains_.end() || seq >= found->second.indices.size()) return std::nullopt;
    return found->second.indices[seq];
}

std::optional<LoggedStatement> LogFollower::logged(const ChainId& chain, std::uint64_t seq) const {
    const auto found = chains_.find(chain);
    if (found == chains_.end()) return std::nullopt;
    const auto id = known_id(found->second, seq);
    if (!id) return std::nullopt;
    return LoggedStatement{found->second.indices[seq], *id};
}

const std::optional<ForkEvidence>& LogFollower::fork(const ChainId& chain) const { return require(chain).fork; }

Standing LogFollower::judge(const ChainId& chain, std::uint64_t first_seq, std::span<const crypto::Digest> ids) const {
    const auto& followed = require(chain);
    ensure(first_seq <= followed.settled, "statements are given from the settled ones on");
    if (followed.fork) return Standing::forked;
    const auto given = first_seq + ids.size();
    for (auto seq = first_seq; seq < given; ++seq) {
        if (seq >= followed.indices.size()) return Standing::unlogged;
        // Ids before the settled head are the caller's own and follow from it by `prev`.
        const auto id = known_id(followed, seq);
        if (id && *id != ids[seq - first_seq]) return Standing::mismatch;
    }
    // An old head cannot be claimed again: what was settled stays.
    return given < followed.indices.size() ? Standing::incomplete : Standing::complete;
}

void LogFollower::settle(const ChainId& chain, std::uint64_t length, const crypto::Digest& head) {
    auto& followed = chains_.at(chain);
    ensure(!followed.fork && length >= followed.settled && length <= followed.indices.size(),
           "only logged statements are settled");
    if (length == 0) return;
    ensure(known_id(followed, length - 1) == head, "the settled head is the statement that the log names");
    followed.pending.erase(followed.pending.begin(),
                           followed.pending.begin() + static_cast<std::ptrdiff_t>(length - followed.settled));
    followed.settled = length;
    followed.settled_head = head;
}

namespace {

constexpr std::string_view kStateHeader = "rogatory/v1/log-state\n";

// LEB128, shortest form only.
void put_number(Bytes& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) out.push_back(static_cast<std::uint8_t>(value | 0x80U));
    out.push_back(static_cast<std::uint8_t>(value));
}

class StateReader {
public:
    explicit StateReader(ByteView rest) : rest_{rest} {}

    std::optional<std::uint64_t> number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            const auto byte = rest_.front();
            rest_ = rest_.subspan(1);
            if (shift == 63 && byte > 1) return std::nullopt;
            value |= std::uint64_t{byte & 0x7fU} << shift;
            if ((byte & 0x80U) == 0) {
                if (byte == 0 && shift > 0) return std::nullopt;
                return value;
            }
        }
        return std::nullopt;
    }

    std::optional<crypto::Digest> digest() {
        const auto bytes = take(32);
        if (!bytes) return std::nullopt;
        ByteArray<32> array;
        std::copy(bytes->begin(), bytes->end(), array.begin());
        return crypto::Digest{array};
    }

    std::optional<ByteView> take(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }

private:
    ByteView rest_;
};

}  // namespace

Bytes LogFollower::encode() const {
    auto out = to_bytes(kStateHeader);
    const auto frontier = frontier_.encode();
    put_number(out, frontier.size());
    append(out, frontier);
    put_number(out, chains_.size());
    for (const auto& [id, chain] : chains_) {
        append(out, id.value());
        put_number(out, chain.settled);
        if (chain.settled > 0) append(out, chain.settled_head.value());
        put_number(out, chain.indices.size());
        std::uint64_t previous = 0;
        for (const auto index : chain.indices) {
            put_number(out, index - previous);
            previous = index;
        }
        for (const auto& pending : chain.pending) append(out, pending.value());
        out.push_back(chain.fork ? 1 : 0);
        if (!chain.fork) continue;
        put_number(out, chain.fork->seq);
        for (const auto& statement : {chain.fork->first, chain.fork->second}) {
            put_number(out, statement.index);
            append(out, statement.id.value());
        }
    }
    return out;
}

Result<LogFollower> LogFollower::decode(ByteView state) {
    const auto refuse = [] { return fail(ErrorCode::invalid_input, "log.state_malformed"); };
    if (!as_text(state).starts_with(kStateHeader)) return refuse();
    StateReader in{state.subspan(kStateHeader.size())};
    const auto frontier_bytes = in.number();
    const auto encoded = frontier_bytes ? in.take(*frontier_bytes) : std::nullopt;
    auto frontier = encoded ? Frontier::decode(*encoded) : std::nullopt;
    const auto chains = in.number();
    if (!frontier || !chains) return refuse();

    LogFollower follower;
    follower.frontier_ = *std::move(frontier);
    for (std::uint64_t c = 0; c < *chains; ++c) {
        const auto id = in.digest();
        const auto settled = in.number();
        if (!id || !settled) return refuse();
        // Ascending, so that one state has one encoding.
        if (!follower.chains_.empty() && !(follower.chains_.rbegin()->first < *id)) return refuse();
        Chain chain;
        chain.settled = *settled;
        if (chain.settled > 0) {
            const auto head = in.digest();
            if (!head) return refuse();
            chain.settled_head = *head;
        }
        const auto length = in.number();
        // Each index takes a byte at least: nothing is allocated for what is not there.
        if (!length || *length < chain.settled || *length > in.left()) return refuse();
        std::uint64_t index = 0;
        for (std::uint64_t seq = 0; seq < *length; ++seq) {
            const auto step = in.number();
            if (!step || *step > follower.size() || (seq > 0 && *step == 0)) return refuse();
            index += *step;
            if (index >= follower.size()) return refuse();
            chain.indices.push_back(index);
        }
        for (auto seq = chain.settled; seq < *length; ++seq) {
            const auto pending = in.digest();
            if (!pending) return refuse();
            chain.pending.push_back(*pending);
        }
        const auto forked = in.number();
        if (!forked || *forked > 1) return refuse();
        if (*forked == 1) {
            const auto seq = in.number();
            const auto first_index = in.number();
            const auto first = in.digest();
            const auto second_index = in.number();
            const auto second = in.digest();
            if (!seq || !first_index || !first || !second_index || !second || *seq >= *length) return refuse();
            chain.fork = ForkEvidence{*seq, {*first_index, *first}, {*second_index, *second}};
        }
        follower.watch(*id, 0, *length);
        follower.chains_.emplace(*id, std::move(chain));
    }
    if (!in.at_end()) return refuse();
    return follower;
}

}  // namespace rogatory::tlog
