#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/ports/repair.hpp"
#include "platform/service/append.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

// Bringing a log that was put back to an older copy up to the largest checkpoint that it has signed (protocol §5,
// decision 1601). Nothing unverified is ever kept:
//
// - entries, which anybody may bring (a mirror has all of them, and they are public): each run with a consistency proof
//   to the checkpoint that shows the log to be behind, so under the log's own signature;
// - envelopes and age files, which members bring: an envelope only at the place of the entry that names its id, an age
//   file only with the digest that such an envelope lists.
//
// When every place has its envelope, all of them are judged by the replay of their chains and stored in one transaction
// whose tree is the signed one; then the server writes again, once the witnesses confirm that nobody holds more.
class LogRepair {
public:
    explicit LogRepair(Context& context) : context_{context} {}

    // Sizes and indexes are places in the order over all the logs of this server (tlog::place_of); of the first log
    // they are those of its tree.
    struct Status {
        bool behind = false;                    // this server only reads
        bool damaged = false;                   // … because what is stored is not what was signed: no repair for this
        bool contradicted = false;              // … because it has signed two trees: no repair for this either
        bool restored = false;                  // a backup's copy, and nobody has said that nothing came after it
        std::uint64_t size = 0;                 // of the signed tree that is stored
        std::uint64_t target = 0;               // what it is to be repaired to; 0 when nobody has shown it
        std::uint64_t entries = 0;              // entries are known up to here
        std::uint64_t missing = 0;              // places with an entry and no envelope
        std::vector<ports::IndexRange> ranges;  // of those, at most kMostRanges
        std::uint64_t lost = 0;                 // age files listed by statements, and nobody has brought them back
        std::uint64_t lost_from = 0;            // the first of those statements
    };
    static constexpr std::size_t kMostRanges = 1000;
    [[nodiscard]] Status status();

    // Entries from index `from` on, up to where the known ones end or before. conflict "repair.gap" {next} when some
    // are left out; integrity "repair.other_history" when they are not of the tree that this log has signed: it went on
    // after the older copy was put back, or they are wrong.
    [[nodiscard]] Result<Status> entries(std::uint64_t from, const std::vector<tlog::Entry>& entries,
                                         const tlog::ProofPath& consistency);

    // The operator's word for a log without witnesses that was restored from a backup: nothing was recorded after these
    // `size` entries. conflict "restored.not" when this is no backup's copy, "restored.size" {size} when it holds
    // another number, "restored.cosigners" when there are witnesses, who say it themselves; unavailable "log.read_only"
    // when somebody has shown that more was recorded.
    [[nodiscard]] Result<> nothing_newer(std::uint64_t size);

    struct Envelope {
        std::uint64_t index = 0;
        Bytes envelope;
    };
    struct Placed {
        std::uint64_t placed = 0;             // envelopes that were missing
        std::uint64_t blobs = 0;              // age files that were missing
        std::vector<ports::LostBlob> wanted;  // age files of these statements that are not here
        Status status;
    };
    // From any member. invalid_input "repair.not_this_entry" {index}, "blob.digest"; conflict "repair.no_entry" {index}
    // for a place whose entry is not known; unavailable "repair.not_behind" when there is nothing to repair and none of
    // these statements misses an age file.
    [[nodiscard]] Result<Placed> statements(const Principal& principal, const std::vector<Envelope>& envelopes,
                                            const std::vector<InlineBlob>& blobs);

private:
    [[nodiscard]] Result<> finish();

    Context& context_;
};

}  // namespace rogatory::service
