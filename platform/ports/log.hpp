#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

// The one append-only log (protocol §5). Leaves go in by transactions; the checkpoint over them is signed in the very
// commit that makes them durable, so that a signed checkpoint never covers what a crash could take away.
class Log {
public:
    virtual ~Log() = default;

    // The place the next statement gets, in the order over all the logs of this server (tlog::place_of): within a
    // write, behind what this transaction has added already. A stored statement is in the log: its leaf, the tiles and
    // the checkpoint are made when the transaction ends.
    [[nodiscard]] virtual std::uint64_t next_index() const = 0;
    // The n of <host>/log/<n>. What follows is about this log alone: sizes and indexes are those of its own tree.
    [[nodiscard]] virtual std::uint64_t number() const = 0;

    [[nodiscard]] virtual std::uint64_t size() const = 0;  // of the signed tree
    // Root of the tree when it had that size, up to size().
    [[nodiscard]] virtual Digest root(std::uint64_t size) const = 0;
    [[nodiscard]] virtual Bytes checkpoint() const = 0;  // signed note
    // `width` hashes (1 to 256) of a tile; not_found beyond the signed tree.
    [[nodiscard]] virtual Result<Bytes> tile(std::uint32_t level, std::uint64_t index, std::uint32_t width) const = 0;
    // `width` entries of a bundle, each preceded by its length as C2SP tlog-tiles wants it.
    [[nodiscard]] virtual Result<Bytes> entries(std::uint64_t index, std::uint32_t width) const = 0;
    // C2SP tlog-proof of an entry under the newest signed checkpoint.
    [[nodiscard]] virtual Result<std::string> proof(std::uint64_t index) const = 0;
    // The nodes of RFC 6962 §2.1.2 that show the tree of `old_size` to be a prefix of the tree of `size`; empty from 0.
    // not_found "log.beyond" unless old_size ≤ size ≤ size().
    [[nodiscard]] virtual Result<std::vector<Digest>> consistency(std::uint64_t old_size, std::uint64_t size) const = 0;

    // A checkpoint with cosignatures, as a note of ours.
    struct Cosigned {
        std::uint64_t size = 0;
        Bytes note;
        bool counts = false;  // the policy is met
    };
    // What is stored of cosignatures for the checkpoint of exactly that size.
    [[nodiscard]] virtual std::optional<Cosigned> cosigned(std::uint64_t size) const = 0;
    // The newest checkpoint that met the policy.
    [[nodiscard]] virtual std::optional<Bytes> witnessed() const = 0;
    // The first that met it and covers `size` leaves, with the cosignatures that it met it with.
    [[nodiscard]] virtual std::optional<Bytes> first_witnessed(std::uint64_t size) const = 0;
    // Puts a cosigned checkpoint in the place of what was stored for its size.
    virtual void keep_cosigned(const Cosigned& checkpoint) = 0;

    // --- logs before this one (protocol §5, successor) ---------------------------------------------------------------
    // One that has a successor: read, never signed again. nullptr when there is none of that number.
    [[nodiscard]] virtual std::unique_ptr<const Log> past(std::uint64_t number) const = 0;
    // The verifier key of the log of that number, this one's own included.
    [[nodiscard]] virtual std::optional<std::string> verifier_key(std::uint64_t number) const = 0;
    // An entry of this log's tree at next_index() of which no statement stands here: it was lost, and the log ends. Its
    // place in its chain stays closed.
    virtual void add_lost(const ByteArray<64>& entry) = 0;
    // The place in a chain whose entry has this label was lost.
    [[nodiscard]] virtual bool is_lost(const Digest& label) const = 0;
};

}  // namespace rogatory::ports
