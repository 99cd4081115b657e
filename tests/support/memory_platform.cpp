#include "tests/support/memory_platform.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/base/ensure.hpp"
#include "tests/support/naive_log.hpp"

namespace rogatory::test {

MemoryPlatform::MemoryPlatform(std::string host, UnixSeconds start) : now{start}, host_{std::move(host)} {
    log_seed_ = crypto::system_random().bytes<32>();
}
MemoryPlatform::~MemoryPlatform() = default;

std::unique_ptr<MemoryPlatform> MemoryPlatform::fork() const {
    return std::unique_ptr<MemoryPlatform>{new MemoryPlatform{*this}};
}

std::string MemoryPlatform::origin() const { return "https://" + host_; }
std::string MemoryPlatform::log_origin() const { return host_ + "/log/" + std::to_string(ended.size()); }

std::string MemoryPlatform::log_key() const { return naive_log::verifier_key(log_origin(), log_seed_); }

std::string MemoryPlatform::log_policy() const {
    std::string text = "log " + log_key() + "\n";
    if (quorum == 0) return text + "quorum none\n";
    std::string group = "group witnesses " + std::to_string(quorum);
    for (const auto& witness : witnesses) {
        const auto name = witness.name.substr(0, witness.name.find('.'));
        text += "witness " + name + " " + naive_log::witness_key(witness.name, witness.seed) + "\n";
        group += " " + name;
    }
    return text + group + "\nquorum witnesses\n";
}

void MemoryPlatform::have_witnesses(std::size_t n, std::size_t k) {
    for (std::size_t i = 1; i <= n; ++i) {
        witnesses.push_back({"witness" + std::to_string(i) + ".example", crypto::system_random().bytes<32>(), true, 0});
    }
    quorum = k;
}

Bytes MemoryPlatform::cosigned_checkpoint() {
    auto note = sign_checkpoint();
    const auto whole = std::string{as_text(note)};
    const auto text = whole.substr(0, whole.find("\n\n") + 1);
    std::size_t awake = 0;
    for (const auto& witness : witnesses) {
        if (!witness.awake) continue;
        ++awake;
        append(note, as_bytes(naive_log::cosignature(witness.name, witness.seed, text, now + witness.clock_is_off_by)));
    }
    if (awake >= quorum) {
        witnessed = note;
        first_witnessed.emplace(log.size(), note);
    }
    return note;
}

Bytes MemoryPlatform::sign_checkpoint() const {
    return naive_log::checkpoint(log_origin(), log_seed_, log.size(), naive_log::root(log));
}

std::string MemoryPlatform::totp_of(ByteView secret) const {
    // Not RFC 6238: the trusted end never computes a second factor, it only hands one on.
    const auto digest = crypto::sha256({secret, as_bytes("totp")}).value();
    std::string digits;
    for (std::size_t i = 0; i < 6; ++i) digits += static_cast<char>('0' + digest[i] % 10);
    return digits;
}

void MemoryPlatform::create_party(const std::string& code, const std::string& name) {
    parties.push_back({code, name, std::nullopt, std::nullopt});
}

std::uint64_t MemoryPlatform::log_only(const Hash& chain, std::uint64_t seq, const Hash& id) {
    log.push_back(naive_log::entry(chain, seq, id));
    return tlog::place_of(ended.size(), log.size() - 1);
}

void MemoryPlatform::succeed() {
    const auto note = cosigned_checkpoint();
    const auto last = tlog::SignedCheckpoint::parse(as_text(note));
    ensure(last.has_value(), "the log's own checkpoint parses");
    ended.push_back({log_key(), note, log});
    log_seed_ = crypto::system_random().bytes<32>();
    log = {tlog::successor_entry(log_origin(), last->checkpoint).bytes()};
    witnessed.clear();
    first_witnessed.clear();
}

std::uint64_t MemoryPlatform::force_append(const Hash& chain, std::uint64_t seq, const Hash& id,
                                           const Bytes& envelope) {
    const auto index = log_only(chain, seq, id);
    auto& statements = chains[chain];
    if (statements.size() <= seq) statements.resize(seq + 1);
    statements[seq] = {id, index, envelope};
    return index;
}

}  // namespace rogatory::test
