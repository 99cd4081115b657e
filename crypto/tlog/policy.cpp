#include "crypto/tlog/policy.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "crypto/tlog/decimal.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::tlog {

namespace {

constexpr std::size_t kMaxPolicyBytes = 64 * 1024;
constexpr std::size_t kMaxOfAKind = 64;  // the text asks for at least 32

constexpr std::string_view kNone = "none";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// "sequences of ASCII space and tab characters only" separate items.
std::vector<std::string_view> items_of(std::string_view line) {
    std::vector<std::string_view> items;
    while (true) {
        const auto start = std::find_if_not(line.begin(), line.end(), is_blank);
        if (start == line.end()) return items;
        const auto end = std::find_if(start, line.end(), is_blank);
        items.emplace_back(
            line.substr(static_cast<std::size_t>(start - line.begin()), static_cast<std::size_t>(end - start)));
        line.remove_prefix(static_cast<std::size_t>(end - line.begin()));
    }
}

// "the allowed octet values are 0x09 (tab), 0x0A (newline), 0x20-0x7E, and 0x80-0xFF"
bool is_allowed(char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet == 0x09 || octet == 0x0a || (octet >= 0x20 && octet != 0x7f);
}

}  // namespace

// Builds a policy line by line; each line refers only to those before it, which rules cycles out.
class Policy::Parser {
public:
    Result<Policy> parse(std::string_view text) {
        if (text.size() > kMaxPolicyBytes || !std::all_of(text.begin(), text.end(), is_allowed)) return refuse();
        // "each line is terminated by ASCII newline": a last line cut short is not a line.
        if (!text.empty() && text.back() != '\n') return refuse();
        while (const auto line = take_line(text)) {
            ++line_;
            const auto items = items_of(*line);
            if (items.empty() || items[0].starts_with('#')) continue;
            if (!read(items)) return refuse();
        }
        if (!quorum_seen_) return refuse();  // "A policy file must include exactly one quorum line"
        return std::move(policy_);
    }

private:
    tl::unexpected<Error> refuse() const {
        return fail(Error{ErrorCode::invalid_input, "log.policy_malformed"}.with("line", std::to_string(line_)));
    }

    bool read(const std::vector<std::string_view>& items) {
        if (items[0] == "log") return read_log(items);
        if (items[0] == "witness") return read_witness(items);
        if (items[0] == "group") return read_group(items);
        if (items[0] == "quorum") return read_quorum(items);
        return false;
    }

    // log <vkey> [<url>]
    bool read_log(const std::vector<std::string_view>& items) {
        if (items.size() < 2 || items.size() > 3 || policy_.logs_.size() == kMaxOfAKind) return false;
        auto key = NoteKey::parse(items[1]);
        if (!key || key->type() != SignatureType::ed25519) return false;
        for (const auto& log : policy_.logs_) {
            if (log.key.key() == key->key()) return false;
        }
        policy_.logs_.push_back({*std::move(key), items.size() == 3 ? std::string{items[2]} : std::string{}});
        return true;
    }

    // witness <name> <vkey> [<url>]
    bool read_witness(const std::vector<std::string_view>& items) {
        if (items.size() < 3 || items.size() > 4 || policy_.witnesses_.size() == kMaxOfAKind) return false;
        auto key = NoteKey::parse(items[2]);
        if (!key || key->type() != SignatureType::cosignature) return false;
        for (const auto& witness : policy_.witnesses_) {
            if (witness.key.key() == key->key()) return false;
        }
        if (!define(items[1], {.is_group = false, .index = policy_.witnesses_.size()})) return false;
        policy_.witnesses_.push_back(
            {std::string{items[1]}, *std::move(key), items.size() == 4 ? std::string{items[3]} : std::string{}});
        return true;
    }

    // group <name> all|any|<k> <name>...
    bool read_group(const std::vector<std::string_view>& items) {
        if (items.size() < 4 || policy_.groups_.size() == kMaxOfAKind) return false;
        Group group{std::string{items[1]}, 0, {}};
        for (std::size_t i = 3; i < items.size(); ++i) {
            const auto named = names_.find(items[i]);
            if (named == names_.end()) return false;
            // "Each defined name can be listed as a group member at most once": in the whole file, so that a witness
            // counts in one way only.
            if (!used_.emplace(items[i], true).second) return false;
            group.members.push_back(named->second);
        }
        const auto n = group.members.size();
        if (items[2] == "any") {
            group.threshold = 1;
        } else if (items[2] == "all") {
            group.threshold = n;
        } else {
            const auto k = parse_decimal(items[2]);
            if (!k || *k < 1 || *k > n) return false;
            group.threshold = static_cast<std::size_t>(*k);
        }
        if (!define(items[1], {.is_group = true, .index = policy_.groups_.size()})) return false;
        policy_.groups_.push_back(std::move(group));
        return true;
    }

    // quorum <name>
    bool read_quorum(const std::vector<std::string_view>& items) {
        if (items.size() != 2 || quorum_seen_) return false;
        quorum_seen_ = true;
        if (items[1] == kNone) return true;
        const auto named = names_.find(items[1]);
        if (named == names_.end()) return false;
        policy_.quorum_ = named->second;
        return true;
    }

    // "Witnesses and groups share a single namespace. The special name none is predefined".
    bool define(std::string_view name, Member member) { return name != kNone && names_.emplace(name, member).second; }

    Policy policy_;
    std::map<std::string, Member, std::less<>> names_;
    std::map<std::string, bool, std::less<>> used_;
    bool quorum_seen_ = false;
    std::size_t line_ = 0;
};

Result<Policy> Policy::parse(std::string_view text) { return Parser{}.parse(text); }

Policy Policy::unwitnessed(const NoteKey& log, std::string url) {
    ensure(log.type() == SignatureType::ed25519, "a log signs with Ed25519");
    Policy policy;
    policy.logs_.push_back({log, std::move(url)});
    return policy;
}

const std::string& Policy::name_of(const Member& member) const {
    return member.is_group ? groups_[member.index].name : witnesses_[member.index].name;
}

std::string Policy::format() const {
    std::string text;
    const auto end = [&](const std::string& url) { text += (url.empty() ? "" : " " + url) + "\n"; };
    for (const auto& log : logs_) {
        text += "log " + log.key.vkey();
        end(log.url);
    }
    for (const auto& witness : witnesses_) {
        text += "witness " + witness.name + " " + witness.key.vkey();
        end(witness.url);
    }
    for (const auto& group : groups_) {
        text += "group " + group.name + " " + std::to_string(group.threshold);
        for (const auto& member : group.members) text += " " + name_of(member);
        text += "\n";
    }
    text += "quorum " + (quorum_ ? name_of(*quorum_) : std::string{kNone}) + "\n";
    return text;
}

std::optional<Policy::Threshold> Policy::threshold() const {
    if (!quorum_) return std::nullopt;
    if (!quorum_->is_group) return Threshold{1, 1};
    const auto& group = groups_[quorum_->index];
    if (std::any_of(group.members.begin(), group.members.end(), [](const Member& member) { return member.is_group; })) {
        return std::nullopt;
    }
    return Threshold{group.threshold, group.members.size()};
}

Result<> Policy::require_protocol_form() const {
    const auto refuse = [] { return fail(ErrorCode::invalid_input, "log.policy_not_ours"); };
    if (logs_.size() != 1) return refuse();
    if (quorum_none()) return witnesses_.empty() && groups_.empty() ? Result<>{} : refuse();
    const auto k_of_n = threshold();
    if (!k_of_n || !quorum_->is_group || groups_.size() != 1 || k_of_n->n != witnesses_.size()) return refuse();
    // A majority, or two histories could both be witnessed; and one to spare, or one witness could stop everybody.
    if (2 * k_of_n->k <= k_of_n->n || k_of_n->n - k_of_n->k < 1) return refuse();
    return {};
}

bool Policy::witnessed(const Member& member, const std::vector<bool>& cosigned) const {
    if (!member.is_group) return cosigned[member.index];
    const auto& group = groups_[member.index];
    // Members are defined on earlier lines, so this ends.
    const auto count = std::count_if(group.members.begin(), group.members.end(),
                                     [&](const Member& inner) { return witnessed(inner, cosigned); });
    return static_cast<std::size_t>(count) >= group.threshold;
}

Result<VerifiedCheckpoint> Policy::verify(const SignedCheckpoint& checkpoint) const {
    const auto& note = checkpoint.note;
    // The parsed checkpoint and the signed text are one: nobody may hand in one beside the other.
    if (checkpoint.checkpoint.text() != note.text) return fail(ErrorCode::integrity, "log.signature_invalid");
    const PolicyLog* signer = nullptr;
    std::vector<std::optional<UnixSeconds>> times(witnesses_.size());
    for (const auto& signature : note.signatures) {
        for (const auto& log : logs_) {
            if (!signature.may_be_of(log.key)) continue;
            if (!verify_note_signature(log.key, note.text, signature))
                return fail(ErrorCode::integrity, "log.signature_invalid");
            // tlog-policy: the key name MUST correspond to the log's origin line.
            if (log.key.name() == checkpoint.checkpoint.origin) signer = &log;
        }
        for (std::size_t i = 0; i < witnesses_.size(); ++i) {
            if (!signature.may_be_of(witnesses_[i].key)) continue;
            const auto at = verify_cosignature(witnesses_[i].key, note.text, signature);
            if (!at) return fail(ErrorCode::integrity, "log.signature_invalid");
            times[i] = times[i] ? std::max(*times[i], *at) : *at;
        }
    }
    if (signer == nullptr) return fail(ErrorCode::integrity, "log.unsigned");

    VerifiedCheckpoint verified{checkpoint.checkpoint, signer->key};
    std::vector<bool> cosigned(witnesses_.size());
    for (std::size_t i = 0; i < witnesses_.size(); ++i) {
        if (!times[i]) continue;
        cosigned[i] = true;
        verified.cosignatures_.push_back({i, *times[i]});
    }
    verified.counts_ = !quorum_ || witnessed(*quorum_, cosigned);
    if (const auto k_of_n = threshold(); k_of_n && verified.counts_) {
        std::vector<UnixSeconds> newest;
        const auto is_member = [&](std::size_t witness) {
            if (!quorum_->is_group) return quorum_->index == witness;
            const auto& members = groups_[quorum_->index].members;
            return std::any_of(members.begin(), members.end(),
                               [&](const Member& member) { return member.index == witness; });
        };
        for (const auto& [witness, at] : verified.cosignatures_) {
            if (is_member(witness)) newest.push_back(at);
        }
        std::sort(newest.begin(), newest.end(), std::greater{});
        verified.quorum_time_ = newest[k_of_n->k - 1];
    }
    return verified;
}

}  // namespace rogatory::tlog
