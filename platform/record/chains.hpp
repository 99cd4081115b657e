#pragma once

#include "crypto/primitives/random.hpp"
#include "platform/model/ids.hpp"

// Chain ids that follow from others: SHA-256(label ‖ 0x00 ‖ …), protocol.md, section 2. And the log's labels.
namespace rogatory::record {

[[nodiscard]] model::ChainId receipts_chain(const model::ChainId& dossier, const model::AuthorityId& authority);
[[nodiscard]] model::ChainId notices_chain(const model::PartyId& party);
[[nodiscard]] model::ChainId casebook_chain(const model::AuthorityId& authority);

// SHA-256("rogatory/v1/leaf" ‖ 0x00 ‖ chain ‖ seq as 8 bytes, big-endian): what the log holds one entry of at most.
[[nodiscard]] model::Digest log_label(const model::ChainId& chain, std::uint64_t seq);
// The log's entry for a statement: label ‖ id.
[[nodiscard]] ByteArray<64> log_entry(const model::ChainId& chain, std::uint64_t seq, const model::StatementId& id);

// A fresh random id of any kind.
template <class Id>
[[nodiscard]] Id random_id(crypto::Random& random) {
    typename Id::Value bytes;
    random.fill(bytes);
    return Id{bytes};
}

}  // namespace rogatory::record
