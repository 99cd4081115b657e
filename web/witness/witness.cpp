#include "web/witness/witness.hpp"

#include <algorithm>

#include <sys/stat.h>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/memory.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/secret.hpp"
#include "crypto/tlog/decimal.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/base/try.hpp"
#include "web/witness/request.hpp"

namespace rogatory::witness {

namespace {

constexpr std::string_view kKeyHeader = "rogatory-witness-key/1";
constexpr std::string_view kNoQuorum = "quorum none\n";

tl::unexpected<Error> bad_key() { return fail(ErrorCode::integrity, "witness.key_damaged"); }

// The key file: header, "name <name>", "seed <64 hex>".
Result<tlog::WitnessSigner> read_key(const std::filesystem::path& folder) {
    const auto path = folder / "key";
    struct stat seen {};
    if (::stat(path.c_str(), &seen) == 0 && (seen.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(Error{ErrorCode::forbidden, "witness.key_readable"}.with("file", path.filename().string()));
    }
    ROGATORY_TRY(auto text, read_file(path, 1024));
    std::string_view rest = text;
    const auto header = tlog::take_line(rest);
    const auto name = tlog::take_line(rest);
    const auto seed_line = tlog::take_line(rest);
    if (header != kKeyHeader || !name || !name->starts_with("name ") || !seed_line ||
        !seed_line->starts_with("seed ")) {
        return bad_key();
    }
    auto bytes = encoding::hex_decode(seed_line->substr(5));
    const auto seed = bytes ? crypto::Ed25519Seed::from(*bytes) : std::nullopt;
    if (bytes) crypto::wipe(*bytes);
    if (!seed) return bad_key();
    auto signer = tlog::WitnessSigner::make(std::string{name->substr(5)}, crypto::SigningKey::from_seed(*seed));
    crypto::wipe(text);
    if (!signer) return bad_key();
    return signer;
}

Result<std::vector<tlog::PolicyLog>> read_logs(const std::filesystem::path& folder) {
    ROGATORY_TRY(const auto text, read_file(folder / "logs", 64 * 1024));
    ROGATORY_TRY(const auto policy, tlog::Policy::parse(text));
    if (!policy.quorum_none() || !policy.witnesses().empty()) {
        return fail(Error{ErrorCode::invalid_input, "log.policy_malformed"}.with("line", "1"));
    }
    return policy.logs();
}

Answer refuse(int status) { return {status, {}, "text/plain; charset=utf-8", {}}; }
Answer conflict(std::uint64_t size) { return {409, std::to_string(size) + "\n", kSizeType, {}}; }

}  // namespace

std::string path_name(const std::string& origin) {
    return encoding::hex_encode(crypto::sha256(as_bytes(origin)).value());
}

Result<std::string> Witness::create(const std::filesystem::path& folder, const std::string& name) {
    auto key = crypto::SigningKey::generate(crypto::system_random());
    const auto seed = key.seed();
    ROGATORY_TRY(const auto signer, tlog::WitnessSigner::make(name, std::move(key)));
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return fail(Error{ErrorCode::unavailable, "witness.not_durable"}.with("file", folder.filename().string()));
    }
    auto text = crypto::SecretText::copy_of(std::string{kKeyHeader} + "\nname " + name + "\nseed ");
    auto hex = encoding::hex_encode(seed.expose_secret());
    text.append(hex + "\n");
    crypto::wipe(hex);
    ROGATORY_TRY_VOID(create_file(folder / "key", text.expose_secret(), Readers::owner));
    ROGATORY_TRY_VOID(create_file(folder / "logs", kNoQuorum, Readers::owner));
    ROGATORY_TRY_VOID(State::create(folder / "state"));
    return signer.key().vkey();
}

Result<> Witness::follow(const std::filesystem::path& folder, const tlog::PolicyLog& log) {
    ROGATORY_TRY(auto logs, read_logs(folder));
    return follow(folder, std::move(logs), log);
}

Result<> Witness::follow(const std::filesystem::path& folder, const tlog::PolicyLog& log,
                         const tlog::Checkpoint& ended) {
    // Nothing is cosigned while the two are compared.
    ROGATORY_TRY([[maybe_unused]] const auto lock, FolderLock::take(folder));
    ROGATORY_TRY(const auto state, State::open(folder / "state"));
    const auto known = state.newest().find(ended.origin);
    if (known != state.newest().end()) {
        const auto& head = known->second.checkpoint.head;
        if (head.size > ended.head.size || (head.size == ended.head.size && head.root != ended.head.root)) {
            return fail(Error{ErrorCode::integrity, "witness.successor_older"}
                            .with("origin", ended.origin)
                            .with("size", std::to_string(head.size))
                            .with("ended", std::to_string(ended.head.size)));
        }
    }
    ROGATORY_TRY(auto logs, read_logs(folder));
    // Whoever still has the old log's key gets no more of this witness. What it signed of it stays in its state.
    logs.erase(
        std::remove_if(logs.begin(), logs.end(), [&](const auto& one) { return one.key.name() == ended.origin; }),
        logs.end());
    return follow(folder, std::move(logs), log);
}

Result<> Witness::follow(const std::filesystem::path& folder, std::vector<tlog::PolicyLog> logs,
                         const tlog::PolicyLog& log) {
    const std::filesystem::path file = folder / "logs";
    const auto same =
        std::find_if(logs.begin(), logs.end(), [&](const auto& one) { return one.key.name() == log.key.name(); });
    if (same == logs.end()) {
        logs.push_back(log);
    } else if (same->key == log.key) {
        same->url = log.url;
    } else {
        return fail(Error{ErrorCode::conflict, "witness.log_known"}.with("origin", log.key.name()));
    }
    std::string text;
    for (const auto& one : logs) text += "log " + one.key.vkey() + (one.url.empty() ? "" : " " + one.url) + "\n";
    text += kNoQuorum;
    ROGATORY_TRY_VOID(tlog::Policy::parse(text));  // one key under two origins, or too many logs
    return replace_file(file, as_bytes(text), Readers::owner);
}

Result<Witness::Summary> Witness::look(const std::filesystem::path& folder) {
    ROGATORY_TRY(const auto signer, read_key(folder));
    ROGATORY_TRY(auto logs, read_logs(folder));
    ROGATORY_TRY(const auto state, State::open(folder / "state"));
    return Summary{signer.key().vkey(), std::move(logs), state.newest()};
}

Result<std::unique_ptr<Witness>> Witness::open(const std::filesystem::path& folder) {
    ROGATORY_TRY(auto lock, FolderLock::take(folder));
    ROGATORY_TRY(auto signer, read_key(folder));
    ROGATORY_TRY(auto logs, read_logs(folder));
    ROGATORY_TRY(auto state, State::open(folder / "state"));
    return std::unique_ptr<Witness>{new Witness{std::move(lock), std::move(signer), std::move(logs), std::move(state)}};
}

std::optional<tlog::SignedCheckpoint> Witness::newest(const std::string& origin) const {
    const std::lock_guard lock{guard_};
    const auto found = state_.newest().find(origin);
    if (found == state_.newest().end()) return std::nullopt;
    return found->second;
}

Answer Witness::add_checkpoint(std::string_view body, UnixSeconds now) {
    const auto request = AddCheckpoint::parse(body);
    if (!request) return refuse(400);
    const auto& checkpoint = request->checkpoint.checkpoint;
    // What is signed is made from what was parsed: the two are one text.
    if (checkpoint.text() != request->checkpoint.note.text) return refuse(400);
    const auto& head = checkpoint.head;
    const auto log =
        std::find_if(logs_.begin(), logs_.end(), [&](const auto& one) { return one.key.name() == checkpoint.origin; });
    if (log == logs_.end()) return refuse(404);
    // Lines of unknown keys are ignored; one under the log's key that does not verify spoils the note (signed-note).
    const tlog::NoteSignature* signature = nullptr;
    for (const auto& line : request->checkpoint.note.signatures) {
        if (!line.may_be_of(log->key)) continue;
        if (!tlog::verify_note_signature(log->key, request->checkpoint.note.text, line)) return refuse(403);
        signature = &line;
    }
    if (signature == nullptr) return refuse(403);
    if (request->old_size > head.size) return refuse(400);

    const std::lock_guard lock{guard_};
    if (failed_) throw FailedDisk{};
    const auto last = state_.head(checkpoint.origin);
    if (request->old_size != last.size) return conflict(last.size);
    if (head.size == last.size && head.root != last.root) return conflict(last.size);
    if (!tlog::verify_consistency(last, head, request->proof)) return refuse(422);
    const auto cosignature = signer_.cosign(checkpoint, now);
    const tlog::SignedCheckpoint kept{checkpoint, {request->checkpoint.note.text, {*signature, cosignature}}};
    if (!state_.keep(kept)) {
        failed_ = true;
        throw FailedDisk{};
    }
    return {200, cosignature.line(), "text/plain; charset=utf-8", checkpoint.origin};
}

}  // namespace rogatory::witness
