#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "crypto/tlog/merkle.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/ports/records.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/context.hpp"

namespace rogatory::service {

// What cannot be repaired goes on in a new log (protocol §5, decision 1602): the old one ends with the largest
// checkpoint that counts and whose entries are all known; statements that members brought back are filed where they
// hold; of the others the entries stay, so that nobody can put anything else in their places. For a server that serves
// nobody.
class LogSuccession {
public:
    explicit LogSuccession(Context& context) : context_{context} {}

    // A chain whose statements beyond `length` are lost: it can be read up to there and never goes on.
    struct Cut {
        ports::ChainKind kind{};
        ports::ChainId chain;
        std::string party;  // code, of a register
        std::uint64_t length = 0;
        std::uint64_t lost = 0;
    };
    struct Plan {
        std::string origin;             // of the log that ends,
        std::string next;               // and of the one that begins
        tlog::TreeHead end;             // how it ends
        std::uint64_t held = 0;         // of these entries so many have their statements here,
        std::uint64_t restored = 0;     // so many come back from what members brought,
        std::uint64_t lost = 0;         // and so many are lost
        std::uint64_t signed_size = 0;  // the largest tree that this log is known to have signed
        // The co-signers of its policy, each with the largest size that he is known here to have signed. What one has
        // signed beyond the end, only he can say.
        std::vector<std::pair<std::string, std::uint64_t>> cosigners;
        bool whole = false;  // nothing shows that it needs a successor
        std::vector<Cut> cuts;
        std::uint64_t in_unknown_chains = 0;  // of those that are lost: of chains of which nothing stands here
    };
    // What succeed() would do; integrity "succeed.two_histories" {size} where what is known here shows that the log
    // signed two. `notes`: checkpoints of this log with cosignatures that somebody kept, beside those known here.
    // integrity "succeed.damaged" where what is stored is not what was signed; unavailable "succeed.no_checkpoint"
    // {size, target} where no checkpoint counts over all that is held and whose entries are known.
    [[nodiscard]] Result<Plan> plan(const std::vector<Bytes>& notes);

    struct Done {
        Plan plan;
        ports::LogIdentity log;
    };
    // `witnesses`: as for rogatoryd init; empty: those of the old log. conflict "succeed.lost_differs" {lost} unless as
    // many are lost as whoever decided this was told.
    [[nodiscard]] Result<Done> succeed(const std::vector<Bytes>& notes, const std::string& witnesses,
                                       std::uint64_t lost);

private:
    struct End;
    struct Refused;
    [[nodiscard]] Result<End> find_end(const ports::Repositories& repositories, const std::vector<Bytes>& notes);
    [[nodiscard]] Result<Plan> file(ports::Repositories& repositories, const End& end, Refused& refused);

    Context& context_;
};

}  // namespace rogatory::service
