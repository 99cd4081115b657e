#include "platform/agent/resubmit.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/log_tree.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/agent/chain_copy.hpp"
#include "platform/agent/single_log.hpp"
#include "platform/base/try.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::agent {
namespace {

constexpr std::uint64_t kEntriesAtOnce = 16384;  // 1 MiB
constexpr std::size_t kStatementsAtOnce = 200;
constexpr std::size_t kBytesAtOnce = 4 * 1024 * 1024;
constexpr std::size_t kEntryBytes = tlog::Entry::kBytes;

// The log as this device has verified it.
struct Held {
    tlog::SignedCheckpoint checkpoint;
    tlog::LogTree tree;
    std::uint64_t number = 0;
};

Result<Held> read_held(const ports::ProfileStore& profile) {
    const auto damaged = [] { return fail(ErrorCode::integrity, "resubmit.profile_damaged"); };
    // The newest log that this device has read: the one that the server appends to.
    std::uint64_t newest = 0;
    for (auto number = newest + 1; number < tlog::kMostLogs; ++number) {
        ROGATORY_TRY(const auto there, profile.load(SingleLog::file_of(number, "checkpoint")));
        if (!there) break;
        newest = number;
    }
    ROGATORY_TRY(const auto note, profile.load(SingleLog::file_of(newest, "checkpoint")));
    ROGATORY_TRY(const auto entries, profile.load(SingleLog::file_of(newest, "entries")));
    if (!note || !entries) return fail(ErrorCode::not_found, "resubmit.nothing_here");
    auto checkpoint = tlog::SignedCheckpoint::parse(as_text(*note));
    if (!checkpoint) return damaged();
    Held held{*std::move(checkpoint), {}, 0};
    const auto& head = held.checkpoint.checkpoint.head;
    if (entries->size() / kEntryBytes < head.size) return damaged();
    for (std::uint64_t i = 0; i < head.size; ++i) {
        held.tree.push(tlog::Entry::from(
            std::span<const std::uint8_t, kEntryBytes>{entries->data() + i * kEntryBytes, kEntryBytes}));
    }
    if (held.tree.root_at(head.size) != head.root) return damaged();
    const auto number = tlog::log_number(held.checkpoint.checkpoint.origin);
    if (!number) return damaged();
    held.number = *number;
    return held;
}

// The entries that the server does not know, each run with the proof that it has signed them.
Result<std::uint64_t> bring_entries(const Held& held, ports::LogRepair& repair, ports::LogRepair::Status& status) {
    std::uint64_t brought = 0;
    // What the server says are places in the order over all its logs; a proof is of this one's tree.
    const auto held_to = tlog::place_of(held.number, held.tree.size());
    const auto end = std::min(held_to, status.target);
    // A proof to a larger tree than this device has read is another's to give, and so is another log.
    if (status.target > held_to || tlog::log_of(status.entries) != held.number) return brought;
    while (status.behind && status.entries < end) {
        const auto to = std::min(end, status.entries + kEntriesAtOnce);
        Bytes entries;
        for (auto i = status.entries; i < to; ++i)
            append(entries, ByteView{held.tree.entry(tlog::entry_of(i)).bytes()});
        Bytes proof;
        for (const auto& hash : held.tree.consistency(tlog::entry_of(to), tlog::entry_of(status.target))) {
            append(proof, ByteView{hash.value()});
        }
        const auto known = status.entries;
        ROGATORY_TRY(status, repair.entries(known, entries, proof));
        if (status.behind && status.entries <= known)
            return fail(ErrorCode::unavailable, "client.answer_not_understood");
        brought += to - known;
    }
    return brought;
}

// Every statement of the profile from this index on, by its place in the verified log.
Result<std::map<std::uint64_t, record::SignedStatement>> statements_from(const Held& held,
                                                                         const ports::ProfileStore& profile,
                                                                         std::uint64_t from) {
    std::map<std::uint64_t, record::SignedStatement> found;
    ROGATORY_TRY(const auto files, profile.list("chains"));
    for (const auto& file : files) {
        const auto chain = encoding::hex_decode_array<32>(std::string_view{file}.substr(file.rfind('/') + 1));
        if (!chain) continue;
        ChainCopy copy{model::ChainId{*chain}};
        copy.restore(profile);
        for (const auto& item : copy.items()) {
            const auto& said = item.statement.statement();
            for (const auto index : held.tree.places(crypto::Digest{*chain}, said.seq, held.tree.size())) {
                const auto place = tlog::place_of(held.number, index);
                if (place < from || held.tree.entry(index).id.value() != item.statement.id().value()) continue;
                found.emplace(place, item.statement);
            }
        }
    }
    return found;
}

struct Parcel {
    std::vector<ports::LogRepair::Statement> statements;
    std::vector<ports::LogRepair::Blob> blobs;
    std::size_t bytes = 0;
};

}  // namespace

Result<Resubmitted> resubmit(Environment& environment, ports::LogRepair& repair) {
    const auto& profile = environment.profile;
    ROGATORY_TRY(const auto held, read_held(profile));
    // It may not know yet that it is behind; that it refuses then is no surprise.
    static_cast<void>(environment.server.offer_checkpoint(held.number, as_bytes(held.checkpoint.format())));
    Resubmitted done;
    ROGATORY_TRY(done.before, repair.status());
    done.after = done.before;
    if (!done.before.behind && done.before.lost == 0) return done;
    if (!done.before.repairable) return fail(ErrorCode::integrity, "repair.other_history");
    ROGATORY_TRY(done.entries, bring_entries(held, repair, done.after));
    const auto from = done.before.behind ? done.before.size : done.before.lost_from;
    const auto end = done.before.behind ? done.after.entries : tlog::place_of(held.number, held.tree.size());
    ROGATORY_TRY(const auto statements, statements_from(held, profile, from));

    Parcel parcel;
    const auto send = [&]() -> Result<> {
        if (parcel.statements.empty()) return {};
        ROGATORY_TRY(const auto answer, repair.statements(parcel.statements, parcel.blobs));
        done.statements += answer.placed;
        done.blobs += answer.blobs;
        done.wanted += answer.wanted.size();
        done.after = answer.status;
        parcel = {};
        return {};
    };
    for (const auto& [index, statement] : statements) {
        if (index >= end) break;
        if (parcel.statements.size() == kStatementsAtOnce || parcel.bytes > kBytesAtOnce) ROGATORY_TRY_VOID(send());
        auto envelope = to_bytes(statement.encode());
        parcel.bytes += envelope.size();
        parcel.statements.push_back({index, std::move(envelope)});
        for (const auto& need : record::needs(statement.statement()).blobs) {
            ROGATORY_TRY(auto blob, profile.load("blobs/" + model::to_hex(need.sha256)));
            if (!blob || crypto::sha256(*blob) != need.sha256) continue;
            parcel.bytes += blob->size();
            parcel.blobs.push_back({need.sha256.value(), *std::move(blob)});
        }
    }
    ROGATORY_TRY_VOID(send());
    return done;
}

}  // namespace rogatory::agent
